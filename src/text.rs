//! Text that is one pointer wide.

use std::mem::ManuallyDrop;
use std::ops::Deref;

/// Text that does not change. A `String` is three words wide, and to move it from a record to an
/// argument, into a state machine and out of it again costs code each time: most of what moves
/// here is text.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(ManuallyDrop<Box<String>>);

impl Text {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        self
    }
}

/// What drops a `Box` takes it by reference, for which it has to be in memory. This is taken by value
/// instead, and can stay a local.
impl Drop for Text {
    #[inline(always)]
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        #[inline(never)]
        fn free(text: Box<String>) {
            drop(text);
        }
        // SAFETY: what is dropped is not used again.
        free(unsafe { ManuallyDrop::take(&mut self.0) });
    }
}

impl Clone for Text {
    #[inline(never)]
    fn clone(&self) -> Self {
        self.as_str().into()
    }
}

impl Default for Text {
    fn default() -> Self {
        "".into()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Text {
    #[inline(never)]
    fn from(text: String) -> Self {
        Text(ManuallyDrop::new(Box::new(text)))
    }
}

impl From<&str> for Text {
    #[inline(never)]
    fn from(text: &str) -> Self {
        String::from(text).into()
    }
}

impl From<&Text> for Text {
    fn from(text: &Text) -> Self {
        text.clone()
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&Text> for Text {
    fn eq(&self, other: &&Text) -> bool {
        *self == **other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

/// What stands before and after the first `sign`, which is ASCII. The standard library's ways of
/// searching for a character are a kilobyte.
pub fn cut(text: &str, sign: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == sign)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// What stands before the first `sign`; all where there is none.
pub fn before(text: &str, sign: u8) -> &str {
    cut(text, sign).map_or(text, |(before, _)| before)
}

/// What stands between the signs.
pub fn pieces(text: &str, sign: u8) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((piece, after)) = cut(rest, sign) {
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

/// A text without the slashes that it begins with.
pub fn without_slashes(mut text: &str) -> &str {
    while let Some(rest) = text.strip_prefix("/") {
        text = rest;
    }
    text
}

/// Writes a byte as two hexadecimal digits.
pub fn push_hex(byte: u8, to: &mut String) {
    for nibble in [byte >> 4, byte & 15] {
        let at = usize::from(nibble);
        to.push_str("0123456789ABCDEF".get(at..=at).unwrap_or_default());
    }
}

/// Parts of a text, put together.
pub trait Join {
    /// The parts one after the other.
    fn joined(&self) -> Text {
        self.joined_by("")
    }

    /// The parts with `separator` between them.
    fn joined_by(&self, separator: &str) -> Text;
}

impl Join for [&str] {
    // Not the standard library's, which is four times as large.
    fn joined_by(&self, separator: &str) -> Text {
        let mut text = String::new();
        for (position, part) in self.iter().enumerate() {
            if position > 0 {
                text.push_str(separator);
            }
            text.push_str(part);
        }
        text.into()
    }
}

/// What only tests and fuzzing need. None of it is in the module; clippy compiles the tests for the
/// web too.
#[cfg(any(test, not(target_arch = "wasm32")))]
mod for_tests {
    use std::fmt;

    use super::Text;

    // Tests put texts into messages, and make longer ones of them.
    impl fmt::Display for Text {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.pad(self)
        }
    }

    // Tests compare with what they put together by `format!`.
    impl PartialEq<String> for Text {
        fn eq(&self, other: &String) -> bool {
            **self == **other
        }
    }
}

/// The text that a JavaScript value is.
#[cfg(target_arch = "wasm32")]
#[inline(never)]
pub fn as_text(value: &wasm_bindgen::JsValue) -> Option<Text> {
    value.as_string().map(Text::from)
}

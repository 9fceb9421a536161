//! Text that is one pointer wide (docs/decisions.md#one-pointer-wide), and what is done with texts.

use std::ops::Deref;

/// Text that does not change. Most values of the core are texts, and each move of one, between records,
/// arguments and state machines, is code: one pointer takes less of it than the three words of a
/// `String`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(Box<String>);

impl Text {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        self
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
        Text(Box::new(text))
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

/// The parts before and after the first `sign`, an ASCII character; `None` where there is none. The
/// standard library's search for a character is 1 kB larger.
pub fn cut(text: &str, sign: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == sign)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The part before the first `sign`; the whole text where there is none.
pub fn before(text: &str, sign: u8) -> &str {
    cut(text, sign).map_or(text, |(before, _)| before)
}

/// The parts between the signs, as `str::split` returns them: at least one, and empty ones too.
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

/// A text without its leading slashes.
pub fn without_slashes(mut text: &str) -> &str {
    while let Some(rest) = text.strip_prefix("/") {
        text = rest;
    }
    text
}

/// Appends a byte as two upper-case hexadecimal digits.
pub fn push_hex(byte: u8, to: &mut String) {
    for nibble in [byte >> 4, byte & 15] {
        let at = usize::from(nibble);
        to.push_str("0123456789ABCDEF".get(at..=at).unwrap_or_default());
    }
}

/// Concatenates texts, without `format!` (docs/decisions.md#size-is-a-budget).
pub trait Join {
    /// The parts without anything between them.
    fn joined(&self) -> Text {
        self.joined_by("")
    }

    /// The parts with `separator` between them.
    fn joined_by(&self, separator: &str) -> Text;
}

impl Join for [&str] {
    // The standard library's `join` takes four times as much code.
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

/// For tests and fuzzing alone, and not in the wasm. It exists for `wasm32` too when tests are compiled
/// for it, as clippy does.
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

/// The text of a JavaScript string; `None` for any other value.
#[cfg(target_arch = "wasm32")]
#[inline(never)]
pub fn as_text(value: &wasm_bindgen::JsValue) -> Option<Text> {
    value.as_string().map(Text::from)
}

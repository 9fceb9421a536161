//! Base64url without padding
//! ([RFC 4648 section 5](https://www.rfc-editor.org/rfc/rfc4648#section-5)), as JOSE uses it
//! ([RFC 7515 section 2](https://www.rfc-editor.org/rfc/rfc7515#section-2)).

use crate::text::Text;

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The base64url text of `bytes`.
pub fn encode(bytes: &[u8]) -> Text {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |bits, byte| (bits << 8) | u32::from(*byte));
        let group = group << (8 * (3 - chunk.len()));
        for position in 0..=chunk.len() {
            let index = (group >> (18 - 6 * position)) as usize & 63;
            text.push_str(ALPHABET.get(index..=index).unwrap_or_default());
        }
    }
    text.into()
}

/// The bytes of base64url `text`. `None` for padding, other characters, an impossible length, or unused
/// bits that are not zero: no two texts may stand for the same bytes
/// ([RFC 4648 section 3.5](https://www.rfc-editor.org/rfc/rfc4648#section-3.5)).
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0u32, 0u32);
    for character in text.bytes() {
        bits = (bits << 6) | value_of(character)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    (count < 6 && bits == 0).then_some(bytes)
}

/// The six bits of a character of the alphabet.
fn value_of(character: u8) -> Option<u32> {
    let value = match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // RFC 4648 section 10, and RFC 7515 appendix C.
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg"),
            (&[3, 236, 255, 224, 193], "A-z_4ME"),
        ] {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text).as_deref(), Some(bytes));
        }
    }

    #[test]
    fn every_length_round_trips() {
        let bytes: Vec<u8> = (0..=255).collect();
        for length in 0..bytes.len() {
            assert_eq!(decode(&encode(&bytes[..length])).as_deref(), Some(&bytes[..length]));
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["Zg==", "Z", "Zh", "Zm+v", "Zm/v", "Zm9 v", "Zm9vY", "é", "Zm8\n"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }
}

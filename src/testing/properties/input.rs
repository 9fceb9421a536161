//! The inputs of the targets: text and JSON that are nearly valid, since anything else is refused at
//! once.

use arbitrary::{Result, Unstructured};

use crate::json::{Value, parse};

/// The words of a text.
pub fn list(words: &'static str) -> Vec<&'static str> {
    words.split(' ').collect()
}

/// Text of some of the words, and of random characters.
pub fn text(u: &mut Unstructured<'_>, words: &[&str]) -> Result<String> {
    let mut text = String::new();
    for _ in 0..u.int_in_range(0..=5)? {
        match u.int_in_range(0..=5)? {
            0 => text.push(u.arbitrary()?),
            1 => text.push(u.int_in_range(b' '..=b'~')?.into()),
            2 => text.push_str(u.arbitrary()?),
            _ => text.push_str(u.choose(words)?),
        }
    }
    Ok(text)
}

/// The text with up to three of its parts replaced; rarely, random text instead.
pub fn damaged(u: &mut Unstructured<'_>, text: &str, words: &[&str]) -> Result<String> {
    if u.ratio(1, 16)? {
        return Ok(u.arbitrary::<&str>()?.to_owned());
    }
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..u.int_in_range(0..=3)? {
        let start = u.int_in_range(0..=characters.len())?;
        let end = characters.len().min(start + u.int_in_range(0..=3)?);
        let word = self::text(u, words)?;
        characters.splice(start..end, word.chars());
    }
    Ok(characters.into_iter().collect())
}

/// Text that may be a URL.
pub fn url_text(u: &mut Unstructured<'_>) -> Result<String> {
    let words = list(
        "https:// http:// localhost 127.0.0.1 [::1] 0x7f.1 op.example @ :443 : / // \\ ? # .. %2e % \
         \t blob: file: about: xn-- ß ．",
    );
    let samples = list(
        "https://op.example:8443/a/b?c=d#e http://localhost:80/ mailto:a@b \
         blob:https://a.example/x",
    );
    let sample = u.choose(&samples)?;
    match u.ratio(3, 4)? {
        true => damaged(u, sample, &words),
        false => text(u, &words),
    }
}

/// JSON with up to three of its members replaced; rarely, random JSON instead.
pub fn altered(u: &mut Unstructured<'_>, template: &str, words: &[&str]) -> Result<Value> {
    if u.ratio(1, 16)? {
        return value(u, words, 3);
    }
    let mut json = parse(template).unwrap_or_default();
    for _ in 0..u.int_in_range(0..=3)? {
        json.set(u.choose(words)?, value(u, words, 2)?);
    }
    Ok(json)
}

/// Any JSON, with some of the words in it; numbers may be none that JSON has.
pub fn value(u: &mut Unstructured<'_>, words: &[&str], depth: u8) -> Result<Value> {
    Ok(match u.int_in_range(0..=if depth == 0 { 6 } else { 8 })? {
        0 => Value::NULL,
        1 => Value::from(u.arbitrary::<bool>()?),
        2 | 3 => Value::from(number(u)?),
        4 => Value::from(text(u, words)?),
        5 | 6 => Value::from(*u.choose(words)?),
        7 => {
            let mut items = Vec::new();
            for _ in 0..u.int_in_range(0..=3)? {
                items.push(value(u, words, depth - 1)?);
            }
            Value::from(items)
        }
        _ => {
            let mut members = Vec::new();
            for _ in 0..u.int_in_range(0..=4)? {
                let name =
                    if u.ratio(1, 4)? { text(u, words)? } else { u.choose(words)?.to_string() };
                members.push((name.into(), value(u, words, depth - 1)?));
            }
            Value::from(members)
        }
    })
}

fn number(u: &mut Unstructured<'_>) -> Result<f64> {
    const AROUND_NOW: [f64; 5] =
        [1.7e9, 1_700_000_300.0, 1_699_999_700.0, 1_700_000_299.0, 1_699_999_701.0];
    const ODD: [f64; 11] =
        [0.0, -0.0, -1.0, 0.5, 1e308, -1e308, 5e-324, 9e15, f64::NAN, f64::INFINITY, 1.7e12];
    match u.int_in_range(0..=3)? {
        0 => u.choose(&AROUND_NOW).copied(),
        1 => u.choose(&ODD).copied(),
        2 => Ok(f64::from(u.arbitrary::<i32>()?)),
        _ => u.arbitrary(),
    }
}

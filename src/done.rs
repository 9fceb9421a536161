//! What is known of a part of a sign-out.

use crate::error::{Code, Error, Kind};
use crate::json::{Value, object};

/// Whether a part was done. What nobody has confirmed is not done: `true`, `false` or
/// `'unconfirmed'` in JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It was confirmed.
    Yes,
    /// It was not needed, or not possible.
    No,
    /// It was tried, and nothing says what came of it.
    Unconfirmed,
}

impl From<Done> for Value {
    fn from(done: Done) -> Value {
        match done {
            Done::Yes => true.into(),
            Done::No => false.into(),
            Done::Unconfirmed => "unconfirmed".into(),
        }
    }
}

/// What came of a part, and why it is not done.
pub type Part = Result<(Done, Option<Code>), Error>;

/// Puts the outcomes of the parts together: the documented success, with members that say what
/// was done and why not, or `Inner request error` with the parts that failed.
pub fn report(parts: Vec<(&'static str, Part)>, failure: &'static str) -> Result<Value, Error> {
    let (mut done, mut why, mut details) = (object!([]), object!([]), Vec::new());
    let mut first = None;
    for (name, part) in parts {
        let short = name.strip_suffix("Response").unwrap_or(name);
        let (outcome, code, detail) = match part {
            Ok((outcome, code)) => (outcome, code, Value::NULL),
            Err(error) => {
                let code = error.code();
                first = first.or(Some(code));
                (Done::No, Some(code), error.into_value())
            }
        };
        done.set(short, outcome);
        if let Some(code) = code {
            why.set(short, code.as_str());
        }
        details.push((name, detail));
    }
    let has_reasons = !why.members().is_empty();
    let Some(code) = first else {
        let mut value = object!([]);
        for (name, detail) in details {
            value.set(name, detail);
        }
        value.set("done", done);
        if has_reasons {
            value.set("why", why);
        }
        return Ok(value);
    };
    let mut error = Error::new("Inner request error", code, Kind::Network, failure);
    for (name, detail) in details {
        error = error.with(name, detail);
    }
    Err(error.with("done", done))
}

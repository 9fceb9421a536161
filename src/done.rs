//! The outcome of a sign-out, part by part.

use crate::error::{Code, Error, Kind};
use crate::json::{Value, object};

/// Whether a part of a sign-out is done: `true`, `false` or `'unconfirmed'` in JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The server, or the storage, has confirmed it.
    Yes,
    /// It was not necessary, not possible, or failed.
    No,
    /// The request was sent, and nothing says whether it succeeded.
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

/// The outcome of a part, with the reason where it is not done; an error where it failed.
pub type Part = Result<(Done, Option<Code>), Error>;

/// The outcome of a sign-out from its parts, which are named as in the documented client, such as
/// `revokeResponse`. A success has each part as `null`, `done` with a [`Done`] for each, and `why` with
/// the reasons, if any.
///
/// # Errors
/// `Inner request error` where a part failed, with the code of the first that failed, `failure` as the
/// message, each part as `null` or its error, and `done`.
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

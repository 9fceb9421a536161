//! What is known of a part of a sign-out.

use crate::error::{Code, Error};
use crate::json::Value;

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

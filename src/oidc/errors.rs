//! Errors that several calls have.

use crate::error::{Code, Error, Kind};
use crate::fault::StorageFault;
use crate::storage::Area;
use crate::text::Join;

/// The documented errors of a storage: `Retrieving_error`, `Storing_error` and `Removing_error`.
pub fn storage_error(fault: StorageFault, area: Area, error: &'static str) -> Error {
    let action = match error {
        "Storing_error" => "storing",
        "Removing_error" => "removing",
        _ => "retrieving",
    };
    let text =
        ["Error ", action, " value from ", area.word(), " storage. ", fault.advice()].joined();
    Error::new(error, fault.code(), Kind::Unknown, text)
}

pub(super) fn signed_out() -> Error {
    no_tokens(Code::SignedOut, "Somebody signed out, or in, while the tokens were being renewed.")
}

pub(super) fn no_tokens(code: Code, text: &'static str) -> Error {
    Error::new("No tokens found", code, Kind::State, text)
}

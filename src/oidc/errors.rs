//! Errors that several calls share.

use crate::error::{Code, Error, Kind};
use crate::fault::StorageFault;
use crate::storage::Area;
use crate::text::Join;

/// The documented error of a failed storage access: `error` is `Retrieving_error`, `Storing_error` or
/// `Removing_error`, and the code is the fault's.
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

/// The error of a call whose tokens are dropped because of a sign-out, or of another sign-in, during
/// the call.
pub(super) fn signed_out() -> Error {
    no_tokens(
        Code::SignedOut,
        "A user signed out or in while the call was pending. Show the sign-in, or call again.",
    )
}

/// The documented error of `token.get()` without tokens.
pub(super) fn no_tokens(code: Code, text: &'static str) -> Error {
    Error::new("No tokens found", code, Kind::State, text)
}

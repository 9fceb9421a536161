//! Where texts are stored, and the key of every record.

use crate::json::{Value, object};
use crate::secret::State;
use crate::text::{Join, Text};

/// A place to store texts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Shared by all tabs, kept when the browser is closed.
    Local,
    /// This tab's, kept over a reload.
    Session,
    /// This page's.
    Memory,
    /// The app's own, by its number.
    Custom(u16),
}

/// What an app's own storage is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomAction<'a> {
    /// Reads.
    Get,
    /// Stores this text.
    Set(&'a str),
    /// Removes.
    Remove,
}

impl Area {
    /// The name of the web storage that it is.
    pub const fn web_storage(self) -> Option<&'static str> {
        match self {
            Area::Local => Some("localStorage"),
            Area::Session => Some("sessionStorage"),
            Area::Memory | Area::Custom(_) => None,
        }
    }

    /// The documented word for it in error messages.
    pub const fn word(self) -> &'static str {
        match self {
            Area::Local => "local",
            Area::Session => "session",
            Area::Memory => "memory",
            Area::Custom(_) => "custom",
        }
    }
}

/// Where a record is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// The storage.
    pub area: Area,
    /// The key in it.
    pub key: Text,
}

impl Location {
    /// As it is noted, and read again by `SignIn::read`.
    pub(crate) fn to_value(&self) -> Value {
        object!([("storage", self.area.word().into()), ("key", (&self.key).into())])
    }
}

/// The member of a record that names its sign-in: see `page/sign_ins.rs`.
pub const SIGN_IN_ID: &str = "signInId";

/// What the key of a client's tokens begins with, unless the app chooses another prefix.
pub const TOKENS_PREFIX: &str = "pic";

/// What the key of each of the provider's documents begins with, in `sessionStorage`. `pkg/early.js`
/// has it too.
pub const DOCUMENTS: &str = "pic-document-";

/// The key of the step of a journey that is resumed, in `sessionStorage`.
pub const JOURNEY_STEP: &str = "pic-journey-step";

/// The key of a client's tokens: `pic-<clientId>`, unless the app chooses another prefix or name. Clients
/// of one id whose tokens are bound to different things add their binding.
pub fn tokens_key(prefix: &str, name: &str, binding: &str) -> Text {
    let separator = if binding.is_empty() { "" } else { "-" };
    [prefix, "-", name, separator, binding].joined()
}

/// The key of an issuer's note of who is signed in where, in `localStorage`.
pub fn sign_ins_key(issuer: &str) -> Text {
    ["pic-clients-", issuer].joined()
}

/// The key of a document of the provider, in `sessionStorage`.
pub fn document_key(url: &str) -> Text {
    [DOCUMENTS, url].joined()
}

/// The key of AM's session of an issuer.
pub fn session_key(issuer: &str) -> Text {
    [SESSION, issuer].joined()
}

/// The key that earlier versions had for AM's session: by the host and the path of the realm, without
/// slashes at its ends.
pub fn old_session_key(host: &str, realm: &str) -> Text {
    [SESSION, host, "-", realm].joined()
}

const SESSION: &str = "pic-session-";

/// The key of a started authorization, in `sessionStorage`, by its owner and its `state`; without a
/// state, the one that other client libraries use, and what the others of this owner begin with.
pub fn authorization_key(owner: &str, state: Option<&State>) -> Text {
    let suffix = state.map(|state| ["-", state.reveal()].joined()).unwrap_or_default();
    ["FR-SDK-authflow-", owner, &suffix].joined()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_that_earlier_versions_and_other_libraries_know() {
        let state = State::new("s");
        for (key, expected) in [
            (tokens_key(TOKENS_PREFIX, "me", ""), "pic-me"),
            (tokens_key("x", "me", "b"), "x-me-b"),
            (sign_ins_key("https://op"), "pic-clients-https://op"),
            (document_key("https://op/jwks"), "pic-document-https://op/jwks"),
            (session_key("https://op"), "pic-session-https://op"),
            (old_session_key("op", "realms/root"), "pic-session-op-realms/root"),
            (JOURNEY_STEP.into(), "pic-journey-step"),
            (authorization_key("me", None), "FR-SDK-authflow-me"),
            (authorization_key("me", Some(&state)), "FR-SDK-authflow-me-s"),
        ] {
            assert_eq!(key, expected);
        }
    }

    #[test]
    fn javascript_has_the_same_key() {
        let script = include_str!("../pkg/early.js");
        assert!(script.contains(&format!("const DOCUMENTS = '{DOCUMENTS}';")));
        assert_eq!(script.matches("pic-").count(), 1);
    }
}

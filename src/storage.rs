//! The storages, and the key of every record in them. Other client libraries have the same keys for
//! tokens and authorizations (docs/compatibility.md#what-is-the-same).

use crate::json::{Value, object};
use crate::secret::State;
use crate::text::{Join, Text};

/// A storage of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// `localStorage`: for all tabs, also after the browser is closed.
    Local,
    /// `sessionStorage`: for this tab, also after a reload.
    Session,
    /// The memory of this page.
    Memory,
    /// The app's own storage with this number.
    Custom(u16),
}

/// A call of an app's own storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomAction<'a> {
    /// Reads a text.
    Get,
    /// Stores this text.
    Set(&'a str),
    /// Removes a text.
    Remove,
}

impl CustomAction<'_> {
    /// The word for it in `pkg/page/storage.js`.
    pub const fn word(self) -> &'static str {
        match self {
            CustomAction::Get => "get",
            CustomAction::Set(_) => "set",
            CustomAction::Remove => "remove",
        }
    }
}

impl Area {
    /// The name of the [web storage](https://html.spec.whatwg.org/multipage/webstorage.html); `None` for
    /// the others.
    pub const fn web_storage(self) -> Option<&'static str> {
        match self {
            Area::Local => Some("localStorage"),
            Area::Session => Some("sessionStorage"),
            Area::Memory | Area::Custom(_) => None,
        }
    }

    /// The documented client's name, in error messages and notes.
    pub const fn word(self) -> &'static str {
        match self {
            Area::Local => "local",
            Area::Session => "session",
            Area::Memory => "memory",
            Area::Custom(_) => "custom",
        }
    }
}

/// Where a record is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// The storage.
    pub area: Area,
    /// The key in it.
    pub key: Text,
}

impl Location {
    /// `{ storage, key }`, for the note of a sign-in; `SignIn::of_note` reads it.
    pub(crate) fn to_value(&self) -> Value {
        object!([("storage", self.area.word().into()), ("key", (&self.key).into())])
    }
}

/// The member of a record with the id of its sign-in: see `src/page/sign_ins.rs`.
pub const SIGN_IN_ID: &str = "signInId";

/// The prefix of the key of a client's tokens, unless the app sets another one.
pub const TOKENS_PREFIX: &str = "pic";

/// The prefix of the key of a provider's document, in `sessionStorage`. `pkg/entry/names.js` has it too.
pub const DOCUMENTS: &str = "pic-document-";

/// The prefix of the key of a client's lease, in `localStorage`. `pkg/entry/names.js` has it too.
pub const LEASES: &str = "pic-lease-";

/// The key of the stored step of a journey, in `sessionStorage`. `pkg/entry/names.js` has it too.
pub const JOURNEY_STEP: &str = "pic-journey-step";

/// The key of a client's tokens: `pic-<clientId>`, unless the app sets another prefix or name. A client
/// with a `binding` adds it, so that clients with the same id do not share tokens.
pub fn tokens_key(prefix: &str, name: &str, binding: &str) -> Text {
    let separator = if binding.is_empty() { "" } else { "-" };
    [prefix, "-", name, separator, binding].joined()
}

/// The prefix of the key of an issuer's entry of sign-ins. `pkg/entry/names.js` has it too.
pub const SIGN_INS: &str = "pic-clients-";

/// The key of an issuer's entry of sign-ins, in `localStorage`.
pub fn sign_ins_key(issuer: &str) -> Text {
    [SIGN_INS, issuer].joined()
}

/// The key of the lease of a client's tokens: see `src/oidc/lease.rs`. Clients with the same id share it.
pub fn lease_key(client_id: &str) -> Text {
    [LEASES, client_id].joined()
}

/// The key of a provider's document, by its URL, in `sessionStorage`.
pub fn document_key(url: &str) -> Text {
    [DOCUMENTS, url].joined()
}

/// The key of the session token of an issuer's AM.
pub fn session_key(issuer: &str) -> Text {
    [SESSIONS, issuer].joined()
}

/// The key of earlier versions for AM's session token. `realm` is the path of the realm without slashes at
/// its ends.
pub fn old_session_key(host: &str, realm: &str) -> Text {
    [SESSIONS, host, "-", realm].joined()
}

/// The prefix of the key of AM's session. `pkg/entry/names.js` has it too.
pub const SESSIONS: &str = "pic-session-";

/// The prefix of the key of an authorization. `pkg/entry/names.js` has it too.
pub const AUTHORIZATIONS: &str = "FR-SDK-authflow-";

/// The key of an authorization, by its owner and its `state`, in `sessionStorage`. Without a `state` it is
/// the key of other client libraries, and the prefix of all keys of this owner.
pub fn authorization_key(owner: &str, state: Option<&State>) -> Text {
    let suffix = state.map(|state| ["-", state.reveal()].joined()).unwrap_or_default();
    [AUTHORIZATIONS, owner, &suffix].joined()
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
            (lease_key("me"), "pic-lease-me"),
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
}

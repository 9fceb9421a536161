//! Whose is a record? Nothing that is stored is used for another issuer, user, client, resource or AM than
//! the one that it comes from. This file has the rule. Records say whose they are by these members:
//!
//! | stored | issuer | user | client | resource, AM |
//! |---|---|---|---|---|
//! | record of tokens | `issuer`, or the ID token's `iss` | the ID token's `sub` | its `aud`, or `clientId` | its key |
//! | renewal | the record's | the record's | the record's | the record's |
//! | started authorization | `issuer` | | `clientId` and `ownerId` | `ownerId`, its key |
//! | copy in JavaScript | not used once the record's text has changed | | | |
//! | AM's session | its key | | | its key |
//!
//! [RFC 9700 section 4.4](https://www.rfc-editor.org/rfc/rfc9700#section-4.4) describes attacks of one
//! provider on another, [RFC 8707 section 3](https://www.rfc-editor.org/rfc/rfc8707#section-3) those of
//! one API on another.

use std::rc::Rc;

use crate::http::Possession;
use crate::json::Value;
use crate::protocol::id_token::{is_for, parse_jwt};
use crate::protocol::tokens::Tokens;
use crate::secret::AccessToken;
use crate::storage::{Area, Location, session_key};
use crate::text::{Join, Text};

/// A client with an issuer, and where its tokens are stored. It has no token.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// The issuer of the tokens.
    pub issuer: Text,
    /// `client_id`
    pub client_id: Text,
    /// What the client's tokens are bound to, such as a resource; other clients with the same id may have
    /// another binding. See `Config::binding`.
    pub binding: Text,
    /// Whether the client uses DPoP, so that there may be a key to delete.
    pub has_key: bool,
    /// Where the tokens are stored.
    pub location: Location,
}

/// The member of a note that says that the client uses DPoP.
const HAS_KEY: &str = "dpop";

impl SignIn {
    /// The tokens of a record that is stored at this location; `None` where it has none, or belongs to
    /// another issuer or client.
    ///
    /// A record of another client library ([`Tokens::is_foreign`]) has no issuer: that of its ID token
    /// counts, and a record without an ID token is nobody's. `Client::stored` verifies that ID token before
    /// a request is sent. A sign-out does not need that.
    pub fn read(&self, record: &Value) -> Option<Box<Tokens>> {
        let tokens = Tokens::read(record)?;
        let names_issuer = |claims: &Value| claims.str("iss") == Some(&self.issuer);
        let is_of_client = |claims: &Value| is_for(claims, &self.client_id);
        let is_ours = match (&tokens.issuer, &tokens.client_id, claims(&tokens)) {
            (None, _, None) => false,
            (None, _, Some(claims)) => names_issuer(&claims) && is_of_client(&claims),
            (Some(issuer), _, _) if self.issuer != *issuer => false,
            // The record was ours; another script may have changed its issuer.
            (Some(_), _, Some(claims)) if !names_issuer(&claims) => false,
            (Some(_), Some(client_id), _) => self.client_id == *client_id,
            (Some(_), None, claims) => claims.is_none_or(|claims| is_of_client(&claims)),
        };
        is_ours.then_some(tokens)
    }

    /// The `clientId` for a record with these tokens; `None` where their ID token names the client.
    pub fn name_in(&self, tokens: &Tokens) -> Option<Text> {
        let is_named = claims(tokens).is_some_and(|claims| is_for(&claims, &self.client_id));
        (!is_named).then(|| self.client_id.clone())
    }

    /// The `ownerId` of an authorization: the client's id, with its binding if it has one.
    pub fn owner(&self) -> Text {
        match self.binding.is_empty() {
            true => self.client_id.clone(),
            false => [&*self.client_id, "-", &self.binding].joined(),
        }
    }

    /// The name of the lock under which these tokens are renewed
    /// (docs/decisions.md#one-renewal-at-a-time), and of their DPoP key.
    pub fn lock_name(&self) -> Text {
        let Location { area, key } = &self.location;
        ["journey-oidc", &self.issuer, &self.client_id, area.word(), key].joined_by("|")
    }

    /// What a request with these tokens proves: [`Possession`].
    pub fn possession(&self, jkt: &Text, token: Option<&AccessToken>) -> Possession {
        Possession { key: self.lock_name(), jkt: jkt.clone(), token: token.cloned() }
    }

    /// Whether each tab has tokens of its own, which other tabs can't see.
    pub fn is_of_tab(&self) -> bool {
        matches!(self.location.area, Area::Session | Area::Memory)
    }

    /// The note for `SignIns`; `None` for an app's own storage, which other pages can't find.
    pub fn to_note(&self) -> Option<Value> {
        if let Area::Custom(_) = self.location.area {
            return None;
        }
        let mut note = self.location.to_value();
        note.set("clientId", &self.client_id);
        if !self.binding.is_empty() {
            note.set("binding", &self.binding);
        }
        if self.has_key {
            note.set(HAS_KEY, true);
        }
        Some(note)
    }

    /// Reads a note of [`SignIn::to_note`].
    pub fn of_note(note: &Value, issuer: &str) -> Option<Rc<SignIn>> {
        let area = [Area::Local, Area::Session, Area::Memory]
            .into_iter()
            .find(|area| note.str("storage") == Some(area.word()))?;
        Some(Rc::new(SignIn {
            issuer: issuer.into(),
            client_id: note.str("clientId")?.into(),
            binding: note.text("binding").cloned().unwrap_or_default(),
            has_key: note.flag(HAS_KEY),
            location: Location { area, key: note.str("key")?.into() },
        }))
    }
}

/// Where the session token of an issuer's AM is stored. The key has the issuer, so that no other AM on the
/// same host gets the token.
pub fn session_at(issuer: &str, area: Area) -> Location {
    Location { area, key: session_key(issuer) }
}

/// The user of tokens, by `sub`.
#[derive(Clone, Debug, PartialEq)]
pub enum User {
    /// Unknown: there is no ID token, or an invalid one.
    Unknown,
    /// The user of a stored ID token whose signature is not verified now, for lack of a key. It may
    /// prevent the use of tokens, and never allows it.
    Claimed(Text),
    /// The user of an ID token that has been verified in this page.
    Proved(Text),
}

impl User {
    /// The `sub` that renewed tokens must have
    /// ([OpenID Connect Core section 12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)).
    pub fn subject(&self) -> Option<&Text> {
        match self {
            User::Unknown => None,
            User::Claimed(subject) | User::Proved(subject) => Some(subject),
        }
    }

    /// Whether a verified ID token says who the user is. Only then may what this user has left stay beside
    /// new tokens with the same `sub`.
    pub fn is_proved(&self) -> bool {
        matches!(self, User::Proved(_))
    }

    /// Whether both are proved to be the same user.
    pub fn is(&self, other: &User) -> bool {
        self.is_proved() && self == other
    }

    /// Whether both are known, and different users.
    pub fn is_other_than(&self, other: &User) -> bool {
        self.subject().zip(other.subject()).is_some_and(|(one, other)| one != other)
    }

    /// The user of tokens by their ID token, not verified: enough to leave another user's tokens alone.
    pub fn said_by(tokens: &Tokens) -> User {
        let subject = claims(tokens).and_then(|claims| claims.non_empty("sub").cloned());
        subject.map_or(User::Unknown, User::Claimed)
    }
}

/// The claims of the ID token, not verified.
fn claims(tokens: &Tokens) -> Option<Value> {
    Some(parse_jwt(tokens.id_token.as_ref()?).ok()?.claims)
}

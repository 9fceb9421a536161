//! Whose is it? Nothing that is kept is used for another issuer, user, client, resource or AM than the one
//! that it came from. The rule is here, and what it goes by:
//!
//! | kept | issuer | user | client | resource, AM |
//! |---|---|---|---|---|
//! | record of tokens | `issuer`, or the ID token's `iss` | the ID token's `sub` | its `aud`, or `clientId` | its key |
//! | renewal | the record's | the record's | the record's | the record's |
//! | started authorization | `issuer` | | `clientId` and `ownerId` | `ownerId`, its key |
//! | copy in JavaScript | is worth nothing once the record's text has changed | | | |
//! | AM's session | its key | | | its key |
//!
//! [RFC 9700 section 4.4](https://www.rfc-editor.org/rfc/rfc9700#section-4.4) has the attacks of one
//! provider on another, [RFC 8707 section 3](https://www.rfc-editor.org/rfc/rfc8707#section-3) those of
//! one API on another.

use std::rc::Rc;

use crate::json::Value;
use crate::protocol::id_token::{is_for, parse_jwt};
use crate::protocol::tokens::Tokens;
use crate::storage::{Area, Location, session_key};
use crate::text::{Join, Text};

/// Whose tokens are kept where. Holds no token.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// The issuer.
    pub issuer: Text,
    /// The client.
    pub client_id: Text,
    /// What the client's tokens are bound to, which other clients of its id may not be: `Config::binding`.
    pub binding: Text,
    /// Where its tokens are.
    pub location: Location,
}

impl SignIn {
    /// The tokens of a record that is stored in this place; `None` where it is no record, or another
    /// issuer's or client's.
    ///
    /// A record of another client library does not name its issuer: that is its ID token's, and without
    /// one nobody knows ([`Tokens::is_foreign`]). What its ID token says is verified by
    /// `Client::stored`, before anything is sent; a sign-out goes by its words.
    pub fn read(&self, record: &Value) -> Option<Box<Tokens>> {
        let tokens = Tokens::read(record)?;
        let is_ours = match (&tokens.issuer, &tokens.client_id, claims(&tokens)) {
            (None, _, None) => false,
            (None, _, Some(claims)) => {
                claims.str("iss") == Some(&self.issuer) && is_for(&claims, &self.client_id)
            }
            (Some(issuer), _, _) if self.issuer != *issuer => false,
            (Some(_), Some(client_id), _) => self.client_id == *client_id,
            (Some(_), None, claims) => claims.is_none_or(|claims| is_for(&claims, &self.client_id)),
        };
        is_ours.then_some(tokens)
    }

    /// The `clientId` of a record with these tokens, where their ID token doesn't name the client.
    pub fn name_in(&self, tokens: &Tokens) -> Option<Text> {
        let is_named = claims(tokens).is_some_and(|claims| is_for(&claims, &self.client_id));
        (!is_named).then(|| self.client_id.clone())
    }

    /// Who owns a started authorization: the client, or the one among those of its id that this is.
    pub fn owner(&self) -> Text {
        match self.binding.is_empty() {
            true => self.client_id.clone(),
            false => [&*self.client_id, "-", &self.binding].joined(),
        }
    }

    /// The name of the lock under which these tokens are renewed: docs/decisions.md#one-renewal-at-a-time
    pub fn lock_name(&self) -> Text {
        let Location { area, key } = &self.location;
        ["journey-oidc", &self.issuer, &self.client_id, area.word(), key].joined_by("|")
    }

    /// Whether each tab has its own: what another tab keeps can't be seen here.
    pub fn is_of_tab(&self) -> bool {
        matches!(self.location.area, Area::Session | Area::Memory)
    }

    /// As it is noted; `None` for an app's own storage, which no other page can name.
    pub fn to_note(&self) -> Option<Value> {
        if let Area::Custom(_) = self.location.area {
            return None;
        }
        let mut note = self.location.to_value();
        note.set("clientId", &self.client_id);
        if !self.binding.is_empty() {
            note.set("binding", &self.binding);
        }
        Some(note)
    }

    /// Reads what [`SignIn::to_note`] gave.
    pub fn of_note(note: &Value, issuer: &str) -> Option<Rc<SignIn>> {
        let area = [Area::Local, Area::Session, Area::Memory]
            .into_iter()
            .find(|area| note.str("storage") == Some(area.word()))?;
        Some(Rc::new(SignIn {
            issuer: issuer.into(),
            client_id: note.str("clientId")?.into(),
            binding: note.text("binding").cloned().unwrap_or_default(),
            location: Location { area, key: note.str("key")?.into() },
        }))
    }
}

/// Where AM's session of an issuer is kept: one of the AMs of a host must not get another one's.
pub fn session_at(issuer: &str, area: Area) -> Location {
    Location { area, key: session_key(issuer) }
}

/// Whom tokens are about.
#[derive(Clone, Debug, PartialEq)]
pub enum User {
    /// Nobody knows: there is no ID token, or a wrong one.
    Unknown,
    /// An ID token that we have stored says so. Its signature can't be verified now, since there is no
    /// key for it: that may keep tokens from being used, and never proves that they may be.
    Claimed(Text),
    /// An ID token says so that was verified in this page.
    Proved(Text),
}

impl User {
    /// The subject with which new tokens must agree ([OpenID Connect Core section
    /// 12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)).
    pub fn subject(&self) -> Option<&Text> {
        match self {
            User::Unknown => None,
            User::Claimed(subject) | User::Proved(subject) => Some(subject),
        }
    }

    /// Whether what this user has left behind may be kept beside tokens of the same subject.
    pub fn is_proved(&self) -> bool {
        matches!(self, User::Proved(_))
    }

    /// Whether it is proved that both are the same user.
    pub fn is(&self, other: &User) -> bool {
        self.is_proved() && self == other
    }

    /// Whether both say that they are different users.
    pub fn is_other_than(&self, other: &User) -> bool {
        self.subject().zip(other.subject()).is_some_and(|(one, other)| one != other)
    }

    /// Whom tokens say that they are about, unverified: enough to leave another user's alone.
    pub fn said_by(tokens: &Tokens) -> User {
        let subject = claims(tokens).and_then(|claims| claims.non_empty("sub").cloned());
        subject.map_or(User::Unknown, User::Claimed)
    }
}

/// What the ID token says, unverified.
fn claims(tokens: &Tokens) -> Option<Value> {
    Some(parse_jwt(tokens.id_token.as_ref()?).ok()?.claims)
}

//! Revocation and logout.

use std::rc::Rc;

use super::Client;
use super::store::error as storage_error;
use crate::context::{Context, SignIn};
use crate::error::{Code, Error, Kind};
use crate::journey::session;
use crate::json::{Value, object};
use crate::oidc::config::Location;
use crate::oidc::discovery::Metadata;
use crate::oidc::tokens::Tokens;
use crate::oidc::{logout, revoke};
use crate::platform::{Platform, StorageFault};

/// A part of a larger call: done, not needed, or failed.
type Part = Result<Done, Error>;

/// What was done of a part.
#[derive(Clone, Copy, PartialEq)]
enum Done {
    Done,
    Skipped,
}

impl<P: Platform> Client<P> {
    /// `token.revoke()`: revokes the refresh and the access token, and forgets all tokens whatever
    /// the server says.
    pub async fn revoke(&self) -> Result<Value, Error> {
        let endpoint = Metadata::require(
            &self.metadata.revocation_endpoint,
            "Wellknown missing revocation endpoint",
        )?;
        let tokens = self.access_token(Kind::State).await?;
        let deleted = removed(
            self.context
                .forget(&self.config.client_id, &self.config.location)
                .await,
            &self.config.location,
        );
        let revoked = self.revoke_at(endpoint, &tokens).await;
        report([("revokeResponse", revoked), ("deleteResponse", deleted)])
    }

    /// `user.logout()`: forgets everything here first, so that other tabs know at once; then ends
    /// the session at the provider, then revokes the tokens (decision 7).
    pub async fn logout(&self) -> Result<Value, Error> {
        let stored = self.stored().await;
        let unreadable = stored.as_ref().err().copied();
        let tokens = stored.ok().and_then(|stored| stored.tokens);
        let had_session = session::forget(&self.context, &self.metadata.issuer).await;
        let forgotten = self
            .context
            .forget(&self.config.client_id, &self.config.location)
            .await;
        let notes = self.context.forget_notes(&self.metadata.issuer).await;
        if tokens.is_none() && !had_session {
            return Err(nothing_to_end(unreadable));
        }
        let deleted = removed(forgotten.and(notes), &self.config.location);
        let ended = self.end_session(tokens.as_ref()).await;
        let revoked = match (&self.metadata.revocation_endpoint, &tokens) {
            (Some(endpoint), Some(tokens)) => self.revoke_at(endpoint, tokens).await,
            _ => Ok(Done::Skipped),
        };
        report([
            ("sessionResponse", ended),
            ("revokeResponse", revoked),
            ("deleteResponse", deleted),
        ])
    }

    async fn end_session(&self, tokens: Option<&Tokens>) -> Part {
        let hint = tokens.and_then(|tokens| tokens.id_token.as_ref());
        let (Some(endpoint), Some(hint)) = (&self.metadata.end_session_endpoint, hint) else {
            return Ok(Done::Skipped);
        };
        let request = logout::request(endpoint, hint, self.config.sign_out_redirect_uri.as_deref());
        let answer = self.send(request).await;
        let sentence = "An error occurred while ending the session";
        revoke::read(answer, "End Session failure", sentence).map(|()| Done::Done)
    }

    async fn revoke_at(&self, endpoint: &str, tokens: &Tokens) -> Part {
        let revoked = self
            .context
            .revoke(
                endpoint,
                &self.config.client_id,
                tokens,
                self.config.timeout,
            )
            .await;
        revoked.map(|()| Done::Done)
    }
}

impl Tokens {
    /// Every token that can be revoked; the refresh token first, so that nothing new comes of it.
    pub(super) fn secrets(&self) -> Vec<String> {
        let refresh = self
            .refresh_token
            .iter()
            .map(|token| token.reveal().to_owned());
        refresh
            .chain([self.access_token.reveal().to_owned()])
            .collect()
    }
}

/// Puts the outcomes of the parts together: the contract's success shape, with a member that says
/// what was done, or `Inner request error` with the parts that failed.
fn report<const N: usize>(parts: [(&'static str, Part); N]) -> Result<Value, Error> {
    if parts.iter().all(|(_, part)| part.is_ok()) {
        let done = Value::Object(
            parts
                .iter()
                .map(|(name, part)| {
                    (
                        name.replace("Response", ""),
                        (*part == Ok(Done::Done)).into(),
                    )
                })
                .collect(),
        );
        let mut value = object(parts.map(|(name, _)| (name, Value::Null)));
        value.set("done", done);
        return Ok(value);
    }
    let first = parts.iter().find_map(|(_, part)| part.as_ref().err());
    let code = first.map_or(Code::InternalError, Error::code);
    let text = "Signed out here, and a request to the server failed; see the members for which.";
    let error = Error::new("Inner request error", code, Kind::Network, text);
    Err(parts.into_iter().fold(error, |error, (name, part)| {
        error.with(name, part.err().map_or(Value::Null, Error::into_value))
    }))
}

fn removed(outcome: Result<(), StorageFault>, location: &Location) -> Part {
    outcome
        .map(|()| Done::Done)
        .map_err(|fault| storage_error(fault, location.area, "Removing_error"))
}

fn nothing_to_end(unreadable: Option<StorageFault>) -> Error {
    let code = unreadable.map_or(Code::NotSignedIn, StorageFault::code);
    Error::new(
        "Token_Error",
        code,
        Kind::State,
        "Required for ending session and revoking access token",
    )
}

impl<P: Platform> Context<P> {
    /// Revokes every token of a sign-in. All are tried; the first failure is returned.
    async fn revoke(
        &self,
        endpoint: &str,
        client_id: &str,
        tokens: &Tokens,
        timeout: f64,
    ) -> Result<(), Error> {
        let mut outcome = Ok(());
        for token in tokens.secrets() {
            let answer = self
                .platform
                .send(revoke::request(endpoint, client_id, &token), timeout)
                .await;
            let sentence = "An error occurred while revoking the token";
            outcome = outcome.and(revoke::read(answer, "Token revocation failure", sentence));
        }
        outcome
    }
}

/// Forgets and revokes the tokens of every client of the issuer, in this page and before a reload:
/// the journey client's part of a sign-out. Every part is tried; the first failure is returned.
pub async fn sign_out_all<P: Platform>(
    context: &Rc<Context<P>>,
    metadata: &Metadata,
    timeout: f64,
) -> Result<(), Error> {
    let mut outcome = Ok(());
    let mut revocable = Vec::new();
    for SignIn {
        client_id,
        location,
        ..
    } in context.sign_ins(&metadata.issuer).await
    {
        let stored = context.tokens_at(&location, &metadata.issuer).await;
        revocable.extend(
            stored
                .ok()
                .and_then(|stored| stored.tokens)
                .map(|tokens| (client_id.clone(), tokens)),
        );
        outcome =
            outcome.and(removed(context.forget(&client_id, &location).await, &location).map(drop));
    }
    // A note that can't be removed names places that are empty by now.
    let _ = context.forget_notes(&metadata.issuer).await;
    if let Some(endpoint) = &metadata.revocation_endpoint {
        for (client_id, tokens) in revocable {
            outcome = outcome.and(context.revoke(endpoint, &client_id, &tokens, timeout).await);
        }
    }
    outcome
}

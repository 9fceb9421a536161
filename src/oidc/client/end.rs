//! Revocation and logout.

use std::rc::Rc;

use super::Client;
use super::store::error as storage_error;
use crate::am::Endpoints;
use crate::base64url;
use crate::context::{Caller, Context, SignIn};
use crate::error::{Code, Error, Kind};
use crate::event::Event;
use crate::json::{Value, object};
use crate::oidc::config::Location;
use crate::oidc::discovery::Metadata;
use crate::oidc::tokens::Tokens;
use crate::oidc::{logout, revoke};
use crate::platform::{Area, Platform, StorageFault};
use crate::secret::RawIdToken;
use crate::session;

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
    pub async fn revoke(self: &Rc<Self>) -> Result<Value, Error> {
        let client = self.clone();
        let work = || async move { client.revoke_once().await };
        self.endings.share(self.platform(), "revoke", work).await
    }

    /// `user.logout()`: forgets everything here first, so that other tabs know at once; then ends
    /// the session at the provider, then revokes the tokens (decision 7).
    ///
    /// With `redirect` in the options the tokens are revoked first, and then the browser itself goes
    /// to the provider to end the session there.
    pub async fn logout(self: &Rc<Self>, options: &Value) -> Result<Value, Error> {
        let client = self.clone();
        let redirect = options.flag("redirect");
        let state = options.non_empty("state").map(str::to_owned);
        let work = || async move {
            match redirect {
                true => client.logout_by_redirect(state).await,
                false => client.logout_once().await,
            }
        };
        let name = if redirect { "logout by redirect" } else { "logout" };
        self.endings.share(self.platform(), name, work).await
    }

    async fn revoke_once(&self) -> Result<Value, Error> {
        Metadata::require(
            &self.metadata.revocation_endpoint,
            "Wellknown missing revocation endpoint",
        )?;
        self.access_token(Kind::State).await?;
        let sign_out = self.begin_sign_out().await;
        let revoked = sign_out.revoke(&self.context, &self.caller, &self.metadata).await;
        let parts = [
            ("revokeResponse", revoked.map(|()| Done::Done)),
            ("deleteResponse", sign_out.forgotten.clone().map(|()| Done::Done)),
        ];
        report(parts, "The tokens are forgotten here; what failed is in the other members.")
    }

    async fn logout_once(&self) -> Result<Value, Error> {
        let session = session::forget(&self.context, &self.metadata.issuer);
        let sign_out = self.begin_sign_out().await;
        if sign_out.tokens.is_empty() && session == Ok(false) {
            return Err(nothing_to_end(&sign_out));
        }
        let hint = sign_out.tokens.iter().find_map(|(_, tokens)| tokens.id_token.as_ref());
        let ended = self.end_session(hint).await;
        let revoked = self.revoke_tokens(&sign_out).await;
        report_logout(ended, revoked, &sign_out, session)
    }

    async fn logout_by_redirect(&self, state: Option<String>) -> Result<Value, Error> {
        let state = match state {
            Some(state) => state,
            None => base64url::encode(&self.random()?),
        };
        let session = session::forget(&self.context, &self.metadata.issuer);
        let sign_out = self.begin_sign_out().await;
        let revoked = self.revoke_tokens(&sign_out).await;
        let hint = sign_out.tokens.iter().find_map(|(_, tokens)| tokens.id_token.as_ref());
        let ended = match &self.metadata.end_session_page {
            Some(page) => {
                let redirect_uri = self.config.sign_out_redirect_uri.as_deref();
                let client_id = &self.config.client_id;
                let url = logout::page(page, client_id, hint, redirect_uri, &state);
                self.platform().navigate(&url);
                Ok(Done::Done)
            }
            None => Ok(Done::Skipped),
        };
        report_logout(ended, revoked, &sign_out, session)
    }

    async fn revoke_tokens(&self, sign_out: &SignOut<P>) -> Part {
        match (&self.metadata.revocation_endpoint, sign_out.tokens.is_empty()) {
            (Some(_), false) => {
                let revoked = sign_out.revoke(&self.context, &self.caller, &self.metadata).await;
                revoked.map(|()| Done::Done)
            }
            _ => Ok(Done::Skipped),
        }
    }

    async fn begin_sign_out(&self) -> SignOut<P> {
        SignOut::begin(&self.context, vec![self.sign_in()], self.patience()).await
    }

    /// Ends the session at the provider: by the ID token or, when there is none, AM's by its cookie.
    async fn end_session(&self, hint: Option<&RawIdToken>) -> Part {
        let redirect_uri = self.config.sign_out_redirect_uri.as_deref();
        let am = Endpoints::of(&self.metadata, &Value::Null);
        let ended = match (&self.metadata.end_session_endpoint, hint, am) {
            (Some(endpoint), Some(hint), _) => {
                let answer = self.send(logout::request(endpoint, hint, redirect_uri)).await;
                let sentence = "An error occurred while ending the session";
                revoke::read(answer, "End Session failure", sentence)
            }
            (_, _, Ok(am)) => {
                session::read_logout(self.send(session::logout(&am, &Value::Null)).await)
            }
            _ => return Ok(Done::Skipped),
        };
        ended.map(|()| Done::Done)
    }
}

fn report_logout<P: Platform>(
    ended: Part,
    revoked: Part,
    sign_out: &SignOut<P>,
    session: Result<bool, StorageFault>,
) -> Result<Value, Error> {
    let session = session.map_err(|fault| storage_error(fault, Area::Session, "Removing_error"));
    let deleted = sign_out.forgotten.clone().and(session.map(|_| Done::Done));
    let parts =
        [("sessionResponse", ended), ("revokeResponse", revoked), ("deleteResponse", deleted)];
    report(parts, "Signed out here; what failed at the provider is in the other members.")
}

/// Puts the outcomes of the parts together: the contract's success shape, with a member that says
/// what was done, or `Inner request error` with the parts that failed.
fn report<const N: usize>(
    parts: [(&'static str, Part); N],
    failure: &'static str,
) -> Result<Value, Error> {
    if parts.iter().all(|(_, part)| part.is_ok()) {
        let done = Value::Object(
            parts
                .iter()
                .map(|(name, part)| {
                    let name = name.trim_end_matches("Response").to_owned();
                    (name, (*part == Ok(Done::Done)).into())
                })
                .collect(),
        );
        let mut value = object(parts.map(|(name, _)| (name, Value::Null)));
        value.set("done", done);
        return Ok(value);
    }
    let first = parts.iter().find_map(|(_, part)| part.as_ref().err());
    let code = first.map_or(Code::InternalError, Error::code);
    let error = Error::new("Inner request error", code, Kind::Network, failure);
    Err(parts.into_iter().fold(error, |error, (name, part)| {
        error.with(name, part.err().map_or(Value::Null, Error::into_value))
    }))
}

fn removed(outcome: Result<(), StorageFault>, location: &Location) -> Result<(), Error> {
    outcome.map_err(|fault| storage_error(fault, location.area, "Removing_error"))
}

fn nothing_to_end<P: Platform>(sign_out: &SignOut<P>) -> Error {
    let code = sign_out.unreadable.map_or(Code::NotSignedIn, StorageFault::code);
    Error::new(
        "Token_Error",
        code,
        Kind::State,
        "Required for ending session and revoking access token",
    )
}

/// A sign-out under way. Until it is dropped no tab renews the tokens concerned: a renewal that
/// waits finds the session ended, and brings nothing back.
pub struct SignOut<P: Platform> {
    /// Held until the end.
    locks: Vec<P::Lock>,
    tokens: Vec<(String, Tokens)>,
    forgotten: Result<(), Error>,
    unreadable: Option<StorageFault>,
}

impl<P: Platform> SignOut<P> {
    /// Forgets everything of these sign-ins at once, and then, when every renewal under way has come
    /// to its end, what that may have brought. Waits for each of those for at most `wait`
    /// milliseconds.
    pub async fn begin(context: &Context<P>, mut sign_ins: Vec<SignIn>, wait: f64) -> SignOut<P> {
        let mut sign_out =
            SignOut { locks: Vec::new(), tokens: Vec::new(), forgotten: Ok(()), unreadable: None };
        for sign_in in &sign_ins {
            context.count_sign_out(&sign_in.issuer);
            let before = sign_out.tokens.len();
            let _ = sign_out.take(context, sign_in).await;
            if sign_out.tokens.len() > before {
                context.emit(sign_in, &Event::SignedOut);
            }
            // A note that can't be removed names a place that is empty by now.
            let _ = context.forget_note(sign_in);
        }
        // In the same order in all tabs, so that none waits for another that waits for it.
        sign_ins.sort_by_key(SignIn::lock_name);
        for sign_in in &sign_ins {
            sign_out.locks.extend(context.lock(sign_in, wait).await);
            let taken = sign_out.take(context, sign_in).await;
            sign_out.forgotten = sign_out.forgotten.and(removed(taken, &sign_in.location));
        }
        sign_out
    }

    async fn take(&mut self, context: &Context<P>, sign_in: &SignIn) -> Result<(), StorageFault> {
        match context.tokens_at(&sign_in.location, &sign_in.issuer).await {
            Ok(stored) => {
                self.tokens.extend(stored.tokens.map(|tokens| (sign_in.client_id.clone(), tokens)))
            }
            Err(fault) => self.unreadable = Some(fault),
        }
        context.forget(sign_in).await
    }

    /// Revokes the tokens. All are tried; the first failure is returned.
    pub async fn revoke(
        &self,
        context: &Context<P>,
        caller: &Caller<P>,
        metadata: &Metadata,
    ) -> Result<(), Error> {
        let mut outcome = Ok(());
        let Some(endpoint) = &metadata.revocation_endpoint else {
            return outcome;
        };
        for (client_id, tokens) in &self.tokens {
            let revoked = context.revoke(caller, endpoint, client_id, tokens.secrets()).await;
            outcome = outcome.and(revoked);
        }
        outcome
    }

    /// Whether everything could be forgotten.
    pub fn forgotten(&self) -> Result<(), Error> {
        self.forgotten.clone()
    }
}

impl<P: Platform> Context<P> {
    /// Revokes tokens. All are tried; the first failure is returned.
    pub(super) async fn revoke(
        &self,
        caller: &Caller<P>,
        endpoint: &str,
        client_id: &str,
        tokens: Vec<String>,
    ) -> Result<(), Error> {
        let mut outcome = Ok(());
        for token in tokens {
            let answer = self.send(caller, revoke::request(endpoint, client_id, &token)).await;
            let sentence = "An error occurred while revoking the token";
            outcome = outcome.and(revoke::read(answer, "Token revocation failure", sentence));
        }
        outcome
    }
}

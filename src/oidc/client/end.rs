//! Revocation and logout.

use std::pin::pin;
use std::rc::Rc;

use super::Client;
use super::store::error as storage_error;
use super::tabs::Held;
use crate::am::Endpoints;
use crate::context::{Caller, Context, Entry, SignIn};
use crate::error::{Code, Error, Kind};
use crate::event::Event;
use crate::flight::{both, until};
use crate::json::{Value, object};
use crate::oidc::config::Location;
use crate::oidc::discovery::Metadata;
use crate::oidc::tokens::Tokens;
use crate::oidc::{logout, revoke};
use crate::platform::{Area, Platform, StorageFault};
use crate::secret::RawIdToken;
use crate::session;
use crate::text::Text;

/// It takes no longer than this many milliseconds to leave a page.
const LEAVING: f64 = 10_000.0;

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
        let work = Box::pin(async move { client.revoke_once().await });
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
        let state = options.non_empty("state").map(Text::from);
        let work = Box::pin(async move {
            match redirect {
                true => client.logout_by_redirect(state).await,
                false => client.logout_once().await,
            }
        });
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
        let revoked = sign_out.revoke(self.context, &self.caller, &self.metadata).await;
        let parts = [
            ("revokeResponse", revoked.map(|()| Done::Done)),
            ("deleteResponse", sign_out.forgotten.clone().map(|()| Done::Done)),
        ];
        report(parts.into(), "The tokens are forgotten here; what failed is in the other members.")
    }

    async fn logout_once(&self) -> Result<Value, Error> {
        let session = session::forget(self.context, &self.metadata.issuer);
        let mut sign_out = SignOut::start(self.context, vec![self.sign_in.clone()]).await;
        let begins = !sign_out.tokens.is_empty() || session == Ok(true);
        let ended = self.end_at_once(&mut sign_out, begins).await;
        if sign_out.tokens.is_empty() && session == Ok(false) {
            return Err(nothing_to_end(&sign_out));
        }
        let ended = match begins {
            true => ended,
            // A renewal that was under way has brought tokens.
            false => self.end_session(sign_out.hint().as_ref()).await,
        };
        let revoked = self.revoke_tokens(&sign_out).await;
        report_logout(ended, revoked, &sign_out, session)
    }

    /// Ends the session, where there `begins` to be one, before anything is waited for: the page may be
    /// left at any time. Meanwhile the sign-out settles.
    async fn end_at_once(&self, sign_out: &mut SignOut<P>, begins: bool) -> Part {
        let hint = sign_out.hint();
        let mut known = Vec::new();
        for (_, tokens) in &sign_out.tokens {
            known.append(&mut tokens.secrets());
        }
        let ending = async {
            if begins { self.end_session(hint.as_ref()).await } else { Ok(Done::Skipped) }
        };
        let settling = sign_out.settle(self.context, self.patience());
        let mut both = pin!(both(ending, settling));
        let (ended, ()) = match until(self.platform().left(), both.as_mut()).await {
            Some(ended) => ended,
            None => {
                // All at once, while there is still time.
                for token in known {
                    self.revoke_later(vec![token]);
                }
                both.await
            }
        };
        ended
    }

    async fn logout_by_redirect(&self, state: Option<Text>) -> Result<Value, Error> {
        let state = match state {
            Some(state) => state,
            None => self.random()?,
        };
        let session = session::forget(self.context, &self.metadata.issuer);
        let mut sign_out = self.begin_sign_out().await;
        let revoked = self.revoke_tokens(&sign_out).await;
        let hint = sign_out.hint();
        let ended = match &self.metadata.end_session_page {
            Some(page) => {
                let redirect_uri = self.config.sign_out_redirect_uri.as_ref();
                let client_id = &self.config.client_id;
                let url = logout::page(page, client_id, hint.as_ref(), redirect_uri, &state);
                self.platform().navigate(&url);
                self.keep_locked(&mut sign_out);
                Ok(Done::Done)
            }
            None => Ok(Done::Skipped),
        };
        report_logout(ended, revoked, &sign_out, session)
    }

    /// Until the browser has left this page, nobody is signed in again by what is left of the
    /// session.
    fn keep_locked(&self, sign_out: &mut SignOut<P>) {
        let locks = std::mem::take(&mut sign_out.locks);
        let context = self.context;
        self.platform().spawn(Box::pin(async move {
            context.platform.pause(LEAVING).await;
            drop(locks);
        }));
    }

    async fn revoke_tokens(&self, sign_out: &SignOut<P>) -> Part {
        match (&self.metadata.revocation_endpoint, sign_out.tokens.is_empty()) {
            (Some(_), false) => {
                let revoked = sign_out.revoke(self.context, &self.caller, &self.metadata).await;
                revoked.map(|()| Done::Done)
            }
            _ => Ok(Done::Skipped),
        }
    }

    async fn begin_sign_out(&self) -> SignOut<P> {
        SignOut::begin(self.context, vec![self.sign_in.clone()], self.patience()).await
    }

    /// Ends the session at the provider: by the ID token or, when there is none, AM's by its cookie.
    async fn end_session(&self, hint: Option<&RawIdToken>) -> Part {
        let redirect_uri = self.config.sign_out_redirect_uri.as_ref();
        let paths = self.config.hints.at("serverConfig").at("paths");
        let am = Endpoints::of(&self.metadata, paths);
        let ended = match (&self.metadata.end_session_endpoint, hint, am) {
            (Some(endpoint), Some(hint), _) => {
                let answer = self.send(logout::request(endpoint, hint, redirect_uri)).await;
                if answer.as_ref().is_ok_and(logout::asks_the_person) {
                    return Ok(Done::Skipped);
                }
                let sentence = "An error occurred while ending the session";
                revoke::read(answer, "End Session failure", sentence)
            }
            (_, _, Ok(am)) => {
                let call = session::Call { endpoints: &am, query: &Value::NULL, token: None };
                call.end(self.context, &self.caller).await.map(drop)
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
    report(parts.into(), "Signed out here; what failed at the provider is in the other members.")
}

/// Puts the outcomes of the parts together: the contract's success shape, with a member that says
/// what was done, or `Inner request error` with the parts that failed.
fn report(parts: Vec<(&'static str, Part)>, failure: &'static str) -> Result<Value, Error> {
    if parts.iter().all(|(_, part)| part.is_ok()) {
        let (mut value, mut done) = (object!([]), object!([]));
        for (name, part) in &parts {
            value.set(name, Value::NULL);
            done.set(name.strip_suffix("Response").unwrap_or(name), *part == Ok(Done::Done));
        }
        value.set("done", done);
        return Ok(value);
    }
    let first = parts.iter().find_map(|(_, part)| part.as_ref().err());
    let code = first.map_or(Code::InternalError, Error::code);
    let mut error = Error::new("Inner request error", code, Kind::Network, failure);
    for (name, part) in parts {
        error = error.with(name, part.err().map_or(Value::NULL, Error::into_value));
    }
    Err(error)
}

/// Takes out the one whose lock's name is the first.
fn take_first(sign_ins: &mut Vec<Rc<SignIn>>) -> Rc<SignIn> {
    let mut first = 0;
    for at in 1..sign_ins.len() {
        if let (Some(one), Some(other)) = (sign_ins.get(at), sign_ins.get(first))
            && one.lock_name() < other.lock_name()
        {
            first = at;
        }
    }
    sign_ins.swap_remove(first)
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
    sign_ins: Vec<Rc<SignIn>>,
    /// Held until the end.
    locks: Vec<Held<P>>,
    /// Says to the rest of this page that it is under way.
    running: Vec<Entry>,
    tokens: Vec<(Text, Box<Tokens>)>,
    forgotten: Result<(), Error>,
    unreadable: Option<StorageFault>,
}

impl<P: Platform> SignOut<P> {
    /// Forgets everything of these sign-ins at once, and then, when every renewal under way has come
    /// to its end, what that may have brought. Waits for each of those for at most `wait`
    /// milliseconds.
    pub async fn begin(context: &Context<P>, sign_ins: Vec<Rc<SignIn>>, wait: f64) -> SignOut<P> {
        let mut sign_out = Self::start(context, sign_ins).await;
        sign_out.settle(context, wait).await;
        sign_out
    }

    /// The first half of [`SignOut::begin`]: with web storage it waits for nothing.
    async fn start(context: &Context<P>, sign_ins: Vec<Rc<SignIn>>) -> SignOut<P> {
        context.forget_documents();
        let mut sign_out = SignOut {
            sign_ins,
            locks: Vec::new(),
            running: Vec::new(),
            tokens: Vec::new(),
            forgotten: Ok(()),
            unreadable: None,
        };
        for sign_in in sign_out.sign_ins.clone() {
            let sign_in = &sign_in;
            context.count_sign_out(&sign_in.issuer);
            sign_out.running.push(context.begin_sign_out(&sign_in.issuer));
            let before = sign_out.tokens.len();
            let _ = sign_out.take(context, sign_in).await;
            if sign_out.tokens.len() > before {
                context.emit(sign_in, &Event::SignedOut);
            }
            // A note that can't be removed names a place that is empty by now.
            let _ = context.forget_note(sign_in);
        }
        sign_out
    }

    /// The second half.
    async fn settle(&mut self, context: &Context<P>, wait: f64) {
        // In the same order in all tabs, so that none waits for another that waits for it.
        let mut left = self.sign_ins.clone();
        while !left.is_empty() {
            let sign_in = take_first(&mut left);
            if let Some(lock) = context.lock(&sign_in, wait).await {
                self.locks.push(lock);
            }
            let taken = self.take(context, &sign_in).await;
            context.tell(&sign_in).await;
            let forgotten = removed(taken, &sign_in.location);
            self.forgotten = std::mem::replace(&mut self.forgotten, Ok(())).and(forgotten);
        }
    }

    /// The ID token by which the provider knows the session.
    fn hint(&self) -> Option<RawIdToken> {
        self.tokens.iter().find_map(|(_, tokens)| tokens.id_token.clone())
    }

    async fn take(&mut self, context: &Context<P>, sign_in: &SignIn) -> Result<(), StorageFault> {
        match context.tokens_at(&sign_in.location, &sign_in.issuer).await {
            Ok(stored) => {
                // Where the last tokens could not be stored, earlier ones still are.
                let under = stored.in_storage(&sign_in.issuer);
                let under = under.filter(|under| stored.tokens.as_ref() != Some(under));
                for tokens in stored.tokens.into_iter().chain(under) {
                    self.tokens.push((sign_in.client_id.clone(), tokens));
                }
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
        tokens: Vec<Text>,
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

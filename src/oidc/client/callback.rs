//! The way back from the provider: a code becomes tokens, once.

use std::rc::Rc;

use super::Client;
use super::authorize::refused;
use super::renew::signed_out;
use super::store::{Former, Found, Stored};
use crate::error::{Code, Error};
use crate::event::Event;
use crate::json::Value;
use crate::oidc::authorize::{self, Done, Grant, Response};
use crate::oidc::pkce;
use crate::oidc::tokens::Tokens;
use crate::platform::Platform;
use crate::secret::{AuthorizationCode, State};
use crate::text::{Join, Text};
use crate::url::{Params, Url};

impl<P: Platform> Client<P> {
    /// `token.exchange(code, state)`: tokens for a code. Overlapping calls for the same code share
    /// one request.
    /// `iss` is the response's parameter of that name (RFC 9207), where the app hands it over; empty
    /// when the response had none. Where the app doesn't, the address bar may still show it.
    pub async fn exchange(
        self: &Rc<Self>,
        code: &str,
        state: &str,
        iss: Option<&str>,
    ) -> Result<Value, Error> {
        if code.is_empty() || state.is_empty() {
            return Err(authorize::state_mismatch(Code::StateMissing));
        }
        let (code, state) = (AuthorizationCode::new(code), State::new(state));
        let shown = self.shown(&state);
        let iss = iss.or_else(|| Some(shown.as_ref()?.1.get("iss").map_or("", Text::as_str)));
        let promised = self.metadata.iss_in_response;
        if iss.is_some_and(|iss| self.metadata.issuer != iss && (promised || !iss.is_empty())) {
            return Err(authorize::issuer_mismatch());
        }
        let found = self.recall(&state);
        let tokens = match found {
            Ok(found) => {
                let grant = Grant::new(code, &state, found.transaction.clone())?;
                self.exchange_shared(grant, found, false).await?
            }
            // The same call may be under way, and have used up the record.
            Err(error) => {
                self.context.exchanges.join(&self.name_of(&code, &state)).await.ok_or(error)??
            }
        };
        Ok(self.returned(tokens))
    }

    /// `authorize.callback.matches(url)`: whether the URL answers an authorization of this client in
    /// this tab, be it one that has been dealt with.
    pub fn matches(&self, url: &str) -> bool {
        let Some(url) = self.page(url) else { return false };
        let params = authorize::response_params(&url);
        params.get("state").is_some_and(|state| {
            let state = State::new(state);
            self.look_up(&state).is_ok() || self.recall_done(&state).is_some()
        })
    }

    /// `authorize.callback(url)`: checks the response, exchanges its code, and takes it out of the
    /// address bar. The same response gives the same tokens again, for as long as they are kept.
    pub async fn callback(self: &Rc<Self>, url: &str) -> Result<Value, Error> {
        let unknown = || authorize::state_mismatch(Code::StateMissing);
        let url = self.page(url).ok_or_else(unknown)?;
        let params = authorize::response_params(&url);
        let state = State::new(params.get("state").ok_or_else(unknown)?);
        let code = params.get("code").map_or("", Text::as_str);
        let name = ["callback ", &self.name_of(&AuthorizationCode::new(code), &state)].joined();
        let client = self.clone();
        let work = Box::pin(async move { client.callback_once(&params, &state).await });
        self.context.exchanges.share(self.platform(), &name, work).await
    }

    /// The same; overlapping calls for the same response are one.
    async fn callback_once(
        self: &Rc<Self>,
        params: &Params,
        state: &State,
    ) -> Result<Value, Error> {
        let code = params.get("code").map_or("", Text::as_str);
        let result = match (self.recall(state), self.recall_done(state)) {
            (Err(_), Some(done)) => self.again(&done, code).await,
            (Ok(found), _) => {
                let app_state = found.transaction.app_state.clone();
                match authorize::response(params, found.transaction.clone(), &self.metadata)? {
                    Response::Code(grant) => {
                        let exchanged = self.exchange_shared(grant, found, true).await;
                        exchanged.map(|tokens| self.returned_with(tokens, app_state))
                    }
                    Response::Refused(error) => {
                        let _ = self.platform().remove(found.area, &found.key);
                        Err(refused(error, app_state))
                    }
                }
            }
            (Err(error), None) => return Err(error),
        };
        // What may pass can be tried again by a reload.
        if result.as_ref().err().is_none_or(|error| !error.is_passing()) {
            self.clean_address(state);
        }
        result
    }

    /// The answer to a response that has been dealt with.
    async fn again(&self, done: &Done, code: &str) -> Result<Value, Error> {
        let used = || authorize::state_mismatch(Code::StateUnknown);
        if !done.is_of(code) {
            return Err(used());
        }
        let stored = self.stored().await.ok().and_then(|stored| stored.tokens);
        let tokens = stored.ok_or_else(used)?;
        // Somebody else may have signed in since.
        if self.fingerprint_of(&tokens).await != done.subject {
            return Err(used());
        }
        let mut value = self.returned_with(tokens.to_value(), done.app_state.clone());
        if !self.is_fresh(&tokens) {
            value.set("expired", true);
        }
        Ok(value)
    }

    /// Takes the response out of the address bar, where it is still shown.
    fn clean_address(&self, state: &State) {
        if let Some((shown, _)) = self.shown(state) {
            self.platform().replace_address(&authorize::without_response(&shown));
        }
    }

    /// The address of the page and the response in it, where it is the one with this state.
    fn shown(&self, state: &State) -> Option<(Url, Params)> {
        let shown = Url::parse(&self.platform().base_url()?, None)?;
        let params = authorize::response_params(&shown);
        (params.get("state") == Some(state.reveal())).then_some((shown, params))
    }

    async fn exchange_shared(
        self: &Rc<Self>,
        grant: Grant,
        found: Found,
        mark: bool,
    ) -> Result<Value, Error> {
        let name = self.name_of(&grant.code, &grant.transaction.state);
        let client = self.clone();
        let work = Box::pin(async move {
            let tokens = client.exchange_once(&grant, &found, mark).await?;
            Ok(tokens.to_value())
        });
        self.context.exchanges.share(self.platform(), &name, work).await
    }

    async fn exchange_once(
        &self,
        grant: &Grant,
        found: &Found,
        mark: bool,
    ) -> Result<Box<Tokens>, Error> {
        let result = self.sign_in_by(grant).await;
        // After a fault that may pass, the code may still be good: it can be tried again.
        if result.as_ref().err().is_none_or(|error| !error.is_passing()) {
            match (mark, &result) {
                (true, Ok(tokens)) => {
                    let subject = self.fingerprint_of(tokens).await;
                    self.mark_done(grant, found, subject);
                }
                _ => drop(self.platform().remove(found.area, &found.key)),
            }
        }
        result
    }

    /// Tells a person from another, without saying who it is.
    async fn fingerprint_of(&self, tokens: &Tokens) -> Option<Text> {
        let subject = self.subject_of(tokens).await.ok().flatten();
        subject.map(|subject| pkce::sha256(subject.as_bytes()))
    }

    /// [`Client::sign_in_by`] as a task of its own, which an aborted call doesn't interrupt: a code
    /// that was used must not be lost.
    pub(super) async fn sign_in_safely(self: &Rc<Self>, grant: Grant) -> Result<Value, Error> {
        let name = self.name_of(&grant.code, &grant.transaction.state);
        let client = self.clone();
        let work = Box::pin(async move { Ok(client.sign_in_by(&grant).await?.to_value()) });
        self.context.exchanges.share(self.platform(), &name, work).await
    }

    /// Redeems a grant and keeps its tokens, unless somebody signs out meanwhile.
    async fn sign_in_by(&self, grant: &Grant) -> Result<Box<Tokens>, Error> {
        let sign_outs = self.context.sign_outs(&self.metadata.issuer);
        let was_signed_in = self.stored().await.is_ok_and(|stored| stored.raw.is_some());
        let tokens = self.redeem(grant, None).await?;
        let signed_out_here = || self.context.sign_outs(&self.metadata.issuer) != sign_outs;
        if signed_out_here() {
            self.give_up(&tokens, false).await;
            return Err(signed_out());
        }
        // A renewal under way must not overwrite them, nor they a sign-out, here or in another tab.
        let lock = self.context.lock(&self.sign_in, self.patience()).await;
        let former = self.stored().await.ok().and_then(|stored| stored.tokens);
        let user = match &former {
            Some(former) => self.user_of(&tokens, former).await,
            None => User::Unknown,
        };
        // A sign-out waits for no lock.
        let found = self.stored().await;
        let is_gone = found.as_ref().is_ok_and(|found| found.raw.is_none());
        if signed_out_here() || (was_signed_in && is_gone) {
            self.give_up(&tokens, false).await;
            return Err(signed_out());
        }
        let found = found.unwrap_or(Stored { raw: None, tokens: None, sign_outs });
        let fate = if user == User::Same { Former::Stays } else { Former::Goes };
        self.store(&found, &tokens, fate).await;
        drop(lock);
        if let (Some(former), User::Other) = (former, user) {
            // Nobody has the other user's tokens now.
            self.revoke_later(former.secrets());
            self.emit(&Event::SignedOut);
        }
        self.emit(&Event::SignedIn);
        Ok(tokens)
    }

    /// Whether tokens are about the user of others.
    async fn user_of(&self, tokens: &Tokens, others: &Tokens) -> User {
        match (self.subject_of(tokens).await, self.subject_of(others).await) {
            (Ok(Some(one)), Ok(Some(other))) if one == other => User::Same,
            (Ok(Some(_)), Ok(Some(_))) => User::Other,
            _ => User::Unknown,
        }
    }

    /// The name under which an exchange is shared: by all that find the same started authorization.
    fn name_of(&self, code: &AuthorizationCode, state: &State) -> Text {
        let (issuer, client_id) = (&*self.metadata.issuer, &*self.config.client_id);
        [code.reveal(), state.reveal(), issuer, client_id].joined_by(" ")
    }
}

/// Whose tokens are, compared with others.
#[derive(Clone, Copy, PartialEq)]
enum User {
    Same,
    Other,
    /// Without an ID token in both nobody knows.
    Unknown,
}

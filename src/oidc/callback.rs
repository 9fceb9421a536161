//! The way back from the provider: a code becomes tokens, once.

use std::rc::Rc;

use super::Client;
use super::authorize::refused;
use super::errors::signed_out;
use super::pending::Found;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::page::events::{Event, HappenedIn};
use crate::page::tokens::{Former, Stored};
use crate::page::whose::User;
use crate::platform::Platform;
use crate::protocol::authorize::{self, Exchanged, Grant, Response};
use crate::protocol::tokens::Tokens;
use crate::protocol::{landing, pkce};
use crate::secret::{AuthorizationCode, State};
use crate::text::{Join, Text};
use crate::url::{Params, Url};

/// What becomes of a started authorization whose code was used.
#[derive(Clone, Copy)]
enum Used {
    /// It is removed.
    Removed,
    /// A note of it stays, for a reload of the same URL.
    Marked,
}

impl<P: Platform> Client<P> {
    /// `token.exchange(code, state)`: tokens for a code. Overlapping calls for the same code share
    /// one request.
    /// `iss` is the response's parameter of that name (RFC 9207), where the app hands it over. Where it
    /// doesn't, an address of the page may show it.
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
        let tokens = match self.pending.recall(&state, &self.config.defaults) {
            Ok(found) => {
                let mut params = Params::new();
                params.set("code", code.reveal());
                params.set("state", state.reveal());
                params.set("iss", iss.unwrap_or_default());
                let (params, at) = self.seen(params, None);
                match self.fit(&found.transaction).read(&params, &at)? {
                    Response::Code(grant) => {
                        if grant.transaction.answered.is_none() {
                            self.page.sign_ins.forget_reached(&self.metadata.issuer);
                        }
                        self.exchange_shared(grant, found, Used::Removed).await?
                    }
                    Response::Refused(error) => return Err(error),
                }
            }
            // The same call may be under way, and have used up the record.
            Err(error) => {
                self.page.exchanges.join(&self.name_of(&code, &state)).await.ok_or(error)??
            }
        };
        Ok(self.returned(tokens))
    }

    /// `authorize.callback.matches(url)`: whether the URL answers an authorization of this client in
    /// this tab, be it one that has been dealt with.
    pub fn matches(&self, url: &str) -> bool {
        let Some(url) = self.page(url) else { return false };
        let params = landing::params(&url);
        let Some(state) = params.get("state").map(State::new) else { return false };
        match self.pending.look_up(&state, &self.config.defaults) {
            Ok(found) => {
                let (_, at) = self.seen(params, Some(url));
                self.fit(&found.transaction).is_at_page(&at)
            }
            Err(_) => self.pending.recall_exchanged(&state).is_some(),
        }
    }

    /// `authorize.callback(url)`: checks the response, exchanges its code, and takes it out of the
    /// address bar. The same response gives the same tokens again, for as long as they are kept.
    pub async fn callback(self: &Rc<Self>, url: &str) -> Result<Value, Error> {
        let unknown = || authorize::state_mismatch(Code::StateMissing);
        let url = self.page(url).ok_or_else(unknown)?;
        let params = landing::params(&url);
        let state = State::new(params.get("state").ok_or_else(unknown)?);
        let code = params.get("code").map_or("", Text::as_str);
        let name = ["callback ", &self.name_of(&AuthorizationCode::new(code), &state)].joined();
        let client = self.clone();
        let work = Box::pin(async move { client.callback_once(params, url, &state).await });
        self.page.exchanges.share(self.platform(), &name, work).await
    }

    /// The same; overlapping calls for the same response are one.
    async fn callback_once(
        self: &Rc<Self>,
        params: Params,
        url: Url,
        state: &State,
    ) -> Result<Value, Error> {
        let result = match (
            self.pending.look_up(state, &self.config.defaults),
            self.pending.recall_exchanged(state),
        ) {
            (Ok(found), _) => self.answer(params, url, found).await,
            (Err(_), Some(done)) => {
                let code = params.get("code").map_or("", Text::as_str);
                self.again(&done, code).await
            }
            // It is over, or can't be read.
            (Err((error, Some((area, key)))), None) => {
                let _ = self.platform().remove(area, &key);
                Err(error)
            }
            (Err((error, None)), None) => return Err(error),
        };
        // What may pass can be tried again by a reload.
        if result.as_ref().err().is_none_or(|error| !error.is_passing()) {
            self.clean_address(state);
        }
        result
    }

    /// The answer to a response to an authorization that waits for one.
    async fn answer(
        self: &Rc<Self>,
        params: Params,
        url: Url,
        found: Found,
    ) -> Result<Value, Error> {
        let app_state = found.transaction.app_state.clone();
        let (params, at) = self.seen(params, Some(url));
        match self.fit(&found.transaction).read(&params, &at)? {
            Response::Code(grant) => {
                // The session that this came from may not be one that frames reach.
                self.page.sign_ins.forget_reached(&self.metadata.issuer);
                let tokens = self.exchange_shared(grant, found, Used::Marked).await?;
                Ok(self.returned_with(tokens, app_state))
            }
            Response::Refused(error) => {
                let _ = self.platform().remove(found.area, &found.key);
                Err(refused(error, app_state))
            }
        }
    }

    /// A response with what the addresses of the page tell of it: the issuer, where it was not handed
    /// over, and the addresses that it came to, the one that the page was loaded with first. `url` is the
    /// one that the app says. An address counts only where its `state` is this one.
    fn seen(&self, mut params: Params, url: Option<Url>) -> (Params, Vec<Url>) {
        let state = params.get("state").cloned().unwrap_or_default();
        let address = |text: Option<Text>| self.address_with(&state, text);
        let (loaded, shown) =
            (address(self.platform().loaded_url()), address(self.platform().base_url()));
        for (_, other) in [&loaded, &shown].into_iter().flatten() {
            // A wrong issuer counts more than a right one.
            let known = params.get("iss").is_some_and(|issuer| self.metadata.issuer != issuer);
            if !known && let Some(issuer) = other.get("iss") {
                params.set("iss", issuer);
            }
        }
        let mut at = Vec::new();
        at.extend(loaded.map(|(url, _)| url));
        at.extend(url.or_else(|| Some(shown?.0)));
        (params, at)
    }

    /// The answer to a response that has been dealt with.
    async fn again(&self, done: &Exchanged, code: &str) -> Result<Value, Error> {
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
        if let Some((shown, _)) = self.address_with(state.reveal(), self.platform().base_url()) {
            self.platform().replace_address(&landing::without_response(&shown));
        }
    }

    /// An address of the page and the response in it, where that is the one with this state.
    fn address_with(&self, state: &Text, address: Option<Text>) -> Option<(Url, Params)> {
        let url = Url::parse(&address?, None)?;
        let params = landing::params(&url);
        (params.get("state") == Some(state)).then_some((url, params))
    }

    async fn exchange_shared(
        self: &Rc<Self>,
        grant: Grant,
        found: Found,
        after: Used,
    ) -> Result<Value, Error> {
        let name = self.name_of(&grant.code, &grant.transaction.state);
        let client = self.clone();
        let work = Box::pin(async move {
            let tokens = client.exchange_once(&grant, &found, after).await?;
            Ok(tokens.to_value())
        });
        self.page.exchanges.share(self.platform(), &name, work).await
    }

    async fn exchange_once(
        &self,
        grant: &Grant,
        found: &Found,
        after: Used,
    ) -> Result<Box<Tokens>, Error> {
        let result = self.sign_in_by(grant).await;
        // After a fault that may pass, the code may still be good: it can be tried again.
        if result.as_ref().err().is_none_or(|error| !error.is_passing()) {
            match (after, &result) {
                (Used::Marked, Ok(tokens)) => {
                    let subject = self.fingerprint_of(tokens).await;
                    self.pending.mark_exchanged(grant, found, subject);
                }
                _ => drop(self.platform().remove(found.area, &found.key)),
            }
        }
        result
    }

    /// Tells a person from another, without saying who it is.
    async fn fingerprint_of(&self, tokens: &Tokens) -> Option<Text> {
        let user = self.user_of(tokens).await;
        user.subject().map(|subject| pkce::sha256(subject.as_bytes()))
    }

    /// [`Client::sign_in_by`] as a task of its own, which an aborted call doesn't interrupt: a code
    /// that was used must not be lost.
    pub(super) async fn sign_in_safely(self: &Rc<Self>, grant: Grant) -> Result<Value, Error> {
        let name = self.name_of(&grant.code, &grant.transaction.state);
        let client = self.clone();
        let work = Box::pin(async move { Ok(client.sign_in_by(&grant).await?.to_value()) });
        self.page.exchanges.share(self.platform(), &name, work).await
    }

    /// Redeems a grant and keeps its tokens, unless somebody signs out meanwhile.
    async fn sign_in_by(&self, grant: &Grant) -> Result<Box<Tokens>, Error> {
        let sign_outs = self.page.sign_outs.count(&self.metadata.issuer);
        let was_signed_in = self.stored().await.is_ok_and(|stored| stored.raw.is_some());
        let tokens = self.redeem(grant, None).await?;
        let signed_out_here = || self.page.sign_outs.count(&self.metadata.issuer) != sign_outs;
        if signed_out_here() {
            self.give_up(&tokens, HappenedIn::ThisTab).await;
            return Err(signed_out());
        }
        // A renewal under way must not overwrite them, nor they a sign-out, here or in another tab.
        let lock = self.page.locks.take(&self.sign_in, self.patience()).await;
        let former = self.stored().await.ok().and_then(|stored| stored.tokens);
        let user = self.user_of(&tokens).await;
        let former_user = match &former {
            Some(former) => self.user_of(former).await,
            None => User::Unknown,
        };
        // A sign-out waits for no lock.
        let found = self.stored().await;
        let is_gone = found.as_ref().is_ok_and(|found| found.raw.is_none());
        if signed_out_here() || (was_signed_in && is_gone) {
            self.give_up(&tokens, HappenedIn::ThisTab).await;
            return Err(signed_out());
        }
        let found = found.unwrap_or(Stored { raw: None, tokens: None, sign_outs });
        let fate = if user.is(&former_user) { Former::Stays } else { Former::Goes };
        self.store(&found, &tokens, fate).await;
        drop(lock);
        if let Some(former) = former
            && user.is_other_than(&former_user)
        {
            // Nobody has the other user's tokens now.
            self.revoke_later(former.secrets());
            self.emit(&Event::SignedOut);
        }
        self.emit(&Event::SignedIn);
        Ok(tokens)
    }

    /// The name under which an exchange is shared: by all that find the same started authorization.
    fn name_of(&self, code: &AuthorizationCode, state: &State) -> Text {
        let (issuer, owner) = (&*self.metadata.issuer, &*self.sign_in.owner());
        [code.reveal(), state.reveal(), issuer, owner].joined_by(" ")
    }
}

//! Authorization responses: `authorize.callback()` and `token.exchange()`, which check a response and
//! exchange its code once.

use std::rc::Rc;

use super::Client;
use super::authorize::refused;
use super::errors::signed_out;
use super::pending::Found;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::page::am_session::FoundBy;
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

/// What happens to the record of an authorization request when its code has been exchanged.
#[derive(Clone, Copy)]
enum Used {
    /// The record is removed.
    Removed,
    /// A record without secrets replaces it, so that a reload of the same URL returns the same tokens.
    Marked,
}

impl<P: Platform> Client<P> {
    /// `token.exchange(code, state)`: exchanges a code
    /// ([RFC 6749 section 4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)), and stores and
    /// returns the tokens. Overlapping calls for the same code share one request. `iss` is the
    /// response's parameter of that name
    /// ([RFC 9207 section 2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)); without it, it is
    /// read from an address of the page that has this response.
    ///
    /// # Errors
    /// The documented `State mismatch` with `state_missing`, `state_unknown`, `transaction_expired` and
    /// others; those of the response's check, of the token request and of the ID token; `signed_out`
    /// after a sign-out during the call.
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
            // The same call may be in progress, and have used the record.
            Err(error) => {
                self.page.exchanges.join(&self.name_of(&code, &state)).await.ok_or(error)??
            }
        };
        Ok(self.returned(tokens))
    }

    /// `authorize.callback.matches(url)`: whether the URL is a response to an authorization request of
    /// this client in this tab, or one that was exchanged already. Changes nothing.
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

    /// `authorize.callback(url)`: checks the response, exchanges its code, and removes the response
    /// from the address bar. The same response returns the stored tokens again, until they are deleted.
    /// Overlapping calls for the same response share one request.
    ///
    /// # Errors
    /// Those of [`Client::exchange`], and the provider's error response, with the `appState` of the
    /// request.
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

    /// [`Client::callback`], once for all overlapping calls.
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
            // The record is too old, or malformed.
            (Err((error, Some((area, key)))), None) => {
                let _ = self.platform().remove(area, &key);
                Err(error)
            }
            (Err((error, None)), None) => return Err(error),
        };
        // A reload tries again what failed for a reason that may pass, so it needs the response in the
        // address.
        if result.as_ref().err().is_none_or(|error| !error.is_passing()) {
            self.clean_address(state);
        }
        result
    }

    /// Handles the response to a pending authorization request.
    ///
    /// # Errors
    /// Those of the response's check, which leave the record, since they may come from a forged
    /// response; the provider's error response, which removes it; those of the exchange.
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
                // The provider's page may have a session that hidden frames don't reach.
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

    /// The parameters of a response and the addresses that it came to, for
    /// [`Fit::read`](authorize::Fit::read): first the address that the page was loaded with, then
    /// `url`, which the app passes, or the current address. An address counts only if it has the same
    /// `state`. `iss` is taken from the addresses, for apps that pass `code` and `state` only.
    fn seen(&self, mut params: Params, url: Option<Url>) -> (Params, Vec<Url>) {
        let state = params.get("state").cloned().unwrap_or_default();
        let address = |text: Option<Text>| self.address_with(&state, text);
        let (loaded, shown) =
            (address(self.platform().loaded_url()), address(self.platform().base_url()));
        for (_, other) in [&loaded, &shown].into_iter().flatten() {
            // A wrong `iss` in any address makes the response fail
            // ([RFC 9207 section 2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)), so a right
            // one doesn't replace it.
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

    /// Returns the stored tokens for a response that was exchanged already.
    ///
    /// # Errors
    /// `state_unknown` for another code, without tokens, and when the tokens are another user's by now, or
    /// for another API.
    async fn again(&self, done: &Exchanged, code: &str) -> Result<Value, Error> {
        let used = || authorize::state_mismatch(Code::StateUnknown);
        if !done.is_of(code) {
            return Err(used());
        }
        let stored = self.stored().await.ok().and_then(|stored| stored.tokens);
        let tokens = stored.ok_or_else(used)?;
        // Another user may have signed in since, or a call may have got tokens for another API.
        if self.fingerprint_of(&tokens).await != done.subject || tokens.binding != done.binding {
            return Err(used());
        }
        let mut value = self.returned_with(tokens.to_value(), done.app_state.clone());
        if !self.is_fresh(&tokens) {
            value.set("expired", true);
        }
        Ok(value)
    }

    /// Removes the response from the address bar, if it is still shown: codes in addresses leak by
    /// history and `Referer`
    /// ([RFC 9700 section 4.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.2)).
    fn clean_address(&self, state: &State) {
        if let Some((shown, _)) = self.address_with(state.reveal(), self.platform().base_url()) {
            self.platform().replace_address(&landing::without_response(&shown));
        }
    }

    /// An address of the page and the response in it, if it has this state.
    fn address_with(&self, state: &Text, address: Option<Text>) -> Option<(Url, Params)> {
        let url = Url::parse(&address?, None)?;
        let params = landing::params(&url);
        (params.get("state") == Some(state)).then_some((url, params))
    }

    /// [`Client::exchange_once`], shared by overlapping calls of the page.
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

    /// Exchanges the code, and removes or replaces the record of the request.
    ///
    /// # Errors
    /// Those of [`Client::sign_in_by`]. The record stays after those that may pass.
    async fn exchange_once(
        &self,
        grant: &Grant,
        found: &Found,
        after: Used,
    ) -> Result<Box<Tokens>, Error> {
        let result = self.sign_in_by(grant).await;
        // After a failure that may pass the code may still be valid, so the record stays for another
        // try.
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

    /// A hash of the user's `sub`: distinguishes users without storing who they are.
    async fn fingerprint_of(&self, tokens: &Tokens) -> Option<Text> {
        let user = self.user_of(tokens).await;
        user.subject().map(|subject| pkce::sha256(subject))
    }

    /// [`Client::sign_in_by`] as a task of its own, so that an aborted call doesn't interrupt it: a
    /// used code would be lost.
    pub(super) async fn sign_in_safely(self: &Rc<Self>, grant: Grant) -> Result<Value, Error> {
        let name = self.name_of(&grant.code, &grant.transaction.state);
        let client = self.clone();
        let work = Box::pin(async move { Ok(client.sign_in_by(&grant).await?.to_value()) });
        self.page.exchanges.share(self.platform(), &name, work).await
    }

    /// Exchanges a code and stores its tokens.
    ///
    /// # Errors
    /// Those of [`Client::redeem`]; `signed_out`, without storing anything, after a sign-out during the
    /// call.
    async fn sign_in_by(&self, grant: &Grant) -> Result<Box<Tokens>, Error> {
        let sign_outs = self.page.sign_outs.count(&self.metadata.issuer);
        let was_signed_in = self.stored().await.is_ok_and(|stored| stored.raw.is_some());
        let tokens = self.redeem(grant, None).await?;
        let signed_out_here = || self.page.sign_outs.count(&self.metadata.issuer) != sign_outs;
        if signed_out_here() {
            self.give_up(&tokens, HappenedIn::ThisTab).await;
            return Err(signed_out());
        }
        // Under the lock neither a renewal nor a sign-out, in this or another tab, overwrites the
        // tokens, or is overwritten by them.
        let lock = self.page.locks.take(&self.sign_in, self.patience()).await;
        let former = self.stored().await.ok().and_then(|stored| stored.tokens);
        let user = self.user_of(&tokens).await;
        // A response that was checked before came from a hidden frame.
        let found_by = match grant.transaction.answered {
            Some(_) => FoundBy::Session,
            None => FoundBy::SignIn,
        };
        self.note_session(&user, found_by, grant);
        let former_user = match &former {
            Some(former) => self.user_of(former).await,
            None => User::Unknown,
        };
        // A sign-out deletes the tokens without waiting for the lock.
        let found = self.stored().await;
        let is_gone = found.as_ref().is_ok_and(|found| found.raw.is_none());
        if signed_out_here() || (was_signed_in && is_gone) {
            self.give_up(&tokens, HappenedIn::ThisTab).await;
            return Err(signed_out());
        }
        let found =
            found.unwrap_or(Stored { raw: None, tokens: None, sign_outs, is_key_lost: false });
        let fate = if user.is(&former_user) { Former::Stays } else { Former::Goes };
        self.store(&found, &tokens, fate).await;
        drop(lock);
        if let Some(former) = former
            && user.is_other_than(&former_user)
        {
            // Nothing uses the former user's tokens from now on.
            self.revoke_later(former.secrets());
            self.emit(&Event::SignedOut);
        }
        self.emit(&Event::SignedIn);
        Ok(tokens)
    }

    /// The name under which an exchange is shared: it is the same for all clients that find the same
    /// record.
    fn name_of(&self, code: &AuthorizationCode, state: &State) -> Text {
        let (issuer, owner) = (&*self.metadata.issuer, &*self.sign_in.owner());
        [code.reveal(), state.reveal(), issuer, owner].joined_by(" ")
    }
}

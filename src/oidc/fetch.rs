//! The access token for requests to the app's own APIs:
//! [RFC 6750 section 2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1),
//! [RFC 9449 section 7](https://www.rfc-editor.org/rfc/rfc9449#section-7).

use std::rc::Rc;

use super::Client;
use super::dpop::key_lost;
use super::subscribe::SHORTEST;
use crate::error::{Error, Kind};
use crate::http::{Answer, Possession};
use crate::json::{Value, object};
use crate::page::dpop::Proof;
use crate::platform::Platform;
use crate::protocol::dpop::{Repeated, authorization};
use crate::protocol::tokens::{RenewWhen, Tokens};

/// Which access token a request needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Any that is valid.
    Token,
    /// Another one than that of the first try, which the API refused with 401
    /// ([RFC 6750 section 3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)).
    AnotherToken,
}

impl<P: Platform> Client<P> {
    /// Whether the origin of a URL, relative to the page's, is one of `apiOrigins`.
    pub fn is_api(&self, url: &str) -> bool {
        let is_named = |origin: &str| self.config.api_origins.iter().any(|other| other == origin);
        self.page(url).is_some_and(|url| is_named(url.origin()))
    }

    /// The `Authorization` header for a request of the app, and the tokens that it is from: `{ header,
    /// tokens }`, or `null` for an origin that is not in `apiOrigins`. With tokens that are bound to a key
    /// also `proof`, the `DPoP` header, and what [`Client::repetition`] needs.
    ///
    /// For the second try of a request, `before` is what the first try returned. The result is `null`
    /// when the tokens are another user's by now, since the request was made for the first user.
    /// [`Wanted::AnotherToken`] renews the tokens unless another call has done so; the result is `null`
    /// when the refused token was renewed less than a second ago.
    ///
    /// # Errors
    /// Those of [`Client::get`].
    pub async fn authorization(
        self: &Rc<Self>,
        url: &str,
        method: &str,
        before: &Value,
        wanted: Wanted,
    ) -> Result<Value, Error> {
        if !self.is_api(url) {
            return Ok(Value::NULL);
        }
        let before = Tokens::read(before.at("tokens"));
        let stored = self.stored().await.ok().and_then(|stored| stored.tokens);
        if !self.is_of_same_user(before.as_deref(), stored.as_deref()).await {
            return Ok(Value::NULL);
        }
        let before_and_now = before.as_deref().zip(stored.as_deref());
        let is_refused = wanted == Wanted::AnotherToken
            && before_and_now.is_some_and(|(before, now)| before.access_token == now.access_token);
        // An API that refuses every token must not cause endless renewals.
        if is_refused && self.page.tokens.is_renewed_within(&self.sign_in, SHORTEST) {
            return Ok(Value::NULL);
        }
        let value =
            self.keep_alive(if is_refused { RenewWhen::Always } else { RenewWhen::Due }).await?;
        let tokens = Tokens::read(&value);
        if !self.is_of_same_user(before.as_deref(), tokens.as_deref()).await {
            return Ok(Value::NULL);
        }
        let Some(tokens) = tokens else { return Ok(Value::NULL) };
        // What is returned to the app has no thumbprint.
        let stored = self.stored().await.ok().and_then(|stored| stored.tokens);
        let same = stored.filter(|stored| stored.access_token == tokens.access_token);
        let jkt = same.and_then(|stored| stored.jkt);
        let token = &tokens.access_token;
        let mut sent = object!([("tokens", value), ("jkt", jkt.as_ref().into())]);
        sent.set("header", authorization(token, jkt.is_some()));
        match self.possession(jkt.as_ref(), Some(token)) {
            Some(possession) => self.proved(sent, &possession, method, url).await,
            None => Ok(sent),
        }
    }

    /// Adds a proof to what is sent.
    ///
    /// # Errors
    /// `dpop_key_lost`
    async fn proved(
        &self,
        mut sent: Value,
        possession: &Possession,
        method: &str,
        url: &str,
    ) -> Result<Value, Error> {
        let proof = self.page.dpop.prove(possession, method, url).await;
        let Proof { text, nonce } = proof.ok_or_else(|| key_lost(Kind::State))?;
        sent.set("proof", text);
        sent.set("nonce", Value::from(nonce.as_ref()));
        Ok(sent)
    }

    /// What to repeat a request with that was `sent` with the result of [`Client::authorization`]; `null`
    /// where a repetition would be of no use: see [`Sent::again`](crate::protocol::dpop::Sent::again).
    /// Also keeps the nonce of the answer. `url` is that of the answer.
    ///
    /// # Errors
    /// `dpop_key_lost`
    pub async fn repetition(
        &self,
        url: &str,
        method: &str,
        sent: &Value,
        answer: &Answer,
    ) -> Result<Value, Error> {
        let tokens = Tokens::read(sent.at("tokens"));
        let token = tokens.as_ref().map(|tokens| &tokens.access_token);
        let Some(possession) = self.possession(sent.text("jkt"), token) else {
            return Ok(Value::NULL);
        };
        let before = sent.at("repeated");
        let repeated = Repeated { nonce: before.flag("nonce"), time: before.flag("time") };
        let again = self.page.dpop.learn(&possession, url, sent.text("nonce"), answer, repeated);
        let Some(Repeated { nonce, time }) = again else { return Ok(Value::NULL) };
        let mut sent = sent.clone();
        sent.set("repeated", object!([("nonce", nonce.into()), ("time", time.into())]));
        self.proved(sent, &possession, method, url).await
    }

    /// Whether two sets of tokens are of the same user, or one is absent: by their ID tokens, or
    /// because one was renewed from the other with a refresh token
    /// ([RFC 6749 section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6)).
    async fn is_of_same_user(&self, before: Option<&Tokens>, now: Option<&Tokens>) -> bool {
        let (Some(before), Some(now)) = (before, now) else { return true };
        if self.page.tokens.came_of(&before.access_token, &now.access_token) {
            return true;
        }
        self.user_of(before).await.is(&self.user_of(now).await)
    }
}

//! The access token for requests to the app's own APIs:
//! [RFC 6750 section 2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1),
//! [RFC 9449 section 7](https://www.rfc-editor.org/rfc/rfc9449#section-7).

use std::rc::Rc;

use super::Client;
use super::dpop::key_lost;
use super::subscribe::SHORTEST;
use crate::error::{Error, Kind};
use crate::http::Answer;
use crate::json::{Value, object};
use crate::page::dpop::{MadeWith, Proof};
use crate::platform::Platform;
use crate::protocol::dpop::{Repeated, authorization};
use crate::protocol::tokens::{RenewWhen, Tokens};
use crate::text::Text;

/// What a request of the app needs.
pub enum Wanted {
    /// Any token that is valid.
    Token,
    /// Another token than that of the first try, which the API refused with 401
    /// ([RFC 6750 section 3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)).
    AnotherToken,
    /// The same token with another proof, where one may be accepted after this answer of the API: see
    /// [`Sent::again`](crate::protocol::dpop::Sent::again).
    AnotherProof(Answer),
}

impl<P: Platform> Client<P> {
    /// Whether the origin of a URL, relative to the page's, is one of `apiOrigins`.
    pub fn is_api(&self, url: &str) -> bool {
        let is_named = |origin: &str| self.config.api_origins.iter().any(|other| other == origin);
        self.page(url).is_some_and(|url| is_named(url.origin()))
    }

    /// The `Authorization` header for a request of the app, and the tokens that it is from: `{ header,
    /// tokens }`, or `null` for an origin that is not in `apiOrigins`. With tokens that are bound to a key
    /// also `proof`, the `DPoP` header.
    ///
    /// `nonce` is the newest `DPoP-Nonce` of the API, if the app knows one.
    ///
    /// For another try of a request, `before` is what the first try returned. The result is `null`
    /// when the tokens are another user's by now, since the request was made for the first user.
    /// [`Wanted::AnotherToken`] renews the tokens unless another call has done so; the result is `null`
    /// when the refused token was renewed less than a second ago; [`Wanted::AnotherProof`], when another
    /// proof would be refused too.
    ///
    /// # Errors
    /// Those of [`Client::get`]; `dpop_key_lost`.
    pub async fn authorization(
        self: &Rc<Self>,
        url: &str,
        method: &str,
        nonce: Option<&Text>,
        before: &Value,
        wanted: Wanted,
    ) -> Result<Value, Error> {
        if !self.is_api(url) {
            return Ok(Value::NULL);
        }
        let mut sent = before.clone();
        let before = Tokens::read(before.at("tokens"));
        let tokens = match wanted {
            Wanted::AnotherProof(answer) => {
                before.filter(|before| self.may_repeat(before, url, &mut sent, &answer))
            }
            _ => {
                let stored = self.stored().await.ok().and_then(|stored| stored.tokens);
                if !self.is_of_same_user(before.as_deref(), stored.as_deref()).await {
                    return Ok(Value::NULL);
                }
                let before_and_now = before.as_deref().zip(stored.as_deref());
                let is_refused = matches!(wanted, Wanted::AnotherToken)
                    && before_and_now
                        .is_some_and(|(before, now)| before.access_token == now.access_token);
                // An API that refuses every token must not cause endless renewals.
                if is_refused && self.page.tokens.is_renewed_within(&self.sign_in, SHORTEST) {
                    return Ok(Value::NULL);
                }
                let renewal = if is_refused { RenewWhen::Always } else { RenewWhen::Due };
                let value = self.keep_alive(renewal).await?;
                let tokens = Tokens::read(&value);
                if !self.is_of_same_user(before.as_deref(), tokens.as_deref()).await {
                    return Ok(Value::NULL);
                }
                sent = object!([("tokens", value)]);
                tokens
            }
        };
        let Some(tokens) = tokens else { return Ok(Value::NULL) };
        let token = &tokens.access_token;
        sent.set("header", authorization(token, tokens.jkt.is_some()));
        if let Some(possession) = self.possession(tokens.jkt.as_ref(), Some(token)) {
            if let Some(nonce) = nonce {
                self.page.dpop.note_nonce(&possession, url, nonce);
            }
            let proof = self.page.dpop.prove(&possession, method, url).await;
            let Proof { text, with } = proof.ok_or_else(|| key_lost(Kind::State))?;
            sent.set("proof", text);
            sent.set("nonce", Value::from(with.nonce.as_ref()));
            sent.set("corrected", with.is_corrected);
        }
        Ok(sent)
    }

    /// Whether a request that was sent with these tokens may succeed with another proof. Keeps the nonce of
    /// the answer, and adds the repetition to what was sent.
    fn may_repeat(&self, tokens: &Tokens, url: &str, sent: &mut Value, answer: &Answer) -> bool {
        let token = Some(&tokens.access_token);
        let Some(possession) = self.possession(tokens.jkt.as_ref(), token) else { return false };
        let was = sent.at("repeated");
        let repeated = Repeated { nonce: was.flag("nonce"), time: was.flag("time") };
        let with =
            MadeWith { nonce: sent.text("nonce").cloned(), is_corrected: sent.flag("corrected") };
        let Some(again) = self.page.dpop.learn(&possession, url, &with, answer, repeated) else {
            return false;
        };
        let again = object!([("nonce", again.nonce.into()), ("time", again.time.into())]);
        sent.set("repeated", again);
        true
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

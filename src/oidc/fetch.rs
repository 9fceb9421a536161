//! The access token for requests to the app's own APIs:
//! [RFC 6750 section 2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1).

use std::rc::Rc;

use super::Client;
use super::subscribe::SHORTEST;
use crate::error::Error;
use crate::json::{Value, object};
use crate::platform::Platform;
use crate::protocol::tokens::{RenewWhen, Tokens};
use crate::text::Join;

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
    /// tokens }`, or `null` for an origin that is not in `apiOrigins`. (A DPoP proof for an API,
    /// [RFC 9449 section 7](https://www.rfc-editor.org/rfc/rfc9449#section-7), would be made here.)
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
        let header = tokens.map(|tokens| ["Bearer ", tokens.access_token.reveal()].joined());
        Ok(object!([("header", header.into()), ("tokens", value)]))
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

//! The access token for the app's own APIs: RFC 6750.

use std::rc::Rc;

use super::Client;
use super::subscribe::SHORTEST;
use crate::error::Error;
use crate::json::{Value, object};
use crate::platform::Platform;
use crate::protocol::tokens::{Renewal, Tokens};
use crate::text::Join;

/// What a request of the app needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A token.
    Token,
    /// Another one than that of the first try, which the API has answered with 401.
    AnotherToken,
}

impl<P: Platform> Client<P> {
    /// Whether a URL is of one of the `apiOrigins`.
    pub fn is_api(&self, url: &str) -> bool {
        let is_named = |origin: &str| self.config.api_origins.iter().any(|other| other == origin);
        self.page(url).is_some_and(|url| is_named(url.origin()))
    }

    /// The `Authorization` header for a request of the app, with the tokens that it is of: `{ header,
    /// tokens }`; `null` for an origin that is not one of `apiOrigins`. A DPoP proof (RFC 9449) for an
    /// API would be made here.
    ///
    /// For a request that is sent once more, `before` is what this returned for the first try. It was
    /// made in the name of one user: without tokens of the same, this is `null`. Another token is got by a
    /// renewal where no other call has made one; `null`, where the refused one came of a renewal a moment
    /// ago.
    pub async fn authorization(
        self: &Rc<Self>,
        url: &str,
        before: &Value,
        wanted: Wanted,
    ) -> Result<Value, Error> {
        if !self.is_api(url) {
            return Ok(Value::NULL);
        }
        let before = self.sign_in.read(before.at("tokens"));
        let stored = self.stored().await.ok().and_then(|stored| stored.tokens);
        if !self.is_of_same_user(before.as_deref(), stored.as_deref()).await {
            return Ok(Value::NULL);
        }
        let before_and_now = before.as_deref().zip(stored.as_deref());
        let is_refused = wanted == Wanted::AnotherToken
            && before_and_now.is_some_and(|(before, now)| before.access_token == now.access_token);
        // An API that refuses every token must not make a storm of renewals.
        if is_refused && stored.is_some_and(|tokens| self.is_just_renewed(&tokens)) {
            return Ok(Value::NULL);
        }
        let value =
            self.keep_alive(if is_refused { Renewal::Always } else { Renewal::WhenDue }).await?;
        let tokens = self.sign_in.read(&value);
        if !self.is_of_same_user(before.as_deref(), tokens.as_deref()).await {
            return Ok(Value::NULL);
        }
        let header = tokens.map(|tokens| ["Bearer ", tokens.access_token.reveal()].joined());
        Ok(object!([("header", header.into()), ("tokens", value)]))
    }

    /// Whether tokens came of a renewal in this page less than the shortest time between two ago.
    fn is_just_renewed(&self, tokens: &Tokens) -> bool {
        self.page.tokens.is_renewed(&tokens.access_token)
            && tokens.is_younger_than(SHORTEST, self.platform().now())
    }

    /// Whether tokens are the same user's as the ones before, as far as there are any: by their ID
    /// tokens or, where there are none, since each came of the one before by a refresh token.
    async fn is_of_same_user(&self, before: Option<&Tokens>, now: Option<&Tokens>) -> bool {
        let (Some(before), Some(now)) = (before, now) else { return true };
        if self.page.tokens.came_of(&before.access_token, &now.access_token) {
            return true;
        }
        self.user_of(before).await.is(&self.user_of(now).await)
    }
}

//! The access token for the app's own APIs: RFC 6750.

use std::rc::Rc;

use super::Client;
use super::watch::SHORTEST;
use crate::error::Error;
use crate::json::{Value, object};
use crate::page::Context;
use crate::platform::Platform;
use crate::protocol::pkce;
use crate::protocol::tokens::Tokens;
use crate::secret::AccessToken;
use crate::text::{Join, Text};

/// No more renewals than this are remembered.
const MOST_RENEWALS: usize = 100;

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
    /// made in the name of one user: without tokens of the same, this is `null`. With `is_refused` the
    /// API has answered 401 to the first: then another token is got, by a renewal where no other call
    /// has made one; `null`, where the refused one came of a renewal a moment ago.
    pub async fn authorization(
        self: &Rc<Self>,
        url: &str,
        before: &Value,
        is_refused: bool,
    ) -> Result<Value, Error> {
        if !self.is_api(url) {
            return Ok(Value::NULL);
        }
        let issuer = &self.metadata.issuer;
        let before = Tokens::read(before.at("tokens"), issuer);
        let stored = self.stored().await.ok().and_then(|stored| stored.tokens);
        if !self.is_of_same_user(before.as_deref(), stored.as_deref()).await {
            return Ok(Value::NULL);
        }
        let before_and_now = before.as_deref().zip(stored.as_deref());
        let is_refused = is_refused
            && before_and_now.is_some_and(|(before, now)| before.access_token == now.access_token);
        // An API that refuses every token must not make a storm of renewals.
        if is_refused && stored.is_some_and(|tokens| self.is_just_renewed(&tokens)) {
            return Ok(Value::NULL);
        }
        let value = self.keep_alive(is_refused).await?;
        let tokens = Tokens::read(&value, issuer);
        if !self.is_of_same_user(before.as_deref(), tokens.as_deref()).await {
            return Ok(Value::NULL);
        }
        let header = tokens.map(|tokens| ["Bearer ", tokens.access_token.reveal()].joined());
        Ok(object!([("header", header.into()), ("tokens", value)]))
    }

    /// Whether tokens came of a renewal in this page less than the shortest time between two ago.
    fn is_just_renewed(&self, tokens: &Tokens) -> bool {
        let now = hash(&tokens.access_token);
        let is_renewed = self.context.renewals.borrow().iter().any(|(_, to)| *to == now);
        is_renewed && tokens.is_younger_than(SHORTEST, self.platform().now())
    }

    /// Whether tokens are the same user's as the ones before, as far as there are any: by their ID
    /// tokens or, where there are none, since each came of the one before by a refresh token.
    async fn is_of_same_user(&self, before: Option<&Tokens>, now: Option<&Tokens>) -> bool {
        let (Some(before), Some(now)) = (before, now) else { return true };
        if self.context.came_of(&before.access_token, &now.access_token) {
            return true;
        }
        let subject = self.subject_of(before).await.ok().flatten();
        subject.is_some() && subject == self.subject_of(now).await.ok().flatten()
    }
}

impl<P: Platform> Context<P> {
    /// Notes that an access token took the place of another by the refresh token of its grant.
    pub(super) fn note_renewal(&self, before: &AccessToken, now: &AccessToken) {
        let mut renewals = self.renewals.borrow_mut();
        if renewals.len() >= MOST_RENEWALS {
            renewals.remove(0);
        }
        renewals.push((hash(before), hash(now)));
    }

    /// Whether an access token is another one, or came of it by refresh tokens in this page.
    fn came_of(&self, before: &AccessToken, now: &AccessToken) -> bool {
        let mut last = hash(before);
        for (from, to) in self.renewals.borrow().iter() {
            if *from == last {
                last.clone_from(to);
            }
        }
        before == now || last == hash(now)
    }
}

/// Tokens are not kept for the sake of a comparison.
fn hash(token: &AccessToken) -> Text {
    pkce::sha256(token.reveal().as_bytes())
}

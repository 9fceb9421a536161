//! `token.get()`: returns valid tokens, and renews them if needed; `token.revoke()`.

use std::rc::Rc;

use super::Client;
use super::errors::no_tokens;
use super::local_sign_out::LocalSignOut;
use super::stored::unreadable;
use crate::done::{Done, report};
use crate::error::{Code, Error, Kind};
use crate::json::{Value, object, to_text};
use crate::page::sign_outs::SignOutBy;
use crate::page::tokens::Stored;
use crate::platform::Platform;
use crate::protocol::discovery::Metadata;
use crate::protocol::tokens::{self, Decision, RenewWhen, Tokens, decide};
use crate::storage::{Area, Location};
use crate::text::{Join, Text};

impl<P: Platform> Client<P> {
    /// `token.get()`: returns, renews or refuses, as [`decide`] says. The result is the record without
    /// the members of [`Tokens::shown`]: `accessToken`, `idToken?`, `refreshToken?`, `expiresAt?`
    /// (seconds), `expiryTimestamp?` (milliseconds since 1970) and others; `expired: true` marks
    /// expired tokens. Overlapping renewals are one (docs/decisions.md#one-renewal-at-a-time).
    ///
    /// # Errors
    /// `No tokens found` (`not_signed_in`); those of the storage, and of the renewal.
    pub async fn get(self: &Rc<Self>, options: &Value) -> Result<Value, Error> {
        let stored = self.stored().await.map_err(unreadable)?;
        self.get_from(stored, options, RenewWhen::read(options)).await
    }

    /// [`Client::get`] for JavaScript: `{ tokens, lease? }`. While the same text is stored and the clock is
    /// between `from` and `until`, the tokens are valid, and JavaScript returns them without a call into
    /// WebAssembly. A lease is `{ storage, key, text, from, until }`, in milliseconds since 1970. Only for
    /// `localStorage`, whose text JavaScript can compare itself, and which needs no id of the sign-in to
    /// count.
    ///
    /// # Errors
    /// Those of [`Client::get`].
    pub async fn get_with_lease(self: &Rc<Self>, options: &Value) -> Result<Value, Error> {
        let stored = self.stored().await.map_err(unreadable)?;
        let renewal = RenewWhen::read(options);
        // Valid tokens are what is returned, unless others are asked for.
        let lease = self.lease(&stored).filter(|_| !matches!(renewal, RenewWhen::Always));
        let tokens = self.get_from(stored, options, renewal).await?;
        Ok(object!([("tokens", tokens), ("lease", lease.into())]))
    }

    /// The lease of stored tokens; `None` where they are not valid, or the next call may find others.
    fn lease(&self, stored: &Stored) -> Option<Value> {
        let Location { area, key } = &self.config.location;
        let is_plain = *area == Area::Local && !self.is_unsaved();
        let storage = area.web_storage().filter(|_| is_plain)?;
        let (text, tokens) = (stored.raw.as_ref()?, stored.tokens.as_deref()?);
        if !self.is_fresh(tokens) || tokens.binding != self.config.binding || tokens.is_foreign() {
            return None;
        }
        let (from, until) = tokens.fresh_span(self.config.threshold)?;
        Some(object!([
            ("storage", storage.into()),
            ("key", key.into()),
            ("text", text.into()),
            ("from", from.into()),
            ("until", until.into()),
        ]))
    }

    /// Renews the stored tokens if needed. Signs no user in.
    ///
    /// # Errors
    /// Those of [`Client::get`]; `not_signed_in` without stored tokens.
    pub(super) async fn keep_alive(self: &Rc<Self>, renewal: RenewWhen) -> Result<Value, Error> {
        let stored = self.stored().await.map_err(unreadable)?;
        let renewal = if stored.tokens.is_some() { renewal } else { RenewWhen::Never };
        self.get_from(stored, &Value::NULL, renewal).await
    }

    /// [`Client::get`] for tokens that have been read already.
    async fn get_from(
        self: &Rc<Self>,
        stored: Stored,
        options: &Value,
        renewal: RenewWhen,
    ) -> Result<Value, Error> {
        let authorize = self.differing(options.get("authorizeOptions"));
        let bound = self.bound_by(&authorize);
        let tokens = stored.tokens.as_deref().filter(|tokens| tokens.binding == bound);
        match (decide(tokens, self.platform().now(), self.config.threshold, renewal), tokens) {
            (Decision::Return, Some(tokens)) => Ok(self.returned(tokens.to_value())),
            (Decision::ReturnExpired, Some(tokens)) => {
                let mut value = self.returned(tokens.to_value());
                value.set("expired", true);
                Ok(value)
            }
            (Decision::Renew, _) => {
                let asked = to_text(&authorize);
                let known = stored.tokens.as_ref();
                let known = known.and_then(|tokens| self.no_user(tokens, &asked));
                if let Some(error) = known
                    && !options.get("forceRenew").is_some_and(Value::is_truthy)
                {
                    return Err(error);
                }
                let name = match renewal {
                    RenewWhen::Always => ["force ", &asked].joined(),
                    _ => asked,
                };
                let client = self.clone();
                let work = Box::pin(async move {
                    // Before the lock is taken, since a sign-out waits for that lock.
                    client.page.sign_outs.wait(&client.metadata.issuer).await?;
                    let renewed = client.renew(stored, &authorize, renewal).await;
                    client.tell_failure(&renewed);
                    renewed.map(|tokens| tokens.to_value())
                });
                let tokens = self.renewals.share(self.platform(), &name, work).await?;
                Ok(self.returned(tokens))
            }
            _ if stored.tokens.is_some() => Err(no_tokens(
                Code::NotSignedIn,
                "The stored tokens are for another API. Pass backgroundRenew, or use a client for each resource.",
            )),
            _ => Err(no_tokens(
                Code::NotSignedIn,
                "No user is signed in. Call authorize.redirect() or pass backgroundRenew.",
            )),
        }
    }

    /// The `authorizeOptions` that differ from the configuration, or `null`. Tokens with others come
    /// from a new authorization only, not from the refresh token.
    fn differing(&self, options: Option<&Value>) -> Value {
        let Some(options) = options.filter(|options| options.is_object()) else {
            return Value::NULL;
        };
        let configured = |name: &str, value: &Value| match name {
            "scope" => value.as_str() == Some(&self.config.defaults.scope),
            "responseType" => true,
            "redirectUri" => value.as_str() == Some(&self.config.background_redirect_uri),
            _ => self.config.defaults.options.get(name) == Some(value),
        };
        let mut options = options.clone();
        options.retain(&|name, value| !value.is_null() && !configured(name, value));
        if options == object!([]) { Value::NULL } else { options }
    }

    /// What tokens for these [`Client::differing`] options are bound to. Those of a record with another
    /// binding are not returned, since they are for another API
    /// ([RFC 8707 section 3](https://www.rfc-editor.org/rfc/rfc8707#section-3)).
    pub(super) fn bound_by(&self, authorize: &Value) -> Text {
        tokens::binding(authorize, &self.config.defaults.options)
    }

    /// `token.revoke()`: deletes the tokens, and revokes the refresh and the access token
    /// ([RFC 7009 section 2](https://www.rfc-editor.org/rfc/rfc7009#section-2)). Overlapping calls are
    /// one.
    ///
    /// # Errors
    /// `No access token found`; `endpoint_missing` without a revocation endpoint; otherwise both parts
    /// are tried, and if one fails, the error has the outcome of both.
    pub async fn revoke(self: &Rc<Self>) -> Result<Value, Error> {
        let client = self.clone();
        let work = Box::pin(async move { client.revoke_once().await });
        self.endings.share(self.platform(), "revoke", work).await
    }

    /// Without a revocation endpoint the tokens are deleted all the same: the error has `done`, which
    /// says so.
    async fn revoke_once(&self) -> Result<Value, Error> {
        let _guard = self.page.sign_outs.begin(&self.metadata.issuer, SignOutBy::Requests);
        let endpoint = self.revocation_endpoint();
        let missing = Metadata::require(&endpoint, "Wellknown missing revocation endpoint").err();
        if missing.is_none() {
            self.tokens_to_send(Kind::State).await?;
        }
        let sign_out = LocalSignOut::begin_one(self.page, &self.sign_in, self.patience()).await;
        let deleted = sign_out.forgotten();
        if let Some(missing) = missing {
            let deleted = deleted.is_ok().into();
            let done = object!([("revoke", Done::No.into()), ("delete", deleted)]);
            return Err(missing.with("done", done));
        }
        let revoked = sign_out.revoke(self.page, &self.caller, &self.metadata).await;
        let parts = [
            ("revokeResponse", revoked.map(|()| (Done::Yes, None))),
            ("deleteResponse", deleted.map(|()| (Done::Yes, None))),
        ];
        report(parts.into(), "The revocation is incomplete. The other members say what failed.")
    }

    /// Whether tokens expire later than `oauthThreshold` from now.
    pub(super) fn is_fresh(&self, tokens: &Tokens) -> bool {
        !tokens.is_near_expiry(self.platform().now(), self.config.threshold)
    }
}

//! Leases, by which JavaScript returns valid tokens without a call into WebAssembly
//! (docs/decisions.md#valid-tokens-are-returned-without-the-core).

use std::rc::Rc;

use super::Client;
use super::stored::unreadable;
use crate::error::Error;
use crate::json::{Value, object, to_text};
use crate::page::tokens::Stored;
use crate::platform::Platform;
use crate::protocol::pkce;
use crate::protocol::tokens::{RenewWhen, Tokens};
use crate::storage::{Area, Location, lease_key};
use crate::text::{Join, Text};

impl<P: Platform> Client<P> {
    /// [`Client::get`] for JavaScript: `{ tokens, lease? }`. The lease is `{ key, text, entry, id, origins,
    /// from?, until? }`. JavaScript returns the tokens again while `text` is stored under `key`, the entry of
    /// the sign-ins has `id`, and the clock is between `from` and `until` (milliseconds since 1970); it sends
    /// the access token to the `origins`.
    ///
    /// # Errors
    /// Those of [`Client::get`].
    pub async fn get_with_lease(self: &Rc<Self>, options: &Value) -> Result<Value, Error> {
        let stored = self.stored().await.map_err(unreadable)?;
        let renewal = RenewWhen::read(options);
        // Valid tokens are returned, unless the call asks for others. `isPlain` in `pkg/entry/lease.js` decides
        // the same for the calls that a lease answers.
        let asks_for_others =
            renewal == RenewWhen::Always || options.get("authorizeOptions").is_some();
        let lease = self.lease(&stored).filter(|_| !asks_for_others);
        let lease = lease.map(|mut lease| {
            lease.set("text", stored.raw.as_ref());
            lease
        });
        let tokens = self.get_from(stored, options, renewal).await?;
        Ok(object!([("tokens", tokens), ("lease", lease.into())]))
    }

    /// Keeps the lease of the stored tokens for the next page, in `localStorage`; removes the former one where
    /// there is none now. Without `Config::lease_terms` it does nothing.
    ///
    /// A kept lease has no token: instead of `text` it has `hash`, the SHA-256 of the terms and the text, and
    /// `shown`, the names of the record's members that `token.get()` returns.
    pub(super) async fn keep_lease(&self) {
        let Some(terms) = &self.config.lease_terms else { return };
        let stored = self.stored().await.ok();
        let kept = stored.and_then(|stored| self.kept_lease(&stored, terms));
        let key = lease_key(self.client_id());
        let written = kept.map(|kept| self.platform().write(Area::Local, &key, &to_text(&kept)));
        if !matches!(written, Some(Ok(()))) {
            let _ = self.platform().remove(Area::Local, &key);
        }
    }

    /// The lease to keep; `None` also where the text is not what this package writes, since JavaScript reads
    /// the members as they are.
    fn kept_lease(&self, stored: &Stored, terms: &Text) -> Option<Value> {
        let mut lease = self.lease(stored)?;
        let (text, record) = (stored.raw.as_ref()?, stored.tokens.as_deref()?.to_value());
        if to_text(&record) != *text {
            return None;
        }
        let mut shown: Vec<Value> = Vec::new();
        for (name, _) in Tokens::shown(record).members() {
            shown.push(name.into());
        }
        lease.set("hash", pkce::sha256(&[&**terms, text].joined()));
        lease.set("shown", shown);
        Some(lease)
    }

    /// The lease of stored tokens, without their text. Only for `localStorage`, whose text JavaScript can
    /// compare itself; `None` where the tokens are not valid or not noted, or the next call may find others.
    fn lease(&self, stored: &Stored) -> Option<Value> {
        let Location { area, key } = &self.config.location;
        let tokens = stored.tokens.as_deref()?;
        let is_of_config = tokens.binding == self.config.binding && !tokens.is_foreign();
        // A DPoP proof is made by the core.
        let is_plain = *area == Area::Local && self.config.dpop.is_none();
        if !is_plain || self.is_unsaved() || !is_of_config || !self.is_fresh(tokens) {
            return None;
        }
        let (entry, id) = self.page.sign_ins.noted(&self.sign_in)?;
        let (from, until) = tokens.fresh_span(self.config.threshold)?;
        let mut origins: Vec<Value> = Vec::new();
        for origin in &self.config.api_origins {
            origins.push(origin.into());
        }
        let mut lease = object!([
            ("key", key.into()),
            ("entry", entry.into()),
            ("id", id.into()),
            ("origins", origins.into()),
            ("from", from.into()),
            ("until", until.into()),
        ]);
        lease.retain(&|_, value| !value.is_null());
        Some(lease)
    }
}

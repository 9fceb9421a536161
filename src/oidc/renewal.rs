//! Renews the stored tokens, with the refresh token
//! ([RFC 6749 section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6)) or by a background
//! authorization.

use super::Client;
use super::errors::signed_out;
use super::stored::{Unread, is_only_weaker, unreadable};
use super::subscribe::SHORTEST;
use crate::error::{Code, Error, Kind};
use crate::json::{Value, to_text};
use crate::oidc::config::RenewBy;
use crate::page::events::{Event, HappenedIn};
use crate::page::locks::{Held, PATIENCE, Ticks};
use crate::page::tokens::{Former, Stored};
use crate::page::whose::User;
use crate::platform::Platform;
use crate::protocol::authorize::{asks_for_id_token, requested_scope};
use crate::protocol::exchange;
use crate::protocol::refresh;
use crate::protocol::tokens::{RenewWhen, Tokens};
use crate::text::Join;

impl<P: Platform> Client<P> {
    /// Renews the tokens that the caller has seen in the storage, under a lock that all tabs share.
    /// First checks whether another tab has renewed them.
    ///
    /// # Errors
    /// `lock_timeout`, `signed_out`, those of the storage, and those of the renewal.
    pub(super) async fn renew(
        &self,
        seen: Stored,
        authorize: &Value,
        renewal: RenewWhen,
    ) -> Result<Box<Tokens>, Error> {
        let lock = self.page.locks.take(&self.sign_in, self.patience()).await;
        let lock = lock.ok_or_else(lock_timeout)?;

        let stored = self.stored().await.map_err(unreadable)?;
        let changed = stored.raw != seen.raw;
        if changed && stored.raw.is_none() {
            return Err(signed_out());
        }
        let bound = self.bound_by(authorize);
        // Tokens that live for a moment only must not cause endless renewals.
        let may_return = changed || renewal != RenewWhen::Always;
        match stored.tokens {
            Some(tokens) if may_return && self.is_usable(&tokens, &bound) => Ok(tokens),
            tokens => self.renew_locked(Stored { tokens, ..stored }, authorize, &lock).await,
        }
    }

    /// Renews with the refresh token where that is possible, else by a background authorization, and
    /// stores the result.
    ///
    /// # Errors
    /// Those of [`Client::renew_by_refresh_token`] and [`Client::authorize_silently`]; `signed_out`.
    async fn renew_locked(
        &self,
        mut stored: Stored,
        authorize: &Value,
        lock: &Held<P>,
    ) -> Result<Box<Tokens>, Error> {
        if let Some(outcome) = self.renew_by_refresh_token(&mut stored, authorize, lock).await {
            return outcome;
        }
        // A sign-out has begun and waits for the lock.
        if stored.sign_outs != self.page.tokens.sign_outs(&self.sign_in, &stored.raw) {
            return Err(signed_out());
        }
        let user = match &stored.tokens {
            Some(tokens) => self.user_of(tokens).await,
            None => User::Unknown,
        };
        let mut options = if authorize.is_null() { Value::object() } else { authorize.clone() };
        let scope = requested_scope(&self.config.defaults, &options);
        if user != User::Unknown && !asks_for_id_token(&scope) {
            // Only an ID token shows whose tokens these are: another user may be signed in at the
            // provider by now.
            let scope = ["openid ", &scope].joined();
            options.set("scope", scope);
        }
        let mut tokens = match self.authorize_silently(&options, user.subject()).await {
            Ok(tokens) => tokens,
            Err(error) => return Err(self.not_silently(&stored, authorize, &options, error).await),
        };
        // A refresh token is kept only with tokens of the same user, and not after it was refused.
        if tokens.refresh_token.is_none() && self.user_of(&tokens).await.is(&user) {
            let kept = stored.tokens.as_ref().and_then(|before| before.refresh_token.clone());
            tokens.refresh_token = kept.filter(|token| self.spent(token).is_none());
        }
        self.commit(&stored, tokens, Former::Stays, lock).await
    }

    /// The error of a background authorization that was to renew stored tokens. Has a `redirectUrl`
    /// when only the user can go on.
    async fn not_silently(
        &self,
        stored: &Stored,
        authorize: &Value,
        options: &Value,
        error: Error,
    ) -> Error {
        let Some(tokens) = &stored.tokens else { return error };
        // The refresh token did not work either, so only the user can go on.
        let was_last = self.config.renew == RenewBy::Auto && authorize.is_null();
        let error = match was_last && !error.is_passing() && !error.has("redirectUrl") {
            true => self.with_way_on(error, options).await,
            false => error,
        };
        self.note_no_user(tokens, &to_text(authorize), &error);
        error
    }

    /// Renews with the refresh token. `None` when a background authorization is to be tried: there is
    /// no refresh token, another way is configured, or the provider has refused the token or the user
    /// ([RFC 6749 section 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)).
    ///
    /// The refresh token is deleted only after `invalid_grant`, which says that it is not valid any
    /// more. After other refusals it stays stored until new tokens replace it: this page does not send it
    /// again, but another page may.
    ///
    /// # Errors
    /// Those of [`Client::refresh`], which say nothing about the token; `signed_out`; with `renew:
    /// 'refresh'` every failure.
    async fn renew_by_refresh_token(
        &self,
        stored: &mut Stored,
        authorize: &Value,
        lock: &Held<P>,
    ) -> Option<Result<Box<Tokens>, Error>> {
        // A refresh can't change options such as the scope, or the API.
        let bound = self.bound_by(authorize);
        let is_same = |tokens: &Tokens| tokens.binding == bound;
        let changes = authorize.members().iter().any(|(name, _)| name != "resource");
        let possible = self.config.renew != RenewBy::Background
            && !changes
            && stored.tokens.as_deref().is_some_and(is_same);
        let is_only_way = self.config.renew == RenewBy::Refresh;
        let refresh_token = stored.tokens.as_ref().and_then(|tokens| tokens.refresh_token.clone());
        let (true, Some(tokens), Some(refresh_token)) = (possible, &stored.tokens, refresh_token)
        else {
            return is_only_way.then(|| Err(no_refresh_token()));
        };
        if let Some(error) = self.spent(&refresh_token) {
            return is_only_way.then_some(Err(error));
        }
        let error = match self.refresh(tokens, &refresh_token).await {
            Ok(renewed) => {
                let now = renewed.clone();
                let outcome = self.commit(stored, renewed, Former::IsUsed, lock).await;
                // After the write, since a page that is closed before would lose the new token.
                self.note_replaced(&refresh_token, &now).await;
                return Some(outcome);
            }
            Err(error) if !refresh::is_about_the_grant(&error) => return Some(Err(error)),
            Err(error) => error,
        };
        let without = Tokens { refresh_token: None, ..(**tokens).clone() };
        // Without the Web Locks API another tab may have renewed at the same time.
        let patience = if lock.is_exclusive() { 0.0 } else { PATIENCE };
        let again = match self.stored_instead(stored, patience).await {
            Ok(again) => again,
            Err(fault) => return Some(Err(unreadable(fault))),
        };
        if again.raw != stored.raw && !is_only_weaker(&again, stored) {
            return Some(self.made_by_another(again.tokens, &bound));
        }
        *stored = Stored { sign_outs: stored.sign_outs, ..again };
        if error.code() == Code::InvalidGrant {
            if let Some(now) = self.replace(stored, &without, Former::IsUsed).await {
                return Some(self.made_by_another(now.tokens, &bound));
            }
            match self.stored().await {
                Ok(now) if now.tokens.is_none() || now.sign_outs != stored.sign_outs => {
                    return Some(Err(signed_out()));
                }
                Ok(now) => *stored = now,
                Err(fault) => return Some(Err(unreadable(fault))),
            }
        } else {
            self.note_spent(&refresh_token, &error);
        }
        is_only_way.then_some(Err(error))
    }

    /// The tokens that another call or tab has stored during this renewal.
    ///
    /// # Errors
    /// `signed_out` if there are none that are usable.
    fn made_by_another(
        &self,
        tokens: Option<Box<Tokens>>,
        bound: &str,
    ) -> Result<Box<Tokens>, Error> {
        tokens.filter(|tokens| self.is_usable(tokens, bound)).ok_or_else(signed_out)
    }

    /// Reads the storage until it differs from `before`, or for `patience` milliseconds: what another
    /// tab writes may appear late.
    ///
    /// # Errors
    /// Those of [`Client::stored`].
    async fn stored_instead(&self, before: &Stored, patience: f64) -> Result<Stored, Unread> {
        let mut ticks = Ticks::new(self.page.platform, patience);
        loop {
            let stored = self.stored().await?;
            if stored.raw != before.raw || !ticks.next().await {
                return Ok(stored);
            }
        }
    }

    /// Stores tokens that were renewed from `from`. Drops them, and returns what is stored instead,
    /// after a sign-out, another sign-in or another renewal.
    ///
    /// # Errors
    /// `signed_out` if no usable tokens are stored then.
    async fn commit(
        &self,
        from: &Stored,
        tokens: Box<Tokens>,
        former: Former,
        lock: &Held<P>,
    ) -> Result<Box<Tokens>, Error> {
        let Some(stored) = self.replace(from, &tokens, former).await else {
            let Some(before) = &from.tokens else {
                self.emit(&Event::SignedIn);
                return Ok(tokens);
            };
            self.page.tokens.note_time(&self.sign_in);
            if former == Former::IsUsed {
                self.page.tokens.note_renewal(&before.access_token, &tokens.access_token);
            }
            self.emit(&Event::TokensRenewed);
            return Ok(tokens);
        };
        // A sign-out in another tab waits for this tab's lock.
        let is_in_this_tab = self.page.tokens.sign_outs(&self.sign_in, &from.raw) != from.sign_outs;
        let sign_out = match !is_in_this_tab && lock.is_exclusive() && stored.raw.is_none() {
            true => HappenedIn::OtherTab,
            false => HappenedIn::ThisTab,
        };
        self.give_up(&tokens, sign_out).await;
        let before = from.tokens.as_ref().map(|tokens| &tokens.access_token);
        let newer = stored.tokens.filter(|tokens| Some(&tokens.access_token) != before);
        self.made_by_another(newer, &tokens.binding)
    }

    /// Notifies the listeners of a failed renewal.
    pub(super) fn tell_failure(&self, renewed: &Result<Box<Tokens>, Error>) {
        match renewed {
            Err(error) if error.code() != Code::SignedOut => {
                self.emit(&Event::RenewalFailed(error.clone()));
            }
            _ => {}
        }
    }

    /// Whether tokens of another renewal can be returned for this one, which is for tokens that are
    /// `bound` so: they are fresh, or new, since the provider may not issue any that live longer.
    fn is_usable(&self, tokens: &Tokens, bound: &str) -> bool {
        let is_new = tokens.is_younger_than(SHORTEST, self.platform().now());
        tokens.binding == bound && (is_new || self.is_fresh(tokens))
    }
}

/// The error with `renew: 'refresh'` and no refresh token.
fn no_refresh_token() -> Error {
    exchange::failure(Code::NotSignedIn, "There is no refresh token. Sign in again.")
}

/// The error when another tab holds the lock for longer than [`Client::patience`].
fn lock_timeout() -> Error {
    let text = "Another tab has been renewing the tokens for too long. Try again.";
    Error::new("lock_timeout", Code::LockTimeout, Kind::State, text)
}

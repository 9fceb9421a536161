//! The stored tokens, as a client reads and writes them.

use super::Client;
use crate::error::{Error, Kind};
use crate::fault::{KEY_LOST, StorageFault};
use crate::page::tokens::{Former, Stored};
use crate::platform::Platform;
use crate::protocol::id_token::Invalid;
use crate::protocol::tokens::Tokens;

/// Why it is not known now what is stored.
#[derive(Debug)]
pub(super) enum Unread {
    /// The storage can't be read.
    Storage(StorageFault),
    /// The record is another library's, and the keys to verify its ID token can't be fetched.
    Keys(Invalid),
}

impl From<StorageFault> for Unread {
    fn from(fault: StorageFault) -> Self {
        Unread::Storage(fault)
    }
}

impl<P: Platform> Client<P> {
    /// Reads the stored tokens. The record of another library counts only if its ID token is valid for
    /// this issuer and client
    /// ([OpenID Connect Core section 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)),
    /// whether or not it has expired.
    ///
    /// # Errors
    /// Those of the storage, and of keys that can't be fetched.
    pub(super) async fn stored(&self) -> Result<Stored, Unread> {
        let mut stored = self.page.tokens.read(&self.sign_in).await?;
        if let Some(tokens) = stored.tokens.take_if(|tokens| tokens.is_foreign())
            && let Some(raw) = &tokens.id_token
        {
            match self.verify_once(raw).await {
                Ok(_) => stored.tokens = Some(tokens),
                // Without keys it is not known whether the token is valid.
                Err(invalid) if invalid.is_unreached() => return Err(Unread::Keys(invalid)),
                Err(_) => {}
            }
        }
        let stored = self.without_lost_key(stored).await;
        if stored.is_key_lost && !self.warned.replace(true) {
            self.caller.log.warn(KEY_LOST);
        }
        if stored.raw.is_some() && stored.tokens.is_none() && !self.warned.replace(true) {
            self.caller.log.warn(
                "The stored tokens can't be used: the record is malformed, or of another issuer or client. The next sign-in replaces it.",
            );
        }
        Ok(stored)
    }

    /// Stores tokens instead of what was found.
    pub(super) async fn store(&self, found: &Stored, tokens: &Tokens, former: Former) {
        self.page.tokens.write(&self.sign_in, &self.caller.log, found, tokens, former).await;
        self.keep_lease().await;
    }

    /// Whether the last tokens could not be stored, and are in this page's memory only.
    pub fn is_unsaved(&self) -> bool {
        self.page.tokens.is_unsaved(&self.config.location)
    }

    /// Stores renewed tokens if those that they were renewed from are still stored, and returns `None`.
    /// Otherwise a logout or another sign-in takes precedence: returns what is stored instead.
    pub(super) async fn replace(
        &self,
        from: &Stored,
        tokens: &Tokens,
        former: Former,
    ) -> Option<Stored> {
        // A storage that can't be read now must not lose the only copy of a new refresh token.
        let stored = self.stored().await.unwrap_or_else(|_| Stored {
            raw: from.raw.clone(),
            tokens: None,
            sign_outs: self.page.tokens.sign_outs(&self.sign_in, &from.raw),
            is_key_lost: false,
        });
        let untouched = stored.raw == from.raw || is_only_weaker(&stored, from);
        if !untouched || stored.sign_outs != from.sign_outs {
            return Some(stored);
        }
        self.store(&stored, tokens, former).await;
        None
    }
}

/// Whether the only change is that the refresh token is gone: without the Web Locks API, another tab
/// has used it a moment later, and was refused.
pub(super) fn is_only_weaker(stored: &Stored, from: &Stored) -> bool {
    match (&stored.tokens, &from.tokens) {
        (Some(now), Some(before)) => {
            now.access_token == before.access_token
                && now.refresh_token.is_none()
                && before.refresh_token.is_some()
        }
        _ => false,
    }
}

/// The documented error of a call that can't read the tokens.
pub(super) fn unreadable(why: Unread) -> Error {
    let text = "Please log the user out completely and try again";
    match why {
        Unread::Storage(fault) => {
            Error::new("Error occurred while retrieving tokens", fault.code(), Kind::State, text)
                .cause(fault.advice())
        }
        Unread::Keys(invalid) => invalid.into_error(Kind::Exchange),
    }
}

//! The stored tokens, as a client sees them.

use super::Client;
use crate::error::{Error, Kind};
use crate::fault::StorageFault;
use crate::page::tokens::{Former, Stored};
use crate::platform::Platform;
use crate::protocol::id_token::Invalid;
use crate::protocol::tokens::Tokens;

/// Why nobody can say now what is stored.
#[derive(Debug)]
pub(super) enum Unread {
    /// The storage can't be read.
    Storage(StorageFault),
    /// The record is another library's, and there are no keys to verify its ID token with.
    Keys(Invalid),
}

impl From<StorageFault> for Unread {
    fn from(fault: StorageFault) -> Self {
        Unread::Storage(fault)
    }
}

impl<P: Platform> Client<P> {
    /// Reads the stored tokens. Those of another library count only where their ID token is this
    /// issuer's, for this client: it is verified, whether or not it has expired.
    pub(super) async fn stored(&self) -> Result<Stored, Unread> {
        let mut stored = self.page.tokens.read(&self.sign_in).await?;
        if let Some(tokens) = stored.tokens.take_if(|tokens| tokens.is_foreign())
            && let Some(raw) = &tokens.id_token
        {
            match self.verify_once(raw).await {
                Ok(_) => stored.tokens = Some(tokens),
                // That is no verdict.
                Err(invalid) if invalid.is_unreached() => return Err(Unread::Keys(invalid)),
                Err(_) => {}
            }
        }
        if stored.raw.is_some() && stored.tokens.is_none() && !self.warned.replace(true) {
            self.caller.log.warn(
                "What is stored in the place of the tokens can't be used: it is no record of tokens, or another issuer's or client's. A sign-in will replace it.",
            );
        }
        Ok(stored)
    }

    /// Stores tokens in the place of what was found.
    pub(super) async fn store(&self, found: &Stored, tokens: &Tokens, former: Former) {
        self.page.tokens.write(&self.sign_in, &self.caller.log, found, tokens, former).await;
    }

    /// Whether the last tokens could not be stored.
    pub fn is_unsaved(&self) -> bool {
        self.page.tokens.is_unsaved(&self.config.location)
    }

    /// Stores renewed tokens, only if what they were renewed from is still stored: a logout, or
    /// another tab's new sign-in, wins, and what is stored then is returned.
    pub(super) async fn replace(
        &self,
        from: &Stored,
        tokens: &Tokens,
        former: Former,
    ) -> Option<Stored> {
        // A storage that can't be read now must not cost the only copy of a new refresh token.
        let stored = self.stored().await.unwrap_or_else(|_| Stored {
            raw: from.raw.clone(),
            tokens: None,
            sign_outs: self.page.sign_outs.count(&self.metadata.issuer),
        });
        let untouched = stored.raw == from.raw || is_only_weaker(&stored, from);
        if !untouched || stored.sign_outs != from.sign_outs {
            return Some(stored);
        }
        self.store(&stored, tokens, former).await;
        None
    }
}

/// Whether all that somebody else has done is to take out the refresh token: without locks, another
/// tab that used the same one a moment later, and was refused.
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

/// The error of a call that needs the stored tokens.
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

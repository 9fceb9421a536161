//! DPoP ([RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)): which key a request proves, and which tokens
//! count.

use super::Client;
use crate::error::{Code, Error, Kind};
use crate::fault::KEY_LOST;
use crate::http::Possession;
use crate::json::parse;
use crate::page::tokens::Stored;
use crate::page::whose::SignIn;
use crate::platform::{KeyAction, Platform};
use crate::protocol::authorize::Mode;
use crate::protocol::dpop::{Binding, Demand};
use crate::protocol::exchange;
use crate::protocol::tokens::Tokens;
use crate::secret::AccessToken;
use crate::storage::{Area, Location};
use crate::text::Text;

impl<P: Platform> Client<P> {
    /// The thumbprint of the key to bind the code of an authorization request to. `None` for a client
    /// without DPoP, and where the response comes to another page that won't have the key.
    ///
    /// # Errors
    /// `dpop_unavailable`
    pub(super) async fn key_to_authorize(&self, mode: Mode) -> Result<Option<Text>, Error> {
        if self.config.dpop.is_none() {
            return Ok(None);
        }
        let key = self.page.dpop.key(&self.sign_in, KeyAction::Make).await?;
        Ok((key.lasts || mode != Mode::Interactive).then_some(key.jkt))
    }

    /// The thumbprint of the key for new tokens: the one that the code or the tokens before are `bound` to,
    /// if they are. `None` for a client without DPoP.
    ///
    /// # Errors
    /// `dpop_key_lost`, `dpop_unavailable`
    pub(super) async fn key_of(&self, bound: Option<&Text>) -> Result<Option<Text>, Error> {
        match bound.filter(|_| self.config.dpop.is_some()) {
            Some(jkt) if self.page.dpop.has(&self.sign_in, jkt).await => Ok(Some(jkt.clone())),
            Some(_) => Err(exchange::failure(Code::DpopKeyLost, KEY_LOST)),
            None if self.config.dpop.is_none() => Ok(None),
            None => Ok(Some(self.page.dpop.key(&self.sign_in, KeyAction::Make).await?.jkt)),
        }
    }

    /// What a request proves; `None` without a key.
    pub(super) fn possession(
        &self,
        jkt: Option<&Text>,
        token: Option<&AccessToken>,
    ) -> Option<Possession> {
        Some(self.sign_in.possession(jkt?, token))
    }

    /// What the tokens of a response are compared with; `None` without a key.
    pub(super) fn binding(&self, jkt: Option<&Text>) -> Option<Binding> {
        Some(Binding { demand: self.config.dpop?, jkt: jkt?.clone() })
    }

    /// Removes tokens that this client can't use: those of a client with DPoP, or of a key that is gone.
    pub(super) async fn without_lost_key(&self, mut stored: Stored) -> Stored {
        let jkt = stored.tokens.as_ref().and_then(|tokens| tokens.jkt.clone());
        let Some(jkt) = jkt else { return stored };
        let has_dpop = self.config.dpop.is_some();
        if !has_dpop || !self.page.dpop.has(&self.sign_in, &jkt).await {
            stored.tokens = None;
            stored.is_key_lost = has_dpop;
        }
        stored
    }

    /// Whether tokens must be renewed before they are returned: they were issued before DPoP was turned on,
    /// and are bound to no key.
    pub(super) fn is_unbound(&self, tokens: &Tokens) -> bool {
        self.config.dpop == Some(Demand::Required) && tokens.jkt.is_none()
    }

    /// Takes over the tokens that this client has stored in `localStorage` before DPoP was turned on, unless
    /// a client without DPoP uses them in this page; `plain` is its sign-in. The next call binds them to
    /// the key by a renewal with a proof
    /// ([RFC 9449 section 5](https://www.rfc-editor.org/rfc/rfc9449#section-5)): see
    /// [`Client::is_unbound`].
    pub(super) async fn adopt_unbound(&self, plain: &SignIn) -> Option<()> {
        let (sign_ins, platform) = (self.page.sign_ins, self.platform());
        let Location { area, key } = &plain.location;
        let is_used = sign_ins.clients_of(&plain.issuer).iter().any(|other| **other == *plain);
        if is_used || *area != Area::Local {
            return None;
        }
        platform.read(*area, key).ok()??;
        // A renewal in another tab may be replacing the refresh token.
        let _lock = self.page.locks.take(plain, self.patience()).await?;
        let text = platform.read(*area, key).ok()??;
        let tokens = plain.read(&parse(&text)?)?;
        let own = &self.sign_in.location.key;
        let is_taken = platform.read(*area, own).ok()?.is_some();
        if is_taken || tokens.is_foreign() || tokens.refresh_token.is_none() {
            return None;
        }
        platform.write(*area, own, &text).ok()?;
        if platform.remove(*area, key).is_err() {
            let _ = platform.remove(*area, own);
            return None;
        }
        self.page.locks.tell(plain, None).await;
        let entry = self.page.locks.take_entry(&plain.issuer).await;
        let _ = sign_ins.forget_note(plain);
        self.page.locks.tell_entry(&plain.issuer, entry).await;
        Some(())
    }
}

/// The error for tokens whose key is gone.
pub(super) fn key_lost(kind: Kind) -> Error {
    Error::new("No access token found", Code::DpopKeyLost, kind, KEY_LOST)
}

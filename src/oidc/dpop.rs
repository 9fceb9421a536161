//! DPoP ([RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)): which key a request proves, and which tokens
//! count; `token.proof()`.

use std::rc::Rc;

use super::Client;
use super::config::Config;
use crate::error::{Code, Error, Kind};
use crate::fault::KEY_LOST;
use crate::http::Possession;
use crate::json::{Value, object, parse};
use crate::page::tokens::{Former, Stored};
use crate::page::whose::SignIn;
use crate::platform::{KeyAction, Platform};
use crate::protocol::authorize::{Mode, Transaction};
use crate::protocol::dpop::{Binding, Demand, authorization};
use crate::protocol::exchange;
use crate::protocol::tokens::{RenewWhen, Tokens};
use crate::secret::AccessToken;
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

    /// The thumbprint of the key for the tokens of a code: the one that the code is bound to.
    ///
    /// # Errors
    /// `dpop_key_lost`, `dpop_unavailable`
    pub(super) async fn key_to_redeem(
        &self,
        transaction: &Transaction,
    ) -> Result<Option<Text>, Error> {
        self.key_of(transaction.jkt.as_ref()).await
    }

    /// The thumbprint of the key for renewed tokens: the one of the tokens before, if they are bound.
    ///
    /// # Errors
    /// `dpop_key_lost`, `dpop_unavailable`
    pub(super) async fn key_to_refresh(&self, before: &Tokens) -> Result<Option<Text>, Error> {
        self.key_of(before.jkt.as_ref()).await
    }

    async fn key_of(&self, bound: Option<&Text>) -> Result<Option<Text>, Error> {
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
        let key = self.sign_in.lock_name();
        Some(Possession { key, jkt: jkt?.clone(), token: token.cloned() })
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

    /// Whether tokens must be renewed before they are used: they were issued before DPoP was turned on, and
    /// are bound to no key.
    pub(super) fn is_unbound(&self, tokens: &Tokens) -> bool {
        self.config.dpop == Some(Demand::Required) && tokens.jkt.is_none()
    }

    /// Takes over the tokens that this client has stored before DPoP was turned on, unless a client
    /// without DPoP uses them in this page. The next call renews them: [`Client::is_unbound`].
    pub(super) async fn adopt_unbound(&self, config: &Value, storage: &Value) {
        let SignIn { issuer, client_id, .. } = &*self.sign_in;
        let Ok((binding, location)) = Config::location_without_dpop(config, storage) else {
            return;
        };
        let plain = SignIn {
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            binding,
            has_key: false,
            location,
        };
        if self.page.sign_ins.clients_of(issuer).iter().any(|other| **other == plain) {
            return;
        }
        let Some(tokens) = self.renewable(&plain).await else { return };
        // Another tab may renew them, or take them over.
        let Some(_lock) = self.page.locks.take(&plain, self.patience()).await else { return };
        if self.renewable(&plain).await.as_ref() != Some(&tokens) {
            return;
        }
        let Ok(found) = self.page.tokens.read(&self.sign_in).await else { return };
        if found.raw.is_none() && self.page.tokens.forget(&plain).await.is_ok() {
            let _ = self.page.sign_ins.forget_note(&plain);
            self.store(&found, &tokens, Former::Stays).await;
        }
    }

    /// The tokens of a sign-in, if they are this package's and have a refresh token.
    async fn renewable(&self, sign_in: &SignIn) -> Option<Box<Tokens>> {
        let text = self.page.tokens.load(&sign_in.location).await.ok()??;
        let tokens = self.page.tokens.read(sign_in).await.ok()?.tokens?;
        parse(&text)?.non_empty("refreshToken")?;
        (!tokens.is_foreign()).then_some(tokens)
    }

    /// `token.proof()`: the headers for a request that the app sends itself, `{ Authorization, DPoP }`;
    /// without `DPoP` for tokens that are not bound. `nonce` is the newest `DPoP-Nonce` of the API.
    ///
    /// # Errors
    /// `argument_invalid` for a URL of another origin than those of `apiOrigins`, or without a method;
    /// those of [`Client::get`].
    pub async fn proof(self: &Rc<Self>, options: &Value) -> Result<Value, Error> {
        let url = options.str("url").and_then(|url| self.page(url));
        let url = url.filter(|url| self.is_api(url.href()));
        let (Some(url), Some(method)) = (url, options.non_empty("method")) else {
            let text = "token.proof() needs { url, method }, with a url of one of the apiOrigins.";
            return Err(Error::new("Invalid options", Code::ArgumentInvalid, Kind::Argument, text));
        };
        let value = self.keep_alive(RenewWhen::Due).await?;
        let stored = self.tokens_to_send(Kind::State).await?;
        let mut headers = object!([]);
        let is_bound = stored.jkt.is_some();
        let tokens = if is_bound { Some(stored) } else { Tokens::read(&value) };
        let Some(tokens) = tokens else { return Ok(headers) };
        let possession = self.possession(tokens.jkt.as_ref(), Some(&tokens.access_token));
        if let Some(possession) = possession {
            if let Some(nonce) = options.non_empty("nonce") {
                self.page.dpop.note_nonce(&possession, url.href(), nonce);
            }
            let method = method.to_ascii_uppercase();
            let proof = self.page.dpop.prove(&possession, &method, url.href()).await;
            let proof = proof.ok_or_else(|| key_lost(Kind::State))?;
            headers.set("DPoP", proof.text);
        }
        headers.set("Authorization", authorization(&tokens.access_token, is_bound));
        Ok(headers)
    }
}

/// The error for tokens whose key is gone.
pub(super) fn key_lost(kind: Kind) -> Error {
    Error::new("No access token found", Code::DpopKeyLost, kind, KEY_LOST)
}

//! `user.info()` and `user.claims()`.

use std::rc::Rc;

use super::Client;
use super::errors::signed_out;
use crate::error::{Code, Error, Kind};
use crate::json::Value;
use crate::platform::Platform;
use crate::protocol::discovery::Metadata;
use crate::protocol::id_token::IdToken;
use crate::protocol::tokens::{RenewWhen, Tokens};
use crate::protocol::userinfo;
use crate::secret::RawIdToken;

impl<P: Platform> Client<P> {
    /// `user.info()`: the claims of the UserInfo endpoint
    /// ([OpenID Connect Core section 5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)),
    /// as JSON or as a signed JWT. Their `sub` must be that of the verified ID token
    /// ([OpenID Connect Core section 5.3.2](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse)).
    ///
    /// Tokens that must be bound to a key, and are not yet, are renewed first.
    ///
    /// # Errors
    /// `endpoint_missing`, `No access token found`, those of the ID token, of the renewal and of the answer.
    pub async fn user_info(self: &Rc<Self>) -> Result<Value, Error> {
        let endpoint = Metadata::require(
            &self.metadata.userinfo_endpoint,
            "Wellknown missing userinfo endpoint",
        )?;
        let tokens = match self.tokens_to_send(Kind::Auth).await? {
            tokens if self.is_unbound(&tokens) => {
                Tokens::read(&self.keep_alive(RenewWhen::Due).await?).ok_or_else(signed_out)?
            }
            tokens => tokens,
        };
        let subject = match &tokens.id_token {
            Some(raw) => Some(self.verify_stored(raw).await?.subject),
            None => None,
        };
        let (token, jkt) = (&tokens.access_token, tokens.jkt.as_ref());
        let request = userinfo::request(endpoint, token, jkt.is_some());
        let answer = self.send(request.prove(self.possession(jkt, Some(token)))).await;
        let details = match userinfo::read(answer)? {
            userinfo::Details::Json(details) => details,
            userinfo::Details::Signed(raw) => {
                let claims = self.verified_claims(&raw).await;
                let claims = claims.map_err(|invalid| userinfo::unverified(invalid.code()))?;
                let (issuer, client_id) = (&self.metadata.issuer, self.client_id());
                userinfo::of_claims(claims, issuer, client_id, self.platform().now())?
            }
        };
        userinfo::about(details, subject.as_ref())
    }

    /// `user.claims()`: the claims of the verified ID token
    /// ([OpenID Connect Core section 2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)),
    /// whether or not it has expired. Sends no request, unless this page has not verified the token and
    /// lacks the issuer's keys. With `dpop` also those of tokens that are not bound yet: an ID token is not
    /// bound to a key.
    ///
    /// # Errors
    /// `No access token found`, `no_id_token`, and those of the ID token.
    pub async fn claims(&self) -> Result<Value, Error> {
        let tokens = self.tokens_to_send(Kind::Auth).await?;
        let raw = tokens.id_token.as_ref().ok_or_else(|| {
            let text = "There is no ID token. Sign in with the scope openid.";
            Error::new("no_id_token", Code::IdTokenMissing, Kind::Auth, text)
        })?;
        Ok(self.verify_stored(raw).await?.claims)
    }

    /// [`Client::verify_once`], with the error of a call.
    async fn verify_stored(&self, raw: &RawIdToken) -> Result<IdToken, Error> {
        self.verify_once(raw).await.map_err(|invalid| invalid.into_error(Kind::Auth))
    }
}

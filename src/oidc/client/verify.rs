//! Token requests whose ID token is verified before anything is kept.

use super::Client;
use crate::error::{Code, Error, Kind};
use crate::oidc::authorize::{Grant, asks_for_id_token};
use crate::oidc::exchange;
use crate::oidc::id_token::{Expected, IdToken, Invalid, Jwt, parse_jwt};
use crate::oidc::jwk;
use crate::oidc::refresh;
use crate::oidc::tokens::Tokens;
use crate::platform::Platform;
use crate::secret::{RawIdToken, RefreshToken};

impl<P: Platform> Client<P> {
    /// Exchanges a code. The issuer's keys are fetched meanwhile. `subject` is whom earlier tokens
    /// were about, when these are to replace them.
    pub(super) async fn redeem(
        &self,
        grant: &Grant,
        subject: Option<&str>,
    ) -> Result<Tokens, Error> {
        self.prefetch_keys();
        let answer = self
            .send(exchange::request(&self.metadata, grant))
            .await
            .map_err(exchange::unanswered)?;
        let response = exchange::read(&answer, exchange::REFUSAL)?;
        let expected = Expected {
            nonce: grant.transaction.nonce.as_ref(),
            client_id: &grant.transaction.client_id,
            access_token: Some(&response.access_token),
            subject,
            ..self.expected()
        };
        let id_token = match &response.id_token {
            Some(raw) => Some(
                self.verify(raw, &expected)
                    .await
                    .map_err(|invalid| invalid.into_error(Kind::Exchange))?,
            ),
            None if asks_for_id_token(&grant.transaction.scope) => {
                return Err(MISSING.into_error(Kind::Exchange));
            }
            None => None,
        };
        Ok(response.into_tokens(id_token, None, &self.metadata.issuer, self.platform().now()))
    }

    /// Renews tokens by their refresh token.
    pub(super) async fn refresh(
        &self,
        before: &Tokens,
        token: &RefreshToken,
    ) -> Result<Tokens, Error> {
        self.prefetch_keys();
        let subject = self.subject_of(before).await;
        let request = refresh::request(&self.metadata, &self.config.client_id, token);
        let answer = self.send(request).await.map_err(exchange::unanswered)?;
        let response = exchange::read(&answer, refresh::REFUSAL)?;
        let expected = Expected {
            access_token: Some(&response.access_token),
            subject: subject.as_deref(),
            ..self.expected()
        };
        let verified = match &response.id_token {
            Some(raw) => self.verify(raw, &expected).await.map(Some),
            None => Ok(None),
        };
        let id_token = match verified {
            // The old refresh token is used up: losing the new one would lose the session. The
            // earlier, verified ID token stays.
            Err(Invalid(Code::JwksUnavailable, _)) => None,
            verified => verified.map_err(|invalid| invalid.into_error(Kind::Exchange))?,
        };
        Ok(response.into_tokens(
            id_token,
            Some(before),
            &self.metadata.issuer,
            self.platform().now(),
        ))
    }

    /// Whom the stored ID token is about. One that another client stored is verified first
    /// (decision 11); its expiry doesn't matter here.
    pub(super) async fn subject_of(&self, tokens: &Tokens) -> Option<String> {
        let raw = tokens.id_token.as_ref()?;
        let expected = Expected { now: None, ..self.expected() };
        if tokens.issuer.is_some() {
            let jwt = parse_jwt(raw).ok()?;
            return jwt.verify_claims(raw.clone(), &expected).ok().map(|token| token.subject);
        }
        self.verify(raw, &expected).await.ok().map(|token| token.subject)
    }

    fn expected(&self) -> Expected<'_> {
        Expected {
            issuer: &self.metadata.issuer,
            client_id: &self.config.client_id,
            nonce: None,
            access_token: None,
            subject: None,
            now: Some(self.platform().now()),
        }
    }

    /// Steps 6 to 8 of OpenID Connect Core 3.1.3.7, the signature, then the claims. When no known
    /// key verifies it, the keys may have been rotated: they are fetched anew, once.
    async fn verify(&self, raw: &RawIdToken, expected: &Expected<'_>) -> Result<IdToken, Invalid> {
        let jwt = parse_jwt(raw)?;
        let uri = self.metadata.jwks_uri.as_deref().ok_or(NO_KEYS)?;
        let known = self.context.keys(&self.caller, uri).await;
        let verified = match known {
            Some(keys) if self.is_signed_by(&jwt, &keys).await => true,
            _ => {
                let keys = self.context.fetch_keys(&self.caller, uri).await.ok_or(NO_KEYS)?;
                self.is_signed_by(&jwt, &keys).await
            }
        };
        if !verified {
            return Err(Invalid(
                Code::IdTokenSignature,
                "The ID token's signature is not the issuer's.",
            ));
        }
        jwt.verify_claims(raw.clone(), expected)
    }

    async fn is_signed_by(&self, jwt: &Jwt<'_>, keys: &crate::json::Value) -> bool {
        for key in jwk::candidates(keys, jwt.algorithm, jwt.kid.as_deref()) {
            let signed = jwt.signed.as_bytes();
            if self.platform().verify(jwt.algorithm, &key, signed, &jwt.signature).await == Ok(true)
            {
                return true;
            }
        }
        false
    }

    /// Starts fetching the issuer's keys, so that verification need not wait for them.
    fn prefetch_keys(&self) {
        let Some(uri) = self.metadata.jwks_uri.clone() else {
            return;
        };
        let (context, caller) = (self.context.clone(), self.caller.clone());
        self.platform().spawn(Box::pin(async move {
            context.keys(&caller, &uri).await;
        }));
    }
}

const MISSING: Invalid =
    Invalid(Code::IdTokenMissing, "The scope has openid, and the provider returned no ID token.");

const NO_KEYS: Invalid = Invalid(
    Code::JwksUnavailable,
    "The issuer's keys (jwks_uri) could not be fetched, so the ID token can't be verified.",
);

//! Token requests whose ID token is verified before anything is kept.

use super::Client;
use crate::error::{Code, Error, Kind};
use crate::json::Value;
use crate::platform::Platform;
use crate::protocol::authorize::{Grant, asks_for_id_token};
use crate::protocol::discovery::Metadata;
use crate::protocol::exchange;
use crate::protocol::id_token::{Expected, IdToken, Invalid, Jwt, parse_jwt};
use crate::protocol::jwk;
use crate::protocol::refresh;
use crate::protocol::tokens::Tokens;
use crate::secret::{RawIdToken, RefreshToken};
use crate::text::Text;

impl<P: Platform> Client<P> {
    /// Exchanges a code. The issuer's keys are fetched meanwhile. `subject` is whom earlier tokens
    /// were about, when these are to replace them.
    pub(super) async fn redeem(
        &self,
        grant: &Grant,
        subject: Option<&Text>,
    ) -> Result<Box<Tokens>, Error> {
        if asks_for_id_token(&grant.transaction.scope) {
            self.require_keys()?;
        }
        self.prefetch_keys();
        let answer = self
            .send(exchange::request(&self.metadata, grant))
            .await
            .map_err(exchange::unanswered)?;
        let mut response = exchange::read(&answer, exchange::REFUSAL)?;
        // RFC 6749 section 5.1: left out when it is what was asked for.
        response.scope.get_or_insert_with(|| grant.transaction.scope.clone());
        let expected = Expected {
            nonce: grant.transaction.nonce.as_ref(),
            client_id: &grant.transaction.client_id,
            access_token: Some(&response.access_token),
            max_age: grant.transaction.max_age,
            subject,
            ..self.expected()
        };
        let verified = match &response.id_token {
            Some(raw) => self.verify(raw, &expected).await.map(Some),
            None if asks_for_id_token(&grant.transaction.scope) => Err(MISSING),
            None => Ok(None),
        };
        let id_token = verified.map_err(|invalid| invalid.into_error(Kind::Exchange))?;
        let now = self.platform().now();
        let mut tokens = response.into_tokens(id_token, None, &self.metadata.issuer, now);
        tokens.resources.clone_from(&grant.transaction.resources);
        Ok(tokens)
    }

    /// Renews tokens by their refresh token.
    pub(super) async fn refresh(
        &self,
        before: &Tokens,
        token: &RefreshToken,
    ) -> Result<Box<Tokens>, Error> {
        let failed = |invalid: Invalid| invalid.into_error(Kind::Exchange);
        let subject = self.subject_of(before).await.map_err(failed)?;
        // The keys first: while they are fetched, a new refresh token would be nowhere but here.
        if let Some(uri) = &self.metadata.jwks_uri {
            self.context.keys(&self.caller, uri).await;
        }
        let request =
            refresh::request(&self.metadata, &self.config.client_id, token, &before.resources);
        let answer = self.send(request).await.map_err(exchange::unanswered)?;
        let response = exchange::read(&answer, refresh::REFUSAL)?;
        let expected = Expected {
            access_token: Some(&response.access_token),
            subject: subject.as_ref(),
            ..self.expected()
        };
        let id_token = match &response.id_token {
            Some(raw) => self.verify_or_leave(raw, &expected).await.map_err(|invalid| {
                let error = failed(invalid);
                if response.refresh_token.as_ref().is_some_and(|new| new != token) {
                    self.note_spent(token, &error);
                }
                error
            })?,
            None => None,
        };
        // An ID token that could not be verified is not carried over.
        let id_token_before = before.id_token.clone().filter(|_| subject.is_some());
        let before = Tokens { id_token: id_token_before, ..before.clone() };
        let now = self.platform().now();
        let mut tokens = response.into_tokens(id_token, Some(&before), &self.metadata.issuer, now);
        if self.context.is_am(&self.metadata) {
            let of_sign_in =
                before.of_sign_in().filter(|token| Some(*token) != tokens.id_token.as_ref());
            tokens.sign_in_id_token = of_sign_in.cloned();
        }
        Ok(tokens)
    }

    /// Verifies a renewed ID token. Where the keys can't be had, or the device's clock may be wrong,
    /// it is left away if its other claims are right: the old refresh token is used up, so losing the
    /// new one would lose the session.
    async fn verify_or_leave(
        &self,
        raw: &RawIdToken,
        expected: &Expected<'_>,
    ) -> Result<Option<IdToken>, Invalid> {
        match self.verify(raw, expected).await {
            Err(Invalid((
                Code::JwksUnavailable | Code::IdTokenTime | Code::IdTokenExpired,
                why,
            ))) => {
                self.caller.log.warn(why);
                let timeless = Expected { now: None, ..*expected };
                self.check(parse_jwt(raw)?, raw, &timeless).await.map(|_| None)
            }
            verified => verified.map(Some),
        }
    }

    /// Whom the stored ID token is about. One that another client stored is verified first, and
    /// counts as absent when it is wrong (decision 11); its expiry doesn't matter here.
    ///
    /// # Errors
    /// `jwks_unavailable`, when it can't be known.
    pub(super) async fn subject_of(&self, tokens: &Tokens) -> Result<Option<Text>, Invalid> {
        let Some(raw) = &tokens.id_token else { return Ok(None) };
        match self.verify_stored(raw, tokens).await {
            Err(invalid) if invalid.code() == Code::JwksUnavailable => Err(invalid),
            verified => Ok(verified.ok().map(|token| token.subject)),
        }
    }

    /// The stored ID token, whose signature is verified once by each page: who wrote the record is not
    /// known.
    pub(super) async fn verify_once(&self, raw: &RawIdToken) -> Result<IdToken, Invalid> {
        let expected = Expected { now: None, ..self.expected() };
        if self.verified.borrow().as_ref() == Some(raw) {
            return self.check(parse_jwt(raw)?, raw, &expected).await;
        }
        self.verify(raw, &expected).await
    }

    /// The stored ID token, verified again where it isn't ours.
    pub(super) async fn verify_stored(
        &self,
        raw: &RawIdToken,
        tokens: &Tokens,
    ) -> Result<IdToken, Invalid> {
        let expected = Expected { now: None, ..self.expected() };
        match tokens.issuer {
            Some(_) => self.check(parse_jwt(raw)?, raw, &expected).await,
            None => self.verify(raw, &expected).await,
        }
    }

    pub(super) fn expected(&self) -> Expected<'_> {
        Expected {
            issuer: &self.metadata.issuer,
            client_id: &self.config.client_id,
            nonce: None,
            access_token: None,
            max_age: None,
            subject: None,
            now: Some(self.platform().now()),
        }
    }

    /// Steps 6 to 8 of OpenID Connect Core 3.1.3.7, the signature, then the claims. When no known
    /// key verifies it, the keys may have been rotated: they are fetched anew, once.
    pub(super) async fn verify(
        &self,
        raw: &RawIdToken,
        expected: &Expected<'_>,
    ) -> Result<IdToken, Invalid> {
        let token = self.check(self.verified(raw).await?, raw, expected).await?;
        self.verified.replace(Some(raw.clone()));
        Ok(token)
    }

    async fn check(
        &self,
        jwt: Jwt<'_>,
        raw: &RawIdToken,
        expected: &Expected<'_>,
    ) -> Result<IdToken, Invalid> {
        let digest = match jwt.bound(expected) {
            Some(token) => self.platform().digest(jwt.algorithm, token.reveal()).await,
            None => None,
        };
        jwt.verify_claims(raw.clone(), expected, digest.as_deref())
    }

    /// The claims of a token that the issuer signed for whatever purpose.
    pub(super) async fn verified_claims(&self, raw: &RawIdToken) -> Result<Value, Invalid> {
        Ok(self.verified(raw).await?.claims)
    }

    async fn verified<'a>(&self, raw: &'a RawIdToken) -> Result<Jwt<'a>, Invalid> {
        let jwt = parse_jwt(raw)?;
        let uri = self.metadata.jwks_uri.as_deref().ok_or(NO_KEYS)?;
        let mut refusal = NO_KEYS;
        for rotated in [false, true] {
            let keys = match rotated {
                false => self.context.keys(&self.caller, uri).await,
                true => self.context.fetch_keys(&self.caller, uri, true).await,
            };
            let found = jwk::candidates(&keys.unwrap_or_default(), jwt.algorithm, jwt.kid.as_ref());
            // A key that was not tried may be the right one.
            let mut all_tried = !found.has_more && !found.keys.is_empty();
            for key in &found.keys {
                let signed = jwt.signed.as_bytes();
                let verified = self.platform().verify(jwt.algorithm, key, signed, &jwt.signature);
                match verified.await {
                    Ok(true) => return Ok(jwt),
                    Ok(false) => {}
                    Err(()) => all_tried = false,
                }
            }
            refusal = if all_tried { WRONG_SIGNATURE } else { NO_KEYS };
        }
        Err(refusal)
    }

    /// Without keys no ID token can be verified: better to know before a code is used up.
    ///
    /// # Errors
    /// Of the type `wellknown_error` (decision 27).
    pub(super) fn require_keys(&self) -> Result<(), Error> {
        Metadata::require(&self.metadata.jwks_uri, "Wellknown missing jwks_uri").map(drop)
    }

    /// Starts fetching the issuer's keys, so that verification need not wait for them.
    fn prefetch_keys(&self) {
        let Some(uri) = self.metadata.jwks_uri.clone() else {
            return;
        };
        let (context, caller) = (self.context, self.caller.clone());
        self.platform().spawn(Box::pin(async move {
            context.keys(&caller, &uri).await;
        }));
    }
}

const MISSING: Invalid = Invalid(&(
    Code::IdTokenMissing,
    "The scope has openid, and the provider returned no ID token.",
));

const NO_KEYS: Invalid = Invalid(&(
    Code::JwksUnavailable,
    "The issuer's keys (jwks_uri) could not be fetched, or this browser can't use those for the ID token, so it can't be verified.",
));

const WRONG_SIGNATURE: Invalid =
    Invalid(&(Code::IdTokenSignature, "The ID token's signature is not the issuer's."));

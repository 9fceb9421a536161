//! Token requests whose ID token is verified before anything is kept.

use super::Client;
use crate::error::{Code, Error, Kind};
use crate::json::Value;
use crate::page::providers::Caching;
use crate::page::whose::User;
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

impl Invalid {
    /// Whether the keys could not be fetched: that says nothing of the token.
    pub(super) fn is_unreached(&self) -> bool {
        *self == UNREACHED
    }
}

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
        let user = self.user_of(before).await;
        // The keys first: while they are fetched, a new refresh token would be nowhere but here.
        if let Some(uri) = &self.metadata.jwks_uri {
            self.page.providers.keys(&self.caller, uri).await;
        }
        let request = refresh::request(&self.metadata, self.client_id(), token, &before.resources);
        let answer = self.send(request).await.map_err(exchange::unanswered)?;
        let response = exchange::read(&answer, refresh::REFUSAL)?;
        let expected = Expected {
            access_token: Some(&response.access_token),
            subject: user.subject(),
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
        // A wrong ID token is not carried over.
        let id_token_before = before.id_token.clone().filter(|_| user != User::Unknown);
        let before = Tokens { id_token: id_token_before, ..before.clone() };
        let now = self.platform().now();
        let mut tokens = response.into_tokens(id_token, Some(&before), &self.metadata.issuer, now);
        if self.page.providers.is_am(&self.metadata) {
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

    /// Whom stored tokens are about, by their ID token, whether or not that has expired. A wrong one
    /// counts as absent.
    pub(super) async fn user_of(&self, tokens: &Tokens) -> User {
        let Some(raw) = &tokens.id_token else { return User::Unknown };
        match self.verify_once(raw).await {
            Ok(token) => User::Proved(token.subject),
            Err(invalid) if invalid.code() == Code::JwksUnavailable => {
                self.checked(raw).await.map_or(User::Unknown, |token| User::Claimed(token.subject))
            }
            Err(_) => User::Unknown,
        }
    }

    /// A stored ID token, whose signature is verified once by each page: who wrote the record is not
    /// known.
    ///
    /// # Errors
    /// The rule of OpenID Connect Core 3.1.3.7 that fails, but for the expiry.
    pub(super) async fn verify_once(&self, raw: &RawIdToken) -> Result<IdToken, Invalid> {
        if self.verified.borrow().as_ref() == Some(raw) {
            return self.checked(raw).await;
        }
        let refuted =
            self.refuted.borrow().as_ref().filter(|(other, _)| other == raw).map(|it| it.1);
        if let Some(invalid) = refuted {
            return Err(invalid);
        }
        let verified = self.verify(raw, &Expected { now: None, ..self.expected() }).await;
        if let Err(invalid) = &verified
            && !invalid.is_unreached()
        {
            self.refuted.replace(Some((raw.clone(), *invalid)));
        }
        verified
    }

    /// A stored ID token by its claims alone.
    async fn checked(&self, raw: &RawIdToken) -> Result<IdToken, Invalid> {
        self.check(parse_jwt(raw)?, raw, &Expected { now: None, ..self.expected() }).await
    }

    pub(super) fn expected(&self) -> Expected<'_> {
        Expected {
            issuer: &self.metadata.issuer,
            client_id: self.client_id(),
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
        let mut refusal = UNREACHED;
        for rotated in [false, true] {
            let keys = match rotated {
                false => self.page.providers.keys(&self.caller, uri).await,
                true => self.page.providers.fetch_keys(&self.caller, uri, Caching::Bypassed).await,
            };
            let Some(keys) = keys else {
                // The right one may be among those that can't be had now.
                refusal = UNREACHED;
                continue;
            };
            let found = jwk::candidates(&keys, jwt.algorithm, jwt.kid.as_ref());
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
    /// Of the type `wellknown_error`: docs/decisions.md#missing-pieces-of-a-token-answer
    pub(super) fn require_keys(&self) -> Result<(), Error> {
        Metadata::require(&self.metadata.jwks_uri, "Wellknown missing jwks_uri").map(drop)
    }

    /// Starts fetching the issuer's keys, so that verification need not wait for them.
    fn prefetch_keys(&self) {
        let Some(uri) = self.metadata.jwks_uri.clone() else {
            return;
        };
        let (page, caller) = (self.page, self.caller.clone());
        self.platform().spawn(Box::pin(async move {
            page.providers.keys(&caller, &uri).await;
        }));
    }
}

const MISSING: Invalid = Invalid(&(
    Code::IdTokenMissing,
    "The scope has openid, and the provider returned no ID token.",
));

const NO_KEYS: Invalid = Invalid(&(
    Code::JwksUnavailable,
    "None of the issuer's keys (jwks_uri) is for the ID token, or this browser can't use it, so the ID token can't be verified.",
));

const UNREACHED: Invalid = Invalid(&(
    Code::JwksUnavailable,
    "The issuer's keys (jwks_uri) could not be fetched. Try again.",
));

const WRONG_SIGNATURE: Invalid =
    Invalid(&(Code::IdTokenSignature, "The ID token's signature is not the issuer's."));

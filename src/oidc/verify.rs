//! Token requests, and the validation of ID tokens
//! ([OpenID Connect Core section 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)):
//! before anything is stored or returned.

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
use crate::protocol::tokens::{TokenResponse, Tokens};
use crate::secret::{RawIdToken, RefreshToken};
use crate::text::Text;

impl Invalid {
    /// Whether the keys could not be fetched: the token may be valid.
    pub(super) fn is_unreached(&self) -> bool {
        *self == UNREACHED
    }
}

impl<P: Platform> Client<P> {
    /// Exchanges a code for tokens
    /// ([RFC 6749 section 4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)) and validates
    /// the ID token. Fetches the issuer's keys meanwhile. `subject` is the user of the tokens that
    /// these are to replace, if any. Stores nothing.
    ///
    /// # Errors
    /// `endpoint_missing` without keys, before the code is used; those of [`Client::token_response`] and
    /// of the ID token; `id_token_subject` for another user than `subject`.
    pub(super) async fn redeem(
        &self,
        grant: &Grant,
        subject: Option<&Text>,
    ) -> Result<Box<Tokens>, Error> {
        if asks_for_id_token(&grant.transaction.scope) {
            self.require_keys()?;
        }
        self.prefetch_keys();
        let mut response = self.token_response(grant).await?;
        // Providers omit `scope` when it is the requested one
        // ([RFC 6749 section 5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)).
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
            // Without one, nobody knows whose the tokens are.
            None if subject.is_some() || asks_for_id_token(&grant.transaction.scope) => {
                Err(MISSING)
            }
            None => Ok(None),
        };
        let id_token = verified.map_err(|invalid| invalid.into_error(Kind::Exchange))?;
        let now = self.platform().now();
        let mut tokens = response.into_tokens(id_token, None, &self.metadata.issuer, now);
        tokens.resources.clone_from(&grant.transaction.resources);
        tokens.binding.clone_from(&grant.transaction.binding);
        Ok(tokens)
    }

    /// The tokens for a code. Their ID token is not yet verified.
    ///
    /// # Errors
    /// `dpop_key_lost`, before the code is used; those of [`exchange::read`].
    pub(super) async fn token_response(&self, grant: &Grant) -> Result<Box<TokenResponse>, Error> {
        let jkt = self.key_of(grant.transaction.jkt.as_ref()).await?;
        let request = exchange::request(&self.metadata, grant);
        let request = request.prove(self.possession(jkt.as_ref(), None));
        let answer = self.send(request).await.map_err(exchange::unanswered)?;
        exchange::read(&answer, exchange::REFUSAL, self.binding(jkt.as_ref()).as_ref())
    }

    /// Renews tokens with their refresh token
    /// ([RFC 6749 section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6)). A renewed ID token
    /// must be about the same user
    /// ([OpenID Connect Core section 12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)).
    ///
    /// # Errors
    /// Those of [`exchange::read`] and of the ID token. If the provider has replaced the refresh token,
    /// it is not sent again.
    pub(super) async fn refresh(
        &self,
        before: &Tokens,
        token: &RefreshToken,
    ) -> Result<Box<Tokens>, Error> {
        let failed = |invalid: Invalid| invalid.into_error(Kind::Exchange);
        let user = self.user_of(before).await;
        // The keys are fetched first: a page that is closed while it fetches them would lose the new
        // refresh token.
        if let Some(uri) = &self.metadata.jwks_uri {
            self.page.providers.keys(&self.caller, uri).await;
        }
        let jkt = self.key_of(before.jkt.as_ref()).await?;
        let request = refresh::request(&self.metadata, self.client_id(), token, &before.resources);
        let request = request.prove(self.possession(jkt.as_ref(), None));
        let answer = self.send(request).await.map_err(exchange::unanswered)?;
        let binding = self.binding(jkt.as_ref());
        let read = exchange::read(&answer, refresh::REFUSAL, binding.as_ref());
        let response = read.inspect_err(|error| {
            if error.code() == Code::DpopNotBound {
                self.note_spent(token, error);
            }
        })?;
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
        // An ID token that is not valid is not carried over.
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

    /// Validates a renewed ID token. If the keys can't be fetched, or the device's clock may be wrong,
    /// the token is omitted, provided that its other claims are right: the old refresh token is used,
    /// so an error would lose the session with the new one.
    ///
    /// # Errors
    /// The first rule that fails, except those.
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

    /// The user of stored tokens, by their ID token, whether or not that has expired. An ID token that
    /// is not valid counts as absent; one whose keys can't be fetched, as a claim.
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

    /// Validates a stored ID token except for its expiry. The signature is verified once by each page,
    /// since others can write to the storage.
    ///
    /// # Errors
    /// The first rule of
    /// [OpenID Connect Core section 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)
    /// that fails.
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

    /// Validates a stored ID token except for its signature and expiry.
    ///
    /// # Errors
    /// The first rule that fails.
    async fn checked(&self, raw: &RawIdToken) -> Result<IdToken, Invalid> {
        self.check(parse_jwt(raw)?, raw, &Expected { now: None, ..self.expected() }).await
    }

    /// What every ID token of this client is checked against, at the present time.
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

    /// Validates an ID token
    /// ([OpenID Connect Core section 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)):
    /// the signature (steps 6 to 8), then the claims. If no known key verifies it, the keys may have
    /// been rotated: they are fetched again, once
    /// ([OpenID Connect Core section 10.1.1](https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys)).
    ///
    /// # Errors
    /// The first rule that fails.
    pub(super) async fn verify(
        &self,
        raw: &RawIdToken,
        expected: &Expected<'_>,
    ) -> Result<IdToken, Invalid> {
        let jwt = self.verified(raw).await?;
        // One that has just arrived shows the provider's time, also if the device's makes it invalid.
        if expected.now.is_some() {
            self.page.dpop.note_time(&self.sign_in, jwt.claims.number("iat"));
        }
        let token = self.check(jwt, raw, expected).await?;
        self.verified.replace(Some(raw.clone()));
        Ok(token)
    }

    /// Checks the claims, and `at_hash` where the platform must compute the hash
    /// ([OpenID Connect Core section 3.1.3.6](https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken)).
    ///
    /// # Errors
    /// The first rule that fails.
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

    /// The claims of any JWT that the issuer has signed. Only the signature is verified.
    ///
    /// # Errors
    /// `id_token_malformed`, `id_token_algorithm`, `jwks_unavailable`, `id_token_signature`.
    pub(super) async fn verified_claims(&self, raw: &RawIdToken) -> Result<Value, Invalid> {
        Ok(self.verified(raw).await?.claims)
    }

    /// Parses a JWT and verifies its signature with the issuer's keys (`jwks_uri`,
    /// [RFC 7517 section 5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).
    ///
    /// # Errors
    /// `id_token_malformed` and `id_token_algorithm`; `jwks_unavailable` when the right key may not
    /// have been tried; else `id_token_signature`.
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
                // The right key may be among those that can't be fetched now.
                refusal = UNREACHED;
                continue;
            };
            let found = jwk::candidates(&keys, jwt.algorithm, jwt.kid.as_ref());
            // The right key may be one that was not tried.
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

    /// Checks that the metadata have a `jwks_uri`: without keys no ID token can be verified, so this
    /// fails before a code is used.
    ///
    /// # Errors
    /// Of the type `wellknown_error`: docs/decisions.md#missing-pieces-of-a-token-answer
    pub(super) fn require_keys(&self) -> Result<(), Error> {
        Metadata::require(&self.metadata.jwks_uri, "Wellknown missing jwks_uri").map(drop)
    }

    /// Starts to fetch the issuer's keys, so that verification does not wait for them.
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

/// A scope with `openid` requires an ID token
/// ([OpenID Connect Core section 3.1.3.3](https://openid.net/specs/openid-connect-core-1_0.html#TokenResponse)).
const MISSING: Invalid = Invalid(&(
    Code::IdTokenMissing,
    "The scope contains openid, but the provider returned no ID token.",
));

/// No key is for this token, by `kid`, `alg`, `kty` and `use`
/// ([RFC 7517 section 4](https://www.rfc-editor.org/rfc/rfc7517#section-4)).
const NO_KEYS: Invalid = Invalid(&(
    Code::JwksUnavailable,
    "No key of the issuer (jwks_uri) fits the ID token, or this browser does not support it, so the ID token can't be verified.",
));

/// The key set could not be fetched, which does not make the token wrong: see
/// [`Invalid::is_unreached`].
const UNREACHED: Invalid = Invalid(&(
    Code::JwksUnavailable,
    "The issuer's keys (jwks_uri) could not be fetched. Try again.",
));

/// Every key that may have signed the token was tried
/// ([OpenID Connect Core section 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation),
/// step 6).
const WRONG_SIGNATURE: Invalid =
    Invalid(&(Code::IdTokenSignature, "The ID token's signature is not the issuer's."));

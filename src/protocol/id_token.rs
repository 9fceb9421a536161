//! ID token validation, step by step as in
//! [OpenID Connect Core section 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation).

use std::slice::from_ref;

use crate::base64url;
use crate::error::{Code, Error, Kind};
use crate::json::{Value, parse};
use crate::protocol::jwk::Algorithm;
use crate::protocol::jwk::kid_of;
use crate::secret::{AccessToken, Nonce, RawIdToken};
use crate::text::{Text, cut};

/// How far the device's clock and the provider's may differ, in seconds.
pub const LEEWAY: f64 = 300.0;

/// A signed JSON Web Token that is parsed and not yet verified
/// ([RFC 7515 section 3.1](https://www.rfc-editor.org/rfc/rfc7515#section-3.1)).
pub struct Jwt<'a> {
    /// `alg` of the header, one that is allowed.
    pub algorithm: Algorithm,
    /// `kid` of the header: the name of the key that signed it.
    pub kid: Option<Text>,
    /// The signing input: header, dot and payload.
    pub signed: &'a str,
    /// The bytes of the signature.
    pub signature: Vec<u8>,
    /// The claims of the payload: an object.
    pub claims: Value,
}

/// An ID token whose signature and claims have been verified.
#[derive(Clone)]
pub struct IdToken {
    /// The token in its compact form.
    pub raw: RawIdToken,
    /// `sub`
    pub subject: Text,
    /// All claims: an object.
    pub claims: Value,
}

/// What the claims are compared with.
pub struct Expected<'a> {
    /// The issuer of the provider's metadata, for `iss`.
    pub issuer: &'a str,
    /// The client, for `aud` and `azp`.
    pub client_id: &'a str,
    /// The nonce of the authorization request, if it had one.
    pub nonce: Option<&'a Nonce>,
    /// The access token of the same response, for `at_hash`.
    pub access_token: Option<&'a AccessToken>,
    /// The `max_age` of the authorization request, in seconds, for `auth_time`.
    pub max_age: Option<f64>,
    /// The `sub` of the tokens that these replace.
    pub subject: Option<&'a Text>,
    /// Milliseconds since 1970; `None` for a stored token, which may be expired: then no time is
    /// checked.
    pub now: Option<f64>,
}

/// The rule that an ID token breaks: its code, and the message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Invalid(pub &'static (Code, &'static str));

impl Invalid {
    /// The code of the rule.
    pub fn code(self) -> Code {
        self.0.0
    }

    /// The error value, with `ID_TOKEN_INVALID` as `error`.
    pub fn into_error(self, kind: Kind) -> Error {
        Error::new("ID_TOKEN_INVALID", self.code(), kind, self.0.1)
    }
}

/// Parses a JSON Web Token in compact form
/// ([RFC 7519 section 7.2](https://www.rfc-editor.org/rfc/rfc7519#section-7.2),
/// [RFC 7515 section 5.2](https://www.rfc-editor.org/rfc/rfc7515#section-5.2)). Its signature is not
/// verified here.
///
/// # Errors
/// `id_token_malformed`; `id_token_algorithm` for an `alg` that is not in [`Algorithm`].
pub fn parse_jwt(raw: &RawIdToken) -> Result<Jwt<'_>, Invalid> {
    const MALFORMED: Invalid = Invalid(&(
        Code::IdTokenMalformed,
        "The ID token is not a signed JSON Web Token. Configure signed ones, without encryption, at the provider.",
    ));
    const NOT_ALLOWED: Invalid = Invalid(&(
        Code::IdTokenAlgorithm,
        "The ID token's signature algorithm is not allowed. Configure an asymmetric one at the provider, such as RS256 or ES256.",
    ));
    // The key is the client secret, which a public client does not have:
    // https://openid.net/specs/openid-connect-core-1_0.html#Signing
    const SHARED_SECRET: Invalid = Invalid(&(
        Code::IdTokenAlgorithm,
        "The ID token is signed with a secret (HS256, HS384 or HS512), which a client in a browser can't have. At the provider, set the client's ID token signing algorithm to RS256 or ES256.",
    ));
    let (header, rest) = cut(raw.reveal(), b'.').ok_or(MALFORMED)?;
    let (payload, signature) = cut(rest, b'.').ok_or(MALFORMED)?;
    let signed = header.len() + 1 + payload.len();
    let signed = raw.reveal().get(..signed).ok_or(MALFORMED)?;
    let json =
        |part| parse(std::str::from_utf8(&base64url::decode(part)?).ok()?).filter(Value::is_object);
    let header = json(header).ok_or(MALFORMED)?;
    let claims = json(payload).ok_or(MALFORMED)?;
    let signature = base64url::decode(signature).ok_or(MALFORMED)?;
    let name = header.str("alg").unwrap_or_default();
    let refusal = if name.starts_with("HS") { SHARED_SECRET } else { NOT_ALLOWED };
    let algorithm = Algorithm::from_name(name).ok_or(refusal)?;
    // A token with extensions that the recipient does not support is invalid:
    // https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11
    if header.get("crit").is_some() {
        return Err(MALFORMED);
    }
    Ok(Jwt { algorithm, kid: kid_of(&header), signed, signature, claims })
}

/// Whether `aud` of the claims contains the client.
pub fn is_for(claims: &Value, client_id: &str) -> bool {
    audience(claims).contains(&client_id.into())
}

/// `aud`: a list, or one text
/// ([RFC 7519 section 4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3)).
fn audience(claims: &Value) -> &[Value] {
    let audience = claims.at("aud");
    audience.as_array().unwrap_or(from_ref(audience))
}

impl Jwt<'_> {
    /// The access token that must be hashed for [`Jwt::verify_claims`]; `None` where the claims have
    /// no `at_hash`, which is optional in this flow
    /// ([OpenID Connect Core section 3.1.3.6](https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken)).
    pub fn bound<'e>(&self, expected: &Expected<'e>) -> Option<&'e AccessToken> {
        self.claims.get("at_hash").and(expected.access_token)
    }

    /// Checks the claims of a token whose signature has been verified. The numbers are the steps of
    /// [section 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation).
    /// Missing are 1 (encryption), which is not supported, and 6 to 8 (signature). `digest` is the hash
    /// of the access token that [`Jwt::bound`] returns, by the hash function of `algorithm`.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn verify_claims(
        self,
        raw: RawIdToken,
        expected: &Expected<'_>,
        digest: Option<&[u8]>,
    ) -> Result<IdToken, Invalid> {
        let claims = &self.claims;
        let number = |name| claims.number(name).map(|seconds| seconds * 1000.0);
        // Two messages for a claim that can't be read: it is missing, or of the wrong type.
        let unread = |name, missing, wrong| {
            Invalid(if claims.get(name).is_none() { missing } else { wrong })
        };

        // 2. The issuer is exactly that of the metadata.
        require(
            claims.str("iss") == Some(expected.issuer),
            &(
                Code::IdTokenIssuer,
                "The ID token comes from another issuer (iss). Check serverConfig.wellknown and the provider's issuer.",
            ),
        )?;

        // 3. The client is in the audience. 4. and 5. Other audiences only with the client as the
        // authorized party.
        let audience = audience(claims);
        let client = Value::from(expected.client_id);
        require(
            audience.contains(&client),
            &(Code::IdTokenAudience, "The ID token is for another client (aud). Check clientId."),
        )?;
        let party = claims.get("azp");
        require(
            match party {
                Some(party) => *party == client,
                // The same audience several times is one audience.
                None => audience.iter().all(|other| *other == client),
            },
            &(
                Code::IdTokenAudience,
                "The ID token has other audiences without azp, or its azp is another client. Check the client at the provider.",
            ),
        )?;

        // sub, exp and iat are required: https://openid.net/specs/openid-connect-core-1_0.html#IDToken
        let subject = claims.non_empty("sub").ok_or_else(|| {
            unread(
                "sub",
                &(Code::IdTokenSubject, "The ID token has no sub. The provider must send it."),
                &(
                    Code::IdTokenSubject,
                    "The ID token's sub is not a text, or empty. The provider must send it as text.",
                ),
            )
        })?;
        let expiry = number("exp").ok_or_else(|| {
            unread(
                "exp",
                &(Code::IdTokenExpired, "The ID token has no exp. The provider must send it."),
                &(Code::IdTokenExpired, "The ID token's exp is not a number. The provider must send it as a number of seconds."),
            )
        })?;
        let issued = number("iat").ok_or_else(|| {
            unread(
                "iat",
                &(Code::IdTokenTime, "The ID token has no iat. The provider must send it."),
                &(Code::IdTokenTime, "The ID token's iat is not a number. The provider must send it as a number of seconds."),
            )
        })?;

        // 9. and 10. The times, with a leeway.
        if let Some(now) = expected.now {
            verify_times(now, expiry, issued.max(number("nbf").unwrap_or(issued)))?;
        }

        // 11. The nonce is the one that was sent.
        require(
            expected.nonce.is_none_or(|nonce| claims.str("nonce") == Some(nonce.reveal())),
            &(
                Code::IdTokenNonce,
                "The ID token was not issued for this sign-in (nonce). Start the sign-in again.",
            ),
        )?;

        // 13. The user signed in no longer ago than max_age. (12., acr, is the app's to check.)
        if let (Some(max_age), Some(now)) = (expected.max_age, expected.now) {
            let fresh_since = now - (max_age + LEEWAY) * 1000.0;
            let signed_in = number("auth_time").ok_or_else(|| {
                unread(
                    "auth_time",
                    &(Code::IdTokenAuthTime, "The ID token has no auth_time, so nothing says when the user signed in. Let the provider send it, or leave out maxAge."),
                    &(Code::IdTokenAuthTime, "The ID token's auth_time is not a number. The provider must send it as a number of seconds."),
                )
            })?;
            require(
                signed_in >= fresh_since,
                &(
                    Code::IdTokenAuthTime,
                    "The user signed in longer ago than maxAge allows (auth_time). Sign in again with prompt: 'login'.",
                ),
            )?;
        }

        // at_hash is the left half of the access token's hash:
        // https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowTokenValidation
        if self.bound(expected).is_some() {
            let half = digest.and_then(|digest| digest.get(..digest.len() / 2));
            let half = half.filter(|half| !half.is_empty()).map(base64url::encode);
            require(
                half.is_some() && half.as_ref() == claims.text("at_hash"),
                &(
                    Code::IdTokenAtHash,
                    "The access token does not belong to the ID token (at_hash). Start the sign-in again.",
                ),
            )?;
        }

        // Renewed tokens have the same sub:
        // https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse
        require(
            expected.subject.is_none_or(|before| before == subject),
            &(
                Code::IdTokenSubject,
                "The ID token is for another user than before (sub). Sign out first.",
            ),
        )?;
        let subject = subject.into();
        Ok(IdToken { raw, subject, claims: self.claims })
    }
}

/// Compares the times of an ID token with the device's clock. All are in milliseconds since 1970.
fn verify_times(now: f64, expiry: f64, valid_from: f64) -> Result<(), Invalid> {
    let leeway = LEEWAY * 1000.0;
    require(
        now < expiry + leeway,
        &(
            Code::IdTokenExpired,
            "The ID token is expired (exp). The device's clock may be wrong: correct it, and sign in again.",
        ),
    )?;
    require(
        valid_from < now + leeway,
        &(
            Code::IdTokenTime,
            "The ID token is not valid yet (iat, nbf). The device's clock may be wrong: correct it.",
        ),
    )
}

/// Turns a rule that does not hold into an error.
fn require(holds: bool, rule: &'static (Code, &'static str)) -> Result<(), Invalid> {
    if holds { Ok(()) } else { Err(Invalid(rule)) }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::json::to_text;

    const NOW: f64 = 1_700_000_000_000.0;

    fn token(header: &str, claims: &str) -> RawIdToken {
        let part = |text: &str| base64url::encode(text.as_bytes());
        RawIdToken::new(format!("{}.{}.{}", part(header), part(claims), part("good")))
    }

    fn claims(changes: &[(&str, Value)]) -> Text {
        let mut claims = parse(
            r#"{"iss":"https://op","aud":"me","sub":"demo","exp":1700000600,"iat":1699999990,"nonce":"n"}"#,
        )
        .unwrap();
        for (name, value) in changes {
            claims.set(name, value.clone());
        }
        to_text(&claims)
    }

    fn check_with(
        claims: &str,
        access_token: Option<&AccessToken>,
        subject: Option<&str>,
        now: Option<f64>,
    ) -> Result<Text, Code> {
        let nonce = Nonce::new("n");
        let subject = subject.map(Text::from);
        let expected = Expected {
            issuer: "https://op",
            client_id: "me",
            nonce: Some(&nonce),
            access_token,
            max_age: None,
            subject: subject.as_ref(),
            now,
        };
        let raw = token(r#"{"alg":"RS256"}"#, claims);
        let jwt = parse_jwt(&raw).map_err(|invalid| invalid.code())?;
        let digest = jwt.bound(&expected).map(|token| Sha256::digest(token.reveal().as_bytes()));
        jwt.verify_claims(raw.clone(), &expected, digest.as_ref().map(|digest| digest.as_slice()))
            .map(|token| token.subject)
            .map_err(|invalid| invalid.code())
    }

    fn check(changes: &[(&str, Value)]) -> Result<Text, Code> {
        check_with(&claims(changes), None, None, Some(NOW))
    }

    #[test]
    fn a_good_token() {
        assert_eq!(check(&[]), Ok("demo".into()));
        assert_eq!(check(&[("aud", Value::from(vec![Value::from("me")]))]), Ok("demo".into()));
        assert_eq!(check(&[("azp", "me".into())]), Ok("demo".into()));
        let both = Value::from(vec![Value::from("me"), "you".into()]);
        assert_eq!(check(&[("aud", both), ("azp", "me".into())]), Ok("demo".into()));
        let twice = Value::from(vec![Value::from("me"), "me".into()]);
        assert_eq!(check(&[("aud", twice)]), Ok("demo".into()));
    }

    #[test]
    fn every_rule_is_checked() {
        let both = Value::from(vec![Value::from("me"), "you".into()]);
        for (name, value, code) in [
            ("iss", "https://op1".into(), Code::IdTokenIssuer),
            ("iss", Value::NULL, Code::IdTokenIssuer),
            ("aud", "you".into(), Code::IdTokenAudience),
            ("aud", Value::NULL, Code::IdTokenAudience),
            ("aud", Value::from(Vec::<Value>::new()), Code::IdTokenAudience),
            ("aud", both, Code::IdTokenAudience),
            ("azp", "you".into(), Code::IdTokenAudience),
            ("sub", Value::NULL, Code::IdTokenSubject),
            ("sub", "".into(), Code::IdTokenSubject),
            ("exp", Value::NULL, Code::IdTokenExpired),
            ("exp", "1700000600".into(), Code::IdTokenExpired),
            ("exp", (NOW / 1000.0 - 300.0).into(), Code::IdTokenExpired),
            ("iat", Value::NULL, Code::IdTokenTime),
            ("iat", (NOW / 1000.0 + 300.0).into(), Code::IdTokenTime),
            ("nbf", (NOW / 1000.0 + 300.0).into(), Code::IdTokenTime),
            ("nonce", "n1".into(), Code::IdTokenNonce),
            ("nonce", Value::NULL, Code::IdTokenNonce),
        ] {
            assert_eq!(check(&[(name, value.clone())]), Err(code), "{name} {value:?}");
        }
    }

    #[test]
    fn the_text_says_what_is_wrong_with_a_claim() {
        let said = |changes: &[(&str, Value)]| {
            let raw = token(r#"{"alg":"RS256"}"#, &claims(changes));
            let expected = Expected {
                issuer: "https://op",
                client_id: "me",
                nonce: None,
                access_token: None,
                max_age: Some(60.0),
                subject: None,
                now: Some(NOW),
            };
            let verified = parse_jwt(&raw).and_then(|jwt| {
                jwt.verify_claims(raw.clone(), &expected, None).map(|token| token.subject)
            });
            verified.unwrap_err().0.1
        };
        for (name, value, text) in [
            ("exp", Value::NULL, "no exp"),
            ("exp", "1700000600".into(), "exp is not a number"),
            ("iat", Value::NULL, "no iat"),
            ("iat", "1699999990".into(), "iat is not a number"),
            ("sub", Value::NULL, "no sub"),
            ("sub", 7.0.into(), "sub is not a text"),
            ("auth_time", Value::NULL, "leave out maxAge"),
            ("auth_time", "1699999990".into(), "auth_time is not a number"),
            ("auth_time", 1.0.into(), "longer ago than maxAge"),
        ] {
            assert!(said(&[(name, value)]).contains(text), "{text}");
        }
        let raw = token(r#"{"alg":"HS256"}"#, &claims(&[]));
        assert!(parse_jwt(&raw).err().unwrap().0.1.contains("RS256"));
    }

    #[test]
    fn clocks_may_differ_by_less_than_the_leeway() {
        assert!(check(&[("exp", (NOW / 1000.0 - 299.0).into())]).is_ok());
        assert!(check(&[("iat", (NOW / 1000.0 + 299.0).into())]).is_ok());
        assert!(check_with(&claims(&[("exp", 1.0.into())]), None, None, None).is_ok());
    }

    #[test]
    fn the_access_token_belongs_to_it() {
        // OpenID Connect Core appendix A.3 and A.4.
        let token = AccessToken::new("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        let with = |hash: &str| {
            check_with(&claims(&[("at_hash", hash.into())]), Some(&token), None, Some(NOW))
        };
        assert!(with("77QmUPtjPfzWtF2AnpK9RQ").is_ok());
        assert_eq!(with("77QmUPtjPfzWtF2AnpK9RA"), Err(Code::IdTokenAtHash));
    }

    #[test]
    fn another_user_is_refused_on_renewal() {
        assert_eq!(
            check_with(&claims(&[]), None, Some("eve"), Some(NOW)),
            Err(Code::IdTokenSubject)
        );
    }

    #[test]
    fn only_signed_tokens_of_allowed_algorithms() {
        let claims = claims(&[]);
        for (header, code) in [
            (r#"{"alg":"none"}"#, Code::IdTokenAlgorithm),
            (r#"{"alg":"HS256"}"#, Code::IdTokenAlgorithm),
            (r#"{"alg":7}"#, Code::IdTokenAlgorithm),
            (r#"{}"#, Code::IdTokenAlgorithm),
            (r#"{"alg":"RS256","crit":["b64"]}"#, Code::IdTokenMalformed),
            (r#"[]"#, Code::IdTokenMalformed),
        ] {
            assert_eq!(
                parse_jwt(&token(header, &claims)).err().map(|invalid| invalid.code()),
                Some(code),
                "{header}"
            );
        }
        for raw in ["", ".", "..", "a.b.c", "eyJhbGciOiJSUzI1NiJ9.e30", "0987654321", "a.b.c.d"] {
            assert_eq!(
                parse_jwt(&RawIdToken::new(raw)).err().map(|i| i.code()),
                Some(Code::IdTokenMalformed),
                "{raw}"
            );
        }
    }
}

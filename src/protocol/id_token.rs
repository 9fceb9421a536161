//! ID token validation: OpenID Connect Core 1.0 section 3.1.3.7, step by step.

use crate::base64url;
use crate::error::{Code, Error, Kind};
use crate::json::{Value, parse};
use crate::protocol::jwk::Algorithm;
use crate::protocol::jwk::kid_of;
use crate::secret::{AccessToken, Nonce, RawIdToken};
use crate::text::{Text, cut};

/// Clocks may differ by this many seconds.
pub const LEEWAY: f64 = 300.0;

/// A JSON Web Token that has been taken apart, and not verified.
pub struct Jwt<'a> {
    /// The algorithm of its signature, one of those that are allowed.
    pub algorithm: Algorithm,
    /// The name of the key that signed it.
    pub kid: Option<Text>,
    /// What was signed.
    pub signed: &'a str,
    /// The signature.
    pub signature: Vec<u8>,
    /// What it says.
    pub claims: Value,
}

/// An ID token whose signature and claims have been verified.
#[derive(Clone)]
pub struct IdToken {
    /// The token as it came.
    pub raw: RawIdToken,
    /// Its subject.
    pub subject: Text,
    /// What it says.
    pub claims: Value,
}

/// What the claims are compared with.
pub struct Expected<'a> {
    /// The discovered issuer.
    pub issuer: &'a str,
    /// Our client id.
    pub client_id: &'a str,
    /// The nonce that was sent with the authorization request.
    pub nonce: Option<&'a Nonce>,
    /// The access token that came along, for `at_hash`.
    pub access_token: Option<&'a AccessToken>,
    /// The oldest sign-in that is good enough, in seconds.
    pub max_age: Option<f64>,
    /// Whom the earlier tokens were about, when these replace them.
    pub subject: Option<&'a Text>,
    /// Milliseconds since 1970, or `None` when a stored token is looked at, which may have expired.
    pub now: Option<f64>,
}

/// The rule that failed, and what that means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Invalid(pub &'static (Code, &'static str));

impl Invalid {
    /// Our code of the rule.
    pub fn code(self) -> Code {
        self.0.0
    }

    /// As the contract's error.
    pub fn into_error(self, kind: Kind) -> Error {
        Error::new("ID_TOKEN_INVALID", self.code(), kind, self.0.1)
    }
}

/// Takes a compact JWT apart (RFC 7519 section 7.2, RFC 7515 section 5.2) and refuses every
/// algorithm that is not allowed.
pub fn parse_jwt(raw: &RawIdToken) -> Result<Jwt<'_>, Invalid> {
    const MALFORMED: Invalid =
        Invalid(&(Code::IdTokenMalformed, "The ID token is not a signed JSON Web Token."));
    const NOT_ALLOWED: Invalid = Invalid(&(
        Code::IdTokenAlgorithm,
        "The ID token's signature algorithm is not allowed. Configure an asymmetric one at the provider, such as RS256 or ES256.",
    ));
    // Where the key is the client's secret, which a public client does not have (OpenID Connect Core
    // section 10.1).
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
    // RFC 7515 section 4.1.11: extensions that must be understood, and are not.
    if header.get("crit").is_some() {
        return Err(MALFORMED);
    }
    Ok(Jwt { algorithm, kid: kid_of(&header), signed, signature, claims })
}

impl Jwt<'_> {
    /// The access token that the claims are bound to, by its hash (section 3.1.3.8).
    pub fn bound<'e>(&self, expected: &Expected<'e>) -> Option<&'e AccessToken> {
        self.claims.get("at_hash").and(expected.access_token)
    }

    /// Checks the claims of a token whose signature holds. The steps are those of section 3.1.3.7;
    /// 1 (encryption) is not offered, 6 to 8 (signature) come before this. `digest` is the hash of
    /// the token that [`Jwt::bound`] names.
    pub fn verify_claims(
        self,
        raw: RawIdToken,
        expected: &Expected<'_>,
        digest: Option<&[u8]>,
    ) -> Result<IdToken, Invalid> {
        let claims = &self.claims;
        let number = |name| claims.number(name).map(|seconds| seconds * 1000.0);
        // What is wrong with a claim that can't be read: it is missing, or of another type.
        let unread = |name, missing, wrong| {
            Invalid(if claims.get(name).is_none() { missing } else { wrong })
        };

        // 2. The issuer is the discovered one, exactly.
        require(
            claims.str("iss") == Some(expected.issuer),
            &(Code::IdTokenIssuer, "The ID token is of another issuer (iss)."),
        )?;

        // 3. We are in the audience; 4. and 5. with others only when we are the authorized party.
        let audience = claims.at("aud");
        let audience = audience.as_array().unwrap_or(std::slice::from_ref(audience));
        let client = Value::from(expected.client_id);
        require(
            audience.contains(&client),
            &(Code::IdTokenAudience, "The ID token is for another client (aud)."),
        )?;
        let party = claims.get("azp");
        require(
            match party {
                Some(party) => *party == client,
                // A repeated audience is one.
                None => audience.iter().all(|other| *other == client),
            },
            &(
                Code::IdTokenAudience,
                "The ID token has further audiences or another authorized party (azp).",
            ),
        )?;

        // Section 2: sub, exp and iat are required.
        let subject = claims.non_empty("sub").ok_or_else(|| {
            unread(
                "sub",
                &(Code::IdTokenSubject, "The ID token does not say whom it is about (no sub)."),
                &(
                    Code::IdTokenSubject,
                    "The ID token's sub is no text, or empty. The provider must send it as text.",
                ),
            )
        })?;
        let expiry = number("exp").ok_or_else(|| {
            unread(
                "exp",
                &(Code::IdTokenExpired, "The ID token has no expiry (no exp)."),
                &(Code::IdTokenExpired, "The ID token's exp is no number. The provider must send it as a number of seconds."),
            )
        })?;
        let issued = number("iat").ok_or_else(|| {
            unread(
                "iat",
                &(Code::IdTokenTime, "The ID token has no time of issue (no iat)."),
                &(Code::IdTokenTime, "The ID token's iat is no number. The provider must send it as a number of seconds."),
            )
        })?;

        // 9. and 10. Times, with a leeway.
        if let Some(now) = expected.now {
            verify_times(now, expiry, issued.max(number("nbf").unwrap_or(issued)))?;
        }

        // 11. The nonce comes back when one was sent.
        require(
            expected.nonce.is_none_or(|nonce| claims.str("nonce") == Some(nonce.reveal())),
            &(Code::IdTokenNonce, "The ID token was not issued for this sign-in (nonce)."),
        )?;

        // 13. The sign-in is as fresh as was asked for. (12., acr, is for the app to judge.)
        if let (Some(max_age), Some(now)) = (expected.max_age, expected.now) {
            let fresh_since = now - (max_age + LEEWAY) * 1000.0;
            let signed_in = number("auth_time").ok_or_else(|| {
                unread(
                    "auth_time",
                    &(Code::IdTokenAuthTime, "The provider does not say when the user signed in: the ID token has no auth_time. Let the provider send it, or leave out maxAge."),
                    &(Code::IdTokenAuthTime, "The ID token's auth_time is no number. The provider must send it as a number of seconds."),
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

        // Section 3.1.3.8: the access token belongs to it.
        if self.bound(expected).is_some() {
            let half = digest.and_then(|digest| digest.get(..digest.len() / 2));
            let half = half.filter(|half| !half.is_empty()).map(base64url::encode);
            require(
                half.is_some() && half.as_ref() == claims.text("at_hash"),
                &(
                    Code::IdTokenAtHash,
                    "The access token does not belong to the ID token (at_hash).",
                ),
            )?;
        }

        // Section 12.2: renewed tokens are about the same person.
        require(
            expected.subject.is_none_or(|before| before == subject),
            &(
                Code::IdTokenSubject,
                "The ID token is about another person than before (sub): sign out first.",
            ),
        )?;
        let subject = subject.into();
        Ok(IdToken { raw, subject, claims: self.claims })
    }
}

/// The one place where the times of an ID token meet the device's clock. All are milliseconds.
fn verify_times(now: f64, expiry: f64, valid_from: f64) -> Result<(), Invalid> {
    let leeway = LEEWAY * 1000.0;
    require(
        now < expiry + leeway,
        &(Code::IdTokenExpired, "The ID token has expired (exp). The device's clock may be wrong."),
    )?;
    require(
        valid_from < now + leeway,
        &(
            Code::IdTokenTime,
            "The ID token is from the future (iat, nbf). The device's clock may be wrong.",
        ),
    )
}

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
            ("exp", "1700000600".into(), "exp is no number"),
            ("iat", Value::NULL, "no iat"),
            ("iat", "1699999990".into(), "iat is no number"),
            ("sub", Value::NULL, "no sub"),
            ("sub", 7.0.into(), "sub is no text"),
            ("auth_time", Value::NULL, "leave out maxAge"),
            ("auth_time", "1699999990".into(), "auth_time is no number"),
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
    fn another_person_is_refused_on_renewal() {
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

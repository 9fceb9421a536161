//! DPoP, proofs of possession of a key: [RFC 9449](https://www.rfc-editor.org/rfc/rfc9449). A token that
//! is bound to a key is of no use without it.

use crate::base64url;
use crate::error::Code;
use crate::http::Answer;
use crate::json::{Value, object, parse, to_text};
use crate::protocol::{oauth_error, pkce};
use crate::secret::AccessToken;
use crate::text::{Join, Text};
use crate::url::Url;

/// The only algorithm of the keys ([RFC 7518 section 3.4](https://www.rfc-editor.org/rfc/rfc7518#section-3.4)):
/// all browsers and all servers with DPoP support it.
pub const ALGORITHM: &str = "ES256";

/// The `token_type` of a bound access token
/// ([RFC 9449 section 5](https://www.rfc-editor.org/rfc/rfc9449#section-5)).
const TOKEN_TYPE: &str = "DPoP";

/// By how many milliseconds the clocks may differ without any effect on a proof.
const SAME_TIME: f64 = 5_000.0;

/// Whether tokens must be bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Other tokens are refused.
    Required,
    /// Other tokens are accepted from a provider that binds none.
    Accepted,
}

/// What the tokens of a response are compared with.
pub struct Binding {
    /// Whether they must be bound.
    pub demand: Demand,
    /// The thumbprint of the key.
    pub jkt: Text,
}

/// The public part of a key.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicKey {
    /// The JSON Web Key, with the members that the thumbprint is made from, in their order.
    jwk: Value,
    /// The thumbprint: `jkt`.
    pub jkt: Text,
}

impl PublicKey {
    /// Reads a key on the curve P-256
    /// ([RFC 7518 section 6.2.1](https://www.rfc-editor.org/rfc/rfc7518#section-6.2.1)); `None` for any other.
    pub fn read(jwk: &Value) -> Option<PublicKey> {
        if jwk.str("kty") != Some("EC") || jwk.str("crv") != Some("P-256") {
            return None;
        }
        let jwk = object!([
            ("crv", "P-256".into()),
            ("kty", "EC".into()),
            ("x", jwk.non_empty("x")?.into()),
            ("y", jwk.non_empty("y")?.into()),
        ]);
        let jkt = thumbprint(&jwk);
        Some(PublicKey { jwk, jkt })
    }

    /// The coordinate `x`, by which the browser finds the key.
    pub fn x(&self) -> &str {
        self.jwk.str("x").unwrap_or_default()
    }
}

/// The SHA-256 thumbprint of a key whose members are in lexicographic order
/// ([RFC 7638 section 3](https://www.rfc-editor.org/rfc/rfc7638#section-3)).
fn thumbprint(jwk: &Value) -> Text {
    pkce::sha256(&to_text(jwk))
}

/// The claims of a proof ([RFC 9449 section 4.2](https://www.rfc-editor.org/rfc/rfc9449#section-4.2)).
pub struct Claims<'a> {
    /// `jti`: random, and different in each proof.
    pub id: &'a str,
    /// `htm`
    pub method: &'a str,
    /// The URL of the request; `htu` is the part before the query and the fragment.
    pub url: &'a str,
    /// `iat`, in milliseconds since 1970.
    pub now: f64,
    /// The access token of the request, for `ath`.
    pub token: Option<&'a AccessToken>,
    /// `nonce`
    pub nonce: Option<&'a Text>,
}

/// The header and the claims of a proof, to be signed; `None` where the URL is not one.
pub fn to_sign(key: &PublicKey, claims: &Claims<'_>) -> Option<Text> {
    let header =
        object!([("typ", "dpop+jwt".into()), ("alg", ALGORITHM.into()), ("jwk", key.jwk.clone()),]);
    let mut payload = object!([
        ("jti", claims.id.into()),
        ("htm", claims.method.into()),
        ("htu", Url::parse(claims.url, None)?.place().into()),
        ("iat", (claims.now / 1000.0).floor().into()),
    ]);
    if let Some(token) = claims.token {
        payload.set("ath", pkce::sha256(token.reveal()));
    }
    if let Some(nonce) = claims.nonce {
        payload.set("nonce", nonce);
    }
    let part = |value: &Value| base64url::encode(to_text(value).as_bytes());
    Some([&*part(&header), ".", &part(&payload)].joined())
}

/// The proof, from what was signed and the signature
/// ([RFC 7515 section 3.1](https://www.rfc-editor.org/rfc/rfc7515#section-3.1)).
pub fn signed(to_sign: &str, signature: &[u8]) -> Text {
    [to_sign, ".", &base64url::encode(signature)].joined()
}

/// The value of `Authorization`: `DPoP` with a bound token
/// ([RFC 9449 section 7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)), else `Bearer`
/// ([RFC 6750 section 2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)).
pub fn authorization(token: &AccessToken, is_bound: bool) -> Text {
    [if is_bound { "DPoP " } else { "Bearer " }, token.reveal()].joined()
}

/// Whether the tokens of a response are bound to our key, by `token_type`
/// ([RFC 9449 section 5](https://www.rfc-editor.org/rfc/rfc9449#section-5)). `claims` are those of an
/// access token that is a JSON Web Token; its `cnf`, where it has one, must agree
/// ([RFC 9449 section 6.1](https://www.rfc-editor.org/rfc/rfc9449#section-6.1)). `None` where this client
/// must not use the tokens.
pub fn is_bound(
    token_type: Option<&Text>,
    claims: Option<&Value>,
    Binding { demand, jkt }: &Binding,
) -> Option<bool> {
    let confirmed = claims.and_then(|claims| claims.at("cnf").get("jkt"));
    match is_dpop(token_type) {
        true if confirmed.is_none_or(|other| other.as_text() == Some(jkt)) => Some(true),
        false if *demand == Demand::Accepted => Some(false),
        _ => None,
    }
}

/// Whether `token_type` is `DPoP`, in upper or lower case
/// ([RFC 6749 section 5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)).
pub fn is_dpop(token_type: Option<&Text>) -> bool {
    token_type.is_some_and(|name| name.eq_ignore_ascii_case(TOKEN_TYPE))
}

/// Whether the algorithms of the metadata lack ours
/// (`dpop_signing_alg_values_supported`,
/// [RFC 9449 section 5.1](https://www.rfc-editor.org/rfc/rfc9449#section-5.1)).
pub fn lacks_algorithm(document: &Value) -> bool {
    document
        .array("dpop_signing_alg_values_supported")
        .is_some_and(|names| !names.contains(&ALGORITHM.into()))
}

/// Why a server has refused a proof.
pub fn refusal(answer: &Answer) -> Option<Code> {
    if !matches!(answer.status, 400 | 401) {
        return None;
    }
    let json = parse(&answer.body).unwrap_or(Value::NULL);
    let error = json.str("error").or_else(|| error_of(answer.challenge.as_ref()?));
    let code = oauth_error::code(error?);
    matches!(code, Code::UseDpopNonce | Code::InvalidDpopProof).then_some(code)
}

/// `error` of a challenge ([RFC 9449 section 7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)).
fn error_of(challenge: &str) -> Option<&str> {
    const NAME: &[u8] = b"error=";
    let at = challenge.as_bytes().windows(NAME.len()).position(|part| part == NAME)?;
    let value = challenge.get(at + NAME.len()..)?.trim_start_matches('"');
    let end = value.bytes().position(|byte| matches!(byte, b'"' | b',' | b' '));
    value.get(..end.unwrap_or(value.len()))
}

/// What has been repeated of a request: each at most once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repeated {
    /// With another nonce.
    pub nonce: bool,
    /// With another time.
    pub time: bool,
}

/// A request with a proof, and its answer.
pub struct Sent<'a> {
    /// The answer.
    pub answer: &'a Answer,
    /// Whether the request had an access token.
    pub has_token: bool,
    /// The nonce of the proof.
    pub nonce: Option<&'a Text>,
    /// The milliseconds between the provider's time and the device's, as far as is known.
    pub off_by: f64,
    /// What has been repeated already.
    pub repeated: Repeated,
}

impl Sent<'_> {
    /// Whether the server refuses the proof, and may do so for its time: the provider's and the device's
    /// are known to differ.
    pub fn may_be_untimely(&self) -> bool {
        self.off_by.abs() > SAME_TIME && refusal(self.answer) == Some(Code::InvalidDpopProof)
    }

    /// The repetition that may succeed, added to those before; `None` where there is none.
    ///
    /// With another nonce, where the server demands one and the page can read it
    /// ([RFC 9449 section 8](https://www.rfc-editor.org/rfc/rfc9449#section-8)); an API's 401 counts as
    /// such a demand where `WWW-Authenticate` can't be read
    /// ([section 9](https://www.rfc-editor.org/rfc/rfc9449#section-9)). With another time, where
    /// [the time may be why](Sent::may_be_untimely).
    pub fn again(&self) -> Option<Repeated> {
        let Repeated { nonce, time } = self.repeated;
        let has_other = self.answer.nonce.is_some() && self.answer.nonce.as_ref() != self.nonce;
        let is_unexplained =
            self.has_token && self.answer.status == 401 && self.answer.challenge.is_none();
        match refusal(self.answer) {
            _ if !time && self.may_be_untimely() => Some(Repeated { nonce, time: true }),
            Some(_) if has_other && !nonce => Some(Repeated { nonce: true, time }),
            None if is_unexplained && has_other && !nonce => Some(Repeated { nonce: true, time }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 9449's examples.
    fn key() -> PublicKey {
        let jwk = object!([
            ("kty", "EC".into()),
            ("x", "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs".into()),
            ("y", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA".into()),
            ("crv", "P-256".into()),
        ]);
        PublicKey::read(&jwk).unwrap()
    }

    fn decoded(to_sign: &str) -> (Value, Value) {
        let part =
            |text| parse(std::str::from_utf8(&base64url::decode(text).unwrap()).unwrap()).unwrap();
        let (header, payload) = to_sign.split_once('.').unwrap();
        (part(header), part(payload))
    }

    /// [RFC 9449 section 4.1](https://www.rfc-editor.org/rfc/rfc9449#section-4.1), figure 3.
    fn token_request<'a>() -> Claims<'a> {
        Claims {
            id: "-BwC3ESc6acc2lTc",
            method: "POST",
            url: "https://server.example.com/token",
            now: 1_562_262_616_999.0,
            token: None,
            nonce: None,
        }
    }

    #[test]
    fn rfc_7638_section_3_1() {
        let jwk = object!([
            ("e", "AQAB".into()),
            ("kty", "RSA".into()),
            ("n", "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw".into()),
        ]);
        assert_eq!(thumbprint(&jwk), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn rfc_9449_section_6_1() {
        assert_eq!(key().jkt, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    #[test]
    fn rfc_9449_section_4_1() {
        let (header, claims) = decoded(&to_sign(&key(), &token_request()).unwrap());
        assert_eq!(header.members().len(), 3);
        assert_eq!((header.str("typ"), header.str("alg")), (Some("dpop+jwt"), Some("ES256")));
        let jwk = header.at("jwk");
        assert_eq!(jwk.members().len(), 4);
        assert_eq!((jwk.str("kty"), jwk.str("crv")), (Some("EC"), Some("P-256")));
        assert_eq!(jwk.str("x"), Some("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs"));
        assert_eq!(jwk.str("y"), Some("9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"));
        assert_eq!(
            to_text(&claims),
            r#"{"jti":"-BwC3ESc6acc2lTc","htm":"POST","htu":"https://server.example.com/token","iat":1562262616}"#
        );
    }

    #[test]
    fn rfc_9449_section_7_1() {
        let token = AccessToken::new("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
        let claims = Claims {
            id: "e1j3V_bKic8-LAEB",
            method: "GET",
            url: "https://resource.example.org/protectedresource",
            now: 1_562_262_618_000.0,
            token: Some(&token),
            nonce: None,
        };
        assert_eq!(
            to_text(&decoded(&to_sign(&key(), &claims).unwrap()).1),
            r#"{"jti":"e1j3V_bKic8-LAEB","htm":"GET","htu":"https://resource.example.org/protectedresource","iat":1562262618,"ath":"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"}"#
        );
        assert_eq!(authorization(&token, true), "DPoP Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
    }

    #[test]
    fn a_proof_has_the_nonce_and_no_query_or_fragment() {
        let nonce = "eyJ7S_zG.eyJH0-Z.HX4w-7v".into();
        let url = "HTTPS://Server.example.com:443/token?code=secret#part";
        let claims = Claims { url, nonce: Some(&nonce), ..token_request() };
        let (_, claims) = decoded(&to_sign(&key(), &claims).unwrap());
        assert_eq!(claims.str("nonce"), Some("eyJ7S_zG.eyJH0-Z.HX4w-7v"));
        assert_eq!(claims.str("htu"), Some("https://server.example.com/token"));
        assert!(to_sign(&key(), &Claims { url: "/token", ..token_request() }).is_none());
    }

    #[test]
    fn only_keys_on_p_256_are_read() {
        let read = |text: &str| PublicKey::read(&parse(text).unwrap());
        assert!(read(r#"{"kty":"EC","crv":"P-256","x":"a","y":"b","d":"c"}"#).is_some());
        for other in [
            r#"{"kty":"EC","crv":"P-384","x":"a","y":"b"}"#,
            r#"{"kty":"RSA","crv":"P-256","x":"a","y":"b"}"#,
            r#"{"kty":"EC","crv":"P-256","x":"a"}"#,
            r#"{"kty":"EC","crv":"P-256","x":"","y":"b"}"#,
            "null",
        ] {
            assert!(read(other).is_none(), "{other}");
        }
        let key = read(r#"{"kty":"EC","crv":"P-256","x":"a","y":"b","d":"c"}"#).unwrap();
        assert!(!to_text(&key.jwk).contains('d'), "the private part is never sent");
    }

    fn binding(demand: Demand) -> Binding {
        Binding { demand, jkt: key().jkt }
    }

    #[test]
    fn the_token_type_decides_whether_tokens_are_bound() {
        use Demand::*;
        for (kind, required, accepted) in [
            (Some("DPoP"), Some(true), Some(true)),
            (Some("dpop"), Some(true), Some(true)),
            (Some("Bearer"), None, Some(false)),
            (None, None, Some(false)),
        ] {
            let kind = kind.map(Text::from);
            let kind = kind.as_ref();
            assert_eq!(is_bound(kind, None, &binding(Required)), required, "{kind:?}");
            assert_eq!(is_bound(kind, None, &binding(Accepted)), accepted, "{kind:?}");
        }
    }

    #[test]
    fn a_token_that_confirms_another_key_is_not_bound_to_ours() {
        let ours = format!(r#"{{"cnf":{{"jkt":"{}"}}}}"#, key().jkt);
        for (claims, outcome) in [
            (&*ours, Some(true)),
            ("{}", Some(true)),
            (r#"{"cnf":{"x5t#S256":"a"}}"#, Some(true)),
            (r#"{"cnf":{"jkt":"other"}}"#, None),
            (r#"{"cnf":{"jkt":7}}"#, None),
        ] {
            let (kind, read) = (Some("DPoP".into()), parse(claims));
            for demand in [Demand::Required, Demand::Accepted] {
                let found = is_bound(kind.as_ref(), read.as_ref(), &binding(demand));
                assert_eq!(found, outcome, "{claims}");
            }
        }
    }

    #[test]
    fn metadata_without_our_algorithm() {
        for (document, lacks) in [
            ("{}", false),
            (r#"{"dpop_signing_alg_values_supported":["PS256","ES256"]}"#, false),
            (r#"{"dpop_signing_alg_values_supported":["PS256"]}"#, true),
            (r#"{"dpop_signing_alg_values_supported":[]}"#, true),
        ] {
            assert_eq!(lacks_algorithm(&parse(document).unwrap()), lacks, "{document}");
        }
    }

    #[test]
    fn refusals_are_read_from_the_body_and_from_the_challenge() {
        let nonce = Some(Code::UseDpopNonce);
        let proof = Some(Code::InvalidDpopProof);
        for (status, body, challenge, code) in [
            // RFC 9449 section 8, figure 20, and section 9, figure 23.
            (
                400,
                r#"{"error":"use_dpop_nonce","error_description":"Authorization server requires nonce in DPoP proof"}"#,
                "",
                nonce,
            ),
            (
                401,
                "",
                r#"DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof""#,
                nonce,
            ),
            (401, "", r#"Bearer, DPoP algs="ES256", error="invalid_dpop_proof""#, proof),
            (401, "", "DPoP error=use_dpop_nonce, algs=ES256", nonce),
            (401, "", r#"DPoP error_description="error", error="use_dpop_nonce""#, nonce),
            (400, r#"{"error":"invalid_dpop_proof"}"#, "", proof),
            (400, r#"{"error":"invalid_grant"}"#, "", None),
            (401, "", r#"DPoP error="invalid_token""#, None),
            (401, "", "DPoP", None),
            (403, r#"{"error":"use_dpop_nonce"}"#, "", None),
            (500, r#"{"error":"use_dpop_nonce"}"#, "", None),
            (200, r#"{"error":"use_dpop_nonce"}"#, "", None),
        ] {
            let challenge = (!challenge.is_empty()).then(|| challenge.into());
            let answer = Answer { challenge, ..Answer::new(status, body.into()) };
            assert_eq!(refusal(&answer), code, "{status} {body}");
        }
    }

    #[test]
    fn a_request_is_repeated_once_for_each_reason() {
        const NONCE: &str = r#"{"error":"use_dpop_nonce"}"#;
        const PROOF: &str = r#"{"error":"invalid_dpop_proof"}"#;
        const NO: Option<(bool, bool)> = None;
        const WITH_NONCE: Option<(bool, bool)> = Some((true, false));
        const WITH_TIME: Option<(bool, bool)> = Some((false, true));
        struct Case(u16, &'static str, &'static str, bool, f64, (bool, bool));
        let off = 3_600_000.0;
        for (number, (case, expected)) in [
            (Case(400, NONCE, "new", false, 0.0, (false, false)), WITH_NONCE),
            (Case(400, NONCE, "new", false, 0.0, (true, false)), NO),
            (Case(400, NONCE, "new", false, 0.0, (false, true)), Some((true, true))),
            (Case(400, NONCE, "old", false, 0.0, (false, false)), NO),
            (Case(400, NONCE, "", false, 0.0, (false, false)), NO),
            (Case(400, PROOF, "", false, off, (false, false)), WITH_TIME),
            (Case(400, PROOF, "", false, -off, (true, false)), Some((true, true))),
            (Case(400, PROOF, "", false, off, (false, true)), NO),
            (Case(400, PROOF, "", false, 5_000.0, (false, false)), NO),
            (Case(400, PROOF, "new", false, 0.0, (false, false)), WITH_NONCE),
            (Case(401, "", "new", true, 0.0, (false, false)), WITH_NONCE),
            (Case(401, "", "old", true, 0.0, (false, false)), NO),
            (Case(401, "", "new", false, 0.0, (false, false)), NO),
            (Case(403, "", "new", true, 0.0, (false, false)), NO),
            (Case(200, "", "new", true, off, (false, false)), NO),
            (Case(400, r#"{"error":"invalid_grant"}"#, "new", false, off, (false, false)), NO),
        ]
        .into_iter()
        .enumerate()
        {
            let Case(status, body, nonce, has_token, off_by, (repeated, timed)) = case;
            let nonce = (!nonce.is_empty()).then(|| nonce.into());
            let answer = Answer { nonce, ..Answer::new(status, body.into()) };
            let old = "old".into();
            let repeated = Repeated { nonce: repeated, time: timed };
            let sent = Sent { answer: &answer, has_token, nonce: Some(&old), off_by, repeated };
            let again = sent.again().map(|again| (again.nonce, again.time));
            assert_eq!(again, expected, "case {number}");
        }
        let challenge = Some(r#"DPoP error="invalid_token""#.into());
        let answer = Answer { nonce: Some("n".into()), challenge, ..Answer::new(401, "".into()) };
        let repeated = Repeated::default();
        let sent = Sent { answer: &answer, has_token: true, nonce: None, off_by: 0.0, repeated };
        assert_eq!(sent.again(), None, "the token is refused, not the proof");
    }
}

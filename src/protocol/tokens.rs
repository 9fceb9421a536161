//! Tokens: the token response, the stored record, lifetimes, and what `token.get()` does with them.

use std::slice::from_ref;

use crate::base64url;
use crate::json::{Value, object, parse, to_text};
use crate::protocol::dpop::{self, Binding};
use crate::protocol::id_token::IdToken;
use crate::protocol::pkce;
use crate::secret::{AccessToken, RawIdToken, RefreshToken};
use crate::storage::SIGN_IN_ID;
use crate::text::{Join, Text, pieces};

/// The tokens of one sign-in, as they are stored and returned: the members of the documented client
/// (docs/compatibility.md), and optional ones that it has not, such as `scope`, `tokenType` and `issuer`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tokens {
    /// `accessToken`
    pub access_token: AccessToken,
    /// `idToken`
    pub id_token: Option<RawIdToken>,
    /// `refreshToken`
    pub refresh_token: Option<RefreshToken>,
    /// `expiresAt`: in spite of its name the lifetime in seconds, from the time of issue.
    pub lifetime: Option<f64>,
    /// `expiryTimestamp`: when the access token expires, in milliseconds since 1970 by the device's
    /// clock.
    pub expiry: Option<f64>,
    /// `scope`: what was granted, separated by spaces.
    pub scope: Option<Text>,
    /// `tokenType`, such as `Bearer`.
    pub token_type: Option<Text>,
    /// `jkt`: the thumbprint of the DPoP key that the access token is bound to
    /// ([RFC 9449 section 6.1](https://www.rfc-editor.org/rfc/rfc9449#section-6.1)).
    pub jkt: Option<Text>,
    /// `resource`: the APIs that the access token is for, as [`resources`] returns them
    /// ([RFC 8707 section 2](https://www.rfc-editor.org/rfc/rfc8707#section-2)).
    pub resources: Value,
    /// What the access token is bound to: see [`binding`].
    pub binding: Text,
    /// `issuer`; `None` in records of other client libraries.
    pub issuer: Option<Text>,
    /// `clientId`: the client of these tokens, where the ID token does not name it.
    pub client_id: Option<Text>,
    /// `signInIdToken`: the ID token of the code's exchange, where AM has sent another one since. AM
    /// ends the session only for this one.
    pub sign_in_id_token: Option<RawIdToken>,
    /// `signInId`: the id of the sign-in, in a record of this tab alone: see `crate::page::sign_ins`.
    pub sign_in_id: Option<Text>,
}

impl Tokens {
    /// Reads a stored record, of any user and client: `SignIn::read` checks those. `None` without an
    /// access token (docs/decisions.md#unreadable-stored-tokens-count-as-none).
    pub fn read(record: &Value) -> Option<Box<Tokens>> {
        let text = |name| record.non_empty(name).map(Text::from);
        let resources = resources(record.get("resource"));
        Some(Box::new(Tokens {
            access_token: AccessToken::new(text("accessToken")?),
            id_token: text("idToken").map(RawIdToken::new),
            refresh_token: text("refreshToken").map(RefreshToken::new),
            lifetime: seconds(record.get("expiresAt")),
            expiry: record.number("expiryTimestamp"),
            scope: record.text("scope").cloned(),
            token_type: text("tokenType"),
            jkt: text("jkt"),
            // Earlier versions have not stored it.
            binding: text("binding").unwrap_or_else(|| binding_to(&resources, Text::default())),
            resources,
            issuer: text("issuer"),
            client_id: text("clientId"),
            sign_in_id_token: text("signInIdToken").map(RawIdToken::new),
            sign_in_id: text(SIGN_IN_ID),
        }))
    }

    /// Whether another client library wrote the record: it has no issuer then.
    pub fn is_foreign(&self) -> bool {
        self.issuer.is_none()
    }

    /// The record to store. The app gets it after [`Tokens::shown`].
    pub fn to_value(&self) -> Value {
        let id_token = self.id_token.as_ref().map(RawIdToken::reveal);
        let mut value = object!([
            ("accessToken", self.access_token.reveal().into()),
            ("idToken", id_token.into()),
            ("refreshToken", self.refresh_token.as_ref().map(RefreshToken::reveal).into()),
            ("expiresAt", self.lifetime.into()),
            ("expiryTimestamp", self.expiry.into()),
            ("scope", self.scope.as_ref().into()),
            ("tokenType", self.token_type.as_ref().into()),
            ("jkt", self.jkt.as_ref().into()),
            ("resource", self.resources.clone()),
            ("binding", Some(&self.binding).filter(|binding| !binding.is_empty()).into()),
            ("issuer", self.issuer.as_ref().into()),
            ("clientId", self.client_id.as_ref().into()),
            ("signInIdToken", self.sign_in_id_token.as_ref().map(RawIdToken::reveal).into()),
            (SIGN_IN_ID, self.sign_in_id.as_ref().into()),
        ]);
        value.retain(&|_, value| !value.is_null());
        value
    }

    /// A record without the members that are not for the app.
    pub fn shown(mut record: Value) -> Value {
        let inner = ["binding", "clientId", "signInIdToken", SIGN_IN_ID];
        record.retain(&|name, _| !inner.contains(&name));
        record
    }

    /// The tokens to revoke. The refresh token is first, so that no access token can be issued for it
    /// meanwhile.
    pub fn secrets(&self) -> Vec<Text> {
        let mut secrets = Vec::new();
        if let Some(token) = &self.refresh_token {
            secrets.push(token.reveal().clone());
        }
        secrets.push(self.access_token.reveal().clone());
        secrets
    }

    /// The ID token of the code's exchange, for `id_token_hint`.
    pub fn of_sign_in(&self) -> Option<&RawIdToken> {
        self.sign_in_id_token.as_ref().or(self.id_token.as_ref())
    }

    /// Whether the access token expires in less than `threshold` milliseconds. For a lifetime that is no
    /// longer than the threshold, half the lifetime counts: otherwise every call would renew the tokens.
    ///
    /// False where the lifetime is unknown, true where it is 0. A token that seems to have more time left
    /// than its lifetime shows that the device's clock was set back. What is left is unknown then, and
    /// the result is true.
    pub fn is_near_expiry(&self, now: f64, threshold: f64) -> bool {
        let threshold = self.threshold(threshold);
        self.expiry.map(|expiry| expiry - now).is_some_and(|left| {
            left < threshold
                || self.lifetime == Some(0.0)
                || self.most().is_some_and(|most| left > most)
        })
    }

    /// The threshold in milliseconds, or half the lifetime where that is no longer than the threshold.
    fn threshold(&self, threshold: f64) -> f64 {
        let life = self.lifetime.map(|seconds| seconds * 1000.0);
        life.filter(|life| *life <= threshold).map_or(threshold, |life| life / 2.0)
    }

    /// The most milliseconds that the access token can have left, unless the clock was set back.
    fn most(&self) -> Option<f64> {
        self.lifetime.map(|seconds| seconds * 1000.0 + CLOCK_TOLERANCE)
    }

    /// The first and the last time, in milliseconds since 1970, at which [`Tokens::is_near_expiry`] is
    /// false. A limit that is `None` is no limit; the result is `None` where there is no such time, or
    /// the expiry is not a date of JavaScript.
    pub fn fresh_span(&self, threshold: f64) -> Option<(Option<f64>, Option<f64>)> {
        let is_over = self.lifetime == Some(0.0);
        if is_over || self.expiry.is_some_and(|expiry| expiry.abs() > MAX_DATE) {
            return None;
        }
        // A millisecond less on each side, so that rounding can't make the span longer.
        let from = self.expiry.zip(self.most()).map(|(expiry, most)| expiry - most + 1.0);
        Some((from, self.expiry.map(|expiry| expiry - self.threshold(threshold) - 1.0)))
    }

    /// Whether the access token was issued less than `milliseconds` ago, by the device's clock.
    pub fn is_younger_than(&self, milliseconds: f64, now: f64) -> bool {
        let life = self.lifetime.map(|seconds| seconds * 1000.0);
        let issued = self.expiry.zip(life).map(|(expiry, life)| expiry - life);
        issued.is_some_and(|issued| (0.0..milliseconds).contains(&(now - issued)))
    }

    /// Whether the access token has expired: less than a millisecond is left.
    pub fn is_expired(&self, now: f64) -> bool {
        self.is_near_expiry(now, 1.0)
    }
}

/// The latest date of JavaScript, in milliseconds since 1970.
const MAX_DATE: f64 = 8.64e15;

/// By how many milliseconds a clock may be set back before a token's time counts as unknown.
const CLOCK_TOLERANCE: f64 = 300_000.0;

/// A token response
/// ([RFC 6749 section 5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1),
/// [OpenID Connect Core section 3.1.3.3](https://openid.net/specs/openid-connect-core-1_0.html#TokenResponse)).
/// Its ID token is not yet verified.
pub struct TokenResponse {
    /// `access_token`
    pub access_token: AccessToken,
    /// `id_token`
    pub id_token: Option<RawIdToken>,
    /// `refresh_token`
    pub refresh_token: Option<RefreshToken>,
    /// `expires_in`, in seconds
    pub expires_in: Option<f64>,
    /// `scope`
    pub scope: Option<Text>,
    /// `token_type`
    pub token_type: Option<Text>,
    /// The thumbprint of the key that the tokens are bound to, once that is
    /// [checked](TokenResponse::bind).
    pub jkt: Option<Text>,
}

impl TokenResponse {
    /// Reads the JSON of a success answer; `None` without an access token, or with a `token_type` other
    /// than `Bearer` and `DPoP`, which a client must not use
    /// ([RFC 6749 section 7.1](https://www.rfc-editor.org/rfc/rfc6749#section-7.1)).
    pub fn read(answer: &Value) -> Option<Box<TokenResponse>> {
        let text = |name| answer.non_empty(name).map(Text::from);
        let response = Box::new(TokenResponse {
            access_token: AccessToken::new(text("access_token")?),
            id_token: text("id_token").map(RawIdToken::new),
            refresh_token: text("refresh_token").map(RefreshToken::new),
            expires_in: seconds(answer.get("expires_in")),
            scope: answer.get("scope").and_then(scope),
            token_type: answer
                .str("token_type")
                .map(str::trim_ascii)
                .filter(|name| !name.is_empty())
                .map(Text::from),
            jkt: None,
        });
        let bearer =
            response.token_type.as_deref().is_none_or(|name| name.eq_ignore_ascii_case("bearer"));
        (bearer || dpop::is_dpop(response.token_type.as_ref())).then_some(response)
    }

    /// Whether a client with this binding may use the tokens; sets [`TokenResponse::jkt`]. A client without
    /// one uses tokens that are not bound.
    pub fn bind(&mut self, binding: Option<&Binding>) -> bool {
        let token_type = self.token_type.as_ref();
        let Some(binding) = binding else {
            return !dpop::is_dpop(token_type);
        };
        let claims = claims_of(&self.access_token);
        let is_bound = dpop::is_bound(token_type, claims.as_ref(), binding);
        self.jkt = is_bound.and_then(|is_bound| is_bound.then(|| binding.jkt.clone()));
        is_bound.is_some()
    }

    /// The tokens to store, after the ID token is verified. In a renewal, the refresh token, the ID token
    /// and the scope of `before` stay where the response has none
    /// ([RFC 6749 section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6),
    /// [OpenID Connect Core section 12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)).
    /// `now` is in milliseconds since 1970.
    pub fn into_tokens(
        self: Box<Self>,
        id_token: Option<IdToken>,
        before: Option<&Tokens>,
        issuer: &str,
        now: f64,
    ) -> Box<Tokens> {
        // Where the response has no expires_in, an access token that is a JWT may have a lifetime.
        let lifetime =
            self.expires_in.or_else(|| lifetime_of(&claims_of(&self.access_token)?, now));
        Box::new(Tokens {
            access_token: self.access_token,
            id_token: id_token.map(|token| token.raw).or_else(|| before?.id_token.clone()),
            refresh_token: self.refresh_token.or_else(|| before?.refresh_token.clone()),
            lifetime,
            expiry: lifetime.map(|seconds| now + seconds * 1000.0).filter(|at| at.is_finite()),
            scope: self.scope.or_else(|| before?.scope.clone()),
            token_type: self.token_type,
            jkt: self.jkt,
            resources: before.map(|before| before.resources.clone()).unwrap_or_default(),
            binding: before.map(|before| before.binding.clone()).unwrap_or_default(),
            issuer: Some(issuer.into()),
            client_id: None,
            sign_in_id_token: None,
            sign_in_id: None,
        })
    }
}

/// The resources of a text or a list: a list of texts, or `null` for none
/// ([RFC 8707 section 2](https://www.rfc-editor.org/rfc/rfc8707#section-2)).
pub fn resources(value: Option<&Value>) -> Value {
    let mut resources = Vec::new();
    for resource in value.map_or(&[][..], |value| value.as_array().unwrap_or(from_ref(value))) {
        if resource.as_text().is_some() {
            resources.push(resource.clone());
        }
    }
    if resources.is_empty() { Value::NULL } else { Value::from(resources) }
}

/// What the tokens of an authorization are bound to, as a short hash of the APIs that its options name:
/// `resource`, in any order ([RFC 8707 section 2](https://www.rfc-editor.org/rfc/rfc8707#section-2)), or
/// else the `resource` of `query`, and its `audience`, which some providers have for the same purpose. The
/// options of a call take precedence over the configuration. Empty where they name none.
pub fn binding(options: &Value, configured: &Value) -> Text {
    let query = configured.at("query").merged(options.at("query"));
    let named = resources(options.get("resource").or_else(|| configured.get("resource")));
    let named = if named.is_null() { resources(query.get("resource")) } else { named };
    binding_to(&named, query.text("audience").cloned().unwrap_or_default())
}

/// An option that binds the tokens to something else must become another member of the hashed object.
fn binding_to(resources: &Value, audience: Text) -> Text {
    let mut named: Vec<Value> = Vec::new();
    for resource in resources.items() {
        let Some(name) = resource.as_str().filter(|name| !name.is_empty()) else { continue };
        // Sorted by insertion: the standard library's sort adds a kilobyte to the wasm.
        let mut at = 0;
        while named.get(at).and_then(Value::as_str).is_some_and(|other| other < name) {
            at += 1;
        }
        if named.get(at) != Some(resource) {
            named.insert(at, resource.clone());
        }
    }
    if named.is_empty() && audience.is_empty() {
        return Text::default();
    }
    let mut bound = object!([("resource", named.into())]);
    if !audience.is_empty() {
        bound.set("audience", audience);
    }
    pkce::sha256(&to_text(&bound)).get(..BINDING).unwrap_or_default().into()
}

/// How many characters of the hash are used: enough to distinguish the clients that share a `clientId`.
pub const BINDING: usize = 12;

/// The claims of an access token that is a JSON Web Token
/// ([RFC 9068 section 2.2](https://www.rfc-editor.org/rfc/rfc9068#section-2.2)). They are not verified,
/// and used for the lifetime and `cnf` only.
fn claims_of(token: &AccessToken) -> Option<Value> {
    let payload = base64url::decode(pieces(token.reveal(), b'.').get(1)?)?;
    parse(std::str::from_utf8(&payload).ok()?)
}

/// The lifetime in seconds, from `iat` to `exp`. Without `iat` it is counted from `now`, in milliseconds
/// since 1970.
fn lifetime_of(claims: &Value, now: f64) -> Option<f64> {
    let issued = claims.number("iat").unwrap_or(now / 1000.0);
    not_negative(claims.number("exp")? - issued)
}

/// A lifetime in seconds, at least 0. Some servers send it as text, where
/// [RFC 6749 section 5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1) has a number.
fn seconds(value: Option<&Value>) -> Option<f64> {
    not_negative(value?.as_numeral()?)
}

fn not_negative(seconds: f64) -> Option<f64> {
    seconds.is_finite().then(|| seconds.max(0.0))
}

/// The granted scope, separated by spaces. Some servers send a list.
fn scope(granted: &Value) -> Option<Text> {
    let Some(list) = granted.as_array() else {
        return granted.as_text().cloned();
    };
    let mut names = Vec::new();
    for name in list {
        if let Some(name) = name.as_str() {
            names.push(name);
        }
    }
    Some(names.joined_by(" "))
}

/// What `token.get()` does with the stored tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Returns them: they are not near their expiry.
    Return,
    /// Returns them, marked as expired: they are near their expiry, and the call asks for no renewal.
    ReturnExpired,
    /// Fails: nothing is stored, and the call asks for no renewal.
    NoTokens,
    /// Renews them: `forceRenew`, or `backgroundRenew` where nothing is stored or they are near their
    /// expiry.
    Renew,
}

/// When `token.get()` renews the stored tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewWhen {
    /// Never.
    Never,
    /// Where nothing is stored or they are near their expiry: `backgroundRenew`.
    Due,
    /// In any case: `forceRenew`.
    Always,
}

impl RenewWhen {
    /// Reads the options of `token.get()`.
    pub fn read(options: &Value) -> RenewWhen {
        let flag = |name| options.get(name).is_some_and(Value::is_truthy);
        if flag("forceRenew") {
            RenewWhen::Always
        } else if flag("backgroundRenew") {
            RenewWhen::Due
        } else {
            RenewWhen::Never
        }
    }
}

/// What `token.get()` does. `now` is in milliseconds since 1970, `threshold` (`oauthThreshold`) in
/// milliseconds.
pub fn decide(stored: Option<&Tokens>, now: f64, threshold: f64, renewal: RenewWhen) -> Decision {
    let near_expiry = stored.map(|tokens| tokens.is_near_expiry(now, threshold));
    match (near_expiry, renewal) {
        (_, RenewWhen::Always) => Decision::Renew,
        (Some(false), _) => Decision::Return,
        (_, RenewWhen::Due) => Decision::Renew,
        (Some(true), RenewWhen::Never) => Decision::ReturnExpired,
        (None, RenewWhen::Never) => Decision::NoTokens,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{parse, to_text};

    fn stored(more: &str) -> Option<Box<Tokens>> {
        Tokens::read(&parse(&format!(r#"{{"accessToken":"a"{more}}}"#)).unwrap())
    }

    #[test]
    fn a_record_round_trips() {
        let text = r#"{"accessToken":"a","idToken":"i","refreshToken":"r","expiresAt":3600,"expiryTimestamp":1700000000000,"scope":"openid","tokenType":"Bearer","issuer":"https://op"}"#;
        let tokens = Tokens::read(&parse(text).unwrap()).unwrap();
        assert_eq!(to_text(&tokens.to_value()), text);
    }

    #[test]
    fn what_is_no_record_counts_as_none() {
        assert!(stored("").is_some());
        for record in
            ["null", "7", "\"x\"", "[]", "{}", r#"{"accessToken":7}"#, r#"{"accessToken":""}"#]
        {
            assert_eq!(Tokens::read(&parse(record).unwrap()), None, "{record}");
        }
    }

    #[test]
    fn the_table_of_token_get() {
        use Decision::*;
        let fresh = stored(r#","expiryTimestamp":100001"#);
        let near = stored(r#","expiryTimestamp":100000"#);
        let unknown = stored("");
        let short = stored(r#","expiresAt":20,"expiryTimestamp":80001"#);
        let half = stored(r#","expiresAt":20,"expiryTimestamp":80000"#);
        let set_back = stored(r#","expiresAt":60,"expiryTimestamp":430001"#);
        for (tokens, force, background, decision) in [
            (&fresh, false, false, Return),
            (&fresh, false, true, Return),
            (&unknown, false, true, Return),
            (&near, false, false, ReturnExpired),
            (&None, false, false, NoTokens),
            (&near, false, true, Renew),
            (&set_back, false, true, Renew),
            (&short, false, true, Return),
            (&half, false, true, Renew),
            (&None, false, true, Renew),
            (&fresh, true, false, Renew),
            (&fresh, true, true, Renew),
            (&None, true, false, Renew),
        ] {
            let renewal = RenewWhen::read(&object!([
                ("forceRenew", force.into()),
                ("backgroundRenew", background.into())
            ]));
            assert_eq!(decide(tokens.as_deref(), 70_000.5, 30_000.0, renewal), decision);
        }
    }

    #[test]
    fn a_token_response_needs_a_bearer_token() {
        let read = |text: &str| TokenResponse::read(&parse(text).unwrap());
        assert!(read(r#"{"error":"x"}"#).is_none());
        assert!(read(r#"{"access_token":"a","token_type":"mac"}"#).is_none());
        assert!(read(r#"{"access_token":"a","token_type":"bEARER"}"#).is_some());
    }

    fn response(member: &str) -> Box<TokenResponse> {
        TokenResponse::read(&parse(&format!(r#"{{"access_token":"a",{member}}}"#)).unwrap())
            .unwrap_or_else(|| panic!("{member}"))
    }

    #[test]
    fn a_lifetime_is_a_number_or_numeric_text_of_any_form() {
        for (value, seconds) in [
            ("3600", Some(3600.0)),
            ("3599.5", Some(3599.5)),
            (r#""60""#, Some(60.0)),
            (r#""3600.0""#, Some(3600.0)),
            (r#"" 3600""#, Some(3600.0)),
            (r#""3600\n""#, Some(3600.0)),
            (r#""3599.5""#, Some(3599.5)),
            (r#""3.6e3""#, Some(3600.0)),
            (r#""03600""#, Some(3600.0)),
            ("0", Some(0.0)),
            (r#""0""#, Some(0.0)),
            ("-1", Some(0.0)),
            (r#""-3600""#, Some(0.0)),
            (r#""abc""#, None),
            (r#""""#, None),
            (r#""1e999""#, None),
            (r#""true""#, None),
            ("null", None),
            ("true", None),
            ("[3600]", None),
            (r#"["3600"]"#, None),
            ("{}", None),
        ] {
            let read = response(&format!(r#""expires_in":{value}"#)).expires_in;
            assert_eq!(read, seconds, "{value}");
        }
    }

    #[test]
    fn a_token_of_no_lifetime_is_over_when_it_comes() {
        let over = response(r#""expires_in":0"#).into_tokens(None, None, "https://op", 1000.0);
        assert_eq!((over.lifetime, over.expiry), (Some(0.0), Some(1000.0)));
        for now in [900.0, 1000.0, 1001.0] {
            assert!(over.is_expired(now) && over.is_near_expiry(now, 0.0), "{now}");
        }
        let read = Tokens::read(&over.to_value()).unwrap();
        assert!(read.is_expired(1000.0));
    }

    #[test]
    fn an_unknown_lifetime_is_the_access_token_s_own_and_never_the_id_token_s() {
        let jwt = |claims: &str| format!("e30.{}.c2ln", base64url::encode(claims.as_bytes()));
        let id_token = || IdToken {
            raw: RawIdToken::new("i"),
            subject: "demo".into(),
            claims: parse(r#"{"iat":1,"exp":36001}"#).unwrap(),
        };
        for (access_token, seconds) in [
            ("opaque".to_owned(), None),
            (jwt("{}"), None),
            (jwt(r#"{"iat":100,"exp":160}"#), Some(60.0)),
            // By the device's clock, which shows 1000 seconds.
            (jwt(r#"{"exp":1060}"#), Some(60.0)),
            (jwt(r#"{"exp":940}"#), Some(0.0)),
            (jwt(r#"{"iat":100,"exp":100}"#), Some(0.0)),
            (jwt(r#"{"exp":"1060"}"#), None),
        ] {
            for silent in ["", r#","expires_in":null"#, r#","expires_in":"abc""#] {
                let answer = format!(r#"{{"access_token":"{access_token}"{silent}}}"#);
                let response = TokenResponse::read(&parse(&answer).unwrap()).unwrap();
                let tokens =
                    response.into_tokens(Some(id_token()), None, "https://op", 1_000_000.0);
                assert_eq!(tokens.lifetime, seconds, "{answer}");
            }
        }
    }

    /// [RFC 6749 section 5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)
    #[test]
    fn the_scope_is_what_was_granted() {
        for (member, scope) in [
            (r#""scope":"openid email""#, Some("openid email")),
            (r#""scope":["openid","email"]"#, Some("openid email")),
            (r#""scope":["openid",7]"#, Some("openid")),
            (r#""scope":"""#, Some("")),
            (r#""scope":[]"#, Some("")),
            (r#""scope":null"#, None),
            (r#""scope":7"#, None),
            (r#""x":0"#, None),
        ] {
            let read = response(member).scope;
            assert_eq!(read.as_deref(), scope, "{member}");
        }
        let nothing = stored(r#","scope":"""#).unwrap();
        assert_eq!(nothing.scope.as_deref(), Some(""));
        let renewed =
            response(r#""scope":[]"#).into_tokens(None, Some(&nothing), "https://op", 0.0);
        assert_eq!(renewed.scope.as_deref(), Some(""));
    }

    #[test]
    fn a_token_type_is_compared_without_case_and_space() {
        for (member, kind) in [
            (r#""token_type":"Bearer ""#, Some("Bearer")),
            (r#""token_type":" bEARER\n""#, Some("bEARER")),
            (r#""token_type":"""#, None),
            (r#""token_type":" ""#, None),
            (r#""token_type":7"#, None),
            (r#""token_type":null"#, None),
            (r#""token_type":["Bearer"]"#, None),
        ] {
            let read = response(member).token_type;
            assert_eq!(read.as_deref(), kind, "{member}");
        }
    }

    #[test]
    fn a_renewal_keeps_what_it_did_not_bring() {
        let before = stored(r#","idToken":"i","refreshToken":"r","scope":"openid""#).unwrap();
        let response =
            TokenResponse::read(&parse(r#"{"access_token":"b","expires_in":60}"#).unwrap())
                .unwrap();
        let tokens = response.into_tokens(None, Some(&before), "https://op", 1000.0);
        assert_eq!(
            to_text(&tokens.to_value()),
            r#"{"accessToken":"b","idToken":"i","refreshToken":"r","expiresAt":60,"expiryTimestamp":61000,"scope":"openid","issuer":"https://op"}"#
        );
    }
}

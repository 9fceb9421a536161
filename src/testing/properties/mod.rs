//! Properties that hold for any input of everything that reads text from outside.
//!
//! `cargo test` tries each briefly with random input; the fuzzer in `fuzz/` runs the same functions,
//! led by coverage, for any length of time. A property repeats no code that it tests: it decides
//! independently, with serde_json and the `url` crate. Both also replace the browser's JSON and URL in
//! native code: those of WebAssembly are tested in `tests/browser`.

// A property fails by a panic.
#![allow(clippy::indexing_slicing, clippy::panic)]

mod input;

use std::rc::Rc;

use arbitrary::{Result, Unstructured};
use serde_json::Value as Json;
use sha2::{Digest, Sha256, Sha384, Sha512};
use url::form_urlencoded;

use crate::am::endpoints::{self, Endpoints};
use crate::am::redirect;
use crate::am::step::{self, Outcome};
use crate::base64url;
use crate::http::Answer;
use crate::json::{Data, Value, object, parse, to_text};
use crate::oidc::config::Config;
use crate::page::whose::SignIn;
use crate::protocol::authorize::{self, Fit, Fresh, Mode, Response, Transaction};
use crate::protocol::discovery::{self, Metadata, Source};
use crate::protocol::id_token::{Expected, parse_jwt};
use crate::protocol::jwk::Algorithm;
use crate::protocol::tokens::{Decision, RenewWhen, TokenResponse, Tokens, decide};
use crate::protocol::{exchange, jwk, landing, userinfo};
use crate::secret::{AccessToken, CodeVerifier, Nonce, RawIdToken, RefreshToken, State};
use crate::storage::{Area, Location};
use crate::testing::properties::input::{altered, damaged, list, text, url_text, value};
use crate::text::Text;
use crate::url::{Params, Url};

/// A property of whatever is made of some bytes.
pub type Target = fn(&mut Unstructured<'_>) -> Result<()>;

macro_rules! targets {
    ($($name:ident)*) => {
        /// Every target, by its name.
        pub const TARGETS: &[(&str, Target)] = &[$((stringify!($name), $name)),*];

        #[cfg(test)]
        mod tests {
            $(#[test]
            fn $name() {
                arbtest::arbtest(super::$name).size_max(1024).budget_ms(1_500);
            })*
        }
    };
}

targets! { json url params base64 jwt keys discovery tokens answers steps request response config notes }

const ISSUER: &str = "https://op.example/am";
const NOW: f64 = 1_700_000_000_000.0;

/// JSON: what is written can be read again, and is read as serde_json reads it.
pub fn json(u: &mut Unstructured<'_>) -> Result<()> {
    let written = value(u, &["a", "\"", "\\", "\u{2028}", "__proto__"], 4)?;
    let text = to_text(&written);
    assert_eq!(parse(&text), Some(as_read(written)), "{text}");

    let words = ["[[[[[[[[[[[[[[[[", "{\"a\":", "1e", "-0", "\\u", "d83d", "null", "__proto__"];
    let text = damaged(u, &text, &words)?;
    let (ours, theirs) = (parse(&text), serde_json::from_str::<Json>(&text).ok());
    match (&ours, &theirs) {
        (Some(ours), Some(theirs)) => assert!(is_same(ours, theirs), "{text}"),
        (None, Some(theirs)) => assert!(depth(theirs) > 100, "{text}"),
        (ours, None) => assert_eq!(*ours, None, "{text}"),
    }
    if let Some(value) = ours {
        assert_eq!(parse(&to_text(&value)), Some(value), "{text}");
    }
    Ok(())
}

/// URLs: a parsed URL parses as itself, and being the same page is an equivalence.
pub fn url(u: &mut Unstructured<'_>) -> Result<()> {
    let (first, second) = (url_text(u)?, url_text(u)?);
    let urls = [
        Url::parse(&first, None),
        Url::parse(&second, None),
        Url::parse(&first, Some(&second)),
        Url::parse(&first, Some("https://app.example/a/b")),
    ];
    let urls: Vec<Url> = urls.into_iter().flatten().collect();
    for url in &urls {
        // The `url` crate forgets the host of `file://host/c:/`.
        if url.scheme() != "file:" {
            assert_eq!(Url::parse(url.href(), None).as_ref(), Some(url), "{first:?} {second:?}");
        }
        assert!(landing::is_at(url, url) && landing::is_on_route(url, url));
        assert!(url.href().starts_with(url.scheme()) && !url.query().contains('#'));
        if url.is_secure() && url.scheme() != "https:" {
            let theirs = url::Url::parse(url.href()).ok();
            let host = theirs.as_ref().and_then(url::Url::host_str);
            let is_loopback = host.is_some_and(|host| {
                let address = host.parse::<std::net::Ipv4Addr>();
                host == "localhost"
                    || host.ends_with(".localhost")
                    || host == "[::1]"
                    || address.is_ok_and(|address| address.is_loopback())
            });
            assert!(is_loopback, "{}", url.href());
        }
        for other in &urls {
            if landing::is_at(url, other) {
                let origin = |url: &Url| [url.scheme(), "//", url.host()].concat();
                assert_eq!(origin(url), origin(other));
            }
        }
    }
    Ok(())
}

/// Queries and form bodies: parsed as the `url` crate parses them, written so that they parse to the same,
/// and added to a URL whose other parameters stay.
pub fn params(u: &mut Unstructured<'_>) -> Result<()> {
    let words = ["a=b", "&", "=", "+", "%", "%2", "%c3%a9", "%ff", "#", "?", "/", "é", "\u{0}"];
    let query = text(u, &words)?;
    let read = Params::parse(&query);
    let theirs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let ours: Vec<_> = read.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    assert_eq!(ours, theirs, "{query:?}");
    assert!(Params::parse(&read.encode()) == read, "{query:?}");

    let mut params = Params::new();
    for _ in 0..u.int_in_range(1..=4)? {
        params.set(&text(u, &words)?, text(u, &words)?);
    }
    let encoded = params.encode();
    assert!(Params::parse(&encoded) == params, "{encoded}");
    assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%=&".contains(&byte)));

    let Some(endpoint) = Url::parse(&url_text(u)?, None).filter(|url| url.origin() != "null")
    else {
        return Ok(());
    };
    let appended = params.append_to(endpoint.href());
    assert!(!appended.contains('#'), "{appended}");
    assert!(appended.ends_with(&*encoded));
    // A parameter of the endpoint stays unless one with its name is added.
    let before = Params::parse(endpoint.query());
    let stays = |(name, _): &(&str, &str)| params.all(name).next().is_none();
    let expected: Vec<_> = before.iter().filter(stays).chain(params.iter()).collect();
    let url = Url::parse(&appended, None);
    let place = url.as_ref().map(|url| (url.origin(), url.path()));
    assert_eq!(place, Some((endpoint.origin(), endpoint.path())), "{appended}");
    let found = Params::parse(url.as_ref().map_or("", Url::query));
    assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{appended}");
    Ok(())
}

/// Base64url: one text for the same bytes, and no other alphabet
/// ([RFC 4648 section 5](https://www.rfc-editor.org/rfc/rfc4648#section-5)).
pub fn base64(u: &mut Unstructured<'_>) -> Result<()> {
    let bytes: &[u8] = u.arbitrary()?;
    let encoded = base64url::encode(bytes);
    assert_eq!(base64url::decode(&encoded).as_deref(), Some(bytes));
    let text = damaged(u, &encoded, &["=", "==", "+", "/", "-", "_", " ", "\n", "A", "B"])?;
    if let Some(decoded) = base64url::decode(&text) {
        assert_eq!(base64url::encode(&decoded), text);
    } else {
        let is_ours = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        let is_left_over = match text.len() % 4 {
            2 => !text.ends_with(['A', 'Q', 'g', 'w']),
            3 => text.bytes().next_back().is_none_or(|byte| !b"AEIMQUYcgkosw048".contains(&byte)),
            rest => rest == 1,
        };
        assert!(is_left_over || !text.bytes().all(is_ours), "{text:?}");
    }
    Ok(())
}

/// ID tokens: accepted exactly when every rule of
/// [OpenID Connect Core section 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)
/// holds.
pub fn jwt(u: &mut Unstructured<'_>) -> Result<()> {
    const TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    let words = list("alg kid crit none HS256 RS256 RS384 ES512 EdDSA rs256");
    let header = altered(u, r#"{"alg":"RS256","kid":"k"}"#, &words)?;
    let words = list(
        "iss aud azp sub exp iat nbf nonce at_hash auth_time me demo n https://op.example https://op.example/am",
    );
    let audience = u.choose(&[r#""me""#, r#"["me"]"#, r#"["you","me"]"#, r#"[],"azp":"me""#])?;
    let claims = format!(
        r#"{{"iss":"https://op.example/am","aud":{audience},"sub":"demo","exp":1700000600,"iat":1699999990,"nonce":"n","auth_time":1699999640,"at_hash":"77QmUPtjPfzWtF2AnpK9RQ"}}"#
    );
    let claims = altered(u, &claims, &words)?;
    let part = |value: &Value| base64url::encode(to_text(value).as_bytes());
    let signature = base64url::encode(u.arbitrary()?);
    let mut raw = format!("{}.{}.{signature}", part(&header), part(&claims));
    if u.ratio(1, 4)? {
        raw = damaged(u, &raw, &[".", "..", "e30", "=", "A"])?;
    }
    let raw = RawIdToken::new(raw);
    let (nonce, token, demo) = (Nonce::new("n"), AccessToken::new(TOKEN), Text::from("demo"));
    let expected = Expected {
        issuer: ISSUER,
        client_id: "me",
        nonce: u.ratio(2, 3)?.then_some(&nonce),
        access_token: u.ratio(2, 3)?.then_some(&token),
        max_age: u.ratio(1, 3)?.then_some(*u.choose(&[59.0, 60.0])?),
        subject: u.ratio(1, 3)?.then_some(&demo),
        now: u.ratio(2, 3)?.then_some(NOW),
    };
    let accepted = parse_jwt(&raw).and_then(|jwt| {
        let again = format!("{}.{}", jwt.signed, base64url::encode(&jwt.signature));
        assert_eq!(*raw.reveal(), again);
        let digest = jwt.bound(&expected).map(|token| digest(jwt.algorithm, token.reveal()));
        jwt.verify_claims(raw.clone(), &expected, digest.as_deref())
    });
    let valid = is_valid(raw.reveal(), &expected);
    assert_eq!(accepted.is_ok(), valid.is_some(), "{} {:?}", raw.reveal(), accepted.err());
    assert_eq!(accepted.ok().map(|token| token.subject), valid);
    Ok(())
}

/// What the platform says of a text.
fn digest(algorithm: Algorithm, text: &str) -> Vec<u8> {
    match algorithm.hash() {
        "SHA-256" => Sha256::digest(text).to_vec(),
        "SHA-384" => Sha384::digest(text).to_vec(),
        "SHA-512" => Sha512::digest(text).to_vec(),
        other => panic!("{other}"),
    }
}

/// The subject of a valid ID token.
fn is_valid(raw: &str, expected: &Expected<'_>) -> Option<Text> {
    let object = |part: &&str| -> Option<Json> {
        serde_json::from_slice(&base64url::decode(part)?).ok().filter(Json::is_object)
    };
    let parts: Vec<&str> = raw.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { return None };
    let (header, claims) = (object(header)?, object(claims)?);
    base64url::decode(signature)?;
    let algorithm = header["alg"].as_str()?;
    let known = ["RS", "PS", "ES"].iter().any(|family| {
        algorithm.strip_prefix(family).is_some_and(|bits| ["256", "384", "512"].contains(&bits))
    });
    let seconds = |name| claims[name].as_f64();
    let (expiry, issued) = (seconds("exp")?, seconds("iat")?);
    let begin = issued.max(seconds("nbf").unwrap_or(issued));
    let audience = match &claims["aud"] {
        Json::Array(list) => list.clone(),
        Json::Null => Vec::new(),
        single => vec![single.clone()],
    };
    let subject = claims["sub"].as_str().filter(|subject| !subject.is_empty())?;
    let hash = |token: &AccessToken| {
        let bytes = token.reveal().as_bytes();
        let (hash, half) = match algorithm {
            name if name.ends_with("256") => (Sha256::digest(bytes).to_vec(), 16),
            name if name.ends_with("384") => (Sha384::digest(bytes).to_vec(), 24),
            _ => (Sha512::digest(bytes).to_vec(), 32),
        };
        base64url::encode(&hash[..half])
    };
    let holds = (known || algorithm == "EdDSA")
        && header["crit"].is_null()
        && claims["iss"] == expected.issuer
        && audience.iter().any(|aud| aud == expected.client_id)
        && (claims["azp"] == expected.client_id
            || (claims["azp"].is_null() && audience.len() == 1))
        && expected.nonce.is_none_or(|nonce| claims["nonce"] == nonce.reveal().as_str())
        && expected.subject.is_none_or(|before| *before == subject)
        && (claims["at_hash"].is_null()
            || expected.access_token.is_none_or(|token| claims["at_hash"] == hash(token).as_str()))
        && expected.now.is_none_or(|now| {
            let now = now / 1000.0;
            let too_old = |age: f64| seconds("auth_time").is_none_or(|at| at + age + 300.0 < now);
            expiry + 300.0 > now && begin - 300.0 < now && !expected.max_age.is_some_and(too_old)
        });
    holds.then(|| subject.into())
}

/// Key sets: the public keys that may have made the signature are found, with the same numbers
/// ([RFC 7517 section 5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).
pub fn keys(u: &mut Unstructured<'_>) -> Result<()> {
    let words = list(
        "kty alg use key_ops crv kid n e x y d k RSA EC OKP oct sig enc verify RS256 ES256 P-256 \
         P-384 P-521 Ed25519 AQAB",
    );
    let mut modulus = vec![255; u.int_in_range(254..=258)?];
    modulus[0] = *u.choose(&[0, 1])?;
    let rsa = format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB""#, base64url::encode(&modulus));
    let samples = [
        &*(rsa.clone() + r#","kid":"kid"}"#),
        &*(rsa + r#","alg":"RS256","use":"sig"}"#),
        r#"{"kty":"EC","crv":"P-256","x":"AAc","y":"Bw","use":"sig","alg":"ES256","kid":"kid"}"#,
        r#"{"kty":"EC","crv":"P-521","x":"Bw","y":"AAc","key_ops":["verify"],"d":"d"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","x":"x","alg":"EdDSA","use":"sig"}"#,
        r#"{"kty":"oct","k":"k"}"#,
    ];
    let mut list = Vec::new();
    for _ in 0..u.int_in_range(0..=4)? {
        let sample = u.choose(&samples)?;
        list.push(altered(u, sample, &words)?);
    }
    if u.ratio(1, 8)? {
        list = list.iter().cycle().take(list.len() * 4).cloned().collect();
    }
    let mut body = format!(r#"{{"keys":{}}}"#, to_text(&Value::from(list)));
    if u.ratio(1, 8)? {
        body = damaged(u, &body, &words)?;
    }
    let set = jwk::read(&Answer::new(*u.choose(&[200, 204, 304, 404])?, body.into()));
    let Some(set) = set else { return Ok(()) };
    let name = *u.choose(&["RS256", "PS384", "ES256", "ES512", "EdDSA"])?;
    let Some(algorithm) = Algorithm::from_name(name) else { return Ok(()) };
    let kid = u.ratio(1, 2)?.then(|| Text::from("kid"));
    let found = jwk::candidates(&set, algorithm, kid.as_ref());

    let text = to_text(&set);
    let set: Json = serde_json::from_str(&text).unwrap_or_default();
    let fits = |key: &&Json| {
        let or_absent = |name: &str, wanted: &[&str]| match &key[name] {
            Json::Null => true,
            Json::String(text) => text.is_empty() || wanted.contains(&text.as_str()),
            _ => false,
        };
        let names = if name == "EdDSA" { &[name, "Ed25519"][..] } else { &[name] };
        let operations = &key["key_ops"];
        let may_verify = operations
            .as_array()
            .is_some_and(|all| all.is_empty() || all.contains(&"verify".into()));
        let kind = match name {
            "ES256" => key["kty"] == "EC" && key["crv"] == "P-256",
            "ES512" => key["kty"] == "EC" && key["crv"] == "P-521",
            "EdDSA" => key["kty"] == "OKP" && key["crv"] == "Ed25519",
            _ => key["kty"] == "RSA",
        };
        kind && or_absent("use", &["sig"])
            && or_absent("alg", names)
            && (operations.is_null() || may_verify)
    };
    let has_no_name = |key: &Json| match &key["kid"] {
        Json::String(text) => text.is_empty(),
        Json::Number(_) => false,
        _ => true,
    };
    let all: Vec<&Json> = set["keys"].as_array().into_iter().flatten().filter(fits).collect();
    let named: Vec<&Json> = match &kid {
        Some(kid) => all.iter().copied().filter(|key| key["kid"] == **kid).collect(),
        None => all.clone(),
    };
    let wanted = match named.is_empty() {
        true => all.into_iter().filter(|key| has_no_name(key)).collect(),
        false => named,
    };
    let is_usable = |key: &&Json| {
        let size = |name: &str| number(&key[name]).map(|number| number.len());
        let has = |name: &str, most: usize| size(name).is_some_and(|size| size <= most);
        match name {
            "ES256" => has("x", 32) && has("y", 32),
            "ES512" => has("x", 66) && has("y", 66),
            "EdDSA" => key["x"].as_str().is_some_and(|text| !text.is_empty()),
            _ => size("n") >= Some(256) && size("e") >= Some(1),
        }
    };
    let count = wanted.len();
    let usable: Vec<&Json> = wanted.into_iter().filter(is_usable).collect();
    assert_eq!(found.keys.len(), usable.len(), "{name} {kid:?} {text}");
    assert_eq!(found.has_more, count > usable.len(), "{name} {kid:?} {text}");
    for (key, original) in found.keys.iter().zip(usable) {
        assert!(key.is_object(), "{key:?}");
        for (name, value) in key.members() {
            let value = Json::from(value.as_str());
            match name.as_str() {
                "n" | "e" | "y" => assert!(number(&original[name.as_str()]) == number(&value)),
                "x" if original["kty"] == "EC" => assert!(number(&original["x"]) == number(&value)),
                "kty" | "crv" | "x" => assert!(original[name.as_str()] == value),
                _ => panic!("{name} is not public"),
            }
        }
    }
    Ok(())
}

/// The octets of a number in a key, without zeros in front.
fn number(text: &Json) -> Option<Vec<u8>> {
    let octets = base64url::decode(text.as_str()?)?;
    Some(octets.into_iter().skip_while(|octet| *octet == 0).collect())
}

/// Discovery: the issuer is the one that the document's URL belongs to, or the pinned one, and every
/// endpoint is secure and not the app's.
pub fn discovery(u: &mut Unstructured<'_>) -> Result<()> {
    const DOCUMENT: &str = r#"{"issuer":"https://op.example/am","authorization_endpoint":"https://op.example/a","token_endpoint":"https://op.example/t","jwks_uri":"https://op.example/k"}"#;
    let words = list(
        "issuer authorization_endpoint token_endpoint userinfo_endpoint jwks_uri \
         revocation_endpoint end_session_endpoint ping_end_idp_session_endpoint error \
         authorization_response_iss_parameter_supported https://op.example \
         http://op.example https:// http://localhost:8080/ javascript: op.example @ :443 / \
         ? #",
    );
    let mut document = altered(u, DOCUMENT, &words)?;
    if u.ratio(1, 4)? {
        document.set("issuer", *u.choose(&words)?);
    }
    let mut body = to_text(&document);
    if u.ratio(1, 8)? {
        body = damaged(u, &body, &words)?.into();
    }
    let wellknown = match u.ratio(3, 4)? {
        true => "https://op.example/am/.well-known/openid-configuration".to_owned(),
        false => url_text(u)?,
    };
    let Some(wellknown) = Url::parse(&wellknown, None) else { return Ok(()) };
    let answer = Answer::new(*u.choose(&[200, 200, 201, 304, 404, 500])?, body);
    let issuer = match u.ratio(1, 4)? {
        true => Some(Text::from(*u.choose(&words)?)),
        false => None,
    };
    let source =
        Source { wellknown: wellknown.href().into(), issuer, members: Value::NULL, is_am: false };
    let page = Url::parse("http://localhost:8080/", None);
    let read = discovery::read(&answer, &source, &wellknown, page.as_ref(), &endpoints::is_am);
    let metadata = match read {
        Ok(metadata) => metadata,
        Err(fault) => {
            let status = fault.clone().into_value().number("status");
            assert!(!fault.message().is_empty() && status == Some(answer.status.into()));
            let is_good = answer.is_ok() && answer.body == DOCUMENT && source.issuer.is_none();
            assert!(!is_good || wellknown.path() != "/am/.well-known/openid-configuration");
            return Ok(());
        }
    };
    assert!(answer.is_ok());
    let origin = |text: &str| url::Url::parse(text).ok().map(|url| url.origin());
    match &source.issuer {
        Some(pinned) => assert_eq!(metadata.issuer, pinned),
        None => assert_eq!(origin(&metadata.issuer), origin(wellknown.href())),
    }
    let endpoints = [
        Some(&metadata.authorization_endpoint),
        Some(&metadata.token_endpoint),
        metadata.userinfo_endpoint.as_ref(),
        metadata.revocation_endpoint.as_ref(),
        metadata.end_session_endpoint.as_ref(),
        metadata.end_session_page.as_ref(),
        metadata.par_endpoint.as_ref(),
        metadata.jwks_uri.as_ref(),
    ];
    for endpoint in endpoints.into_iter().flatten() {
        let url = Url::parse(endpoint, None).filter(Url::is_secure);
        let is_here = |url: &Url| url.origin() == "http://localhost:8080";
        let is_issuer_here = metadata.issuer.starts_with("http://localhost:8080");
        assert!(url.is_some_and(|url| is_issuer_here || !is_here(&url)));
    }
    let document: Json = serde_json::from_str(&answer.body).unwrap_or_default();
    assert!(document["issuer"] == *metadata.issuer);
    assert!(
        metadata.iss_in_response
            == (document["authorization_response_iss_parameter_supported"] == true)
    );
    let paths = object!([("authenticate", text(u, &words)?.into())]);
    if let Ok(am) = Endpoints::of(&metadata, &paths) {
        assert_eq!(origin(&am.authenticate), origin(&metadata.authorization_endpoint));
        assert_eq!(origin(&am.sessions), origin(&metadata.authorization_endpoint));
    }
    Ok(())
}

/// Stored tokens: what is written can be read again; a known lifetime ends, and in time.
pub fn tokens(u: &mut Unstructured<'_>) -> Result<()> {
    const RECORD: &str = r#"{"accessToken":"a","idToken":"i","refreshToken":"r","expiresAt":3600,"expiryTimestamp":1700003600000,"scope":"openid","tokenType":"Bearer","issuer":"https://op.example/am"}"#;
    const RESPONSE: &str = r#"{"access_token":"b","id_token":"j","refresh_token":"s","expires_in":3600,"scope":"openid","token_type":"Bearer"}"#;
    let names = list(
        "accessToken idToken refreshToken expiresAt expiryTimestamp scope tokenType resource \
         issuer https://op.example/am clientId me",
    );
    let record = altered(u, RECORD, &names)?;
    let stored = Tokens::read(&record);
    if let Some(tokens) = &stored {
        assert_eq!(reread(tokens).as_deref(), Some(&**tokens));
        let issuer = record.str("issuer").filter(|issuer| !issuer.is_empty());
        for own in [ISSUER, "other"] {
            // The ID token is not a JWT, so only the record's own members say whose it is.
            let is_ours =
                issuer == Some(own) && record.non_empty("clientId").is_none_or(|id| id == "me");
            assert_eq!(sign_in_at(own).read(&record).is_some(), is_ours);
        }
    }

    let names = list("access_token id_token refresh_token expires_in scope token_type mac 3600");
    let mut answer = altered(u, RESPONSE, &names)?;
    if u.ratio(1, 4)? {
        let claims = altered(u, r#"{"iat":1700000000,"exp":1700000300}"#, &["iat", "exp"])?;
        let claims = base64url::encode(to_text(&claims).as_bytes());
        answer.set("access_token", format!("e30.{claims}."));
    }
    let Some(response) = TokenResponse::read(&answer) else { return Ok(()) };
    assert!(response.expires_in.is_none_or(|seconds| seconds.is_finite() && seconds >= 0.0));
    let refresh_token = response.refresh_token.clone();
    let tokens = response.into_tokens(None, stored.as_deref(), ISSUER, NOW);
    assert_eq!(reread(&tokens), Some(tokens.clone()));
    let before = stored.as_ref().and_then(|before| before.refresh_token.clone());
    assert_eq!(tokens.refresh_token, refresh_token.or(before));
    assert_eq!(tokens.secrets().len(), 1 + usize::from(tokens.refresh_token.is_some()));

    let threshold = f64::from(u.arbitrary::<u32>()?);
    let near = |now| tokens.is_near_expiry(now, threshold);
    if let Some(expiry) = tokens.expiry {
        assert!(expiry.is_finite() && expiry >= NOW);
        assert!(threshold == 0.0 || near(expiry));
        assert!(near(expiry * 2.0 + 1.0) || !(expiry * 2.0).is_finite());
        let lives_long = expiry - threshold > NOW;
        let due = if lives_long { expiry - threshold } else { (NOW + expiry) / 2.0 };
        assert!(near(due + 1.0) || due + 1.0 == due);
        assert!(expiry < NOW + 1.0 || !near(NOW));
    } else {
        assert!(tokens.lifetime.is_none_or(|seconds| seconds > 1e300) && !near(NOW));
    }
    if tokens.lifetime.is_some_and(|seconds| seconds < 1e9) {
        assert!(near(NOW - 400_000.0), "the clock was set back");
    }
    if let Some((from, until)) = tokens.fresh_span(threshold) {
        let inside =
            |at: f64| from.is_none_or(|from| at >= from) && until.is_none_or(|end| at <= end);
        let ends = [Some(NOW), from, until].into_iter().flatten();
        assert!(ends.into_iter().all(|at| !inside(at) || !near(at)), "{from:?} {until:?}");
    }
    let decision = |renewal| decide(Some(&tokens), NOW, threshold, renewal);
    assert_eq!(decision(RenewWhen::Always), Decision::Renew);
    assert_eq!(decision(RenewWhen::Due) == Decision::Renew, near(NOW));
    assert_eq!(decision(RenewWhen::Never) == Decision::Return, !near(NOW));
    Ok(())
}

fn reread(tokens: &Tokens) -> Option<Box<Tokens>> {
    Tokens::read(&parse(&to_text(&tokens.to_value()))?)
}

fn sign_in_at(issuer: &str) -> SignIn {
    SignIn {
        issuer: issuer.into(),
        client_id: "me".into(),
        binding: Text::default(),
        has_key: false,
        location: Location { area: Area::Local, key: "pic-me".into() },
    }
}

/// Answers of the token and userinfo endpoints: only the values of a success are used.
pub fn answers(u: &mut Unstructured<'_>) -> Result<()> {
    let words = list(
        "access_token id_token refresh_token expires_in token_type sub demo Bearer error \
         invalid_grant error_description",
    );
    let template = r#"{"access_token":"a","token_type":"bearer","sub":"demo"}"#;
    let mut body = to_text(&altered(u, template, &words)?);
    if u.ratio(1, 4)? {
        body = damaged(u, &body, &words)?.into();
    }
    let status = *u.choose(&[200, 200, 201, 204, 302, 400, 401, 403, 500])?;
    let answer = Answer::new(status, body);
    let json: Json = serde_json::from_str(&answer.body).unwrap_or_default();
    let text = |name: &str| json[name].as_str().filter(|text| !text.is_empty());

    let taken = exchange::read(&answer, exchange::REFUSAL, None).ok();
    let token_type = json["token_type"].as_str().map(str::trim_ascii);
    let bearer =
        token_type.is_none_or(|name| name.is_empty() || name.eq_ignore_ascii_case("bearer"));
    let wanted = text("access_token").filter(|_| bearer && (200..300).contains(&status));
    assert_eq!(taken.as_ref().map(|tokens| tokens.access_token.reveal().as_str()), wanted);
    if let Some(tokens) = taken {
        let refresh_token = tokens.refresh_token.as_ref().map(RefreshToken::reveal);
        assert_eq!(refresh_token.map(Text::as_str), text("refresh_token"));
        let id_token = tokens.id_token.as_ref().map(RawIdToken::reveal);
        assert_eq!(id_token.map(Text::as_str), text("id_token"));
    }

    let subject = u.ratio(1, 2)?.then(|| Text::from("demo"));
    let details = match userinfo::read(Ok(answer)) {
        Ok(userinfo::Details::Json(details)) => userinfo::about(details, subject.as_ref()).ok(),
        _ => None,
    };
    let about = text("sub").filter(|sub| subject.as_ref().is_none_or(|subject| *subject == *sub));
    let wanted = about.filter(|_| (200..300).contains(&status));
    assert_eq!(details.as_ref().and_then(|details| details.str("sub")), wanted);
    Ok(())
}

/// Answers of AM are distinguished as documented; a stored step is the step without the user's input.
pub fn steps(u: &mut Unstructured<'_>) -> Result<()> {
    let words = list(
        "authId tokenId successUrl code reason message callbacks type input output name value error \
         s3cret 401",
    );
    let template = r#"{"authId":"a","callbacks":[{"type":"T","input":[{"name":"n","value":"s3cret"},{"value":7}]}]}"#;
    let mut body = to_text(&altered(u, template, &words)?);
    if u.ratio(1, 4)? {
        body = damaged(u, &body, &words)?.into();
    }
    let status = *u.choose(&[200, 200, 201, 302, 400, 401, 429, 500, 503])?;
    let json: Option<Json> = serde_json::from_str(&body).ok();

    let read = step::read(Ok(Answer::new(status, body.clone())));
    assert_eq!(
        read.ok().map(|outcome| kind_of(&outcome)),
        json.as_ref().and_then(|json| documented(status, json))
    );

    let url = |text| Url::parse(text, None);
    let (Some(left), Some(back)) =
        (url("https://idp.example/?state=s"), url("https://app.example/?code=c&state=s"))
    else {
        panic!("both are URLs");
    };
    let Some(record) = redirect::to_record(&body, &left, None, ISSUER, NOW) else { return Ok(()) };
    let kept: Json = serde_json::from_str(&record).unwrap_or_default();
    let sent = json.unwrap_or_default();
    // Compared as our values, since serde_json distinguishes 1e8 from 100000000.
    let ours = |json: &Json| parse(&json.to_string());
    assert_eq!(ours(&kept["step"]), ours(&without_inputs(sent.clone())));
    let resume = |record, now| redirect::resume(&back, None, &Ok(Some(record)), ISSUER, now);
    let is_step = sent["authId"].as_str().is_some_and(|id| !id.is_empty());
    assert_eq!(resume(record.clone(), NOW).is_ok(), is_step);
    assert!(resume(record.clone(), NOW + 600_001.0).is_err());
    // Whatever the input: no panic.
    let _ = resume(damaged(u, &record, &words)?.into(), NOW);
    Ok(())
}

fn kind_of(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Step(_) => "step",
        Outcome::Success(_) => "success",
        Outcome::Failure(..) => "failure",
    }
}

/// What an answer is: docs/decisions.md#http-statuses-of-journeys
fn documented(status: u16, json: &Json) -> Option<&'static str> {
    let is_true = |json: &Json| match json {
        Json::Null => false,
        Json::Bool(flag) => *flag,
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::String(text) => !text.is_empty(),
        _ => true,
    };
    let has = |names: &[&str]| names.iter().any(|name| json.get(name).is_some_and(is_true));
    let is_ok = (200..300).contains(&status);
    let is_answered = status != 429 && status < 500;
    match () {
        () if is_answered && has(&["authId"]) => Some("step"),
        () if is_ok && has(&["tokenId", "successUrl"]) => Some("success"),
        () if is_answered && has(&["code", "reason", "message"]) => Some("failure"),
        () => None,
    }
}

/// A step with every input of its callbacks emptied.
fn without_inputs(mut step: Json) -> Json {
    let callbacks = step.get_mut("callbacks").and_then(Json::as_array_mut);
    for callback in callbacks.into_iter().flatten() {
        let inputs = callback.get_mut("input").and_then(Json::as_array_mut);
        for input in inputs.into_iter().flatten().filter_map(Json::as_object_mut) {
            let empty = match input.get("value") {
                Some(Json::Number(_)) => Json::from(0),
                Some(Json::Bool(_)) => Json::from(false),
                _ => Json::from(""),
            };
            input.insert("value".into(), empty);
        }
    }
    step
}

const CONFIG: &str = r#"{"serverConfig":{"wellknown":"w","timeout":5},"clientId":"me","redirectUri":"https://app.example/cb","scope":"openid","query":{"a":"b"}}"#;

/// Authorization requests: the app's parameters can't change the protocol's, and what is stored is what
/// was requested.
pub fn request(u: &mut Unstructured<'_>) -> Result<()> {
    let words = list(
        "clientId redirectUri scope query state nonce prompt none login maxAge resource claims \
         appState responseMode \
         response_type code_challenge code_challenge_method client_id loginHint openid # & \
         = ? /",
    );
    let config = altered(u, CONFIG, &words)?;
    let Ok(config) = Config::read(&config, &Value::NULL) else { return Ok(()) };
    let options = altered(u, r#"{"query":{"a":"c"}}"#, &words)?;
    let mode = *u.choose(&[Mode::Interactive, Mode::Background])?;
    let (state, verifier): ([u8; 32], [u8; 32]) = (u.arbitrary()?, u.arbitrary()?);
    let (state, verifier) = (base64url::encode(&state), base64url::encode(&verifier));
    let fresh = Fresh {
        state: State::new(&state),
        nonce: Nonce::new(base64url::encode(&[2; 32])),
        verifier: CodeVerifier::new(&verifier),
        jkt: None,
    };
    let metadata = metadata(u)?;
    let (params, transaction) =
        authorize::request(&metadata, &config.defaults, &options, mode, fresh, NOW);
    let url = params.append_to(&metadata.authorization_endpoint);

    let endpoint = Url::parse(&metadata.authorization_endpoint, None);
    assert_eq!(endpoint.and_then(|endpoint| is_extension(&url, &endpoint)), Some(true), "{url}");
    let url = Url::parse(&url, None);
    let params = Params::parse(url.as_ref().map(Url::query).unwrap_or_default());
    let challenge = Sha256::digest(verifier.as_bytes());
    for (name, value) in [
        ("state", state.as_str()),
        ("code_challenge", &base64url::encode(&challenge)),
        ("code_challenge_method", "S256"),
        ("response_type", "code"),
        ("client_id", &transaction.client_id),
        ("redirect_uri", &transaction.redirect_uri),
        ("scope", &transaction.scope),
    ] {
        assert_eq!(params.get(name).map(Text::as_str), Some(value));
        assert!(!params.is_repeated(name));
    }
    assert!(mode == Mode::Interactive || params.get("prompt") == Some(&"none".into()));
    if let Some(nonce) = &transaction.nonce {
        assert_eq!(params.get("nonce"), Some(nonce.reveal()));
    }
    assert!(transaction.nonce.is_some() || !transaction.scope.split(' ').any(|s| s == "openid"));

    let record = transaction.to_value(&metadata);
    let again = parse(&to_text(&record))
        .and_then(|text| Transaction::read(&text, &config.defaults, &"other".into()));
    assert_eq!(again.map(|again| again.to_value(&metadata)), Some(as_read(record)));
    let record =
        altered(u, r#"{"state":"s","createdAt":1699996400000}"#, &["state", "nonce", "createdAt"])?;
    if let Some(read) = Transaction::read(&record, &config.defaults, &ISSUER.into()) {
        assert_eq!(Some(read.state.reveal()), record.text("state"));
        assert!(read.created.is_none_or(|created| created.is_finite()));
        let is_over = |at| !(NOW - 3_600_000.0..=NOW + 300_000.0).contains(&at);
        assert_eq!(read.is_expired(NOW), read.created.is_some_and(is_over));
    }
    Ok(())
}

/// Authorization responses: a code is accepted exactly when `state` and `iss` are right and no
/// parameter is repeated ([RFC 6749 section 3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
pub fn response(u: &mut Unstructured<'_>) -> Result<()> {
    let mut query = String::new();
    for _ in 0..u.int_in_range(0..=6)? {
        let known =
            list("state=s code=c iss=https%3A%2F%2Fop.example%2Fam error=e session_state=s");
        query.push_str(u.choose(&known)?);
        query.push('&');
    }
    if u.ratio(1, 3)? {
        query = damaged(
            u,
            &query,
            &["state=", "st%61te=s", "iss=", "code=", "error=", "&", "=", "%73", "+"],
        )?;
    }
    let metadata = metadata(u)?;
    let transaction = || {
        Rc::new(Transaction {
            state: State::new("s"),
            verifier: None,
            nonce: None,
            issuer: ISSUER.into(),
            client_id: "me".into(),
            redirect_uri: "https://app.example/cb".into(),
            scope: "openid".into(),
            resources: Value::NULL,
            binding: Text::default(),
            max_age: None,
            jkt: None,
            app_state: Value::NULL,
            created: None,
            answered: None,
        })
    };
    let is_am = u.arbitrary()?;
    let pages = vec![];
    let fit = Fit { transaction: &transaction(), metadata: &metadata, is_am, pages };
    let result = fit.read(&Params::parse(&query), &[]);

    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let find = |name: &str| pairs.iter().find(|(other, _)| other == name);
    let one = |name: &str| find(name).map(|(_, value)| &**value).filter(|value| !value.is_empty());
    let count = |name: &str| pairs.iter().filter(|(other, _)| other == name).count();
    let repeated = ["state", "iss", "code", "error"].iter().any(|name| count(name) > 1);
    let may_lack = !metadata.iss_in_response || (is_am && one("error").is_some());
    let issuer = one("iss").map_or(may_lack, |issuer| issuer == ISSUER);
    let ours = !repeated && issuer && one("state") == Some("s");
    match result {
        Ok(Response::Code(grant)) => {
            assert!(ours && one("error").is_none(), "{query}");
            assert_eq!(Some(grant.code.reveal().as_str()), one("code"), "{query}");
        }
        Ok(Response::Refused(error)) => {
            assert!(ours, "{query}");
            assert_eq!(Some(error.error()), one("error"), "{query}");
        }
        Err(_) => assert!(!ours || (one("error").is_none() && one("code").is_none()), "{query}"),
    }
    Ok(())
}

/// Configurations: whatever the app passes, an accepted one is complete and in range.
pub fn config(u: &mut Unstructured<'_>) -> Result<()> {
    let words = list(
        "serverConfig wellknown issuer timeout frameTimeout clientId redirectUri scope \
         oauthThreshold responseType code renew refresh background type prefix name \
         localStorage sessionStorage memory",
    );
    let (given, storage) =
        (altered(u, CONFIG, &words)?, altered(u, r#"{"type":"memory"}"#, &words)?);
    match Config::read(&given, &storage) {
        Ok(config) => {
            assert!(!config.source.wellknown.is_empty() && !config.defaults.scope.is_empty());
            assert_eq!(Some(&config.defaults.client_id), given.non_empty("clientId"));
            assert_eq!(Some(&config.defaults.redirect_uri), given.non_empty("redirectUri"));
            let durations = [config.threshold, config.timeout, config.frame_timeout];
            assert!(durations.iter().all(|milliseconds| *milliseconds >= 0.0));
            assert!(matches!(given.str("responseType"), None | Some("" | "code")));
            let area = match storage.str("type") {
                Some("memory") => Area::Memory,
                Some("sessionStorage") => Area::Session,
                _ => Area::Local,
            };
            assert_eq!(config.location.area, area);
        }
        Err(error) => {
            assert!(!error.error().is_empty());
            assert!(Some(given) != parse(CONFIG) || storage.str("type") != Some("memory"));
        }
    }
    Ok(())
}

/// Notes of where tokens are stored: what is written can be read again.
pub fn notes(u: &mut Unstructured<'_>) -> Result<()> {
    let words = ["clientId", "storage", "key", "binding", "local", "session", "memory", "custom"];
    let note = altered(u, r#"{"clientId":"me","storage":"local","key":"pic-me"}"#, &words)?;
    let note = match u.ratio(1, 4)? {
        true => parse(&damaged(u, &to_text(&note), &words)?).unwrap_or_default(),
        false => note,
    };
    let Some(sign_in) = SignIn::of_note(&note, ISSUER) else {
        let is_text = |name| note.text(name).is_some();
        assert!(
            !is_text("clientId")
                || !is_text("key")
                || !matches!(note.str("storage"), Some("local" | "session" | "memory"))
        );
        return Ok(());
    };
    assert_eq!(sign_in.issuer, ISSUER);
    let again = parse(&to_text(&sign_in.to_note().unwrap_or_default()));
    assert_eq!(again.and_then(|note| SignIn::of_note(&note, ISSUER)), Some(sign_in));
    Ok(())
}

fn metadata(u: &mut Unstructured<'_>) -> Result<Metadata> {
    let endpoints =
        ["https://op.example/a", "https://op.example/a?x=1", "https://op.example:8443?"];
    Ok(Metadata {
        issuer: ISSUER.into(),
        authorization_endpoint: (*u.choose(&endpoints)?).into(),
        token_endpoint: "https://op.example/t".into(),
        userinfo_endpoint: None,
        revocation_endpoint: None,
        end_session_endpoint: None,
        end_session_page: None,
        par_endpoint: None,
        par_required: false,
        lacks_dpop: false,
        pi_flow: u.arbitrary()?,
        jwks_uri: None,
        iss_in_response: u.arbitrary()?,
        response_types: Value::NULL,
    })
}

/// Whether a URL is the endpoint with no more than something at the end of its query; `None` when it
/// is no URL.
fn is_extension(url: &str, endpoint: &Url) -> Option<bool> {
    let url = Url::parse(url, None)?;
    let same = url.origin() == endpoint.origin() && url.path() == endpoint.path();
    Some(same && url.query().starts_with(endpoint.query()) && !url.href().contains('#'))
}

/// What is read of it again: JSON has no infinities and no NaN, and `__proto__` is left out.
fn as_read(value: Value) -> Value {
    match value.data() {
        Some(Data::Number(number)) if !number.is_finite() => Value::NULL,
        Some(Data::Array(items)) => {
            Value::from(items.iter().cloned().map(as_read).collect::<Vec<_>>())
        }
        Some(Data::Object(members)) => {
            let mut kept = object!([]);
            for (name, value) in members {
                if name != "__proto__" {
                    kept.set(name, as_read(value.clone()));
                }
            }
            kept
        }
        _ => value,
    }
}

fn is_same(ours: &Value, theirs: &Json) -> bool {
    match (ours.data(), theirs) {
        (None, Json::Null) => true,
        (Some(Data::Bool(ours)), Json::Bool(theirs)) => ours == theirs,
        (Some(Data::Number(ours)), Json::Number(theirs)) => theirs.as_f64() == Some(*ours),
        (Some(Data::String(ours)), Json::String(theirs)) => ours == theirs,
        (Some(Data::Array(ours)), Json::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| is_same(a, b))
        }
        (Some(Data::Object(ours)), Json::Object(theirs)) => {
            let last = |name: &str| ours.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v);
            let kept = theirs.iter().filter(|(name, _)| *name != "__proto__");
            ours.iter().all(|(name, _)| name != "__proto__" && theirs.contains_key(&**name))
                && kept
                    .into_iter()
                    .all(|(name, value)| last(name).is_some_and(|v| is_same(v, value)))
        }
        _ => false,
    }
}

fn depth(value: &Json) -> usize {
    match value {
        Json::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Json::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

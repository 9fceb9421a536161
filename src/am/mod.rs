//! PingAM as both clients know it: where its endpoints of a realm are, and the form of its requests.
#![forbid(unsafe_code)]

pub mod redirect;
pub mod step;

use crate::error::{Code, Error, Kind};
use crate::http::{Body, Request};
use crate::json::{Data, Value, to_text};
use crate::protocol::discovery::Metadata;
use crate::text::{Join, Text, cut, pieces, without_slashes};
use crate::url::{Params, Url};

/// AM's endpoints of one realm.
#[derive(Debug, PartialEq)]
pub struct Endpoints {
    /// Where steps are sent to.
    pub authenticate: Text,
    /// Where sessions are ended and looked at.
    pub sessions: Text,
}

impl Endpoints {
    /// Derives AM's endpoints: the authorization endpoint's origin, and the issuer's path with
    /// `json` in the place of its last `oauth2` segment.
    pub fn of(metadata: &Metadata, paths: &Value) -> Result<Endpoints, Error> {
        let endpoint = Url::parse(&metadata.authorization_endpoint, None).ok_or_else(|| {
            unconvertible("Well-known response is missing authorization_endpoint".into())
        })?;
        let given = |name: &str| {
            let path = paths.non_empty(name)?;
            Some([endpoint.origin(), "/", without_slashes(path)].joined())
        };
        let (authenticate, sessions) = (given("authenticate"), given("sessions"));
        let base = match (split_issuer(&metadata.issuer), &authenticate) {
            (Some((context, realm)), _) => {
                [endpoint.origin(), &context, "/json", &realm, "/"].joined()
            }
            // AM has both side by side.
            (None, Some(path)) if sessions.is_some() || path.ends_with("/authenticate") => {
                path.strip_suffix("authenticate").unwrap_or_default().into()
            }
            (None, Some(_)) => {
                return Err(unconvertible("Set serverConfig.paths.sessions too: the issuer does not tell where AM's sessions endpoint is.".into()));
            }
            (None, None) => {
                return Err(unconvertible(["Journey-client requires a ForgeRock AM issuer containing \"/oauth2\" in the path. Received issuer: ", &metadata.issuer, ". Set serverConfig.paths.authenticate if it is AM's. For PingOne or other OIDC providers, use davinci-client or oidc-client instead."].joined()));
            }
        };
        Ok(Endpoints {
            authenticate: authenticate.unwrap_or_else(|| [&base, "authenticate"].joined()),
            sessions: sessions.unwrap_or_else(|| [&base, "sessions/"].joined()),
        })
    }
}

/// AM's context path and realm path: what stands before and after the last `oauth2` segment of an
/// issuer's path. `None` for an issuer that is not AM's.
pub fn split_issuer(issuer: &str) -> Option<(Text, Text)> {
    let url = Url::parse(issuer, None)?;
    let segments = names(url.path());
    let position = segments.iter().rposition(|segment| *segment == "oauth2")?;
    let join = |segments: &[&str]| match segments {
        [] => Text::default(),
        _ => ["/", &segments.joined_by("/")].joined(),
    };
    let (context, realm) = segments.split_at_checked(position)?;
    Some((join(context), join(realm.get(1..)?)))
}

/// The one name that stands for all names of a realm of AM, in issuers and in the URLs of their
/// documents: `/oauth2/alpha`, `/oauth2/realms/alpha`, `/oauth2/realms/root/realms/alpha` and
/// `/oauth2?realm=/alpha` are the same. `None` for a URL that names no realm, or two.
pub fn realm(url: &str) -> Option<Text> {
    let (context, realm) = split_issuer(url)?;
    let url = Url::parse(url, None)?;
    let path = names(&realm);
    let mut path = path.as_slice();
    let mut realm = Vec::new();
    if path.first() == Some(&"realms") {
        while let ["realms", name, rest @ ..] = path {
            realm.push(*name);
            path = rest;
        }
        if !path.is_empty() {
            return None;
        }
        if realm.first() == Some(&"root") {
            realm.remove(0);
        }
    } else {
        realm.extend_from_slice(path);
    }
    let query = Params::parse(url.query());
    if query.is_repeated("realm") {
        return None;
    }
    if let Some(asked) = query.get("realm") {
        let asked = names(asked);
        if realm.is_empty() {
            realm = asked;
        } else if realm != asked {
            return None;
        }
    }
    Some([url.origin(), &context, "/oauth2/", &realm.joined_by("/")].joined())
}

/// What stands between the slashes of a path.
fn names(path: &str) -> Vec<&str> {
    let mut names = pieces(path, b'/');
    names.retain(|name| !name.is_empty());
    names
}

/// Whether the provider is AM: its token endpoint is `<AM's oauth2 path>[/realm path]/access_token` on
/// the origin of its authorization endpoint. Others have an `/oauth2` too (Okta, WSO2, Cognito,
/// Hydra), but no such token endpoint.
pub fn is_am(metadata: &Metadata) -> bool {
    let url = |text: &str| Url::parse(text, None);
    let (Some(authorize), Some(token)) =
        (url(&metadata.authorization_endpoint), url(&metadata.token_endpoint))
    else {
        return false;
    };
    let Some(path) = token.path().strip_suffix("/access_token") else { return false };
    let context = |url: &str| split_issuer(url).map(|(context, _)| context);
    let base = [token.origin(), path].joined();
    token.is_same_origin(&authorize)
        && context(&base).is_some_and(|found| Some(found) == context(&metadata.issuer))
}

/// Where AM revokes tokens: its metadata doesn't say so.
///
/// See [OAuth 2.0 endpoints](https://docs.pingidentity.com/pingam/8/am-oauth2/oauth2-token-revoke-endpoint.html).
pub fn revocation_endpoint(metadata: &Metadata) -> Option<Text> {
    let (endpoint, query) = match cut(&metadata.token_endpoint, b'?') {
        Some((endpoint, query)) => (endpoint, ["?", query].joined()),
        None => (metadata.token_endpoint.as_str(), Text::default()),
    };
    let base = endpoint.strip_suffix("/access_token")?;
    Some([base, "/token/revoke", &query].joined())
}

/// The version of AM's endpoints that we speak.
pub const VERSION: &str = "protocol=1.0,resource=2.1";

/// A POST in the way that AM wants it, for a version of the endpoint, or for the one that AM prefers.
pub fn post(url: &str, body: Body, version: Option<&str>) -> Request {
    let request = Request::post(url, body);
    let request = match version {
        Some(version) => request.header("Accept-API-Version", version),
        None => request,
    };
    request
        .header("Content-Type", "application/json")
        .header("X-Requested-With", "forgerock-sdk")
        .with_cookies()
}

/// The app's query entries: text, numbers and flags; what JavaScript counts as false is left out.
pub fn params(query: &Value) -> Params {
    let mut params = Params::new();
    for (name, value) in query.members().iter().filter(|(_, value)| value.is_truthy()) {
        match value.data() {
            Some(Data::String(text)) => params.set(name, text),
            Some(Data::Number(_) | Data::Bool(_)) => params.set(name, to_text(value)),
            _ => {}
        }
    }
    params
}

fn unconvertible(text: Text) -> Error {
    let error = "Well-known configuration conversion failed";
    Error::new(error, Code::DiscoveryInvalid, Kind::Wellknown, [error, ": ", &text].joined())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;
    use crate::protocol::authorize::tests::metadata;

    #[test]
    fn endpoints_follow_the_issuer() {
        for (issuer, authenticate) in [
            ("https://h/am/oauth2/alpha", "/am/json/alpha/authenticate"),
            (
                "https://h/am/oauth2/realms/root/realms/a",
                "/am/json/realms/root/realms/a/authenticate",
            ),
            ("https://h/am/oauth2", "/am/json/authenticate"),
            ("https://h/oauth2/alpha", "/json/alpha/authenticate"),
            ("https://h/am/oauth2/alpha/", "/am/json/alpha/authenticate"),
            ("https://h/oauth2proxy/am/oauth2/x", "/oauth2proxy/am/json/x/authenticate"),
            ("https://h/oauth2/am/oauth2/x", "/oauth2/am/json/x/authenticate"),
        ] {
            let metadata = Metadata { issuer: issuer.into(), ..metadata() };
            let endpoints = Endpoints::of(&metadata, &Value::NULL).unwrap();
            assert_eq!(endpoints.authenticate, format!("https://op.example{authenticate}"));
            assert_eq!(
                endpoints.sessions,
                endpoints.authenticate.replace("authenticate", "sessions/")
            );
        }
    }

    #[test]
    fn an_issuer_that_is_not_ams_is_refused() {
        let metadata = Metadata { issuer: "https://auth.pingone.com/env/as".into(), ..metadata() };
        let error = Endpoints::of(&metadata, &Value::NULL).unwrap_err();
        assert!(error.message().starts_with("Well-known configuration conversion failed: Journey-client requires a ForgeRock AM issuer"));
    }

    #[test]
    fn am_is_told_by_its_token_endpoint() {
        let is_am_ = |issuer: &str, authorize: &str, token: &str| {
            is_am(&Metadata {
                issuer: issuer.into(),
                authorization_endpoint: authorize.into(),
                token_endpoint: token.into(),
                ..metadata()
            })
        };
        for (issuer, token) in [
            ("https://h/am/oauth2", "https://h/am/oauth2/access_token"),
            ("https://h/am/oauth2/alpha", "https://h/am/oauth2/alpha/access_token"),
            (
                "https://h/am/oauth2/alpha",
                "https://h:443/am/oauth2/realms/root/realms/alpha/access_token",
            ),
            ("https://h/am/oauth2/alpha", "https://h/am/oauth2/access_token?realm=/alpha"),
            ("https://h/oauth2/alpha", "https://h/oauth2/alpha/access_token"),
            ("https://id.example/am/oauth2/alpha", "https://h/am/oauth2/alpha/access_token"),
        ] {
            assert!(is_am_(issuer, "https://h/am/oauth2/authorize", token), "{token}");
        }
        for (issuer, token) in [
            // Okta, WSO2, Cognito, Hydra.
            ("https://h/oauth2/default", "https://h/oauth2/default/v1/token"),
            ("https://h/oauth2/token", "https://h/oauth2/token"),
            ("https://cognito.example/pool", "https://h/oauth2/token"),
            ("https://h", "https://h/oauth2/token"),
            // Not quite.
            ("https://h/am/oauth2", "https://evil/am/oauth2/access_token"),
            ("https://h/am1/oauth2", "https://h/am2/oauth2/access_token"),
            ("https://h", "https://h/access_token"),
            ("https://h/am/oauth2", "junk"),
        ] {
            assert!(!is_am_(issuer, "https://h/am/oauth2/authorize", token), "{token}");
        }
    }

    #[test]
    fn am_revokes_beside_its_token_endpoint() {
        for (token, revoke) in [
            ("https://h/am/oauth2/access_token", Some("https://h/am/oauth2/token/revoke")),
            (
                "https://h/am/oauth2/access_token?realm=/a",
                Some("https://h/am/oauth2/token/revoke?realm=/a"),
            ),
            ("https://h/oauth2/token", None),
        ] {
            let metadata = Metadata { token_endpoint: token.into(), ..metadata() };
            assert_eq!(revocation_endpoint(&metadata).as_deref(), revoke, "{token}");
        }
    }

    #[test]
    fn a_realm_has_many_names() {
        let same = [
            &[
                "https://h/am/oauth2/alpha",
                "https://h/am/oauth2/alpha/",
                "https://h:443/am/oauth2/alpha",
                "https://H/am/oauth2/alpha",
                "https://h/am/oauth2//alpha",
                "https://h/am/oauth2/realms/alpha",
                "https://h/am/oauth2/realms/root/realms/alpha",
                "https://h/am/oauth2?realm=alpha",
                "https://h/am/oauth2?realm=/alpha",
                "https://h/am/oauth2/?realm=%2Falpha",
                "https://h/am/oauth2/realms/root?realm=/alpha",
                "https://h/am/oauth2/realms/root/realms/alpha?realm=/alpha",
                "https://h/am/oauth2/alpha?realm=",
            ][..],
            &[
                "https://h/am/oauth2",
                "https://h/am/oauth2/",
                "https://h/am/oauth2/realms/root",
                "https://h/am/oauth2?realm=/",
                "https://h/am/oauth2?other=x",
            ],
            &[
                "https://h/am/oauth2/alpha/beta",
                "https://h/am/oauth2/realms/alpha/realms/beta",
                "https://h/am/oauth2/realms/root/realms/alpha/realms/beta",
                "https://h/am/oauth2?realm=/alpha/beta",
            ],
            &["https://h/am/oauth2/root", "https://h/am/oauth2/realms/root/realms/root"],
            &["https://h/am/oauth2/beta"],
            &["https://h/am/oauth2/Alpha"],
            &["https://h/am2/oauth2/alpha"],
            &["https://h/oauth2/alpha", "https://h/oauth2/realms/root/realms/alpha"],
            &["https://h/oauth2/am/oauth2/alpha"],
            &["https://g/am/oauth2/alpha"],
            &["https://h:8443/am/oauth2/alpha"],
            &["http://h/am/oauth2/alpha", "http://h:80/am/oauth2/alpha"],
        ];
        let all: Vec<_> = same
            .iter()
            .enumerate()
            .flat_map(|(group, names)| names.iter().map(move |name| (group, *name)))
            .collect();
        for (group, name) in &all {
            for (other_group, other) in &all {
                let is_same = realm(name).unwrap() == realm(other).unwrap();
                assert_eq!(is_same, group == other_group, "{name} {other}");
            }
        }
        for none in [
            "https://h/am/oauth2/realms",
            "https://h/am/oauth2/realms/root/alpha",
            "https://h/am/oauth2/realms/root/realms",
            "https://h/am/oauth2/alpha?realm=/beta",
            "https://h/am/oauth2?realm=/alpha&realm=/alpha",
            "https://h/am",
            "junk",
        ] {
            assert_eq!(realm(none), None, "{none}");
        }
    }

    #[test]
    fn given_paths_are_enough() {
        let of = |paths: &str| {
            let metadata = Metadata { issuer: "https://sso.example/".into(), ..metadata() };
            Endpoints::of(&metadata, &parse(paths).unwrap())
                .map(|found| (found.authenticate.to_string(), found.sessions.to_string()))
                .map_err(|error| error.message().to_owned())
        };
        let at = |path: &str| format!("https://op.example/{path}");
        assert_eq!(of(r#"{"authenticate":"/in","sessions":"out"}"#), Ok((at("in"), at("out"))));
        assert_eq!(
            of(r#"{"authenticate":"am/json/realms/root/authenticate"}"#),
            Ok((at("am/json/realms/root/authenticate"), at("am/json/realms/root/sessions/")))
        );
        assert!(of(r#"{"authenticate":"in"}"#).unwrap_err().contains("paths.sessions"));
        assert!(of(r#"{"sessions":"out"}"#).unwrap_err().contains("paths.authenticate"));
    }

    #[test]
    fn configured_paths_count() {
        let paths = parse(r#"{"authenticate":"custom/auth"}"#).unwrap();
        let metadata = Metadata { issuer: "https://h/am/oauth2".into(), ..metadata() };
        let endpoints = Endpoints::of(&metadata, &paths).unwrap();
        assert_eq!(endpoints.authenticate, "https://op.example/custom/auth");
        assert_eq!(endpoints.sessions, "https://op.example/am/json/sessions/");
    }
}

//! PingAM: the endpoints of a realm, and the headers that AM expects
//! ([Authenticate over REST](https://docs.pingidentity.com/pingam/8/am-authentication/authn-rest.html)).

use crate::am::realm::split_issuer;
use crate::error::{Code, Error, Kind};
use crate::http::{Body, Request};
use crate::json::{Data, Value, to_text};
use crate::protocol::discovery::Metadata;
use crate::text::{Join, Text, cut, without_slashes};
use crate::url::{Params, Url};

/// AM's endpoints of one realm, as absolute URLs.
#[derive(Debug, PartialEq)]
pub struct Endpoints {
    /// The authenticate endpoint, which takes the steps of a journey.
    pub authenticate: Text,
    /// The sessions endpoint, which ends sessions and says whether they are alive.
    pub sessions: Text,
}

impl Endpoints {
    /// Derives AM's endpoints: the origin of the authorization endpoint, and the path of the issuer with
    /// `json` instead of its last `oauth2` segment. `paths` (`serverConfig.paths`) takes precedence:
    /// `authenticate` and `sessions`, on the same origin.
    ///
    /// # Errors
    /// `discovery_invalid` where the issuer has no `oauth2` segment and `paths` does not make up for it.
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
            // AM has both endpoints in the same folder.
            (None, Some(path)) if sessions.is_some() || path.ends_with("/authenticate") => {
                path.strip_suffix("authenticate").unwrap_or_default().into()
            }
            (None, Some(_)) => {
                return Err(unconvertible("AM's sessions endpoint does not follow from the issuer. Set serverConfig.paths.sessions too.".into()));
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

/// Whether the provider is AM: its token endpoint is `<context>/oauth2[/realm]/access_token`, on the
/// origin of its authorization endpoint and with the context of its issuer. Okta, WSO2, Cognito and Hydra
/// have an `oauth2` segment too, but no such token endpoint.
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

/// AM's revocation endpoint, which its metadata lacks
/// ([/oauth2/token/revoke](https://docs.pingidentity.com/pingam/8/am-oauth2/oauth2-token-revoke-endpoint.html)):
/// derived from the token endpoint. `None` where that is not AM's.
pub fn revocation_endpoint(metadata: &Metadata) -> Option<Text> {
    let (endpoint, query) = match cut(&metadata.token_endpoint, b'?') {
        Some((endpoint, query)) => (endpoint, ["?", query].joined()),
        None => (metadata.token_endpoint.as_str(), Text::default()),
    };
    let base = endpoint.strip_suffix("/access_token")?;
    Some([base, "/token/revoke", &query].joined())
}

/// The version of AM's endpoints that requests ask for, in `Accept-API-Version`
/// ([REST API versions](https://docs.pingidentity.com/pingam/8/REST-guide/rest-api-versions.html)).
pub const VERSION: &str = "protocol=1.0,resource=2.1";

/// A POST with the headers that AM expects, and with its cookies. Without `version` AM uses its default.
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

/// The app's query parameters: texts, numbers and booleans that are truthy in JavaScript.
pub fn params(query: &Value) -> Params {
    let mut params = Params::new();
    for (name, value) in query.members().iter().filter(|(_, value)| value.is_truthy()) {
        match value.data() {
            Some(Data::String(text)) => params.add(name, text),
            Some(Data::Number(_) | Data::Bool(_)) => params.add(name, to_text(value)),
            _ => {}
        }
    }
    params
}

/// The documented client's error for metadata from which AM's endpoints do not follow.
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
            // Like AM, but of another origin or context, or without `oauth2`.
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

//! What the app configures, and where AM's endpoints are.

use crate::error::{Code, Error, Kind};
use crate::json::Value;
use crate::oidc::config::DEFAULT_TIMEOUT;
use crate::oidc::discovery::{Fault, Metadata};
use crate::platform::Area;
use crate::url::Url;

/// Members that the other client understands and this one doesn't.
const IGNORED: [&str; 12] = [
    "callbackFactory",
    "clientId",
    "middleware",
    "oauthThreshold",
    "platformHeader",
    "prefix",
    "realmPath",
    "redirectUri",
    "scope",
    "tokenStore",
    "tree",
    "type",
];

/// The checked configuration of one client.
pub struct Config {
    /// Where the server's metadata is.
    pub wellknown: String,
    /// The exact issuer, where the app pins it.
    pub issuer: Option<String>,
    /// Milliseconds for each request.
    pub timeout: f64,
    /// Where the session token is kept; `None` for nowhere.
    pub session: Option<Area>,
    /// Paths that the app gives, in the place of the derived ones.
    pub paths: Value,
}

/// AM's endpoints of one realm.
#[derive(Debug, PartialEq)]
pub struct Endpoints {
    /// Where steps are sent to.
    pub authenticate: String,
    /// Where sessions are ended and looked at.
    pub sessions: String,
}

impl Config {
    /// Reads the factory's `config`.
    pub fn read(config: &Value) -> Result<Config, Error> {
        let server = config.get("serverConfig").unwrap_or(&Value::Null);
        let wellknown = server.str("wellknown").unwrap_or("undefined").to_owned();
        if !is_wellknown_url(&wellknown) {
            return Err(invalid(format!(
                "Invalid wellknown URL: {wellknown}. URL must use HTTPS (or HTTP for localhost) and end with /.well-known/openid-configuration."
            )));
        }
        let timeout = match server.get("timeout") {
            None => DEFAULT_TIMEOUT,
            Some(Value::Number(timeout)) if *timeout >= 0.0 => *timeout,
            Some(_) => {
                return Err(invalid(
                    "serverConfig.timeout must be milliseconds, not negative.".into(),
                ));
            }
        };
        let session = match config.get("session").and_then(|session| session.str("type")) {
            None | Some("sessionStorage") => Some(Area::Session),
            Some("localStorage") => Some(Area::Local),
            Some("memory") => Some(Area::Memory),
            Some("none") => None,
            Some(_) => {
                return Err(invalid(
                    "session.type must be 'sessionStorage', 'localStorage', 'memory' or 'none'."
                        .into(),
                ));
            }
        };
        let paths = server.get("paths").cloned().unwrap_or(Value::Null);
        let issuer = server.non_empty("issuer").map(str::to_owned);
        Ok(Config { wellknown, issuer, timeout, session, paths })
    }
}

impl Endpoints {
    /// Derives AM's endpoints: the authorization endpoint's origin, and the issuer's path with
    /// `json` in the place of its last `oauth2` segment.
    pub fn of(metadata: &Metadata, paths: &Value) -> Result<Endpoints, Error> {
        let endpoint = Url::parse(&metadata.authorization_endpoint, None).ok_or_else(|| {
            unconvertible("Well-known response is missing authorization_endpoint".into())
        })?;
        let (context, realm) = split_issuer(&metadata.issuer).ok_or_else(|| {
            unconvertible(format!(
                "Journey-client requires a ForgeRock AM issuer containing \"/oauth2\" in the path. Received issuer: {}. For PingOne or other OIDC providers, use davinci-client or oidc-client instead.",
                metadata.issuer
            ))
        })?;
        let path = |name: &str, default: &str| match paths.non_empty(name) {
            Some(custom) => format!("{}/{}", endpoint.origin, custom.trim_start_matches('/')),
            None => format!("{}{context}/json{realm}/{default}", endpoint.origin),
        };
        Ok(Endpoints {
            authenticate: path("authenticate", "authenticate"),
            sessions: path("sessions", "sessions/"),
        })
    }
}

/// The names of the members that are ignored, for a warning.
pub fn ignored(config: &Value) -> Vec<&'static str> {
    IGNORED.into_iter().filter(|name| config.get(name).is_some()).collect()
}

/// AM's context path and realm path: what stands before and after the last `oauth2` segment of an
/// issuer's path. `None` for an issuer that is not AM's.
pub fn split_issuer(issuer: &str) -> Option<(String, String)> {
    let path = Url::parse(issuer, None)?.path;
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let position = segments.iter().rposition(|segment| *segment == "oauth2")?;
    let join = |segments: &[&str]| {
        segments.iter().map(|segment| format!("/{segment}")).collect::<String>()
    };
    let (context, realm) = segments.split_at_checked(position)?;
    Some((join(context), join(realm.get(1..)?)))
}

/// The contract's section 2.2.
fn is_wellknown_url(text: &str) -> bool {
    Url::parse(text, None).is_some_and(|url| {
        url.is_secure() && url.path.ends_with("/.well-known/openid-configuration")
    })
}

fn invalid(text: String) -> Error {
    Error::new("Invalid configuration", Code::ConfigInvalid, Kind::Argument, text)
}

fn unconvertible(text: String) -> Error {
    let error = "Well-known configuration conversion failed";
    Error::new(error, Code::DiscoveryInvalid, Kind::Wellknown, format!("{error}: {text}"))
}

impl Fault {
    /// The error of the `journey()` factory (the contract's section 2.3).
    pub fn for_journey(self) -> Error {
        let error = "Well-known configuration fetch failed";
        let text = format!("{error}: {}", self.message);
        Error::new(error, self.code, Kind::Wellknown, text).status(self.status.map(f64::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;
    use crate::oidc::authorize::tests::metadata;

    fn read(more: &str) -> Result<Config, Error> {
        let wellknown = "https://h/am/oauth2/.well-known/openid-configuration";
        Config::read(
            &parse(&format!(r#"{{"serverConfig":{{"wellknown":"{wellknown}"{more}}}}}"#)).unwrap(),
        )
    }

    #[test]
    fn wellknown_urls() {
        for (url, valid) in [
            ("https://h/am/oauth2/.well-known/openid-configuration", true),
            ("https://h/.well-known/openid-configuration?x=y", true),
            ("http://localhost:9443/.well-known/openid-configuration", true),
            ("http://127.0.0.1/.well-known/openid-configuration", true),
            ("http://[::1]/.well-known/openid-configuration", true),
            ("http://h/.well-known/openid-configuration", false),
            ("https://h/.well-known/openid-configuration/", false),
            ("https://h/.well-known%2Fopenid-configuration", false),
            ("ftp://h/.well-known/openid-configuration", false),
            ("", false),
            ("undefined", false),
        ] {
            assert_eq!(is_wellknown_url(url), valid, "{url}");
        }
    }

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
            let endpoints = Endpoints::of(&metadata, &Value::Null).unwrap();
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
        let error = Endpoints::of(&metadata, &Value::Null).unwrap_err();
        assert!(error.message().starts_with("Well-known configuration conversion failed: Journey-client requires a ForgeRock AM issuer"));
    }

    #[test]
    fn configured_paths_count() {
        let config = read(r#","paths":{"authenticate":"custom/auth"}"#).unwrap();
        let metadata = Metadata { issuer: "https://h/am/oauth2".into(), ..metadata() };
        let endpoints = Endpoints::of(&metadata, &config.paths).unwrap();
        assert_eq!(endpoints.authenticate, "https://op.example/custom/auth");
        assert_eq!(endpoints.sessions, "https://op.example/am/json/sessions/");
    }

    #[test]
    fn what_is_ignored_is_named_in_order() {
        let config = parse(r#"{"type":"x","clientId":"c","tree":null,"prefix":"p"}"#).unwrap();
        assert_eq!(ignored(&config), ["clientId", "prefix", "type"]);
    }
}

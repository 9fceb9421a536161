//! What the app configures, and where AM's endpoints are.

use crate::error::{Code, Error, Kind};
use crate::json::Value;
use crate::oidc::config::{DEFAULT_TIMEOUT, METADATA, milliseconds};
use crate::protocol::discovery::Source;
use crate::storage::Area;
use crate::text::{Join, Text};
use crate::url::Url;

/// Members that the other client understands and this one doesn't.
const IGNORED: [&str; 11] = [
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
    pub source: Source,
    /// Milliseconds for each request.
    pub timeout: f64,
    /// Where the session token is kept; `None` for nowhere.
    pub session: Option<Area>,
    /// The header that the session token is sent in, for sites where its cookie is blocked.
    pub cookie_name: Option<Text>,
    /// Paths that the app gives, in the place of the derived ones.
    pub paths: Value,
}

impl Config {
    /// Reads the factory's `config`.
    pub fn read(config: &Value) -> Result<Config, Error> {
        let server = config.at("serverConfig");
        let wellknown: Text = server.str("wellknown").unwrap_or("undefined").into();
        if !is_wellknown_url(&wellknown) {
            return Err(invalid(["Invalid wellknown URL: ", &wellknown, ". URL must use HTTPS (or HTTP for localhost) and end with /.well-known/openid-configuration."].joined()));
        }
        let timeout = milliseconds(server, "timeout", DEFAULT_TIMEOUT).ok_or_else(|| {
            invalid("serverConfig.timeout must be milliseconds, not negative.".into())
        })?;
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
        let paths = server.at("paths").clone();
        let source =
            Source::read(server, wellknown, true).ok_or_else(|| invalid(METADATA.into()))?;
        let cookie_name = config.get("session").and_then(|session| session.non_empty("cookieName"));
        let cookie_name = cookie_name.map(Text::from);
        Ok(Config { source, timeout, session, cookie_name, paths })
    }
}

/// The names of the members that are ignored, for a warning.
pub fn ignored(config: &Value) -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in IGNORED {
        if config.get(name).is_some() {
            names.push(name);
        }
    }
    names
}

/// The contract's section 2.2.
fn is_wellknown_url(text: &str) -> bool {
    Url::parse(text, None).is_some_and(|url| {
        url.is_secure() && url.path().ends_with("/.well-known/openid-configuration")
    })
}

fn invalid(text: Text) -> Error {
    Error::new("Invalid configuration", Code::ConfigInvalid, Kind::Argument, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

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
    fn what_is_ignored_is_named_in_order() {
        let config = parse(r#"{"type":"x","clientId":"c","tree":null,"prefix":"p"}"#).unwrap();
        assert_eq!(ignored(&config), ["clientId", "prefix", "type"]);
    }
}

//! The configuration: the `config` argument of the `journey()` factory, checked
//! (docs/configuration.md).

use crate::error::{Code, Error, Kind};
use crate::json::Value;
use crate::oidc::config::{DEFAULT_TIMEOUT, METADATA, milliseconds};
use crate::protocol::discovery::Source;
use crate::storage::Area;
use crate::text::{Join, Text};
use crate::url::Url;

/// The members of the documented client's configuration that are not used here (docs/compatibility.md).
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
    /// `serverConfig.wellknown` and the other options that say where the metadata come from.
    pub source: Source,
    /// `serverConfig.timeout`: the timeout of each request, in milliseconds.
    pub timeout: f64,
    /// `session.type`: where the session token is stored; `None` for nowhere.
    pub session: Option<Area>,
    /// `session.cookieName`: the header in which the session token is sent, for sites where its cookie
    /// is blocked.
    pub cookie_name: Option<Text>,
    /// `serverConfig.paths`: paths of AM's endpoints that replace the derived ones.
    pub paths: Value,
}

impl Config {
    /// Reads the `config` argument of the factory.
    ///
    /// # Errors
    /// `config_invalid`, for the first option that can't work.
    pub fn read(config: &Value) -> Result<Config, Error> {
        let server = config.at("serverConfig");
        let wellknown: Text = server.str("wellknown").unwrap_or("undefined").into();
        if !is_wellknown_url(&wellknown) {
            return Err(invalid(["Invalid wellknown URL: ", &wellknown, ". URL must use HTTPS (or HTTP for localhost) and end with /.well-known/openid-configuration."].joined()));
        }
        let timeout = milliseconds(server, "timeout", DEFAULT_TIMEOUT).ok_or_else(|| {
            invalid("serverConfig.timeout must be milliseconds, 0 or more.".into())
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

/// The names of the members that are not used, for a warning.
pub fn ignored(config: &Value) -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in IGNORED {
        if config.get(name).is_some() {
            names.push(name);
        }
    }
    names
}

/// Whether the documented client accepts a URL: https, or http on a loopback host, with the path of a
/// discovery document
/// ([OpenID Connect Discovery section 4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig)).
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

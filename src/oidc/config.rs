//! The configuration: the `config` and `storage` arguments of the `oidc()` factory, checked
//! (docs/configuration.md).

use crate::error::{Code, Error, Kind};
use crate::json::Value;
use crate::log::Logger;
use crate::protocol::authorize::Defaults;
use crate::protocol::discovery::Source;
use crate::protocol::dpop::{ALGORITHM, Demand};
use crate::protocol::pkce;
use crate::protocol::tokens;
use crate::storage::{Area, Location, TOKENS_PREFIX, tokens_key};
use crate::text::{Join, Text};
use crate::url::Url;

/// The timeout of each request in milliseconds, unless `serverConfig.timeout` is set.
pub const DEFAULT_TIMEOUT: f64 = 30_000.0;

/// The timeout of a background authorization in milliseconds, unless `serverConfig.frameTimeout` is
/// set.
pub const DEFAULT_FRAME_TIMEOUT: f64 = 10_000.0;

/// How long before their expiry tokens are renewed, in milliseconds, unless `oauthThreshold` is set.
const DEFAULT_THRESHOLD: f64 = 30_000.0;

/// The timeout of a session check in milliseconds, unless `serverConfig.frameTimeout` is set.
const DEFAULT_SESSION_TIMEOUT: f64 = 3_000.0;

/// The member of the `storage` argument in which JavaScript passes the number of the app's own storage
/// object.
pub const CUSTOM_STORAGE: &str = "customNumber";

/// The member of the `storage` argument in which JavaScript passes [`Config::lease_terms`].
pub const LEASE_TERMS: &str = "leaseTerms";

/// The message for a `serverConfig.metadata` that is not an object, or has unusable members.
pub const METADATA: &str =
    "serverConfig.metadata must be an object with members of the provider's metadata.";

/// The checked configuration of one client.
#[derive(Clone, Debug)]
pub struct Config {
    /// `serverConfig.wellknown` and the other options that say where the metadata come from.
    pub source: Source,
    /// The parameters of every authorization request.
    pub defaults: Defaults,
    /// `oauthThreshold`: how long before their expiry tokens are renewed, in milliseconds.
    pub threshold: f64,
    /// `signOutRedirectUri`: the page that the provider returns the user to after a logout, its
    /// `post_logout_redirect_uri`
    /// ([RP-Initiated Logout section 2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)).
    pub sign_out_redirect_uri: Option<Text>,
    /// `backgroundSignOutRedirectUri`, else `signOutRedirectUri`: the same for a logout in a hidden
    /// frame.
    pub background_sign_out_redirect_uri: Option<Text>,
    /// `renew`: how tokens are renewed.
    pub renew: RenewBy,
    /// `serverConfig.timeout`: the timeout of each request, in milliseconds.
    pub timeout: f64,
    /// The timeout of a background authorization, in milliseconds.
    pub frame_timeout: f64,
    /// The timeout of a session check, in milliseconds.
    pub session_timeout: f64,
    /// `par`: whether authorization requests are pushed
    /// ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)). `None` pushes them where the provider
    /// requires it ([section 5](https://www.rfc-editor.org/rfc/rfc9126#section-5)).
    pub par: Option<bool>,
    /// `autoRenew`: whether tokens are renewed before they expire, without a call of the app.
    pub auto_renew: bool,
    /// `apiOrigins`: the origins to which `fetch` sends the access token.
    pub api_origins: Vec<Text>,
    /// `backgroundRedirectUri`, else `redirectUri`: the `redirect_uri` of a hidden frame.
    pub background_redirect_uri: Text,
    /// `popupRedirectUri`, else `redirectUri`: the `redirect_uri` of `authorize.popup()`.
    pub popup_redirect_uri: Text,
    /// `forwardedTo`: the pages to which the app's server forwards authorization responses, besides the
    /// `redirect_uri`.
    pub forwarded_to: Vec<Text>,
    /// `dpop`: whether tokens are bound to a key of this browser
    /// ([RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)), and must be.
    pub dpop: Option<Demand>,
    /// With `dpop`, the binding and the location of the same client without it.
    pub without_dpop: Option<(Text, Location)>,
    /// What the client's tokens are bound to by the configuration: see [`tokens::binding`]; with `dpop`
    /// also to a key.
    pub binding: Text,
    /// The storage area and the key of the token record.
    pub location: Location,
    /// The text that the next page must have for a lease of this client: the version and the configuration, as
    /// `pkg/entry/lease.js` writes them. `None` where no lease is kept.
    pub lease_terms: Option<Text>,
}

/// How tokens are renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewBy {
    /// With the refresh token; where that is not possible, by a background authorization.
    Auto,
    /// With the refresh token only
    /// ([RFC 6749 section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6)).
    Refresh,
    /// By a background authorization only (`prompt=none`,
    /// [OpenID Connect Core section 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
    Background,
}

impl Config {
    /// Reads the `config` and `storage` arguments of the factory, and sets the defaults of what they
    /// lack.
    ///
    /// # Errors
    /// `config_invalid`, for the first option that is missing or can't work. The texts of the missing
    /// ones are the documented client's (docs/compatibility.md).
    pub fn read(config: &Value, storage: &Value) -> Result<Config, Error> {
        let server = config.at("serverConfig");
        let required = |value: Option<&Text>, text| value.cloned().ok_or_else(|| invalid(text));
        let wellknown = required(
            server.non_empty("wellknown"),
            "Requires a wellknown url initializing this factory.",
        )?;
        let client_id = required(config.non_empty("clientId"), "Requires a clientId.")?;
        let redirect_uri = required(config.non_empty("redirectUri"), "Requires a redirectUri.")?;
        let landing = |name| config.non_empty(name).unwrap_or(&redirect_uri).clone();
        if !matches!(config.str("responseType"), None | Some("" | "code")) {
            return Err(invalid("responseType must be 'code': other flows return tokens in URLs."));
        }
        let renew = match config.str("renew") {
            None | Some("auto") => RenewBy::Auto,
            Some("refresh") => RenewBy::Refresh,
            Some("background") => RenewBy::Background,
            Some(_) => return Err(invalid("renew must be 'auto', 'refresh' or 'background'.")),
        };
        if config.get("responseMode").is_some_and(|mode| {
            !matches!(mode.as_str(), Some("" | "query" | "fragment" | "form_post" | "pi.flow"))
        }) {
            return Err(invalid(
                "responseMode must be 'query', 'fragment', 'form_post' or 'pi.flow'.",
            ));
        }
        let scope = config.at("scope");
        if !scope.is_null() && scope.joined_texts().is_none() {
            return Err(invalid("scope must be text, its values separated by spaces, or a list."));
        }
        let dpop = dpop(config)?;
        let plain = tokens::binding(&Value::NULL, config);
        let bound = match dpop {
            Some(_) => pkce::sha256(&[&*plain, " dpop"].joined()),
            None => plain.clone(),
        };
        let binding: Text = bound.get(..tokens::BINDING).unwrap_or_default().into();
        let without_dpop = match dpop {
            Some(_) => Some((plain.clone(), location(storage, &client_id, &plain)?)),
            None => None,
        };
        let location = location(storage, &client_id, &binding)?;
        let duration = |value: &Value, name, default| {
            let text = "oauthThreshold and the timeouts must be milliseconds, 0 or more.";
            milliseconds(value, name, default).ok_or_else(|| invalid(text))
        };
        // A timeout of zero would let no request succeed, so it counts as not set.
        let timeout = |name, default| {
            duration(server, name, default).map(|time| if time > 0.0 { time } else { default })
        };
        Ok(Config {
            source: Source::read(server, wellknown, false).ok_or_else(|| invalid(METADATA))?,
            background_redirect_uri: landing("backgroundRedirectUri"),
            popup_redirect_uri: landing("popupRedirectUri"),
            defaults: Defaults {
                client_id,
                redirect_uri,
                scope: scope
                    .joined_texts()
                    .filter(|scope| !scope.is_empty())
                    .unwrap_or_else(|| "openid".into()),
                options: config.clone(),
            },
            threshold: duration(config, "oauthThreshold", DEFAULT_THRESHOLD)?,
            background_sign_out_redirect_uri: config
                .non_empty("backgroundSignOutRedirectUri")
                .or_else(|| config.non_empty("signOutRedirectUri"))
                .map(Text::from),
            sign_out_redirect_uri: config.non_empty("signOutRedirectUri").map(Text::from),
            renew,
            timeout: timeout("timeout", DEFAULT_TIMEOUT)?,
            frame_timeout: timeout("frameTimeout", DEFAULT_FRAME_TIMEOUT)?,
            session_timeout: timeout("frameTimeout", DEFAULT_SESSION_TIMEOUT)?,
            par: match config.get("par") {
                None => None,
                Some(par) => {
                    Some(par.as_bool().ok_or_else(|| invalid("par must be true or false."))?)
                }
            },
            auto_renew: config.flag("autoRenew"),
            api_origins: api_origins(config)?,
            forwarded_to: forwarded_to(config)?,
            dpop,
            without_dpop,
            binding,
            location,
            lease_terms: storage.text(LEASE_TERMS).cloned(),
        })
    }
}

/// `dpop`: `true`, or an object with `algorithm` and `required`.
///
/// # Errors
/// `config_invalid` for anything else.
fn dpop(config: &Value) -> Result<Option<Demand>, Error> {
    let wrong = || invalid("dpop must be true, false, or { algorithm: 'ES256', required }.");
    let Some(dpop) = config.get("dpop") else { return Ok(None) };
    if let Some(is_on) = dpop.as_bool() {
        return Ok(is_on.then_some(Demand::Required));
    }
    let is_ours = dpop.get("algorithm").is_none_or(|name| name.as_str() == Some(ALGORITHM));
    if !dpop.is_object() || !is_ours {
        return Err(wrong());
    }
    match dpop.get("required") {
        None => Ok(Some(Demand::Required)),
        Some(required) => match required.as_bool().ok_or_else(wrong)? {
            true => Ok(Some(Demand::Required)),
            false => Ok(Some(Demand::Accepted)),
        },
    }
}

/// The duration `name`, in milliseconds: `default` where it is absent, or a text that is not a number,
/// as an unset environment variable is (see [`warn_of_unreadable`]); `None` where it is negative or of
/// another type.
pub fn milliseconds(of: &Value, name: &str, default: f64) -> Option<f64> {
    let Some(value) = of.get(name) else { return Some(default) };
    match value.as_numeral() {
        None => value.as_str().map(|_| default),
        number => number.filter(|number| *number >= 0.0),
    }
}

/// The names of the durations that are texts but not numbers.
fn unreadable(config: &Value) -> Vec<&'static str> {
    let server = config.at("serverConfig");
    let mut names = Vec::new();
    for (of, member, name) in [
        (config, "oauthThreshold", "oauthThreshold"),
        (server, "timeout", "serverConfig.timeout"),
        (server, "frameTimeout", "serverConfig.frameTimeout"),
    ] {
        let value = of.at(member);
        if value.as_str().is_some() && value.as_numeral().is_none() {
            names.push(name);
        }
    }
    names
}

/// Logs a warning that names the durations that are not used: empty texts, and placeholders that the
/// build has not replaced.
pub fn warn_of_unreadable(config: &Value, log: &Logger) {
    let names = unreadable(config);
    if !names.is_empty() {
        let names = names.joined_by(", ");
        log.warn(
            &[
                "Not a number, so the default is used: ",
                &names,
                ". Is it set in the environment of the build?",
            ]
            .joined(),
        );
    }
}

/// `apiOrigins`, normalized. Each must be an origin with https (or http on a loopback host) and nothing
/// after it: the token must not be sent where others can read it
/// ([RFC 6750 section 5.3](https://www.rfc-editor.org/rfc/rfc6750#section-5.3)).
///
/// # Errors
/// `config_invalid` for anything else.
fn api_origins(config: &Value) -> Result<Vec<Text>, Error> {
    let wrong = "apiOrigins must be a list of https origins, such as ['https://api.example.com'].";
    let Some(origins) = config.get("apiOrigins") else { return Ok(Vec::new()) };
    let origin = |text: &Value| {
        let url = Url::parse(text.as_str()?, None).filter(Url::is_secure)?;
        (*url.href() == *[url.origin(), "/"].joined()).then(|| url.origin().into())
    };
    let mut found = Vec::new();
    for text in origins.as_array().ok_or_else(|| invalid(wrong))? {
        found.push(origin(text).ok_or_else(|| invalid(wrong))?);
    }
    Ok(found)
}

/// `forwardedTo`: a URL, or a list of URLs.
///
/// # Errors
/// `config_invalid` for anything but texts.
fn forwarded_to(config: &Value) -> Result<Vec<Text>, Error> {
    let given = config.at("forwardedTo");
    let given = given.as_array().unwrap_or(std::slice::from_ref(given));
    let mut pages = Vec::new();
    for page in given.iter().filter(|page| !page.is_null()) {
        let page = page
            .as_text()
            .ok_or_else(|| invalid("forwardedTo must be a URL, or a list of URLs."))?;
        pages.push(page.clone());
    }
    Ok(pages)
}

/// The error for a configuration that can't work: `config_invalid`, with `text` as its `error` and its
/// message.
pub fn invalid(text: &'static str) -> Error {
    Error::new(text, Code::ConfigInvalid, Kind::Argument, text)
}

/// The storage area and key of the tokens: the `storage` argument of the factory.
///
/// # Errors
/// `config_invalid` for an unknown `type`, and for `custom` without a storage object.
fn location(storage: &Value, client_id: &str, binding: &str) -> Result<Location, Error> {
    let area = match storage.str("type") {
        None | Some("localStorage") => Area::Local,
        Some("sessionStorage") => Area::Session,
        Some("memory") => Area::Memory,
        Some("custom") => match storage.number(CUSTOM_STORAGE) {
            Some(number) => Area::Custom(number as u16),
            None => {
                return Err(invalid(
                    "Custom storage configuration must include a custom storage object",
                ));
            }
        },
        Some(_) => {
            return Err(invalid(
                "storage.type must be 'localStorage', 'sessionStorage', 'memory' or 'custom'.",
            ));
        }
    };
    let prefix = storage.str("prefix").unwrap_or(TOKENS_PREFIX);
    let name = storage.str("name").unwrap_or(client_id);
    // Clients with the same `clientId` and different bindings have different keys, so that their tokens
    // don't replace each other. A client that is bound to nothing uses the documented key.
    Ok(Location { area, key: tokens_key(prefix, name, binding) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn read(config: &str, storage: &str) -> Result<Config, Error> {
        Config::read(&parse(config).unwrap(), &parse(storage).unwrap())
    }

    const FULL: &str = r#"{"serverConfig":{"wellknown":"w"},"clientId":"c","redirectUri":"r"}"#;

    #[test]
    fn what_is_missing_is_named_in_the_documented_order() {
        for (config, error) in [
            ("null", "Requires a wellknown url initializing this factory."),
            ("{}", "Requires a wellknown url initializing this factory."),
            (
                r#"{"serverConfig":{"wellknown":""}}"#,
                "Requires a wellknown url initializing this factory.",
            ),
            (r#"{"serverConfig":{"wellknown":"w"}}"#, "Requires a clientId."),
            (r#"{"serverConfig":{"wellknown":"w"},"clientId":"c"}"#, "Requires a redirectUri."),
            (
                r#"{"serverConfig":{"wellknown":7},"clientId":"c"}"#,
                "Requires a wellknown url initializing this factory.",
            ),
        ] {
            assert_eq!(read(config, "null").unwrap_err().error(), error);
        }
    }

    #[test]
    fn defaults() {
        let config = read(FULL, "null").unwrap();
        assert_eq!(config.defaults.scope, "openid");
        assert_eq!(
            (config.threshold, config.timeout, config.frame_timeout),
            (30_000.0, 30_000.0, 10_000.0)
        );
        assert_eq!(config.location, Location { area: Area::Local, key: "pic-c".into() });
    }

    #[test]
    fn storage_is_chosen_by_type_prefix_and_name() {
        let location =
            read(FULL, r#"{"type":"sessionStorage","prefix":"x","name":"y"}"#).unwrap().location;
        assert_eq!(location, Location { area: Area::Session, key: "x-y".into() });
        assert!(read(FULL, r#"{"type":"cookies"}"#).is_err());
    }

    #[test]
    fn a_client_with_a_resource_has_a_key_of_its_own() {
        let key = |resource: &str, storage: &str| {
            let config = FULL.replace("\"clientId\"", &format!("{resource}\"clientId\""));
            read(&config, storage).unwrap().location.key.to_string()
        };
        for plain in ["", r#""resource":"","#, r#""resource":[],"#, r#""resource":null,"#] {
            assert_eq!(key(plain, "null"), "pic-c", "{plain}");
        }
        let one = key(r#""resource":"https://a","#, "null");
        assert!(
            one.starts_with("pic-c-") && one.len() == "pic-c-".len() + tokens::BINDING,
            "{one}"
        );
        assert_ne!(one, key(r#""resource":"https://b","#, "null"));
        assert_eq!(one, key(r#""resource":["https://a","https://a"],"#, "null"));
        assert_eq!(
            key(r#""resource":["https://a","https://b"],"#, "null"),
            key(r#""resource":["https://b","https://a"],"#, "null"),
        );
        let named = key(r#""resource":"https://a","#, r#"{"prefix":"x","name":"y"}"#);
        assert_eq!(named, one.replace("pic-c", "x-y"));
    }

    #[test]
    fn dpop_is_on_off_or_spelled_out() {
        let with = |member: &str| {
            read(&FULL.replace("\"clientId\"", &format!("{member}\"clientId\"")), "null")
        };
        for (member, demand) in [
            ("", None),
            (r#""dpop":false,"#, None),
            (r#""dpop":null,"#, None),
            (r#""dpop":true,"#, Some(Demand::Required)),
            (r#""dpop":{},"#, Some(Demand::Required)),
            (r#""dpop":{"algorithm":"ES256","required":true},"#, Some(Demand::Required)),
            (r#""dpop":{"required":false},"#, Some(Demand::Accepted)),
        ] {
            assert_eq!(with(member).unwrap().dpop, demand, "{member}");
        }
        for junk in [r#""true""#, "1", "[]", r#"{"algorithm":"RS256"}"#, r#"{"required":"no"}"#] {
            assert!(with(&format!(r#""dpop":{junk},"#)).is_err(), "{junk}");
        }
    }

    #[test]
    fn a_client_with_dpop_has_a_key_of_its_own() {
        let key = |members: &str| {
            let config = FULL.replace("\"clientId\"", &format!("{members}\"clientId\""));
            read(&config, "null").unwrap().location.key.to_string()
        };
        let keys = [
            "",
            r#""dpop":true,"#,
            r#""resource":"https://a","#,
            r#""resource":"https://a","dpop":true,"#,
        ]
        .map(key);
        for (at, one) in keys.iter().enumerate() {
            assert!(!keys[..at].contains(one), "{one}");
        }
        assert_eq!(key(r#""dpop":true,"#), key(r#""dpop":{"required":false},"#));
    }

    #[test]
    fn a_threshold_of_zero_means_zero_and_junk_is_refused() {
        let with = |member: &str| {
            read(&FULL.replace("\"clientId\"", &format!("{member},\"clientId\"")), "null")
        };
        assert_eq!(with(r#""oauthThreshold":0"#).unwrap().threshold, 0.0);
        for junk in [
            r#""oauthThreshold":-1"#,
            r#""oauthThreshold":"-1""#,
            r#""oauthThreshold":true"#,
            r#""oauthThreshold":{}"#,
            r#""renew":"never""#,
            r#""responseType":"token""#,
            r#""scope":7"#,
            r#""scope":["openid",7]"#,
            r#""responseMode":"web_message""#,
            r#""forwardedTo":7"#,
            r#""forwardedTo":["/in",7]"#,
        ] {
            assert!(with(junk).is_err(), "{junk}");
        }
    }

    #[test]
    fn durations_from_the_environment_are_texts() {
        let with = |text: &str| {
            let server = format!(r#""wellknown":"w","timeout":"{text}","frameTimeout":"{text}""#);
            let config = FULL.replace(r#""wellknown":"w""#, &server);
            parse(
                &config
                    .replace("\"clientId\"", &format!(r#""oauthThreshold":"{text}","clientId""#)),
            )
            .unwrap()
        };
        let read = |text: &str| {
            let config = Config::read(&with(text), &Value::NULL).unwrap();
            (config.threshold, config.timeout, config.frame_timeout, config.session_timeout)
        };
        for (text, number) in [("5000", 5000.0), (" 5000.5 ", 5000.5), ("5e3", 5000.0)] {
            assert_eq!(read(text), (number, number, number, number), "{text}");
            assert_eq!(unreadable(&with(text)), [] as [&str; 0], "{text}");
        }
        for text in ["", "$TIMEOUT", "undefined", "NaN", "5 s"] {
            assert_eq!(read(text), (30_000.0, 30_000.0, 10_000.0, 3_000.0), "{text}");
            let names = ["oauthThreshold", "serverConfig.timeout", "serverConfig.frameTimeout"];
            assert_eq!(unreadable(&with(text)), names, "{text}");
        }
        assert_eq!(unreadable(&parse(FULL).unwrap()), [] as [&str; 0]);
    }

    #[test]
    fn a_list_of_scopes_is_joined() {
        for (scope, joined) in [
            (r#"["openid","profile email"]"#, "openid profile email"),
            (r#""openid""#, "openid"),
            ("[]", "openid"),
            (r#""""#, "openid"),
        ] {
            let config = FULL.replace("\"clientId\"", &format!(r#""scope":{scope},"clientId""#));
            assert_eq!(read(&config, "null").unwrap().defaults.scope, joined, "{scope}");
        }
    }
}

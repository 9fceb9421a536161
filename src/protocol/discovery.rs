//! Provider metadata:
//! [OpenID Connect Discovery section 4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig),
//! [RFC 8414](https://www.rfc-editor.org/rfc/rfc8414).

use crate::am::realm;
use crate::error::{Code, Error, Kind};
use crate::fault::NetworkFault;
use crate::http::{Answer, Request};
use crate::json::{Value, parse, to_text};
use crate::protocol::dpop;
use crate::text::{Join, Text, before};
use crate::url::Url;

/// The members of the provider's metadata that the clients use
/// ([OpenID Connect Discovery section 3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata)).
/// All URLs are absolute.
#[derive(Clone, Debug, PartialEq)]
pub struct Metadata {
    /// `issuer`; compared exactly wherever it is used.
    pub issuer: Text,
    /// `authorization_endpoint`
    pub authorization_endpoint: Text,
    /// `token_endpoint`
    pub token_endpoint: Text,
    /// `userinfo_endpoint`
    pub userinfo_endpoint: Option<Text>,
    /// `revocation_endpoint`
    /// ([RFC 7009 section 2](https://www.rfc-editor.org/rfc/rfc7009#section-2)).
    pub revocation_endpoint: Option<Text>,
    /// Where a session is ended by fetch: PingOne's `ping_end_idp_session_endpoint`, or
    /// `end_session_endpoint`.
    pub end_session_endpoint: Option<Text>,
    /// `end_session_endpoint`: the page that ends the session
    /// ([RP-Initiated Logout section 2.1](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#OPMetadata)).
    pub end_session_page: Option<Text>,
    /// `pushed_authorization_request_endpoint`
    /// ([RFC 9126 section 5](https://www.rfc-editor.org/rfc/rfc9126#section-5)).
    pub par_endpoint: Option<Text>,
    /// `require_pushed_authorization_requests`
    pub par_required: bool,
    /// Whether `dpop_signing_alg_values_supported` is there without our algorithm
    /// ([RFC 9449 section 5.1](https://www.rfc-editor.org/rfc/rfc9449#section-5.1)).
    pub lacks_dpop: bool,
    /// Whether `response_modes_supported` has `pi.flow`, PingOne's response mode for fetch.
    pub pi_flow: bool,
    /// `jwks_uri`
    pub jwks_uri: Option<Text>,
    /// `authorization_response_iss_parameter_supported`: every authorization response has `iss`
    /// ([RFC 9207 section 3](https://www.rfc-editor.org/rfc/rfc9207#section-3)).
    pub iss_in_response: bool,
    /// `response_types_supported`
    pub response_types: Value,
}

/// Where a client's metadata comes from: its `serverConfig`.
#[derive(Clone, Debug)]
pub struct Source {
    /// `wellknown`: the URL of the document.
    pub wellknown: Text,
    /// `issuer`, which the document must name exactly.
    pub issuer: Option<Text>,
    /// `metadata`: an object whose members replace the document's, or `null`.
    pub members: Value,
    /// Whether the client works with AM only, as `journey()` does.
    pub is_am: bool,
}

impl Source {
    /// Reads `serverConfig`; `None` where its `metadata` is not an object.
    pub fn read(server: &Value, wellknown: Text, is_am: bool) -> Option<Source> {
        let members = server.at("metadata").clone();
        let is_usable = members.is_null() || members.is_object();
        let issuer = server.non_empty("issuer").map(Text::from);
        is_usable.then_some(Source { wellknown, issuer, members, is_am })
    }

    /// A name for the metadata that comes from this source. Two clients share metadata only when the
    /// whole source is the same: another `issuer` may refuse what this one accepts.
    pub fn name(&self) -> Text {
        let issuer = self.issuer.as_deref().unwrap_or_default();
        let is_am = if self.is_am { "AM" } else { "" };
        [&self.wellknown, issuer, is_am, &to_text(&self.members)].joined_by("\n")
    }
}

/// The request for the document
/// ([OpenID Connect Discovery section 4.1](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest)).
/// A redirect to another origin is not followed: a document there proves nothing about this issuer.
pub fn request(wellknown: &Url) -> Request {
    Request::get(wellknown.href()).stay_at_origin()
}

/// Reads the answer to [`request`]
/// ([OpenID Connect Discovery section 4.2](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationResponse)),
/// with the members of `source` in it, and checks its issuer and its endpoints. `wellknown` is the
/// absolute URL that was requested, `page` the URL of the app, and `is_am` says whether metadata is
/// AM's.
///
/// # Errors
/// A [`fault`], which [`for_oidc`] and [`for_journey`] put into the words of their factory:
/// `discovery_invalid`, `discovery_issuer_mismatch`, `answer_not_json` or `http_error`.
pub fn read(
    answer: &Answer,
    source: &Source,
    wellknown: &Url,
    page: Option<&Url>,
    is_am: &dyn Fn(&Metadata) -> bool,
) -> Result<Metadata, Error> {
    let fault = |code, message: &str| fault(code, message).status(f64::from(answer.status));
    if answer.status == 302 {
        return Err(fault(
            Code::DiscoveryInvalid,
            "The well-known URL redirects to another origin, which is not followed. Set serverConfig.wellknown to the URL of the document itself",
        ));
    }
    let mut document = match parse(&answer.body) {
        Some(document) => document,
        None if answer.body.is_empty() || !answer.is_ok() => Value::NULL,
        None => {
            return Err(fault(Code::AnswerNotJson, "SyntaxError: the answer is not JSON"));
        }
    };
    if !answer.is_ok() {
        let text = ["message", "error", "error_description"]
            .into_iter()
            .find_map(|name| document.non_empty(name));
        let text = text.map_or_else(|| ["HTTP error ", &answer.status_text()].joined(), Text::from);
        return Err(fault(Code::HttpError, &text));
    }
    if source.members.is_object() && document.is_object() {
        document = document.merged(&source.members);
    }
    let (Some(issuer), Some(authorization_endpoint), Some(token_endpoint)) = (
        document.non_empty("issuer"),
        document.str("authorization_endpoint"),
        document.str("token_endpoint"),
    ) else {
        return Err(fault(
            Code::DiscoveryInvalid,
            "Invalid well-known response: missing required fields (issuer, authorization_endpoint, token_endpoint)",
        ));
    };
    let endpoint = |name: &str| document.non_empty(name).map(Text::from);
    let metadata = Metadata {
        issuer: issuer.into(),
        authorization_endpoint: authorization_endpoint.into(),
        token_endpoint: token_endpoint.into(),
        userinfo_endpoint: endpoint("userinfo_endpoint"),
        revocation_endpoint: endpoint("revocation_endpoint"),
        end_session_endpoint: endpoint("ping_end_idp_session_endpoint")
            .or_else(|| endpoint("end_session_endpoint")),
        end_session_page: endpoint("end_session_endpoint"),
        par_endpoint: endpoint("pushed_authorization_request_endpoint"),
        par_required: document.flag("require_pushed_authorization_requests"),
        lacks_dpop: dpop::lacks_algorithm(&document),
        pi_flow: document
            .array("response_modes_supported")
            .is_some_and(|modes| modes.contains(&"pi.flow".into())),
        jwks_uri: endpoint("jwks_uri"),
        iss_in_response: document.flag("authorization_response_iss_parameter_supported"),
        response_types: document.at("response_types_supported").clone(),
    };
    metadata
        .check_issuer(source, wellknown, is_am)
        .map_err(|text| fault(Code::DiscoveryIssuerMismatch, &text))?;
    metadata.check_endpoints(page).map_err(|text| fault(Code::DiscoveryInvalid, &text))?;
    Ok(metadata)
}

/// The issuer whose document is at this URL, or `None` where the URL has another form:
/// [OpenID Connect Discovery section 4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig)
/// appends the well-known path to the issuer,
/// [RFC 8414 section 3](https://www.rfc-editor.org/rfc/rfc8414#section-3) inserts it before the path.
fn issuer_at(wellknown: &str) -> Option<Text> {
    const AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server";
    let place = before(before(wellknown, b'#'), b'?');
    for suffix in ["/.well-known/openid-configuration", AUTHORIZATION_SERVER] {
        if let Some(issuer) = place.strip_suffix(suffix) {
            return Some(issuer.into());
        }
    }
    let url = Url::parse(place, None)?;
    let path = url.path().strip_prefix(AUTHORIZATION_SERVER)?;
    path.starts_with("/").then(|| [url.origin(), path].joined())
}

impl Metadata {
    /// Checks that `issuer` is the one whose document is at the well-known URL
    /// ([OpenID Connect Discovery section 4.3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation)),
    /// or exactly the configured one, if there is one.
    ///
    /// Two things are equal here that the specification distinguishes: an issuer with and without a slash
    /// at the end, which many providers mix up, and the several names of one realm of AM
    /// ([`realm::realm`]).
    ///
    /// # Errors
    /// The text of the message, without its full stop.
    fn check_issuer(
        &self,
        source: &Source,
        wellknown: &Url,
        is_am: &dyn Fn(&Metadata) -> bool,
    ) -> Result<(), Text> {
        let found = &self.issuer;
        if let Some(pinned) = &source.issuer {
            if pinned == found {
                return Ok(());
            }
            return Err([
                "The document names the issuer \"",
                found,
                "\", but serverConfig.issuer is \"",
                pinned,
                "\". Set it to exactly the issuer that the provider documents",
            ]
            .joined());
        }
        let bare = Some(found.strip_suffix("/").unwrap_or(found));
        let expected = issuer_at(wellknown.href());
        if bare == expected.as_deref() || bare == issuer_at(&source.wellknown).as_deref() {
            return Ok(());
        }
        let asked = [expected.as_deref().unwrap_or_default(), "?", wellknown.query()].joined();
        let realm = realm::realm(found).filter(|_| source.is_am || is_am(self));
        if realm.is_some() && realm == realm::realm(&asked) {
            return Ok(());
        }
        let place = match &expected {
            Some(expected) => ["not \"", expected, "\", to which its URL belongs"].joined(),
            None => "but its URL has no well-known path, which would confirm that".into(),
        };
        Err(["The document names the issuer \"", found, "\", ", &place, ". Correct serverConfig.wellknown or, if the provider documents that issuer, set serverConfig.issuer to \"", found, "\""].joined())
    }

    /// Checks the URLs that requests are sent to: they use https, or http to this machine, and are not
    /// of the page's origin unless the issuer is. No provider may direct requests to the app's own
    /// server.
    ///
    /// # Errors
    /// The text of the message, without its full stop.
    fn check_endpoints(&self, page: Option<&Url>) -> Result<(), Text> {
        let issuer = Url::parse(&self.issuer, None);
        let is_here = |url: &Url| page.is_some_and(|page| page.is_same_origin(url));
        let is_issuer_here = issuer.as_ref().is_some_and(is_here);
        let required = [&self.authorization_endpoint, &self.token_endpoint];
        let optional = [
            &self.userinfo_endpoint,
            &self.revocation_endpoint,
            &self.end_session_endpoint,
            &self.end_session_page,
            &self.par_endpoint,
            &self.jwks_uri,
        ];
        for endpoint in required.into_iter().chain(optional.into_iter().flatten()) {
            let wrong = match Url::parse(endpoint, None).filter(Url::is_secure) {
                None => "\" is not an https URL",
                Some(url) if is_here(&url) && !is_issuer_here => {
                    "\" has this page's own origin, and the issuer has not"
                }
                Some(_) => continue,
            };
            return Err(["Invalid well-known response: the endpoint \"", endpoint, wrong].joined());
        }
        Ok(())
    }

    /// An endpoint that a call needs.
    ///
    /// # Errors
    /// `endpoint_missing`, with `error` as the documented client's `error`.
    pub fn require<'a>(endpoint: &'a Option<Text>, error: &'static str) -> Result<&'a str, Error> {
        endpoint.as_deref().ok_or_else(|| {
            Error::new(
                error,
                Code::EndpointMissing,
                Kind::Wellknown,
                "The provider's well-known document lacks the endpoint for this call. Add it by serverConfig.metadata if the provider has one.",
            )
        })
    }
}

/// The error for missing metadata, with the `error` of the documented journey client. Messages have no full
/// stop at the end: [`for_oidc`] adds one.
pub fn fault(code: Code, message: &str) -> Error {
    Error::new("Well-known configuration fetch failed", code, Kind::Wellknown, message.to_owned())
}

/// The error for a well-known URL on http: anybody on the way could replace the document.
pub fn insecure() -> Error {
    fault(
        Code::ConfigInvalid,
        "The well-known URL is not secure. Use https, or http on localhost or another loopback address",
    )
}

/// The error for a request without an answer. The messages are those of `fetch`, as the documented
/// client has them.
pub fn unanswered(by: NetworkFault) -> Error {
    let (code, message) = match &by {
        NetworkFault::Offline => {
            (Code::Offline, "TypeError: Failed to fetch (the browser is offline)".into())
        }
        NetworkFault::Timeout => (Code::Timeout, "TimeoutError: no answer in time".into()),
        _ => (Code::NetworkFailed, ["TypeError: Failed to fetch. ", &by.advice()].joined()),
    };
    fault(code, &message)
}

/// A [`fault`] as the error of the `oidc()` factory: `error` names the well-known URL.
pub fn for_oidc(fault: &Error, wellknown: &str) -> Error {
    let advice = match fault.code() {
        Code::HttpError | Code::AnswerNotJson => ". Check serverConfig.wellknown.",
        Code::NetworkFailed => "",
        _ => ".",
    };
    let error = ["Failed to fetch well-known configuration from: ", wellknown].joined();
    let text = [fault.message(), advice].joined();
    Error::new(error, fault.code(), Kind::Wellknown, text).details_of(fault)
}

/// A [`fault`] as the documented client's error of the `journey()` factory: `message` repeats `error`.
pub fn for_journey(fault: &Error) -> Error {
    let error = fault.error().to_owned();
    let text = [&error, ": ", fault.message()].joined();
    Error::new(error, fault.code(), Kind::Wellknown, text).details_of(fault)
}

#[cfg(test)]
mod tests {
    use super::{read as read_all, *};

    const WELLKNOWN: &str = "https://op.example:443/am/oauth2/.well-known/openid-configuration";
    const ISSUER: &str = "https://op.example/am/oauth2";

    fn source(wellknown: &str, issuer: Option<&str>) -> Source {
        let members = Value::NULL;
        Source {
            wellknown: wellknown.into(),
            issuer: issuer.map(Text::from),
            members,
            is_am: false,
        }
    }

    fn answer(status: u16, body: &str) -> Answer {
        Answer::new(status, body.into())
    }

    /// Reads an answer, for an app on another origin than the provider.
    fn read_from(source: &Source, answer: &Answer) -> Result<Metadata, Error> {
        let page = Url::parse("https://app.example/in?a#b", None);
        let url = Url::parse(&source.wellknown, None).unwrap();
        read_all(answer, source, &url, page.as_ref(), &crate::am::endpoints::is_am)
    }

    fn read(answer: &Answer) -> Result<Metadata, Error> {
        read_from(&source(WELLKNOWN, None), answer)
    }

    fn document(issuer: &str, more: &str) -> String {
        format!(
            r#"{{"issuer":"{issuer}","authorization_endpoint":"https://op.example/a","token_endpoint":"https://op.example/t"{more}}}"#
        )
    }

    #[test]
    fn a_complete_document() {
        let body = document(
            ISSUER,
            r#","jwks_uri":"https://keys.example/k","authorization_response_iss_parameter_supported":true"#,
        );
        let metadata = read(&answer(200, &body)).unwrap();
        assert_eq!(metadata.issuer, "https://op.example/am/oauth2");
        assert_eq!(metadata.jwks_uri.as_deref(), Some("https://keys.example/k"));
        assert!(metadata.iss_in_response && metadata.userinfo_endpoint.is_none());
    }

    #[test]
    fn pingones_page_less_endpoint_ends_a_session() {
        let body = document(
            ISSUER,
            r#","end_session_endpoint":"https://op.example/e","ping_end_idp_session_endpoint":"https://op.example/p""#,
        );
        let metadata = read(&answer(200, &body)).unwrap();
        assert_eq!(metadata.end_session_endpoint.as_deref(), Some("https://op.example/p"));
    }

    #[test]
    fn faults_in_the_documented_words() {
        let missing = "Invalid well-known response: missing required fields (issuer, authorization_endpoint, token_endpoint)";
        for (status, body, code, message) in [
            (500, r#"{"message":"m","error":"e"}"#, Code::HttpError, "m"),
            (404, r#"{"error":"e"}"#, Code::HttpError, "e"),
            (404, "", Code::HttpError, "HTTP error 404"),
            (404, "[]", Code::HttpError, "HTTP error 404"),
            (404, "<html>", Code::HttpError, "HTTP error 404"),
            (200, "<html>", Code::AnswerNotJson, "SyntaxError: the answer is not JSON"),
            (200, "", Code::DiscoveryInvalid, missing),
            (200, "[]", Code::DiscoveryInvalid, missing),
            (200, r#"{"issuer":"https://op.example"}"#, Code::DiscoveryInvalid, missing),
        ] {
            let fault = read(&answer(status, body)).unwrap_err();
            assert_eq!((fault.code(), fault.message()), (code, message), "{status} {body}");
        }
    }

    #[test]
    fn the_issuer_is_the_documents_url_without_its_suffix() {
        let suffix = "/.well-known/openid-configuration";
        for (wellknown, issuer, fits) in [
            ("https://op.example/a/.well-known/openid-configuration", "https://op.example/a", true),
            (
                "https://op.example/a/.well-known/openid-configuration",
                "https://op.example/a/",
                true,
            ),
            (
                "https://op.example/a/.well-known/openid-configuration?b#c",
                "https://op.example/a",
                true,
            ),
            (suffix, "https://op.example", true),
            (suffix, "https://op.example/", true),
            (suffix, "https://op.example//", false),
            (suffix, "https://op.example/a", false),
            (suffix, "https://op.example?a", false),
            (suffix, "https://OP.example", false),
            (suffix, "https://op.example:443", false),
            (suffix, "http://op.example", false),
            (suffix, "https://op.example:8443", false),
            (suffix, "https://evil.example", false),
            (suffix, "op", false),
            (
                "https://op.example:443/.well-known/openid-configuration",
                "https://op.example:443",
                true,
            ),
            ("https://op.example:443/.well-known/openid-configuration", "https://op.example", true),
            (
                "https://op.example/tenantB/.well-known/openid-configuration",
                "https://op.example/tenantA",
                false,
            ),
            ("https://op.example/b/.well-known/openid-configuration", "https://op.example", false),
            (
                "https://op.example/.well-known/oauth-authorization-server/a",
                "https://op.example/a",
                true,
            ),
            (
                "https://op.example/.well-known/oauth-authorization-server",
                "https://op.example",
                true,
            ),
            (
                "https://op.example/.well-known/oauth-authorization-server/",
                "https://op.example/",
                false,
            ),
            (
                "https://op.example/.well-known/oauth-authorization-server.evil",
                "https://op.example.evil",
                false,
            ),
            (
                "https://op.example/.well-known/oauth-authorization-server/a",
                "https://op.example/b",
                false,
            ),
            ("https://op.example/metadata.json", "https://op.example", false),
            ("https://op.example/metadata.json", "https://op.example/metadata.json", false),
            ("https://op.example/metadata.json", "/", false),
        ] {
            let wellknown = if wellknown == suffix {
                ["https://op.example", suffix].concat()
            } else {
                wellknown.to_owned()
            };
            let answer = answer(200, &document(issuer, ""));
            let read = |pin: Option<&str>| read_from(&source(&wellknown, pin), &answer);
            let found = read(None).map_err(|error| error.code());
            let wanted = if fits { Ok(issuer.into()) } else { Err(Code::DiscoveryIssuerMismatch) };
            assert_eq!(found.map(|metadata| metadata.issuer), wanted, "{wellknown} {issuer}");
            // A configured issuer is compared exactly.
            assert!(read(Some(issuer)).is_ok(), "{issuer}");
            for pin in [format!("{issuer}/"), issuer.to_uppercase(), "https://op.example/b".into()]
            {
                let other = read(Some(&pin)).map_err(|error| error.code());
                let wanted =
                    if pin == issuer { Ok(()) } else { Err(Code::DiscoveryIssuerMismatch) };
                assert_eq!(other.map(|_| ()), wanted, "{issuer} {pin}");
            }
        }
    }

    #[test]
    fn the_text_says_what_to_pin() {
        let said = |pin| {
            let answer = answer(200, &document("https://other.example/x", ""));
            let fault = read_from(&source(WELLKNOWN, pin), &answer).unwrap_err();
            for_oidc(&fault, WELLKNOWN).message().to_owned()
        };
        assert!(said(None).contains(r#"set serverConfig.issuer to "https://other.example/x""#));
        assert!(said(None).contains(r#"not "https://op.example/am/oauth2""#));
        let pinned = said(Some("https://mine.example"));
        assert!(
            pinned.contains("https://other.example/x") && pinned.contains("https://mine.example")
        );
        assert!(!pinned.contains("CORS"));
    }

    #[test]
    fn names_of_one_realm_of_am_are_one_issuers() {
        let am = |place: &str| {
            format!(
                r#","authorization_endpoint":"{place}/authorize","token_endpoint":"{place}/access_token""#
            )
        };
        for (wellknown, issuer, fits) in [
            ("https://h/am/oauth2/alpha", "https://h/am/oauth2/realms/root/realms/alpha", true),
            ("https://h/am/oauth2/realms/alpha", "https://h:443/am/oauth2/alpha", true),
            ("https://h:443/am/oauth2/realms/root", "https://h/am/oauth2", true),
            ("https://h/am/oauth2", "https://h/am/oauth2/alpha", false),
            ("https://h/am/oauth2/beta", "https://h/am/oauth2/alpha", false),
            ("https://h/am1/oauth2/alpha", "https://h/am2/oauth2/realms/root/realms/alpha", false),
            ("https://g/am/oauth2/alpha", "https://h/am/oauth2/realms/root/realms/alpha", false),
        ] {
            let url = format!("{wellknown}/.well-known/openid-configuration");
            let is_am = answer(200, &document(issuer, &am(issuer)));
            let is_none = answer(200, &document(issuer, ""));
            assert_eq!(read_from(&source(&url, None), &is_am).is_ok(), fits, "{wellknown}");
            assert!(read_from(&source(&url, None), &is_none).is_err(), "{wellknown}");
            let of_journey = Source { is_am: true, ..source(&url, None) };
            assert_eq!(read_from(&of_journey, &is_none).is_ok(), fits, "{wellknown}");
        }
        let url = "https://h/am/oauth2/.well-known/openid-configuration?realm=/alpha";
        let is_am = answer(200, &document("https://h/am/oauth2/alpha", &am("https://h/am/oauth2")));
        assert!(read_from(&source(url, None), &is_am).is_ok());
    }

    #[test]
    fn documents_of_real_providers() {
        let fixtures = parse(include_str!("../../tests/fixtures/discovery.json")).unwrap();
        for fixture in fixtures.items() {
            let name = fixture.str("provider").unwrap();
            let answer = answer(200, &to_text(fixture.at("document")));
            let read = |pin| read_from(&source(fixture.str("wellknown").unwrap(), pin), &answer);
            let found = match fixture.str("pin") {
                None => read(None).unwrap_or_else(|error| panic!("{name}: {}", error.message())),
                Some(pin) => {
                    let refused = read(None).unwrap_err();
                    assert_eq!(refused.code(), Code::DiscoveryIssuerMismatch, "{name}");
                    assert!(refused.message().contains(&format!(r#"to "{pin}""#)), "{name}");
                    read(Some(pin)).unwrap_or_else(|error| panic!("{name}: {}", error.message()))
                }
            };
            assert_eq!(crate::am::endpoints::is_am(&found), fixture.flag("isAm"), "{name}");
        }
        assert!(fixtures.items().len() > 20);
    }

    #[test]
    fn a_document_of_another_origin_does_not_count() {
        let fault = read(&answer(302, &document(ISSUER, ""))).unwrap_err();
        assert_eq!(fault.code(), Code::DiscoveryInvalid);
        assert!(fault.message().contains("redirects"));
    }

    #[test]
    fn endpoints_are_secure() {
        for (endpoint, is_good) in [
            ("https://elsewhere.example/u", true),
            ("http://localhost:8080/u", true),
            ("http://idp.localhost/u", true),
            ("http://127.0.0.2/u", true),
            ("http://[::1]:1/u", true),
            ("http://op.example/u", false),
            ("javascript:alert(1)", false),
            ("/u", false),
            ("https://app.example/u", false),
            ("https://app.example:443/u", false),
            ("https://app.example:8443/u", true),
        ] {
            for name in ["userinfo_endpoint", "jwks_uri", "pushed_authorization_request_endpoint"] {
                let body = document(ISSUER, &format!(r#","{name}":"{endpoint}""#));
                let wanted = if is_good { Ok(()) } else { Err(Code::DiscoveryInvalid) };
                let found = read(&answer(200, &body)).map(drop).map_err(|error| error.code());
                assert_eq!(found, wanted, "{name} {endpoint}");
            }
        }
        // A provider on the app's origin may have its endpoints there.
        let wellknown = "https://app.example/am/.well-known/openid-configuration";
        let body =
            document("https://app.example/am", r#","userinfo_endpoint":"https://app.example/u""#);
        assert!(read_from(&source(wellknown, None), &answer(200, &body)).is_ok());
    }

    #[test]
    fn the_app_completes_and_replaces_members() {
        let with = |members: &str| {
            let members = parse(members).unwrap();
            let body = document(ISSUER, r#","userinfo_endpoint":"https://op.example/u""#);
            let source = Source { members, ..source(WELLKNOWN, None) };
            read_from(&source, &answer(200, &body)).map_err(|error| error.code())
        };
        let given = with(r#"{"revocation_endpoint":"https://op.example/r","userinfo_endpoint":null,"token_endpoint":"https://op.example/t2"}"#).unwrap();
        assert_eq!(given.revocation_endpoint.as_deref(), Some("https://op.example/r"));
        assert_eq!(
            (given.userinfo_endpoint, &*given.token_endpoint),
            (None, "https://op.example/t2")
        );
        assert_eq!(with(r#"{"jwks_uri":"http://op.example/k"}"#), Err(Code::DiscoveryInvalid));
        assert_eq!(with(r#"{"issuer":"https://evil"}"#), Err(Code::DiscoveryIssuerMismatch));
        assert_eq!(with(r#"{"token_endpoint":7}"#), Err(Code::DiscoveryInvalid));
        let server = |metadata: &str| {
            let server = parse(&format!(r#"{{"metadata":{metadata}}}"#)).unwrap();
            Source::read(&server, "w".into(), false).is_some()
        };
        assert!(server("{}") && server("null") && !server("7") && !server("[]"));
    }
}

//! Provider metadata: OpenID Connect Discovery 1.0 section 4, RFC 8414.

use crate::error::{Code, Error, Kind};
use crate::json::{Value, parse};
use crate::platform::{Answer, NetworkFault, Request};
use crate::text::{Join, Text};
use crate::url::Url;

/// What the provider says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Metadata {
    /// The issuer identifier, compared exactly everywhere.
    pub issuer: Text,
    /// Where a browser is sent to sign in.
    pub authorization_endpoint: Text,
    /// Where codes and refresh tokens are exchanged.
    pub token_endpoint: Text,
    /// Where user details are.
    pub userinfo_endpoint: Option<Text>,
    /// Where tokens are revoked (RFC 7009).
    pub revocation_endpoint: Option<Text>,
    /// Where a session is ended without a page: PingOne's endpoint for it, or the standard one.
    pub end_session_endpoint: Option<Text>,
    /// Where the browser itself is sent to end the session (OpenID Connect RP-Initiated Logout).
    pub end_session_page: Option<Text>,
    /// Where authorization requests are pushed to (RFC 9126).
    pub par_endpoint: Option<Text>,
    /// True when they must be.
    pub par_required: bool,
    /// True when `response_mode=pi.flow` answers an authorization request by fetch.
    pub pi_flow: bool,
    /// The issuer's keys.
    pub jwks_uri: Option<Text>,
    /// True when every authorization response carries `iss` (RFC 9207).
    pub iss_in_response: bool,
    /// `response_types_supported`
    pub response_types: Value,
}

/// The request for the metadata.
pub fn request(wellknown: &Url) -> Request {
    Request::get(wellknown.href())
}

/// Reads the answer to [`request`].
///
/// The issuer must be of the same origin as the document (decision 2): nobody else can then speak
/// for it. An endpoint on plain http is refused when the document came by https.
///
/// # Errors
/// [`fault`]s, which each factory tells of in its own words.
pub fn read(answer: &Answer, wellknown: &Url) -> Result<Metadata, Error> {
    let fault = |code, message: &str| fault(code, message).status(f64::from(answer.status));
    let document = match parse(&answer.body) {
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
    if Url::parse(issuer, None).is_none_or(|issuer| !issuer.is_same_origin(wellknown)) {
        let text = [
            "The issuer \"",
            issuer,
            "\" is not of the origin ",
            wellknown.origin(),
            " that the document came from",
        ]
        .joined();
        return Err(fault(Code::DiscoveryIssuerMismatch, &text));
    }
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
        pi_flow: document
            .array("response_modes_supported")
            .is_some_and(|modes| modes.contains(&"pi.flow".into())),
        jwks_uri: endpoint("jwks_uri"),
        iss_in_response: document.flag("authorization_response_iss_parameter_supported"),
        response_types: document.at("response_types_supported").clone(),
    };
    match metadata.insecure_endpoint(wellknown) {
        Some(url) => Err(fault(
            Code::DiscoveryInvalid,
            &["Invalid well-known response: the endpoint \"", url, "\" is not an https URL"]
                .joined(),
        )),
        None => Ok(metadata),
    }
}

impl Metadata {
    fn insecure_endpoint(&self, wellknown: &Url) -> Option<&str> {
        let required = [&self.authorization_endpoint, &self.token_endpoint];
        let optional = [
            &self.userinfo_endpoint,
            &self.revocation_endpoint,
            &self.end_session_endpoint,
            &self.end_session_page,
            &self.par_endpoint,
            &self.jwks_uri,
        ];
        let mut urls = required.into_iter().chain(optional.into_iter().flatten());
        urls.find(|url| {
            Url::parse(url, None)
                .is_none_or(|url| url.scheme() != "https:" && url.scheme() != wellknown.scheme())
        })
        .map(Text::as_str)
    }

    /// An endpoint that a call needs, or the contract's error.
    pub fn require<'a>(endpoint: &'a Option<Text>, error: &'static str) -> Result<&'a str, Error> {
        endpoint.as_deref().ok_or_else(|| {
            Error::new(
                error,
                Code::EndpointMissing,
                Kind::Wellknown,
                "The provider's well-known document has no such endpoint.",
            )
        })
    }
}

/// Why there is no metadata, in the journey contract's words.
pub fn fault(code: Code, message: &str) -> Error {
    Error::new("Well-known configuration fetch failed", code, Kind::Wellknown, message.to_owned())
}

/// The issuer is not the one that the app pins.
pub fn wrong_issuer(found: &str) -> Error {
    let text = ["The document's issuer is \"", found, "\", not the configured serverConfig.issuer"]
        .joined();
    fault(Code::DiscoveryIssuerMismatch, &text)
}

/// A request that got no answer.
pub fn unanswered(by: NetworkFault) -> Error {
    let (code, message) = match by {
        NetworkFault::Offline => {
            (Code::Offline, "TypeError: Failed to fetch (the browser is offline)")
        }
        NetworkFault::Timeout => (Code::Timeout, "TimeoutError: no answer in time"),
        _ => (Code::NetworkFailed, "TypeError: Failed to fetch"),
    };
    fault(code, message)
}

/// A [`fault`] as the error of the `oidc()` factory.
pub fn for_oidc(fault: &Error, wellknown: &str) -> Error {
    let advice =
        ". Check that the URL is right and that the server's CORS settings allow this origin.";
    let error = ["Failed to fetch well-known configuration from: ", wellknown].joined();
    let text = [fault.message(), advice].joined();
    Error::new(error, fault.code(), Kind::Wellknown, text).details_of(fault)
}

/// A [`fault`] as the error of the `journey()` factory (the contract's section 2.3).
pub fn for_journey(fault: &Error) -> Error {
    let error = fault.error().to_owned();
    let text = [&error, ": ", fault.message()].joined();
    Error::new(error, fault.code(), Kind::Wellknown, text).details_of(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wellknown() -> Url {
        Url::parse("https://op.example:443/am/oauth2/.well-known/openid-configuration", None)
            .unwrap()
    }

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, body: body.into() }
    }

    fn document(issuer: &str, more: &str) -> String {
        format!(
            r#"{{"issuer":"{issuer}","authorization_endpoint":"https://op.example/a","token_endpoint":"https://op.example/t"{more}}}"#
        )
    }

    #[test]
    fn a_complete_document() {
        let body = document(
            "https://op.example/am/oauth2",
            r#","jwks_uri":"https://keys.example/k","authorization_response_iss_parameter_supported":true"#,
        );
        let metadata = read(&answer(200, &body), &wellknown()).unwrap();
        assert_eq!(metadata.issuer, "https://op.example/am/oauth2");
        assert_eq!(metadata.jwks_uri.as_deref(), Some("https://keys.example/k"));
        assert!(metadata.iss_in_response && metadata.userinfo_endpoint.is_none());
    }

    #[test]
    fn pingones_page_less_endpoint_ends_a_session() {
        let body = document(
            "https://op.example",
            r#","end_session_endpoint":"https://op.example/e","ping_end_idp_session_endpoint":"https://op.example/p""#,
        );
        let metadata = read(&answer(200, &body), &wellknown()).unwrap();
        assert_eq!(metadata.end_session_endpoint.as_deref(), Some("https://op.example/p"));
    }

    #[test]
    fn faults_in_the_contracts_words() {
        let missing = "Invalid well-known response: missing required fields (issuer, authorization_endpoint, token_endpoint)";
        for (status, body, code, message) in [
            (500, r#"{"message":"m","error":"e"}"#, Code::HttpError, "m"),
            (404, r#"{"error":"e"}"#, Code::HttpError, "e"),
            (404, "", Code::HttpError, "HTTP error 404"),
            (404, "[]", Code::HttpError, "HTTP error 404"),
            (404, "<html>", Code::HttpError, "HTTP error 404"),
            (200, "<html>", Code::AnswerNotJson, "SyntaxError: the answer is not JSON"),
            (200, "", Code::DiscoveryInvalid, missing),
            (200, r#"{"issuer":"https://op.example"}"#, Code::DiscoveryInvalid, missing),
        ] {
            let fault = read(&answer(status, body), &wellknown()).unwrap_err();
            assert_eq!((fault.code(), fault.message()), (code, message), "{status} {body}");
        }
    }

    #[test]
    fn the_issuer_must_share_the_documents_origin() {
        for issuer in
            ["https://evil.example", "http://op.example", "https://op.example:8443", "op", ""]
        {
            assert!(read(&answer(200, &document(issuer, "")), &wellknown()).is_err(), "{issuer}");
        }
        let opaque = Url::parse("data:application/json,{}", None).unwrap();
        assert!(read(&answer(200, &document("data:,", "")), &opaque).is_err());
    }

    #[test]
    fn endpoints_are_not_downgraded() {
        for endpoint in ["http://op.example/u", "javascript:alert(1)", "/u"] {
            let body =
                document("https://op.example", &format!(r#","userinfo_endpoint":"{endpoint}""#));
            assert_eq!(
                read(&answer(200, &body), &wellknown()).unwrap_err().code(),
                Code::DiscoveryInvalid,
                "{endpoint}"
            );
        }
    }
}

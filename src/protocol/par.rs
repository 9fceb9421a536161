//! Pushed authorization requests: RFC 9126.

use crate::error::{Code, Error, Kind};
use crate::fault::NetworkFault;
use crate::http::{Answer, Body, Request};
use crate::json::{Value, parse};
use crate::protocol::oauth_error;
use crate::text::{Join, Text};
use crate::url::Params;

/// The request (section 2.1): the parameters that would have been in the URL.
pub fn request(endpoint: &str, params: Params) -> Request {
    Request::post(endpoint, Body::Form(params)).action("PAR")
}

/// A request that was pushed.
#[derive(Debug, PartialEq)]
pub struct Pushed {
    /// `request_uri`
    pub request_uri: Text,
    /// `expires_in`, seconds; where the provider doesn't say, 60.
    pub expires_in: f64,
}

/// A pushed request that lasts less than this many seconds may be over before the page is there.
pub const SHORT: f64 = 30.0;

/// Reads the answer (sections 2.2 and 2.3).
pub fn read(answer: Result<Answer, NetworkFault>) -> Result<Pushed, Error> {
    let answer = answer.map_err(|fault| {
        let (code, status) = fault.describe();
        if let NetworkFault::Middleware(_) | NetworkFault::OtherOrigin = fault {
            return Error::new("Unknown_Error", code, Kind::Unknown, fault.advice());
        }
        let text =
            ["Failed to push authorization request: ", status, ". ", &fault.advice()].joined();
        failure(code, text).status(status)
    })?;
    let json = parse(&answer.body);
    let status = f64::from(answer.status);
    if !answer.is_ok() {
        let description = json.as_ref().and_then(|json| json.non_empty("error_description"));
        let code = oauth_error::code_of(&answer, json.as_ref());
        let text = match description {
            Some(text) => text.into(),
            None => {
                let sentence =
                    ["Failed to push authorization request: ", &answer.status_text()].joined();
                oauth_error::explain(&sentence, code)
            }
        };
        return Err(failure(code, text).status(status).cause(oauth_error::cause(json.as_ref())));
    }
    let json = json.unwrap_or(Value::NULL);
    let Some(request_uri) = json.non_empty("request_uri") else {
        let text = "PAR response missing required 'request_uri' field".into();
        return Err(failure(Code::AnswerInvalid, text).status(status));
    };
    let expires_in = json.number("expires_in").unwrap_or(60.0);
    Ok(Pushed { request_uri: request_uri.into(), expires_in })
}

/// The authorize URL that refers to a pushed request (section 4).
pub fn url(endpoint: &str, client_id: &str, request_uri: &str, prompt: Option<&Text>) -> Text {
    let mut params = Params::new();
    params.set("client_id", client_id);
    params.set("request_uri", request_uri);
    params.set_some("prompt", prompt);
    params.append_to(endpoint)
}

/// The provider offers no place to push requests to.
pub fn not_configured() -> Error {
    Error::new(
        "PAR_NOT_CONFIGURED",
        Code::EndpointMissing,
        Kind::Wellknown,
        "PAR endpoint not found in server configuration",
    )
}

fn failure(code: Code, text: Text) -> Error {
    Error::new("PAR_ERROR", code, Kind::Network, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_in_the_contracts_words() {
        let outcome = |status, body: &str| {
            read(Ok(Answer { status, body: body.into() }))
                .map_err(|error| (error.error().to_owned(), error.message().to_owned()))
        };
        for (body, expires_in) in
            [(r#"{"request_uri":"u","expires_in":9}"#, 9.0), (r#"{"request_uri":"u"}"#, 60.0)]
        {
            let pushed = Pushed { request_uri: "u".into(), expires_in };
            assert_eq!(outcome(201, body), Ok(pushed));
        }
        let missing = "PAR response missing required 'request_uri' field";
        for (status, body, message) in [
            (400, r#"{"error":"e","error_description":"told"}"#, "told"),
            (400, r#"{"error":"e"}"#, "Failed to push authorization request: 400"),
            (502, "<html>", "Failed to push authorization request: 502"),
            (201, "{}", missing),
            (201, r#"{"request_uri":7}"#, missing),
            (201, r#"{"request_uri":""}"#, missing),
            (200, "", missing),
        ] {
            assert_eq!(outcome(status, body), Err(("PAR_ERROR".into(), message.into())));
        }
        let offline = read(Err(NetworkFault::Offline)).unwrap_err();
        assert!(offline.message().starts_with("Failed to push authorization request: FETCH_ERROR"));
    }

    #[test]
    fn the_url_names_the_request_and_no_more() {
        assert_eq!(
            url("https://op/authorize?x=1", "me", "urn:a b", Some(&"none".into())),
            "https://op/authorize?x=1&client_id=me&request_uri=urn%3Aa%20b&prompt=none"
        );
    }
}

//! Pushed authorization requests (PAR): [RFC 9126](https://www.rfc-editor.org/rfc/rfc9126).

use crate::error::{Code, Error, Kind};
use crate::fault::NetworkFault;
use crate::http::{Answer, Body, Request};
use crate::json::{Value, parse};
use crate::protocol::oauth_error;
use crate::text::{Join, Text};
use crate::url::Params;

/// The request to the PAR endpoint, with the parameters of the authorization request
/// ([section 2.1](https://www.rfc-editor.org/rfc/rfc9126#section-2.1)).
pub fn request(endpoint: &str, params: Params) -> Request {
    Request::post(endpoint, Body::Form(params)).action("PAR")
}

/// A pushed authorization request.
#[derive(Debug, PartialEq)]
pub struct Pushed {
    /// `request_uri`, which is used once.
    pub request_uri: Text,
    /// `expires_in`, in seconds; 60 where the answer has none.
    pub expires_in: f64,
}

/// A lifetime, in seconds, below which a pushed request may expire before the user is at the provider.
pub const SHORT: f64 = 30.0;

/// Reads the answer
/// ([section 2.2](https://www.rfc-editor.org/rfc/rfc9126#section-2.2),
/// [section 2.3](https://www.rfc-editor.org/rfc/rfc9126#section-2.3)).
///
/// # Errors
/// `PAR_ERROR` with the code of the provider's error or of the network, or `answer_invalid` without a
/// `request_uri`; `Unknown_Error` where the middleware failed.
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

/// The URL of the authorization request that refers to a pushed one
/// ([section 4](https://www.rfc-editor.org/rfc/rfc9126#section-4)). The pushed `prompt` is repeated, as
/// the documented client does.
pub fn url(endpoint: &str, client_id: &str, request_uri: &str, prompt: Option<&Text>) -> Text {
    let mut params = Params::new();
    params.set("client_id", client_id);
    params.set("request_uri", request_uri);
    params.set_some("prompt", prompt);
    params.append_to(endpoint)
}

/// The documented client's error for a provider without a PAR endpoint.
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
    fn answers_in_the_documented_words() {
        let outcome = |status, body: &str| {
            read(Ok(Answer::new(status, body.into())))
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

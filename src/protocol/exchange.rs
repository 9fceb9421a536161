//! The token request of the authorization code grant:
//! [RFC 6749 section 4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3),
//! [RFC 7636 section 4.5](https://www.rfc-editor.org/rfc/rfc7636#section-4.5).

use crate::error::{Code, Error, Kind};
use crate::fault::NetworkFault;
use crate::http::{Answer, Body, Request};
use crate::json::{Value, parse};
use crate::protocol::authorize::Grant;
use crate::protocol::discovery::Metadata;
use crate::protocol::dpop::Binding;
use crate::protocol::oauth_error;
use crate::protocol::tokens::TokenResponse;
use crate::secret::CodeVerifier;
use crate::text::{Join, Text};
use crate::url::Params;

/// What happened, in the documented client's words, when a code could not be exchanged.
pub const REFUSAL: &str = "An error occurred while exchanging the authorization code";

/// The documented client's `error` for every failed token request.
pub const FAILURE: &str = "Token Exchange failure";

/// The request. `client_id` and `redirect_uri` are those of the authorization request, whatever the
/// configuration is now. The client is public, and sends no authentication but `client_id`.
pub fn request(metadata: &Metadata, grant: &Grant) -> Request {
    let transaction = &grant.transaction;
    let mut form = Params::new();
    form.set("grant_type", "authorization_code");
    form.set("code", grant.code.reveal());
    form.set("client_id", &transaction.client_id);
    form.set("redirect_uri", &transaction.redirect_uri);
    form.set_some("code_verifier", transaction.verifier.as_ref().map(CodeVerifier::reveal));
    // https://www.rfc-editor.org/rfc/rfc8707#section-2.2
    form.add_each("resource", &transaction.resources);
    Request::post(&*metadata.token_endpoint, Body::Form(form)).action("TOKEN_EXCHANGE")
}

/// Reads the answer of a token endpoint
/// ([RFC 6749 section 5](https://www.rfc-editor.org/rfc/rfc6749#section-5)). `refusal` says what
/// happened, for an error status other than 400, 401 and 403. `binding` is that of a client with DPoP.
///
/// # Errors
/// The code of the provider's error, or `http_error`; `answer_not_json` or `answer_invalid` for a
/// success status without tokens; `dpop_not_bound` for tokens that are not bound as they must be.
/// `status` is the HTTP status.
pub fn read(
    answer: &Answer,
    refusal: &'static str,
    binding: Option<&Binding>,
) -> Result<Box<TokenResponse>, Error> {
    let json = parse(&answer.body);
    if !answer.is_ok() {
        return Err(refused(answer, json.as_ref(), refusal));
    }
    let failed = |code, text| Err(failure(code, text).status(f64::from(answer.status)));
    match json {
        _ if answer.body.is_empty() => {
            failed(Code::AnswerInvalid, "No data returned from token exchange")
        }
        None => failed(
            Code::AnswerNotJson,
            "The token endpoint's answer is not JSON. Check token_endpoint in the provider's metadata.",
        ),
        Some(json) => {
            const NO_TOKEN: &str = "The token endpoint's answer has no bearer access token.";
            let Some(mut response) = TokenResponse::read(&json) else {
                return failed(Code::AnswerInvalid, NO_TOKEN);
            };
            match (response.bind(binding), binding) {
                (true, _) => Ok(response),
                (false, Some(_)) => failed(Code::DpopNotBound, NOT_BOUND),
                (false, None) => failed(Code::AnswerInvalid, NO_TOKEN),
            }
        }
    }
}

/// The message for tokens that are not bound to our key.
const NOT_BOUND: &str = "The provider's tokens are not bound to the DPoP key of this browser: token_type is not DPoP, or cnf is another key. Turn DPoP on for the client at the provider, or set dpop: { required: false } to accept such tokens.";

/// An error response ([RFC 6749 section 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)).
fn refused(answer: &Answer, json: Option<&Value>, refusal: &'static str) -> Error {
    let code = oauth_error::code_of(answer, json);
    let text = match answer.status {
        400 => "Bad request to token exchange endpoint",
        401 => "Unauthorized request to token exchange endpoint",
        403 => "Forbidden request to token exchange endpoint",
        _ => refusal,
    };
    let text = oauth_error::explain(text, code);
    let text = match answer.status {
        500 => [text.strip_suffix(".").unwrap_or(&text), HS256].joined(),
        _ => text,
    };
    failure(code, text).status(f64::from(answer.status)).cause(oauth_error::cause(json))
}

/// A frequent reason for a 500: AM signs the ID tokens of new clients with the client secret, and a
/// public client has none
/// ([OpenID Connect Core section 10.1](https://openid.net/specs/openid-connect-core-1_0.html#Signing)).
const HS256: &str = ". It may be that ID tokens are to be signed with HS256, AM's default for new clients, and the client has no secret: set the client's ID token signing algorithm to RS256 or ES256 at the provider.";

/// The error for a token request without an answer.
pub fn unanswered(fault: NetworkFault) -> Error {
    let (code, status) = fault.describe();
    Error::new(FAILURE, code, Kind::Exchange, fault.advice()).status(status)
}

/// The documented client's error for a failed exchange.
pub fn failure(code: Code, text: impl Into<Text>) -> Error {
    Error::new(FAILURE, code, Kind::Exchange, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: u16, body: &str) -> Result<(), (Code, String)> {
        let answer = Answer::new(status, body.into());
        read(&answer, REFUSAL, None)
            .map(|_| ())
            .map_err(|error| (error.code(), error.message().to_owned()))
    }

    #[test]
    fn answers_are_told_apart() {
        assert_eq!(outcome(200, r#"{"access_token":"a"}"#), Ok(()));
        for (status, body, code) in [
            (200, "", Code::AnswerInvalid),
            (204, "", Code::AnswerInvalid),
            (200, "{}", Code::AnswerInvalid),
            (200, r#"{"error":"x"}"#, Code::AnswerInvalid),
            (200, "<html>", Code::AnswerNotJson),
            (200, r#"{"access_to"#, Code::AnswerNotJson),
            (400, r#"{"error":"invalid_grant"}"#, Code::InvalidGrant),
            (500, r#"{"error":"invalid_grant"}"#, Code::HttpError),
            (400, r#"{"error":"invalid_client"}"#, Code::InvalidClient),
            (400, "{}", Code::HttpError),
            (401, "", Code::HttpError),
            (502, "<html>", Code::HttpError),
        ] {
            let (found, text) = outcome(status, body).unwrap_err();
            assert_eq!(found, code, "{status} {body}");
            assert_eq!(text.contains("HS256"), status == 500, "{text}");
        }
    }

    #[test]
    fn a_client_uses_only_tokens_of_its_own_kind() {
        use crate::protocol::dpop::Demand;
        let outcome = |kind: &str, binding: Option<Demand>| {
            let body = format!(r#"{{"access_token":"a","token_type":"{kind}"}}"#);
            let binding = binding.map(|demand| Binding { demand, jkt: "ours".into() });
            read(&Answer::new(200, body.as_str().into()), REFUSAL, binding.as_ref())
                .map(|response| response.jkt.is_some())
                .map_err(|error| error.code())
        };
        for (kind, demand, expected) in [
            ("DPoP", Some(Demand::Required), Ok(true)),
            ("Bearer", Some(Demand::Required), Err(Code::DpopNotBound)),
            ("mac", Some(Demand::Accepted), Err(Code::AnswerInvalid)),
            ("Bearer", Some(Demand::Accepted), Ok(false)),
            ("DPoP", None, Err(Code::AnswerInvalid)),
            ("Bearer", None, Ok(false)),
        ] {
            assert_eq!(outcome(kind, demand), expected, "{kind} {demand:?}");
        }
    }

    #[test]
    fn the_documented_texts() {
        for (status, text) in [
            (400, "Bad request to token exchange endpoint"),
            (401, "Unauthorized request to token exchange endpoint"),
            (403, "Forbidden request to token exchange endpoint"),
            (418, "An error occurred while exchanging the authorization code"),
        ] {
            assert_eq!(outcome(status, "{}").unwrap_err().1, text);
        }
    }

    #[test]
    fn the_servers_words_are_kept_as_the_cause() {
        let answer =
            Answer::new(400, r#"{"error":"invalid_grant","error_description":"gone"}"#.into());
        let error = read(&answer, REFUSAL, None).err().unwrap().into_value();
        let cause = error.get("cause").unwrap();
        assert_eq!(
            (cause.str("error"), cause.str("error_description")),
            (Some("invalid_grant"), Some("gone"))
        );
        assert_eq!(error.number("status"), Some(400.0));
    }
}

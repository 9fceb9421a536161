//! OAuth errors: which `code` and which advice belong to the `error` of a provider. All endpoints use
//! this one list.
//!
//! The names are those of the
//! [OAuth Extensions Error registry](https://www.iana.org/assignments/oauth-parameters/oauth-parameters.xhtml#extensions-error),
//! of RFC 6749 sections [4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1) and
//! [5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2), and of
//! [OpenID Connect Core section 3.1.2.6](https://openid.net/specs/openid-connect-core-1_0.html#AuthError).

use crate::error::Code;
use crate::http::Answer;
use crate::json::{Value, object};
use crate::text::{Join, Text};

/// The registered errors: what each means, and what to do.
const REGISTERED: [(Code, &str); 24] = [
    (
        Code::AccessDenied,
        "The user or the provider denied the request. Offer the sign-in again, or check what the client may do at the provider.",
    ),
    (
        Code::AccountSelectionRequired,
        "The provider needs the user to select an account. Call authorize.redirect().",
    ),
    (Code::ConsentRequired, "The provider needs the user's consent. Call authorize.redirect()."),
    (
        Code::InsufficientScope,
        "The access token lacks a scope that this request needs. Add it to scope, and sign in again.",
    ),
    (
        Code::InteractionRequired,
        "The provider needs the user to sign in, or to confirm something. Call authorize.redirect().",
    ),
    (
        Code::InvalidClient,
        "The provider does not accept this client. Check clientId, and that the client is registered as public (no secret, token endpoint authentication method none).",
    ),
    (
        Code::InvalidDpopProof,
        "The server does not accept the DPoP proof. The usual reason is a wrong clock: compare the time of this device with the server's.",
    ),
    (
        Code::InvalidGrant,
        "The code or the refresh token is used, expired or revoked, or belongs to another client or redirectUri. Sign in again.",
    ),
    (
        Code::InvalidRequest,
        "The provider finds the request incomplete or malformed. Check the registration of the client: redirect URI, response type, PKCE.",
    ),
    (
        Code::InvalidRequestObject,
        "The provider does not accept the request object. Leave request out of query.",
    ),
    (
        Code::InvalidRequestUri,
        "The provider does not accept the request_uri: it is expired or used. Try again.",
    ),
    (
        Code::InvalidScope,
        "The provider does not grant this scope to this client. Check scope, and the scopes of the client at the provider.",
    ),
    (
        Code::InvalidTarget,
        "The provider does not issue tokens for this resource. Check resource, and the APIs registered at the provider.",
    ),
    (
        Code::InvalidToken,
        "The token is expired, revoked or not the provider's. Call token.get({ forceRenew: true }).",
    ),
    (
        Code::LoginRequired,
        "No user is signed in at the provider, or the browser blocks its cookie here. Call authorize.redirect().",
    ),
    (
        Code::RequestNotSupported,
        "The provider does not support the parameter request. Leave it out of query.",
    ),
    (
        Code::RequestUriNotSupported,
        "The provider does not support the parameter request_uri. Leave it out of query.",
    ),
    (
        Code::ServerError,
        "The provider failed with an error of its own. Try again later, or read its log.",
    ),
    (
        Code::TemporarilyUnavailable,
        "The provider is busy or down for maintenance. Try again later.",
    ),
    (
        Code::UnauthorizedClient,
        "The client is not allowed to do this. Check its grant types and response types at the provider.",
    ),
    (
        Code::UnsupportedGrantType,
        "The provider does not support this grant. Allow authorization_code and refresh_token for the client.",
    ),
    (
        Code::UnsupportedResponseType,
        "The provider does not support the response type code for this client. Allow it there.",
    ),
    (
        Code::UnsupportedTokenType,
        "The provider does not revoke tokens of this type. Let them expire.",
    ),
    (
        Code::UseDpopNonce,
        "The server demands a DPoP nonce, and sends none that this page can read and use. Have it send the header DPoP-Nonce, and Access-Control-Expose-Headers: DPoP-Nonce.",
    ),
];

/// The code of an OAuth error, in upper or lower case; `oauth_error` for one that is not registered.
pub fn code(error: &str) -> Code {
    for (code, _) in REGISTERED {
        if code.as_str().eq_ignore_ascii_case(error) {
            return code;
        }
    }
    Code::OauthError
}

/// The code of an answer with an error status; `http_error` where its JSON has no `error`. With a status
/// of 429 or 5xx only `server_error` and `temporarily_unavailable` count: a server that fails does not
/// decide about a grant or a user.
pub fn code_of(answer: &Answer, json: Option<&Value>) -> Code {
    let Some(error) = json.and_then(|json| json.non_empty("error")) else {
        return Code::HttpError;
    };
    let code = code(error);
    let is_passing = answer.status == 429 || answer.status >= 500;
    match code {
        Code::ServerError | Code::TemporarilyUnavailable => code,
        _ if is_passing => Code::HttpError,
        _ => code,
    }
}

/// What a registered error means and what to do; `None` for any other code.
pub fn advice(code: Code) -> Option<&'static str> {
    REGISTERED.iter().find(|(other, _)| *other == code).map(|(_, text)| *text)
}

/// Whether a code is that of an OAuth error: the provider has answered and refused.
pub fn is_refusal(code: Code) -> bool {
    code == Code::OauthError || advice(code).is_some()
}

/// Whether the user can change a refusal on a page of the provider
/// ([OpenID Connect Core section 3.1.2.6](https://openid.net/specs/openid-connect-core-1_0.html#AuthError)).
pub fn needs_user(code: Code) -> bool {
    matches!(
        code,
        Code::LoginRequired
            | Code::InteractionRequired
            | Code::ConsentRequired
            | Code::AccountSelectionRequired
            | Code::AccessDenied
    )
}

/// A message: what happened (`sentence`, without its full stop), then the [`advice`] for the code.
pub fn explain(sentence: &str, code: Code) -> Text {
    match advice(code) {
        Some(advice) => [sentence, ". ", advice].joined(),
        None => sentence.into(),
    }
}

/// The provider's `error` and `error_description`, for `cause`; `null` where there is no `error`.
pub fn cause(json: Option<&Value>) -> Value {
    let Some(json) = json.filter(|json| json.non_empty("error").is_some()) else {
        return Value::NULL;
    };
    object!([
        ("error", json.str("error").into()),
        ("error_description", json.str("error_description").into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn registered_errors_in_any_case_are_codes() {
        for (error, code_) in [
            ("login_required", Code::LoginRequired),
            ("LOGIN_REQUIRED", Code::LoginRequired),
            ("Invalid_Grant", Code::InvalidGrant),
            ("server_error", Code::ServerError),
            ("made_up", Code::OauthError),
            ("", Code::OauthError),
        ] {
            assert_eq!(code(error), code_, "{error}");
        }
    }

    #[test]
    fn every_registered_error_has_a_text_that_says_what_to_do() {
        for (code, text) in REGISTERED {
            assert_eq!(advice(code), Some(text));
            assert!(text.ends_with('.'), "{text}");
        }
        assert_eq!(explain("No", Code::OauthError), "No");
        assert!(explain("No", Code::LoginRequired).starts_with("No. No user is signed in"));
    }

    #[test]
    fn a_failing_server_gives_no_verdict() {
        let of =
            |status, body: &str| code_of(&Answer::new(status, body.into()), parse(body).as_ref());
        for (status, body, code) in [
            (400, r#"{"error":"invalid_grant"}"#, Code::InvalidGrant),
            (401, r#"{"error":"INVALID_GRANT"}"#, Code::InvalidGrant),
            (400, r#"{"error":"made_up"}"#, Code::OauthError),
            (400, r#"{"error":{}}"#, Code::HttpError),
            (429, r#"{"error":"invalid_grant"}"#, Code::HttpError),
            (500, r#"{"error":"invalid_grant"}"#, Code::HttpError),
            (500, r#"{"error":"server_error"}"#, Code::ServerError),
            (503, r#"{"error":"temporarily_unavailable"}"#, Code::TemporarilyUnavailable),
            (503, "<html>", Code::HttpError),
            (401, "", Code::HttpError),
        ] {
            assert_eq!(of(status, body), code, "{status} {body}");
        }
    }
}

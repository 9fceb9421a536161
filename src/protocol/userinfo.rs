//! User details, from the UserInfo endpoint:
//! [OpenID Connect Core section 5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo).

use crate::error::{Code, Error, Kind};
use crate::fault::NetworkFault;
use crate::http::{Answer, Request};
use crate::json::{Value, parse};
use crate::protocol::dpop;
use crate::protocol::id_token::{LEEWAY, is_for};
use crate::protocol::oauth_error;
use crate::secret::{AccessToken, RawIdToken};
use crate::text::Text;

/// The request
/// ([section 5.3.1](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoRequest)), with the
/// access token in the `Authorization` header, bound or not.
pub fn request(endpoint: &str, token: &AccessToken, is_bound: bool) -> Request {
    Request::get(endpoint)
        .header("Authorization", dpop::authorization(token, is_bound))
        .anew()
        .action("USER_INFO")
}

/// The body of a success answer.
pub enum Details {
    /// The user details: an object.
    Json(Value),
    /// The user details in a signed token, whose signature is not yet verified.
    Signed(RawIdToken),
}

/// Reads the answer
/// ([section 5.3.2](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse)).
///
/// # Errors
/// `token_rejected` for 401; the code of the provider's error or `http_error` for another error status;
/// `answer_not_json` for a success with any other body; the code of the network fault.
pub fn read(answer: Result<Answer, NetworkFault>) -> Result<Details, Error> {
    let answer = answer.map_err(|fault| {
        let (code, status) = fault.describe();
        Error::new(FAILURE, code, Kind::Auth, fault.sentence(SENTENCE)).status(status)
    })?;
    let json = parse(&answer.body);
    let status = f64::from(answer.status);
    if !answer.is_ok() {
        // The token is expired or revoked: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
        let code = match answer.status {
            401 => dpop::refusal(&answer).unwrap_or(Code::TokenRejected),
            _ => oauth_error::code_of(&answer, json.as_ref()),
        };
        return Err(failure(code).status(status).cause(oauth_error::cause(json.as_ref())));
    }
    match json.filter(Value::is_object) {
        Some(details) => Ok(Details::Json(details)),
        None if answer.body.bytes().filter(|byte| *byte == b'.').count() == 2 => {
            Ok(Details::Signed(RawIdToken::new(answer.body.trim_ascii())))
        }
        None => Err(failure(Code::AnswerNotJson).status("PARSING_ERROR")),
    }
}

/// The user details, after a check that their `sub` is that of the ID token: otherwise they may be
/// another user's
/// ([section 5.3.4](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponseValidation)).
///
/// # Errors
/// `userinfo_subject`, also without a `sub`.
pub fn about(details: Value, subject: Option<&Text>) -> Result<Value, Error> {
    match details.non_empty("sub") {
        Some(about) if subject.is_none_or(|subject| subject == about) => Ok(details),
        _ => Err(failure(Code::UserinfoSubject)),
    }
}

/// The user details of a token whose signature has been verified. Where it has `iss` and `aud`, they are
/// the issuer and the client
/// ([section 5.3.2](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse)), and where
/// it has `exp`, that is not past. `now` is in milliseconds since 1970.
///
/// # Errors
/// `id_token_issuer` for `iss` or `aud`, `id_token_expired` for `exp`.
pub fn of_claims(claims: Value, issuer: &str, client_id: &str, now: f64) -> Result<Value, Error> {
    let ours = claims.get("iss").is_none_or(|iss| iss.as_str() == Some(issuer))
        && claims.get("aud").is_none_or(|_| is_for(&claims, client_id));
    let lives = claims.number("exp").is_none_or(|exp| now < (exp + LEEWAY) * 1000.0);
    if !ours {
        return Err(unverified(Code::IdTokenIssuer));
    }
    if !lives {
        return Err(unverified(Code::IdTokenExpired));
    }
    Ok(claims)
}

/// The error for signed user details that break a rule.
pub fn unverified(code: Code) -> Error {
    let text = "An error occurred while fetching user info: their signature, issuer, audience or expiry is wrong. Check how the provider signs user info.";
    Error::new(FAILURE, code, Kind::Auth, text)
}

const FAILURE: &str = "User Info retrieval failure";

const SENTENCE: &str = "An error occurred while fetching user info";

fn failure(code: Code) -> Error {
    let text = match code {
        Code::TokenRejected => {
            "An error occurred while fetching user info: the access token was refused. Call token.get({ forceRenew: true })."
        }
        Code::UserinfoSubject => {
            "An error occurred while fetching user info: they are about another user than the ID token. Do not use them."
        }
        _ => return Error::new(FAILURE, code, Kind::Auth, oauth_error::explain(SENTENCE, code)),
    };
    Error::new(FAILURE, code, Kind::Auth, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: u16, body: &str, subject: Option<&str>) -> Result<(), Code> {
        let subject = subject.map(Text::from);
        read(Ok(Answer::new(status, body.into())))
            .and_then(|body| match body {
                Details::Json(details) => about(details, subject.as_ref()),
                Details::Signed(_) => Err(unverified(Code::IdTokenSignature)),
            })
            .map(|_| ())
            .map_err(|error| error.code())
    }

    #[test]
    fn details_are_about_the_user_of_the_id_token() {
        assert_eq!(outcome(200, r#"{"sub":"demo"}"#, Some("demo")), Ok(()));
        assert_eq!(outcome(200, r#"{"sub":"demo"}"#, None), Ok(()));
        assert_eq!(outcome(200, r#"{"sub":"eve"}"#, Some("demo")), Err(Code::UserinfoSubject));
        assert_eq!(outcome(200, r#"{"name":"Demo"}"#, Some("demo")), Err(Code::UserinfoSubject));
        assert_eq!(outcome(200, "eyJ.e.y", Some("demo")), Err(Code::IdTokenSignature));
        assert_eq!(outcome(200, "<html>", Some("demo")), Err(Code::AnswerNotJson));
        assert_eq!(outcome(200, "", Some("demo")), Err(Code::AnswerNotJson));
        assert_eq!(outcome(401, "", Some("demo")), Err(Code::TokenRejected));
        assert_eq!(
            read(Err(NetworkFault::Timeout)).err().map(|error| error.code()),
            Some(Code::Timeout)
        );
    }
}

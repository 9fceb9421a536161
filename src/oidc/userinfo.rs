//! User details: OpenID Connect Core 1.0 section 5.3.

use crate::error::{Code, Error, Kind};
use crate::json::{Value, parse};
use crate::oidc::exchange::oauth_cause;
use crate::platform::{Answer, NetworkFault, Request};
use crate::secret::AccessToken;

/// The request (section 5.3.1), with the token in the header.
pub fn request(endpoint: &str, token: &AccessToken) -> Request {
    Request::get(endpoint)
        .header("Authorization", format!("Bearer {}", token.reveal()))
        .with_cookies()
}

/// Reads the answer (section 5.3.2). `subject` is the ID token's: the details must be about the same
/// person (section 5.3.2, last paragraph but one).
pub fn read(answer: Result<Answer, NetworkFault>, subject: Option<&str>) -> Result<Value, Error> {
    let answer = answer.map_err(|fault| {
        let (code, status) = fault.describe();
        failure(code).status(status)
    })?;
    let json = parse(&answer.body);
    let status = f64::from(answer.status);
    if !answer.is_ok() {
        // RFC 6750 section 3.1: the token has expired or was revoked.
        let code = if answer.status == 401 { Code::TokenRejected } else { Code::HttpError };
        return Err(failure(code).status(status).cause(oauth_cause(json.as_ref())));
    }
    let details = json
        .filter(Value::is_object)
        .ok_or_else(|| failure(Code::AnswerNotJson).status("PARSING_ERROR"))?;
    let about = details.non_empty("sub");
    if about.is_none() || subject.is_some_and(|subject| Some(subject) != about) {
        return Err(failure(Code::UserinfoSubject).status(status));
    }
    Ok(details)
}

fn failure(code: Code) -> Error {
    let text = match code {
        Code::TokenRejected => {
            "An error occurred while fetching user info: the access token was refused. Get a new one by token.get({ forceRenew: true })."
        }
        Code::UserinfoSubject => {
            "An error occurred while fetching user info: they are about somebody else than the ID token."
        }
        _ => "An error occurred while fetching user info",
    };
    Error::new("User Info retrieval failure", code, Kind::Auth, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: u16, body: &str, subject: Option<&str>) -> Result<(), Code> {
        read(Ok(Answer { status, body: body.into() }), subject)
            .map(|_| ())
            .map_err(|error| error.code())
    }

    #[test]
    fn details_are_about_the_person_of_the_id_token() {
        assert_eq!(outcome(200, r#"{"sub":"demo"}"#, Some("demo")), Ok(()));
        assert_eq!(outcome(200, r#"{"sub":"demo"}"#, None), Ok(()));
        assert_eq!(outcome(200, r#"{"sub":"eve"}"#, Some("demo")), Err(Code::UserinfoSubject));
        assert_eq!(outcome(200, r#"{"name":"Demo"}"#, Some("demo")), Err(Code::UserinfoSubject));
        assert_eq!(outcome(200, "eyJ.e.y", Some("demo")), Err(Code::AnswerNotJson));
        assert_eq!(outcome(200, "", Some("demo")), Err(Code::AnswerNotJson));
        assert_eq!(outcome(401, "", Some("demo")), Err(Code::TokenRejected));
        assert_eq!(read(Err(NetworkFault::Timeout), None).unwrap_err().code(), Code::Timeout);
    }
}

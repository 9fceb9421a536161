//! AM's sessions endpoint: its requests, and their answers.

use crate::am::endpoints::{Endpoints, VERSION, params, post};
use crate::error::{Code, Error, Kind};
use crate::fault::NetworkFault;
use crate::http::{Answer, Body, Request};
use crate::json::{Value, parse};
use crate::text::{Join, Text};

/// A session token, and the name of its header.
pub struct Token {
    header: Text,
    token: Text,
}

impl Token {
    /// The token of a stored session; `None` where the app names no header for it
    /// (`session.cookieName`), and where there is no token.
    pub fn of(session: &Value, header: Option<&Text>) -> Option<Token> {
        Some(Token { header: header?.clone(), token: session.non_empty("tokenId")?.clone() })
    }

    /// The request with the token in its header.
    pub fn put_into(&self, request: Request) -> Request {
        request.header(&self.header, &self.token).hiding([self.token.clone()])
    }
}

/// A call of AM's sessions endpoint.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The endpoints of the realm.
    pub endpoints: &'a Endpoints,
    /// The app's query parameters.
    pub query: &'a Value,
    /// The session token. Without it AM finds the session by its cookie.
    pub token: Option<&'a Token>,
}

/// The versions of the sessions endpoint, in the order in which they are tried. AM answers 404 to one that
/// it does not support ([REST API versions](https://docs.pingidentity.com/pingam/8/REST-guide/rest-api-versions.html)).
pub const VERSIONS: [Option<&str>; 3] = [Some(VERSION), Some("protocol=1.0,resource=2.0"), None];

impl Call<'_> {
    /// The request for an action ([`INFO`], [`LOGOUT`] or [`VALIDATE`]), for a version of the endpoint.
    pub fn request(self, action: &'static str, version: Option<&str>) -> Request {
        let mut params = params(self.query);
        params.set("_action", action);
        let request = post(&params.append_to(&self.endpoints.sessions), Body::None, version);
        let request = match self.token {
            Some(token) => token.put_into(request),
            None => request,
        };
        match action {
            LOGOUT => request.keepalive().action("JOURNEY_TERMINATE"),
            _ => request,
        }
    }
}

/// The action that returns information about the session.
pub const INFO: &str = "getSessionInfo";

/// The action that ends the session.
pub const LOGOUT: &str = "logout";

/// The action that says whether the session is valid.
pub const VALIDATE: &str = "validate";

/// The versions of the endpoint that have the action [`VALIDATE`].
pub const VALIDATING: [&str; 2] = [VERSION, "protocol=1.0,resource=1.2"];

/// AM's answer about a session token.
pub enum Validity {
    /// The session is valid.
    Valid,
    /// There is no such session, or it has ended.
    Over,
    /// AM found no token in the request: it expects another header.
    NoToken,
    /// AM does not support the action in this version.
    Unknown,
}

/// Reads the answer to [`VALIDATE`].
pub fn read_validity(answer: &Answer) -> Validity {
    let said = parse(&answer.body).and_then(|body| body.get("valid")?.as_bool());
    match (answer.status, said) {
        (400, _) => Validity::NoToken,
        (_, Some(true)) => Validity::Valid,
        (_, Some(false)) => Validity::Over,
        _ => Validity::Unknown,
    }
}

/// The error where nothing says whether the session is over.
pub fn unconfirmed() -> Error {
    let text = "Failed to terminate session: AM did not confirm that it is over. The browser may block AM's cookie here. Set session.cookieName, or serve AM from the app's site.";
    Error::new("terminate_failed", Code::SessionUnconfirmed, Kind::Network, text)
}

/// Reads the answer to [`INFO`]: an object.
///
/// # Errors
/// `session_info_failed`: with `not_signed_in` where there is no session (401), `answer_not_json`,
/// `http_error`, or the code of the network fault.
pub fn read_info(answer: Result<Answer, NetworkFault>) -> Result<Value, Error> {
    let failed =
        |code, kind, text: &str| Error::new("session_info_failed", code, kind, text.to_owned());
    let answer = answer.map_err(|fault| {
        let (code, status) = fault.describe();
        failed(code, Kind::Network, &fault.advice()).status(status)
    })?;
    let status = f64::from(answer.status);
    match parse(&answer.body).filter(Value::is_object) {
        Some(info) if answer.is_ok() => Ok(info),
        _ if answer.status == 401 => {
            let text = "There is no session, or it has ended. Sign in again.";
            Err(failed(Code::NotSignedIn, Kind::Auth, text).status(status))
        }
        None if answer.is_ok() => {
            Err(failed(Code::AnswerNotJson, Kind::Parse, "The answer is not JSON.").status(status))
        }
        _ => {
            let text = ["The server answered ", &answer.status_text(), "."].joined();
            Err(failed(Code::HttpError, Kind::Network, &text).status(status))
        }
    }
}

fn failure(code: Code, status: Text) -> Error {
    let text = ["Failed to terminate session: ", &status].joined();
    Error::new("terminate_failed", code, Kind::Network, text)
}

/// The error `terminate_failed` for an answer to [`LOGOUT`], or for its absence.
pub fn read_failure(answer: Result<Answer, NetworkFault>) -> Error {
    match answer {
        Ok(answer) => {
            failure(Code::HttpError, answer.status_text()).status(f64::from(answer.status))
        }
        Err(fault) => {
            let (code, status) = fault.describe();
            let failure = match fault {
                NetworkFault::Middleware(_) | NetworkFault::OtherOrigin => {
                    let text = "Failed to terminate session";
                    Error::new("terminate_failed", code, Kind::Network, text).cause(fault.advice())
                }
                _ => failure(code, status.into()),
            };
            failure.status(status)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kept_the_session_from_being_ended() {
        let answer = Answer::new(500, Text::default());
        assert_eq!(read_failure(Ok(answer)).message(), "Failed to terminate session: 500");
        assert_eq!(
            read_failure(Err(NetworkFault::Failed)).message(),
            "Failed to terminate session: FETCH_ERROR"
        );
        let stopped = read_failure(Err(NetworkFault::Middleware("mine".into())));
        assert_eq!(stopped.message(), "Failed to terminate session");
        assert_eq!(stopped.into_value().str("cause"), Some("mine"));
    }
}

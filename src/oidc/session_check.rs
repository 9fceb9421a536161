//! `user.session()`: whether the provider still has a session, asked without the person.

use crate::error::{Code, Error, Kind};
use crate::json::{Value, parse};
use crate::oidc::oauth_error;
use crate::platform::{Answer, FrameFault, NetworkFault};
use crate::secret::{Nonce, RawIdToken, State};
use crate::text::Text;
use crate::url::Params;

/// What the provider is asked for.
pub struct Question<'a> {
    /// Our client id.
    pub client_id: &'a Text,
    /// `scope`; `openid` where there is none.
    pub scope: Option<&'a Text>,
    /// Where the answer lands; without it the provider is asked by fetch.
    pub redirect_uri: Option<&'a Text>,
    /// Whose session it should be.
    pub hint: Option<&'a RawIdToken>,
    /// For `response_type=id_token`.
    pub expected: Option<(&'a State, &'a Nonce)>,
}

impl Question<'_> {
    /// The authorize URL, its parameters in the contract's order (section 2, rows 9 to 11).
    pub fn url(&self, endpoint: &str) -> Text {
        let mut params = Params::new();
        params.set("prompt", "none");
        params.set("response_type", if self.expected.is_some() { "id_token" } else { "none" });
        params.set("client_id", self.client_id);
        params.set_some("redirect_uri", self.redirect_uri);
        params.set("scope", self.scope.map_or("openid", Text::as_str));
        if let Some((state, nonce)) = self.expected {
            params.set("nonce", nonce.reveal());
            params.set("state", state.reveal());
        }
        params.set_some("id_token_hint", self.hint.map(RawIdToken::reveal));
        params.append_to(endpoint)
    }
}

/// Reads the answer to the question by fetch: AM says 204 for a session.
pub fn read_fetched(answer: Result<Answer, NetworkFault>) -> Result<(), Error> {
    let answer = answer.map_err(|fault| {
        let (code, status) = fault.describe();
        let text = fault.sentence("Session check failed.");
        Error::new("session_check_error", code, Kind::Network, text).status(status)
    })?;
    let status = f64::from(answer.status);
    let json = parse(&answer.body);
    let refuses = json.as_ref().is_some_and(|json| json.non_empty("error").is_some());
    match answer.status {
        204 => Ok(()),
        // Nothing else says that there is no session: not an outage, nor too many questions.
        401 => Err(login_required(status, json.as_ref())),
        400..500 if refuses && answer.status != 429 => Err(login_required(status, json.as_ref())),
        _ => {
            let is_answer = json.is_some() || answer.body.is_empty();
            let code = match answer.is_ok() && !is_answer {
                true => Code::AnswerNotJson,
                false => Code::HttpError,
            };
            let text = "Session check failed.";
            Err(Error::new("session_check_error", code, Kind::Network, text).status(status))
        }
    }
}

fn login_required(status: f64, json: Option<&Value>) -> Error {
    let text = "The request requires login.";
    Error::new("login_required", Code::LoginRequired, Kind::Auth, text)
        .status(status)
        .cause(oauth_error::cause(json))
}

/// The provider's own error, wherever it put it. An error counts even when it lacks its code.
pub fn refusal(answers: &[Params]) -> Option<Error> {
    let first = |name| answers.iter().find_map(|params| params.get(name));
    let (error, description) = (first("error"), first("error_description"));
    if error.is_none() && description.is_none() {
        return None;
    }
    let error = error.map_or("session_check_error", Text::as_str);
    let code = oauth_error::code(error);
    let sentence = "An error occurred during session check";
    let text = description.cloned().unwrap_or_else(|| oauth_error::explain(sentence, code));
    Some(Error::new(error, code, Kind::Auth, text))
}

/// A frame that brought nothing.
pub fn frame_error(fault: FrameFault) -> Error {
    let (error, code, text) = match fault {
        FrameFault::Timeout => (
            "iframe_timeout",
            Code::FrameTimeout,
            "Session check timed out waiting for iframe response",
        ),
        FrameFault::Offline => (
            "session_check_error",
            Code::Offline,
            "The browser is offline. Try again when it is back.",
        ),
        FrameFault::UnexpectedPage => (
            "session_check_error",
            Code::FrameUnexpectedPage,
            "An unexpected error occurred during session check",
        ),
        FrameFault::Blocked | FrameFault::Closed => (
            "session_check_error",
            Code::FrameBlocked,
            "An unexpected error occurred during session check",
        ),
    };
    Error::new(error, code, Kind::Network, text)
}

/// A session that is not as it should be, in the contract's words.
pub fn mismatch(error: &'static str, code: Code, text: &'static str) -> Error {
    Error::new(error, code, Kind::Auth, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_in_the_contracts_order() {
        let (state, nonce, hint) = (State::new("s"), Nonce::new("n"), RawIdToken::new("i"));
        let (client_id, scope, page) = ("me".into(), "openid".into(), "https://app/".into());
        let mut question = Question {
            client_id: &client_id,
            scope: Some(&scope),
            redirect_uri: None,
            hint: Some(&hint),
            expected: None,
        };
        assert_eq!(
            question.url("https://op/a"),
            "https://op/a?prompt=none&response_type=none&client_id=me&scope=openid&id_token_hint=i"
        );
        question.redirect_uri = Some(&page);
        question.expected = Some((&state, &nonce));
        assert_eq!(
            question.url("https://op/a"),
            "https://op/a?prompt=none&response_type=id_token&client_id=me&redirect_uri=https%3A%2F%2Fapp%2F&scope=openid&nonce=n&state=s&id_token_hint=i"
        );
    }

    #[test]
    fn answers_by_fetch() {
        let outcome = |status, body: &str| {
            read_fetched(Ok(Answer { status, body: body.into() }))
                .map_err(|error| error.error().to_owned())
        };
        assert_eq!(outcome(204, ""), Ok(()));
        for (status, body, error) in [
            (200, "", "session_check_error"),
            (200, "{}", "session_check_error"),
            (401, "", "login_required"),
            (404, "{}", "session_check_error"),
            (429, r#"{"error":"slow_down"}"#, "session_check_error"),
            (400, r#"{"error":"login_required"}"#, "login_required"),
            (400, "<html>", "session_check_error"),
            (500, "{}", "session_check_error"),
            (302, "<html>", "session_check_error"),
        ] {
            assert_eq!(outcome(status, body), Err(error.into()), "{status} {body}");
        }
    }

    #[test]
    fn an_error_counts_wherever_it_is() {
        let refused = |query: &str, fragment: &str| {
            refusal(&[Params::parse(query), Params::parse(fragment)])
                .map(|error| error.error().to_owned())
        };
        assert_eq!(refused("", ""), None);
        assert_eq!(refused("error=login_required", ""), Some("login_required".into()));
        assert_eq!(refused("", "error=login_required"), Some("login_required".into()));
        assert_eq!(refused("", "error_description=x"), Some("session_check_error".into()));
    }
}

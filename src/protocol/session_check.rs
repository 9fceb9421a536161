//! `user.session()`: asks the provider whether its session is alive, without the user. The request is an
//! authorization request with `prompt=none`
//! ([OpenID Connect Core section 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).

use std::rc::Rc;

use crate::error::{Code, Error, Kind};
use crate::fault::{FrameFault, NetworkFault};
use crate::http::Answer;
use crate::json::{object, parse};
use crate::protocol::authorize::Transaction;
use crate::protocol::{logout, oauth_error, pkce};
use crate::secret::{Nonce, RawIdToken};
use crate::text::{Join, Text, pieces};
use crate::url::Params;

/// The question to the provider.
pub struct Question<'a> {
    /// `response_type`: `code`, which every provider supports, or, where app and provider agree, `none`
    /// or `id_token`
    /// ([OAuth 2.0 Multiple Response Types section 4](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#none)).
    pub response_type: &'a str,
    /// The other parameters. Its `redirect_uri` is empty for a request by fetch.
    pub transaction: &'a Rc<Transaction>,
    /// `id_token_hint`: the ID token of the user whose session is meant.
    pub hint: Option<&'a RawIdToken>,
}

impl Question<'_> {
    /// The parameters, in the order in which the documented client sends them.
    pub fn params(&self) -> Params {
        let transaction = self.transaction;
        let mut params = Params::new();
        params.set("prompt", "none");
        params.set("response_type", self.response_type);
        params.set("client_id", &transaction.client_id);
        params.set_some("redirect_uri", Some(&transaction.redirect_uri));
        params.set("scope", &transaction.scope);
        params.set_some("nonce", transaction.nonce.as_ref().map(Nonce::reveal));
        params.set("state", transaction.state.reveal());
        if let ("code", Some(verifier)) = (self.response_type, &transaction.verifier) {
            params.set("code_challenge", pkce::challenge(verifier));
            params.set("code_challenge_method", "S256");
        }
        params.set_some("id_token_hint", self.hint.map(RawIdToken::reveal));
        params
    }

    /// The URL of the request. `id_token_hint` is left out where the URL would be too long for some
    /// servers.
    pub fn url(&self, endpoint: &str) -> Text {
        let mut params = self.params();
        let url = params.append_to(endpoint);
        if logout::fits(&url) {
            return url;
        }
        params.remove("id_token_hint");
        params.append_to(endpoint)
    }
}

/// The scope of the request: the given one, or `openid`, without `offline_access`, since no refresh
/// token is wanted.
pub fn scope(asked: Option<&Text>) -> Text {
    let mut scopes = pieces(asked.map_or("openid", Text::as_str), b' ');
    scopes.retain(|scope| *scope != "offline_access");
    scopes.joined_by(" ")
}

/// What decides whether the answer "no user is signed in" proves that the session is over.
#[derive(Clone, Copy)]
pub struct Trust {
    /// Whether the provider is AM, which answers `interaction_required` in this case.
    pub is_am: bool,
    /// Whether this page has reached the session since the sign-in. If not, the browser may block the
    /// provider's cookie on this page, and the provider gives the same answer for a live session.
    pub has_reached: bool,
}

/// The provider's error: `login_required` where the session is known to be over, and
/// `session_unconfirmed` where [`Trust`] does not prove that.
fn refused(error: &str, text: Text, trust: Trust) -> Error {
    let told = oauth_error::code(error);
    let is_over = match told {
        Code::InteractionRequired => trust.is_am,
        code => code == Code::LoginRequired,
    };
    let (code, text) = if !is_over {
        (told, text)
    } else if trust.has_reached {
        (Code::LoginRequired, text)
    } else {
        (Code::SessionUnconfirmed, [text.trim_end_matches('.'), UNCONFIRMED].joined())
    };
    Error::new(error, code, Kind::Auth, text)
}

const UNCONFIRMED: &str = ". The session may still be alive: this page has not reached it since the sign-in, and the browser may block the provider's cookie. Treat it as alive.";

/// Reads the answer to the request by fetch. AM answers 204 where there is a session.
///
/// # Errors
/// `login_required` or `session_unconfirmed` where there is none; `session_check_error` where the answer
/// does not say, with the code of the reason.
pub fn read_fetched(answer: Result<Answer, NetworkFault>, trust: Trust) -> Result<(), Error> {
    let answer = answer.map_err(|fault| {
        let (code, status) = fault.describe();
        let text = fault.sentence(FAILED);
        Error::new("session_check_error", code, Kind::Network, text).status(status)
    })?;
    if answer.status == 204 {
        return Ok(());
    }
    let status = f64::from(answer.status);
    let json = parse(&answer.body);
    let code = oauth_error::code_of(&answer, json.as_ref());
    // Only these say that there is no session: not a failing server, nor a wrong request.
    let says_so = match code {
        Code::LoginRequired | Code::InteractionRequired => (400..500).contains(&answer.status),
        code => code == Code::HttpError && answer.status == 401,
    };
    if says_so {
        return Err(refused("login_required", "The request requires login.".into(), trust)
            .status(status)
            .cause(oauth_error::cause(json.as_ref())));
    }
    let is_answer = json.is_some() || answer.body.is_empty();
    let code = match answer.is_ok() && !is_answer {
        true => Code::AnswerNotJson,
        false => code,
    };
    Err(failed(code).status(status).cause(oauth_error::cause(json.as_ref())))
}

/// The documented client's error for a check that says nothing about the session.
pub fn failed(code: Code) -> Error {
    let advice = oauth_error::advice(code).unwrap_or_default();
    let text = [FAILED, advice].joined_by(if advice.is_empty() { "" } else { " " });
    Error::new("session_check_error", code, Kind::Network, text)
}

const FAILED: &str = "Session check failed.";

/// The provider's error in an authorization response; `None` for a success. A response with only
/// `error_description` counts as an error, as in the documented client.
pub fn refusal(params: &Params, trust: Trust) -> Option<Error> {
    let (error, description) = (params.get("error"), params.get("error_description"));
    if error.is_none() && description.is_none() {
        return None;
    }
    let error = error.map_or("session_check_error", Text::as_str);
    let sentence = "An error occurred during session check";
    let text = description
        .cloned()
        .unwrap_or_else(|| oauth_error::explain(sentence, oauth_error::code(error)));
    let cause = object!([("error", error.into()), ("error_description", description.into())]);
    Some(refused(error, text, trust).cause(cause))
}

/// The error for a hidden frame in which no response arrived.
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

/// A session that is not as it should be, in the documented words:
/// docs/decisions.md#the-session-check-keeps-its-own-strings
pub fn mismatch(error: &'static str, code: Code, text: &'static str) -> Error {
    Error::new(error, code, Kind::Auth, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{CodeVerifier, State};

    fn transaction(redirect_uri: &str) -> Rc<Transaction> {
        Rc::new(Transaction {
            state: State::new("s"),
            verifier: Some(CodeVerifier::new("v")),
            nonce: Some(Nonce::new("n")),
            issuer: "https://op".into(),
            client_id: "me".into(),
            redirect_uri: redirect_uri.into(),
            scope: "openid".into(),
            resources: crate::json::Value::NULL,
            binding: Text::default(),
            max_age: None,
            jkt: None,
            app_state: crate::json::Value::NULL,
            created: Some(1.0),
            answered: None,
        })
    }

    #[test]
    fn questions() {
        let hint = RawIdToken::new("i");
        let url = |response_type, redirect_uri| {
            let transaction = &transaction(redirect_uri);
            Question { response_type, transaction, hint: Some(&hint) }.url("https://op/a")
        };
        let challenge = pkce::challenge(&CodeVerifier::new("v"));
        assert_eq!(
            url("code", "https://app/"),
            [
                "https://op/a?prompt=none&response_type=code&client_id=me&redirect_uri=https%3A%2F%2Fapp%2F&scope=openid&nonce=n&state=s&code_challenge=",
                &challenge,
                "&code_challenge_method=S256&id_token_hint=i"
            ]
            .joined()
        );
        assert_eq!(
            url("none", ""),
            "https://op/a?prompt=none&response_type=none&client_id=me&scope=openid&nonce=n&state=s&id_token_hint=i"
        );
    }

    #[test]
    fn a_hint_stays_here_where_the_url_would_be_too_long() {
        let transaction = &transaction("https://app/");
        let url = |hint: &str| {
            let hint = Some(&RawIdToken::new(hint));
            Question { response_type: "code", transaction, hint }.url("https://op/a")
        };
        let room = 4_000 - url("").len() - "&id_token_hint=".len();
        let longest = url(&"x".repeat(room));
        assert!(longest.len() == 4_000 && longest.contains("id_token_hint"));
        assert_eq!(url(&"x".repeat(room + 1)), url(""));
    }

    #[test]
    fn a_check_asks_for_nothing_that_outlives_it() {
        for (asked, sent) in [
            (None, "openid"),
            (Some("openid offline_access email"), "openid email"),
            (Some("openid"), "openid"),
        ] {
            assert_eq!(scope(asked.map(Text::from).as_ref()), sent);
        }
    }

    const TRUSTED: Trust = Trust { is_am: false, has_reached: true };

    #[test]
    fn answers_by_fetch() {
        let outcome = |status, body: &str| {
            read_fetched(Ok(Answer::new(status, body.into())), TRUSTED)
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
            (400, r#"{"error":"invalid_client"}"#, "session_check_error"),
            (400, "<html>", "session_check_error"),
            (500, "{}", "session_check_error"),
            (302, "<html>", "session_check_error"),
        ] {
            assert_eq!(outcome(status, body), Err(error.into()), "{status} {body}");
        }
    }

    #[test]
    fn a_session_is_over_only_where_it_was_reached() {
        for (error, is_am, has_reached, code) in [
            ("login_required", false, true, Code::LoginRequired),
            ("login_required", false, false, Code::SessionUnconfirmed),
            ("interaction_required", true, true, Code::LoginRequired),
            ("interaction_required", true, false, Code::SessionUnconfirmed),
            ("interaction_required", false, true, Code::InteractionRequired),
            ("consent_required", true, true, Code::ConsentRequired),
            ("invalid_request", true, true, Code::InvalidRequest),
            ("made_up", true, false, Code::OauthError),
        ] {
            let trust = Trust { is_am, has_reached };
            let params = Params::parse(&["error=", error].joined());
            let refused = refusal(&params, trust).unwrap();
            assert_eq!((refused.error(), refused.code()), (error, code), "{is_am} {has_reached}");
        }
        assert_eq!(refusal(&Params::parse("code=c"), TRUSTED), None);
        let wordless = refusal(&Params::parse("error_description=x"), TRUSTED);
        assert_eq!(wordless.unwrap().error(), "session_check_error");
    }
}

//! The steps of a journey: requests to AM's authenticate endpoint, and their answers
//! ([Authenticate over REST](https://docs.pingidentity.com/pingam/8/am-authentication/authn-rest.html)).

use crate::am::endpoints::{Endpoints, VERSION, params, post};
use crate::error::{Code, Error, Kind};
use crate::fault::NetworkFault;
use crate::http::{Answer, Body, Request};
use crate::json::{Value, object, parse};
use crate::text::Join;
use crate::text::Text;

/// The outcome of a request: AM's JSON, by what it means.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A step, with an `authId` and callbacks to answer.
    Step(Value),
    /// The end of the journey: the user is signed in.
    Success(Value),
    /// The end of the journey: AM refuses the sign-in. With the HTTP status.
    Failure(Value, u16),
}

impl Outcome {
    /// `{ type, payload, status? }`, of which JavaScript makes a step object.
    pub fn into_value(self) -> Value {
        match self {
            Outcome::Step(payload) => object!([("type", "Step".into()), ("payload", payload)]),
            Outcome::Success(payload) => {
                object!([("type", "LoginSuccess".into()), ("payload", payload)])
            }
            Outcome::Failure(payload, status) => object!([
                ("type", "LoginFailure".into()),
                ("payload", payload),
                ("status", f64::from(status).into()),
            ]),
        }
    }
}

/// The request that starts a journey, the realm's default one where `journey` is missing or empty.
/// `query` has the app's own parameters.
pub fn start(endpoints: &Endpoints, journey: Option<&str>, query: &Value) -> Request {
    let mut params = params(query);
    if let Some(journey) = journey.filter(|journey| !journey.is_empty()) {
        params.set("authIndexType", "service");
        params.set("authIndexValue", journey);
    }
    let url = params.append_to(&endpoints.authenticate);
    post(&url, Body::None, Some(VERSION)).action("JOURNEY_START")
}

/// The request that submits a step. `payload` is JSON text, and sent as it is.
///
/// # Errors
/// `argument_invalid` where it is not the payload of a step, with an `authId`.
pub fn next(endpoints: &Endpoints, payload: &str, query: &Value) -> Result<Request, Error> {
    let step = parse(payload).filter(|payload| payload.non_empty("authId").is_some());
    let step = step.ok_or_else(|| {
        Error::new(
            "invalid_step",
            Code::ArgumentInvalid,
            Kind::Argument,
            "next() takes a Step: an object of type 'Step' whose payload has an authId.",
        )
    })?;
    let url = params(query).append_to(&endpoints.authenticate);
    let body = Body::Json(payload.into());
    Ok(post(&url, body, Some(VERSION)).action("JOURNEY_NEXT").hiding(secrets(&step)))
}

/// The texts of a step that no error may repeat: its `authId`, and what was entered, except for names of
/// users, which AM's messages may be about.
fn secrets(step: &Value) -> Vec<Text> {
    let mut secrets = Vec::new();
    secrets.extend(step.text("authId").cloned());
    for callback in step.at("callbacks").items() {
        if !matches!(callback.str("type"), Some("NameCallback" | "ValidatedCreateUsernameCallback"))
        {
            let inputs = callback.at("input").items().iter();
            secrets.extend(inputs.filter_map(|input| input.text("value")).cloned());
        }
    }
    secrets
}

/// Reads an answer, whose JSON decides, not its status: `authId` makes a step, `tokenId` or `successUrl`
/// with a success status the end of the journey, and `code`, `reason` or `message` a refusal.
///
/// A status of 429 or 5xx is an error and not a `LoginFailure`: the server did not decide about the user
/// (docs/decisions.md#http-statuses-of-journeys).
///
/// # Errors
/// `request_failed` with `http_error`, `answer_not_json` or the code of the network fault;
/// `no_response_data` for an empty success.
pub fn read(answer: Result<Answer, NetworkFault>) -> Result<Outcome, Error> {
    let answer = answer.map_err(unanswered)?;
    let status = answer.status;
    let Some(json) = parse(&answer.body) else {
        let error = if answer.is_ok() {
            if answer.body.is_empty() {
                return Err(no_data(status));
            }
            failed(Code::AnswerNotJson, Kind::Parse, "SyntaxError: the answer is not JSON")
        } else if answer.body.is_empty() {
            failed(Code::HttpError, Kind::Network, "Unknown error")
        } else {
            // A page, such as that of a proxy.
            let text = ["the server answered with status ", &answer.status_text()].joined();
            failed(Code::HttpError, Kind::Network, &text)
        };
        return Err(error.status(f64::from(status)));
    };
    if answer.is_ok() && !json.is_truthy() {
        return Err(no_data(status));
    }
    let has = |name| json.get(name).is_some_and(Value::is_truthy);
    let is_outage = status == 429 || status >= 500;
    if !is_outage && has("authId") {
        return Ok(Outcome::Step(json));
    }
    if answer.is_ok() && (has("tokenId") || has("successUrl")) {
        return Ok(Outcome::Success(json));
    }
    if !is_outage && ["code", "reason", "message"].into_iter().any(has) {
        return Ok(Outcome::Failure(json, status));
    }
    let text =
        ["message", "error_description", "error"].into_iter().find_map(|name| json.non_empty(name));
    Err(failed(Code::HttpError, Kind::Network, text.map_or("Unknown error", Text::as_str))
        .status(f64::from(status)))
}

/// The error for a request without an answer.
fn unanswered(fault: NetworkFault) -> Error {
    let (code, status) = fault.describe();
    failed(code, Kind::Network, &fault.advice()).status(status)
}

fn failed(code: Code, kind: Kind, text: &str) -> Error {
    Error::new("request_failed", code, kind, ["Request failed: ", text].joined())
}

/// The documented client's error for a success status without JSON data.
fn no_data(status: u16) -> Error {
    Error::new(
        "no_response_data",
        Code::AnswerInvalid,
        Kind::Network,
        "No data received from server",
    )
    .status(f64::from(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints() -> Endpoints {
        Endpoints { authenticate: "https://am/json/authenticate".into(), sessions: Text::default() }
    }

    fn outcome(status: u16, body: &str) -> Text {
        match read(Ok(Answer::new(status, body.into()))) {
            Ok(Outcome::Step(_)) => "Step".into(),
            Ok(Outcome::Success(_)) => "LoginSuccess".into(),
            Ok(Outcome::Failure(_, kept)) => format!("LoginFailure {kept}").into(),
            Err(error) => format!("{} {}", error.error(), error.message()).into(),
        }
    }

    #[test]
    fn answers_are_told_apart() {
        let am_failure = r#"{"code":401,"reason":"Unauthorized","message":"Login failure"}"#;
        for (status, body, result) in [
            (200, r#"{"authId":"a","callbacks":[]}"#, "Step"),
            (200, r#"{"authId":"a","successUrl":"/"}"#, "Step"),
            (401, r#"{"authId":"a","callbacks":[]}"#, "Step"),
            (200, r#"{"tokenId":"t","successUrl":"/","realm":"/"}"#, "LoginSuccess"),
            (200, r#"{"tokenId":"t"}"#, "LoginSuccess"),
            (200, r#"{"successUrl":"/","message":"Authentication Successful"}"#, "LoginSuccess"),
            (401, am_failure, "LoginFailure 401"),
            (400, am_failure, "LoginFailure 400"),
            (401, r#"{"successUrl":"/","code":401}"#, "LoginFailure 401"),
            (429, am_failure, "request_failed Request failed: Login failure"),
            (500, am_failure, "request_failed Request failed: Login failure"),
            (503, r#"{"authId":"a"}"#, "request_failed Request failed: Unknown error"),
            (200, "{}", "request_failed Request failed: Unknown error"),
            (200, "[]", "request_failed Request failed: Unknown error"),
            (200, "\"x\"", "request_failed Request failed: Unknown error"),
            (200, "", "no_response_data No data received from server"),
            (200, "null", "no_response_data No data received from server"),
            (200, "0", "no_response_data No data received from server"),
            (401, "", "request_failed Request failed: Unknown error"),
            (502, "<html>", "request_failed Request failed: the server answered with status 502"),
            (
                200,
                r#"{"authId":"#,
                "request_failed Request failed: SyntaxError: the answer is not JSON",
            ),
        ] {
            assert_eq!(outcome(status, body), result, "{status} {body}");
        }
    }

    #[test]
    fn a_start_names_the_journey_last_unless_the_app_did_first() {
        let url =
            |query: &str| start(&endpoints(), Some("Log in"), &parse(query).unwrap()).url.clone();
        assert_eq!(
            url("null"),
            "https://am/json/authenticate?authIndexType=service&authIndexValue=Log%20in"
        );
        assert_eq!(
            url(r#"{"authIndexValue":"x","ForceAuth":true,"n":2,"empty":"","off":false,"o":{}}"#),
            "https://am/json/authenticate?authIndexValue=Log%20in&ForceAuth=true&n=2&authIndexType=service"
        );
        assert_eq!(start(&endpoints(), None, &Value::NULL).url, "https://am/json/authenticate");
    }

    #[test]
    fn only_a_step_is_submitted() {
        for payload in ["", "undefined", "null", "{}", r#"{"authId":""}"#, r#"{"code":401}"#, "[]"]
        {
            let error = next(&endpoints(), payload, &Value::NULL).err().unwrap();
            assert_eq!(error.code(), Code::ArgumentInvalid, "{payload}");
        }
        assert!(next(&endpoints(), r#"{"authId":"a"}"#, &Value::NULL).is_ok());
    }
}

//! Leaving for another site in the middle of a journey, and coming back to its step: the contract's
//! sections 2.7 and 2.8.

use crate::error::{Code, Error, Kind};
use crate::fault::StorageFault;
use crate::json::{Data, Value, object, parse, to_text};
use crate::text::Text;
use crate::url::{Params, Url};

/// The key of the step that is come back to, in `sessionStorage`.
pub const KEY: &str = "pic-journey-step";

/// A step is forgotten after this many milliseconds.
const MAX_AGE: f64 = 600_000.0;

/// The parameters of a URL that a journey goes on with, in the contract's order.
const RECOGNISED: [&str; 11] = [
    "code",
    "error",
    "errorCode",
    "errorMessage",
    "form_post_entry",
    "nonce",
    "RelayState",
    "responsekey",
    "scope",
    "state",
    "suspendedId",
];

/// Checks where a step wants to send the person: only pages, and no script.
///
/// # Errors
/// `argument_error`.
pub fn check(url: &str, page: Option<&str>) -> Result<Url, Error> {
    let target = Url::parse(url, page).filter(|url| matches!(url.scheme(), "https:" | "http:"));
    target.ok_or_else(|| {
        Error::new(
            "invalid_redirect",
            Code::ArgumentInvalid,
            Kind::Argument,
            "The RedirectCallback's URL is not one of a web page (http or https).",
        )
    })
}

/// What the person came back to is no URL.
pub fn no_url() -> Error {
    let text = "resume() takes the absolute URL that the person came back to.";
    Error::new("invalid_url", Code::ArgumentInvalid, Kind::Argument, text)
}

/// What is kept of a step: without anything that the person has entered, the `state` by which its
/// response is known, and the time.
pub fn to_record(payload: &str, target: &Url, now: f64) -> Option<Text> {
    let mut step = parse(payload).filter(Value::is_object)?;
    each_of(&mut step, "callbacks", |callback| each_of(callback, "input", clear));
    let state = Params::parse(target.query()).get("state").map(Text::from);
    let record = object!([("step", step), ("state", state.into()), ("createdAt", now.into())]);
    Some(to_text(&record))
}

/// Does something with each item of the list called `name`.
fn each_of(of: &mut Value, name: &str, change: fn(&mut Value)) {
    let Some(Data::Object(members)) = of.data_mut() else { return };
    for (_, list) in members.iter_mut().filter(|(other, _)| other == name) {
        if let Some(Data::Array(items)) = list.data_mut() {
            items.iter_mut().for_each(change);
        }
    }
}

fn clear(input: &mut Value) {
    let empty = match input.get("value").and_then(Value::data) {
        Some(Data::Number(_)) => Value::from(0.0),
        Some(Data::Bool(_)) => Value::from(false),
        _ => Value::from(""),
    };
    input.set("value", empty);
}

/// How a journey goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Return {
    /// At the step that was left, given as the JSON text of its payload.
    Step(Text),
    /// At the beginning of a journey, or of the server's default one.
    Start(Option<Text>),
}

/// The parameters of the URL that are sent along.
pub fn query(url: &Url) -> Value {
    let params = Params::parse(url.query());
    let mut query = object!([]);
    for name in RECOGNISED {
        if let Some(value) = params.get(name) {
            query.set(name, value);
        }
    }
    query
}

/// Decides how a journey goes on. `stored` is what was kept by [`to_record`].
///
/// # Errors
/// The contract's two, as [`thrown`].
pub fn resume(
    url: &Url,
    journey: Option<&Text>,
    stored: &Result<Option<Text>, StorageFault>,
    now: f64,
) -> Result<Return, Error> {
    let params = Params::parse(url.query());
    let has = |name| params.get(name).is_some();
    let needs_step = (has("code") && has("state")) || has("form_post_entry") || has("responsekey");
    // A refusal of the other site belongs to the step that was left for it.
    let goes_back = needs_step || has("error") || has("errorCode");
    let start = || Return::Start(journey.or(params.get("authIndexValue")).map(Text::from));
    if !goes_back {
        return Ok(start());
    }
    match read_record(stored, params.get("state"), now) {
        Ok(step) => Ok(Return::Step(step)),
        Err((code, text)) if needs_step => Err(thrown(code, text)),
        Err(_) => Ok(start()),
    }
}

/// The step of a record. One of another response, or that can't be read now, is no junk: its error
/// is not [`Code::StateUnknown`].
fn read_record(
    stored: &Result<Option<Text>, StorageFault>,
    state: Option<&Text>,
    now: f64,
) -> Result<Text, (Code, &'static str)> {
    let missing = "Error: previous step information not found in storage for resume operation.";
    let text = match stored {
        Ok(Some(text)) => text,
        Ok(None) => return Err((Code::StateUnknown, missing)),
        Err(fault) => {
            return Err((
                fault.code(),
                "Error retrieving previous step: the storage can't be read",
            ));
        }
    };
    let Some(record) = parse(text).filter(Value::is_object) else {
        let text = "Error retrieving previous step: it could not be parsed";
        return Err((Code::StateUnknown, text));
    };
    if matches!((record.text("state"), state), (Some(ours), Some(theirs)) if ours != theirs) {
        return Err((Code::StateMismatch, missing));
    }
    let is_old = record.number("createdAt").is_some_and(|created| now - created > MAX_AGE);
    let step = record.get("step").filter(|step| !is_old && step.non_empty("authId").is_some());
    step.map(to_text).ok_or((Code::StateUnknown, missing))
}

/// An error that `resume()` throws, as documented.
fn thrown(code: Code, text: &'static str) -> Error {
    Error::new("resume_failed", code, Kind::State, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &str = r#"{"authId":"a","callbacks":[{"type":"PasswordCallback","input":[{"name":"IDToken1","value":"s3cret"},{"name":"IDToken2","value":7},{"name":"IDToken3","value":true}]},7,{"type":"RedirectCallback"}]}"#;

    fn url(query: &str) -> Url {
        Url::parse(&format!("https://app.example/?{query}"), None).unwrap()
    }

    fn record() -> Text {
        to_record(PAYLOAD, &url("state=s"), 5.0).unwrap()
    }

    #[test]
    fn nothing_that_was_entered_is_kept() {
        let record = record();
        assert!(!record.contains("s3cret") && record.contains(r#""name":"IDToken1""#), "{record}");
        let step = read_record(&Ok(Some(record)), Some(&"s".into()), 5.0).unwrap();
        assert!(step.contains(r#""value":0"#) && step.contains(r#""value":false"#), "{step}");
        for junk in ["", "7", "[]", "null"] {
            assert_eq!(to_record(junk, &url(""), 0.0), None);
        }
    }

    #[test]
    fn only_pages_are_gone_to() {
        for (target, fine) in [
            ("https://idp.example/a?b", true),
            ("http://localhost/x", true),
            ("/relative", true),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("blob:https://app.example/1", false),
            ("", true),
            ("https://[", false),
        ] {
            assert_eq!(check(target, Some("https://app.example/")).is_ok(), fine, "{target}");
        }
    }

    #[test]
    fn how_a_journey_goes_on() {
        let record = record();
        let stored = Some(record.as_str());
        let kept = Ok(Some(record.clone()));
        let step = || Ok(Return::Step(read_record(&kept, None, 5.0).unwrap()));
        let started = |name: Option<&str>| Ok(Return::Start(name.map(Text::from)));
        let missing = Err(Code::StateUnknown);
        for (query, stored, now, expected) in [
            ("code=c&state=s", stored, 5.0, step()),
            ("form_post_entry=f", stored, 5.0, step()),
            ("responsekey=r&RelayState=x", stored, 5.0, step()),
            ("error=access_denied&state=s", stored, 5.0, step()),
            ("error=access_denied", None, 5.0, started(None)),
            ("code=c&state=other", stored, 5.0, Err(Code::StateMismatch)),
            ("error=access_denied&state=other", stored, 5.0, started(None)),
            ("code=c&state=s", None, 5.0, missing.clone()),
            ("code=c&state=s", stored, 6.0 + MAX_AGE, missing.clone()),
            ("code=c&state=s", Some("{\"step\":null}"), 5.0, missing.clone()),
            ("code=c&state=s", Some("{\"step\":{\"successUrl\":\"x\"}}"), 5.0, missing.clone()),
            ("code=c&state=s", Some("junk"), 5.0, missing.clone()),
            ("code=c", stored, 5.0, started(None)),
            ("suspendedId=i&authIndexValue=J", stored, 5.0, started(Some("J"))),
            ("", stored, 5.0, started(None)),
        ] {
            let stored = Ok(stored.map(Text::from));
            let result = resume(&url(query), None, &stored, now).map_err(|error| error.code());
            assert_eq!(result, expected, "{query} {stored:?}");
        }
        assert_eq!(
            resume(&url("authIndexValue=J"), Some(&"K".into()), &Ok(None), 0.0),
            Ok(Return::Start(Some("K".into())))
        );
    }

    #[test]
    fn what_is_sent_along() {
        let found =
            query(&url("iss=x&suspendedId=i&state=s&code=c&scope=&realm=r&RelayState=a%20b"));
        assert_eq!(
            to_text(&found),
            r#"{"code":"c","RelayState":"a b","state":"s","suspendedId":"i"}"#
        );
    }
}

//! Leaving the page in a step of a journey, for another site, and returning to that step.

use crate::error::{Code, Error, Kind};
use crate::fault::StorageFault;
use crate::json::{Data, Value, object, parse, to_text};
use crate::protocol::id_token::LEEWAY;
use crate::text::Text;
use crate::url::{Params, Url};

/// How long a stored step can be continued: 10 minutes, in milliseconds.
const MAX_AGE: f64 = 600_000.0;

/// The member that says that the `state` is not in the URL but in a request object or a pushed request,
/// where only AM can compare it
/// ([RFC 9101 section 4](https://www.rfc-editor.org/rfc/rfc9101#section-4),
/// [RFC 9126 section 4](https://www.rfc-editor.org/rfc/rfc9126#section-4)).
const HIDES_STATE: &str = "hidesState";

/// The parameters of the returning URL that are sent to AM, in this order.
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

/// The URL of a `RedirectCallback`, relative to `page`. Only web pages are allowed: a `javascript:` URL
/// would run in this page.
///
/// # Errors
/// `argument_invalid`.
pub fn check(url: &str, page: Option<&str>) -> Result<Url, Error> {
    let target = Url::parse(url, page).filter(|url| matches!(url.scheme(), "https:" | "http:"));
    target.ok_or_else(|| {
        Error::new(
            "invalid_redirect",
            Code::ArgumentInvalid,
            Kind::Argument,
            "The RedirectCallback's URL is not that of a web page (http or https). Check the journey's node.",
        )
    })
}

/// The error for an argument of `resume()` that is not an absolute URL. Apps don't get it: `pkg/core/journey.js`
/// throws a `TypeError` first.
pub fn no_url() -> Error {
    let text =
        "resume() takes an absolute URL: the one at which the user returns. Pass location.href.";
    Error::new("invalid_url", Code::ArgumentInvalid, Kind::Argument, text)
}

/// The record to store of a step before the page is left for `target`: the step without the user's
/// input, `state` and `RelayState` to recognise the response by, the issuer, and `now` (milliseconds
/// since 1970). `form` has the parameters that are posted to `target`. `None` where `payload` is not a
/// JSON object.
pub fn to_record(
    payload: &str,
    target: &Url,
    form: Option<&Value>,
    issuer: &str,
    now: f64,
) -> Option<Text> {
    let mut step = parse(payload).filter(Value::is_object)?;
    each_of(&mut step, "callbacks", |callback| each_of(callback, "input", clear));
    let query = Params::parse(target.query());
    let sent = |name| form.and_then(|form| form.non_empty(name)).or(query.get(name)).cloned();
    let hides_state = sent("request").is_some() || sent("request_uri").is_some();
    Some(to_text(&object!([
        ("step", step),
        ("state", sent("state").into()),
        (HIDES_STATE, hides_state.into()),
        ("RelayState", sent("RelayState").into()),
        ("issuer", issuer.into()),
        ("createdAt", now.into()),
    ])))
}

/// Changes each item of the list called `name`.
fn each_of(of: &mut Value, name: &str, change: fn(&mut Value)) {
    let Some(Data::Object(members)) = of.data_mut() else { return };
    for (_, list) in members.iter_mut().filter(|(other, _)| other == name) {
        if let Some(Data::Array(items)) = list.data_mut() {
            items.iter_mut().for_each(change);
        }
    }
}

/// Replaces an input value by the empty one of its type: a password must not be stored.
fn clear(input: &mut Value) {
    let empty = match input.get("value").and_then(Value::data) {
        Some(Data::Number(_)) => Value::from(0.0),
        Some(Data::Bool(_)) => Value::from(false),
        _ => Value::from(""),
    };
    input.set("value", empty);
}

/// How a journey continues after the user has returned.
#[derive(Clone, Debug, PartialEq)]
pub enum Return {
    /// With the stored step: the JSON text of its payload.
    Step(Text),
    /// With a new start of this journey; of the realm's default journey for `None`.
    Start(Option<Text>),
}

/// The parameters of the returning URL that are sent to AM: an object of texts.
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

/// How a journey continues at `url`. `journey` is the name that the app gives, `stored` the record of
/// [`to_record`], `now` is in milliseconds since 1970.
///
/// A URL with a response of the other site continues the stored step, which needs a `code` and a `state`,
/// or a response that AM has taken. An error of the other site does so if the step is there; any other
/// URL starts the journey.
///
/// # Errors
/// `resume_failed` where the step is needed and can't be used, with the code of the reason.
pub fn resume(
    url: &Url,
    journey: Option<&Text>,
    stored: &Result<Option<Text>, StorageFault>,
    issuer: &str,
    now: f64,
) -> Result<Return, Error> {
    let params = Params::parse(url.query());
    let has = |name| params.get(name).is_some();
    let needs_step = (has("code") && has("state")) || is_from_am(&params);
    // An error of the other site belongs to the stored step too.
    let goes_back = needs_step || has("error") || has("errorCode");
    let start = || Return::Start(journey.or(params.get("authIndexValue")).map(Text::from));
    if !goes_back {
        return Ok(start());
    }
    match read_record(stored, &params, issuer, now) {
        Ok(step) => Ok(Return::Step(step)),
        Err((code, text)) if needs_step => Err(thrown(code, text)),
        Err(_) => Ok(start()),
    }
}

/// Whether AM itself has taken the response of the other site, and has compared its `state`.
fn is_from_am(params: &Params) -> bool {
    params.get("form_post_entry").is_some() || params.get("responsekey").is_some()
}

/// The step of a stored record.
///
/// # Errors
/// [`Code::StateUnknown`] for a record that is of no more use, and can be removed. A record of another
/// response or of another AM may still be needed: its code is another one, and so is that of a storage
/// that fails.
fn read_record(
    stored: &Result<Option<Text>, StorageFault>,
    params: &Params,
    issuer: &str,
    now: f64,
) -> Result<Text, (Code, &'static str)> {
    let text = match stored {
        Ok(Some(text)) => text,
        Ok(None) => return Err((Code::StateUnknown, MISSING)),
        Err(fault) => {
            return Err((
                fault.code(),
                "Error retrieving previous step: the storage can't be read. Start the journey again.",
            ));
        }
    };
    let Some(record) = parse(text).filter(Value::is_object) else {
        let text = "Error retrieving previous step: it could not be parsed";
        return Err((Code::StateUnknown, text));
    };
    let is_now = |created| (-LEEWAY * 1000.0..=MAX_AGE).contains(&(now - created));
    let is_usable = record.number("createdAt").is_some_and(is_now);
    let step = record.get("step").filter(|step| is_usable && step.non_empty("authId").is_some());
    let step = step.ok_or((Code::StateUnknown, MISSING))?;
    if record.str("issuer").is_some_and(|kept| kept != issuer) {
        return Err((Code::StateMismatch, MISSING));
    }
    check_state(&record, params)?;
    Ok(to_text(step))
}

/// Checks that a response belongs to the stored step.
///
/// - A response of an authorization server (`code` or `error`) has the stored `state`
///   ([RFC 6749 section 10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)); any other has that
///   one or none.
/// - A response that AM has taken has the stored `RelayState`, if there is one (SAML bindings, [section
///   3.4.3](https://docs.oasis-open.org/security/saml/v2.0/saml-bindings-2.0-os.pdf)).
///
/// # Errors
/// `state_missing` or `state_mismatch`.
fn check_state(record: &Value, params: &Params) -> Result<(), (Code, &'static str)> {
    let kept = record.non_empty("state");
    let comes_with_state = params.get("code").is_some() || params.get("error").is_some();
    if params.is_repeated("state") {
        return Err((Code::StateMismatch, MISSING));
    }
    match params.get("state") {
        None if comes_with_state && kept.is_some() => return Err((Code::StateMissing, MISSING)),
        None => {}
        Some(_) if kept.is_none() && record.flag(HIDES_STATE) => {}
        found if found == kept => {}
        _ => return Err((Code::StateMismatch, MISSING)),
    }
    let (kept, found) = (record.non_empty("RelayState"), params.get("RelayState"));
    match kept.is_some() && found != kept && (found.is_some() || is_from_am(params)) {
        true => Err((Code::StateMismatch, MISSING)),
        false => Ok(()),
    }
}

const MISSING: &str = "Error: previous step information not found in storage for resume operation.";

/// The documented client's error, which `resume()` throws.
fn thrown(code: Code, text: &'static str) -> Error {
    Error::new("resume_failed", code, Kind::State, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &str = r#"{"authId":"a","callbacks":[{"type":"PasswordCallback","input":[{"name":"IDToken1","value":"s3cret"},{"name":"IDToken2","value":7},{"name":"IDToken3","value":true}]},7,{"type":"RedirectCallback"}]}"#;

    const AM: &str = "https://am.example/am/oauth2";

    fn url(query: &str) -> Url {
        Url::parse(&format!("https://app.example/?{query}"), None).unwrap()
    }

    fn record() -> Text {
        to_record(PAYLOAD, &url("state=s"), None, AM, 5.0).unwrap()
    }

    #[test]
    fn nothing_that_was_entered_is_kept() {
        let record = record();
        assert!(!record.contains("s3cret") && record.contains(r#""name":"IDToken1""#), "{record}");
        let back = Params::parse("code=c&state=s");
        let step = read_record(&Ok(Some(record)), &back, AM, 5.0).unwrap();
        assert!(step.contains(r#""value":0"#) && step.contains(r#""value":false"#), "{step}");
        for junk in ["", "7", "[]", "null"] {
            assert_eq!(to_record(junk, &url(""), None, AM, 0.0), None);
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
        let back = Params::parse("state=s");
        let step = || Ok(Return::Step(read_record(&kept, &back, AM, 5.0).unwrap()));
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
            ("error=access_denied", stored, 5.0, started(None)),
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
            let result = resume(&url(query), None, &stored, AM, now).map_err(|error| error.code());
            assert_eq!(result, expected, "{query} {stored:?}");
        }
        assert_eq!(
            resume(&url("authIndexValue=J"), Some(&"K".into()), &Ok(None), AM, 0.0),
            Ok(Return::Start(Some("K".into())))
        );
    }

    #[test]
    fn a_response_is_of_the_step_that_was_left_for_it() {
        let none = "https://idp.example/?client_id=c";
        let own = "https://idp.example/?client_id=c&state=s";
        let saml = "https://idp.example/?SAMLRequest=r&RelayState=relay";
        let pushed = "https://idp.example/?client_id=c&request_uri=urn:x";
        let object = "https://idp.example/?client_id=c&request=e30.e30.&state=s";
        let (missing, wrong) = (Some(Code::StateMissing), Some(Code::StateMismatch));
        for (target, form, query, expected) in [
            (own, "null", "code=c&state=s", None),
            (own, "null", "form_post_entry=f", None),
            (own, "null", "form_post_entry=f&state=s", None),
            (own, "null", "form_post_entry=f&state=t", wrong),
            (own, "null", "responsekey=k&state=t", wrong),
            // A code or an error comes directly from the authorization server.
            (own, "null", "form_post_entry=f&code=c", missing),
            (own, "null", "responsekey=k&error=e", missing),
            (own, "null", "responsekey=k&error=e&state=s", None),
            (none, "null", "code=c&state=s", wrong),
            (none, "null", "form_post_entry=f", None),
            (none, "null", "form_post_entry=f&state=s", wrong),
            (saml, "null", "responsekey=k&RelayState=relay", None),
            (saml, "null", "responsekey=k&RelayState=other", wrong),
            (saml, "null", "responsekey=k", wrong),
            (saml, "null", "form_post_entry=f", wrong),
            (own, "null", "responsekey=k&RelayState=any", None),
            // In a POST it is in the form.
            (none, r#"{"state":"s"}"#, "code=c&state=s", None),
            (none, r#"{"state":"s"}"#, "code=c&state=t", wrong),
            (none, r#"{"RelayState":"r"}"#, "responsekey=k&RelayState=r", None),
            (none, r#"{"RelayState":"r"}"#, "responsekey=k", wrong),
            // Only AM knows the state of a request object.
            (pushed, "null", "code=c&state=any", None),
            (object, "null", "code=c&state=any", wrong),
        ] {
            let target = Url::parse(target, None).unwrap();
            let record = to_record(PAYLOAD, &target, parse(form).as_ref(), AM, 5.0);
            let result = resume(&url(query), None, &Ok(record), AM, 5.0);
            let place = format!("{target:?} {form} {query}: {result:?}");
            assert_eq!(result.err().map(|error| error.code()), expected, "{place}");
        }
    }

    #[test]
    fn a_step_is_of_its_own_am_and_its_own_time() {
        let record = record();
        let resume = |record: &str, issuer, now| {
            let stored = Ok(Some(Text::from(record)));
            resume(&url("code=c&state=s"), None, &stored, issuer, now).map_err(|error| error.code())
        };
        assert!(resume(&record, AM, 5.0 + MAX_AGE).is_ok());
        assert_eq!(resume(&record, "https://am.example/am2/oauth2", 5.0), Err(Code::StateMismatch));
        // A clock that was set back, and a record without a time.
        assert_eq!(resume(&record, AM, 5.0 - 3_600_000.0), Err(Code::StateUnknown));
        let undated = record.replace(r#""createdAt":5"#, r#""createdAt":null"#);
        assert_ne!(undated, record.as_str());
        assert_eq!(resume(&undated, AM, 5.0), Err(Code::StateUnknown));
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

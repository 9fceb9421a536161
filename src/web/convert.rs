//! Between JavaScript values and ours.

use std::future::{Future, ready};
use std::pin::Pin;

use js_sys::{Array, Function, JSON, Reflect};
use wasm_bindgen::JsValue;

use crate::error::{Code, Error, Kind};
use crate::json::{Value, parse, to_js};
use crate::task::{SharedWork, until};
use crate::text::{Text, as_text};
use crate::web::page;
use crate::web::tasks;

/// The member called `name`; `undefined` on what has no members.
pub fn member(of: &JsValue, name: &str) -> JsValue {
    if of.is_object() {
        Reflect::get(of, &name.into()).unwrap_or_default()
    } else {
        JsValue::UNDEFINED
    }
}

/// A caller's argument as plain data: what JSON keeps of it.
pub fn plain(argument: &JsValue) -> Result<Value, Error> {
    let text = JSON::stringify(argument).map_err(|_| not_plain())?;
    // What JSON has no text for, such as a function, is `undefined` here.
    as_text(&text).map_or(Ok(Value::NULL), |text| parse(&text).ok_or_else(not_plain))
}

/// A caller's text; empty when it is none.
pub fn text(argument: &JsValue) -> Text {
    as_text(argument).unwrap_or_default()
}

/// Runs the method that a call names, with its options: the last of its arguments. `options.signal`
/// gives it up. A share in a renewal or an exchange is given up, not the renewal itself.
pub fn call(arguments: &Array, settle: Function, method: impl FnOnce(Value) -> SharedWork) {
    let options = arguments.at(-1);
    let signal = member(&options, "signal");
    let work = match plain(&options) {
        Ok(options) => method(options),
        Err(error) => Box::pin(ready(Err(error))),
    };
    answer(
        settle,
        Box::pin(async move {
            let result = match signal.is_object() {
                true => until_aborted(&signal, work).await,
                false => work.await,
            };
            result.map(|value| match value {
                Value::NULL => JsValue::UNDEFINED,
                value => to_js(&value),
            })
        }),
    )
}

/// Begins work, and lets `settle` have what comes of it: the value, or the error value.
pub fn answer(settle: Function, work: Pin<Box<dyn Future<Output = Result<JsValue, Error>>>>) {
    tasks::spawn(Box::pin(async move {
        let value = work.await.unwrap_or_else(|error| to_js(&error.into_value()));
        // It resolves a promise, and never throws.
        let _ = settle.call1(&JsValue::UNDEFINED, &value);
    }));
}

async fn until_aborted(signal: &JsValue, work: SharedWork) -> Result<Value, Error> {
    if member(signal, "aborted").is_truthy() {
        return Err(given_up());
    }
    let aborted = page::Work::begin("aborted", "", "", f64::INFINITY, signal).read(drop);
    until(aborted, work).await.unwrap_or_else(|| Err(given_up()))
}

/// No method has this name: `pkg/core/client.js` and this module are of two versions.
pub fn no_method() -> Error {
    Error::new("internal_error", Code::InternalError, Kind::Internal, "There is no such method.")
}

fn given_up() -> Error {
    Error::new("aborted", Code::Aborted, Kind::Unknown, "The call was aborted by its signal.")
}

fn not_plain() -> Error {
    let text = "Options must be plain data: no cycles, no big integers.";
    Error::new("Invalid options", Code::ArgumentInvalid, Kind::Argument, text)
}

//! Between JavaScript values and ours.

use std::future::Future;
use std::pin::Pin;

use js_sys::{JSON, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;
use web_sys::AbortSignal;

use crate::browser::signal::Listener;
use crate::error::{Code, Error, Kind};
use crate::flight::{Signal, until};
use crate::json::{Value, parse, to_js};

/// The work of a call.
pub type Work = Pin<Box<dyn Future<Output = Result<JsValue, Error>>>>;

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
    text.as_string().map_or(Ok(Value::Null), |text| parse(&text).ok_or_else(not_plain))
}

/// A caller's text; empty when it is none.
pub fn text(argument: &JsValue) -> String {
    argument.as_string().unwrap_or_default()
}

/// Runs the work of a call; `options.signal` gives it up. A share in a renewal or an exchange is
/// given up, not the renewal itself.
pub fn promise(options: &JsValue, work: Work) -> Promise {
    let signal: Option<AbortSignal> = member(options, "signal").dyn_into().ok();
    future_to_promise(async move {
        let result = match signal {
            Some(signal) => until_aborted(&signal, work).await,
            None => work.await,
        };
        Ok(result.unwrap_or_else(|error| to_js(&error.into_value())))
    })
}

async fn until_aborted(signal: &AbortSignal, work: Work) -> Result<JsValue, Error> {
    let aborted = Signal::default();
    let _listener = Listener::start(signal, "abort", &aborted);
    if member(signal, "aborted").is_truthy() {
        aborted.fire();
        return Err(given_up());
    }
    until(aborted.wait(), work).await.unwrap_or_else(|| Err(given_up()))
}

fn given_up() -> Error {
    Error::new("aborted", Code::Aborted, Kind::Unknown, "The call was aborted by its signal.")
}

fn not_plain() -> Error {
    let text = "Options must be plain data: no cycles, no big integers.";
    Error::new("Invalid options", Code::ArgumentInvalid, Kind::Argument, text)
}

//! Between JavaScript values and ours.

use std::future::ready;
use std::pin::Pin;

use js_sys::{JSON, Promise, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::future_to_promise;

use super::page;
use crate::error::{Code, Error, Kind};
use crate::json::{Value, parse, to_js};
use crate::task::{SharedWork, until};
use crate::text::as_text;

#[wasm_bindgen]
extern "C" {
    /// The argument of a call: plain data, and perhaps the app's `signal`.
    pub type Input;
}

/// Does the work of a call. `input.signal` cancels the wait; of work that several calls share it cancels the
/// share, not the work. The promise resolves to the result, or to the error value.
pub fn answer(input: Option<Input>, work: impl FnOnce(Value) -> SharedWork) -> Promise {
    let data = input.as_ref().map_or(Ok(Value::NULL), |input| plain(input));
    let work = match data {
        Ok(data) => work(data),
        Err(error) => Box::pin(ready(Err(error))),
    };
    answer_with(input, work)
}

fn answer_with(input: Option<Input>, work: SharedWork) -> Promise {
    promise(Box::pin(async move {
        let signal = input.map(|input| member(&input, "signal"));
        let result = match signal.filter(JsValue::is_object) {
            Some(signal) => until_aborted(&signal, work).await,
            None => work.await,
        };
        result.map(|value| match value {
            Value::NULL => JsValue::UNDEFINED,
            value => to_js(&value),
        })
    }))
}

/// Promises a result, or the error value. All work has one type: each further one is a copy of the code that
/// runs it.
pub fn promise(work: Pin<Box<dyn Future<Output = Result<JsValue, Error>>>>) -> Promise {
    future_to_promise(async move {
        Ok(work.await.unwrap_or_else(|error| to_js(&error.into_value())))
    })
}

async fn until_aborted(signal: &JsValue, work: SharedWork) -> Result<Value, Error> {
    if member(signal, "aborted").is_truthy() {
        return Err(given_up());
    }
    let aborted = async {
        let _ = page::result(page::aborted(signal)).await;
    };
    until(aborted, work).await.unwrap_or_else(|| Err(given_up()))
}

fn given_up() -> Error {
    Error::new("aborted", Code::Aborted, Kind::Unknown, "The call was aborted by its signal.")
}

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

fn not_plain() -> Error {
    let text = "Options must be plain data: no cycles, no big integers.";
    Error::new("Invalid options", Code::ArgumentInvalid, Kind::Argument, text)
}

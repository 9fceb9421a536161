//! Requests by `fetch`.
//!
//! By web-sys alone: gloo-net's `send()`, `header()` and `text()` panic, for instance when `fetch`
//! rejects with what is no `Error`, and its builder costs 1.6 kB.

use js_sys::{JsString, Promise, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, Response, UrlSearchParams};

use super::hooks::Hooks;
use super::is_offline;
use super::signal::within;
use crate::json::{Value, object, to_js};
use crate::platform::{Answer, Body, NetworkFault, Request};

#[wasm_bindgen]
extern "C" {
    /// The page's own `fetch`, looked up at each call: apps and tests may replace it.
    #[wasm_bindgen(catch)]
    fn fetch(request: &web_sys::Request) -> Result<JsValue, JsValue>;

    /// Throws for what only looks like a promise, and throws itself.
    #[wasm_bindgen(catch, js_namespace = Promise)]
    fn resolve(value: &JsValue) -> Result<Promise, JsValue>;
}

/// Sends a request and reads the answer, for at most `timeout` milliseconds.
pub async fn send(request: Request, timeout: f64, hooks: &Hooks) -> Result<Answer, NetworkFault> {
    match within(timeout, exchange(request, hooks)).await {
        Some(Ok(answer)) => Ok(answer),
        Some(Err(_)) if is_offline() => Err(NetworkFault::Offline),
        Some(Err(_)) => Err(NetworkFault::Failed),
        None => Err(NetworkFault::Timeout),
    }
}

async fn exchange(request: Request, hooks: &Hooks) -> Result<Answer, JsValue> {
    let controller = AbortController::new()?;
    let (action, anew) = (request.action, request.anew);
    let request = build(request, &controller.signal())?;
    let mut abort = AbortOnDrop(Some(controller));
    let early = if action.is_none() && !anew { hooks.early(&request) } else { None };
    let sent = early.map_or_else(|| fetch(&request), Ok)?;
    let response: Response = settle(sent).await?.dyn_into()?;
    hooks.see(&response, action);
    // A replaced `fetch` may give something whose getters throw.
    let status = Reflect::get(&response, &"status".into())?.as_f64().unwrap_or_default() as u16;
    let redirected = Reflect::get(&response, &"type".into())? == "opaqueredirect";
    let status = if redirected { 302 } else { status };
    let body: JsString = settle(response.text()?.into()).await?.dyn_into()?;
    // What has come to its end is not aborted: the app may still be reading its copy.
    abort.0 = None;
    Ok(Answer { status, body: body.into() })
}

fn build(request: Request, signal: &AbortSignal) -> Result<web_sys::Request, JsValue> {
    let is_secret = request.is_secret();
    let mut init = object([("method", request.method.into())]);
    let body: JsValue = match request.body {
        Body::None => JsValue::UNDEFINED,
        // The browser writes it as a form, and names its type.
        Body::Form(params) => UrlSearchParams::new_with_str(&params.encode())?.into(),
        Body::Json(text) => text.into(),
    };
    if request.with_cookies {
        init.set("credentials", "include");
    }
    if request.anew {
        init.set("cache", "reload");
    }
    match (is_secret, request.stays) {
        (true, _) => init.set("redirect", "error"),
        (false, true) => init.set("redirect", "manual"),
        _ => {}
    }
    if let Value::Object(options) = request.options {
        options.into_iter().for_each(|(name, value)| init.set(&name, value));
    }
    if request.keepalive {
        init.set("keepalive", true);
    }
    let headers = request.headers.into_iter();
    let headers = headers.map(|(name, value)| (name.into_owned(), value.into()));
    init.set("headers", Value::Object(headers.collect()));
    let init = to_js(&init);
    Reflect::set(&init, &"body".into(), &body)?;
    Reflect::set(&init, &"signal".into(), signal)?;
    web_sys::Request::new_with_str_and_init(&request.url, init.unchecked_ref())
}

/// Awaits a promise, or whatever a replaced `fetch` returns.
pub async fn settle(value: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(resolve(&value)?).await
}

struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(abort) = &self.0 {
            abort.abort();
        }
    }
}

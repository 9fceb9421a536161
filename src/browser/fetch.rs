//! Requests by `fetch`.
//!
//! gloo-net builds them; its `send()` is not used, because it panics when `fetch` rejects with what
//! is no `Error`, and its `header()` and `text()` for the like.

use gloo_net::http::{Headers, Method, RequestBuilder};
use js_sys::{JsString, Promise, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestCache, RequestCredentials, RequestRedirect, Response};

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

const FORM: &str = "application/x-www-form-urlencoded;charset=UTF-8";

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
    let mut abort = AbortOnDrop(Some(AbortController::new()?));
    let (action, anew) = (request.action, request.anew);
    let request = build(request, abort.0.as_ref())?;
    let early = if action.is_none() && !anew { hooks.early(&request) } else { None };
    let response: Response =
        settle(early.map_or_else(|| fetch(&request), Ok)?).await?.dyn_into()?;
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

fn build(request: Request, abort: Option<&AbortController>) -> Result<web_sys::Request, JsValue> {
    let headers = web_sys::Headers::new()?;
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    if let Body::Form(_) = request.body {
        headers.set("Content-Type", FORM)?;
    }
    let builder = RequestBuilder::new(&request.url)
        .method(if request.method == "POST" { Method::POST } else { Method::GET })
        .headers(Headers::from_raw(headers))
        .abort_signal(abort.map(AbortController::signal).as_ref());
    let builder = match request.with_cookies {
        true => builder.credentials(RequestCredentials::Include),
        false => builder,
    };
    let builder = match request.anew {
        true => builder.cache(RequestCache::Reload),
        false => builder,
    };
    let builder = match request.is_secret() {
        true => builder.redirect(RequestRedirect::Error),
        false if request.stays => builder.redirect(RequestRedirect::Manual),
        false => builder,
    };
    let built = match request.body {
        Body::None => builder.build(),
        Body::Form(params) => builder.body(params.encode()),
        Body::Json(text) => builder.body(text),
    };
    let built: web_sys::Request = built.map(Into::into).map_err(|_| JsValue::NULL)?;
    if request.options == Value::Null && !request.keepalive {
        return Ok(built);
    }
    let mut options = request.options;
    if !options.is_object() {
        options = object([]);
    }
    if request.keepalive {
        options.set("keepalive", true);
    }
    web_sys::Request::new_with_request_and_init(&built, to_js(&options).unchecked_ref())
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

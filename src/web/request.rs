//! Requests as the page's JavaScript has them.

use wasm_bindgen::JsValue;

use crate::http::{Body, Request};
use crate::json::{Value, object};
use crate::url::Params;
use crate::web::convert::member;

/// What `pkg/page/hooks.js` makes of the app's options: `{ prepare?, seen?, early? }`.
#[derive(Clone, Default)]
pub struct Hooks {
    /// The functions.
    pub functions: JsValue,
    /// Whether there is middleware.
    pub prepares: bool,
}

impl Hooks {
    /// Reads the object.
    pub fn read(functions: JsValue) -> Hooks {
        Hooks { prepares: member(&functions, "prepare").is_function(), functions }
    }
}

/// `{ url, method, headers, credentials, form?, body? }`, as the middleware sees it.
pub fn shown(request: &Request) -> Value {
    let mut value = object!([
        ("url", (&request.url).into()),
        ("method", request.method.into()),
        ("headers", request.headers.clone()),
    ]);
    value.set("credentials", credentials(request.with_cookies));
    match &request.body {
        Body::None => {}
        Body::Form(params) => value.set("form", params.encode()),
        Body::Json(text) => value.set("body", text),
    }
    value
}

const fn credentials(with_cookies: bool) -> &'static str {
    if with_cookies { "include" } else { "omit" }
}

/// The options of `fetch` without the body, which `pkg/page/request.js` sets.
pub fn init(request: &Request) -> Value {
    let mut init = object!([
        ("method", request.method.into()),
        ("credentials", credentials(request.with_cookies).into()),
    ]);
    if request.anew {
        init.set("cache", "reload");
    }
    if request.is_secret() {
        init.set("redirect", "error");
    } else if request.stays {
        init.set("redirect", "manual");
    }
    if request.unreadable {
        init.set("mode", "no-cors");
    }
    if request.keepalive {
        init.set("keepalive", true);
    }
    let options = request.options.members().iter();
    options.for_each(|(name, value)| init.set(name, value.clone()));
    init.set("headers", request.headers.clone());
    init
}

/// The request as the middleware has left it.
pub fn changed(mut request: Request, prepared: &Value) -> Request {
    let headers = prepared.get("headers").filter(|headers| headers.is_object());
    let mut headers = headers.cloned().unwrap_or_else(|| object!([]));
    headers.retain(&|_, value| value.as_str().is_some());
    let body = match (prepared.str("form"), prepared.str("body")) {
        (Some(form), _) => Body::Form(Params::parse(form)),
        (None, Some(text)) => Body::Json(text.into()),
        (None, None) => Body::None,
    };
    let mut options = prepared.at("options").clone();
    let credentials = prepared.str("credentials");
    options.set("credentials", credentials);
    options.retain(&|_, value| !value.is_null());
    request.url = prepared.str("url").unwrap_or_default().into();
    request.method = if prepared.str("method") == Some("POST") { "POST" } else { "GET" };
    request.headers = headers;
    request.body = body;
    request.with_cookies = credentials == Some("include");
    request.timeout = prepared.number("timeout").filter(|timeout| *timeout > 0.0);
    request.options = options;
    request
}

//! What an app hooks into requests: middleware before, `onResponse` after.

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Response;

use super::fetch::settle;
use crate::js::convert::{member, plain};
use crate::json::{Value, object, to_js};
use crate::platform::{Body, Request};
use crate::url::Params;

/// The functions that `src/js/hooks.js` makes of the app's options.
#[derive(Clone, Default)]
pub struct Hooks {
    prepare: Option<Function>,
    seen: Option<Function>,
    early: Option<Function>,
}

impl Hooks {
    /// Reads `{ prepare?, seen?, early? }`.
    pub fn read(hooks: &JsValue) -> Hooks {
        let function = |name| member(hooks, name).dyn_into().ok();
        Hooks { prepare: function("prepare"), seen: function("seen"), early: function("early") }
    }

    /// The promised response to a request that was sent while the wasm was being loaded
    /// (`pkg/early.js`).
    pub fn early(&self, request: &web_sys::Request) -> Option<JsValue> {
        let response = self.early.as_ref()?.call1(&JsValue::UNDEFINED, request).ok()?;
        response.is_object().then_some(response)
    }

    /// Shows the app a response; what it does with it is its own affair.
    pub fn see(&self, response: &Response, action: Option<&'static str>) {
        if let (Some(seen), Some(action)) = (&self.seen, action)
            && let Ok(copy) = response.clone()
        {
            let _ = seen.call2(&JsValue::UNDEFINED, &copy, &action.into());
        }
    }
}

/// Lets the middleware change a request; the text that it threw where it failed.
pub async fn prepare(request: Request, hooks: &Hooks) -> Result<Request, String> {
    let (Some(prepare), Some(action)) = (&hooks.prepare, request.action) else {
        return Ok(request);
    };
    let shown = to_js(&to_value(&request));
    let text = |thrown: JsValue| {
        let message = member(&thrown, "message").as_string().or_else(|| thrown.as_string());
        message.unwrap_or_else(|| "The request middleware failed.".to_owned())
    };
    let pending = prepare.call2(&JsValue::UNDEFINED, &shown, &action.into()).map_err(text)?;
    let prepared = settle(pending).await.map_err(text)?;
    let prepared = plain(&prepared).map_err(|error| error.message().to_owned())?;
    Ok(apply(request, &prepared))
}

fn to_value(request: &Request) -> Value {
    let headers = request.headers.iter();
    let headers = headers.map(|(name, value)| (name.clone().into_owned(), value.as_str().into()));
    let mut value = object([
        ("url", request.url.as_str().into()),
        ("method", request.method.into()),
        ("headers", Value::Object(headers.collect())),
    ]);
    if request.with_cookies {
        value.set("credentials", "include");
    }
    match &request.body {
        Body::None => {}
        Body::Form(params) => value.set("form", params.encode()),
        Body::Json(text) => value.set("body", text.as_str()),
    }
    value
}

fn apply(request: Request, prepared: &Value) -> Request {
    let headers = match prepared.get("headers") {
        Some(Value::Object(headers)) => headers
            .iter()
            .filter_map(|(name, value)| Some((name.clone().into(), value.as_str()?.to_owned())))
            .collect(),
        _ => Vec::new(),
    };
    let body = match (prepared.str("form"), prepared.str("body")) {
        (Some(form), _) => Body::Form(Params::parse(form)),
        (None, Some(text)) => Body::Json(text.to_owned()),
        (None, None) => Body::None,
    };
    Request {
        url: prepared.str("url").unwrap_or_default().to_owned(),
        method: if prepared.str("method") == Some("POST") { "POST" } else { "GET" },
        headers,
        body,
        with_cookies: prepared.str("credentials") == Some("include"),
        timeout: prepared.number("timeout").filter(|timeout| *timeout > 0.0),
        options: prepared.get("options").cloned().unwrap_or(Value::Null),
        ..request
    }
}

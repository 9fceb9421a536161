//! The journey client for JavaScript.

use std::rc::Rc;

use js_sys::{JSON, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{member, plain, promise, text};
use super::{context, logger};
use crate::browser::Browser;
use crate::browser::hooks::Hooks;
use crate::journey::client::Client;
use crate::json::{Value, to_js};

/// A handle on one client; `pkg/journey.js` gives it the documented shape.
#[wasm_bindgen]
pub struct JourneyCore(Rc<Client<Browser>>);

/// The factory: `{ config, logger? }` to a handle.
#[wasm_bindgen(js_name = createJourney)]
pub fn create_journey(input: JsValue) -> Promise {
    promise(
        &JsValue::UNDEFINED,
        Box::pin(async move {
            let config = plain(&member(&input, "config"))?;
            let log = logger::read(&member(&input, "logger"), &config);
            let hooks = Hooks::read(&member(&input, "hooks"));
            let client = Client::create(context(), &config, log, hooks).await?;
            Ok(JourneyCore(client).into())
        }),
    )
}

#[wasm_bindgen]
impl JourneyCore {
    /// `start(options?)`: `{ type, payload, status? }`
    pub fn start(&self, options: JsValue) -> Promise {
        let (client, plain) = (self.0.clone(), plain(&options));
        promise(&options, Box::pin(async move { Ok(to_js(&client.start(&plain?).await?)) }))
    }

    /// `next(step, options?)`: `{ type, payload, status? }`. Reads nothing of the step but its payload.
    pub fn next(&self, step: JsValue, options: JsValue) -> Promise {
        let (client, plain) = (self.0.clone(), plain(&options));
        let text = payload_of(&step);
        let work = async move { Ok(to_js(&client.next(&text, &plain?).await?)) };
        promise(&options, Box::pin(work))
    }

    /// `redirect(step, options?)`, with the URL and the form of the step's `RedirectCallback`.
    pub fn redirect(
        &self,
        step: JsValue,
        url: JsValue,
        form: JsValue,
        options: JsValue,
    ) -> Promise {
        let (client, form, plain) = (self.0.clone(), plain(&form), plain(&options));
        let (payload, url) = (payload_of(&step), text(&url));
        let work = async move {
            let form = Some(form?).filter(|form| *form != Value::Null);
            Ok(to_js(&client.redirect(&payload, &url, form.as_ref(), &plain?).await?))
        };
        promise(&options, Box::pin(work))
    }

    /// `resume(url, options?)`: `{ type, payload, status? }`
    pub fn resume(&self, url: JsValue, options: JsValue) -> Promise {
        let (client, url, plain) = (self.0.clone(), text(&url), plain(&options));
        let work = async move { Ok(to_js(&client.resume(&url, &plain?).await?)) };
        promise(&options, Box::pin(work))
    }

    /// `session.get()`
    pub fn session(&self) -> JsValue {
        self.0.session().map_or(JsValue::UNDEFINED, |session| to_js(&session))
    }

    /// `session.info(options?)`
    #[wasm_bindgen(js_name = sessionInfo)]
    pub fn session_info(&self, options: JsValue) -> Promise {
        let client = self.0.clone();
        promise(&options, Box::pin(async move { Ok(to_js(&client.session_info().await?)) }))
    }

    /// `terminate(options?)`
    pub fn terminate(&self, options: JsValue) -> Promise {
        let (client, plain) = (self.0.clone(), plain(&options));
        let work = async move { client.terminate(&plain?).await.map(|_| JsValue::UNDEFINED) };
        promise(&options, Box::pin(work))
    }
}

/// The JSON text of a step's payload; empty where there is none.
fn payload_of(step: &JsValue) -> String {
    let text = JSON::stringify(&member(step, "payload")).ok();
    text.and_then(|text| text.as_string()).unwrap_or_default()
}

//! The journey client for JavaScript.

use std::future::ready;
use std::rc::Rc;

use js_sys::{Array, Function, JSON};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{answer, call, member, no_method, plain, text};
use super::{logger, page};
use crate::journey::client::Client;
use crate::json::to_js;
use crate::text::{Text, as_text};
use crate::web::browser::Browser;
use crate::web::request::Hooks;

/// A handle on one client; `journeys.js` gives it the documented shape.
#[wasm_bindgen]
pub struct JourneyCore(Rc<Client<Browser>>);

/// The factory: `{ config, logger?, hooks? }` to a handle, which `settle` gets.
#[wasm_bindgen(js_name = createJourney)]
pub fn create_journey(input: JsValue, settle: Function) {
    answer(
        settle,
        Box::pin(async move {
            let config = plain(&member(&input, "config"))?;
            let log = logger::read(&member(&input, "logger"), &config);
            let hooks = Hooks::read(member(&input, "hooks"));
            let client = Client::create(page(), &config, log, hooks).await?;
            Ok(JourneyCore(client).into())
        }),
    );
}

#[wasm_bindgen]
impl JourneyCore {
    /// Calls the method of this name; its options are the last of its arguments. `settle` gets the
    /// result.
    pub fn call(&self, name: &str, arguments: Array, settle: Function) {
        let client = self.0.clone();
        call(&arguments, settle, |options| {
            let first = arguments.get(0);
            match name {
                "start" => Box::pin(async move { client.start(&options).await }),
                "next" => {
                    let payload = payload_of(&first);
                    Box::pin(async move { client.next(&payload, &options).await })
                }
                // With the URL and the form of the step's `RedirectCallback`.
                "redirect" => {
                    let (payload, url) = (payload_of(&first), text(&arguments.get(1)));
                    let form = plain(&arguments.get(2));
                    Box::pin(async move {
                        let form = Some(form?).filter(|form| !form.is_null());
                        client.redirect(&payload, &url, form.as_ref(), &options).await
                    })
                }
                "resume" => {
                    let url = text(&first);
                    Box::pin(async move { client.resume(&url, &options).await })
                }
                "sessionInfo" => Box::pin(async move { client.session_info().await }),
                "terminate" => Box::pin(async move { client.terminate(&options).await }),
                _ => Box::pin(ready(Err(no_method()))),
            }
        });
    }

    /// `session.get()`
    pub fn session(&self) -> JsValue {
        self.0.session().map_or(JsValue::UNDEFINED, |session| to_js(&session))
    }
}

/// The JSON text of a step's payload; empty where there is none.
fn payload_of(step: &JsValue) -> Text {
    let text = JSON::stringify(&member(step, "payload")).ok();
    text.and_then(|text| as_text(&text)).unwrap_or_default()
}

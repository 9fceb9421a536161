//! The journey client for JavaScript.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{Input, answer, member, plain, promise};
use super::{logger, page_of_all};
use crate::error::Error;
use crate::journey::client::Client;
use crate::json::to_js;
use crate::text::Text;
use crate::web::browser::Browser;
use crate::web::request::Hooks;

/// A call of a journey client, which takes an object of plain data: the options, and what is named here.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum JourneyCall {
    /// `start()`
    Start,
    /// `redirect()`, with the JSON text of the step's `payload`, and the `url` and the `form` of its
    /// `RedirectCallback`.
    Redirect,
    /// `resume()`, with `url`.
    Resume,
}

/// A call of a journey client whose code is in the second part of the core: docs/decisions.md#a-core-in-two-parts
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum LateJourneyCall {
    /// `session.info()`
    SessionInfo,
    /// `terminate()`
    Terminate,
}

/// A handle on one client; `pkg/core/journey.js` gives it the documented shape.
#[wasm_bindgen]
pub struct JourneyCore(Rc<Client<Browser>>);

async fn open(input: JsValue) -> Result<Rc<Client<Browser>>, Error> {
    let config = plain(&member(&input, "config"))?;
    let log = logger::read(&member(&input, "logger"), &config);
    let hooks = Hooks::read(member(&input, "hooks"));
    Client::create(page_of_all(), &config, log, hooks).await
}

#[wasm_bindgen]
impl JourneyCore {
    /// The factory: `{ config, logger?, hooks? }` to a handle, or the error value.
    pub fn create(input: JsValue) -> Promise {
        promise(Box::pin(async move { Ok(JourneyCore(open(input).await?).into()) }))
    }

    /// Makes a call.
    pub fn call(&self, call: JourneyCall, input: Option<Input>) -> Promise {
        let client = self.0.clone();
        answer(input, move |input| match call {
            JourneyCall::Start => Box::pin(async move { client.start(&input).await }),
            JourneyCall::Redirect => Box::pin(async move {
                let [payload, url] =
                    ["payload", "url"].map(|name| input.str(name).unwrap_or_default());
                client.redirect(payload, url, input.get("form"), &input).await
            }),
            JourneyCall::Resume => Box::pin(async move {
                client.resume(input.str("url").unwrap_or_default(), &input).await
            }),
        })
    }

    /// Makes a call of the second part.
    #[wasm_bindgen(js_name = callLate)]
    pub fn call_late(&self, call: LateJourneyCall, input: Option<Input>) -> Promise {
        let client = self.0.clone();
        answer(input, move |input| match call {
            LateJourneyCall::SessionInfo => Box::pin(async move { client.session_info().await }),
            LateJourneyCall::Terminate => Box::pin(async move { client.terminate(&input).await }),
        })
    }

    /// `next()`, with the JSON text of the step's payload.
    pub fn next(&self, payload: &str, options: Option<Input>) -> Promise {
        let (client, payload) = (self.0.clone(), Text::from(payload));
        answer(options, move |options| {
            Box::pin(async move { client.next(&payload, &options).await })
        })
    }

    /// `session.get()`
    pub fn session(&self) -> JsValue {
        self.0.session().map_or(JsValue::UNDEFINED, |session| to_js(&session))
    }
}

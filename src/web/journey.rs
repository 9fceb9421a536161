//! The journey client for JavaScript.

use std::rc::Rc;

use js_sys::{JSON, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert::{Options, call, member, plain, promise};
use super::{logger, page_of_all};
use crate::error::Error;
use crate::journey::client::Client;
use crate::json::to_js;
use crate::text::{Text, as_text};
use crate::web::browser::Browser;
use crate::web::request::Hooks;

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

    /// `start()`
    pub fn start(&self, options: Option<Options>) -> Promise {
        let client = self.0.clone();
        call(options, |options| Box::pin(async move { client.start(&options).await }))
    }

    /// `next()`
    pub fn next(&self, step: &JsValue, options: Option<Options>) -> Promise {
        let (client, payload) = (self.0.clone(), payload_of(step));
        call(options, |options| Box::pin(async move { client.next(&payload, &options).await }))
    }

    /// `redirect()`, with the URL and the form of the step's `RedirectCallback`.
    pub fn redirect(
        &self,
        step: &JsValue,
        url: &str,
        form: &JsValue,
        options: Option<Options>,
    ) -> Promise {
        let (client, payload) = (self.0.clone(), payload_of(step));
        let (url, form) = (Text::from(url), plain(form));
        call(options, |options| {
            Box::pin(async move {
                let form = Some(form?).filter(|form| !form.is_null());
                client.redirect(&payload, &url, form.as_ref(), &options).await
            })
        })
    }

    /// `resume()`
    pub fn resume(&self, url: &str, options: Option<Options>) -> Promise {
        let (client, url) = (self.0.clone(), Text::from(url));
        call(options, |options| Box::pin(async move { client.resume(&url, &options).await }))
    }

    /// `session.info()`
    #[wasm_bindgen(js_name = sessionInfo)]
    pub fn session_info(&self, options: Option<Options>) -> Promise {
        let client = self.0.clone();
        call(options, |_| Box::pin(async move { client.session_info().await }))
    }

    /// `terminate()`
    pub fn terminate(&self, options: Option<Options>) -> Promise {
        let client = self.0.clone();
        call(options, |options| Box::pin(async move { client.terminate(&options).await }))
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

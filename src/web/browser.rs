//! The [`Platform`] of a web page. No decisions are made here; what the browser does, and returns, is in
//! `pkg/page`.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::convert::member;
use super::fault::PageFault;
use super::page::{self, HearsText, Listening, PageAnswer, Pending, Work, result};
use super::request::{self, Hooks};
use crate::fault::{FrameFault, NetworkFault, StorageFault};
use crate::http::{Answer, Body, Request};
use crate::json::{Value, parse, to_js, to_text};
use crate::platform::{KeyAction, Platform, Task};
use crate::protocol::jwk::Algorithm;
use crate::storage::{Area, CustomAction};
use crate::text::{Text, as_text};
use crate::url::Params;

const MIDDLEWARE_FAILED: &str = "The request middleware failed.";

/// The page that this module runs in.
#[derive(Default)]
pub struct Browser {
    /// The apps' own storages, by number.
    customs: RefCell<Vec<JsValue>>,
}

impl Browser {
    /// The number of an app's own storage; the same object has the same one.
    pub fn register(&self, storage: JsValue) -> u16 {
        let mut known = self.customs.borrow_mut();
        let number = known.iter().position(|other| *other == storage).unwrap_or_else(|| {
            known.push(storage);
            known.len() - 1
        });
        number as u16
    }
}

/// The window of a sign-in; dropping it closes the window.
pub struct Popup {
    window: JsValue,
    _open: Pending,
}

impl Popup {
    /// Takes a window.
    pub fn new(window: JsValue) -> Popup {
        let open = page::hold_window(&window).into();
        Popup { window, _open: open }
    }
}

/// A lock under which other tabs are kept out, where the browser has locks; dropping it releases it.
pub enum Lock {
    /// It is held.
    Held(Pending),
    /// The browser has none.
    Missing,
}

impl Platform for Browser {
    type Lock = Lock;
    type Hooks = Hooks;
    type Popup = Popup;
    type Subscription = Listening;

    async fn prepare(
        &self,
        request: Request,
        timeout: f64,
        hooks: &Hooks,
    ) -> Result<Request, Text> {
        let (true, Some(action)) = (hooks.prepares, request.action) else {
            return Ok(request);
        };
        let shown = to_js(&request::shown(&request));
        let prepared = result(page::prepare(&shown, action, timeout, &hooks.functions)).await;
        let prepared = prepared.map_err(|thrown| {
            let text = match fault_of(&thrown) {
                Some(PageFault::Timeout) => {
                    "The request middleware did not come to its end in time."
                }
                _ => MIDDLEWARE_FAILED,
            };
            as_text(&member(&thrown, "message")).unwrap_or_else(|| text.into())
        })?;
        // What is nested too deeply, or too long, is none.
        let prepared = as_text(&prepared).as_deref().and_then(parse).ok_or(MIDDLEWARE_FAILED)?;
        Ok(request::changed(request, &prepared))
    }

    async fn send(
        &self,
        request: Request,
        timeout: f64,
        hooks: &Hooks,
    ) -> Result<Answer, NetworkFault> {
        let sending = send(request, timeout, hooks);
        let answer = result(sending).await.map_err(|thrown| fault_of(&thrown))?;
        let answer: PageAnswer = answer.unchecked_into();
        let body = as_text(&answer.body()).ok_or(NetworkFault::Failed)?;
        Ok(Answer {
            nonce: as_text(&answer.nonce()),
            challenge: as_text(&answer.challenge()),
            ..Answer::new(answer.status(), body)
        })
    }

    async fn frame(
        &self,
        url: &str,
        landed: &dyn Fn(&str) -> bool,
        timeout: f64,
    ) -> Result<Text, FrameFault> {
        landing(page::frame(url, timeout), landed).await
    }

    async fn popup(
        &self,
        popup: Popup,
        url: &str,
        channel: &str,
        landed: &dyn Fn(&str) -> bool,
        timeout: f64,
    ) -> Result<Text, FrameFault> {
        landing(page::popup(&popup.window, url, channel, timeout), landed).await
    }

    fn navigate(&self, url: &str) {
        page::navigate(url);
    }

    fn submit(&self, url: &str, form: &Params) {
        page::submit(url, &form.encode());
    }

    fn replace_address(&self, url: &str) {
        page::replace_address(url);
    }

    fn tell(&self, channel: &str, message: &str) {
        page::tell(channel, message);
    }

    fn listen(&self, channel: &str, heard: Rc<dyn Fn(&str)>) -> Listening {
        Listening::new(hears(heard), |heard| page::listen(channel, heard))
    }

    fn watch(&self, key: &str, changed: Rc<dyn Fn(&str)>) -> Listening {
        Listening::new(hears(changed), |changed| page::watch(key, changed))
    }

    fn wake(&self, milliseconds: f64) -> impl Future<Output = ()> {
        page::end(page::wake(milliseconds))
    }

    fn returned(&self, milliseconds: f64) -> impl Future<Output = ()> {
        page::end(page::returned(milliseconds))
    }

    fn left(&self) -> impl Future<Output = ()> {
        page::end(page::left())
    }

    async fn custom(
        &self,
        storage: u16,
        action: CustomAction<'_>,
        key: &str,
    ) -> Result<Option<Text>, StorageFault> {
        let storage = self.customs.borrow().get(usize::from(storage)).cloned().unwrap_or_default();
        let text = match action {
            CustomAction::Set(text) => Some(text),
            _ => None,
        };
        let work = page::custom(&storage, action.word(), key, text);
        Ok(as_text(&result(work).await.map_err(|thrown| fault_of(&thrown))?))
    }

    fn read(&self, area: Area, key: &str) -> Result<Option<Text>, StorageFault> {
        let text = page::read(name_of(area), key).map_err(|thrown| fault_of(&thrown))?;
        Ok(text.map(Text::from))
    }

    fn write(&self, area: Area, key: &str, text: &str) -> Result<(), StorageFault> {
        Ok(page::write(name_of(area), key, text).map_err(|thrown| fault_of(&thrown))?)
    }

    fn remove(&self, area: Area, key: &str) -> Result<(), StorageFault> {
        Ok(page::remove(name_of(area), key).map_err(|thrown| fault_of(&thrown))?)
    }

    fn keys(&self, area: Area, prefix: &str) -> Result<Vec<Text>, StorageFault> {
        let keys = page::keys(name_of(area), prefix).map_err(|thrown| fault_of(&thrown))?;
        let mut found = Vec::new();
        for key in keys.iter() {
            found.extend(as_text(&key));
        }
        Ok(found)
    }

    async fn lock(&self, name: &str, timeout: f64) -> Option<Lock> {
        let lock = Pending::from(page::lock(name, timeout));
        match lock.next().await {
            Ok(held) => held.is_truthy().then_some(Lock::Held(lock)),
            Err(_) => Some(Lock::Missing),
        }
    }

    fn is_exclusive(lock: &Lock) -> bool {
        matches!(lock, Lock::Held(_))
    }

    async fn held(&self, prefix: &str) -> Option<Text> {
        as_text(&result(page::held(prefix)).await.ok()?)
    }

    fn hold(&self, name: &str, milliseconds: f64) -> impl Future<Output = ()> {
        page::end(page::hold(name, milliseconds))
    }

    fn pause(&self, milliseconds: f64) -> impl Future<Output = ()> {
        page::end(page::pause(milliseconds))
    }

    async fn verify(
        &self,
        algorithm: Algorithm,
        key: &Value,
        data: &[u8],
        signature: &[u8],
    ) -> Result<bool, ()> {
        let (data, signature) = (Uint8Array::from(data), Uint8Array::from(signature));
        let valid = result(page::verify(algorithm.name(), &to_text(key), data, signature)).await;
        valid.map(|valid| valid.is_truthy()).map_err(drop)
    }

    async fn digest(&self, algorithm: Algorithm, text: &str) -> Option<Vec<u8>> {
        let digest = result(page::digest(algorithm.hash(), text)).await.ok()?;
        Some(digest.unchecked_into::<Uint8Array>().to_vec())
    }

    async fn dpop_key(&self, name: &str, action: KeyAction) -> Result<Option<(Value, bool)>, ()> {
        let found = result(page::dpop_key(name, action.word())).await.map_err(drop)?;
        let found = as_text(&found).as_deref().and_then(parse);
        Ok(found.map(|found| (found.at("jwk").clone(), found.flag("lasts"))))
    }

    async fn dpop_sign(&self, name: &str, x: &str, text: &str) -> Option<Vec<u8>> {
        let signature = result(page::dpop_sign(name, x, text)).await.ok()?;
        Some(signature.dyn_into::<Uint8Array>().ok()?.to_vec())
    }

    fn dpop_forget(&self, name: &str) -> impl Future<Output = ()> {
        page::end(page::dpop_forget(name))
    }

    fn random(&self, bytes: &mut [u8; 32]) -> bool {
        getrandom::fill(bytes).is_ok()
    }

    fn now(&self) -> f64 {
        js_sys::Date::now()
    }

    fn spawn(&self, task: Task) {
        spawn_local(task);
    }

    fn base_url(&self) -> Option<Text> {
        page::base_url().map(Text::from)
    }

    fn loaded_url(&self) -> Option<Text> {
        page::loaded_url().map(Text::from)
    }

    fn is_secure_context(&self) -> bool {
        page::is_secure()
    }

    fn is_own_frame(&self) -> bool {
        page::is_own_frame()
    }
}

/// Begins to send a request.
fn send(request: Request, time: f64, hooks: &Hooks) -> Work {
    let action = request.action.unwrap_or_default();
    let init = to_js(&request::init(&request));
    let (form, body) = match &request.body {
        Body::None => (None, None),
        Body::Form(params) => (Some(params.encode()), None),
        Body::Json(text) => (None, Some(text)),
    };
    page::send(
        &request.url,
        &init,
        form.as_deref(),
        body.map(Text::as_str),
        request.stays_at_origin,
        action,
        time,
        &hooks.functions,
    )
}

/// The first of the locations that is one to wait for.
async fn landing(work: Work, landed: &dyn Fn(&str) -> bool) -> Result<Text, FrameFault> {
    let locations = Pending::from(work);
    loop {
        let location = locations.next().await.map_err(|thrown| fault_of(&thrown))?;
        let location = as_text(&location).ok_or(FrameFault::Blocked)?;
        if landed(&location) {
            return Ok(location);
        }
    }
}

fn hears(heard: Rc<dyn Fn(&str)>) -> HearsText {
    Closure::new(move |text: String| heard(&text))
}

fn fault_of(thrown: &JsValue) -> Option<PageFault> {
    PageFault::from_js_value(thrown)
}

/// The name by which `pkg/page/storage.js` knows a storage.
fn name_of(area: Area) -> &'static str {
    area.web_storage().unwrap_or("memory")
}

//! The [`Platform`] of a web page. No decisions are made here.

mod channel;
mod crypto;
mod fetch;
mod frame;
pub(crate) mod hooks;
mod lock;
pub(crate) mod popup;
pub(crate) mod signal;
mod storage;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlFormElement;

use crate::json::Value;
use crate::platform::{
    Algorithm, Answer, Area, CustomAction, FrameFault, NetworkFault, Platform, Request,
    StorageFault, Task,
};
use crate::url::Params;

/// An app's own storage is waited for this many milliseconds.
const CUSTOM_TIMEOUT: f64 = 30_000.0;

/// The page that this module runs in.
#[derive(Default)]
pub struct Browser {
    customs: storage::Customs,
}

impl Browser {
    /// The number of an app's own storage.
    pub fn register(&self, storage: JsValue) -> u16 {
        self.customs.register(storage)
    }
}

impl Platform for Browser {
    type Lock = Option<lock::Guard>;
    type Hooks = hooks::Hooks;
    type Popup = popup::Popup;
    type Subscription = channel::Subscription;

    async fn prepare(
        &self,
        request: Request,
        timeout: f64,
        hooks: &Self::Hooks,
    ) -> Result<Request, String> {
        let late = || Err("The request middleware did not come to its end in time.".to_owned());
        signal::within(timeout, hooks::prepare(request, hooks)).await.unwrap_or_else(late)
    }

    async fn send(
        &self,
        request: Request,
        timeout: f64,
        hooks: &Self::Hooks,
    ) -> Result<Answer, NetworkFault> {
        fetch::send(request, timeout, hooks).await
    }

    async fn popup(
        &self,
        popup: Self::Popup,
        url: &str,
        channel: &str,
        landed: &dyn Fn(&str) -> bool,
        timeout: f64,
    ) -> Result<String, FrameFault> {
        popup::open(popup, url, channel, landed, timeout).await
    }

    fn navigate(&self, url: &str) {
        let _ = web_sys::window().map(|window| window.location().assign(url));
    }

    fn submit(&self, url: &str, form: &Params) {
        let _ = submit(url, form);
    }

    fn replace_address(&self, url: &str) {
        let history = web_sys::window().and_then(|window| window.history().ok());
        if let Some(history) = history {
            let state = history.state().unwrap_or_default();
            let _ = history.replace_state_with_url(&state, "", Some(url));
        }
    }

    fn tell(&self, channel: &str, message: &str) {
        channel::tell(channel, message);
    }

    fn listen(&self, channel: &str, heard: Box<dyn Fn(&str)>) -> Self::Subscription {
        channel::Subscription::start(channel, heard)
    }

    async fn wake(&self, milliseconds: f64) {
        signal::wake(milliseconds).await;
    }

    async fn left(&self) {
        signal::left().await;
    }

    async fn custom(
        &self,
        storage: u16,
        action: CustomAction<'_>,
        key: &str,
    ) -> Result<Option<String>, StorageFault> {
        let asked = self.customs.ask(storage, action, key);
        signal::within(CUSTOM_TIMEOUT, asked).await.unwrap_or(Err(StorageFault::Failed))
    }

    async fn frame(
        &self,
        url: &str,
        landed: &dyn Fn(&str) -> bool,
        timeout: f64,
    ) -> Result<String, FrameFault> {
        frame::open(url, landed, timeout).await
    }

    fn read(&self, area: Area, key: &str) -> Result<Option<String>, StorageFault> {
        storage::read(&storage::of(area)?, key)
    }

    fn write(&self, area: Area, key: &str, text: &str) -> Result<(), StorageFault> {
        storage::write(&storage::of(area)?, key, text)
    }

    fn remove(&self, area: Area, key: &str) -> Result<(), StorageFault> {
        storage::remove(&storage::of(area)?, key)
    }

    fn keys(&self, area: Area, prefix: &str) -> Result<Vec<String>, StorageFault> {
        let mut keys = storage::keys(&storage::of(area)?)?;
        keys.retain(|key| key.starts_with(prefix));
        Ok(keys)
    }

    fn is_exclusive(lock: &Self::Lock) -> bool {
        lock.is_some()
    }

    async fn lock(&self, name: &str, timeout: f64) -> Option<Self::Lock> {
        lock::request(name, timeout).await
    }

    async fn held(&self, prefix: &str) -> Vec<String> {
        let mut names = lock::held().await.unwrap_or_default();
        names.retain(|name| name.starts_with(prefix));
        names
    }

    async fn hold(&self, name: &str, milliseconds: f64) {
        lock::hold(name, milliseconds).await;
    }

    async fn pause(&self, milliseconds: f64) {
        signal::pause(milliseconds).await;
    }

    async fn verify(
        &self,
        algorithm: Algorithm,
        key: &Value,
        data: &[u8],
        signature: &[u8],
    ) -> Result<bool, ()> {
        crypto::verify(algorithm, key, data, signature).await.map_err(drop)
    }

    fn random(&self, bytes: &mut [u8; 32]) -> bool {
        getrandom::fill(bytes).is_ok()
    }

    fn now(&self) -> f64 {
        js_sys::Date::now()
    }

    fn spawn(&self, task: Task) {
        wasm_bindgen_futures::spawn_local(task);
    }

    fn base_url(&self) -> Option<String> {
        web_sys::window()?.location().href().ok()
    }

    fn is_secure_context(&self) -> bool {
        web_sys::window().is_some_and(|window| window.is_secure_context())
    }

    fn is_own_frame(&self) -> bool {
        frame::is_own()
    }
}

/// Posts a form, whose answer takes the place of the page.
fn submit(url: &str, params: &Params) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let form: HtmlFormElement = document.create_element("form")?.dyn_into()?;
    for (name, value) in [("method", "post"), ("action", url), ("hidden", "")] {
        form.set_attribute(name, value)?;
    }
    for (name, value) in params.iter() {
        let input = document.create_element("input")?;
        for (attribute, text) in [("type", "hidden"), ("name", name), ("value", value)] {
            input.set_attribute(attribute, text)?;
        }
        form.append_child(&input)?;
    }
    document.body().ok_or(JsValue::NULL)?.append_child(&form)?;
    form.submit()
}

/// True when the browser says that it has no network.
fn is_offline() -> bool {
    web_sys::window().is_some_and(|window| !window.navigator().on_line())
}

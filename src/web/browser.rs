//! The [`Platform`] of a web page. No decisions are made here; what the browser does, and gives
//! back, is in `pkg/page/work.js` and `pkg/page/page.js`.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;

use crate::fault::{FrameFault, NetworkFault, StorageFault};
use crate::http::{Answer, Request};
use crate::json::{Value, parse, to_text};
use crate::platform::{KeyAction, Platform, Task};
use crate::protocol::jwk::Algorithm;
use crate::storage::{Area, CustomAction};
use crate::text::{Text, as_text};
use crate::url::Params;
use crate::web::convert::member;
use crate::web::page::{Listening, Settled, Work, act, storage};
use crate::web::request::{self, Hooks};
use crate::web::tasks;

/// An app's own storage is waited for this many milliseconds.
const CUSTOM_TIMEOUT: f64 = 30_000.0;

/// The browser's database of keys is waited for this many milliseconds.
const KEY_TIMEOUT: f64 = 10_000.0;

const MIDDLEWARE_FAILED: &str = "The request middleware failed.";

const NOTHING: JsValue = JsValue::UNDEFINED;

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
    _open: Work,
}

impl Popup {
    /// Takes a window.
    pub fn new(window: JsValue) -> Popup {
        let open = Work::begin("window", "", "", f64::INFINITY, &window);
        Popup { window, _open: open }
    }
}

/// A lock under which other tabs are kept out, where the browser has locks; dropping it releases it.
pub enum Lock {
    /// It is held.
    Held(Work),
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
        let shown = to_text(&request::shown(&request));
        let prepared =
            Work::begin("prepare", &shown, action, timeout, &hooks.functions).next().await;
        let prepared = prepared.map_err(|thrown| {
            let text = match thrown == "timeout" {
                true => "The request middleware did not come to its end in time.",
                false => MIDDLEWARE_FAILED,
            };
            as_text(&member(&thrown, "message")).unwrap_or_else(|| text.into())
        })?;
        // What is nested too deeply, or too long, is none.
        let prepared = as_text(&prepared).as_deref().and_then(parse).ok_or(MIDDLEWARE_FAILED)?;
        Ok(request::changed(request, &prepared))
    }

    fn send(
        &self,
        request: Request,
        timeout: f64,
        hooks: &Hooks,
    ) -> impl Future<Output = Result<Answer, NetworkFault>> {
        let action = request.action.unwrap_or_default();
        let sent = to_text(&request::sent(request));
        Work::begin("send", &sent, action, timeout, &hooks.functions).read(answered)
    }

    async fn frame(
        &self,
        url: &str,
        landed: &dyn Fn(&str) -> bool,
        timeout: f64,
    ) -> Result<Text, FrameFault> {
        let frame = Work::begin("frame", url, "", timeout, &NOTHING);
        landing(&frame, landed).await
    }

    async fn popup(
        &self,
        popup: Popup,
        url: &str,
        channel: &str,
        landed: &dyn Fn(&str) -> bool,
        timeout: f64,
    ) -> Result<Text, FrameFault> {
        let locations = Work::begin("popup", url, channel, timeout, &popup.window);
        landing(&locations, landed).await
    }

    fn navigate(&self, url: &str) {
        act("navigate", url, "");
    }

    fn submit(&self, url: &str, form: &Params) {
        act("submit", url, &form.encode());
    }

    fn replace_address(&self, url: &str) {
        act("replaceAddress", url, "");
    }

    fn tell(&self, channel: &str, message: &str) {
        act("tell", channel, message);
    }

    fn listen(&self, channel: &str, heard: Rc<dyn Fn(&str)>) -> Listening {
        Work::listen("listen", channel, heard)
    }

    fn watch(&self, key: &str, changed: Rc<dyn Fn(&str)>) -> Listening {
        Work::listen("watch", key, changed)
    }

    fn wake(&self, milliseconds: f64) -> impl Future<Output = ()> {
        Work::begin("wake", "", "", milliseconds, &NOTHING).read(drop)
    }

    fn returned(&self, milliseconds: f64) -> impl Future<Output = ()> {
        Work::begin("returned", "", "", milliseconds, &NOTHING).read(drop)
    }

    fn left(&self) -> impl Future<Output = ()> {
        Work::begin("left", "", "", f64::INFINITY, &NOTHING).read(drop)
    }

    fn custom(
        &self,
        storage: u16,
        action: CustomAction<'_>,
        key: &str,
    ) -> impl Future<Output = Result<Option<Text>, StorageFault>> {
        let storage = self.customs.borrow().get(usize::from(storage)).cloned().unwrap_or_default();
        let (name, text) = match action {
            CustomAction::Get => ("get", ""),
            CustomAction::Set(text) => ("set", text),
            CustomAction::Remove => ("remove", ""),
        };
        Work::begin(name, key, text, CUSTOM_TIMEOUT, &storage).read(|found| {
            let text = as_text(&found.map_err(fault)?);
            Ok(text.filter(|text| !text.is_empty()))
        })
    }

    fn read(&self, area: Area, key: &str) -> Result<Option<Text>, StorageFault> {
        storage(area.word(), "get", key, "").map(|found| as_text(&found)).map_err(fault)
    }

    fn write(&self, area: Area, key: &str, text: &str) -> Result<(), StorageFault> {
        storage(area.word(), "set", key, text).map(drop).map_err(fault)
    }

    fn remove(&self, area: Area, key: &str) -> Result<(), StorageFault> {
        storage(area.word(), "remove", key, "").map(drop).map_err(fault)
    }

    fn keys(&self, area: Area, prefix: &str) -> Result<Vec<Text>, StorageFault> {
        let keys = storage(area.word(), "keys", prefix, "").map_err(fault)?;
        let keys = as_text(&keys).as_deref().and_then(parse);
        let keys = keys.as_ref().and_then(Value::as_array).ok_or(StorageFault::Failed)?;
        let mut found = Vec::new();
        for key in keys {
            if let Some(key) = key.as_text() {
                found.push(key.clone());
            }
        }
        Ok(found)
    }

    async fn lock(&self, name: &str, timeout: f64) -> Option<Lock> {
        let lock = Work::begin("lock", name, "", timeout, &NOTHING);
        match lock.next().await {
            Ok(_) => Some(Lock::Held(lock)),
            Err(fault) if fault == "timeout" => None,
            Err(_) => Some(Lock::Missing),
        }
    }

    fn is_exclusive(lock: &Lock) -> bool {
        matches!(lock, Lock::Held(_))
    }

    fn held(&self, prefix: &str) -> impl Future<Output = Option<Text>> {
        Work::begin("held", prefix, "", f64::INFINITY, &NOTHING).read(|name| as_text(&name.ok()?))
    }

    fn hold(&self, name: &str, milliseconds: f64) -> impl Future<Output = ()> {
        Work::begin("hold", name, "", milliseconds, &NOTHING).read(drop)
    }

    fn pause(&self, milliseconds: f64) -> impl Future<Output = ()> {
        Work::begin("pause", "", "", milliseconds, &NOTHING).read(drop)
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        key: &Value,
        data: &[u8],
        signature: &[u8],
    ) -> impl Future<Output = Result<bool, ()>> {
        let key = to_text(key);
        let parts = Array::of2(&Uint8Array::from(data), &Uint8Array::from(signature));
        Work::begin("verify", algorithm.name(), &key, f64::INFINITY, &parts)
            .read(|holds| holds.map(|holds| holds.is_truthy()).map_err(drop))
    }

    fn digest(&self, algorithm: Algorithm, text: &str) -> impl Future<Output = Option<Vec<u8>>> {
        let digest = Work::begin("digest", algorithm.hash(), text, f64::INFINITY, &NOTHING);
        digest.read(|digest| Some(Uint8Array::new(&digest.ok()?).to_vec()))
    }

    async fn dpop_key(&self, name: &str, action: KeyAction) -> Result<Option<(Value, bool)>, ()> {
        let action = match action {
            KeyAction::Find => "find",
            KeyAction::Make => "make",
            KeyAction::Keep => "keep",
            KeyAction::MakeInPage => "makeInPage",
        };
        let found = Work::begin("dpop", "key", name, KEY_TIMEOUT, &action.into()).next().await;
        let found = as_text(&found.map_err(drop)?).as_deref().and_then(parse);
        Ok(found.map(|found| (found.at("jwk").clone(), found.flag("lasts"))))
    }

    fn dpop_sign(&self, name: &str, x: &str, text: &str) -> impl Future<Output = Option<Vec<u8>>> {
        let what = Array::of2(&x.into(), &text.into());
        Work::begin("dpop", "sign", name, KEY_TIMEOUT, &what).read(|signature| {
            let signature = signature.ok().filter(JsValue::is_object)?;
            Some(Uint8Array::new(&signature).to_vec())
        })
    }

    fn dpop_forget(&self, name: &str) -> impl Future<Output = ()> {
        Work::begin("dpop", "forget", name, KEY_TIMEOUT, &NOTHING).read(drop)
    }

    fn random(&self, bytes: &mut [u8; 32]) -> bool {
        getrandom::fill(bytes).is_ok()
    }

    fn now(&self) -> f64 {
        js_sys::Date::now()
    }

    fn spawn(&self, task: Task) {
        tasks::spawn(task);
    }

    fn base_url(&self) -> Option<Text> {
        as_text(&act("base", "", ""))
    }

    fn loaded_url(&self) -> Option<Text> {
        as_text(&act("loaded", "", ""))
    }

    fn is_secure_context(&self) -> bool {
        act("isSecure", "", "").is_truthy()
    }

    fn is_own_frame(&self) -> bool {
        act("isOwnFrame", "", "").is_truthy()
    }
}

fn answered(answer: Settled) -> Result<Answer, NetworkFault> {
    let answer = answer.map_err(|fault| match as_text(&fault).as_deref() {
        Some("timeout") => NetworkFault::Timeout,
        Some("offline") => NetworkFault::Offline,
        _ => NetworkFault::Failed,
    })?;
    let status = member(&answer, "status").as_f64().unwrap_or_default() as u16;
    let body = as_text(&member(&answer, "body"));
    let header = |name| as_text(&member(&answer, name));
    let (nonce, challenge) = (header("nonce"), header("challenge"));
    let answer = body.map(|body| Answer { nonce, challenge, ..Answer::new(status, body) });
    answer.ok_or(NetworkFault::Failed)
}

/// The first of the locations that is one to wait for.
async fn landing(locations: &Work, landed: &dyn Fn(&str) -> bool) -> Result<Text, FrameFault> {
    loop {
        match locations.next().await {
            Ok(location) => {
                let location = as_text(&location).ok_or(FrameFault::Blocked)?;
                if landed(&location) {
                    return Ok(location);
                }
            }
            Err(fault) => {
                return Err(match as_text(&fault).as_deref() {
                    Some("offline") => FrameFault::Offline,
                    Some("unexpectedPage") => FrameFault::UnexpectedPage,
                    Some("timeout") => FrameFault::Timeout,
                    Some("closed") => FrameFault::Closed,
                    _ => FrameFault::Blocked,
                });
            }
        }
    }
}

fn fault(thrown: JsValue) -> StorageFault {
    match as_text(&thrown).as_deref() {
        Some("full") => StorageFault::Full,
        Some("blocked") => StorageFault::Blocked,
        _ => StorageFault::Failed,
    }
}

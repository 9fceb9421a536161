//! Locks across tabs, by the Web Locks API. The browser releases them when a tab dies.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, JSON, Promise};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;

use super::fetch::settle;
use super::signal::{pause, within};
use crate::flight::Signal;
use crate::json::{Value, parse};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn request_lock(
        name: &str,
        options: &AbortController,
        callback: &Function,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = query, catch)]
    fn query_locks() -> Result<JsValue, JsValue>;
}

/// A lock that nobody else wants is had in less than this many milliseconds.
const AT_ONCE: f64 = 1_000.0;

/// A lock that is held, or waited for; dropping it ends either.
pub struct Guard {
    abort: AbortController,
    release: Option<Function>,
    _callback: Closure<dyn FnMut() -> Promise>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.abort.abort();
        let _ = self.release.as_ref().map(|release| release.call0(&JsValue::NULL));
    }
}

/// Waits for the lock; `None` after `timeout` milliseconds, `Some(None)` where the browser has no
/// locks.
pub async fn request(name: &str, timeout: f64) -> Option<Option<Guard>> {
    let Ok(abort) = AbortController::new() else {
        return Some(None);
    };
    let mut release = None;
    let released = Promise::new(&mut |resolve, _| release = Some(resolve));
    let granted = Signal::default();
    let on_grant = granted.clone();
    let callback = Closure::new(move || {
        on_grant.fire();
        released.clone()
    });
    // The controller stands for the options: the one member that counts, `signal`, is its own.
    let Ok(request) = request_lock(name, &abort, callback.as_ref().unchecked_ref()) else {
        return Some(None);
    };
    let refused = Rc::new(Cell::new(false));
    let (on_refusal, ended) = (refused.clone(), granted.clone());
    spawn_local(async move {
        // Rejects when the wait is given up, and where the browser grants no locks at all.
        on_refusal.set(settle(request).await.is_err());
        ended.fire();
    });
    let guard = Guard { abort, release, _callback: callback };
    within(timeout, granted.wait()).await.map(|()| (!refused.get()).then_some(guard))
}

/// Takes a lock that nobody else wants, and keeps it for a time.
pub async fn hold(name: &str, milliseconds: f64) {
    if let Some(Some(guard)) = request(name, AT_ONCE).await {
        spawn_local(async move {
            pause(milliseconds).await;
            drop(guard);
        });
    }
}

/// The names of the locks that are held in any tab.
pub async fn held() -> Result<Vec<String>, JsValue> {
    let snapshot = JSON::stringify(&settle(query_locks()?).await?)?;
    let snapshot = parse(&String::from(snapshot)).unwrap_or(Value::Null);
    let held = snapshot.array("held").unwrap_or_default().iter();
    Ok(held.filter_map(|lock| lock.str("name")).map(str::to_owned).collect())
}

//! Locks across tabs, by the Web Locks API. The browser releases them when a tab dies.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

use super::signal::{Signal, within};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn request_lock(
        name: &str,
        options: &AbortController,
        callback: &Function,
    ) -> Result<Promise, JsValue>;
}

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
    spawn_local(async move {
        // Rejects when the wait is given up.
        let _ = JsFuture::from(request).await;
    });
    let guard = Guard { abort, release, _callback: callback };
    within(timeout, granted.wait()).await.map(|()| Some(guard))
}

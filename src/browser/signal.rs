//! Events and timers as futures. Whatever is started is undone when its guard is dropped.

use std::future::Future;

use js_sys::Function;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

use crate::flight::{Signal, until};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
}

/// The longest time that browsers count.
const MAX_TIMEOUT: f64 = 2_147_483_647.0;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds that no setting of the device's clock moves.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn steady_now() -> f64;
}

/// A point in time, by both clocks: the device's goes on while the device sleeps, but may be set; the
/// page's can't be set, but may stand still.
#[derive(Clone, Copy)]
pub struct Instant {
    wall: f64,
    steady: f64,
}

impl Instant {
    pub fn now() -> Self {
        Instant { wall: js_sys::Date::now(), steady: steady_now() }
    }

    /// The milliseconds since then, by the clock that has gone on further.
    pub fn elapsed(self) -> f64 {
        let now = Instant::now();
        (now.wall - self.wall).max(now.steady - self.steady)
    }
}

/// Fires a signal after a time, unless dropped before.
pub struct Timer {
    id: JsValue,
    _callback: Closure<dyn FnMut()>,
}

impl Timer {
    pub fn start(milliseconds: f64, signal: &Signal) -> Self {
        let signal = signal.clone();
        let callback = Closure::new(move || signal.fire());
        let id = set_timeout(callback.as_ref().unchecked_ref(), milliseconds.min(MAX_TIMEOUT));
        Timer { id, _callback: callback }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}

/// Fires a signal at each event, until dropped.
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut()>,
}

impl Listener {
    pub fn start(target: &EventTarget, event: &'static str, signal: &Signal) -> Self {
        let signal = signal.clone();
        let callback = Closure::new(move || signal.fire());
        // Fails only for a null callback.
        let _ = target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
        Listener { target: target.clone(), event, callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.callback.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback(self.event, callback);
    }
}

/// The work's result, or `None` after a time; the work is then dropped.
pub fn within<'a, T: 'a>(
    milliseconds: f64,
    work: impl Future<Output = T> + 'a,
) -> impl Future<Output = Option<T>> + 'a {
    until(pause(milliseconds), work)
}

/// Waits for a time, or until the tab is shown again or the network is back.
pub async fn wake(milliseconds: f64) {
    let Some(window) = web_sys::window() else { return };
    let woken = Signal::default();
    let _online = Listener::start(&window, "online", &woken);
    let _page = Listener::start(&window, "pageshow", &woken);
    let _shown = window.document().map(|page| Listener::start(&page, "visibilitychange", &woken));
    within(milliseconds, woken.wait()).await;
}

/// Waits until the page is left.
pub async fn left() {
    let Some(window) = web_sys::window() else { return };
    let left = Signal::default();
    let _listener = Listener::start(&window, "pagehide", &left);
    left.wait().await;
}

/// Waits for a time.
pub async fn pause(milliseconds: f64) {
    let expired = Signal::default();
    let _timer = Timer::start(milliseconds, &expired);
    expired.wait().await;
}

//! What the page does for the core: `src/js/work.js` and `src/js/page.js`.

use std::pin::Pin;
use std::task::{Context, Poll};

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = hold, js_name = begin)]
    fn begin(name: &str, text: &str, more: &str, timeout: f64, thing: &JsValue) -> Begun;

    type Begun;

    #[wasm_bindgen(method)]
    fn next(this: &Begun) -> Promise;

    #[wasm_bindgen(method)]
    fn end(this: &Begun);

    /// What is done, or told, at once.
    #[wasm_bindgen(js_namespace = hold)]
    pub fn act(name: &str, text: &str, more: &str) -> JsValue;

    /// Tells the app's logger, or the console.
    #[wasm_bindgen(js_namespace = hold)]
    pub fn log(custom: &JsValue, level: &str, text: &str);

    /// Asks web storage, or the page's memory; throws the name of a fault.
    #[wasm_bindgen(js_namespace = hold, catch)]
    pub fn storage(area: &str, action: &str, key: &str, text: &str) -> Result<JsValue, JsValue>;
}

/// Work under way. Dropping it gives back all that it holds of the browser.
pub struct Work(Begun);

impl Work {
    /// Begins the work called `name`, for at most `timeout` milliseconds.
    pub fn begin(name: &str, text: &str, more: &str, timeout: f64, thing: &JsValue) -> Work {
        Work(begin(name, text, more, timeout, thing))
    }

    /// Its result, or its next one; what it rejects with where it fails, which is `"timeout"` when its
    /// time is over.
    pub fn next(&self) -> JsFuture {
        JsFuture::from(self.0.next())
    }

    /// Its only result, as `read` understands it.
    pub fn read<T>(self, read: fn(Settled) -> T) -> impl Future<Output = T> {
        Reading { read, result: self.next(), _work: self }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// How work has ended.
pub type Settled = Result<JsValue, JsValue>;

/// By hand: an `async fn` for each kind of work costs a kilobyte more.
struct Reading<T> {
    read: fn(Settled) -> T,
    result: JsFuture,
    _work: Work,
}

impl<T> Future for Reading<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<T> {
        Pin::new(&mut self.result).poll(context).map(self.read)
    }
}

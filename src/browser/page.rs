//! What the page does for the core: `src/js/page.js`.

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
    pub async fn next(&self) -> Result<JsValue, JsValue> {
        JsFuture::from(self.0.next()).await
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The result of work that has one.
pub async fn result(
    name: &str,
    text: &str,
    more: &str,
    timeout: f64,
    thing: &JsValue,
) -> Result<JsValue, JsValue> {
    let work = Work::begin(name, text, more, timeout, thing);
    work.next().await
}

//! What the page does for the core: the functions of `pkg/page/page.js`, by the same names.

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

/// A function that JavaScript calls with a text.
pub type HearsText = Closure<dyn Fn(String)>;

// The glue of an instance finds `page` among its arguments: `pkg/core/instance.js`. All times are in
// milliseconds.
#[wasm_bindgen]
extern "C" {
    /// Work that the page does; see [`Pending`].
    pub type Work;

    #[wasm_bindgen(method)]
    fn next(this: &Work) -> Promise;

    #[wasm_bindgen(method)]
    fn end(this: &Work);

    /// The answer to a request.
    pub type PageAnswer;

    /// Its status.
    #[wasm_bindgen(method, getter)]
    pub fn status(this: &PageAnswer) -> u16;

    /// Its body.
    #[wasm_bindgen(method, getter)]
    pub fn body(this: &PageAnswer) -> JsValue;

    /// Its header `DPoP-Nonce`, where it can be read.
    #[wasm_bindgen(method, getter)]
    pub fn nonce(this: &PageAnswer) -> JsValue;

    /// Its header `WWW-Authenticate`, where it can be read.
    #[wasm_bindgen(method, getter)]
    pub fn challenge(this: &PageAnswer) -> JsValue;

    /// Sends a request: a [`PageAnswer`].
    #[wasm_bindgen(js_namespace = page)]
    #[allow(clippy::too_many_arguments)] // an object with them is one more conversion
    pub fn send(
        url: &str,
        init: &JsValue,
        form: Option<&str>,
        body: Option<&str>,
        stays: bool,
        action: &str,
        time: f64,
        hooks: &JsValue,
    ) -> Work;

    /// Lets the middleware change a request: the request, as JSON.
    #[wasm_bindgen(js_namespace = page)]
    pub fn prepare(request: &JsValue, action: &str, time: f64, hooks: &JsValue) -> Work;

    /// Opens a hidden frame: its locations.
    #[wasm_bindgen(js_namespace = page)]
    pub fn frame(url: &str, time: f64) -> Work;

    /// Navigates a window: its locations, and those told on a channel.
    #[wasm_bindgen(js_namespace = page)]
    pub fn popup(popup: &JsValue, url: &str, channel: &str, time: f64) -> Work;

    /// Holds a window, which is closed at the end.
    #[wasm_bindgen(js_namespace = page, js_name = holdWindow)]
    pub fn hold_window(popup: &JsValue) -> Work;

    /// Waits for a lock, which is kept to the end: whether it is held in time.
    #[wasm_bindgen(js_namespace = page)]
    pub fn lock(name: &str, time: f64) -> Work;

    /// Takes a lock, which is kept for a time.
    #[wasm_bindgen(js_namespace = page)]
    pub fn hold(name: &str, time: f64) -> Work;

    /// The last name of a lock that is held and begins with `prefix`.
    #[wasm_bindgen(js_namespace = page)]
    pub fn held(prefix: &str) -> Work;

    /// Waits for a time.
    #[wasm_bindgen(js_namespace = page)]
    pub fn pause(time: f64) -> Work;

    /// Waits for a time, or until the tab is visible or the browser online again.
    #[wasm_bindgen(js_namespace = page)]
    pub fn wake(time: f64) -> Work;

    /// Waits for a time, or until the page is shown again as it was left.
    #[wasm_bindgen(js_namespace = page)]
    pub fn returned(time: f64) -> Work;

    /// Waits until the page is left.
    #[wasm_bindgen(js_namespace = page)]
    pub fn left() -> Work;

    /// Waits until a signal of the app's aborts.
    #[wasm_bindgen(js_namespace = page)]
    pub fn aborted(signal: &JsValue) -> Work;

    /// Hears each text that is sent on a channel.
    #[wasm_bindgen(js_namespace = page)]
    pub fn listen(channel: &str, heard: &HearsText) -> Work;

    /// Sends a text on a channel.
    #[wasm_bindgen(js_namespace = page)]
    pub fn tell(channel: &str, message: &str);

    /// Hears when another tab changes what is stored under a key, or may have.
    #[wasm_bindgen(js_namespace = page)]
    pub fn watch(key: &str, changed: &HearsText) -> Work;

    /// The stored text.
    #[wasm_bindgen(js_namespace = page, catch)]
    pub fn read(area: &str, key: &str) -> Result<Option<String>, JsValue>;

    /// Stores a text.
    #[wasm_bindgen(js_namespace = page, catch)]
    pub fn write(area: &str, key: &str, text: &str) -> Result<(), JsValue>;

    /// Removes a stored text.
    #[wasm_bindgen(js_namespace = page, catch)]
    pub fn remove(area: &str, key: &str) -> Result<(), JsValue>;

    /// The keys that begin with `prefix`.
    #[wasm_bindgen(js_namespace = page, catch)]
    pub fn keys(area: &str, prefix: &str) -> Result<Array, JsValue>;

    /// Calls an app's own storage, with what is to be stored: the text that is read.
    #[wasm_bindgen(js_namespace = page)]
    pub fn custom(storage: &JsValue, action: &str, key: &str, text: Option<&str>) -> Work;

    /// Whether a signature is that of a key, a JSON Web Key as JSON.
    #[wasm_bindgen(js_namespace = page)]
    pub fn verify(algorithm: &str, key: &str, data: Uint8Array, signature: Uint8Array) -> Work;

    /// The hash of a text, as a `Uint8Array`.
    #[wasm_bindgen(js_namespace = page)]
    pub fn digest(algorithm: &str, text: &str) -> Work;

    /// Finds, makes or takes a DPoP key: `{ jwk, lasts }` as JSON, or nothing.
    #[wasm_bindgen(js_namespace = page, js_name = dpopKey)]
    pub fn dpop_key(name: &str, action: &str) -> Work;

    /// The signature of a text by a DPoP key, as a `Uint8Array`, or nothing.
    #[wasm_bindgen(js_namespace = page, js_name = dpopSign)]
    pub fn dpop_sign(name: &str, x: &str, text: &str) -> Work;

    /// Drops a DPoP key that was taken.
    #[wasm_bindgen(js_namespace = page, js_name = dpopForget)]
    pub fn dpop_forget(name: &str) -> Work;

    /// The page's address.
    #[wasm_bindgen(js_namespace = page, js_name = baseUrl)]
    pub fn base_url() -> Option<String>;

    /// The address that the page was loaded with.
    #[wasm_bindgen(js_namespace = page, js_name = loadedUrl)]
    pub fn loaded_url() -> Option<String>;

    /// Whether the page is a secure context.
    #[wasm_bindgen(js_namespace = page, js_name = isSecure)]
    pub fn is_secure() -> bool;

    /// Whether the page is in a frame of [`frame`].
    #[wasm_bindgen(js_namespace = page, js_name = isOwnFrame)]
    pub fn is_own_frame() -> bool;

    /// Navigates the page.
    #[wasm_bindgen(js_namespace = page)]
    pub fn navigate(url: &str);

    /// Replaces the address.
    #[wasm_bindgen(js_namespace = page, js_name = replaceAddress)]
    pub fn replace_address(url: &str);

    /// Navigates the page by posting a form.
    #[wasm_bindgen(js_namespace = page)]
    pub fn submit(url: &str, fields: &str);

    /// Tells the app's logger, or the console.
    #[wasm_bindgen(js_namespace = page)]
    pub fn log(custom: &JsValue, level: &str, text: &str);
}

/// Work of the page that is pending. Dropping it ends the work, and releases what it holds of the browser.
pub struct Pending(Work);

impl From<Work> for Pending {
    fn from(work: Work) -> Self {
        Pending(work)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Pending {
    /// The result; of a frame or a window, the next location.
    ///
    /// # Errors
    /// What it rejects with.
    pub fn next(&self) -> JsFuture {
        JsFuture::from(self.0.next())
    }
}

/// The result of work, which ends then, or when the future is dropped, polled or not.
///
/// # Errors
/// What it rejects with.
pub fn result(work: Work) -> impl Future<Output = Result<JsValue, JsValue>> {
    let work = Pending(work);
    async move { work.next().await }
}

/// Waits until work ends, however it does.
pub fn end(work: Work) -> impl Future<Output = ()> {
    let result = result(work);
    async move { drop(result.await) }
}

/// Listens until it is dropped.
pub struct Listening {
    _work: Pending,
    _heard: HearsText,
}

impl Listening {
    /// Begins to listen with `listen`.
    pub fn new(heard: HearsText, listen: impl FnOnce(&HearsText) -> Work) -> Listening {
        Listening { _work: Pending(listen(&heard)), _heard: heard }
    }
}

//! What the core needs of its environment. A method moves bytes, and decides nothing
//! (docs/decisions.md#rules-do-no-io).

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use crate::fault::{FrameFault, NetworkFault, StorageFault};
use crate::http::{Answer, Request};
use crate::json::Value;
use crate::protocol::jwk::Algorithm;
use crate::storage::{Area, CustomAction};
use crate::text::Text;
use crate::url::Params;

/// A future that the platform runs to its end.
pub type Task = Pin<Box<dyn Future<Output = ()>>>;

/// What [`Platform::dpop_key`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAction {
    /// Finds the key.
    Find,
    /// Finds the key; where there is none, makes one and stores it.
    Make,
    /// Finds the key; where it is not stored, stores the one that this page has used last.
    Keep,
    /// Finds the key in this page's memory; where there is none, makes one there.
    MakeInPage,
    /// Finds the key and deletes it, also from the storage. This page keeps it in memory, under the name
    /// with `|` and its coordinate `x` after it, until [`Platform::dpop_forget`].
    Take,
}

impl KeyAction {
    /// The word for it in `pkg/page/dpop.js`.
    pub const fn word(self) -> &'static str {
        match self {
            KeyAction::Find => "find",
            KeyAction::Make => "make",
            KeyAction::Keep => "keep",
            KeyAction::MakeInPage => "makeInPage",
            KeyAction::Take => "take",
        }
    }
}

/// The environment: a web page, or the scripted world of the tests. All times are in milliseconds.
#[allow(async_fn_in_trait)] // single-threaded by nature: nothing here is `Send`
pub trait Platform: 'static {
    /// A lock that is held. Dropping it releases the lock.
    type Lock;

    /// The app's middleware, which may change requests and sees responses.
    type Hooks: Clone;

    /// A window that is open for a sign-in. Dropping it closes the window.
    type Popup;

    /// A listener. Dropping it removes the listener.
    type Subscription;

    /// Lets the app's middleware change a request, for at most `timeout`.
    ///
    /// # Errors
    /// The text of what the middleware threw.
    async fn prepare(
        &self,
        request: Request,
        timeout: f64,
        hooks: &Self::Hooks,
    ) -> Result<Request, Text>;

    /// Sends a request, reads the whole answer, and shows it to the middleware. Redirects are followed
    /// unless the request [is secret](Request::is_secret) or says otherwise. Dropping the future aborts
    /// the request.
    ///
    /// # Errors
    /// Why there is no answer, after at most `timeout`.
    async fn send(
        &self,
        request: Request,
        timeout: f64,
        hooks: &Self::Hooks,
    ) -> Result<Answer, NetworkFault>;

    /// Opens `url` in a hidden frame, and returns the frame's URL once `landed` accepts it. The frame is
    /// removed in any case.
    ///
    /// # Errors
    /// Why no such URL is reached, after at most `timeout`.
    async fn frame(
        &self,
        url: &str,
        landed: &dyn Fn(&str) -> bool,
        timeout: f64,
    ) -> Result<Text, FrameFault>;

    /// Opens `url` in a window, and returns the window's URL once `landed` accepts it, or a URL that is
    /// sent on `channel` and that `landed` accepts: with Cross-Origin-Opener-Policy the page can't read
    /// the window's.
    ///
    /// # Errors
    /// Why no such URL is reached, after at most `timeout`.
    async fn popup(
        &self,
        popup: Self::Popup,
        url: &str,
        channel: &str,
        landed: &dyn Fn(&str) -> bool,
        timeout: f64,
    ) -> Result<Text, FrameFault>;

    /// Navigates the page to `url`.
    fn navigate(&self, url: &str);

    /// Navigates the page to `url` by posting a form.
    fn submit(&self, url: &str, form: &Params);

    /// Replaces the URL in the address bar, without a navigation.
    fn replace_address(&self, url: &str);

    /// Sends a message to all other listeners on a channel, in this tab and in others of the origin.
    fn tell(&self, channel: &str, message: &str);

    /// Calls `heard` with each message on a channel.
    fn listen(&self, channel: &str, heard: Rc<dyn Fn(&str)>) -> Self::Subscription;

    /// Calls `changed` with `key` when another tab changes what is stored under it in `localStorage`, and
    /// with an empty text when one may have: the page is shown again from the back/forward cache.
    fn watch(&self, key: &str, changed: Rc<dyn Fn(&str)>) -> Self::Subscription;

    /// Waits for a time, or until the tab is visible again or the browser is online again.
    async fn wake(&self, milliseconds: f64);

    /// Waits until the page, having been left, is shown again, or for a time.
    async fn returned(&self, milliseconds: f64);

    /// Waits until the page is left.
    async fn left(&self);

    /// Calls the app's own storage. `storage` is the number of [`Area::Custom`].
    ///
    /// # Errors
    /// Why it failed.
    async fn custom(
        &self,
        storage: u16,
        action: CustomAction<'_>,
        key: &str,
    ) -> Result<Option<Text>, StorageFault>;

    /// Reads a stored text; `None` where there is none. Not for [`Area::Custom`]: see
    /// [`Platform::custom`].
    ///
    /// # Errors
    /// Why the storage failed, as for the next three.
    fn read(&self, area: Area, key: &str) -> Result<Option<Text>, StorageFault>;

    /// Stores a text.
    fn write(&self, area: Area, key: &str, text: &str) -> Result<(), StorageFault>;

    /// Removes a stored text, if there is one.
    fn remove(&self, area: Area, key: &str) -> Result<(), StorageFault>;

    /// The stored keys that start with `prefix`.
    fn keys(&self, area: Area, prefix: &str) -> Result<Vec<Text>, StorageFault>;

    /// Waits for a lock that all tabs of the origin share
    /// ([Web Locks](https://www.w3.org/TR/web-locks/)); `None` after `timeout`. Where the browser has no
    /// locks it returns at once.
    async fn lock(&self, name: &str, timeout: f64) -> Option<Self::Lock>;

    /// Whether the lock excludes other tabs: not where the browser has no locks.
    fn is_exclusive(lock: &Self::Lock) -> bool;

    /// The last name, in alphabetical order, of a lock that any tab holds and that starts with `prefix`.
    async fn held(&self, prefix: &str) -> Option<Text>;

    /// Takes a lock that no tab holds, and holds it for a time. Returns as soon as it is held. Does
    /// nothing where the browser has no locks.
    async fn hold(&self, name: &str, milliseconds: f64);

    /// Waits for a time.
    async fn pause(&self, milliseconds: f64);

    /// Verifies a signature with a public JSON Web Key
    /// ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517)).
    ///
    /// # Errors
    /// Where the browser does not support the algorithm, or can't import the key.
    async fn verify(
        &self,
        algorithm: Algorithm,
        key: &Value,
        data: &[u8],
        signature: &[u8],
    ) -> Result<bool, ()>;

    /// The hash of a text, by the [hash function](Algorithm::hash) of a signature algorithm; `None` where
    /// the browser does not have it.
    async fn digest(&self, algorithm: Algorithm, text: &str) -> Option<Vec<u8>>;

    /// The public JSON Web Key of the DPoP key with this name, and whether the key is stored for all tabs
    /// of the origin, in which case it is the only one of that name. Where it can't be stored, the page
    /// keeps it in memory. The private part can't be read. `None` where there is no key.
    ///
    /// # Errors
    /// Where the browser can't make keys.
    async fn dpop_key(&self, name: &str, action: KeyAction) -> Result<Option<(Value, bool)>, ()>;

    /// The signature of a text by the key with this name, if its coordinate `x` is this one
    /// ([RFC 7518 section 3.4](https://www.rfc-editor.org/rfc/rfc7518#section-3.4)).
    async fn dpop_sign(&self, name: &str, x: &str, text: &str) -> Option<Vec<u8>>;

    /// Drops the key with this name from this page's memory: the one of [`KeyAction::Take`].
    async fn dpop_forget(&self, name: &str);

    /// Fills the array with cryptographically secure random bytes; `false` where there are none.
    fn random(&self, bytes: &mut [u8; 32]) -> bool;

    /// The time by the device's clock, in milliseconds since 1970.
    fn now(&self) -> f64;

    /// Runs a task to its end.
    fn spawn(&self, task: Task);

    /// The URL of the page, to which relative URLs refer.
    fn base_url(&self) -> Option<Text>;

    /// The URL that the page was loaded with. The app may have replaced it since.
    fn loaded_url(&self) -> Option<Text>;

    /// Whether the page is a [secure context](https://www.w3.org/TR/secure-contexts/), in which browsers
    /// offer their cryptography.
    fn is_secure_context(&self) -> bool;

    /// Whether this page is in a hidden frame of [`Platform::frame`], of any client.
    fn is_own_frame(&self) -> bool;
}

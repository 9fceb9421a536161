//! What the core needs from the world. A method moves bytes; it never decides.

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

/// A future that the platform runs to its end by itself.
pub type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The world: a browser page, a worker, or a test.
#[allow(async_fn_in_trait)] // single-threaded by nature: nothing here is `Send`
pub trait Platform: 'static {
    /// Held for as long as the lock is wanted; dropping it releases the lock.
    type Lock;

    /// What an app wants to change of requests and to see of responses.
    type Hooks: Clone;

    /// A window that was opened for a sign-in; dropping it closes the window.
    type Popup;

    /// Messages are received for as long as this is kept.
    type Subscription;

    /// Lets the app's middleware change a request, for at most `timeout` milliseconds; the text that it
    /// threw where it failed.
    async fn prepare(
        &self,
        request: Request,
        timeout: f64,
        hooks: &Self::Hooks,
    ) -> Result<Request, Text>;

    /// Sends a request, reads the whole answer and shows it to `hooks`. Redirects are followed,
    /// except by a request that [`Request::is_secret`]. Gives up after
    /// `timeout` milliseconds; dropping the future aborts the request.
    async fn send(
        &self,
        request: Request,
        timeout: f64,
        hooks: &Self::Hooks,
    ) -> Result<Answer, NetworkFault>;

    /// Opens `url` in a hidden frame and waits until the frame's location is one that `landed`
    /// recognises; returns that location. The frame is removed whatever happens.
    async fn frame(
        &self,
        url: &str,
        landed: &dyn Fn(&str) -> bool,
        timeout: f64,
    ) -> Result<Text, FrameFault>;

    /// Opens `url` in a window and waits until its location is one that `landed` recognises, or
    /// until such a location is told on `channel`; returns that location.
    async fn popup(
        &self,
        popup: Self::Popup,
        url: &str,
        channel: &str,
        landed: &dyn Fn(&str) -> bool,
        timeout: f64,
    ) -> Result<Text, FrameFault>;

    /// Leaves the page for `url`.
    fn navigate(&self, url: &str);

    /// Leaves the page for `url` by a form that is posted there.
    fn submit(&self, url: &str, form: &Params);

    /// Changes the address that the page shows.
    fn replace_address(&self, url: &str);

    /// Tells all other listeners on a channel, in this tab and others.
    fn tell(&self, channel: &str, message: &str);

    /// Listens to what is told on a channel.
    fn listen(&self, channel: &str, heard: Rc<dyn Fn(&str)>) -> Self::Subscription;

    /// Waits for a time in milliseconds, or until the tab is shown again or the network is back.
    async fn wake(&self, milliseconds: f64);

    /// Waits until the browser shows the page again after it was left, or for a time in milliseconds.
    async fn returned(&self, milliseconds: f64);

    /// Waits until the page is left.
    async fn left(&self);

    /// Asks the app's own storage with this number.
    async fn custom(
        &self,
        storage: u16,
        action: CustomAction<'_>,
        key: &str,
    ) -> Result<Option<Text>, StorageFault>;

    /// Reads a stored text. An app's own storage is read by [`Platform::custom`] alone.
    fn read(&self, area: Area, key: &str) -> Result<Option<Text>, StorageFault>;

    /// Stores a text.
    fn write(&self, area: Area, key: &str, text: &str) -> Result<(), StorageFault>;

    /// Removes a stored text.
    fn remove(&self, area: Area, key: &str) -> Result<(), StorageFault>;

    /// The stored keys that start with `prefix`.
    fn keys(&self, area: Area, prefix: &str) -> Result<Vec<Text>, StorageFault>;

    /// Waits for the lock of this name, across all tabs; `None` when the wait took longer than
    /// `timeout` milliseconds. Where the browser has no locks, it is had at once.
    async fn lock(&self, name: &str, timeout: f64) -> Option<Self::Lock>;

    /// Whether the lock keeps other tabs out: not where the browser has no locks.
    fn is_exclusive(lock: &Self::Lock) -> bool;

    /// Of the names of the locks held in any tab, the last in their order that starts with `prefix`.
    async fn held(&self, prefix: &str) -> Option<Text>;

    /// Takes the lock of this name, which nobody else has, and keeps it for a time in milliseconds.
    /// Returns when it is had; does nothing where the browser has no locks.
    async fn hold(&self, name: &str, milliseconds: f64);

    /// Waits for a time in milliseconds.
    async fn pause(&self, milliseconds: f64);

    /// Verifies a signature with a public JSON Web Key (RFC 7517). `Err` where the platform has
    /// no such algorithm or the key is unusable.
    async fn verify(
        &self,
        algorithm: Algorithm,
        key: &Value,
        data: &[u8],
        signature: &[u8],
    ) -> Result<bool, ()>;

    /// The hash of a text's bytes, by the hash function of a signature algorithm; `None` where the
    /// platform has no such function.
    async fn digest(&self, algorithm: Algorithm, text: &str) -> Option<Vec<u8>>;

    /// Fills the array from the system's secure random numbers; `false` when there are none.
    fn random(&self, bytes: &mut [u8; 32]) -> bool;

    /// Milliseconds since 1970, by the device's clock.
    fn now(&self) -> f64;

    /// Runs a task to its end.
    fn spawn(&self, task: Task);

    /// The address of the page, for relative URLs.
    fn base_url(&self) -> Option<Text>;

    /// The address that the page was loaded with, which the app may have changed since.
    fn loaded_url(&self) -> Option<Text>;

    /// True in a secure context, where the browser offers its cryptography.
    fn is_secure_context(&self) -> bool;

    /// True inside the hidden frame that [`Platform::frame`] of this or another client opened.
    fn is_own_frame(&self) -> bool;
}

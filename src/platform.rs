//! What the core needs from the world. A method moves bytes; it never decides.

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::rc::Rc;

use crate::json::{Value, number_text, object};
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

    /// Messages, or news of a storage, are received for as long as this is kept.
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

    /// Calls `changed` with the key when another tab has changed what is stored under it in
    /// `localStorage`, and with an empty text when one may have: the page is shown again from the
    /// back/forward cache.
    fn watch(&self, key: &str, changed: Rc<dyn Fn(&str)>) -> Self::Subscription;

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

/// An HTTP request. In a box, since it is built by methods that hand it on.
#[derive(Clone)]
pub struct Request(Box<Parts>);

/// The parts of a request.
#[derive(Clone)]
pub struct Parts {
    /// The method.
    pub method: &'static str,
    /// The absolute URL.
    pub url: Text,
    /// Headers beyond the body's content type: an object of texts.
    pub headers: Value,
    /// The body.
    pub body: Body,
    /// Whether cookies go along (`credentials: 'include'`): only where a cookie is what the request is
    /// about. Otherwise the browser sends none and keeps none, not even for the page's own origin
    /// (`'omit'`), and the server may answer `Access-Control-Allow-Origin: *`.
    pub with_cookies: bool,
    /// Whether the browser's HTTP cache is passed over.
    pub anew: bool,
    /// Whether it is sent even when the page goes away.
    pub keepalive: bool,
    /// Whether a redirect is an answer (of status 302), rather than followed.
    pub stays: bool,
    /// Whether the answer, of status 0, may be hidden (`mode: 'no-cors'`).
    pub unreadable: bool,
    /// Whether an answer of another origin, which a redirect led to, is taken for that redirect (status
    /// 302).
    pub stays_at_origin: bool,
    /// What the request is for, in the words of the contract's section 1.6; without it no
    /// middleware sees it.
    pub action: Option<&'static str>,
    /// Milliseconds, where the middleware says so.
    pub timeout: Option<f64>,
    /// Further options of `fetch`, where the middleware gives some.
    pub options: Value,
}

impl Request {
    /// A GET request that asks for JSON.
    pub fn get(url: impl Into<Text>) -> Self {
        Self::new("GET", url, Body::None)
    }

    /// A POST request that asks for JSON.
    pub fn post(url: impl Into<Text>, body: Body) -> Self {
        Self::new("POST", url, body)
    }

    fn new(method: &'static str, url: impl Into<Text>, body: Body) -> Self {
        Request(Box::new(Parts {
            method,
            url: url.into(),
            headers: object!([("Accept", "application/json".into())]),
            body,
            with_cookies: false,
            anew: false,
            keepalive: false,
            stays: false,
            unreadable: false,
            stays_at_origin: false,
            action: None,
            timeout: None,
            options: Value::NULL,
        }))
    }

    /// Its parts.
    pub fn into_parts(self) -> Parts {
        *self.0
    }

    /// The same, named for the middleware.
    pub fn action(mut self, action: &'static str) -> Self {
        self.action = Some(action);
        self
    }

    /// The same, to which a redirect is an answer.
    pub fn stay(mut self) -> Self {
        self.stays = true;
        self
    }

    /// The same, whose answer nobody reads.
    pub fn unreadable(mut self) -> Self {
        self.unreadable = true;
        self
    }

    /// The same, which no other origin may answer.
    pub fn stay_at_origin(mut self) -> Self {
        self.stays_at_origin = true;
        self
    }

    /// The same, sent even when the page goes away.
    pub fn keepalive(mut self) -> Self {
        self.keepalive = true;
        self
    }

    /// The same with a header.
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.headers.set(name, value);
        self
    }

    /// The same, passing over the browser's HTTP cache.
    pub fn anew(mut self) -> Self {
        self.anew = true;
        self
    }

    /// True when it carries a secret beyond its URL: a redirect must not take that elsewhere
    /// (RFC 9700 section 4.12).
    pub fn is_secret(&self) -> bool {
        let mut names = self.headers.members().iter().map(|(name, _)| name);
        self.method == "POST" || names.any(|name| name.eq_ignore_ascii_case("Authorization"))
    }

    /// True for a request of a journey.
    pub fn is_of_journey(&self) -> bool {
        self.action.is_some_and(|action| action.starts_with("JOURNEY_"))
    }

    /// True when it carries a token or a password anywhere.
    pub fn carries_token(&self) -> bool {
        const HINT: &[u8] = b"id_token_hint=";
        self.is_secret() || self.url.as_bytes().windows(HINT.len()).any(|part| part == HINT)
    }

    /// The same with cookies.
    pub fn with_cookies(mut self) -> Self {
        self.with_cookies = true;
        self
    }
}

impl Deref for Request {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl DerefMut for Request {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.0
    }
}

/// The body of a request.
#[derive(Clone)]
pub enum Body {
    /// None.
    None,
    /// `application/x-www-form-urlencoded`.
    Form(Params),
    /// JSON text.
    Json(Text),
}

/// The answer to a request.
#[derive(Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Text,
}

impl Answer {
    /// True for a status of 200 to 299.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The HTTP status in digits.
    pub fn status_text(&self) -> Text {
        number_text(self.status.into())
    }
}

/// Why a request got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkFault {
    /// The browser says that it has no network.
    Offline,
    /// No answer in time.
    Timeout,
    /// Anything else: the browser doesn't tell.
    Failed,
    /// The same, with the URL that was asked, but for its query, which may hold secrets.
    FailedAt(Text),
    /// The app's middleware threw this.
    Middleware(Text),
    /// The app's middleware would have sent a token to another origin.
    OtherOrigin,
}

/// Why a hidden frame, or a window, brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameFault {
    /// The browser says that it has no network.
    Offline,
    /// Another page stays in the frame.
    UnexpectedPage,
    /// Nothing came in time.
    Timeout,
    /// It could not be made.
    Blocked,
    /// The person closed the window.
    Closed,
}

impl FrameFault {
    /// How far the frame had come: `opening`, `loading`, or `loaded`, with a page that isn't ours.
    pub const fn stage(self) -> &'static str {
        match self {
            FrameFault::Blocked | FrameFault::Closed => "opening",
            FrameFault::Offline | FrameFault::Timeout => "loading",
            FrameFault::UnexpectedPage => "loaded",
        }
    }
}

/// A place to store texts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Shared by all tabs, kept when the browser is closed.
    Local,
    /// This tab's, kept over a reload.
    Session,
    /// This page's.
    Memory,
    /// The app's own, by its number.
    Custom(u16),
}

/// What an app's own storage is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomAction<'a> {
    /// Reads.
    Get,
    /// Stores this text.
    Set(&'a str),
    /// Removes.
    Remove,
}

impl Area {
    /// The name of the web storage that it is.
    pub const fn web_storage(self) -> Option<&'static str> {
        match self {
            Area::Local => Some("localStorage"),
            Area::Session => Some("sessionStorage"),
            Area::Memory | Area::Custom(_) => None,
        }
    }

    /// The contract's word for it in error messages.
    pub const fn word(self) -> &'static str {
        match self {
            Area::Local => "local",
            Area::Session => "session",
            Area::Memory => "memory",
            Area::Custom(_) => "custom",
        }
    }
}

/// Why storage failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageFault {
    /// The browser forbids access.
    Blocked,
    /// There is no room.
    Full,
    /// Anything else.
    Failed,
}

/// A signature algorithm of RFC 7518 section 3.1 or RFC 8037 that a public key verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names are the RFCs'
pub enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
    EdDsa,
}

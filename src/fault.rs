//! Why the browser did not do what it was asked for.

use crate::error::Code;
use crate::text::{Join, Text};
use crate::url::Url;

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

impl NetworkFault {
    /// Our code, and the contract's word in the place of an HTTP status.
    pub const fn describe(&self) -> (Code, &'static str) {
        match self {
            NetworkFault::Offline => (Code::Offline, "FETCH_ERROR"),
            NetworkFault::Timeout => (Code::Timeout, "TIMEOUT_ERROR"),
            NetworkFault::Failed | NetworkFault::FailedAt(_) => {
                (Code::NetworkFailed, "FETCH_ERROR")
            }
            NetworkFault::Middleware(_) => (Code::MiddlewareFailed, "unknown"),
            NetworkFault::OtherOrigin => (Code::RequestOrigin, "unknown"),
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> Text {
        Text::from(match self {
            NetworkFault::Offline => "The browser is offline. Try again when it is back.",
            NetworkFault::Timeout => "The server did not answer in time. Try again.",
            NetworkFault::Failed => "The request failed: the server can't be reached.",
            NetworkFault::FailedAt(place) => {
                return ["No answer from ", place, ": the server can't be reached, it does not allow this origin by CORS (Keycloak: the client's Web origins), or the page's Content-Security-Policy lacks it in connect-src."].joined();
            }
            NetworkFault::Middleware(thrown) => return thrown.clone(),
            NetworkFault::OtherOrigin => {
                "The request was not sent: the middleware changed its URL to another origin, which must not get tokens."
            }
        })
    }

    /// What to tell: the contract's sentence for the call and what to do, or what the app's own
    /// middleware did.
    pub fn sentence(&self, usual: &'static str) -> Text {
        match self {
            NetworkFault::Middleware(_) | NetworkFault::OtherOrigin => self.advice(),
            _ => [usual, ". ", &self.advice()].joined(),
        }
    }

    /// The same of a request to this URL.
    pub fn at(self, url: &str) -> NetworkFault {
        match (self, Url::parse(url, None)) {
            (NetworkFault::Failed, Some(url)) => NetworkFault::FailedAt(url.place()),
            (fault, _) => fault,
        }
    }
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

impl StorageFault {
    /// Our code.
    pub const fn code(self) -> Code {
        match self {
            StorageFault::Blocked => Code::StorageBlocked,
            StorageFault::Full => Code::StorageFull,
            StorageFault::Failed => Code::StorageFailed,
        }
    }

    /// What to do about it.
    pub const fn advice(self) -> &'static str {
        match self {
            StorageFault::Blocked => {
                "The browser blocks this site's storage: allow it, or use storage of type 'memory'."
            }
            StorageFault::Full => "This site's storage is full: free some of it.",
            StorageFault::Failed => "This site's storage failed.",
        }
    }
}

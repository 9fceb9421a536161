//! Faults: why a request, a hidden frame, a window or a storage failed.

use crate::error::Code;
use crate::text::{Join, Text};
use crate::url::Url;

/// Why a request has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkFault {
    /// The browser is offline.
    Offline,
    /// No answer arrived in time.
    Timeout,
    /// `fetch` failed. The browser does not say why.
    Failed,
    /// [`NetworkFault::Failed`], with the URL of the request without its query, which may hold secrets.
    FailedAt(Text),
    /// The app's middleware threw this text; nothing was sent.
    Middleware(Text),
    /// The app's middleware changed the URL of a request with a token to another origin; nothing was
    /// sent.
    OtherOrigin,
    /// The DPoP key is gone; nothing was sent.
    KeyLost,
}

impl NetworkFault {
    /// The code, and the documented client's `status` where there is no HTTP status.
    pub const fn describe(&self) -> (Code, &'static str) {
        match self {
            NetworkFault::Offline => (Code::Offline, "FETCH_ERROR"),
            NetworkFault::Timeout => (Code::Timeout, "TIMEOUT_ERROR"),
            NetworkFault::Failed | NetworkFault::FailedAt(_) => {
                (Code::NetworkFailed, "FETCH_ERROR")
            }
            NetworkFault::Middleware(_) => (Code::MiddlewareFailed, "unknown"),
            NetworkFault::OtherOrigin => (Code::RequestOrigin, "unknown"),
            NetworkFault::KeyLost => (Code::DpopKeyLost, "unknown"),
        }
    }

    /// A message: what happened, and what to do. For the middleware it is what that threw.
    pub fn advice(&self) -> Text {
        Text::from(match self {
            NetworkFault::Offline => "The browser is offline. Try again when it is back.",
            NetworkFault::Timeout => "The server did not answer in time. Try again.",
            NetworkFault::Failed => {
                "The request failed: the server can't be reached. Try again later."
            }
            NetworkFault::FailedAt(place) => {
                return ["No answer from ", place, ". Either the server can't be reached, or it does not allow this origin by CORS (Keycloak: the client's Web origins), or the page's Content-Security-Policy lacks it in connect-src."].joined();
            }
            NetworkFault::Middleware(thrown) => return thrown.clone(),
            NetworkFault::OtherOrigin => {
                "The request was not sent: the middleware changed its URL to another origin, which must not get tokens. Keep the origin."
            }
            NetworkFault::KeyLost => KEY_LOST,
        })
    }

    /// The message of a call: `usual`, what happened in the documented client's words, then the advice.
    /// For a fault of the middleware the advice alone.
    pub fn sentence(&self, usual: &'static str) -> Text {
        match self {
            NetworkFault::Middleware(_) | NetworkFault::OtherOrigin => self.advice(),
            _ => [usual, ". ", &self.advice()].joined(),
        }
    }

    /// The fault with the URL of the request in it.
    pub fn at(self, url: &str) -> NetworkFault {
        match (self, Url::parse(url, None)) {
            (NetworkFault::Failed, Some(url)) => NetworkFault::FailedAt(url.place()),
            (fault, _) => fault,
        }
    }
}

/// The message for tokens whose DPoP key is gone.
pub const KEY_LOST: &str = "The DPoP key of the tokens is no longer in this browser, so nobody can use them. Sign in again.";

/// Why no response arrived in a hidden frame or a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameFault {
    /// The browser is offline.
    Offline,
    /// The frame shows a page that is not the redirect URI.
    UnexpectedPage,
    /// No response arrived in time.
    Timeout,
    /// The browser did not create the frame, or did not open the window.
    Blocked,
    /// The user closed the window.
    Closed,
}

impl FrameFault {
    /// `stage` of the error: `opening`, `loading`, or `loaded` (a page that is not the redirect URI).
    pub const fn stage(self) -> &'static str {
        match self {
            FrameFault::Blocked | FrameFault::Closed => "opening",
            FrameFault::Offline | FrameFault::Timeout => "loading",
            FrameFault::UnexpectedPage => "loaded",
        }
    }
}

/// Why a storage failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageFault {
    /// The browser forbids access
    /// ([`SecurityError`](https://html.spec.whatwg.org/multipage/webstorage.html#dom-localstorage-dev)).
    Blocked,
    /// The quota is exceeded
    /// ([`QuotaExceededError`](https://html.spec.whatwg.org/multipage/webstorage.html#dom-storage-setitem-dev)).
    Full,
    /// Any other reason, such as an error of the app's own storage.
    Failed,
}

impl StorageFault {
    /// The code.
    pub const fn code(self) -> Code {
        match self {
            StorageFault::Blocked => Code::StorageBlocked,
            StorageFault::Full => Code::StorageFull,
            StorageFault::Failed => Code::StorageFailed,
        }
    }

    /// What happened, and what to do.
    pub const fn advice(self) -> &'static str {
        match self {
            StorageFault::Blocked => {
                "The browser blocks this site's storage. Allow it, or use storage of type 'memory'."
            }
            StorageFault::Full => "This site's storage is full. Remove what is not needed.",
            StorageFault::Failed => "This site's storage failed. Try again.",
        }
    }
}

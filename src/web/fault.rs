//! Why work of the page fails.

#![allow(missing_docs)] // of what wasm-bindgen generates

use wasm_bindgen::prelude::wasm_bindgen;

use crate::fault::{FrameFault, NetworkFault, StorageFault};

/// What work of the page rejects with, and throws: the words of `pkg/page/fault.js`. Anything else that is
/// thrown is [`PageFault::Failed`] to the conversions.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageFault {
    /// The browser forbids it.
    Blocked = "blocked",
    /// The user closed the window.
    Closed = "closed",
    /// Any other reason.
    Failed = "failed",
    /// The quota of the storage is exceeded.
    Full = "full",
    /// The browser is offline.
    Offline = "offline",
    /// The time is over.
    Timeout = "timeout",
    /// The frame shows a page that is not the redirect URI.
    UnexpectedPage = "unexpectedPage",
}

impl From<Option<PageFault>> for NetworkFault {
    fn from(fault: Option<PageFault>) -> Self {
        match fault {
            Some(PageFault::Offline) => NetworkFault::Offline,
            Some(PageFault::Timeout) => NetworkFault::Timeout,
            _ => NetworkFault::Failed,
        }
    }
}

impl From<Option<PageFault>> for FrameFault {
    fn from(fault: Option<PageFault>) -> Self {
        match fault {
            Some(PageFault::Offline) => FrameFault::Offline,
            Some(PageFault::UnexpectedPage) => FrameFault::UnexpectedPage,
            Some(PageFault::Timeout) => FrameFault::Timeout,
            Some(PageFault::Closed) => FrameFault::Closed,
            _ => FrameFault::Blocked,
        }
    }
}

impl From<Option<PageFault>> for StorageFault {
    fn from(fault: Option<PageFault>) -> Self {
        match fault {
            Some(PageFault::Full) => StorageFault::Full,
            Some(PageFault::Blocked) => StorageFault::Blocked,
            _ => StorageFault::Failed,
        }
    }
}

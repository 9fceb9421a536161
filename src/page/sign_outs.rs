//! The sign-outs of a page.
//!
//! While a sign-out of an issuer is pending, no sign-in of that issuer starts in this page. An app that
//! starts one as soon as it hears `signed_out` would otherwise abort the sign-out by its navigation, or
//! find the session that is about to end.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

use crate::error::{Code, Error, Kind};
use crate::page::by_name::ByName;
use crate::platform::Platform;
use crate::task::until;
use crate::text::Text;

/// How long a sign-in waits for a sign-out, in milliseconds.
const PATIENCE: f64 = 10_000.0;

/// The sign-outs of this page: how many there were, and which are pending.
pub struct SignOuts<P: Platform> {
    platform: &'static P,
    /// How often this page has signed out of each issuer.
    counts: ByName<usize>,
    running: RefCell<Vec<UnderWay>>,
    last: Cell<u32>,
    waiting: RefCell<Vec<Waker>>,
}

/// A sign-out that has started and not ended.
struct UnderWay {
    number: u32,
    issuer: Text,
    by: SignOutBy,
}

/// How a sign-out ends the session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignOutBy {
    /// By requests of this page.
    Requests,
    /// By leaving the page: no sign-in waits for its end.
    Leaving,
}

/// A pending sign-out, until it is dropped.
pub struct Guard<P: Platform> {
    sign_outs: &'static SignOuts<P>,
    number: u32,
}

impl<P: Platform> Drop for Guard<P> {
    fn drop(&mut self) {
        self.sign_outs.running.borrow_mut().retain(|one| one.number != self.number);
        for waker in self.sign_outs.waiting.take() {
            waker.wake();
        }
    }
}

impl<P: Platform> SignOuts<P> {
    pub(super) fn new(platform: &'static P) -> Self {
        SignOuts {
            platform,
            counts: ByName::default(),
            running: RefCell::default(),
            last: Cell::default(),
            waiting: RefCell::default(),
        }
    }

    /// Counts a sign-out. A call that started before it must store nothing afterwards.
    pub fn add(&self, issuer: &str) {
        self.counts.set(issuer, self.count(issuer) + 1);
    }

    /// How often this page has signed out of an issuer.
    pub fn count(&self, issuer: &str) -> usize {
        self.counts.get(issuer).unwrap_or_default()
    }

    /// Whether this page has signed out of no issuer.
    pub(super) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Starts a sign-out of an issuer, which is pending until the guard is dropped.
    pub(crate) fn begin(&'static self, issuer: &str, by: SignOutBy) -> Guard<P> {
        let number = self.last.get().wrapping_add(1);
        self.last.set(number);
        let under_way = UnderWay { number, issuer: issuer.into(), by };
        self.running.borrow_mut().push(under_way);
        Guard { sign_outs: self, number }
    }

    /// Waits until no sign-out of the issuer is pending, for at most [`PATIENCE`]. Called before a sign-in
    /// starts.
    ///
    /// # Errors
    /// `signing_out` where a sign-out is about to leave the page.
    pub(crate) async fn wait(&self, issuer: &str) -> Result<(), Error> {
        if self.under_way(issuer) == Some(SignOutBy::Requests) {
            let over = poll_fn(|context| match self.under_way(issuer) {
                Some(SignOutBy::Requests) => {
                    self.waiting.borrow_mut().push(context.waker().clone());
                    Poll::Pending
                }
                _ => Poll::Ready(()),
            });
            until(self.platform.pause(PATIENCE), over).await;
        }
        match self.under_way(issuer) {
            Some(SignOutBy::Leaving) => Err(leaving()),
            _ => Ok(()),
        }
    }

    /// Whether this page is signing out of an issuer.
    pub(crate) fn is_under_way(&self, issuer: &str) -> bool {
        self.under_way(issuer).is_some()
    }

    /// How a pending sign-out of an issuer ends the session; of several, leaving the page counts.
    fn under_way(&self, issuer: &str) -> Option<SignOutBy> {
        let mut found = None;
        for one in self.running.borrow().iter() {
            if one.issuer == issuer {
                found = found.max(Some(one.by));
            }
        }
        found
    }
}

/// The error for a sign-in while a sign-out is about to leave the page.
fn leaving() -> Error {
    let text =
        "A sign-out is about to leave this page. Sign in again on the page that it leads to.";
    Error::new("signing_out", Code::SigningOut, Kind::State, text)
}

//! The sign-outs of a page.
//!
//! Sign-out first: while one of an issuer runs, no sign-in of it begins in this page. A guard that
//! starts one when it hears `signed_out` would otherwise abort the sign-out by its navigation, or find
//! the session that is just ending.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

use crate::error::{Code, Error, Kind};
use crate::page::by_name::ByName;
use crate::platform::Platform;
use crate::task::until;
use crate::text::Text;

/// A sign-out is waited for no longer than this many milliseconds.
const PATIENCE: f64 = 10_000.0;

/// The sign-outs of this page: how many there were, and those under way.
pub struct SignOuts<P: Platform> {
    platform: &'static P,
    /// How often this page has signed out of each issuer.
    counts: ByName<usize>,
    running: RefCell<Vec<UnderWay>>,
    last: Cell<u32>,
    waiting: RefCell<Vec<Waker>>,
}

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

/// A sign-out under way, until it is dropped.
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

    /// Counts a sign-out: what was begun before it must not be kept after it.
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

    /// Begins a sign-out of an issuer.
    pub(crate) fn begin(&'static self, issuer: &str, by: SignOutBy) -> Guard<P> {
        let number = self.last.get().wrapping_add(1);
        self.last.set(number);
        let under_way = UnderWay { number, issuer: issuer.into(), by };
        self.running.borrow_mut().push(under_way);
        Guard { sign_outs: self, number }
    }

    /// Waits until no sign-out of the issuer is under way: to be called before a sign-in begins.
    ///
    /// # Errors
    /// `signing_out`, when the page is about to be left for a sign-out.
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

    /// Whether a sign-out is under way and, if so, whether one leaves the page.
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

fn leaving() -> Error {
    let text =
        "This page is being left for a sign-out. Sign in again on the page that it leads to.";
    Error::new("signing_out", Code::SigningOut, Kind::State, text)
}

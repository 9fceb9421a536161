//! Sign-out first: while one of an issuer runs, no sign-in of it begins in this page. A guard that
//! starts one when it hears `signed_out` would otherwise abort the sign-out by its navigation, or find
//! the session that is just ending.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

use crate::error::{Code, Error, Kind};
use crate::page::Context;
use crate::platform::Platform;
use crate::task::until;
use crate::text::Text;

/// A sign-out is waited for no longer than this many milliseconds.
const PATIENCE: f64 = 10_000.0;

/// The sign-outs under way in this page.
#[derive(Default)]
pub struct SigningOut {
    running: RefCell<Vec<Running>>,
    last: Cell<u32>,
    waiting: RefCell<Vec<Waker>>,
}

struct Running {
    number: u32,
    issuer: Text,
    leaves: bool,
}

/// A sign-out under way, until it is dropped.
pub struct Guard<P: Platform> {
    context: &'static Context<P>,
    number: u32,
}

impl<P: Platform> Drop for Guard<P> {
    fn drop(&mut self) {
        let signing_out = &self.context.signing_out;
        signing_out.running.borrow_mut().retain(|one| one.number != self.number);
        for waker in signing_out.waiting.take() {
            waker.wake();
        }
    }
}

impl<P: Platform> Context<P> {
    /// Begins a sign-out of an issuer; one that `leaves` the page lets no sign-in wait for its end.
    pub(crate) fn sign_out(&'static self, issuer: &str, leaves: bool) -> Guard<P> {
        let number = self.signing_out.last.get().wrapping_add(1);
        self.signing_out.last.set(number);
        let running = Running { number, issuer: issuer.into(), leaves };
        self.signing_out.running.borrow_mut().push(running);
        Guard { context: self, number }
    }

    /// Waits until no sign-out of the issuer is under way: to be called before a sign-in begins.
    ///
    /// # Errors
    /// `signing_out`, when the page is about to be left for a sign-out.
    pub(crate) async fn wait_for_sign_out(&self, issuer: &str) -> Result<(), Error> {
        if self.sign_out_under_way(issuer) == Some(false) {
            let over = poll_fn(|context| match self.sign_out_under_way(issuer) {
                Some(false) => {
                    self.signing_out.waiting.borrow_mut().push(context.waker().clone());
                    Poll::Pending
                }
                _ => Poll::Ready(()),
            });
            until(self.platform.pause(PATIENCE), over).await;
        }
        match self.sign_out_under_way(issuer) {
            Some(true) => Err(leaving()),
            _ => Ok(()),
        }
    }

    /// Whether this page is signing out of an issuer.
    pub(crate) fn is_signing_out(&self, issuer: &str) -> bool {
        self.sign_out_under_way(issuer).is_some()
    }

    /// Whether a sign-out is under way and, if so, whether one leaves the page.
    fn sign_out_under_way(&self, issuer: &str) -> Option<bool> {
        let mut found = None;
        for one in self.signing_out.running.borrow().iter() {
            if one.issuer == issuer {
                found = Some(found == Some(true) || one.leaves);
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

//! What providers have refused, so that this page does not send the same request again.

use std::cell::RefCell;

use crate::error::Error;
use crate::platform::Platform;
use crate::text::Text;

/// How long the answer that no user is signed in counts: one minute, in milliseconds.
const NO_USER: f64 = 60_000.0;

struct Refusal {
    /// What was refused.
    name: Text,
    /// For what it was refused, such as a refresh token's hash.
    of: Text,
    /// Until when it counts, in milliseconds since 1970.
    until: f64,
    error: Error,
}

impl Refusal {
    /// Whether it still counts. It does not where more time is left than it had: the device's clock has
    /// been set back then.
    fn stands(&self, now: f64) -> bool {
        let left = self.until - now;
        left > 0.0 && (left <= NO_USER || left.is_infinite())
    }
}

/// The refusals of this page.
pub struct Refusals<P: Platform> {
    platform: &'static P,
    refusals: RefCell<Vec<Refusal>>,
}

impl<P: Platform> Refusals<P> {
    pub(super) fn new(platform: &'static P) -> Self {
        Refusals { platform, refusals: RefCell::default() }
    }

    /// Notes that `name` was refused for `of`, for as long as the page lives.
    pub(crate) fn note(&self, name: Text, of: Text, error: &Error) {
        self.add(name, of, f64::INFINITY, error);
    }

    /// Notes that `name` was refused for `of` because no user is signed in, for [`NO_USER`].
    pub(crate) fn note_no_user(&self, name: Text, of: Text, error: &Error) {
        self.add(name, of, self.platform.now() + NO_USER, error);
    }

    fn add(&self, name: Text, of: Text, until: f64, error: &Error) {
        let now = self.platform.now();
        let mut refusals = self.refusals.borrow_mut();
        refusals.retain(|refusal| refusal.stands(now) && refusal.name != name);
        refusals.push(Refusal { name, of, until, error: error.clone() });
    }

    /// The error with which `name` was refused for `of`; `None` where it was not.
    pub(crate) fn find(&self, name: &str, of: &str) -> Option<Error> {
        let now = self.platform.now();
        let refusals = self.refusals.borrow();
        let mut found = refusals.iter().filter(|refusal| refusal.name == name);
        let found = found.find(|refusal| refusal.of == of && refusal.stands(now));
        found.map(|refusal| refusal.error.clone())
    }

    /// Removes the notes of [`Refusals::note_no_user`], after a user may have signed in.
    pub fn forget_no_user(&self) {
        self.refusals.borrow_mut().retain(|refusal| refusal.until.is_infinite());
    }
}

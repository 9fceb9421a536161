//! What providers have refused: they are not asked the same again by this page.

use std::cell::RefCell;

use crate::error::Error;
use crate::platform::Platform;
use crate::text::Text;

/// That no user is signed in at a provider is believed for this many milliseconds.
const NO_USER: f64 = 60_000.0;

struct Refusal {
    name: Text,
    /// Of what it was refused.
    of: Text,
    /// Until when that stands.
    until: f64,
    error: Error,
}

impl Refusal {
    /// Whether it still counts; not after the device's clock was set back.
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

    /// Notes that what is called `name` was refused of `of`, for good.
    pub(crate) fn note(&self, name: Text, of: Text, error: &Error) {
        self.add(name, of, f64::INFINITY, error);
    }

    /// Notes the same, since no user was signed in.
    pub(crate) fn note_no_user(&self, name: Text, of: Text, error: &Error) {
        self.add(name, of, self.platform.now() + NO_USER, error);
    }

    fn add(&self, name: Text, of: Text, until: f64, error: &Error) {
        let now = self.platform.now();
        let mut refusals = self.refusals.borrow_mut();
        refusals.retain(|refusal| refusal.stands(now) && refusal.name != name);
        refusals.push(Refusal { name, of, until, error: error.clone() });
    }

    /// With which error that was refused.
    pub(crate) fn find(&self, name: &str, of: &str) -> Option<Error> {
        let now = self.platform.now();
        let refusals = self.refusals.borrow();
        let mut found = refusals.iter().filter(|refusal| refusal.name == name);
        let found = found.find(|refusal| refusal.of == of && refusal.stands(now));
        found.map(|refusal| refusal.error.clone())
    }

    /// Somebody may have signed in at a provider: it is asked again.
    pub fn forget_no_user(&self) {
        self.refusals.borrow_mut().retain(|refusal| refusal.until.is_infinite());
    }
}

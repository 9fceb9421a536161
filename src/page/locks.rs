//! Between tabs: one renewal at a time, by tabs that all see the same storage.
//!
//! Browsers run tabs in several processes. What one tab writes to `localStorage` reaches another
//! tab's view of it a moment later, and in no order to the locks: a tab that gets a lock may still
//! see what was stored before. It would then use a refresh token a second time, for which servers
//! end the session. So who writes also holds, for a while, a lock whose name tells what was written;
//! names are the same for all tabs at once, and who gets the lock waits until it sees just that.

use std::cell::RefCell;
use std::rc::Rc;

use crate::json::{number_text, to_text};
use crate::page::sign_ins::SignIns;
use crate::page::whose::SignIn;
use crate::platform::Platform;
use crate::protocol::pkce;
use crate::storage::{Area, Location};
use crate::text::{Join, Text};

/// What was written is told for this many milliseconds, by far longer than it is under way.
const TOLD: f64 = 2_000.0;

/// What another tab wrote is waited for no longer than this many milliseconds: by then it has been
/// overwritten by something else than this library.
pub(crate) const PATIENCE: f64 = 1_000.0;

/// How often the storage is looked at meanwhile, in milliseconds.
pub(crate) const TICK: f64 = 10.0;

/// The lock of a sign-in.
pub(crate) struct Held<P: Platform> {
    lock: P::Lock,
    _entry: Option<Entry>,
}

impl<P: Platform> Held<P> {
    /// Whether it keeps other tabs out, or only what else this page does.
    pub(crate) fn is_exclusive(&self) -> bool {
        P::is_exclusive(&self.lock)
    }
}

/// A text in a list, until it is dropped.
struct Entry(Rc<RefCell<Vec<Text>>>, Text);

impl Entry {
    fn new(list: &Rc<RefCell<Vec<Text>>>, text: Text) -> Entry {
        list.borrow_mut().push(text.clone());
        Entry(list.clone(), text)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut list = self.0.borrow_mut();
        if let Some(position) = list.iter().position(|text| *text == self.1) {
            list.swap_remove(position);
        }
    }
}

/// The locks of sign-ins, and what was last written under them.
pub struct Locks<P: Platform> {
    platform: &'static P,
    sign_ins: &'static SignIns<P>,
    /// The names of this page's locks, where the browser has none.
    held: Rc<RefCell<Vec<Text>>>,
    last_told: RefCell<Text>,
}

impl<P: Platform> Locks<P> {
    pub(super) fn new(platform: &'static P, sign_ins: &'static SignIns<P>) -> Self {
        Locks { platform, sign_ins, held: Rc::default(), last_told: RefCell::default() }
    }

    /// Waits for the lock of a sign-in, for at most `wait` milliseconds, and then until this tab sees
    /// what was last written under it.
    pub(crate) async fn take(&self, sign_in: &SignIn, wait: f64) -> Option<Held<P>> {
        let name = sign_in.lock_name();
        let lock = self.platform.lock(&name, wait).await?;
        if !P::is_exclusive(&lock) {
            let is_free = || !self.held.borrow().contains(&name);
            if !self.wait_until(&is_free, wait).await {
                return None;
            }
            return Some(Held { lock, _entry: Some(Entry::new(&self.held, name)) });
        }
        if is_told(sign_in) {
            // The names differ first in the time.
            if let Some(last) = self.platform.held(&[&*name, "|"].joined()).await {
                self.wait_to_see(sign_in, &last).await;
            }
        }
        Some(Held { lock, _entry: None })
    }

    /// Waits until this tab sees what another has told of.
    pub(super) async fn wait_to_see(&self, sign_in: &SignIn, told: &str) {
        self.wait_until(&|| told.ends_with(&*self.fingerprint(sign_in)), PATIENCE).await;
    }

    /// Looks again and again, for at most `wait` milliseconds; whether it came true.
    async fn wait_until(&self, is_so: &dyn Fn() -> bool, wait: f64) -> bool {
        let deadline = self.platform.now() + wait;
        // Also by count: the clock may be set meanwhile, and timers of hidden tabs are slow.
        let mut left = wait / TICK;
        while !is_so() {
            if left <= 0.0 || self.platform.now() >= deadline {
                return false;
            }
            self.platform.pause(TICK).await;
            left -= 1.0;
        }
        true
    }

    /// Tells all tabs what is stored now. To be awaited before the lock is released.
    pub(crate) async fn tell(&self, sign_in: &SignIn) {
        if is_told(sign_in) {
            let now = self.platform.now().trunc();
            let name =
                [&*sign_in.lock_name(), "|", &number_text(now), "|", &self.fingerprint(sign_in)]
                    .joined();
            if self.last_told.replace(name.clone()) != name {
                self.platform.hold(&name, TOLD).await;
            }
        }
    }

    /// A hash of what is stored, where other tabs can see it: it tells nothing of the tokens.
    pub(super) fn fingerprint(&self, sign_in: &SignIn) -> Text {
        let Location { area, key } = &sign_in.location;
        let stored = match area {
            Area::Session => to_text(&self.sign_ins.used(sign_in)),
            _ => self.platform.read(*area, key).ok().flatten().unwrap_or_default(),
        };
        pkce::sha256(stored.as_bytes())
    }
}

/// Whether other tabs see what one writes of a sign-in: its tokens, or which refresh tokens are used up.
fn is_told(sign_in: &SignIn) -> bool {
    matches!(sign_in.location.area, Area::Local | Area::Session)
}

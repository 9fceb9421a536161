//! Locks between tabs: one renewal of a sign-in at a time
//! (docs/decisions.md#one-renewal-at-a-time), by a tab that sees what the one before has stored.
//!
//! Browsers run tabs in several processes. What one tab writes to `localStorage` is visible in another
//! tab a moment later, and not in order with the locks: a tab that gets the lock may still see the old
//! record. It would use a refresh token a second time, for which providers end the session
//! ([RFC 9700 section 4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)).
//!
//! The entry of sign-ins of an issuer has such a lock too, for each change of it: it is one text with the
//! notes of all tabs, and a tab that does not see all of them would remove those of others.
//!
//! So a tab that writes also holds, for two seconds, a second lock, the mark, whose name contains a hash of
//! what it has written. Names of locks are the same for all tabs at once. A tab that gets the first lock looks for
//! such a name, and waits until it sees a record with that hash.

use std::cell::RefCell;
use std::rc::Rc;

use crate::json::{Value, number_text, to_text};
use crate::page::sign_ins::SignIns;
use crate::page::whose::SignIn;
use crate::platform::Platform;
use crate::protocol::pkce;
use crate::storage::{Area, Location, sign_ins_key};
use crate::text::{Join, Text};

/// How long a mark is held, in milliseconds: far longer than a write needs to reach all tabs.
const MARK_TIME: f64 = 2_000.0;

/// How long a tab waits to see what another has written, in milliseconds. If it is not visible by then,
/// something other than this package has overwritten it.
pub(crate) const PATIENCE: f64 = 1_000.0;

/// How often the storage is read while waiting, in milliseconds.
const TICK: f64 = 10.0;

/// A wait that ends by the clock, since timers of hidden tabs are slow, and after so many ticks, since the
/// clock may be set back meanwhile.
pub(crate) struct Ticks<P: Platform> {
    platform: &'static P,
    deadline: f64,
    left: f64,
}

impl<P: Platform> Ticks<P> {
    /// A wait of at most `wait` milliseconds, from now on.
    pub(crate) fn new(platform: &'static P, wait: f64) -> Self {
        Ticks { platform, deadline: platform.now() + wait, left: wait / TICK }
    }

    /// Waits for a tick. `false`, at once, when the time is over.
    pub(crate) async fn next(&mut self) -> bool {
        if self.left <= 0.0 || self.platform.now() >= self.deadline {
            return false;
        }
        self.left -= 1.0;
        self.platform.pause(TICK).await;
        true
    }
}

/// The lock of a sign-in, until it is dropped.
pub(crate) struct Held<P: Platform> {
    lock: P::Lock,
    _entry: Option<Entry>,
}

impl<P: Platform> Held<P> {
    /// Whether it excludes other tabs, and not only other calls of this page.
    pub(crate) fn is_exclusive(&self) -> bool {
        P::is_exclusive(&self.lock)
    }
}

/// A text that is in a list until this is dropped.
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

/// The locks of sign-ins.
pub struct Locks<P: Platform> {
    platform: &'static P,
    sign_ins: &'static SignIns<P>,
    /// The names of the locks that this page holds, where the browser has no locks.
    held: Rc<RefCell<Vec<Text>>>,
    /// The name of the mark that this page has held last.
    last_mark: RefCell<Text>,
}

/// The lock of an issuer's entry of sign-ins.
pub(crate) struct EntryLock<P: Platform> {
    name: Text,
    /// `None` where another tab keeps it for too long, or the browser has none.
    _lock: Option<P::Lock>,
}

impl<P: Platform> Locks<P> {
    pub(super) fn new(platform: &'static P, sign_ins: &'static SignIns<P>) -> Self {
        Locks { platform, sign_ins, held: Rc::default(), last_mark: RefCell::default() }
    }

    /// Waits for the lock of a sign-in, for at most `wait` milliseconds, and then until this tab sees what
    /// was last written under it. `None` where another tab keeps the lock.
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
            self.see(&name, &|| self.fingerprint(sign_in)).await;
        }
        Some(Held { lock, _entry: None })
    }

    /// Waits until this tab sees the record whose hash `mark` ends with, for at most [`PATIENCE`].
    pub(super) async fn wait_to_see(&self, sign_in: &SignIn, mark: &str) {
        self.wait_for(mark, &|| self.fingerprint(sign_in)).await;
    }

    /// Waits until this tab sees what was last written under a lock. `seen` is the hash of what it sees.
    async fn see(&self, lock: &str, seen: &dyn Fn() -> Text) {
        // The time is what differs first in the names, so that the last name is the latest.
        if let Some(last) = self.platform.held(&[lock, "|"].joined()).await {
            self.wait_for(&last, seen).await;
        }
    }

    async fn wait_for(&self, mark: &str, seen: &dyn Fn() -> Text) {
        self.wait_until(&|| mark.ends_with(&*seen()), PATIENCE).await;
    }

    /// Waits for the lock of an issuer's entry of sign-ins, for at most [`PATIENCE`], and then until this
    /// tab sees the entry as it was last written. The caller changes the entry, and then calls
    /// [`Locks::tell_entry`].
    pub(crate) async fn take_entry(&self, issuer: &str) -> EntryLock<P> {
        let name = ["journey-oidc|sign-ins|", issuer].joined();
        let lock = self.platform.lock(&name, PATIENCE).await;
        if lock.as_ref().is_some_and(P::is_exclusive) {
            self.see(&name, &|| self.entry(issuer)).await;
        }
        EntryLock { name, _lock: lock }
    }

    /// Shows all tabs how the entry is now, and releases the lock.
    pub(crate) async fn tell_entry(&self, issuer: &str, lock: EntryLock<P>) {
        self.mark(&lock.name, &self.entry(issuer)).await;
    }

    /// The hash of the entry as this tab sees it.
    fn entry(&self, issuer: &str) -> Text {
        let entry = self.platform.read(Area::Local, &sign_ins_key(issuer));
        pkce::sha256(&entry.ok().flatten().unwrap_or_default())
    }

    /// The id of a sign-in or of AM's session with this note, which is added to the entry where it is
    /// missing. `None` for `None`, where no storage can be written, and where the sign-in is over by the
    /// time that the entry can be changed.
    pub(crate) async fn sign_in_id(
        &self,
        issuer: &str,
        note: Option<Value>,
        is_over: &dyn Fn() -> bool,
    ) -> Option<Text> {
        let note = note?;
        if let Some(id) = self.sign_ins.id_of(issuer, &note) {
            return Some(id);
        }
        let lock = self.take_entry(issuer).await;
        let id = self.sign_ins.id_of(issuer, &note);
        let id = match id {
            None if !is_over() => self.sign_ins.add_note(issuer, note),
            id => id,
        };
        self.tell_entry(issuer, lock).await;
        id
    }

    /// Waits until `is_so`, for at most `wait` milliseconds. Returns whether it is.
    async fn wait_until(&self, is_so: &dyn Fn() -> bool, wait: f64) -> bool {
        let mut ticks = Ticks::new(self.platform, wait);
        while !is_so() {
            if !ticks.next().await {
                return false;
            }
        }
        true
    }

    /// Takes the mark, which shows all tabs what is stored now. The caller awaits this before it
    /// releases the first.
    pub(crate) async fn tell(&self, sign_in: &SignIn) {
        if is_told(sign_in) {
            self.mark(&sign_in.lock_name(), &self.fingerprint(sign_in)).await;
        }
    }

    /// Takes the mark of a lock.
    async fn mark(&self, lock: &str, seen: &str) {
        let now = self.platform.now().trunc();
        let name = [lock, "|", &number_text(now), "|", seen].joined();
        if self.last_mark.replace(name.clone()) != name {
            self.platform.hold(&name, MARK_TIME).await;
        }
    }

    /// The hash of what is stored of a sign-in and visible in all tabs. It does not reveal the tokens.
    pub(super) fn fingerprint(&self, sign_in: &SignIn) -> Text {
        let Location { area, key } = &sign_in.location;
        let stored = match area {
            Area::Session => to_text(&self.sign_ins.used(sign_in)),
            _ => self.platform.read(*area, key).ok().flatten().unwrap_or_default(),
        };
        pkce::sha256(&stored)
    }
}

/// Whether other tabs see something that one writes: the tokens, or which refresh tokens are used.
fn is_told(sign_in: &SignIn) -> bool {
    matches!(sign_in.location.area, Area::Local | Area::Session)
}

//! Between tabs: one renewal at a time, by tabs that all see the same storage.
//!
//! Browsers run tabs in several processes. What one tab writes to `localStorage` reaches another
//! tab's view of it a moment later, and in no order to the locks: a tab that gets a lock may still
//! see what was stored before. It would then use a refresh token a second time, for which servers
//! end the session. So who writes also holds, for a while, a lock whose name tells what was written;
//! names are the same for all tabs at once, and who gets the lock waits until it sees just that.

use std::cell::RefCell;
use std::rc::Rc;

use crate::json::{Value, number_text, object, parse, to_text};
use crate::page::event::{Event, Heard};
use crate::page::session;
use crate::page::{Context, Entry, SignIn};
use crate::platform::Platform;
use crate::protocol::pkce;
use crate::storage::Area;
use crate::text::{Join, Text};

/// What was written is told for this many milliseconds, by far longer than it is under way.
const TOLD: f64 = 2_000.0;

/// What another tab wrote is waited for no longer than this many milliseconds: by then it has been
/// overwritten by something else than this library.
pub(super) const PATIENCE: f64 = 1_000.0;

/// No more messages than this wait to be heard.
const MOST_WAITING: usize = 100;

/// How often the storage is looked at meanwhile, in milliseconds.
pub(super) const TICK: f64 = 10.0;

/// The lock of a sign-in.
pub(super) struct Held<P: Platform> {
    lock: P::Lock,
    _page: Option<Entry>,
}

impl<P: Platform> Held<P> {
    /// Whether it keeps other tabs out, or only what else this page does.
    pub(super) fn is_exclusive(&self) -> bool {
        P::is_exclusive(&self.lock)
    }
}

impl<P: Platform> Context<P> {
    /// Waits for the lock of a sign-in, for at most `wait` milliseconds, and then until this tab sees
    /// what was last written under it.
    pub(super) async fn lock(&self, sign_in: &SignIn, wait: f64) -> Option<Held<P>> {
        let name = sign_in.lock_name();
        let lock = self.platform.lock(&name, wait).await?;
        if !P::is_exclusive(&lock) {
            let is_free = || !self.page_locks.borrow().contains(&name);
            if !self.wait_until(&is_free, wait).await {
                return None;
            }
            return Some(Held { lock, _page: Some(Entry::new(&self.page_locks, name)) });
        }
        if sign_in.location.area == Area::Local {
            // The names differ first in the time.
            if let Some(last) = self.platform.held(&[&*name, "|"].joined()).await {
                self.wait_to_see(sign_in, &last).await;
            }
        }
        Some(Held { lock, _page: None })
    }

    async fn wait_to_see(&self, sign_in: &SignIn, told: &str) {
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

    /// Tells an event to every listener of the sign-in, in this page and in other tabs. To be called
    /// when what happened is stored.
    pub fn emit(&self, sign_in: &SignIn, event: &Event) {
        let value = event.to_value();
        for heard in self.listeners(sign_in) {
            heard(&value);
        }
        self.emit_to_tabs(sign_in, event);
    }

    /// The same, to other tabs alone.
    pub(super) fn emit_to_tabs(&self, sign_in: &SignIn, event: &Event) {
        let stored = match sign_in.location.area {
            // Each tab has its own.
            Area::Session if matches!(event, Event::SignedOut) => Value::NULL,
            // What only this tab can see concerns no other.
            Area::Session | Area::Memory => return,
            Area::Local => Value::from(self.fingerprint(sign_in)),
            Area::Custom(_) => Value::NULL,
        };
        let event = event.for_tabs();
        let message = object!([("page", self.page().into()), ("event", event), ("stored", stored)]);
        self.platform.tell(&sign_in.lock_name(), &to_text(&message));
    }

    /// Listens to the sign-in's events in other tabs. Each is heard when this tab sees what happened,
    /// and in their order.
    pub(super) fn listen_to_tabs(&'static self, sign_in: &SignIn, heard: Heard) -> P::Subscription {
        let sign_in_heard = sign_in.clone();
        let inbox: Rc<RefCell<Vec<Value>>> = Rc::default();
        let hear = move |message: &str| {
            let Some(message) = parse(message) else { return };
            let is_own = message.str("page") == Some(&self.page());
            if is_own || inbox.borrow().len() >= MOST_WAITING {
                return;
            }
            inbox.borrow_mut().push(message);
            let is_first = inbox.borrow().len() == 1;
            if is_first {
                let sign_in = sign_in_heard.clone();
                let (inbox, heard) = (inbox.clone(), heard.clone());
                self.platform.spawn(Box::pin(async move {
                    self.hear(&sign_in, &inbox, &heard).await;
                }));
            }
        };
        self.platform.listen(&sign_in.lock_name(), Rc::new(hear))
    }

    async fn hear(&self, sign_in: &SignIn, inbox: &RefCell<Vec<Value>>, heard: &Heard) {
        loop {
            let Some(message) = inbox.borrow().first().cloned() else { return };
            // What is followed by something else is over.
            let is_last = inbox.borrow().len() == 1;
            if let Some(stored) = message.str("stored").filter(|_| is_last) {
                self.wait_to_see(sign_in, stored).await;
            }
            if let Some(event) = message.get("event").filter(|event| event.is_object()) {
                let is_sign_out = event.str("type") == Some(Event::SignedOut.name());
                if !is_sign_out || self.follow_sign_out(sign_in).await {
                    let mut event = event.clone();
                    event.set("fromOtherTab", true);
                    heard(&event);
                }
            }
            inbox.borrow_mut().remove(0);
        }
    }

    /// Another tab signed out: what this tab alone keeps of the sign-in goes too, unless somebody has
    /// signed in again. Whether it concerns this tab.
    async fn follow_sign_out(&self, sign_in: &SignIn) -> bool {
        let is_own = sign_in.location.area == Area::Session;
        let had_tokens = self.load(&sign_in.location).await.is_ok_and(|stored| stored.is_some());
        // The other tab's removal of the id comes a moment later.
        let mut left = if is_own { PATIENCE / TICK } else { 0.0 };
        loop {
            let stored = self.tokens_at(&sign_in.location, &sign_in.issuer).await;
            if stored.is_ok_and(|stored| stored.raw.is_none()) {
                let _ = session::forget(self, &sign_in.issuer);
                self.forget_documents();
                return had_tokens || !is_own;
            }
            if left <= 0.0 {
                return !is_own;
            }
            self.platform.pause(TICK).await;
            left -= 1.0;
        }
    }

    /// Tells all tabs what is stored now. To be awaited before the lock is released.
    pub(super) async fn tell(&self, sign_in: &SignIn) {
        if sign_in.location.area == Area::Local {
            let now = self.platform.now().trunc();
            let name =
                [&*sign_in.lock_name(), "|", &number_text(now), "|", &self.fingerprint(sign_in)]
                    .joined();
            if self.is_news(&name) {
                self.platform.hold(&name, TOLD).await;
            }
        }
    }

    /// A hash of what is stored: it tells nothing of the tokens.
    fn fingerprint(&self, sign_in: &SignIn) -> Text {
        let stored = self.platform.read(sign_in.location.area, &sign_in.location.key);
        pkce::sha256(stored.ok().flatten().unwrap_or_default().as_bytes())
    }
}

//! The events of `subscribe()`: what happens to a sign-in, in this tab or in another.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::base64url;
use crate::error::Error;
use crate::json::{Value, object, parse, to_text};
use crate::page::locks::Locks;
use crate::page::whose::SignIn;
use crate::platform::{Platform, Task};
use crate::storage::Area;
use crate::text::Text;

/// An event of a sign-in.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A user has signed in: tokens are stored.
    SignedIn,
    /// The user has signed out: the tokens are removed.
    SignedOut,
    /// The tokens are renewed.
    TokensRenewed,
    /// The access token is expired, and not renewed.
    TokensExpired,
    /// The tokens could not be renewed.
    RenewalFailed(Error),
}

/// Receives an event as JavaScript sees it: `{ type, fromOtherTab, error? }`.
pub type Heard = Rc<dyn Fn(&Value)>;

impl Event {
    /// `type` as JavaScript sees it.
    pub const fn name(&self) -> &'static str {
        match self {
            Event::SignedIn => "signed_in",
            Event::SignedOut => "signed_out",
            Event::TokensRenewed => "tokens_renewed",
            Event::TokensExpired => "tokens_expired",
            Event::RenewalFailed(_) => "renewal_failed",
        }
    }

    /// The event for other tabs, without `redirectUrl`: its `state` is stored for this tab alone.
    pub fn for_tabs(&self) -> Value {
        match self {
            Event::RenewalFailed(error) => {
                Event::RenewalFailed(error.clone().without("redirectUrl")).to_value()
            }
            event => event.to_value(),
        }
    }

    /// The event as JavaScript sees it.
    pub fn to_value(&self) -> Value {
        let mut value = object!([("type", self.name().into()), ("fromOtherTab", false.into())]);
        if let Event::RenewalFailed(error) = self {
            value.set("error", error.clone().into_value());
        }
        value
    }
}

/// How many messages of other tabs may wait; further ones are dropped.
const MOST_WAITING: usize = 100;

/// A listener of a sign-in.
struct Listener {
    number: u32,
    sign_in: Rc<SignIn>,
    heard: Heard,
}

/// Where an event has happened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HappenedIn {
    /// In this tab.
    ThisTab,
    /// In another tab of the same browser.
    OtherTab,
}

/// The listeners of this page, and the messages to and from other tabs.
pub struct Events<P: Platform> {
    platform: &'static P,
    locks: &'static Locks<P>,
    listeners: RefCell<Vec<Listener>>,
    last_listener: Cell<u32>,
    /// A random name, by which this page recognises its own messages.
    page: RefCell<Text>,
}

impl<P: Platform> Events<P> {
    pub(super) fn new(platform: &'static P, locks: &'static Locks<P>) -> Self {
        Events {
            platform,
            locks,
            listeners: RefCell::default(),
            last_listener: Cell::default(),
            page: RefCell::default(),
        }
    }

    /// Calls `heard` with each event of a sign-in, until [`Events::unlisten`] is called with the returned
    /// number.
    pub fn listen(&self, sign_in: Rc<SignIn>, heard: Heard) -> u32 {
        let number = self.last_listener.get() + 1;
        self.last_listener.set(number);
        self.listeners.borrow_mut().push(Listener { number, sign_in, heard });
        number
    }

    /// Removes a listener.
    pub fn unlisten(&self, number: u32) {
        let mut listeners = self.listeners.borrow_mut();
        if let Some(position) = listeners.iter().position(|listener| listener.number == number) {
            listeners.remove(position);
        }
    }

    /// The listeners of a sign-in.
    fn of(&self, sign_in: &SignIn) -> Vec<Heard> {
        let listeners = self.listeners.borrow();
        let mut of = Vec::new();
        for listener in listeners.iter() {
            if *listener.sign_in == *sign_in {
                of.push(listener.heard.clone());
            }
        }
        of
    }

    /// The random name of this page.
    fn page(&self) -> Text {
        if self.page.borrow().is_empty() {
            let mut bytes = [0; 32];
            self.platform.random(&mut bytes);
            self.page.replace(base64url::encode(&bytes));
        }
        self.page.borrow().clone()
    }

    /// Notifies every listener of the sign-in, in this page and in other tabs. The caller has stored the
    /// new state before.
    pub fn emit(&self, sign_in: &SignIn, event: &Event) {
        self.emit_here(sign_in, event, HappenedIn::ThisTab);
        self.emit_to_tabs(sign_in, event);
    }

    /// Notifies the listeners in this page.
    pub(super) fn emit_here(&self, sign_in: &SignIn, event: &Event, at: HappenedIn) {
        let mut value = event.to_value();
        value.set("fromOtherTab", at == HappenedIn::OtherTab);
        for heard in self.of(sign_in) {
            heard(&value);
        }
    }

    /// Notifies the listeners in other tabs.
    fn emit_to_tabs(&self, sign_in: &SignIn, event: &Event) {
        let stored = match sign_in.location.area {
            // Other tabs have tokens of their own. A sign-out reaches them by the ids of `SignIns`.
            Area::Session | Area::Memory => return,
            Area::Local => Value::from(match event {
                // They follow a write.
                Event::SignedIn | Event::TokensRenewed => self.locks.written(sign_in),
                _ => self.locks.fingerprint(sign_in),
            }),
            Area::Custom(_) => Value::NULL,
        };
        let event = event.for_tabs();
        let message = object!([("page", self.page().into()), ("event", event), ("stored", stored)]);
        self.platform.tell(&sign_in.lock_name(), &to_text(&message));
    }

    /// Calls `heard` with the sign-in's events in other tabs, in their order, each once this tab sees the
    /// storage that belongs to it. Before that of a sign-out, it runs the task of `on_sign_out`.
    pub(crate) fn listen_to_tabs(
        &'static self,
        sign_in: &SignIn,
        heard: Heard,
        on_sign_out: Rc<dyn Fn() -> Task>,
    ) -> P::Subscription {
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
                let on_sign_out = on_sign_out.clone();
                self.platform.spawn(Box::pin(async move {
                    self.hear(&sign_in, &inbox, &heard, &*on_sign_out).await;
                }));
            }
        };
        self.platform.listen(&sign_in.lock_name(), Rc::new(hear))
    }

    /// Handles the messages of an inbox, one after the other, until it is empty. A message stays in the
    /// inbox while it is handled, so that only one task does this.
    async fn hear(
        &self,
        sign_in: &SignIn,
        inbox: &RefCell<Vec<Value>>,
        heard: &Heard,
        on_sign_out: &dyn Fn() -> Task,
    ) {
        loop {
            let Some(message) = inbox.borrow().first().cloned() else { return };
            // The storage of an earlier event may be overwritten already.
            let is_last = inbox.borrow().len() == 1;
            if let Some(stored) = message.str("stored").filter(|_| is_last) {
                self.locks.wait_to_see(sign_in, stored).await;
            }
            if let Some(event) = message.get("event").filter(|event| event.is_object()) {
                let is_sign_out = event.str("type") == Some(Event::SignedOut.name());
                if is_sign_out {
                    on_sign_out().await;
                }
                let mut event = event.clone();
                event.set("fromOtherTab", true);
                heard(&event);
            }
            inbox.borrow_mut().remove(0);
        }
    }
}

//! What an app can listen to: what became of a sign-in, in this tab or another.

use std::rc::Rc;

use crate::context::{Context, SignIn};
use crate::error::Error;
use crate::json::{Value, object, parse, to_text};
use crate::platform::{Area, Platform};

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// There are tokens where there were none, or a new sign-in's.
    SignedIn,
    /// The tokens are forgotten.
    SignedOut,
    /// The tokens were renewed.
    TokensRenewed,
    /// The access token's life is over, and it was not renewed.
    TokensExpired,
    /// The tokens could not be renewed.
    RenewalFailed(Error),
}

/// Takes an event as JavaScript sees it: `{ type, fromOtherTab, error? }`.
pub type Heard = Rc<dyn Fn(&Value)>;

impl Event {
    const fn name(&self) -> &'static str {
        match self {
            Event::SignedIn => "signed_in",
            Event::SignedOut => "signed_out",
            Event::TokensRenewed => "tokens_renewed",
            Event::TokensExpired => "tokens_expired",
            Event::RenewalFailed(_) => "renewal_failed",
        }
    }

    /// The event as JavaScript sees it.
    pub fn to_value(&self) -> Value {
        let mut value = object([("type", self.name().into()), ("fromOtherTab", false.into())]);
        if let Event::RenewalFailed(error) = self {
            value.set("error", error.clone().into_value());
        }
        value
    }
}

impl<P: Platform> Context<P> {
    /// Tells an event to every listener of the sign-in, in this page and in other tabs. To be called
    /// when what happened is stored.
    pub fn emit(&self, sign_in: &SignIn, event: &Event) {
        let value = event.to_value();
        for heard in self.listeners(sign_in) {
            heard(&value);
        }
        // What only this tab can see concerns no other.
        if !matches!(sign_in.location.area, Area::Session | Area::Memory) {
            let message = object([("page", self.page().into()), ("event", value)]);
            self.platform.tell(&sign_in.lock_name(), &to_text(&message));
        }
    }

    /// Listens to the sign-in's events in other tabs.
    pub fn listen_to_tabs(self: &Rc<Self>, sign_in: &SignIn, heard: Heard) -> P::Subscription {
        let page = self.page();
        let hear = move |message: &str| {
            let Some(message) = parse(message) else { return };
            if message.str("page") == Some(&page) {
                return;
            }
            if let Some(event) = message.get("event").filter(|event| event.is_object()) {
                let mut event = event.clone();
                event.set("fromOtherTab", true);
                heard(&event);
            }
        };
        self.platform.listen(&sign_in.lock_name(), Box::new(hear))
    }
}

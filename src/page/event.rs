//! What an app can listen to: what became of a sign-in, in this tab or another.

use std::rc::Rc;

use crate::error::Error;
use crate::json::{Value, object};

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
    /// The event's `type` as JavaScript sees it.
    pub const fn name(&self) -> &'static str {
        match self {
            Event::SignedIn => "signed_in",
            Event::SignedOut => "signed_out",
            Event::TokensRenewed => "tokens_renewed",
            Event::TokensExpired => "tokens_expired",
            Event::RenewalFailed(_) => "renewal_failed",
        }
    }

    /// The event as other tabs hear it: how one tab can go on is of no use to another.
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

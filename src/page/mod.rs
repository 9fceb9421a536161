//! What the clients of one page share: with it, an `oidc()` and a `journey()` client of the same provider
//! have one sign-in (docs/decisions.md#one-crate-and-one-core-for-both-clients).

pub mod am_session;
mod by_name;
mod documents;
pub mod dpop;
pub mod events;
pub mod follow;
pub mod locks;
pub mod providers;
pub mod refusals;
pub mod sender;
pub mod sign_ins;
pub mod sign_outs;
pub mod tokens;
pub mod whose;

use crate::error::{Code, Error, Kind};
use crate::page::documents::Documents;
use crate::page::dpop::Dpop;
use crate::page::events::Events;
use crate::page::locks::Locks;
use crate::page::providers::Providers;
use crate::page::refusals::Refusals;
use crate::page::sender::Sender;
use crate::page::sign_ins::SignIns;
use crate::page::sign_outs::SignOuts;
use crate::page::tokens::TokenStore;
use crate::platform::Platform;
use crate::task::Flights;

/// The shared part of all clients on one [`Platform`].
pub struct Page<P: Platform> {
    /// The environment.
    pub platform: &'static P,
    /// Sends all requests.
    pub sender: &'static Sender<P>,
    /// Metadata and keys of providers.
    pub providers: Providers<P>,
    /// The providers' documents that this tab has stored.
    pub documents: &'static Documents<P>,
    /// The DPoP keys and nonces.
    pub dpop: &'static Dpop<P>,
    /// The sign-ins, of this page and of other tabs.
    pub sign_ins: &'static SignIns<P>,
    /// The sign-outs of this page.
    pub sign_outs: &'static SignOuts<P>,
    /// The locks under which tokens are renewed.
    pub locks: &'static Locks<P>,
    /// The stored tokens.
    pub tokens: TokenStore<P>,
    /// Requests that providers have refused.
    pub refusals: Refusals<P>,
    /// The listeners of the clients.
    pub events: &'static Events<P>,
    /// Pending exchanges of codes and submissions of steps, which may happen once each: two client objects
    /// that ask for the same one share it.
    pub(crate) exchanges: Flights,
}

impl<P: Platform> Page<P> {
    /// A page without clients. It lives as long as the instance of the core.
    pub fn new(platform: P) -> &'static Self {
        let platform = leak(platform);
        let dpop = leak(Dpop::new(platform));
        let sender = leak(Sender::new(platform, dpop));
        let sign_outs = leak(SignOuts::new(platform));
        let documents = leak(Documents::new(platform, sign_outs));
        let sign_ins = leak(SignIns::new(platform, sign_outs));
        let locks = leak(Locks::new(platform, sign_ins));
        let events = leak(Events::new(platform, locks));
        leak(Page {
            platform,
            sender,
            providers: Providers::new(platform, sender, documents),
            documents,
            dpop,
            sign_ins,
            sign_outs,
            locks,
            tokens: TokenStore {
                platform,
                sign_ins,
                sign_outs,
                locks,
                events,
                documents,
                dpop,
                known: Default::default(),
            },
            refusals: Refusals::new(platform),
            events,
            exchanges: Flights::default(),
        })
    }

    /// Checks that a client can work in this page.
    ///
    /// # Errors
    /// `insecure_context` or `inside_own_frame`.
    pub fn check_surroundings(&self) -> Result<(), Error> {
        let refuse = |error, code, text| Err(Error::new(error, code, Kind::Unknown, text));
        if !self.platform.is_secure_context() {
            return refuse(
                "Insecure page",
                Code::InsecureContext,
                "Browsers offer no cryptography on this page. Use https, or http on localhost.",
            );
        }
        if self.platform.is_own_frame() {
            return refuse(
                "Inside background frame",
                Code::InsideOwnFrame,
                "This page runs in the hidden frame of a background authorization, where no client is needed. Use a backgroundRedirectUri without scripts, such as callback.html.",
            );
        }
        Ok(())
    }
}

/// A value that lives as long as the instance of the core.
fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

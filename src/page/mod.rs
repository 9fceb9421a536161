//! What the clients of one page share, so that both are one sign-in.
#![forbid(unsafe_code)]

pub mod am_session;
mod by_name;
mod documents;
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
    /// The world.
    pub platform: &'static P,
    /// Sends requests.
    pub sender: &'static Sender<P>,
    /// What is known of providers.
    pub providers: Providers<P>,
    /// The provider's documents, as this tab keeps them.
    pub documents: &'static Documents<P>,
    /// Who is signed in where.
    pub sign_ins: &'static SignIns<P>,
    /// The sign-outs.
    pub sign_outs: &'static SignOuts<P>,
    /// Keeps renewals of one sign-in apart.
    pub locks: &'static Locks<P>,
    /// The records of tokens.
    pub tokens: TokenStore<P>,
    /// What providers have refused.
    pub refusals: Refusals<P>,
    /// What happens, for those who listen.
    pub events: &'static Events<P>,
    /// Codes that are being exchanged and steps that are being submitted, by whichever object of a
    /// client: each is good once.
    pub(crate) exchanges: Flights,
}

impl<P: Platform> Page<P> {
    /// A page with nothing in it. It lasts as long as the instance of the core.
    pub fn new(platform: P) -> &'static Self {
        let platform = leak(platform);
        let sender = leak(Sender::new(platform));
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
            sign_ins,
            sign_outs,
            locks,
            tokens: TokenStore::new(platform, sign_ins, sign_outs, locks, events, documents),
            refusals: Refusals::new(platform),
            events,
            exchanges: Flights::default(),
        })
    }

    /// Whether a client can work here.
    ///
    /// # Errors
    /// `insecure_context`, `inside_own_frame`.
    pub fn check_surroundings(&self) -> Result<(), Error> {
        let refuse = |error, code, text| Err(Error::new(error, code, Kind::Unknown, text));
        if !self.platform.is_secure_context() {
            return refuse(
                "Insecure page",
                Code::InsecureContext,
                "Browsers offer no cryptography on this page: use https, or http on localhost.",
            );
        }
        if self.platform.is_own_frame() {
            return refuse(
                "Inside background frame",
                Code::InsideOwnFrame,
                "This page runs inside the hidden frame of a background authorization, where no client is needed. Use a backgroundRedirectUri without scripts, such as callback.html.",
            );
        }
        Ok(())
    }
}

/// It lasts as long as the instance of the core.
fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

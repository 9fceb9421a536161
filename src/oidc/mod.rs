//! The `oidc()` client: which rule, in which order, under which lock.
#![forbid(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::error::{Code, Error, Kind};
use crate::fault::NetworkFault;
use crate::http::{Answer, Request};
use crate::json::Value;
use crate::log::Logger;
use crate::oidc::config::Config;
use crate::page::Page;
use crate::page::am_session;
use crate::page::follow::follow_sign_outs;
use crate::page::sender::Caller;
use crate::page::whose::SignIn;
use crate::platform::Platform;
use crate::protocol::discovery::{self, Metadata};
use crate::protocol::id_token::Invalid;
use crate::protocol::tokens::Tokens;
use crate::secret::RawIdToken;
use crate::task::Flights;
use crate::text::{Join, Text};

mod authorize;
mod background;
mod callback;
pub mod config;
mod end_session;
mod errors;
mod fetch;
mod local_sign_out;
mod pending;
mod refusals;
mod renewal;
mod revocation;
mod session;
mod sign_out;
mod stored;
mod subscribe;
mod token;
mod user;
mod verify;

pub use errors::storage_error;
pub use fetch::Wanted;
pub use local_sign_out::LocalSignOut;
use pending::Pending;
use stored::Unread;
pub use subscribe::Watch;

const PAR_REQUIRED: &str = "The authorization server requires Pushed Authorization Requests (PAR). Set config.par to true or omit it.";

/// One client of one provider.
pub struct Client<P: Platform> {
    pub(crate) page: &'static Page<P>,
    sign_in: Rc<SignIn>,
    config: Config,
    pub(crate) metadata: Rc<Metadata>,
    caller: Rc<Caller<P>>,
    /// Whether unusable stored tokens have been warned about.
    warned: Cell<bool>,
    pending: Pending<P>,
    renewals: Flights,
    endings: Flights,
    /// The last ID token whose signature was verified.
    verified: RefCell<Option<RawIdToken>>,
    /// The last stored ID token that was found to be wrong, and why.
    refuted: RefCell<Option<(RawIdToken, Invalid)>>,
}

impl<P: Platform> Client<P> {
    /// Makes a client: reads the arguments, probes the storage, fetches the metadata.
    ///
    /// # Errors
    /// `config_invalid`, those of [`discovery::for_oidc`], `insecure_context`, `inside_own_frame` and
    /// `storage_blocked`.
    pub async fn create(
        page: &'static Page<P>,
        config: &Value,
        storage: &Value,
        log: Logger,
        hooks: P::Hooks,
    ) -> Result<Rc<Self>, Error> {
        config::warn_of_unreadable(config, &log);
        let config = Config::read(config, storage)?;
        page.check_surroundings()?;
        let location = config.location.clone();
        let probe = page.tokens.load(&location).await;
        let has_record = probe
            .map_err(|fault| storage_error(fault, location.area, "Retrieving_error"))?
            .is_some();
        let caller = Rc::new(Caller { log, timeout: config.timeout, hooks });
        let metadata = page.providers.metadata(&caller, &config.source).await;
        let metadata = metadata.map_err(|fault| {
            let wellknown = &config.source.wellknown;
            let text = "Error fetching wellknown config. Please check the URL: ";
            caller.log.error(&[text, wellknown].joined());
            discovery::for_oidc(&fault, wellknown)
        })?;
        if config.par == Some(false) && metadata.par_required {
            return Err(config::invalid(PAR_REQUIRED));
        }
        let sign_in = Rc::new(SignIn {
            issuer: metadata.issuer.clone(),
            client_id: config.defaults.client_id.clone(),
            binding: config.binding.clone(),
            location: config.location.clone(),
        });
        let client = Rc::new(Client {
            page,
            pending: Pending::new(page, sign_in.clone()),
            sign_in,
            config,
            metadata,
            caller,
            warned: Cell::new(false),
            renewals: Flights::default(),
            endings: Flights::default(),
            verified: RefCell::default(),
            refuted: RefCell::default(),
        });
        client.page.sign_ins.note(client.sign_in.clone());
        am_session::adopt(page, &client.caller, &client.metadata.issuer);
        follow_sign_outs(page, &client.metadata.issuer);
        if has_record && client.stored().await.is_ok_and(|stored| stored.tokens.is_some()) {
            let _ = page.sign_ins.sign_in_id(&client.metadata.issuer, client.sign_in.to_note());
        }
        Ok(client)
    }

    /// The stored tokens, or the documented error of a call that needs them.
    async fn access_token(&self, kind: Kind) -> Result<Box<Tokens>, Error> {
        let missing = |code, text| Error::new("No access token found", code, kind, text);
        let stored = self.stored().await.map_err(|why| match why {
            Unread::Storage(fault) => missing(fault.code(), fault.advice()),
            Unread::Keys(invalid) => invalid.into_error(kind),
        })?;
        stored
            .tokens
            .ok_or_else(|| missing(Code::NotSignedIn, "Nobody is signed in: sign in first."))
    }

    /// Where tokens are revoked.
    fn revocation_endpoint(&self) -> Option<Text> {
        self.page.providers.revocation_endpoint(&self.metadata)
    }

    fn platform(&self) -> &P {
        self.page.platform
    }

    fn client_id(&self) -> &Text {
        &self.config.defaults.client_id
    }

    async fn send(&self, request: Request) -> Result<Answer, NetworkFault> {
        self.page.sender.send(&self.caller, request).await
    }

    /// Another tab's renewal or sign-out is waited for this many milliseconds:
    /// docs/decisions.md#three-timeouts
    fn patience(&self) -> f64 {
        self.caller.timeout + self.config.frame_timeout
    }
}

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
use crate::protocol::id_token::{IdToken, Invalid};
use crate::protocol::tokens::Tokens;
use crate::protocol::userinfo;
use crate::secret::RawIdToken;
use crate::task::Flights;
use crate::text::{Join, Text};

mod api;
mod authorize;
mod background;
mod callback;
pub mod config;
mod end;
mod errors;
mod pending;
mod provider_session;
mod refusals;
mod renew;
mod session;
mod sign_out;
mod stored;
mod verify;
mod watch;

pub use errors::storage_error;
use pending::Pending;
pub use sign_out::SignOut;
use stored::Unread;
pub use watch::Watch;

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

    /// `user.info()`: the details of the user, who must be the one of the verified ID token.
    pub async fn user_info(&self) -> Result<Value, Error> {
        let endpoint = Metadata::require(
            &self.metadata.userinfo_endpoint,
            "Wellknown missing userinfo endpoint",
        )?;
        let tokens = self.access_token(Kind::Auth).await?;
        let subject = match &tokens.id_token {
            Some(raw) => Some(self.verify_stored(raw).await?.subject),
            None => None,
        };
        let answer = self.send(userinfo::request(endpoint, &tokens.access_token)).await;
        let details = match userinfo::read(answer)? {
            userinfo::Body::Json(details) => details,
            userinfo::Body::Signed(raw) => {
                let claims = self.verified_claims(&raw).await;
                let claims = claims.map_err(|invalid| userinfo::unverified(invalid.code()))?;
                let (issuer, client_id) = (&self.metadata.issuer, self.client_id());
                userinfo::of_claims(claims, issuer, client_id, self.platform().now())?
            }
        };
        userinfo::about(details, subject.as_ref())
    }

    /// `user.claims()`: what the verified ID token says. Asks for nothing but the issuer's keys, where
    /// this page has not verified it yet.
    pub async fn claims(&self) -> Result<Value, Error> {
        let tokens = self.access_token(Kind::Auth).await?;
        let raw = tokens.id_token.as_ref().ok_or_else(|| {
            let text = "There is no ID token: ask for the scope openid.";
            Error::new("no_id_token", Code::IdTokenMissing, Kind::Auth, text)
        })?;
        Ok(self.verify_stored(raw).await?.claims)
    }

    async fn verify_stored(&self, raw: &RawIdToken) -> Result<IdToken, Error> {
        self.verify_once(raw).await.map_err(|invalid| invalid.into_error(Kind::Auth))
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

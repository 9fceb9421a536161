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
use crate::page::{Caller, Context, SignIn};
use crate::platform::Platform;
use crate::protocol::discovery::{self, Metadata};
use crate::protocol::tokens::Tokens;
use crate::protocol::userinfo;
use crate::secret::RawIdToken;
use crate::task::Flights;
use crate::text::Join;

mod api;
mod authorize;
mod background;
mod callback;
pub mod config;
mod end;
mod provider_session;
mod refusals;
mod renew;
mod session;
mod sign_out;
mod store;
mod tabs;
mod verify;
mod watch;

pub use sign_out::SignOut;
pub use store::error as storage_error;
pub use watch::Watch;

const PAR_REQUIRED: &str = "The authorization server requires Pushed Authorization Requests (PAR). Set config.par to true or omit it.";

/// One client of one provider.
pub struct Client<P: Platform> {
    pub(crate) context: &'static Context<P>,
    sign_in: Rc<SignIn>,
    config: Config,
    pub(crate) metadata: Rc<Metadata>,
    caller: Rc<Caller<P>>,
    /// Whether unusable stored tokens have been warned about.
    warned: Cell<bool>,
    /// The started authorizations, and after how many sign-outs that was so.
    started: RefCell<Option<(usize, Vec<store::Started>)>>,
    renewals: Flights,
    endings: Flights,
    /// The last ID token whose signature was verified.
    verified: RefCell<Option<RawIdToken>>,
}

impl<P: Platform> Client<P> {
    /// Makes a client: reads the arguments, probes the storage, fetches the metadata.
    ///
    /// # Errors
    /// The contract's section 1.3, and `insecure_context`, `inside_own_frame`, `storage_blocked`.
    pub async fn create(
        context: &'static Context<P>,
        config: &Value,
        storage: &Value,
        log: Logger,
        hooks: P::Hooks,
    ) -> Result<Rc<Self>, Error> {
        config::warn_of_unreadable(config, &log);
        let config = Config::read(config, storage)?;
        context.check_surroundings()?;
        let location = config.location.clone();
        let probe = context.load(&location).await;
        let has_record = probe
            .map_err(|fault| store::error(fault, location.area, "Retrieving_error"))?
            .is_some();
        let caller = Rc::new(Caller { log, timeout: config.timeout, hooks });
        let metadata = context.metadata(&caller, &config.source).await;
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
            client_id: config.client_id.clone(),
            location: config.location.clone(),
        });
        let client = Rc::new(Client {
            context,
            sign_in,
            config,
            metadata,
            caller,
            warned: Cell::new(false),
            started: RefCell::default(),
            renewals: Flights::default(),
            endings: Flights::default(),
            verified: RefCell::default(),
        });
        client.context.note(client.sign_in.clone());
        // A tab that was restored may hold what a sign-out has ended meanwhile.
        let _ = crate::page::session::get(context, &client.metadata.issuer);
        if has_record && client.stored().await.is_ok_and(|stored| stored.tokens.is_some()) {
            let (issuer, client_id) = (&client.metadata.issuer, &client.config.client_id);
            let _ = context.sign_in_id(issuer, Some(client_id), &client.config.location);
        }
        Ok(client)
    }

    /// `user.info()`: the details of the person, who must be the one of the ID token.
    pub async fn user_info(&self) -> Result<Value, Error> {
        let endpoint = Metadata::require(
            &self.metadata.userinfo_endpoint,
            "Wellknown missing userinfo endpoint",
        )?;
        let tokens = self.access_token(Kind::Auth).await?;
        let subject =
            self.subject_of(&tokens).await.map_err(|invalid| invalid.into_error(Kind::Auth))?;
        let answer = self.send(userinfo::request(endpoint, &tokens.access_token)).await;
        let details = match userinfo::read(answer)? {
            userinfo::Body::Json(details) => details,
            userinfo::Body::Signed(raw) => {
                let claims = self.verified_claims(&raw).await;
                let claims = claims.map_err(|invalid| userinfo::unverified(invalid.code()))?;
                let (issuer, client_id) = (&self.metadata.issuer, &self.config.client_id);
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
        let verified = self.verify_once(raw).await;
        Ok(verified.map_err(|invalid| invalid.into_error(Kind::Auth))?.claims)
    }

    /// The stored tokens, or the contract's error for a call that needs them.
    async fn access_token(&self, kind: Kind) -> Result<Box<Tokens>, Error> {
        let missing = |code, text| Error::new("No access token found", code, kind, text);
        let stored = self.stored().await.map_err(|fault| missing(fault.code(), fault.advice()))?;
        stored
            .tokens
            .ok_or_else(|| missing(Code::NotSignedIn, "Nobody is signed in: sign in first."))
    }

    fn platform(&self) -> &P {
        &self.context.platform
    }

    async fn send(&self, request: Request) -> Result<Answer, NetworkFault> {
        self.context.send(&self.caller, request).await
    }

    /// Another tab's renewal or sign-out is waited for this many milliseconds (decision 6).
    fn patience(&self) -> f64 {
        self.caller.timeout + self.config.frame_timeout
    }
}

//! The `oidc()` client: the order in which its calls apply the rules of [`protocol`](crate::protocol),
//! and the locks that they take. A file per thing that apps call:
//!
//! - `authorize`, `background`, `callback`, `pending`: the authorization request, with the user or
//!   without, its response, and what is stored between the two
//! - `token`, `lease`, `renewal`, `refusals`, `stored`, `subscribe`, `fetch`: `token.get()`, when JavaScript
//!   returns tokens by itself, renewals, what is not sent again, the stored tokens, renewal before expiry, and
//!   the app's API requests
//! - `verify`, `user`, `session`: token requests with their ID token, `user.info()`, `user.claims()`
//!   and `user.session()`
//! - `sign_out`, `local_sign_out`, `end_session`, `revocation`: `user.logout()`, its part in this
//!   browser, its part at the provider, and the revocation of tokens
//! - `dpop`: keys and proofs for all of these
//! - `config`, `errors`: the checked configuration, and shared errors

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::error::{Code, Error, Kind};
use crate::fault::NetworkFault;
use crate::http::{Answer, Request};
use crate::json::Value;
use crate::log::Logger;
use crate::oidc::config::Config;
use crate::page::Page;
use crate::page::am_session::{self, FoundBy};
use crate::page::follow::follow_sign_outs;
use crate::page::sender::Caller;
use crate::page::whose::{SignIn, User};
use crate::platform::Platform;
use crate::protocol::authorize::Grant;
use crate::protocol::discovery::{self, Metadata};
use crate::protocol::id_token::Invalid;
use crate::protocol::tokens::Tokens;
use crate::secret::RawIdToken;
use crate::task::Flights;
use crate::text::{Join, Text};

pub(crate) mod authorize;
mod background;
mod callback;
pub mod config;
mod dpop;
mod end_session;
mod errors;
mod fetch;
mod lease;
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

/// The documented message for `par: false` at a provider that requires pushed requests
/// ([RFC 9126 section 5](https://www.rfc-editor.org/rfc/rfc9126#section-5)).
const PAR_REQUIRED: &str = "The authorization server requires Pushed Authorization Requests (PAR). Set config.par to true or omit it.";

/// The message for `dpop` at a provider without our algorithm
/// ([RFC 9449 section 5.1](https://www.rfc-editor.org/rfc/rfc9449#section-5.1)).
const NO_DPOP: &str = "The provider does not support DPoP with ES256 (dpop_signing_alg_values_supported). Allow ES256 there, or leave out config.dpop.";

/// An `oidc()` client: one OAuth client at one provider.
pub struct Client<P: Platform> {
    pub(crate) page: &'static Page<P>,
    sign_in: Rc<SignIn>,
    /// The checked configuration.
    config: Config,
    /// The provider's metadata
    /// ([OpenID Connect Discovery section 3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata)).
    pub(crate) metadata: Rc<Metadata>,
    /// This client's logger, timeout and middleware, for its requests.
    caller: Rc<Caller<P>>,
    /// Whether the warning about unusable stored tokens has been logged.
    warned: Cell<bool>,
    /// The authorization requests that wait for a response.
    pending: Pending<P>,
    /// The renewals in progress: overlapping calls share one.
    renewals: Flights,
    /// The sign-outs and revocations in progress: overlapping calls share one.
    endings: Flights,
    /// The last ID token whose signature was verified. Its signature is not verified again.
    verified: RefCell<Option<RawIdToken>>,
    /// The last stored ID token that is not valid, and the rule that it breaks.
    refuted: RefCell<Option<(RawIdToken, Invalid)>>,
}

impl<P: Platform> Client<P> {
    /// Makes a client: reads the arguments of the factory, reads the storage once to see that it works,
    /// and fetches the provider's metadata. Adopts what is stored of a session of AM, and follows the
    /// sign-outs of other tabs.
    ///
    /// # Errors
    /// `config_invalid`, those of [`discovery::for_oidc`], `insecure_context`, `inside_own_frame`, and
    /// the `storage_…` code of a storage that can't be read.
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
        if config.dpop.is_some() && metadata.lacks_dpop {
            return Err(config::invalid(NO_DPOP));
        }
        let sign_in = Rc::new(SignIn {
            issuer: metadata.issuer.clone(),
            client_id: config.defaults.client_id.clone(),
            binding: config.binding.clone(),
            has_key: config.dpop.is_some(),
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
        am_session::adopt(page, &client.caller, &client.metadata.issuer).await;
        follow_sign_outs(page, &client.metadata.issuer);
        let mut has_record = has_record;
        if let Some((binding, location)) = &client.config.without_dpop
            && !has_record
        {
            let (binding, location) = (binding.clone(), location.clone());
            let own = (*client.sign_in).clone();
            let plain = SignIn { binding, location, has_key: false, ..own };
            has_record = client.adopt_unbound(&plain).await.is_some();
        }
        if has_record && client.stored().await.is_ok_and(|stored| stored.tokens.is_some()) {
            let (issuer, note) = (&client.metadata.issuer, client.sign_in.to_note());
            let sign_outs = page.sign_outs.count(issuer);
            let is_over = || page.sign_outs.count(issuer) != sign_outs;
            let _ = page.locks.sign_in_id(issuer, note, &is_over).await;
            client.keep_lease().await;
        }
        Ok(client)
    }

    /// The stored tokens, for a call that sends them.
    ///
    /// # Errors
    /// `No access token found`, with the code `not_signed_in`, `dpop_key_lost` or that of the storage;
    /// `jwks_unavailable` when the tokens of another library can't be verified now. `kind` is the type
    /// of the error.
    async fn tokens_to_send(&self, kind: Kind) -> Result<Box<Tokens>, Error> {
        let missing = |code, text| Error::new("No access token found", code, kind, text);
        let stored = self.stored().await.map_err(|why| match why {
            Unread::Storage(fault) => missing(fault.code(), fault.advice()),
            Unread::Keys(invalid) => invalid.into_error(kind),
        })?;
        if stored.is_key_lost {
            return Err(dpop::key_lost(kind));
        }
        stored
            .tokens
            .ok_or_else(|| missing(Code::NotSignedIn, "No user is signed in. Sign in first."))
    }

    /// The revocation endpoint, or AM's where the metadata have none
    /// ([RFC 7009 section 2](https://www.rfc-editor.org/rfc/rfc7009#section-2)).
    fn revocation_endpoint(&self) -> Option<Text> {
        self.page.providers.revocation_endpoint(&self.metadata)
    }

    /// [Notes](am_session::note_user) whose AM's session is, by the user of a grant.
    fn note_session(&self, user: &User, found_by: FoundBy, grant: &Grant) {
        let (issuer, created) = (&self.metadata.issuer, grant.transaction.created);
        am_session::note_user(self.page, issuer, user, found_by, created);
    }

    /// The browser, or the scripted world of a test.
    fn platform(&self) -> &P {
        self.page.platform
    }

    /// `client_id` ([RFC 6749 section 2.2](https://www.rfc-editor.org/rfc/rfc6749#section-2.2)).
    fn client_id(&self) -> &Text {
        &self.config.defaults.client_id
    }

    /// Sends a request through the app's middleware, with the configured timeout.
    async fn send(&self, request: Request) -> Result<Answer, NetworkFault> {
        self.page.sender.send(&self.caller, request).await
    }

    /// How long a call waits for another tab's renewal or sign-out, in milliseconds:
    /// docs/decisions.md#three-timeouts
    fn patience(&self) -> f64 {
        self.caller.timeout + self.config.frame_timeout
    }
}

//! Authorizations that the user takes part in: `authorize.url()`, `authorize.redirect()` and
//! `authorize.popup()`, and what they share with background authorizations.

use std::rc::Rc;

use super::Client;
use super::pending::{AskedBy, Remembered};
use crate::base64url;
use crate::error::{Code, Error, Kind};
use crate::fault::FrameFault;
use crate::json::{Value, number_text, object};
use crate::platform::Platform;
use crate::protocol::authorize::{self, Fit, Fresh, Mode, Response, Transaction};
use crate::protocol::{landing, par};
use crate::secret::{CodeVerifier, Nonce, State};
use crate::text::{Join, Text};
use crate::url::{Params, Url};

/// The prefix of the channel on which `pkg/popup.js` reports, by `state`.
pub(crate) const POPUP_CHANNEL: &str = "journey-oidc-popup-";

/// The timeout of a popup in milliseconds: users read, type, and look for their phones.
const POPUP_TIMEOUT: f64 = 600_000.0;

/// An authorization request that is ready to be opened.
pub(super) struct Authorization {
    /// The URL to open: the authorization endpoint with the parameters, or with a `request_uri`.
    pub url: Text,
    /// What the response is checked against.
    pub transaction: Rc<Transaction>,
    /// `response_mode`, where the request has one.
    pub response_mode: Option<Text>,
}

impl<P: Platform> Client<P> {
    /// `authorize.url()`: the URL of an authorization request, whose state, nonce and code verifier are
    /// stored for an hour. Waits for a sign-out in progress.
    ///
    /// # Errors
    /// `argument_invalid` for options that can't work, those of a pushed request, `signed_out`, and those
    /// of the storage.
    pub async fn authorize_url(&self, options: &Value) -> Result<Text, Error> {
        self.page.sign_outs.wait(&self.metadata.issuer).await?;
        self.start(options, AskedBy::App).await.map(|(url, _)| url)
    }

    /// The URL of an authorization request, and whether its response can be checked after a page load.
    ///
    /// # Errors
    /// Those of [`Client::begin`] and of [`Pending::remember`](super::pending::Pending::remember).
    pub(super) async fn start(
        &self,
        options: &Value,
        asked_by: AskedBy,
    ) -> Result<(Text, Remembered), Error> {
        let sign_outs = self.page.sign_outs.count(&self.metadata.issuer);
        let begun = self.begin(options, Mode::Interactive).await?;
        let remembered =
            self.pending.remember(&begun.transaction, &self.metadata, sign_outs, asked_by)?;
        Ok((begun.url, remembered))
    }

    /// `authorize.redirect()`: navigates to the URL of [`Client::authorize_url`].
    ///
    /// # Errors
    /// As there; and that of the storage when the request could be stored in this page's memory only,
    /// since its response comes to another page.
    pub async fn authorize_redirect(&self, options: &Value) -> Result<(), Error> {
        self.page.sign_outs.wait(&self.metadata.issuer).await?;
        let (url, remembered) = self.start(options, AskedBy::App).await?;
        match remembered {
            Remembered::InTab => {
                self.platform().navigate(&url);
                Ok(())
            }
            Remembered::InPage(error) => Err(error),
        }
    }

    /// `authorize.popup()`: signs the user in in a window that the app's click has opened, and returns
    /// the tokens. The request is kept in memory until the call ends.
    ///
    /// # Errors
    /// `popup_blocked`, `popup_closed`, `popup_timeout`; those of [`Client::authorize_url`], of the
    /// response and of the token request. An error of the provider has the `appState` of the call.
    pub async fn authorize_popup(
        self: &Rc<Self>,
        popup: Option<P::Popup>,
        options: &Value,
    ) -> Result<Value, Error> {
        let popup = popup.ok_or_else(|| popup_error(FrameFault::Blocked))?;
        self.page.sign_outs.wait(&self.metadata.issuer).await?;
        let options = landing_at(&self.config.popup_redirect_uri, options);
        let begun = self.begin(&options, Mode::Window).await?;
        let transaction = begun.transaction;
        let landed = self.landed(&transaction)?;
        // Any page of this origin can send a location, so it must have the state of this request
        // ([RFC 6749 section 10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)).
        let answers = |location: &str| {
            let params = Url::parse(location, None).map(|url| landing::params(&url));
            params.is_some_and(|params| params.get("state") == Some(transaction.state.reveal()))
                && landed(location)
        };
        let channel = [POPUP_CHANNEL, transaction.state.reveal()].joined();
        let location =
            self.platform().popup(popup, &begun.url, &channel, &answers, POPUP_TIMEOUT).await;
        let location = location.map_err(popup_error)?;
        let app_state = transaction.app_state.clone();
        match self.read_landed(&location, &transaction)?.0 {
            Response::Code(grant) => {
                // The window may have a session that hidden frames don't reach.
                self.page.sign_ins.forget_reached(&self.metadata.issuer);
                let tokens = self.sign_in_safely(grant).await?;
                Ok(self.returned_with(tokens, app_state))
            }
            Response::Refused(error) => Err(refused(error, app_state)),
        }
    }

    /// What a response is checked against: the request, the metadata and the pages that it may come to.
    pub(super) fn fit<'a>(&'a self, transaction: &'a Rc<Transaction>) -> Fit<'a> {
        let mut pages = Vec::new();
        for page in [&transaction.redirect_uri].into_iter().chain(&self.config.forwarded_to) {
            pages.extend(self.page(page));
        }
        let metadata = &self.metadata;
        Fit { transaction, metadata, is_am: self.page.providers.is_am(metadata), pages }
    }

    /// Reads and checks the response in the location of a frame or a window. Also returns its
    /// parameters.
    ///
    /// # Errors
    /// Those of [`Fit::read`].
    pub(super) fn read_landed(
        &self,
        location: &str,
        transaction: &Rc<Transaction>,
    ) -> Result<(Response, Params), Error> {
        let at: Vec<Url> = Url::parse(location, None).into_iter().collect();
        let params = at.first().map(landing::params).unwrap_or_default();
        Ok((self.fit(transaction).read(&params, &at)?, params))
    }

    /// A function that tells whether a location ends a frame or a window: it is one of the pages that
    /// the response may come to, or another page of the same origin with the response to this request.
    ///
    /// # Errors
    /// `config_invalid` when no such page is a URL.
    pub(super) fn landed<'a>(
        &'a self,
        transaction: &'a Rc<Transaction>,
    ) -> Result<impl Fn(&str) -> bool + 'a, Error> {
        let fit = self.fit(transaction);
        if fit.pages.is_empty() {
            return Err(Error::new(
                "AuthorizationUrlError",
                Code::ConfigInvalid,
                Kind::Auth,
                "Error creating authorization URL: the redirectUri is not a URL.",
            ));
        }
        Ok(move |location: &str| {
            let Some(url) = Url::parse(location, None) else { return false };
            let params = landing::params(&url);
            // The state alone is not enough: a page of the provider has it too, when the app and the
            // provider share an origin.
            let mut answers = ["code", "error", "id_token"].into_iter();
            let is_response = params.get("state") == Some(transaction.state.reveal())
                && answers.any(|name| params.get(name).is_some());
            fit.pages
                .iter()
                .any(|page| landing::is_at(&url, page) || (is_response && url.is_same_origin(page)))
        })
    }

    /// Begins an authorization request: checks the options, makes the random values, and puts the
    /// parameters into the URL or pushes them ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)).
    /// Stores nothing.
    ///
    /// # Errors
    /// Those of [`authorize::check_options`] and [`par::read`]; `unsupported_environment` without
    /// random numbers.
    pub(super) async fn begin(&self, options: &Value, mode: Mode) -> Result<Authorization, Error> {
        authorize::check_options(&self.config.defaults, options, mode)?;
        let fresh = self.fresh()?;
        let now = self.platform().now();
        let (params, transaction) =
            authorize::request(&self.metadata, &self.config.defaults, options, mode, fresh, now);
        let response_mode = params.get("response_mode").map(Text::from);
        let endpoint = &self.metadata.authorization_endpoint;
        let url = match self.pushes() {
            false => params.append_to(endpoint),
            true => self.push(params, &transaction.client_id).await?,
        };
        Ok(Authorization { url, transaction, response_mode })
    }

    /// Whether authorization requests are pushed: as configured, else as the provider requires
    /// ([RFC 9126 section 5](https://www.rfc-editor.org/rfc/rfc9126#section-5)).
    pub(super) fn pushes(&self) -> bool {
        self.config.par.unwrap_or(self.metadata.par_required)
    }

    /// Pushes a request ([RFC 9126 section 2.1](https://www.rfc-editor.org/rfc/rfc9126#section-2.1))
    /// and returns the URL that refers to it
    /// ([RFC 9126 section 4](https://www.rfc-editor.org/rfc/rfc9126#section-4)).
    ///
    /// # Errors
    /// Those of [`par::not_configured`] and [`par::read`].
    pub(super) async fn push(&self, params: Params, client_id: &str) -> Result<Text, Error> {
        let par_endpoint = self.metadata.par_endpoint.as_ref().ok_or_else(par::not_configured)?;
        let prompt = params.get("prompt").map(Text::from);
        let answer = self.send(par::request(par_endpoint, params)).await;
        let par::Pushed { request_uri, expires_in } = par::read(answer)?;
        if expires_in < par::SHORT {
            let text = [
                "The pushed authorization request expires in ",
                &number_text(expires_in),
                " seconds.",
            ]
            .joined();
            self.caller.log.warn(&text);
        }
        let endpoint = &self.metadata.authorization_endpoint;
        Ok(par::url(endpoint, client_id, &request_uri, prompt.as_ref()))
    }

    /// A URL of the app, resolved against the page's address.
    pub(super) fn page(&self, url: &str) -> Option<Url> {
        Url::parse(url, self.platform().base_url().as_deref())
    }

    /// The random values of one request: `state`
    /// ([RFC 6749 section 10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)), `nonce`
    /// ([OpenID Connect Core section 15.5.2](https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes))
    /// and the code verifier
    /// ([RFC 7636 section 4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1)).
    ///
    /// # Errors
    /// `unsupported_environment` when the browser has no secure random numbers.
    pub(super) fn fresh(&self) -> Result<Fresh, Error> {
        Ok(Fresh {
            state: State::new(self.random()?),
            nonce: Nonce::new(self.random()?),
            verifier: CodeVerifier::new(self.random()?),
        })
    }

    /// 32 random bytes in base64url, the length that
    /// [RFC 7636 section 4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1) recommends.
    ///
    /// # Errors
    /// `unsupported_environment` when the browser has no secure random numbers.
    pub(super) fn random(&self) -> Result<Text, Error> {
        let mut bytes = [0; 32];
        let filled = self.platform().random(&mut bytes);
        filled.then(|| base64url::encode(&bytes)).ok_or_else(|| {
            Error::new(
                "AuthorizationUrlError",
                Code::UnsupportedEnvironment,
                Kind::Auth,
                "The browser provides no secure random numbers (crypto.getRandomValues).",
            )
        })
    }
}

/// The options with `uri` as their `redirectUri`, unless they have one.
pub(super) fn landing_at(uri: &str, options: &Value) -> Value {
    let mut options = if options.is_object() { options.clone() } else { object!([]) };
    if options.non_empty("redirectUri").is_none() {
        options.set("redirectUri", uri);
    }
    options
}

/// An error of the provider, with the `appState` of the request.
pub(super) fn refused(error: Error, app_state: Value) -> Error {
    match app_state {
        Value::NULL => error,
        app_state => error.with("appState", app_state),
    }
}

/// The documented error of a window that returned no response.
fn popup_error(fault: FrameFault) -> Error {
    let (error, code, kind, text) = match fault {
        FrameFault::Offline => (
            "offline",
            Code::Offline,
            Kind::Network,
            "The browser is offline. Try again when it is back.",
        ),
        FrameFault::Timeout => (
            "popup_timeout",
            Code::PopupTimeout,
            Kind::Network,
            "Nothing came back from the window in time. Its redirectUri must be the popup.html of this package, or a page of this origin.",
        ),
        FrameFault::Closed => (
            "popup_closed",
            Code::PopupClosed,
            Kind::Auth,
            "The window was closed before the sign-in was complete. Let the user try again.",
        ),
        FrameFault::Blocked | FrameFault::UnexpectedPage => (
            "popup_blocked",
            Code::PopupBlocked,
            Kind::Auth,
            "The browser did not open the window: call this directly in the handler of a click, before any await.",
        ),
    };
    Error::new(error, code, kind, text)
}

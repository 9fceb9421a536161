//! Authorizations with the person: the URL, the redirect, the window.

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

/// A window is waited for this many milliseconds: people read, type and look for their phones.
const POPUP_TIMEOUT: f64 = 600_000.0;

/// An authorization that was begun.
pub(super) struct Authorization {
    /// Where to.
    pub url: Text,
    /// What its response must fit.
    pub transaction: Rc<Transaction>,
    /// `response_mode`, where one was asked for.
    pub response_mode: Option<Text>,
}

impl<P: Platform> Client<P> {
    /// `authorize.url()`: the URL of an interactive authorization, whose state, nonce and verifier
    /// are remembered for an hour.
    pub async fn authorize_url(&self, options: &Value) -> Result<Text, Error> {
        self.page.sign_outs.wait(&self.metadata.issuer).await?;
        self.start(options, AskedBy::App).await.map(|(url, _)| url)
    }

    /// The URL of an authorization, and whether the way back will be known after a reload.
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

    /// `authorize.redirect()`: goes there. Not when this page alone would know the way back.
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

    /// `authorize.popup()`: signs in in a window, which the app's click has opened, and returns the
    /// tokens. The authorization is remembered by this call alone.
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
        // The location may come from another page: it must be an answer to this very request.
        let answers = |location: &str| {
            let params = Url::parse(location, None).map(|url| landing::params(&url));
            params.is_some_and(|params| params.get("state") == Some(transaction.state.reveal()))
                && landed(location)
        };
        let channel = ["journey-oidc-popup-", transaction.state.reveal()].joined();
        let location =
            self.platform().popup(popup, &begun.url, &channel, &answers, POPUP_TIMEOUT).await;
        let location = location.map_err(popup_error)?;
        let app_state = transaction.app_state.clone();
        match self.read_landed(&location, &transaction)?.0 {
            Response::Code(grant) => {
                // The session that this came from may not be one that frames reach.
                self.page.sign_ins.forget_reached(&self.metadata.issuer);
                let tokens = self.sign_in_safely(grant).await?;
                Ok(self.returned_with(tokens, app_state))
            }
            Response::Refused(error) => Err(refused(error, app_state)),
        }
    }

    /// What the response to an authorization must fit.
    pub(super) fn fit<'a>(&'a self, transaction: &'a Rc<Transaction>) -> Fit<'a> {
        let mut pages = Vec::new();
        for page in [&transaction.redirect_uri].into_iter().chain(&self.config.forwarded_to) {
            pages.extend(self.page(page));
        }
        let metadata = &self.metadata;
        Fit { transaction, metadata, is_am: self.page.providers.is_am(metadata), pages }
    }

    /// Reads the response in the location that a frame or a window came to.
    pub(super) fn read_landed(
        &self,
        location: &str,
        transaction: &Rc<Transaction>,
    ) -> Result<(Response, Params), Error> {
        let at: Vec<Url> = Url::parse(location, None).into_iter().collect();
        let params = at.first().map(landing::params).unwrap_or_default();
        Ok((self.fit(transaction).read(&params, &at)?, params))
    }

    /// Whether a frame or a window has come to its end in a location: on a page that the response may
    /// come to, or on another one of that origin that has this response.
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
            // The request, which a provider of the app's own origin may show, has the state too.
            let mut answers = ["code", "error", "id_token"].into_iter();
            let is_response = params.get("state") == Some(transaction.state.reveal())
                && answers.any(|name| params.get(name).is_some());
            fit.pages
                .iter()
                .any(|page| landing::is_at(&url, page) || (is_response && url.is_same_origin(page)))
        })
    }

    /// A new authorization: its parameters in the URL or, where the provider demands or the app wants
    /// that, pushed to the provider first (RFC 9126).
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

    /// Whether authorization requests are pushed.
    pub(super) fn pushes(&self) -> bool {
        self.config.par.unwrap_or(self.metadata.par_required)
    }

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

    /// A page of the app.
    pub(super) fn page(&self, url: &str) -> Option<Url> {
        Url::parse(url, self.platform().base_url().as_deref())
    }

    pub(super) fn fresh(&self) -> Result<Fresh, Error> {
        Ok(Fresh {
            state: State::new(self.random()?),
            nonce: Nonce::new(self.random()?),
            verifier: CodeVerifier::new(self.random()?),
        })
    }

    /// 32 random bytes in base64url.
    pub(super) fn random(&self) -> Result<Text, Error> {
        let mut bytes = [0; 32];
        let filled = self.platform().random(&mut bytes);
        filled.then(|| base64url::encode(&bytes)).ok_or_else(|| {
            Error::new(
                "AuthorizationUrlError",
                Code::UnsupportedEnvironment,
                Kind::Auth,
                "The browser offers no secure random numbers.",
            )
        })
    }
}

/// The options of an authorization that lands at `uri`, unless they say where.
pub(super) fn landing_at(uri: &str, options: &Value) -> Value {
    let mut options = if options.is_object() { options.clone() } else { object!([]) };
    if options.non_empty("redirectUri").is_none() {
        options.set("redirectUri", uri);
    }
    options
}

/// The provider's refusal, with what the app wanted back.
pub(super) fn refused(error: Error, app_state: Value) -> Error {
    match app_state {
        Value::NULL => error,
        app_state => error.with("appState", app_state),
    }
}

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
            "The window was closed before the sign-in came to its end.",
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

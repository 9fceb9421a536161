//! Authorization in a hidden frame, and the exchange of a code.

use std::rc::Rc;

use super::Client;
use super::renew::signed_out;
use crate::error::{Code, Error, Kind};
use crate::json::{Value, object};
use crate::oidc::authorize::{self, Grant, Mode, Response};
use crate::oidc::tokens::Tokens;
use crate::platform::{FrameFault, Platform};
use crate::secret::{AuthorizationCode, State};
use crate::url::{Params, Url};

impl<P: Platform> Client<P> {
    /// `authorize.background()`: a code and its state, for [`Client::exchange`].
    pub async fn authorize_background(&self, options: &Value) -> Result<Value, Error> {
        let (grant, params) = self.authorize_in_frame(options).await?;
        self.remember(&grant.transaction)?;
        let mut value = object([]);
        params.iter().for_each(|(name, text)| value.set(name, text));
        Ok(value)
    }

    /// `token.exchange(code, state)`: tokens for a code. Overlapping calls for the same code share
    /// one request.
    /// `iss` is the response's parameter of that name (RFC 9207), where the app hands it over.
    pub async fn exchange(
        self: &Rc<Self>,
        code: &str,
        state: &str,
        iss: Option<&str>,
    ) -> Result<Value, Error> {
        if code.is_empty() || state.is_empty() {
            return Err(authorize::state_mismatch(Code::StateMissing));
        }
        if iss.is_some_and(|iss| iss != self.metadata.issuer) {
            return Err(authorize::issuer_mismatch());
        }
        let name = format!("{code} {state}");
        let client = self.clone();
        let (code, state) = (AuthorizationCode::new(code), State::new(state));
        let work = || async move { client.exchange_once(code, state).await };
        let tokens = self.exchanges.share(self.platform(), &name, work).await?;
        Ok(self.returned(&tokens))
    }

    async fn exchange_once(&self, code: AuthorizationCode, state: State) -> Result<Tokens, Error> {
        let sign_outs = self.context.sign_outs(&self.metadata.issuer);
        let (transaction, area, key) = self.recall(&state)?;
        let grant = Grant::new(code, &state, transaction)?;
        let redeemed = self.redeem(&grant, None).await;
        // After a fault that may pass, the code may still be good: it can be tried again.
        if redeemed.as_ref().err().is_none_or(|error| !error.is_passing()) {
            let _ = self.platform().remove(area, &key);
        }
        let tokens = redeemed?;
        if self.context.sign_outs(&self.metadata.issuer) != sign_outs {
            self.revoke_later(tokens.secrets());
            return Err(signed_out());
        }
        let raw = self.stored().await.ok().and_then(|stored| stored.raw);
        self.store(&raw, &tokens).await;
        Ok(tokens)
    }

    /// Tokens by a background authorization. Nothing of it is stored.
    pub(super) async fn authorize_silently(
        &self,
        options: &Value,
        subject: Option<&str>,
    ) -> Result<Tokens, Error> {
        let (grant, _) = self.authorize_in_frame(options).await?;
        self.redeem(&grant, subject).await
    }

    async fn authorize_in_frame(&self, options: &Value) -> Result<(Grant, Params), Error> {
        let (url, transaction) = self.begin(options, Mode::Background)?;
        let base = self.platform().base_url();
        let landing = Url::parse(&transaction.redirect_uri, base.as_deref())
            .ok_or_else(invalid_redirect_uri)?;
        let landed = |location: &str| {
            Url::parse(location, None).is_some_and(|url| url.is_same_page(&landing))
        };
        let location = self.platform().frame(&url, &landed, self.config.frame_timeout).await;
        let outcome = if location.is_ok() { "landed" } else { "failed" };
        let endpoint = &self.metadata.authorization_endpoint;
        self.caller.log.debug(&format!("GET {endpoint} {outcome} (hidden frame)"));
        let location = location.map_err(frame_error)?;
        let query = Url::parse(&location, None).map(|url| url.query).unwrap_or_default();
        let params = Params::parse(&query);
        match authorize::response(&params, transaction, &self.metadata)? {
            Response::Code(grant) => Ok((grant, params)),
            // The app can go on with a page of the provider.
            Response::Refused(error) => match self.authorize_url(&without_prompt(options)).await {
                Ok(url) => Err(error.with("redirectUrl", url)),
                Err(_) => Err(error),
            },
        }
    }

    /// Tokens as they are returned to the app.
    pub(super) fn returned(&self, tokens: &Tokens) -> Value {
        let mut value = tokens.to_value();
        if self.is_unsaved() {
            value.set("persisted", false);
        }
        value
    }
}

fn without_prompt(options: &Value) -> Value {
    let mut options = options.clone();
    options.set("prompt", Value::Null);
    options
}

fn invalid_redirect_uri() -> Error {
    Error::new(
        "AuthorizationUrlError",
        Code::ConfigInvalid,
        Kind::Auth,
        "Error creating authorization URL: the redirectUri is not a URL.",
    )
}

fn frame_error(fault: FrameFault) -> Error {
    let (error, code, text) = match fault {
        FrameFault::Offline => {
            ("offline", Code::Offline, "The browser is offline. Try again when it is back.")
        }
        FrameFault::Timeout => (
            "iframe_timeout",
            Code::FrameTimeout,
            "Nothing came back in the hidden frame in time. The provider may be slow or down, or may not redirect to the redirectUri.",
        ),
        FrameFault::UnexpectedPage => {
            ("CONFIGURATION_ERROR", Code::FrameUnexpectedPage, UNEXPECTED_PAGE)
        }
        FrameFault::Blocked => ("CONFIGURATION_ERROR", Code::FrameBlocked, BLOCKED),
    };
    Error::new(error, code, Kind::Network, text)
}

const UNEXPECTED_PAGE: &str = "Configuration error. Please check your OAuth configuration, like clientId or allowed redirect URLs. The provider showed a page of its own in the hidden frame; blocked third-party cookies, a provider that refuses frames, or a Content-Security-Policy without the provider in frame-src can cause that too.";

const BLOCKED: &str = "Configuration error. Please check your OAuth configuration, like clientId or allowed redirect URLs. The hidden frame could not be opened: call this when the page has a body.";

//! Authorizations without the user (`prompt=none`,
//! [OpenID Connect Core section 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)),
//! in a hidden frame or by fetch.

use super::Client;
use super::authorize::{Authorization, landing_at};
use super::pending::{AskedBy, Remembered};
use crate::error::{Code, Error, Kind};
use crate::fault::{FrameFault, NetworkFault};
use crate::http::{Body, Request};
use crate::json::Value;
use crate::page::am_session::FoundBy;
use crate::platform::Platform;
use crate::protocol::authorize::{self, Grant, Mode, Response, Transaction};
use crate::protocol::tokens::Tokens;
use crate::protocol::{oauth_error, pkce};
use crate::text::{Join, Text};
use crate::url::Params;

impl<P: Platform> Client<P> {
    /// `authorize.background()`: the parameters of the response, such as `code` and `state`, for
    /// [`Client::exchange`].
    ///
    /// # Errors
    /// Those of the request and of the response. An error that the user can resolve, such as
    /// `login_required`, has a `redirectUrl`: the URL of the same request with the user.
    pub async fn authorize_background(&self, options: &Value) -> Result<Value, Error> {
        self.page.sign_outs.wait(&self.metadata.issuer).await?;
        let sign_outs = self.page.sign_outs.count(&self.metadata.issuer);
        let (grant, params) = self.authorize_in_frame(options).await?;
        // The response is checked already. Its code's hash is stored instead, so that only this code
        // can be exchanged.
        let answered = Some(pkce::sha256(grant.code.reveal()));
        let transaction = Transaction { answered, ..(*grant.transaction).clone() };
        // The memory of the page is enough, since the response came to this page.
        let _ = self.pending.remember(&transaction, &self.metadata, sign_outs, AskedBy::App)?;
        let members = params.iter().map(|(name, text)| (name.into(), text.into())).collect();
        Ok(Value::of_last(members))
    }

    /// Gets tokens by a background authorization. Stores nothing. `subject` is the expected user: see
    /// [`Client::redeem`].
    ///
    /// # Errors
    /// Those of [`Client::authorize_background`] and of [`Client::redeem`].
    pub(super) async fn authorize_silently(
        &self,
        options: &Value,
        subject: Option<&Text>,
    ) -> Result<Box<Tokens>, Error> {
        let (grant, _) = self.authorize_in_frame(options).await?;
        let tokens = self.redeem(&grant, subject).await?;
        let user = self.user_of(&tokens).await;
        self.note_session(&user, FoundBy::Session, &grant);
        Ok(tokens)
    }

    /// The grant of a background authorization, and the parameters of its response.
    async fn authorize_in_frame(&self, options: &Value) -> Result<(Grant, Params), Error> {
        let landing = landing_at(&self.config.background_redirect_uri, options);
        let error = match self.ask_silently(&landing).await {
            Ok((Response::Code(grant), params)) => return Ok((grant, params)),
            Ok((Response::Refused(error), _)) => error,
            Err(error) => error,
        };
        // With the user these can succeed. Network failures and the app's own mistakes can't.
        let refused = oauth_error::is_refusal(error.code())
            || matches!(
                error.code(),
                Code::AnswerInvalid | Code::MiddlewareFailed | Code::RequestOrigin
            );
        match refused && error.kind() == Kind::Auth {
            true => Err(self.with_way_on(error, options).await),
            false => Err(error),
        }
    }

    /// The error, with the URL of an authorization request with the user as `redirectUrl`. Without it
    /// where that can't be stored.
    pub(super) async fn with_way_on(&self, error: Error, options: &Value) -> Error {
        match self.start(&interactive(options), AskedBy::Nobody).await {
            Ok((url, Remembered::InTab)) => error.with("redirectUrl", url),
            _ => error,
        }
    }

    /// Sends the request by fetch where the provider supports it (`pi.flow`), else in a hidden frame.
    /// Providers may announce `pi.flow` for clients that are not allowed to use it. So unless the app
    /// chose the response mode, a frame follows an error, except one about the user
    /// ([OpenID Connect Core section 3.1.2.6](https://openid.net/specs/openid-connect-core-1_0.html#AuthError))
    /// or of the app's middleware.
    async fn ask_silently(&self, options: &Value) -> Result<(Response, Params), Error> {
        let is_chosen =
            authorize::is_mode_chosen(&self.config.defaults, options) || !self.metadata.pi_flow;
        match self.begin(options, Mode::Background).await {
            Ok(begun) if begun.response_mode.as_deref() != Some(authorize::PI_FLOW) => {
                return self.ask_in_frame(&begun).await;
            }
            Ok(begun) => {
                let request =
                    Request::post(&*begun.url, Body::None).with_cookies().action("AUTHORIZE");
                match authorize::read_fetched(self.send(request).await) {
                    // The response came by fetch, to no page that could be checked.
                    Ok(params) => {
                        return Ok((self.fit(&begun.transaction).read(&params, &[])?, params));
                    }
                    Err(error) => {
                        let is_answer = oauth_error::needs_user(error.code())
                            || matches!(error.code(), Code::MiddlewareFailed | Code::RequestOrigin);
                        if is_answer || is_chosen {
                            return Err(error);
                        }
                    }
                }
            }
            // A pushed request is refused for its response mode when it is pushed.
            Err(error) => {
                let is_refused =
                    error.http_status().is_some_and(|status| (400.0..500.0).contains(&status));
                if is_chosen || !is_refused {
                    return Err(error);
                }
            }
        }
        let mut options = options.clone();
        options.set("responseMode", "query");
        let begun = self.begin(&options, Mode::Background).await?;
        self.ask_in_frame(&begun).await
    }

    /// Opens the request in a hidden frame, and reads its response. A code shows that frames reach the
    /// session.
    async fn ask_in_frame(&self, begun: &Authorization) -> Result<(Response, Params), Error> {
        let landed = self.landed(&begun.transaction)?;
        let timeout = self.config.frame_timeout;
        let location = self.look_in_frame(&begun.url, &landed, timeout, frame_error).await;
        let location = location.map_err(|failure| failure.into_error(not_sent))?;
        let read = self.read_landed(&location, &begun.transaction)?;
        if let Response::Code(_) = read.0 {
            self.page.sign_ins.note_reached(&self.metadata.issuer);
        }
        Ok(read)
    }

    /// Opens a URL in a hidden frame, as the app's middleware changes it, until `landed` accepts its
    /// location or after `timeout` milliseconds. Returns the location.
    ///
    /// # Errors
    /// The one that `describe` makes, with `elapsed` (milliseconds) and `stage`; or that the middleware
    /// prevented the request.
    pub(super) async fn look_in_frame(
        &self,
        url: &str,
        landed: &dyn Fn(&str) -> bool,
        timeout: f64,
        describe: fn(FrameFault) -> Error,
    ) -> Result<Text, FrameFailure> {
        let request = Request::get(url).action("AUTHORIZE");
        let request = self.page.sender.prepare(&self.caller, request).await;
        let request = request.map_err(FrameFailure::NotSent)?;
        let timeout = request.timeout.unwrap_or(timeout);
        let begun = self.platform().now();
        let location = self.platform().frame(&request.url, landed, timeout).await;
        let outcome = if location.is_ok() { "landed" } else { "failed" };
        let endpoint = &self.metadata.authorization_endpoint;
        self.caller.log.debug(&["GET ", endpoint, " ", outcome, " (hidden frame)"].joined());
        location.map_err(|fault| {
            let elapsed = self.platform().now() - begun;
            let error = describe(fault).with("elapsed", elapsed).with("stage", fault.stage());
            FrameFailure::Frame(error)
        })
    }

    /// Tokens as they are returned to the app, with `persisted: false` while they could not be stored.
    pub(super) fn returned(&self, value: Value) -> Value {
        let mut value = Tokens::shown(value);
        if self.is_unsaved() {
            value.set("persisted", false);
        }
        value
    }

    /// The same, with the `appState` of the request.
    pub(super) fn returned_with(&self, tokens: Value, app_state: Value) -> Value {
        let mut value = self.returned(tokens);
        if !app_state.is_null() {
            value.set("appState", app_state);
        }
        value
    }
}

/// Why a hidden frame has returned no response.
pub(super) enum FrameFailure {
    /// The frame failed, or could not be opened.
    Frame(Error),
    /// The app's middleware prevented the request.
    NotSent(NetworkFault),
}

impl FrameFailure {
    /// The error of a call; `not_sent` makes that of a request that the middleware prevented.
    pub(super) fn into_error(self, not_sent: fn(&NetworkFault) -> Error) -> Error {
        match self {
            FrameFailure::Frame(error) => error,
            FrameFailure::NotSent(fault) => not_sent(&fault),
        }
    }
}

/// The options of the same request with the user: without `prompt`, and without a response mode that
/// works by fetch only.
fn interactive(options: &Value) -> Value {
    let mut options = options.clone();
    options.set("prompt", Value::NULL);
    if options.str("responseMode") == Some(authorize::PI_FLOW) {
        options.set("responseMode", Value::NULL);
    }
    options
}

/// The error of a request that the middleware prevented.
fn not_sent(fault: &NetworkFault) -> Error {
    Error::new("Unknown_Error", fault.describe().0, Kind::Auth, fault.advice())
}

/// The documented error of a hidden frame without a response (docs/compatibility.md).
fn frame_error(fault: FrameFault) -> Error {
    let (error, code, text) = match fault {
        FrameFault::Offline => {
            ("offline", Code::Offline, "The browser is offline. Try again when it is back.")
        }
        FrameFault::Timeout => (
            "iframe_timeout",
            Code::FrameTimeout,
            "Nothing came back in the hidden frame in time. The provider may be slow or down, or may not redirect to the backgroundRedirectUri.",
        ),
        FrameFault::UnexpectedPage => {
            ("CONFIGURATION_ERROR", Code::FrameUnexpectedPage, UNEXPECTED_PAGE)
        }
        FrameFault::Blocked | FrameFault::Closed => {
            ("CONFIGURATION_ERROR", Code::FrameBlocked, BLOCKED)
        }
    };
    Error::new(error, code, Kind::Network, text)
}

/// The documented message, followed by the usual reasons. The page can't be read, so which one it is is
/// not known.
const UNEXPECTED_PAGE: &str = "Configuration error. Please check your OAuth configuration, like clientId or allowed redirect URLs. The provider showed a page of its own in the hidden frame; blocked third-party cookies, a provider that refuses frames, a Content-Security-Policy without the provider in frame-src, or Cross-Origin-Embedder-Policy: require-corp on this page, can cause that too.";

/// The documented message, followed by what to do.
const BLOCKED: &str = "Configuration error. Please check your OAuth configuration, like clientId or allowed redirect URLs. The hidden frame could not be opened: call this when the page has a body.";

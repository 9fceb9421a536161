//! Authorization without the person: in a hidden frame, or by fetch.

use super::Client;
use super::authorize::{Authorization, landing_at};
use super::pending::{AskedBy, Remembered};
use crate::error::{Code, Error, Kind};
use crate::fault::{FrameFault, NetworkFault};
use crate::http::{Body, Request};
use crate::json::Value;
use crate::platform::Platform;
use crate::protocol::authorize::{self, Grant, Mode, Response, Transaction};
use crate::protocol::tokens::Tokens;
use crate::protocol::{oauth_error, pkce};
use crate::text::{Join, Text};
use crate::url::Params;

impl<P: Platform> Client<P> {
    /// `authorize.background()`: a code and its state, for [`Client::exchange`].
    pub async fn authorize_background(&self, options: &Value) -> Result<Value, Error> {
        self.page.sign_outs.wait(&self.metadata.issuer).await?;
        let sign_outs = self.page.sign_outs.count(&self.metadata.issuer);
        let (grant, params) = self.authorize_in_frame(options).await?;
        // The response has been checked: for its code, and no other, nothing else need be handed over.
        let answered = Some(pkce::sha256(grant.code.reveal().as_bytes()));
        let transaction = Transaction { answered, ..(*grant.transaction).clone() };
        // This page exchanges it.
        let _ = self.pending.remember(&transaction, &self.metadata, sign_outs, AskedBy::App)?;
        let members = params.iter().map(|(name, text)| (name.into(), text.into())).collect();
        Ok(Value::of_last(members))
    }

    /// Tokens by a background authorization. Nothing of it is stored.
    pub(super) async fn authorize_silently(
        &self,
        options: &Value,
        subject: Option<&Text>,
    ) -> Result<Box<Tokens>, Error> {
        let (grant, _) = self.authorize_in_frame(options).await?;
        self.redeem(&grant, subject).await
    }

    async fn authorize_in_frame(&self, options: &Value) -> Result<(Grant, Params), Error> {
        let landing = landing_at(&self.config.background_redirect_uri, options);
        let error = match self.ask_silently(&landing).await {
            Ok((Response::Code(grant), params)) => return Ok((grant, params)),
            Ok((Response::Refused(error), _)) => error,
            Err(error) => error,
        };
        // The app can go on with a page of the provider.
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

    /// The error with the URL of an interactive authorization by the same options.
    pub(super) async fn with_way_on(&self, error: Error, options: &Value) -> Error {
        match self.start(&interactive(options), AskedBy::Nobody).await {
            Ok((url, Remembered::InTab)) => error.with("redirectUrl", url),
            _ => error,
        }
    }

    /// Asks by fetch where the provider offers that, otherwise in a frame. Unless the app has chosen how,
    /// the frame also asks where the provider's metadata promise more than the client may: only an answer
    /// about the user, or the app's own middleware, ends it before.
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
                    // It came from the provider itself, and to no page.
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
            // Where requests are pushed, the response mode is refused there.
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

    /// Opens a URL in a hidden frame, as the app's middleware leaves it. What a frame that brought
    /// nothing means is the caller's to say; here it is added how far that came, and how long it took.
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

    /// Tokens as they are returned to the app.
    pub(super) fn returned(&self, value: Value) -> Value {
        let mut value = Tokens::shown(value);
        if self.is_unsaved() {
            value.set("persisted", false);
        }
        value
    }

    /// The same with what the app wanted back.
    pub(super) fn returned_with(&self, tokens: Value, app_state: Value) -> Value {
        let mut value = self.returned(tokens);
        if !app_state.is_null() {
            value.set("appState", app_state);
        }
        value
    }
}

/// Why a hidden frame has brought nothing.
pub(super) enum FrameFailure {
    /// The frame was opened, or could not be.
    Frame(Error),
    /// The app's middleware kept the request from being sent.
    NotSent(NetworkFault),
}

impl FrameFailure {
    /// The error of a call; `not_sent` describes a request that was not sent.
    pub(super) fn into_error(self, not_sent: fn(&NetworkFault) -> Error) -> Error {
        match self {
            FrameFailure::Frame(error) => error,
            FrameFailure::NotSent(fault) => not_sent(&fault),
        }
    }
}

/// The options for asking again with a page.
fn interactive(options: &Value) -> Value {
    let mut options = options.clone();
    options.set("prompt", Value::NULL);
    if options.str("responseMode") == Some(authorize::PI_FLOW) {
        options.set("responseMode", Value::NULL);
    }
    options
}

/// The middleware kept the request from being sent.
fn not_sent(fault: &NetworkFault) -> Error {
    Error::new("Unknown_Error", fault.describe().0, Kind::Auth, fault.advice())
}

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

const UNEXPECTED_PAGE: &str = "Configuration error. Please check your OAuth configuration, like clientId or allowed redirect URLs. The provider showed a page of its own in the hidden frame; blocked third-party cookies, a provider that refuses frames, a Content-Security-Policy without the provider in frame-src, or Cross-Origin-Embedder-Policy: require-corp on this page, can cause that too.";

const BLOCKED: &str = "Configuration error. Please check your OAuth configuration, like clientId or allowed redirect URLs. The hidden frame could not be opened: call this when the page has a body.";

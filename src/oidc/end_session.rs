//! Ends the user's session at the provider, and reports as ended only what was confirmed. At AM by its
//! sessions endpoint, elsewhere by RP-initiated logout
//! ([RP-Initiated Logout section 2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)).

use std::cell::Cell;

use super::Client;
use super::local_sign_out::LocalSignOut;
use crate::am::endpoints::Endpoints;
use crate::am::session::{Call, Token};
use crate::done::{Done, Part};
use crate::error::{Code, Error, Kind};
use crate::fault::FrameFault;
use crate::http::Request;
use crate::json::{Value, object};
use crate::page::am_session;
use crate::platform::Platform;
use crate::protocol::authorize::{self, Mode, Response};
use crate::protocol::landing;
use crate::protocol::logout::{self, LogoutAnswer};
use crate::secret::RawIdToken;
use crate::text::Text;
use crate::url::Url;

/// What is known of the session that a sign-out ends, collected before it is forgotten.
pub(super) struct Ending {
    /// The client's id, and the ID token for `id_token_hint`.
    pub hint: Option<(Text, RawIdToken)>,
    /// AM's session token, where the app stores it.
    token: Option<Token>,
    /// Whether a hidden frame of this page has reached the session.
    has_reached: bool,
    /// Whether the request with the ID token has been sent.
    is_sent: Cell<bool>,
}

impl<P: Platform> Client<P> {
    /// Collects what is known of the session. The hint is found later.
    pub(super) fn ending(&self) -> Ending {
        let issuer = &self.metadata.issuer;
        let settings = self.page.providers.am_settings(issuer);
        Ending {
            hint: None,
            token: am_session::token(self.page, issuer, settings.cookie_name.as_ref()),
            has_reached: self.page.sign_ins.has_reached(issuer),
            is_sent: Cell::new(false),
        }
    }

    /// The client's id and the ID token for `id_token_hint`: see [`LocalSignOut::hint`].
    pub(super) fn hint(&self, sign_out: &LocalSignOut<P>) -> Option<(Text, RawIdToken)> {
        sign_out.hint(self.page.providers.is_am(&self.metadata))
    }

    /// AM's endpoints, with the paths of the page's journey client or else of this one; `None` for
    /// other providers.
    pub(super) fn am_endpoints(&self) -> Option<Endpoints> {
        if !self.page.providers.is_am(&self.metadata) {
            return None;
        }
        let settings = self.page.providers.am_settings(&self.metadata.issuer);
        let paths = match settings.paths.is_null() {
            true => self.config.defaults.options.at("serverConfig").at("paths"),
            false => &settings.paths,
        };
        Endpoints::of(&self.metadata, paths).ok()
    }

    /// Ends the session at the provider, and returns what was confirmed.
    pub(super) async fn end_session(&self, ending: &Ending) -> Part {
        let Some(am) = self.am_endpoints() else { return self.end_by_hint(ending).await };
        // First, since the end session endpoint may end the session too: then AM answers 401, as it
        // does to a request without a cookie.
        let ended = self.end_am_session(&am, ending).await;
        let told = match (&self.metadata.end_session_endpoint, &ending.hint) {
            (Some(endpoint), Some((_, hint))) => Some(self.tell(endpoint, hint, ending).await),
            _ => None,
        };
        match (ended, told) {
            (Ok((Done::Yes, _)), _) => Ok((Done::Yes, None)),
            (Err(error), _) if is_alive(&error) => Err(error),
            // AM answers 400 whether it has ended the session or not.
            (_, Some(LogoutAnswer::Refused(error))) if error.http_status() != Some(400.0) => {
                Err(error)
            }
            (Err(error), None) if error.code() != Code::NetworkFailed => Err(error),
            (Err(error), _) => Ok((Done::Unconfirmed, Some(error.code()))),
            (ended, _) => ended,
        }
    }

    /// Ends the session at AM's sessions endpoint, by the session token, else by the cookie.
    ///
    /// # Errors
    /// With the documented `error` of a logout, and the code and details of the request's failure.
    pub(super) async fn end_am_session(&self, am: &Endpoints, ending: &Ending) -> Part {
        let call = Call { endpoints: am, query: &Value::NULL, token: ending.token.as_ref() };
        match am_session::end(self.page, &self.caller, call).await {
            Ok(done) => Ok((done, None)),
            Err(error) => {
                let text = error.message().to_owned();
                let said = Error::new(logout::FAILURE, error.code(), Kind::Auth, text);
                Err(said.details_of(&error))
            }
        }
    }

    /// Sends the logout request with the ID token by fetch
    /// ([RP-Initiated Logout section 2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)).
    async fn tell(&self, endpoint: &str, hint: &RawIdToken, ending: &Ending) -> LogoutAnswer {
        ending.is_sent.set(true);
        let redirect_uri = self.config.sign_out_redirect_uri.as_ref();
        logout::read(self.send(logout::request(endpoint, hint, redirect_uri)).await)
    }

    /// Ends the session at a provider other than AM: by fetch where the answer can be read, else in a
    /// hidden frame that comes back to the app, else by a request whose answer can't be read.
    async fn end_by_hint(&self, ending: &Ending) -> Part {
        let Some(endpoint) = &self.metadata.end_session_endpoint else {
            return Ok((Done::No, Some(Code::EndpointMissing)));
        };
        let redirect_uri = self.config.sign_out_redirect_uri.as_ref();
        let hint = ending
            .hint
            .as_ref()
            .filter(|(_, hint)| logout::fits(&logout::request(endpoint, hint, redirect_uri).url));
        let Some((client_id, hint)) = hint else {
            return self.end_blindly(endpoint, None, None).await;
        };
        let way_back = self.way_back(client_id, hint);
        // Before anything is sent: later, a frame that finds no session does not tell whether the
        // session is over or out of its reach.
        let reaches = way_back.is_some() && (ending.has_reached || self.finds_session().await);
        let unreadable = match self.tell(endpoint, hint, ending).await {
            LogoutAnswer::Ended => return Ok((Done::Yes, None)),
            LogoutAnswer::Refused(error) => return Err(error),
            LogoutAnswer::Page => None,
            LogoutAnswer::Unreadable(error) => Some(error),
        };
        if let Some(way_back) = way_back
            && self.comes_back(&way_back).await
        {
            let done = if reaches { Done::Yes } else { Done::Unconfirmed };
            return Ok((done, None));
        }
        self.end_blindly(endpoint, Some((client_id, hint)), unreadable).await
    }

    /// Sends the logout request without reading the answer.
    ///
    /// # Errors
    /// The reason when this request can't be sent either: that of the earlier, `unreadable` one where
    /// there is one.
    async fn end_blindly(
        &self,
        endpoint: &str,
        hint: Option<(&Text, &RawIdToken)>,
        unreadable: Option<Error>,
    ) -> Part {
        let (client_id, hint) = match hint {
            Some((client_id, hint)) => (client_id, Some(hint)),
            None => (self.client_id(), None),
        };
        match (logout::read(self.send(logout::blind(endpoint, client_id, hint)).await), unreadable)
        {
            (LogoutAnswer::Unreadable(error) | LogoutAnswer::Refused(error), None) => Err(error),
            (LogoutAnswer::Unreadable(_) | LogoutAnswer::Refused(_), Some(error)) => Err(error),
            (_, unreadable) => {
                let why = unreadable.map(|error| error.code());
                Ok((Done::Unconfirmed, why))
            }
        }
    }

    /// Sends the request with the ID token, unless it has been sent, without waiting for it: the page
    /// is being left.
    pub(super) fn end_session_later(&self, ending: &Ending) {
        let (Some(endpoint), Some((_, hint)), false) =
            (&self.metadata.end_session_endpoint, &ending.hint, ending.is_sent.replace(true))
        else {
            return;
        };
        let request = logout::request(endpoint, hint, self.config.sign_out_redirect_uri.as_ref());
        let (page, caller) = (self.page, self.caller.clone());
        self.platform().spawn(Box::pin(async move {
            let _ = page.sender.send(&caller, request).await;
        }));
    }

    /// The logout URL for a hidden frame, and how it comes back
    /// ([RP-Initiated Logout section 3](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RedirectionAfterLogout)).
    /// `None` unless the app has configured a page for it, which it then has registered with the
    /// provider, and which has this page's origin.
    fn way_back(&self, client_id: &str, hint: &RawIdToken) -> Option<WayBack> {
        let endpoint = self.metadata.end_session_page.as_ref()?;
        let redirect_uri = self.config.background_sign_out_redirect_uri.as_ref()?;
        let landing = self.page(redirect_uri)?;
        let here = Url::parse(&self.platform().base_url()?, None)?;
        let state = self.random().ok()?;
        let url = logout::page(endpoint, client_id, Some(hint), Some((redirect_uri, &state)));
        let is_usable = logout::fits(&url) && landing.is_same_origin(&here);
        is_usable.then_some(WayBack { url, landing, state })
    }

    /// Opens the logout URL in a hidden frame; whether it comes back with the same `state`.
    async fn comes_back(&self, way_back: &WayBack) -> bool {
        let request = Request::get(way_back.url.clone()).action("END_SESSION");
        let Ok(request) = self.page.sender.prepare(&self.caller, request).await else {
            return false;
        };
        let landed = |location: &str| {
            Url::parse(location, None).is_some_and(|url| {
                landing::is_at(&url, &way_back.landing)
                    && landing::params(&url).get("state") == Some(&way_back.state)
            })
        };
        let timeout = request.timeout.unwrap_or(self.config.frame_timeout);
        self.platform().frame(&request.url, &landed, timeout).await.is_ok()
    }

    /// Whether a background authorization in a hidden frame finds the session. Its code is dropped.
    async fn finds_session(&self) -> bool {
        let mut options = object!([("scope", "openid".into())]);
        options.set("redirectUri", &self.config.background_redirect_uri);
        let Ok(begun) = self.begin(&options, Mode::Background).await else { return false };
        if begun.response_mode.as_deref() == Some(authorize::PI_FLOW) {
            return false;
        }
        let Ok(landed) = self.landed(&begun.transaction) else { return false };
        let timeout = self.config.session_timeout;
        let location = self.look_in_frame(&begun.url, &landed, timeout, no_session).await;
        let Ok(location) = location else { return false };
        let read = self.read_landed(&location, &begun.transaction);
        matches!(read, Ok((Response::Code(_), _)))
    }
}

/// The logout in a hidden frame: the URL to open, and the page and `state` that it comes back with.
struct WayBack {
    url: Text,
    landing: Url,
    state: Text,
}

/// Whether AM has refused to end the session and says that it is valid.
fn is_alive(error: &Error) -> bool {
    error.http_status() == Some(401.0)
}

/// This error is not shown to anyone.
fn no_session(_: FrameFault) -> Error {
    Error::new("", Code::FrameTimeout, Kind::Network, "")
}

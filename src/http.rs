//! HTTP: a request and its answer ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110)), with the options
//! of [Fetch](https://fetch.spec.whatwg.org/#requestinit) that the core needs.

use std::ops::{Deref, DerefMut};

use crate::json::{Data, Value, number_text, object, parse, to_text};
use crate::secret::AccessToken;
use crate::text::{Join, Text, cut};
use crate::url::Params;

/// An HTTP request, in a box: its methods take it and return it, and one pointer is less code.
#[derive(Clone)]
pub struct Request(Box<Parts>);

/// The parts of a request. Each flag is false unless a method of [`Request`] sets it.
#[derive(Clone)]
pub struct Parts {
    /// The method.
    pub method: &'static str,
    /// The absolute URL.
    pub url: Text,
    /// The headers, without the `Content-Type` of the body: an object of texts.
    pub headers: Value,
    /// The body.
    pub body: Body,
    /// Whether the browser sends and stores cookies (`credentials: 'include'`), for requests about the
    /// provider's session. All others use `'omit'`, also to the page's own origin, so that the provider
    /// may answer with `Access-Control-Allow-Origin: *`.
    pub with_cookies: bool,
    /// Whether the browser's HTTP cache is bypassed (`cache: 'reload'`).
    pub anew: bool,
    /// Whether the request goes on when the page is left (`keepalive`).
    pub keepalive: bool,
    /// Whether a redirect is returned as an answer with status 302, and not followed.
    pub stays: bool,
    /// Whether an answer that CORS hides is returned, with status 0 and no body (`mode: 'no-cors'`).
    pub unreadable: bool,
    /// Whether a redirect to another origin is returned as an answer with status 302. Redirects within the
    /// origin are followed.
    pub stays_at_origin: bool,
    /// `action.type` for the middleware. Without it no middleware sees the request.
    pub action: Option<&'static str>,
    /// The timeout that the middleware sets, in milliseconds.
    pub timeout: Option<f64>,
    /// Further options of `fetch` that the middleware sets.
    pub options: Value,
    /// The secrets of the body or a header that only the caller knows: see [`Request::secrets`].
    pub secrets: Vec<Text>,
    /// The DPoP key whose possession the request proves, if any.
    pub possession: Option<Possession>,
}

/// What a DPoP proof is made from ([RFC 9449 section 4.2](https://www.rfc-editor.org/rfc/rfc9449#section-4.2)).
#[derive(Clone)]
pub struct Possession {
    /// The name of the key in this browser.
    pub key: Text,
    /// The thumbprint of the key.
    pub jkt: Text,
    /// The access token of the request; `None` for a request to the authorization server.
    pub token: Option<AccessToken>,
}

impl Request {
    /// A GET request that asks for JSON.
    pub fn get(url: impl Into<Text>) -> Self {
        Self::new("GET", url, Body::None)
    }

    /// A POST request that asks for JSON.
    pub fn post(url: impl Into<Text>, body: Body) -> Self {
        Self::new("POST", url, body)
    }

    fn new(method: &'static str, url: impl Into<Text>, body: Body) -> Self {
        Request(Box::new(Parts {
            method,
            url: url.into(),
            headers: object!([("Accept", "application/json".into())]),
            body,
            with_cookies: false,
            anew: false,
            keepalive: false,
            stays: false,
            unreadable: false,
            stays_at_origin: false,
            action: None,
            timeout: None,
            options: Value::NULL,
            secrets: Vec::new(),
            possession: None,
        }))
    }

    /// Sets [`Parts::action`].
    pub fn action(mut self, action: &'static str) -> Self {
        self.action = Some(action);
        self
    }

    /// Sets [`Parts::stays`].
    pub fn stay(mut self) -> Self {
        self.stays = true;
        self
    }

    /// Sets [`Parts::unreadable`].
    pub fn unreadable(mut self) -> Self {
        self.unreadable = true;
        self
    }

    /// Sets [`Parts::stays_at_origin`].
    pub fn stay_at_origin(mut self) -> Self {
        self.stays_at_origin = true;
        self
    }

    /// Sets [`Parts::keepalive`].
    pub fn keepalive(mut self) -> Self {
        self.keepalive = true;
        self
    }

    /// Sets a header.
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.headers.set(name, value);
        self
    }

    /// Adds to [`Parts::secrets`].
    pub fn hiding(mut self, secrets: impl IntoIterator<Item = Text>) -> Self {
        self.secrets.extend(secrets);
        self
    }

    /// Sets [`Parts::anew`].
    pub fn anew(mut self) -> Self {
        self.anew = true;
        self
    }

    /// Sets [`Parts::possession`]; `None` leaves the request without a proof.
    pub fn prove(mut self, possession: Option<Possession>) -> Self {
        self.possession = possession;
        self
    }

    /// Whether the body or a header may have a secret in it, which a redirect must not take elsewhere
    /// ([RFC 9700 section 4.12](https://www.rfc-editor.org/rfc/rfc9700#section-4.12)).
    pub fn is_secret(&self) -> bool {
        let mut names = self.headers.members().iter().map(|(name, _)| name);
        self.method == "POST" || names.any(|name| name.eq_ignore_ascii_case("Authorization"))
    }

    /// The codes, tokens and verifiers in the form, in the URL and in the `Authorization` header, and
    /// [`Parts::secrets`].
    fn secrets(&self) -> Vec<Text> {
        const NAMES: [&str; 5] =
            ["code", "code_verifier", "refresh_token", "token", "id_token_hint"];
        let mut secrets = self.secrets.clone();
        let query = cut(&self.url, b'?').map(|(_, query)| Params::parse(query));
        let form = match &self.body {
            Body::Form(form) => Some(form),
            _ => None,
        };
        for params in form.into_iter().chain(&query) {
            secrets.extend(NAMES.iter().filter_map(|name| params.get(name)).cloned());
        }
        let token = self.headers.str("Authorization").and_then(|value| cut(value, b' '));
        secrets.extend(token.map(|(_, token)| Text::from(token)));
        secrets.retain(|secret| secret.len() >= SHORTEST_SECRET);
        secrets
    }

    /// Whether this is a request of a journey.
    pub fn is_of_journey(&self) -> bool {
        self.action.is_some_and(|action| action.starts_with("JOURNEY_"))
    }

    /// Whether the URL, the body or a header may have a token or a password in it.
    pub fn carries_token(&self) -> bool {
        const HINT: &[u8] = b"id_token_hint=";
        self.is_secret() || self.url.as_bytes().windows(HINT.len()).any(|part| part == HINT)
    }

    /// Sets [`Parts::with_cookies`].
    pub fn with_cookies(mut self) -> Self {
        self.with_cookies = true;
        self
    }
}

impl Deref for Request {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl DerefMut for Request {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.0
    }
}

/// The body of a request.
#[derive(Clone)]
pub enum Body {
    /// None.
    None,
    /// `application/x-www-form-urlencoded`
    Form(Params),
    /// `application/json`: JSON text.
    Json(Text),
}

/// The length in bytes from which a text counts as a secret. Shorter ones are parts of ordinary words.
const SHORTEST_SECRET: usize = 6;

/// The answer to a request.
#[derive(Clone)]
pub struct Answer {
    /// The HTTP status; 0 where the browser hides it.
    pub status: u16,
    /// The whole body.
    pub body: Text,
    /// The header `DPoP-Nonce`, where the page can read it
    /// ([RFC 9449 section 8](https://www.rfc-editor.org/rfc/rfc9449#section-8)).
    pub nonce: Option<Text>,
    /// The header `WWW-Authenticate`, where the page can read it.
    pub challenge: Option<Text>,
}

impl Answer {
    /// An answer without the two headers.
    pub fn new(status: u16, body: Text) -> Answer {
        Answer { status, body, nonce: None, challenge: None }
    }

    /// Whether the status is one of success: 200 to 299.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The answer with `(secret)` instead of each of the request's [secrets](Request::secrets). A provider
    /// may repeat them in the text of an error, which becomes an error message that apps log. JSON is
    /// parsed for that, since it may have characters escaped. The next step of a journey stays as it is.
    pub fn without_secrets(mut self, request: &Request) -> Self {
        let mut json = parse(&self.body);
        let is_step = json.as_ref().is_some_and(|body| body.non_empty("authId").is_some());
        if is_step && request.is_of_journey() {
            return self;
        }
        for secret in request.secrets() {
            match &mut json {
                Some(json) => hide(json, &secret),
                None => self.body = without(&self.body, &secret),
            }
        }
        if let Some(json) = json {
            self.body = to_text(&json);
        }
        self
    }

    /// The HTTP status in digits.
    pub fn status_text(&self) -> Text {
        number_text(self.status.into())
    }
}

/// Replaces a secret in all texts of a value.
fn hide(value: &mut Value, secret: &str) {
    match value.data_mut() {
        Some(Data::String(text)) => *text = without(text, secret),
        Some(Data::Array(items)) => items.iter_mut().for_each(|item| hide(item, secret)),
        Some(Data::Object(members)) => {
            for (name, value) in members {
                *name = without(name, secret);
                hide(value, secret);
            }
        }
        _ => {}
    }
}

/// A text with `(secret)` instead of each occurrence of `secret`. The standard library's search would cost
/// 1 kB.
fn without(text: &Text, secret: &str) -> Text {
    let mut shown = String::new();
    let mut rest = text.as_str();
    let secret = secret.as_bytes();
    while let Some(at) = rest.as_bytes().windows(secret.len()).position(|part| part == secret) {
        shown.push_str(rest.get(..at).unwrap_or_default());
        shown.push_str("(secret)");
        rest = rest.get(at + secret.len()..).unwrap_or_default();
    }
    [&*shown, rest].joined()
}

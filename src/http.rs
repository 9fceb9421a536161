//! HTTP: a request and its answer.

use std::ops::{Deref, DerefMut};

use crate::json::{Value, number_text, object};
use crate::text::{Text, cut};
use crate::url::Params;

/// An HTTP request. In a box, since it is built by methods that hand it on.
#[derive(Clone)]
pub struct Request(Box<Parts>);

/// The parts of a request.
#[derive(Clone)]
pub struct Parts {
    /// The method.
    pub method: &'static str,
    /// The absolute URL.
    pub url: Text,
    /// Headers beyond the body's content type: an object of texts.
    pub headers: Value,
    /// The body.
    pub body: Body,
    /// Whether cookies go along (`credentials: 'include'`): only where a cookie is what the request is
    /// about. Otherwise the browser sends none and keeps none, not even for the page's own origin
    /// (`'omit'`), and the server may answer `Access-Control-Allow-Origin: *`.
    pub with_cookies: bool,
    /// Whether the browser's HTTP cache is passed over.
    pub anew: bool,
    /// Whether it is sent even when the page goes away.
    pub keepalive: bool,
    /// Whether a redirect is an answer (of status 302), rather than followed.
    pub stays: bool,
    /// Whether the answer, of status 0, may be hidden (`mode: 'no-cors'`).
    pub unreadable: bool,
    /// Whether an answer of another origin, which a redirect led to, is taken for that redirect (status
    /// 302).
    pub stays_at_origin: bool,
    /// What the request is for, as middleware sees it in `action.type`; without it no middleware sees the
    /// request.
    pub action: Option<&'static str>,
    /// Milliseconds, where the middleware says so.
    pub timeout: Option<f64>,
    /// Further options of `fetch`, where the middleware gives some.
    pub options: Value,
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
        }))
    }

    /// Its parts.
    pub fn into_parts(self) -> Parts {
        *self.0
    }

    /// The same, named for the middleware.
    pub fn action(mut self, action: &'static str) -> Self {
        self.action = Some(action);
        self
    }

    /// The same, to which a redirect is an answer.
    pub fn stay(mut self) -> Self {
        self.stays = true;
        self
    }

    /// The same, whose answer nobody reads.
    pub fn unreadable(mut self) -> Self {
        self.unreadable = true;
        self
    }

    /// The same, which no other origin may answer.
    pub fn stay_at_origin(mut self) -> Self {
        self.stays_at_origin = true;
        self
    }

    /// The same, sent even when the page goes away.
    pub fn keepalive(mut self) -> Self {
        self.keepalive = true;
        self
    }

    /// The same with a header.
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.headers.set(name, value);
        self
    }

    /// The same, passing over the browser's HTTP cache.
    pub fn anew(mut self) -> Self {
        self.anew = true;
        self
    }

    /// True when it carries a secret beyond its URL: a redirect must not take that elsewhere
    /// (RFC 9700 section 4.12).
    pub fn is_secret(&self) -> bool {
        let mut names = self.headers.members().iter().map(|(name, _)| name);
        self.method == "POST" || names.any(|name| name.eq_ignore_ascii_case("Authorization"))
    }

    /// The codes and tokens in its form and its `Authorization` header.
    pub fn secrets(&self) -> Vec<&str> {
        const NAMES: [&str; 5] =
            ["code", "code_verifier", "refresh_token", "token", "id_token_hint"];
        let mut secrets = Vec::new();
        if let Body::Form(form) = &self.body {
            secrets.extend(NAMES.iter().filter_map(|name| form.get(name)).map(Text::as_str));
        }
        let token = self.headers.str("Authorization").and_then(|value| cut(value, b' '));
        secrets.extend(token.map(|(_, token)| token));
        secrets
    }

    /// True for a request of a journey.
    pub fn is_of_journey(&self) -> bool {
        self.action.is_some_and(|action| action.starts_with("JOURNEY_"))
    }

    /// True when it carries a token or a password anywhere.
    pub fn carries_token(&self) -> bool {
        const HINT: &[u8] = b"id_token_hint=";
        self.is_secret() || self.url.as_bytes().windows(HINT.len()).any(|part| part == HINT)
    }

    /// The same with cookies.
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
    /// `application/x-www-form-urlencoded`.
    Form(Params),
    /// JSON text.
    Json(Text),
}

/// No token or code is shorter than this.
const SHORTEST_SECRET: usize = 8;

/// The answer to a request.
#[derive(Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Text,
}

impl Answer {
    /// True for a status of 200 to 299.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The same, which does not repeat the secrets of its request: what a server says of an error becomes
    /// an app's error message, and that may be logged.
    pub fn without_secrets(mut self, request: &Request) -> Self {
        for secret in request.secrets() {
            // What is shorter is none, and may be part of any word.
            if secret.len() >= SHORTEST_SECRET && self.body.contains(secret) {
                self.body = self.body.replace(secret, "(secret)").into();
            }
        }
        self
    }

    /// The HTTP status in digits.
    pub fn status_text(&self) -> Text {
        number_text(self.status.into())
    }
}

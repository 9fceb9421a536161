//! The authorization request, and the check of its response:
//! [RFC 6749 section 4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1),
//! [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636) (PKCE),
//! [RFC 9207](https://www.rfc-editor.org/rfc/rfc9207) (`iss`) and
//! [OpenID Connect Core section 3.1.2](https://openid.net/specs/openid-connect-core-1_0.html#AuthorizationEndpoint).

use std::rc::Rc;

use crate::error::{Code, Error, Kind};
use crate::fault::NetworkFault;
use crate::http::Answer;
use crate::json::{Data, Value, number_text, object, parse, to_text};
use crate::protocol::discovery::Metadata;
use crate::protocol::id_token::LEEWAY;
use crate::protocol::landing;
use crate::protocol::oauth_error;
use crate::protocol::pkce;
use crate::protocol::tokens::{self, resources};
use crate::secret::{AuthorizationCode, CodeVerifier, Nonce, State};
use crate::text::{Join, Text, pieces};
use crate::url::{Params, Url};

/// How long the response to an authorization request is accepted: one hour, in milliseconds.
pub const MAX_AGE: f64 = 3_600_000.0;

/// What is stored of an authorization request until its response arrives. Used once.
#[derive(Clone)]
pub struct Transaction {
    /// `state`, which binds the response to this browser
    /// ([RFC 6749 section 10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)).
    pub state: State,
    /// `code_verifier`
    /// ([RFC 7636 section 4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1)); `None` only in
    /// records of other client libraries.
    pub verifier: Option<CodeVerifier>,
    /// `nonce`, which binds the ID token to this request
    /// ([OpenID Connect Core section 15.5.2](https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes)).
    pub nonce: Option<Nonce>,
    /// The issuer of the provider that the request is sent to.
    pub issuer: Text,
    /// `client_id`
    pub client_id: Text,
    /// `redirect_uri`
    pub redirect_uri: Text,
    /// `scope`, separated by spaces.
    pub scope: Text,
    /// The APIs that the tokens are for, as [`resources`] returns them
    /// ([RFC 8707 section 2](https://www.rfc-editor.org/rfc/rfc8707#section-2)).
    pub resources: Value,
    /// What the tokens are bound to: see [`tokens::binding`].
    pub binding: Text,
    /// `max_age`: how many seconds ago the user may have signed in.
    pub max_age: Option<f64>,
    /// The thumbprint of the DPoP key that the code is bound to
    /// ([RFC 9449 section 10](https://www.rfc-editor.org/rfc/rfc9449#section-10)).
    pub jkt: Option<Text>,
    /// `appState`: returned to the app with the response.
    pub app_state: Value,
    /// When the request was made, in milliseconds since 1970; `None` in records of other client
    /// libraries.
    pub created: Option<f64>,
    /// The hash of the code of a response that has been checked already and is exchanged later. No
    /// other code is accepted then.
    pub answered: Option<Text>,
}

/// What each authorization request has of its own: random values, each 32 bytes in base64url, and the
/// key of its code.
pub struct Fresh {
    /// `state`
    pub state: State,
    /// `nonce`
    pub nonce: Nonce,
    /// `code_verifier`
    /// ([RFC 7636 section 4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1)).
    pub verifier: CodeVerifier,
    /// `dpop_jkt`: the thumbprint of the DPoP key, if the code is to be bound to one
    /// ([RFC 9449 section 10](https://www.rfc-editor.org/rfc/rfc9449#section-10)).
    pub jkt: Option<Text>,
}

/// The configuration of every authorization request. The options of a call take precedence.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// `clientId`
    pub client_id: Text,
    /// `redirectUri`
    pub redirect_uri: Text,
    /// `scope`, separated by spaces.
    pub scope: Text,
    /// The app's whole configuration, for all other parameters.
    pub options: Value,
}

/// Where the user meets the provider.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// On a page that replaces this one.
    Interactive,
    /// On a page in a window of its own.
    Window,
    /// Nowhere: `prompt=none`, in a hidden frame or by fetch
    /// ([OpenID Connect Core section 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
    Background,
}

/// Builds the parameters of an authorization request
/// ([OpenID Connect Core section 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest),
/// [RFC 7636 section 4.3](https://www.rfc-editor.org/rfc/rfc7636#section-4.3)) and the transaction to
/// store until its response. `options` are those of the call, and take precedence over `defaults`;
/// `now` is in milliseconds since 1970.
pub fn request(
    metadata: &Metadata,
    defaults: &Defaults,
    options: &Value,
    mode: Mode,
    fresh: Fresh,
    now: f64,
) -> (Params, Rc<Transaction>) {
    let option = |name: &str| options.non_empty(name).or_else(|| defaults.options.non_empty(name));
    let scope = &requested_scope(defaults, options);
    let client_id = options.non_empty("clientId").unwrap_or(&defaults.client_id);
    let redirect_uri = options.non_empty("redirectUri").unwrap_or(&defaults.redirect_uri);
    let Fresh { state, nonce, verifier, jkt } = fresh;
    let nonce = match option("nonce") {
        Some(nonce) => Some(Nonce::new(nonce)),
        None => asks_for_id_token(scope).then_some(nonce),
    };
    let prompt = match mode {
        Mode::Background => Some("none".into()),
        Mode::Interactive | Mode::Window => {
            let silent = |prompt: &&Text| **prompt == "none" && options.get("prompt").is_none();
            option("prompt").filter(|prompt| !silent(prompt)).cloned()
        }
    };

    let mut params = extra_params(options, defaults);
    params.set("client_id", client_id);
    params.set("response_type", "code");
    params.set("scope", scope);
    params.set("redirect_uri", redirect_uri);
    params.set("code_challenge", pkce::challenge(&verifier));
    params.set("code_challenge_method", "S256");
    params.set("state", state.reveal());
    params.set_some("dpop_jkt", jkt.as_ref());
    params.set_some("response_mode", response_mode(metadata, defaults, options, mode).as_ref());
    params.set_some("prompt", prompt.as_ref());
    params.set_some("login_hint", option("loginHint"));
    params.set_some("nonce", nonce.as_ref().map(Nonce::reveal));
    params.set_some("display", option("display"));
    params.set_some("ui_locales", option("uiLocales"));
    params.set_some("acr_values", option("acrValues"));
    let numeral = |of: &Value| of.at("maxAge").as_numeral();
    let max_age = numeral(options).or_else(|| numeral(&defaults.options));
    params.set_some("max_age", max_age.map(number_text).as_ref());
    let claims = options.get("claims").or_else(|| defaults.options.get("claims"));
    params.set_some("claims", claims.map(text_of).as_ref());
    let resources = resources(options.get("resource").or_else(|| defaults.options.get("resource")));
    if !resources.is_null() {
        params.remove("resource");
    }
    params.add_each("resource", &resources);

    let transaction = Transaction {
        state,
        verifier: Some(verifier),
        nonce,
        issuer: metadata.issuer.clone(),
        client_id: client_id.into(),
        redirect_uri: redirect_uri.into(),
        scope: scope.into(),
        resources,
        binding: tokens::binding(options, &defaults.options),
        max_age,
        jkt,
        app_state: options.at("appState").clone(),
        created: Some(now),
        answered: None,
    };
    (params, Rc::new(transaction))
}

/// `response_mode`: the one of the call; else the configured one, where it works in this mode; else
/// `pi.flow` for a background request, where the provider supports it. `None` leaves it to the default,
/// `query`
/// ([OAuth 2.0 Multiple Response Types section 2.1](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#ResponseModes)).
fn response_mode(
    metadata: &Metadata,
    defaults: &Defaults,
    options: &Value,
    mode: Mode,
) -> Option<Text> {
    let by_fetch = mode == Mode::Background && metadata.pi_flow;
    options.non_empty("responseMode").cloned().or_else(|| {
        let configured =
            defaults.options.non_empty("responseMode").filter(|name| match name.as_str() {
                FORM_POST => mode == Mode::Interactive,
                PI_FLOW => mode == Mode::Background,
                _ => true,
            });
        configured.cloned().or_else(|| by_fetch.then(|| PI_FLOW.into()))
    })
}

/// Whether the app chose the response mode, in the call or in the configuration.
pub fn is_mode_chosen(defaults: &Defaults, options: &Value) -> bool {
    [options, &defaults.options].iter().any(|from| from.non_empty("responseMode").is_some())
}

/// The provider posts the response to the app's server, which a hidden frame and a window can't read
/// ([Form Post Response Mode section 2](https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html#FormPostResponseMode)).
const FORM_POST: &str = "form_post";

/// PingOne's response mode for requests by fetch: the response is JSON.
pub const PI_FLOW: &str = "pi.flow";

/// A text as it is, anything else as JSON: apps give `claims` as an object or as JSON text.
fn text_of(value: &Value) -> Text {
    value.as_str().map_or_else(|| to_text(value), Text::from)
}

/// Checks the options of a call and of the configuration, before anything is sent.
///
/// # Errors
/// `argument_invalid` for a `responseMode` that does not work in this mode, a `responseType` other than
/// `code` ([RFC 9700 section 2.1.2](https://www.rfc-editor.org/rfc/rfc9700#section-2.1.2)), or a
/// `maxAge` that is not a whole number of seconds.
pub fn check_options(defaults: &Defaults, options: &Value, mode: Mode) -> Result<(), Error> {
    let wrong =
        |text| Err(Error::new("Invalid options", Code::ArgumentInvalid, Kind::Argument, text));
    match (options.non_empty("responseMode").map(Text::as_str), mode) {
        (None | Some("query" | "fragment" | PI_FLOW), _) => {}
        (Some(FORM_POST), Mode::Interactive) => {}
        _ => {
            return wrong(
                "responseMode must be 'query', 'fragment' or 'pi.flow', or, for a redirect, 'form_post'.",
            );
        }
    }
    if !matches!(options.str("responseType"), None | Some("" | "code")) {
        return wrong("responseType must be 'code': other flows return tokens in URLs.");
    }
    for source in [options, &defaults.options] {
        let whole = |age: f64| age >= 0.0 && age.fract() == 0.0;
        let age = source.get("maxAge");
        if age.is_some_and(|age| !age.as_numeral().is_some_and(whole)) {
            return wrong("maxAge must be a whole number of seconds, 0 or more.");
        }
    }
    Ok(())
}

/// The app's own parameters: `query` of the configuration, with that of the call over it. Values that
/// are empty, or no text, number or boolean, are left out.
fn extra_params(options: &Value, defaults: &Defaults) -> Params {
    let usable = |source: &Value| {
        let mut query = source.at("query").clone();
        query.retain(&|_, value| match value.data() {
            Some(Data::String(text)) => !text.is_empty(),
            Some(Data::Bool(_) | Data::Number(_)) => true,
            _ => false,
        });
        query
    };
    let mut params = Params::new();
    for (name, value) in usable(&defaults.options).merged(&usable(options)).members() {
        params.add(name, text_of(value));
    }
    params
}

/// The scope of a request ([RFC 6749 section 3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)):
/// that of the call, a text or a list, or else the configured one.
pub fn requested_scope(defaults: &Defaults, options: &Value) -> Text {
    let given = options.at("scope").joined_texts().filter(|scope| !scope.is_empty());
    given.unwrap_or_else(|| defaults.scope.clone())
}

/// Whether the scope asks for an ID token: it contains `openid`
/// ([OpenID Connect Core section 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
pub fn asks_for_id_token(scope: &str) -> bool {
    pieces(scope, b' ').contains(&"openid")
}

impl Transaction {
    /// The record to store: the members of the documented client (docs/compatibility.md), and `nonce`,
    /// `issuer`, `resources`, `binding`, `maxAge`, `dpopJkt`, `appState`, `createdAt` and `answered`.
    pub fn to_value(&self, metadata: &Metadata) -> Value {
        let endpoint = Url::parse(&metadata.authorization_endpoint, None);
        object!([
            ("clientId", (&self.client_id).into()),
            ("serverConfig", object!([("baseUrl", endpoint.as_ref().map(Url::origin).into())])),
            ("responseType", "code".into()),
            ("redirectUri", (&self.redirect_uri).into()),
            ("scope", (&self.scope).into()),
            ("state", self.state.reveal().into()),
            ("verifier", self.verifier.as_ref().map(CodeVerifier::reveal).into()),
            ("nonce", self.nonce.as_ref().map(Nonce::reveal).into()),
            ("issuer", (&self.issuer).into()),
            ("resources", self.resources.clone()),
            ("binding", (&self.binding).into()),
            ("maxAge", self.max_age.into()),
            ("dpopJkt", self.jkt.as_ref().into()),
            ("appState", self.app_state.clone()),
            ("createdAt", self.created.into()),
            ("answered", self.answered.as_ref().into()),
        ])
    }

    /// The record that replaces it when the code has been exchanged, for [`Exchanged::read`]. It has no
    /// secret: of the code only the hash, of the user only `subject`, a hash too.
    pub fn to_exchanged(&self, code: &AuthorizationCode, subject: Option<Text>) -> Value {
        object!([
            ("clientId", (&self.client_id).into()),
            ("issuer", (&self.issuer).into()),
            ("done", pkce::sha256(code.reveal()).into()),
            ("subject", subject.into()),
            ("binding", (&self.binding).into()),
            ("appState", self.app_state.clone()),
            ("createdAt", self.created.into()),
        ])
    }

    /// Reads a stored record; `None` without a `state`. Other members that it lacks are taken from the
    /// configuration, and from `issuer`.
    pub fn read(record: &Value, defaults: &Defaults, issuer: &Text) -> Option<Rc<Transaction>> {
        let text = |name, default: &Text| record.non_empty(name).unwrap_or(default).clone();
        let asked = object!([("resource", record.at("resources").clone())]);
        Some(Rc::new(Transaction {
            state: State::new(record.non_empty("state")?),
            verifier: record.non_empty("verifier").map(CodeVerifier::new),
            nonce: record.non_empty("nonce").map(Nonce::new),
            issuer: text("issuer", issuer),
            client_id: text("clientId", &defaults.client_id),
            redirect_uri: text("redirectUri", &defaults.redirect_uri),
            scope: text("scope", &defaults.scope),
            resources: resources(record.get("resources")),
            // Earlier versions, and other client libraries, have not stored it.
            binding: text("binding", &tokens::binding(&Value::NULL, &asked)),
            max_age: record.number("maxAge"),
            jkt: record.non_empty("dpopJkt").cloned(),
            app_state: record.at("appState").clone(),
            created: record.number("createdAt"),
            answered: record.non_empty("answered").cloned(),
        }))
    }

    /// Whether a response comes too late. `now` is in milliseconds since 1970.
    pub fn is_expired(&self, now: f64) -> bool {
        self.created.is_some_and(|created| is_over(created, now))
    }
}

/// Whether an authorization that was started at `created` is expired at `now`, both in milliseconds
/// since 1970. A start in the future shows that the clock has been set back: the age is unknown then,
/// and it counts as expired.
pub fn is_over(created: f64, now: f64) -> bool {
    !(-LEEWAY * 1000.0..=MAX_AGE).contains(&(now - created))
}

/// An authorization whose code this tab has exchanged. The same response arrives again when the user
/// reloads the page of the redirect URI.
pub struct Exchanged {
    /// The issuer of the tokens.
    pub issuer: Text,
    /// The hash of the code.
    code: Text,
    /// The hash of `sub`, where there was an ID token.
    pub subject: Option<Text>,
    /// What the tokens are bound to.
    pub binding: Text,
    /// `appState`: returned to the app again.
    pub app_state: Value,
}

impl Exchanged {
    /// Reads the record of [`Transaction::to_exchanged`]; `None` for any other.
    pub fn read(text: &str) -> Option<Exchanged> {
        let record = parse(text)?;
        Some(Exchanged {
            issuer: record.str("issuer")?.into(),
            code: record.str("done")?.into(),
            subject: record.str("subject").map(Text::from),
            binding: record.text("binding").cloned().unwrap_or_default(),
            app_state: record.at("appState").clone(),
        })
    }

    /// Whether this is the code that was exchanged.
    pub fn is_of(&self, code: &str) -> bool {
        self.code == pkce::sha256(code)
    }
}

/// An authorization response that [`Fit::read`] has checked. A token request is built only from one
/// (docs/decisions.md#what-has-been-checked-has-its-own-type).
pub struct Grant {
    /// `code`
    pub code: AuthorizationCode,
    /// The transaction that the response belongs to.
    pub transaction: Rc<Transaction>,
}

/// An authorization response.
pub enum Response {
    /// A success
    /// ([RFC 6749 section 4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)).
    Code(Grant),
    /// The provider's error
    /// ([RFC 6749 section 4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1)).
    Refused(Error),
}

/// What an authorization response is compared with.
pub struct Fit<'a> {
    /// The transaction that is stored under the response's `state`.
    pub transaction: &'a Rc<Transaction>,
    /// The provider that the request was sent to.
    pub metadata: &'a Metadata,
    /// Whether that provider is AM.
    pub is_am: bool,
    /// The pages that the response may arrive at: the redirect URI, and the page that the app's server
    /// forwards it to (`forwardedTo`).
    pub pages: Vec<Url>,
}

impl Fit<'_> {
    /// Whether a response arrived at one of [`Fit::pages`]. `at` has the URLs that the page has had,
    /// first the one that it was loaded with; it is empty for a response by `fetch`, which arrives at
    /// no page.
    pub fn is_at_page(&self, at: &[Url]) -> bool {
        at.first().is_none_or(|first| {
            self.pages.iter().any(|page| {
                landing::is_at(first, page) && at.iter().any(|url| landing::is_on_route(url, page))
            })
        })
    }

    /// Checks that a response, a success or an error, belongs to the transaction. Returns the provider's
    /// error where it is one.
    ///
    /// The rules, in this order:
    /// - `state` is the one that was sent
    ///   ([RFC 6749 section 10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12));
    /// - no parameter is repeated
    ///   ([RFC 6749 section 3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1));
    /// - it arrives at the redirect URI, which excludes other providers where each has its own
    ///   ([RFC 9700 section 4.4.2.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2.2));
    /// - `iss` is the provider's issuer, and present where the metadata promises it
    ///   ([RFC 9207 section 2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)).
    ///
    /// # Errors
    /// `state_missing`, `state_mismatch`, `answer_invalid`, `landing_mismatch`, `iss_mismatch` or
    /// `iss_missing`, by the rule that is broken; `state_unknown` for a code other than
    /// [`Transaction::answered`].
    pub fn check(&self, params: &Params, at: &[Url]) -> Result<Option<Error>, Error> {
        let state = params.get("state").ok_or_else(|| state_mismatch(Code::StateMissing))?;
        if state != self.transaction.state.reveal() {
            return Err(state_mismatch(Code::StateMismatch));
        }
        if ["state", "iss", "code", "error"].into_iter().any(|name| params.is_repeated(name)) {
            return Err(incomplete());
        }
        if !self.is_at_page(at) {
            return Err(self.wrong_page(at));
        }
        let (error, code) = (params.get("error"), params.get("code"));
        let code = code.map(|code| pkce::sha256(code));
        let answered = &self.transaction.answered;
        if answered.is_some() && *answered != code {
            return Err(state_mismatch(Code::StateUnknown));
        }
        match params.get("iss") {
            Some(issuer) if self.metadata.issuer != issuer => return Err(issuer_mismatch()),
            Some(_) => {}
            // AM sends no `iss` with an error. Without it an attacker can only make a sign-in fail.
            None if error.is_some() && self.is_am => {}
            // The ID token has an `iss` of its own, and nothing else of this response is used.
            None if params.get("id_token").is_some() && code.is_none() && error.is_none() => {}
            None if answered.is_some() || !self.metadata.iss_in_response => {}
            None => return Err(issuer_missing()),
        }
        Ok(error.map(|error| refused(error, params.get("error_description"))))
    }

    /// Checks a response as [`Fit::check`] does, and takes its code.
    ///
    /// # Errors
    /// Those of [`Fit::check`]; `answer_invalid` for a success without a code.
    pub fn read(&self, params: &Params, at: &[Url]) -> Result<Response, Error> {
        if let Some(error) = self.check(params, at)? {
            return Ok(Response::Refused(error));
        }
        let code = AuthorizationCode::new(params.get("code").ok_or_else(incomplete)?);
        Ok(Response::Code(Grant { code, transaction: self.transaction.clone() }))
    }

    fn wrong_page(&self, at: &[Url]) -> Error {
        let place = |url: Option<&Url>| url.map_or_else(Text::default, Url::place);
        let text = [
            "The authorization response arrived at ",
            &place(at.first()),
            ", and its redirectUri is ",
            &place(self.pages.first()),
            ". If your server redirects it to that page, configure the page as forwardedTo. If not, another provider may have answered: start the sign-in again.",
        ];
        Error::new("Landing mismatch", Code::LandingMismatch, Kind::Auth, text.joined())
    }
}

/// Reads the answer to a request with [`PI_FLOW`]: `authorizeResponse` has the parameters of the
/// authorization response.
///
/// # Errors
/// The provider's error, of type `auth_error`; `CONFIGURATION_ERROR` without an answer or for an error
/// status; `Unknown_Error` for an answer of another shape, and where the middleware failed.
pub fn read_fetched(answer: Result<Answer, NetworkFault>) -> Result<Params, Error> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(fault) => {
            let (code, status) = fault.describe();
            return Err(match fault {
                NetworkFault::Middleware(_) | NetworkFault::OtherOrigin => {
                    Error::new("Unknown_Error", code, Kind::Auth, fault.advice())
                }
                _ => misconfigured(code, &fault.advice()).status(status),
            });
        }
    };
    let json = parse(&answer.body).unwrap_or(Value::NULL);
    let status = f64::from(answer.status);
    let response = json.get("authorizeResponse").filter(|response| response.is_object());
    if let (true, Some(response)) = (answer.is_ok(), response) {
        let mut params = Params::new();
        for (name, value) in response.members() {
            match value.data() {
                Some(Data::String(text)) => params.add(name, text),
                // Some servers send codes as numbers.
                Some(Data::Number(number)) => params.add(name, number_text(*number)),
                _ => {}
            }
        }
        return Ok(params);
    }
    if answer.is_ok() {
        let text = "Response schema was not recognized";
        return Err(Error::new("Unknown_Error", Code::AnswerInvalid, Kind::Unknown, text));
    }
    let Some(details) = json.array("details") else {
        let code = oauth_error::code_of(&answer, Some(&json));
        let text = ["The authorization endpoint answered with status ", &answer.status_text(), "."]
            .joined();
        return Err(misconfigured(code, &text)
            .status(status)
            .cause(oauth_error::cause(Some(&json))));
    };
    let first = |name| details.first().and_then(|first| first.non_empty(name));
    Err(match first("code") {
        Some(code) => refused(code, first("message")).status(status),
        None => {
            let text = "Unexpected error response shape";
            Error::new("Unknown_Error", Code::AnswerInvalid, Kind::Auth, text).status(status)
        }
    })
}

/// The documented client's error for a request by fetch that brings no authorization response.
fn misconfigured(code: Code, more: &str) -> Error {
    let text = ["Configuration error. Please check your OAuth configuration, like clientId or allowed redirect URLs. ", more].joined();
    Error::new("CONFIGURATION_ERROR", code, Kind::Network, text)
}

/// The error for a response in which parameters are missing, or repeated
/// ([RFC 6749 section 3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
fn incomplete() -> Error {
    let text = "Response data did not contain expected code and state fields";
    Error::new("Unknown_Error", Code::AnswerInvalid, Kind::Unknown, text)
}

/// The error for a response of another issuer
/// ([RFC 9207 section 2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)).
fn issuer_mismatch() -> Error {
    let text = "The authorization response comes from another issuer (iss). Check the provider's configuration, and start the sign-in again.";
    Error::new("Issuer mismatch", Code::IssMismatch, Kind::Auth, text)
}

/// The error for a response without the `iss` that the provider's metadata promises
/// ([RFC 9207 section 2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)).
fn issuer_missing() -> Error {
    let text = "The authorization response has no iss, which the provider's metadata promises. If your code reads the response, pass iss on: token.exchange(code, state, { iss }).";
    Error::new("Issuer mismatch", Code::IssMissing, Kind::Auth, text)
}

/// The provider's error
/// ([RFC 6749 section 4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1)), in the
/// documented client's form.
fn refused(error: &Text, description: Option<&Text>) -> Error {
    let code = oauth_error::code(error);
    let text = match (description, oauth_error::advice(code)) {
        (Some(description), _) => description,
        (None, Some(advice)) => advice,
        _ => "An unknown error occurred during authorization",
    };
    let cause = object!([("error", error.into()), ("error_description", description.into())]);
    Error::new(error, code, Kind::Auth, text).cause(cause)
}

/// The documented client's error for a response that belongs to no request of this browser.
pub fn state_mismatch(code: Code) -> Error {
    Error::new(
        "State mismatch",
        code,
        Kind::State,
        "The provided state does not match the stored state. This is likely due to passing in used, returned, authorize parameters.",
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::base64url;
    use crate::json::parse;

    pub(crate) fn metadata() -> Metadata {
        Metadata {
            issuer: "https://op.example".into(),
            authorization_endpoint: "https://op.example/authorize?x=1".into(),
            token_endpoint: "https://op.example/token".into(),
            userinfo_endpoint: None,
            revocation_endpoint: None,
            end_session_endpoint: None,
            end_session_page: None,
            par_endpoint: None,
            par_required: false,
            lacks_dpop: false,
            pi_flow: false,
            jwks_uri: None,
            iss_in_response: true,
            response_types: Value::NULL,
        }
    }

    fn defaults(more: &str) -> Defaults {
        Defaults {
            client_id: "me".into(),
            redirect_uri: "https://app/cb".into(),
            scope: "openid email".into(),
            options: parse(&format!("{{{more}}}")).unwrap(),
        }
    }

    fn build(more: &str, options: &str, mode: Mode) -> (Params, Rc<Transaction>) {
        let random = |byte| base64url::encode(&[byte; 32]);
        let fresh = Fresh {
            state: State::new(random(1)),
            nonce: Nonce::new(random(2)),
            verifier: CodeVerifier::new(random(3)),
            jkt: None,
        };
        request(&metadata(), &defaults(more), &parse(options).unwrap(), mode, fresh, 5.0)
    }

    #[test]
    fn a_request_carries_everything() {
        let (params, transaction) = build(
            r#""loginHint":"demo","query":{"a":"b","scope":"evil"}"#,
            "{}",
            Mode::Interactive,
        );
        for (name, value) in [
            ("a", Some("b")),
            ("client_id", Some("me")),
            ("response_type", Some("code")),
            ("scope", Some("openid email")),
            ("redirect_uri", Some("https://app/cb")),
            ("code_challenge_method", Some("S256")),
            ("login_hint", Some("demo")),
            ("prompt", None),
        ] {
            assert_eq!(params.get(name).map(Text::as_str), value, "{name}");
        }
        assert_eq!(params.get("state"), Some(transaction.state.reveal()));
        assert_eq!(params.get("nonce"), transaction.nonce.as_ref().map(Nonce::reveal));
        assert_eq!(
            params.get("code_challenge"),
            Some(&pkce::challenge(transaction.verifier.as_ref().unwrap()))
        );
    }

    #[test]
    fn state_nonce_and_verifier_have_256_bits() {
        let (_, transaction) = build("", "{}", Mode::Interactive);
        for text in [
            transaction.state.reveal(),
            transaction.nonce.as_ref().unwrap().reveal(),
            transaction.verifier.as_ref().unwrap().reveal(),
        ] {
            assert_eq!(base64url::decode(text).unwrap().len(), 32);
        }
    }

    #[test]
    fn prompt_none_is_the_backgrounds_alone() {
        let prompt =
            |more, options, mode| build(more, options, mode).0.get("prompt").map(Text::from);
        assert_eq!(prompt(r#""prompt":"login""#, "{}", Mode::Background).as_deref(), Some("none"));
        assert_eq!(
            prompt(r#""prompt":"login""#, "{}", Mode::Interactive).as_deref(),
            Some("login")
        );
        assert_eq!(prompt(r#""prompt":"none""#, "{}", Mode::Interactive), None);
    }

    #[test]
    fn a_nonce_is_sent_only_for_an_id_token_or_when_given() {
        assert!(build("", r#"{"scope":"email"}"#, Mode::Interactive).1.nonce.is_none());
        assert_eq!(
            build("", r#"{"nonce":"mine"}"#, Mode::Interactive).1.nonce.as_ref().unwrap().reveal(),
            "mine"
        );
    }

    #[test]
    fn a_record_round_trips_and_expires() {
        let (_, transaction) = build("", "{}", Mode::Interactive);
        let record = transaction.to_value(&metadata());
        assert_eq!(
            record.get("serverConfig").and_then(|server| server.str("baseUrl")),
            Some("https://op.example")
        );
        let again = Transaction::read(&record, &defaults(""), &"".into()).unwrap();
        assert_eq!(again.to_value(&metadata()), record);
        assert!(!again.is_expired(5.0 + MAX_AGE) && again.is_expired(6.0 + MAX_AGE));
        // A clock that was set back since.
        assert!(!again.is_expired(5.0 - 300_000.0) && again.is_expired(4.0 - 300_000.0));
        assert!(Transaction::read(&Value::NULL, &defaults(""), &"".into()).is_none());
    }

    #[test]
    fn a_response_is_checked_state_first() {
        let check = |query: &str| {
            let (_, transaction) = build("", "{}", Mode::Background);
            let query = query.replace("STATE", transaction.state.reveal());
            let metadata = metadata();
            let fit =
                Fit { transaction: &transaction, metadata: &metadata, is_am: false, pages: vec![] };
            match fit.read(&Params::parse(&query), &[]) {
                Ok(Response::Code(grant)) => Ok(grant.code.reveal().to_string()),
                Ok(Response::Refused(error)) => Err((error.error().to_owned(), error.code())),
                Err(error) => Err((error.error().to_owned(), error.code())),
            }
        };
        let iss = "iss=https%3A%2F%2Fop.example";
        assert_eq!(check(&["code=c&state=STATE&", iss].joined()), Ok("c".into()));
        for (query, error, code) in [
            (["code=c&", iss].joined(), "State mismatch", Code::StateMissing),
            (["code=c&state=other&", iss].joined(), "State mismatch", Code::StateMismatch),
            (
                ["error=login_required&state=other&", iss].joined(),
                "State mismatch",
                Code::StateMismatch,
            ),
            ("code=c&state=STATE".into(), "Issuer mismatch", Code::IssMissing),
            ("error=x&state=STATE".into(), "Issuer mismatch", Code::IssMissing),
            (
                "code=c&state=STATE&iss=https%3A%2F%2Fevil".into(),
                "Issuer mismatch",
                Code::IssMismatch,
            ),
            (
                "error=x&state=STATE&iss=https%3A%2F%2Fevil".into(),
                "Issuer mismatch",
                Code::IssMismatch,
            ),
            (
                ["error=login_required&state=STATE&", iss].joined(),
                "login_required",
                Code::LoginRequired,
            ),
            (["state=STATE&", iss].joined(), "Unknown_Error", Code::AnswerInvalid),
            (
                ["code=c&state=STATE&", iss, "&iss=evil"].joined(),
                "Unknown_Error",
                Code::AnswerInvalid,
            ),
            (["code=c&code=d&state=STATE&", iss].joined(), "Unknown_Error", Code::AnswerInvalid),
            (["code=c&state=STATE&state=x&", iss].joined(), "Unknown_Error", Code::AnswerInvalid),
        ] {
            assert_eq!(check(&query), Err((error.to_owned(), code)), "{query}");
        }
    }
}

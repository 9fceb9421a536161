//! The error value that every failed call resolves to (docs/decisions.md#errors-are-values).

use crate::json::{Value, object};
use crate::text::Text;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The reason of an error, for apps to compare: `code` in JavaScript. Codes are stable, and listed
        /// in docs/errors.md.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as JavaScript sees it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }
        }
    };
}

codes! {
    // The app's.
    /// An argument is missing or of the wrong type.
    ArgumentInvalid = "argument_invalid",
    /// The configuration lacks something or contradicts itself.
    ConfigInvalid = "config_invalid",
    /// No user is signed in: no tokens are stored.
    NotSignedIn = "not_signed_in",
    /// The app's middleware threw; the request was not sent.
    MiddlewareFailed = "middleware_failed",
    /// The app's middleware changed the URL of a request with a token to another origin; it was not sent.
    RequestOrigin = "request_origin",
    /// The user signed out, or another one signed in, while the call was pending.
    SignedOut = "signed_out",

    // The browser's.
    /// The page is not a secure context, so the browser offers no cryptography.
    InsecureContext = "insecure_context",
    /// There is no browser, as on a server or in a build.
    UnsupportedEnvironment = "unsupported_environment",
    /// The call was made in the hidden frame of a background authorization.
    InsideOwnFrame = "inside_own_frame",
    /// A sign-out is about to leave this page.
    SigningOut = "signing_out",
    /// The browser forbids access to the storage.
    StorageBlocked = "storage_blocked",
    /// The storage is full.
    StorageFull = "storage_full",
    /// The storage failed for another reason.
    StorageFailed = "storage_failed",
    /// Another tab held the lock for too long.
    LockTimeout = "lock_timeout",
    /// The browser is offline.
    Offline = "offline",
    /// The request has no answer: the server can't be reached, or CORS or the page's policy forbids it.
    NetworkFailed = "network_failed",
    /// The server did not answer in time.
    Timeout = "timeout",
    /// The hidden frame shows a page that is not the redirect URI.
    FrameUnexpectedPage = "frame_unexpected_page",
    /// No response arrived in the hidden frame in time.
    FrameTimeout = "frame_timeout",
    /// The hidden frame could not be created.
    FrameBlocked = "frame_blocked",
    /// The browser did not open the window.
    PopupBlocked = "popup_blocked",
    /// The user closed the window.
    PopupClosed = "popup_closed",
    /// No response arrived from the window in time.
    PopupTimeout = "popup_timeout",

    // The provider's.
    /// The answer has an error status and no OAuth error.
    HttpError = "http_error",
    /// The answer is not JSON.
    AnswerNotJson = "answer_not_json",
    /// The answer lacks a member that the specification requires.
    AnswerInvalid = "answer_invalid",
    /// The well-known document is incomplete, or breaks a rule.
    DiscoveryInvalid = "discovery_invalid",
    /// The well-known document names another issuer
    /// ([OpenID Connect Discovery section 4.3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation)).
    DiscoveryIssuerMismatch = "discovery_issuer_mismatch",
    /// The well-known document lacks an endpoint that the call needs.
    EndpointMissing = "endpoint_missing",
    /// The access token was refused with 401: call `token.get({ forceRenew: true })`
    /// ([RFC 6750 section 3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)).
    TokenRejected = "token_rejected",
    /// The DPoP key of the stored tokens is not in this browser any more.
    DpopKeyLost = "dpop_key_lost",
    /// The provider has issued tokens that are not bound to the DPoP key
    /// ([RFC 9449 section 5](https://www.rfc-editor.org/rfc/rfc9449#section-5)).
    DpopNotBound = "dpop_not_bound",
    /// The DPoP key can't be made or used in this browser.
    DpopUnavailable = "dpop_unavailable",
    /// Nothing says whether the provider's session is over.
    SessionUnconfirmed = "session_unconfirmed",

    // The provider's OAuth errors, by their registered names: `crate::protocol::oauth_error`.
    /// The user or the provider denied the request.
    AccessDenied = "access_denied",
    /// The user has to select an account.
    AccountSelectionRequired = "account_selection_required",
    /// The user has to consent.
    ConsentRequired = "consent_required",
    /// The access token lacks a scope.
    InsufficientScope = "insufficient_scope",
    /// The user has to sign in, or to confirm something.
    InteractionRequired = "interaction_required",
    /// The server does not accept the DPoP proof
    /// ([RFC 9449 section 5](https://www.rfc-editor.org/rfc/rfc9449#section-5)).
    InvalidDpopProof = "invalid_dpop_proof",
    /// The provider does not accept the client.
    InvalidClient = "invalid_client",
    /// The code or the refresh token is used, expired or revoked: the user has to sign in again.
    InvalidGrant = "invalid_grant",
    /// The request is incomplete or malformed.
    InvalidRequest = "invalid_request",
    /// The provider does not accept the request object.
    InvalidRequestObject = "invalid_request_object",
    /// The pushed request is expired or used.
    InvalidRequestUri = "invalid_request_uri",
    /// The scope is not granted to the client.
    InvalidScope = "invalid_scope",
    /// The resource is unknown
    /// ([RFC 8707 section 2](https://www.rfc-editor.org/rfc/rfc8707#section-2)).
    InvalidTarget = "invalid_target",
    /// The token is expired or revoked
    /// ([RFC 6750 section 3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)).
    InvalidToken = "invalid_token",
    /// No user is signed in at the provider.
    LoginRequired = "login_required",
    /// The provider does not support `request`.
    RequestNotSupported = "request_not_supported",
    /// The provider does not support `request_uri`.
    RequestUriNotSupported = "request_uri_not_supported",
    /// The provider failed with an error of its own.
    ServerError = "server_error",
    /// The provider is busy.
    TemporarilyUnavailable = "temporarily_unavailable",
    /// The client is not allowed to do this.
    UnauthorizedClient = "unauthorized_client",
    /// The provider does not support the grant.
    UnsupportedGrantType = "unsupported_grant_type",
    /// The provider does not support the response type.
    UnsupportedResponseType = "unsupported_response_type",
    /// The provider does not revoke tokens of this type
    /// ([RFC 7009 section 2.2.1](https://www.rfc-editor.org/rfc/rfc7009#section-2.2.1)).
    UnsupportedTokenType = "unsupported_token_type",
    /// The server demands a DPoP nonce
    /// ([RFC 9449 section 8](https://www.rfc-editor.org/rfc/rfc9449#section-8)).
    UseDpopNonce = "use_dpop_nonce",
    /// An OAuth error that is not registered; `cause.error` has its name.
    OauthError = "oauth_error",

    // The authorization response.
    /// The response has no `state`.
    StateMissing = "state_missing",
    /// This browser tab sent no request with this `state`, or its response was already used.
    StateUnknown = "state_unknown",
    /// The `state` is not the one that was sent
    /// ([RFC 6749 section 10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)).
    StateMismatch = "state_mismatch",
    /// The request was made more than an hour ago.
    TransactionExpired = "transaction_expired",
    /// The response arrived at a page that is not the redirect URI.
    LandingMismatch = "landing_mismatch",
    /// `iss` of the response is another issuer
    /// ([RFC 9207 section 2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)).
    IssMismatch = "iss_mismatch",
    /// The response has no `iss`, which the provider's metadata promises
    /// ([RFC 9207 section 2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)).
    IssMissing = "iss_missing",

    // The ID token, by the rule that it breaks: `crate::protocol::id_token`.
    /// The scope has `openid`, and there is no ID token.
    IdTokenMissing = "id_token_missing",
    /// It is not a signed JSON Web Token.
    IdTokenMalformed = "id_token_malformed",
    /// Its `alg` is not allowed.
    IdTokenAlgorithm = "id_token_algorithm",
    /// No key of the issuer verifies its signature.
    IdTokenSignature = "id_token_signature",
    /// `iss` is another issuer.
    IdTokenIssuer = "id_token_issuer",
    /// `aud` or `azp` is another client.
    IdTokenAudience = "id_token_audience",
    /// `exp` is missing, not a number, or past.
    IdTokenExpired = "id_token_expired",
    /// `iat` is missing or not a number, or `iat` or `nbf` is in the future.
    IdTokenTime = "id_token_time",
    /// `auth_time` is missing, not a number, or longer ago than `max_age`.
    IdTokenAuthTime = "id_token_auth_time",
    /// `nonce` is not the one that was sent.
    IdTokenNonce = "id_token_nonce",
    /// `at_hash` is not the hash of the access token.
    IdTokenAtHash = "id_token_at_hash",
    /// `sub` is missing, not a text, or another user than before.
    IdTokenSubject = "id_token_subject",
    /// The issuer's keys could not be fetched, or none of them can verify the ID token.
    JwksUnavailable = "jwks_unavailable",
    /// The user details are about another user than the ID token.
    UserinfoSubject = "userinfo_subject",

    // This package's.
    /// A fault in this package.
    InternalError = "internal_error",
}

/// The kind of an error, with the documented client's names: `type` in JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `argument_error`
    Argument,
    /// `auth_error`
    Auth,
    /// `exchange_error`
    Exchange,
    /// `internal_error`
    Internal,
    /// `network_error`
    Network,
    /// `parse_error`
    Parse,
    /// `state_error`
    State,
    /// `unknown_error`
    Unknown,
    /// `wellknown_error`
    Wellknown,
}

impl Kind {
    /// The kind as JavaScript sees it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Argument => "argument_error",
            Kind::Auth => "auth_error",
            Kind::Exchange => "exchange_error",
            Kind::Internal => "internal_error",
            Kind::Network => "network_error",
            Kind::Parse => "parse_error",
            Kind::State => "state_error",
            Kind::Unknown => "unknown_error",
            Kind::Wellknown => "wellknown_error",
        }
    }
}

/// A failed call: in JavaScript `{ error, code, type, message, error_description, status?, cause? }`, and
/// further members for some calls (docs/errors.md).
#[derive(Clone, Debug, PartialEq)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, PartialEq)]
struct Inner {
    error: Text,
    code: Code,
    kind: Kind,
    message: Text,
    status: Value,
    cause: Value,
    extra: Value,
}

impl Error {
    /// An error without `status` and `cause`. `error` is the documented client's text or the provider's
    /// OAuth error; `message` says what happened and what to do, and has no secret.
    pub fn new(error: impl Into<Text>, code: Code, kind: Kind, message: impl Into<Text>) -> Self {
        Self::build(error.into(), code, kind, message.into())
    }

    /// Not generic and not inlined, since errors are made in many places: less code.
    #[inline(never)]
    fn build(error: Text, code: Code, kind: Kind, message: Text) -> Self {
        let (status, cause, extra) = (Value::NULL, Value::NULL, object!([]));
        Error(Box::new(Inner { error, code, kind, message, status, cause, extra }))
    }

    /// Sets `status`: the HTTP status, or the documented client's word where there is none, such as
    /// `FETCH_ERROR`.
    pub fn status(mut self, status: impl Into<Value>) -> Self {
        self.0.status = status.into();
        self
    }

    /// Sets `cause`: the provider's error, or what the app's code threw. It must have no secret.
    pub fn cause(mut self, cause: impl Into<Value>) -> Self {
        self.0.cause = cause.into();
        self
    }

    /// Sets a further member.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.extra.set(name, value);
        self
    }

    /// Whether there is a further member called `name`.
    pub fn has(&self, name: &str) -> bool {
        self.0.extra.get(name).is_some()
    }

    /// Removes a further member.
    pub fn without(mut self, name: &str) -> Self {
        self.0.extra.retain(&|other, _| other != name);
        self
    }

    /// `error`: the documented client's text, or the provider's OAuth error.
    pub fn error(&self) -> &str {
        &self.0.error
    }

    /// `code`
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// `type`
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Whether the same request may succeed later: it was not sent or not answered, or the status is 429
    /// or 5xx.
    pub fn is_passing(&self) -> bool {
        let unanswered = matches!(
            self.0.code,
            Code::Offline
                | Code::Timeout
                | Code::NetworkFailed
                | Code::MiddlewareFailed
                | Code::RequestOrigin
        );
        let passes = |status: f64| status == 429.0 || status >= 500.0;
        unanswered || self.0.status.as_number().is_some_and(passes)
    }

    /// Whether the HTTP status is 4xx: the server refused the request.
    pub fn is_client_error(&self) -> bool {
        self.0.status.as_number().is_some_and(|status| (400.0..500.0).contains(&status))
    }

    /// The HTTP status; `None` where there was no answer.
    pub fn http_status(&self) -> Option<f64> {
        self.0.status.as_number()
    }

    /// `message`: what happened and what to do, for developers.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Takes `status` and `cause` from `other`, which this error replaces.
    pub fn details_of(mut self, other: &Error) -> Self {
        self.0.status.clone_from(&other.0.status);
        self.0.cause.clone_from(&other.0.cause);
        self
    }

    /// The value for JavaScript. `error_description` is that of `cause`, or the message.
    pub fn into_value(self) -> Value {
        let inner = *self.0;
        let message = Value::from(inner.message);
        let described = inner.cause.str("error_description");
        let description = described.map_or_else(|| message.clone(), Value::from);
        let mut value = object!([
            ("error", Value::from(inner.error)),
            ("code", inner.code.as_str().into()),
            ("type", inner.kind.as_str().into()),
            ("message", message),
            ("error_description", description),
        ]);
        for (name, detail) in [("status", inner.status), ("cause", inner.cause)] {
            if !detail.is_null() {
                value.set(name, detail);
            }
        }
        for (name, detail) in inner.extra.members() {
            value.set(name, detail.clone());
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::to_text;

    #[test]
    fn a_value_has_both_texts() {
        let error = Error::new("E", Code::Timeout, Kind::Network, "wait")
            .status(503.0)
            .with("redirectUrl", "u");
        assert_eq!(
            to_text(&error.into_value()),
            r#"{"error":"E","code":"timeout","type":"network_error","message":"wait","error_description":"wait","status":503,"redirectUrl":"u"}"#
        );
    }

    #[test]
    fn codes_are_distinct_lower_snake_case() {
        let mut codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(codes.iter().all(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }
}

//! The one error value: what every failed call resolves to.

use crate::json::{Value, object};
use crate::text::Text;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The stable, machine-readable reason of an error: `code` in JavaScript.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, for the tests of the documentation.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as JavaScript sees it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }
        }
    };
}

codes! {
    // The caller's.
    /// An argument is missing or of the wrong type.
    ArgumentInvalid = "argument_invalid",
    /// The configuration lacks something or contradicts itself.
    ConfigInvalid = "config_invalid",
    /// The call was given up by the caller's `AbortSignal`.
    Aborted = "aborted",
    /// Nothing is stored: nobody is signed in.
    NotSignedIn = "not_signed_in",
    /// The app's middleware threw.
    MiddlewareFailed = "middleware_failed",
    /// The app's middleware would have sent a token to another origin.
    RequestOrigin = "request_origin",
    /// Somebody signed out while the call was under way.
    SignedOut = "signed_out",

    // The browser's.
    /// The page is not a secure context, so the browser offers no cryptography.
    InsecureContext = "insecure_context",
    /// There is no browser here (a server, a build).
    UnsupportedEnvironment = "unsupported_environment",
    /// The call came from inside the hidden frame of a background authorization.
    InsideOwnFrame = "inside_own_frame",
    /// A sign-out of this page is under way, and about to leave it.
    SigningOut = "signing_out",
    /// The browser forbids access to the storage.
    StorageBlocked = "storage_blocked",
    /// The storage is full.
    StorageFull = "storage_full",
    /// The storage failed in another way.
    StorageFailed = "storage_failed",
    /// Another tab kept the lock for too long.
    LockTimeout = "lock_timeout",
    /// The browser has no network.
    Offline = "offline",
    /// The request got no answer: the server is down, or CORS forbids it.
    NetworkFailed = "network_failed",
    /// The server did not answer in time.
    Timeout = "timeout",
    /// The hidden frame shows a page that is not the redirect URI.
    FrameUnexpectedPage = "frame_unexpected_page",
    /// Nothing came back in the hidden frame in time.
    FrameTimeout = "frame_timeout",
    /// The hidden frame could not be made.
    FrameBlocked = "frame_blocked",
    /// The browser did not open the window.
    PopupBlocked = "popup_blocked",
    /// The person closed the window.
    PopupClosed = "popup_closed",
    /// Nothing came back from the window in time.
    PopupTimeout = "popup_timeout",

    // The server's.
    /// The server answered with an error status.
    HttpError = "http_error",
    /// The server's answer is not JSON.
    AnswerNotJson = "answer_not_json",
    /// The server's answer lacks what the specification demands.
    AnswerInvalid = "answer_invalid",
    /// The well-known document is incomplete.
    DiscoveryInvalid = "discovery_invalid",
    /// The well-known document names another issuer.
    DiscoveryIssuerMismatch = "discovery_issuer_mismatch",
    /// The well-known document lacks an endpoint that this call needs.
    EndpointMissing = "endpoint_missing",
    /// The access token was not accepted: get a new one by `token.get({ forceRenew: true })`.
    TokenRejected = "token_rejected",
    /// Nothing says whether the session at the server is over.
    SessionUnconfirmed = "session_unconfirmed",

    // The OAuth errors, by their registered names: `crate::protocol::oauth_error`.
    /// The user or the provider denied the request.
    AccessDenied = "access_denied",
    /// The user has to select an account.
    AccountSelectionRequired = "account_selection_required",
    /// The user has to consent.
    ConsentRequired = "consent_required",
    /// The access token lacks a scope.
    InsufficientScope = "insufficient_scope",
    /// The user has to interact with the provider.
    InteractionRequired = "interaction_required",
    /// The provider does not accept the client.
    InvalidClient = "invalid_client",
    /// The code or refresh token is over: a new sign-in is needed.
    InvalidGrant = "invalid_grant",
    /// The provider finds the request incomplete or malformed.
    InvalidRequest = "invalid_request",
    /// The request object is not accepted.
    InvalidRequestObject = "invalid_request_object",
    /// The pushed request is over.
    InvalidRequestUri = "invalid_request_uri",
    /// The scope is not granted to the client.
    InvalidScope = "invalid_scope",
    /// The resource is unknown (RFC 8707).
    InvalidTarget = "invalid_target",
    /// The token is over (RFC 6750).
    InvalidToken = "invalid_token",
    /// No user is signed in at the provider.
    LoginRequired = "login_required",
    /// The provider does not support `request`.
    RequestNotSupported = "request_not_supported",
    /// The provider does not support `request_uri`.
    RequestUriNotSupported = "request_uri_not_supported",
    /// The OAuth error of this name: the provider's own fault.
    ServerError = "server_error",
    /// The provider is busy.
    TemporarilyUnavailable = "temporarily_unavailable",
    /// The client may not do this.
    UnauthorizedClient = "unauthorized_client",
    /// The provider does not support the grant.
    UnsupportedGrantType = "unsupported_grant_type",
    /// The provider does not support the response type.
    UnsupportedResponseType = "unsupported_response_type",
    /// The provider can't revoke this kind of token (RFC 7009).
    UnsupportedTokenType = "unsupported_token_type",
    /// An OAuth error that is not registered: its name is in `cause.error`.
    OauthError = "oauth_error",

    // The authorization response.
    /// The response has no `state`.
    StateMissing = "state_missing",
    /// No authorization with this `state` was started here, or it was already used.
    StateUnknown = "state_unknown",
    /// The `state` is not the one that was sent.
    StateMismatch = "state_mismatch",
    /// The authorization was started too long ago.
    TransactionExpired = "transaction_expired",
    /// The response came to another page than the redirect URI.
    LandingMismatch = "landing_mismatch",
    /// The `iss` of the response is another issuer's (RFC 9207).
    IssMismatch = "iss_mismatch",
    /// The provider promises `iss`, and the response has none (RFC 9207).
    IssMissing = "iss_missing",

    // The ID token, by the rule that failed.
    /// `openid` was asked for and no ID token came.
    IdTokenMissing = "id_token_missing",
    /// It is not a JSON Web Token.
    IdTokenMalformed = "id_token_malformed",
    /// Its `alg` is not allowed.
    IdTokenAlgorithm = "id_token_algorithm",
    /// No key of the issuer verifies its signature.
    IdTokenSignature = "id_token_signature",
    /// `iss`.
    IdTokenIssuer = "id_token_issuer",
    /// `aud` or `azp`.
    IdTokenAudience = "id_token_audience",
    /// `exp`.
    IdTokenExpired = "id_token_expired",
    /// `iat` or `nbf`.
    IdTokenTime = "id_token_time",
    /// `auth_time`: the sign-in is older than `max_age`.
    IdTokenAuthTime = "id_token_auth_time",
    /// `nonce`.
    IdTokenNonce = "id_token_nonce",
    /// `at_hash`.
    IdTokenAtHash = "id_token_at_hash",
    /// `sub` is missing, or another person's than before.
    IdTokenSubject = "id_token_subject",
    /// The issuer's keys could not be fetched, or have none for the ID token.
    JwksUnavailable = "jwks_unavailable",
    /// The user details are about somebody else than the ID token.
    UserinfoSubject = "userinfo_subject",

    // Ours.
    /// A fault in this library.
    InternalError = "internal_error",
}

/// Whose fault it is, in the contract's words: `type` in JavaScript.
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
    /// The type as JavaScript sees it.
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

/// A failed call. In JavaScript `{ error, code, type, message, error_description, status?, cause? }`
/// plus, for some calls, further members.
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
    /// An error: the contract's string, our code, its type, and what to do about it.
    pub fn new(error: impl Into<Text>, code: Code, kind: Kind, message: impl Into<Text>) -> Self {
        Self::build(error.into(), code, kind, message.into())
    }

    /// Not generic and not inlined: errors are made in many places.
    #[inline(never)]
    fn build(error: Text, code: Code, kind: Kind, message: Text) -> Self {
        let (status, cause, extra) = (Value::NULL, Value::NULL, object!([]));
        Error(Box::new(Inner { error, code, kind, message, status, cause, extra }))
    }

    /// The same with the HTTP status, or the name of what came in its place.
    pub fn status(mut self, status: impl Into<Value>) -> Self {
        self.0.status = status.into();
        self
    }

    /// The same with what caused it. Never a secret.
    pub fn cause(mut self, cause: impl Into<Value>) -> Self {
        self.0.cause = cause.into();
        self
    }

    /// The same with one more member.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.extra.set(name, value);
        self
    }

    /// Whether it has a further member.
    pub fn has(&self, name: &str) -> bool {
        self.0.extra.get(name).is_some()
    }

    /// The same without a further member.
    pub fn without(mut self, name: &str) -> Self {
        self.0.extra.retain(&|other, _| other != name);
        self
    }

    /// The contract's string.
    pub fn error(&self) -> &str {
        &self.0.error
    }

    /// Our stable code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Whose fault it is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// True when the same request may succeed later: it was never sent or never answered, or the
    /// server said so (429), or has a fault of its own.
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

    /// Whether the server found the request wrong: an HTTP status of 4xx.
    pub fn is_client_error(&self) -> bool {
        self.0.status.as_number().is_some_and(|status| (400.0..500.0).contains(&status))
    }

    /// The HTTP status.
    pub fn http_status(&self) -> Option<f64> {
        self.0.status.as_number()
    }

    /// What to tell the reader.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The status and the cause, for an error that is reported in other words.
    pub fn details_of(mut self, other: &Error) -> Self {
        self.0.status.clone_from(&other.0.status);
        self.0.cause.clone_from(&other.0.cause);
        self
    }

    /// The value that JavaScript gets.
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

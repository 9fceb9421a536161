//! OAuth 2.0 and OpenID Connect: each file builds a request, or reads a response, and does no I/O
//! (docs/decisions.md#rules-do-no-io). Where to find a rule: docs/architecture.md#where-to-find-a-rule

pub mod authorize;
pub mod discovery;
pub mod dpop;
pub mod exchange;
pub mod id_token;
pub mod jwk;
pub mod landing;
pub mod logout;
pub mod oauth_error;
pub mod par;
pub mod pkce;
pub mod refresh;
pub mod revoke;
pub mod session_check;
pub mod tokens;
pub mod userinfo;

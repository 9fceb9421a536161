//! OAuth 2.0 and OpenID Connect: every rule and every decision of the `oidc()` client.
//!
//! All files but those in `client` build a request or read an answer, and neither fetch nor store.
#![forbid(unsafe_code)]

pub mod authorize;
pub mod client;
pub mod config;
pub mod discovery;
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
pub mod whose;

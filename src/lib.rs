//! Sign-in for web apps: AM authentication journeys and OpenID Connect, on one core.
//!
//! From the ground up:
//!
//! - [`text`], [`json`], [`url`], [`base64url`], [`secret`], [`http`], [`storage`], [`log`], [`fault`] and
//!   [`error`] are the vocabulary;
//!   [`done`] is what is known of a sign-out.
//! - [`protocol`] is OAuth and OpenID Connect, and [`am`] is PingAM: each file builds a request or reads
//!   an answer, and neither fetches nor stores.
//! - [`platform`] is the trait through which everything above reaches the world; [`task`] lets
//!   overlapping calls share one piece of work.
//! - [`page`] is what the clients of one page share.
//! - [`oidc`] and [`journey`] are the two clients.
//! - `web` is the platform of a web page, and what JavaScript calls. It exists for WebAssembly alone, and
//!   goes on in `js/*.js`, which is built into the package's glue.

pub mod am;
pub mod base64url;
pub mod done;
pub mod error;
pub mod fault;
pub mod http;
pub mod journey;
pub mod json;
pub mod log;
pub mod oidc;
pub mod page;
pub mod platform;
pub mod protocol;
pub mod secret;
pub mod storage;
pub mod task;
pub mod text;
pub mod url;

#[cfg(all(any(test, fuzzing), not(target_arch = "wasm32")))]
pub mod testing;

#[cfg(target_arch = "wasm32")]
pub mod web;

//! Sign-in for web apps: AM authentication journeys and OpenID Connect, on one core.
//!
//! *Documented* is what the clients of docs/compatibility.md have, whose names and texts apps compare. What
//! happens in a call is in docs/architecture.md, and why in docs/decisions.md.
//!
//! The modules are floors, each of which uses only itself and those below: docs/architecture.md#the-floors

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

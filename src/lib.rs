//! Sign-in for web apps: AM authentication journeys and OpenID Connect, on one core.
//!
//! - [`oidc`] and [`journey`] hold every rule and every decision, and reach the world only through
//!   the trait in [`platform`].
//! - `browser` is that trait for a web page; `js` is what JavaScript calls. Both exist for
//!   WebAssembly alone, and go on in `js/*.js`, which is built into the package's glue.
//! - [`am`] and [`session`] are what both know of PingAM; [`done`] is what is known of a sign-out; [`context`] is what the clients of one page
//!   share, and `notes` what those of all tabs do; [`event`] tells what happens; [`flight`] lets overlapping calls share one piece of work.
//! - [`error`], [`json`], [`text`], [`url`], [`base64url`], [`secret`] and [`log`] are the vocabulary.

pub mod am;
pub mod base64url;
pub mod context;
mod documents;
pub mod done;
pub mod error;
pub mod event;
pub mod flight;
pub mod journey;
pub mod json;
pub mod log;
mod notes;
pub mod oidc;
pub mod platform;
pub mod secret;
pub mod session;
pub mod signing_out;
pub mod text;
pub mod url;

#[cfg(test)]
mod bounds;
#[cfg(all(any(test, fuzzing), not(target_arch = "wasm32")))]
pub mod fuzzing;
#[cfg(test)]
mod testing;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
mod js;

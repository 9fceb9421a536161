//! AM authentication journeys: every rule and every decision of the journey client.
//!
//! All files but `client` build a request or read an answer, and neither fetch nor store.
#![forbid(unsafe_code)]

pub mod client;
pub mod config;
#[cfg(test)]
mod flows;
pub mod redirect;
pub mod step;

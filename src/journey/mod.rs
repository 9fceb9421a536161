//! The journey client.
#![forbid(unsafe_code)]

pub mod client;
pub mod config;

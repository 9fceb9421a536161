//! The `journey()` client for PingAM.
#![forbid(unsafe_code)]

pub mod client;
pub mod config;

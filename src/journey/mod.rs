//! The `journey()` client for PingAM.

pub mod client;
pub mod config;

//! PingAM: each file builds a request or reads an answer, and neither fetches nor stores.
#![forbid(unsafe_code)]

pub mod endpoints;
pub mod realm;
pub mod redirect;
pub mod session;
pub mod step;

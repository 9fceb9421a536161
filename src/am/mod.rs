//! PingAM: each file builds a request, or reads an answer, and does no I/O
//! (docs/decisions.md#rules-do-no-io).

pub mod endpoints;
pub mod realm;
pub mod redirect;
pub mod session;
pub mod step;

//! What JavaScript calls. Conversions only.
//!
//! What takes time tells a function `settle` what comes of it: the value, or the error value of
//! [`crate::error::Error`]. Only plain data crosses; the handles stay inside `pkg`.

pub mod browser;
pub(crate) mod convert;
mod journey;
mod logger;
mod oidc;
pub mod page;
pub(crate) mod request;
pub(crate) mod tasks;

use talc::cell::TalcSyncCell;
use talc::wasm::{WasmBinning, WasmGrowAndClaim};

use crate::page::Context;
use crate::web::browser::Browser;

#[global_allocator]
static ALLOCATOR: TalcSyncCell<WasmGrowAndClaim, WasmBinning> =
    TalcSyncCell::new_wasm(WasmGrowAndClaim);

thread_local! {
    static CONTEXT: &'static Context<Browser> = Context::new(Browser::default());
}

/// What all clients of this instance share.
fn context() -> &'static Context<Browser> {
    CONTEXT.with(|context| *context)
}

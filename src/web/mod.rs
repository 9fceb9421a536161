//! What JavaScript calls. Conversions only.
//!
//! What takes time returns a promise, which resolves to the value, or to the error value of
//! [`crate::error::Error`], and never rejects. Only plain data crosses; the handles stay inside `pkg`.

pub mod browser;
mod convert;
pub mod fault;
mod journey;
mod logger;
mod oidc;
mod page;
mod request;

use talc::cell::TalcSyncCell;
use talc::wasm::{WasmBinning, WasmGrowAndClaim};

use crate::page::Page;
use crate::web::browser::Browser;

#[global_allocator]
static ALLOCATOR: TalcSyncCell<WasmGrowAndClaim, WasmBinning> =
    TalcSyncCell::new_wasm(WasmGrowAndClaim);

thread_local! {
    static PAGE: &'static Page<Browser> = Page::new(Browser::default());
}

/// What all clients of this instance share.
fn page_of_all() -> &'static Page<Browser> {
    PAGE.with(|page| *page)
}

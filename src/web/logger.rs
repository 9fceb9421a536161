//! The app's logger: `{ level, custom? }`.

use wasm_bindgen::JsValue;

use super::convert::member;
use crate::json::Value;
use crate::log::{Level, Logger};
use crate::text::as_text;
use crate::web::page::log;

/// Reads the factory's `logger` argument; the level is the first of `logger.level`, `config.log`
/// and `'error'`.
pub fn read(logger: &JsValue, config: &Value) -> Logger {
    let level = as_text(&member(logger, "level"));
    let level = level.as_deref().or_else(|| config.str("log")).and_then(Level::from_name);
    let custom = member(logger, "custom");
    Logger::new(
        level.unwrap_or(Level::Error),
        Box::new(move |level, text| {
            let name = match level {
                Level::None => return,
                Level::Error => "error",
                Level::Warn => "warn",
                Level::Info => "info",
                Level::Debug => "debug",
            };
            log(&custom, name, text);
        }),
    )
}

//! The app's logger: `{ level, custom? }`.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::convert::member;
use crate::json::Value;
use crate::log::{Level, Logger};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = console)]
    static CONSOLE: JsValue;
}

/// Reads the factory's `logger` argument; the level is the first of `logger.level`, `config.log`
/// and `'error'`.
pub fn read(logger: &JsValue, config: &Value) -> Logger {
    let level = member(logger, "level").as_string();
    let level = level.as_deref().or_else(|| config.str("log")).and_then(Level::from_name);
    let custom = member(logger, "custom");
    Logger::new(
        level.unwrap_or(Level::Error),
        Box::new(move |level, text| log(&custom, level, text)),
    )
}

fn log(custom: &JsValue, level: Level, text: &str) {
    let name = match level {
        Level::None => return,
        Level::Error => "error",
        Level::Warn => "warn",
        Level::Info => "info",
        Level::Debug => "debug",
    };
    let sink = |of: &JsValue| member(of, name).dyn_into::<Function>().ok();
    let sink = sink(custom).or_else(|| CONSOLE.with(sink));
    // A logger that throws must not stop a sign-in.
    let _ = sink.map(|sink| sink.apply(custom, &Array::of1(&text.into())));
}

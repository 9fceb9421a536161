//! Web storage, which may be missing, forbidden or full, and memory in the shape of it.

use std::cell::RefCell;

use js_sys::{Array, Function, JSON, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Storage;

use super::fetch::settle;
use crate::js::convert::member;
use crate::platform::{Area, CustomAction, StorageFault};

#[wasm_bindgen]
extern "C" {
    /// Lasts as long as the page, and longer than an instance that traps (`src/js/instance.js`).
    #[wasm_bindgen(thread_local_v2, js_namespace = hold, js_name = memory)]
    static MEMORY: Storage;
}

/// The storage of an area.
pub fn of(area: Area) -> Result<Storage, StorageFault> {
    let window = web_sys::window().ok_or(StorageFault::Blocked)?;
    let storage = match area {
        Area::Local => window.local_storage(),
        Area::Session => window.session_storage(),
        Area::Memory => return Ok(MEMORY.with(Clone::clone)),
        Area::Custom(_) => return Err(StorageFault::Failed),
    };
    storage.ok().flatten().ok_or(StorageFault::Blocked)
}

pub fn read(storage: &Storage, key: &str) -> Result<Option<String>, StorageFault> {
    storage.get_item(key).map_err(fault)
}

pub fn write(storage: &Storage, key: &str, text: &str) -> Result<(), StorageFault> {
    storage.set_item(key, text).map_err(fault)
}

pub fn remove(storage: &Storage, key: &str) -> Result<(), StorageFault> {
    storage.remove_item(key).map_err(fault)
}

pub fn keys(storage: &Storage) -> Result<Vec<String>, StorageFault> {
    let count = storage.length().map_err(fault)?;
    (0..count)
        .filter_map(|index| storage.key(index).transpose())
        .collect::<Result<_, _>>()
        .map_err(fault)
}

fn fault(thrown: JsValue) -> StorageFault {
    let name = Reflect::get(&thrown, &"name".into()).ok().and_then(|name| name.as_string());
    match name.as_deref() {
        Some("QuotaExceededError" | "NS_ERROR_DOM_QUOTA_REACHED") => StorageFault::Full,
        Some("SecurityError") => StorageFault::Blocked,
        _ => StorageFault::Failed,
    }
}

/// The apps' own storages, by number.
#[derive(Default)]
pub struct Customs(RefCell<Vec<JsValue>>);

impl Customs {
    /// The number of a storage; the same object has the same one.
    pub fn register(&self, storage: JsValue) -> u16 {
        let mut known = self.0.borrow_mut();
        let number = known.iter().position(|other| *other == storage).unwrap_or_else(|| {
            known.push(storage);
            known.len() - 1
        });
        number as u16
    }

    /// Asks a storage. What it gives back for a read may be the text or the parsed record; nothing,
    /// `null` and an empty text are all none. An object with an `error` is a failure.
    pub async fn ask(
        &self,
        number: u16,
        action: CustomAction<'_>,
        key: &str,
    ) -> Result<Option<String>, StorageFault> {
        let storage = self.0.borrow().get(usize::from(number)).cloned().unwrap_or_default();
        let (name, text) = match action {
            CustomAction::Get => ("get", None),
            CustomAction::Set(text) => ("set", Some(text)),
            CustomAction::Remove => ("remove", None),
        };
        let function: Function =
            member(&storage, name).dyn_into().map_err(|_| StorageFault::Failed)?;
        let arguments = Array::of1(&key.into());
        if let Some(text) = text {
            arguments.push(&text.into());
        }
        let pending = function.apply(&storage, &arguments).map_err(fault)?;
        let result = settle(pending).await.map_err(fault)?;
        if !member(&result, "error").is_undefined() {
            return Err(StorageFault::Failed);
        }
        let text = match result.as_string() {
            Some(text) => Some(text),
            None if result.is_object() => JSON::stringify(&result).map_err(fault)?.as_string(),
            None => None,
        };
        Ok(text.filter(|text| !text.is_empty()))
    }
}

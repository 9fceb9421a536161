//! Web storage, which may be missing, forbidden or full.

use std::cell::RefCell;

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::Storage;

use crate::platform::{Area, StorageFault};

/// The storage of an area; `None` for [`Area::Memory`].
pub fn of(area: Area) -> Result<Option<Storage>, StorageFault> {
    let window = web_sys::window().ok_or(StorageFault::Blocked)?;
    let storage = match area {
        Area::Local => window.local_storage(),
        Area::Session => window.session_storage(),
        Area::Memory => return Ok(None),
    };
    storage.ok().flatten().ok_or(StorageFault::Blocked).map(Some)
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

/// What lasts as long as the page.
#[derive(Default)]
pub struct Memory(RefCell<Vec<(String, String)>>);

impl Memory {
    pub fn read(&self, key: &str) -> Option<String> {
        self.0.borrow().iter().find(|(other, _)| other == key).map(|(_, text)| text.clone())
    }

    pub fn write(&self, key: &str, text: &str) {
        self.remove(key);
        self.0.borrow_mut().push((key.to_owned(), text.to_owned()));
    }

    pub fn remove(&self, key: &str) {
        self.0.borrow_mut().retain(|(other, _)| other != key);
    }

    pub fn keys(&self) -> Vec<String> {
        self.0.borrow().iter().map(|(key, _)| key.clone()).collect()
    }
}

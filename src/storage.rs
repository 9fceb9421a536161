//! Where texts are stored.

use crate::json::{Value, object};
use crate::text::Text;

/// A place to store texts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Shared by all tabs, kept when the browser is closed.
    Local,
    /// This tab's, kept over a reload.
    Session,
    /// This page's.
    Memory,
    /// The app's own, by its number.
    Custom(u16),
}

/// What an app's own storage is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomAction<'a> {
    /// Reads.
    Get,
    /// Stores this text.
    Set(&'a str),
    /// Removes.
    Remove,
}

impl Area {
    /// The name of the web storage that it is.
    pub const fn web_storage(self) -> Option<&'static str> {
        match self {
            Area::Local => Some("localStorage"),
            Area::Session => Some("sessionStorage"),
            Area::Memory | Area::Custom(_) => None,
        }
    }

    /// The contract's word for it in error messages.
    pub const fn word(self) -> &'static str {
        match self {
            Area::Local => "local",
            Area::Session => "session",
            Area::Memory => "memory",
            Area::Custom(_) => "custom",
        }
    }
}

/// Where a record is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// The storage.
    pub area: Area,
    /// The key in it.
    pub key: Text,
}

impl Location {
    /// As it is noted, and read again by `SignIn::read`.
    pub(crate) fn to_value(&self) -> Value {
        object!([("storage", self.area.word().into()), ("key", (&self.key).into())])
    }
}

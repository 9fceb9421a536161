//! Who is signed in where: one entry in `localStorage` for each issuer, which all tabs see.
//!
//! Each sign-in has a random id there, with its client and its place, and no token. Signing out removes
//! the ids. What a tab keeps for itself alone (in `sessionStorage`) bears its id and counts only while
//! that is there: so a tab that nobody could tell, because it was closed or frozen, holds nothing when
//! it is restored. Where `localStorage` can't be used, the entry is in `sessionStorage`, for this tab.

use std::rc::Rc;

use crate::base64url;
use crate::fault::StorageFault;
use crate::json::{Value, parse, to_text};
use crate::page::{Context, SignIn};
use crate::platform::Platform;
use crate::storage::Area;
use crate::storage::Location;
use crate::text::{Join, Text};

/// Where the entry may be.
const AREAS: [Area; 2] = [Area::Local, Area::Session];

/// The member of a record that names its sign-in.
pub const ID: &str = "signInId";

impl<P: Platform> Context<P> {
    /// The id of a sign-in, which is noted where it wasn't. Without a client it is AM's session. `None`
    /// where the place is no web storage, or nothing can be written.
    pub(crate) fn sign_in_id(
        &self,
        issuer: &str,
        client_id: Option<&Text>,
        location: &Location,
    ) -> Option<Text> {
        location.area.web_storage()?;
        let mut note = location.to_value();
        note.set("clientId", client_id);
        for area in AREAS {
            let notes = self.notes(area, issuer).unwrap_or_default();
            let is_same = |other: &&Value| {
                ["clientId", "storage", "key"].iter().all(|name| other.str(name) == note.str(name))
            };
            if let Some(id) = notes.iter().find(is_same).and_then(|note| note.text("id")) {
                return Some(id.clone());
            }
        }
        let mut bytes = [0; 32];
        if !self.platform.random(&mut bytes) {
            return None;
        }
        let id = base64url::encode(&bytes);
        note.set("id", &id);
        for area in AREAS {
            if let Ok(mut notes) = self.notes(area, issuer) {
                notes.push(note.clone());
                if self.write_notes(area, issuer, notes).is_ok() {
                    return Some(id);
                }
            }
        }
        None
    }

    /// Whether a record that bears this id counts: one without any does, since others write such.
    pub(crate) fn counts(&self, issuer: &str, id: Option<&str>) -> bool {
        let Some(id) = id else { return true };
        AREAS.into_iter().any(|area| match self.notes(area, issuer) {
            Ok(notes) => notes.iter().any(|note| note.str("id") == Some(id)),
            // A storage that fails now must not cost a session.
            Err(fault) => fault != StorageFault::Blocked,
        })
    }

    /// Every place where tokens of the issuer may be: of this page's clients and of others'.
    pub fn sign_ins(&self, issuer: &str) -> Vec<Rc<SignIn>> {
        let mut found: Vec<Rc<SignIn>> = Vec::new();
        for area in AREAS {
            for note in self.notes(area, issuer).unwrap_or_default() {
                match SignIn::read(&note, issuer) {
                    Some(sign_in) if !found.contains(&sign_in) => found.push(sign_in),
                    _ => {}
                }
            }
        }
        for sign_in in self.clients_of(issuer) {
            if !found.contains(&sign_in) {
                found.push(sign_in);
            }
        }
        found
    }

    /// How many ids of an issuer there are.
    pub(crate) fn count_notes(&self, issuer: &str) -> usize {
        let mut count = 0;
        for area in AREAS {
            count += self.notes(area, issuer).map_or(0, |notes| notes.len());
        }
        count
    }

    /// Forgets every id of an issuer but those of some sign-ins.
    pub(crate) fn forget_notes(
        &self,
        issuer: &str,
        kept: &[Rc<SignIn>],
    ) -> Result<(), StorageFault> {
        self.retain_notes(issuer, &|sign_in| sign_in.is_some_and(|one| kept.contains(one)))
    }

    /// Forgets the id of one sign-in.
    pub(crate) fn forget_note(&self, sign_in: &SignIn) -> Result<(), StorageFault> {
        self.retain_notes(&sign_in.issuer, &|other| other.is_none_or(|other| **other != *sign_in))
    }

    fn retain_notes(
        &self,
        issuer: &str,
        keep: &dyn Fn(Option<&Rc<SignIn>>) -> bool,
    ) -> Result<(), StorageFault> {
        let mut outcome = Ok(());
        for area in AREAS {
            let notes = match self.notes(area, issuer) {
                Ok(notes) => notes,
                // Nothing can have been written.
                Err(StorageFault::Blocked) => continue,
                Err(_) => Vec::new(),
            };
            let before = notes.len();
            let mut left = Vec::new();
            for note in notes {
                if keep(SignIn::read(&note, issuer).as_ref()) {
                    left.push(note);
                }
            }
            if left.is_empty() || left.len() < before {
                outcome = outcome.and(self.write_notes(area, issuer, left));
            }
        }
        outcome
    }

    fn notes(&self, area: Area, issuer: &str) -> Result<Vec<Value>, StorageFault> {
        let text = self.platform.read(area, &key(issuer))?;
        let list = text.as_deref().and_then(parse).unwrap_or(Value::NULL);
        Ok(list.items().to_vec())
    }

    fn write_notes(&self, area: Area, issuer: &str, notes: Vec<Value>) -> Result<(), StorageFault> {
        let key = key(issuer);
        match notes.is_empty() {
            true => self.platform.remove(area, &key),
            false => self.platform.write(area, &key, &to_text(&Value::from(notes))),
        }
    }
}

fn key(issuer: &str) -> Text {
    ["pic-clients-", issuer].joined()
}

//! The sign-ins of all tabs: one entry in `localStorage` for each issuer.
//!
//! The entry has a note for each sign-in: a random id, the client, and where its tokens are stored, but no
//! token. A sign-out removes the notes. Records that only one tab can see (in `sessionStorage` or memory)
//! have the id in them, and count only while its note is there: so a sign-out in one tab reaches the
//! others. A tab reads the entry when it changes, and when the tab is restored after it was closed or
//! frozen. Where `localStorage` is blocked, the entry is in `sessionStorage`, for this tab alone.
//!
//! A duplicated tab, by `window.open()` or by the user, has a copy of the `sessionStorage`, and so of the
//! refresh token. A note therefore has the hashes of used refresh tokens: no tab sends one a second time,
//! for which a provider may end the session
//! ([RFC 9700 section 4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)). A lock held by each
//! page would do too, but keep the page out of the back/forward cache.

use std::cell::RefCell;
use std::rc::Rc;

use crate::base64url;
use crate::fault::StorageFault;
use crate::json::{Value, parse, to_text};
use crate::page::by_name::ByName;
use crate::page::sign_outs::SignOuts;
use crate::page::whose::SignIn;
use crate::platform::Platform;
use crate::protocol::pkce;
use crate::secret::RefreshToken;
use crate::storage::{Area, sign_ins_key};
use crate::text::Text;

/// Where the entry may be.
const AREAS: [Area; 2] = [Area::Local, Area::Session];

/// The member of a note with the hashes of used refresh tokens.
const USED: &str = "used";

/// How many hashes a note has at most: the latest ones.
const MAX_USED: usize = 100;

/// The sign-ins of this page's clients, and the notes of those of all tabs.
pub struct SignIns<P: Platform> {
    platform: &'static P,
    sign_outs: &'static SignOuts<P>,
    clients: RefCell<Vec<Rc<SignIn>>>,
    /// How many sign-outs of an issuer there were when a hidden frame last reached its session.
    reached: ByName<usize>,
    /// The issuers whose entries are watched.
    watched: RefCell<Vec<(Text, P::Subscription)>>,
}

impl<P: Platform> SignIns<P> {
    pub(super) fn new(platform: &'static P, sign_outs: &'static SignOuts<P>) -> Self {
        SignIns {
            platform,
            sign_outs,
            clients: RefCell::default(),
            reached: ByName::default(),
            watched: RefCell::default(),
        }
    }

    /// Adds a client of this page.
    pub fn note(&self, sign_in: Rc<SignIn>) {
        if !self.clients.borrow().contains(&sign_in) {
            self.clients.borrow_mut().push(sign_in);
        }
    }

    /// The clients of this page with an issuer.
    pub(crate) fn clients_of(&self, issuer: &str) -> Vec<Rc<SignIn>> {
        let mut found = Vec::new();
        for sign_in in self.clients.borrow().iter() {
            if sign_in.issuer == issuer {
                found.push(sign_in.clone());
            }
        }
        found
    }

    /// Calls `changed` whenever the entry of an issuer changes, or may have changed ([`Platform::watch`]).
    /// Only the first call for an issuer has an effect.
    pub(super) fn watch(&self, issuer: &Text, changed: Rc<dyn Fn(&str)>) {
        if self.watched.borrow().iter().any(|(other, _)| other == issuer) {
            return;
        }
        let watching = self.platform.watch(&sign_ins_key(issuer), changed);
        self.watched.borrow_mut().push((issuer.clone(), watching));
    }

    /// The issuers of this page's clients.
    pub(super) fn issuers(&self) -> Vec<Text> {
        self.watched.borrow().iter().map(|(issuer, _)| issuer.clone()).collect()
    }

    /// Notes that a hidden frame of this page has reached the provider's session: the browser does not
    /// block its cookie there.
    pub(crate) fn note_reached(&self, issuer: &str) {
        self.reached.set(issuer, self.sign_outs.count(issuer));
    }

    /// Forgets that a hidden frame has reached the session, for a sign-in without a frame.
    pub(crate) fn forget_reached(&self, issuer: &str) {
        self.reached.remove(issuer);
    }

    /// Whether a hidden frame of this page has reached the provider's session since the last sign-out. Only
    /// then does `login_required` in a frame prove that the session is over: with a blocked cookie the
    /// provider answers the same.
    pub(crate) fn has_reached(&self, issuer: &str) -> bool {
        self.reached.get(issuer) == Some(self.sign_outs.count(issuer))
    }

    /// The id of a sign-in or of AM's session with this note, where it is in the entry.
    pub(super) fn id_of(&self, issuer: &str, note: &Value) -> Option<Text> {
        for area in AREAS {
            let notes = self.notes(area, issuer).unwrap_or_default();
            let same = notes.iter().find(|other| is_same(other, note));
            if let Some(id) = same.and_then(|note| note.text("id")) {
                return Some(id.clone());
            }
        }
        None
    }

    /// Adds a note to the entry, and returns its new id; `None` where no storage can be written. The caller
    /// holds the [lock of the entry](super::locks::Locks::take_entry), as for the other changes.
    pub(super) fn add_note(&self, issuer: &str, mut note: Value) -> Option<Text> {
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

    /// The key of the entry in `localStorage` that has a note of this sign-in, and its id.
    pub(crate) fn noted(&self, sign_in: &SignIn) -> Option<(Text, Text)> {
        let own = sign_in.to_note()?;
        let notes = self.notes(Area::Local, &sign_in.issuer).ok()?;
        let note = notes.iter().find(|note| is_same(note, &own))?;
        Some((sign_ins_key(&sign_in.issuer), note.text("id")?.clone()))
    }

    /// Whether a record with this id counts: its note is there. One without an id counts too, since other
    /// client libraries write such records.
    pub(crate) fn counts(&self, issuer: &str, id: Option<&str>) -> bool {
        let Some(id) = id else { return true };
        AREAS.into_iter().any(|area| match self.notes(area, issuer) {
            Ok(notes) => notes.iter().any(|note| note.str("id") == Some(id)),
            // A failure of the storage must not end a session.
            Err(fault) => fault != StorageFault::Blocked,
        })
    }

    /// Notes that a refresh token is used, for other tabs that may have a copy of it.
    pub(crate) fn note_used(&self, sign_in: &SignIn, token: &RefreshToken) {
        let (Some(own), issuer) = (sign_in.to_note(), &sign_in.issuer) else { return };
        for area in AREAS {
            let mut notes = self.notes(area, issuer).unwrap_or_default();
            let Some(note) = notes.iter_mut().find(|note| is_same(note, &own)) else { continue };
            let mut used = note.array(USED).unwrap_or_default().to_vec();
            used.push(short_hash(token).into());
            if used.len() > MAX_USED {
                used.remove(0);
            }
            note.set(USED, used);
            // If that fails, a duplicated tab learns it from the provider's refusal.
            let _ = self.write_notes(area, issuer, notes);
            return;
        }
    }

    /// Whether a refresh token is noted as used.
    pub(crate) fn is_used(&self, sign_in: &SignIn, token: &RefreshToken) -> bool {
        self.used(sign_in).items().contains(&short_hash(token).into())
    }

    /// The hashes of the used refresh tokens of a sign-in; `null` where there are none.
    pub(crate) fn used(&self, sign_in: &SignIn) -> Value {
        let own = sign_in.to_note();
        let mut used = Value::NULL;
        for area in AREAS {
            let notes = self.notes(area, &sign_in.issuer).unwrap_or_default();
            let note = own.as_ref().and_then(|own| notes.iter().find(|note| is_same(note, own)));
            used = note.map_or(used, |note| note.at(USED).clone());
        }
        used
    }

    /// All sign-ins of an issuer: those of the entry, and of this page's clients.
    pub fn of(&self, issuer: &str) -> Vec<Rc<SignIn>> {
        let mut found: Vec<Rc<SignIn>> = Vec::new();
        for area in AREAS {
            for note in self.notes(area, issuer).unwrap_or_default() {
                match SignIn::of_note(&note, issuer) {
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

    /// How many notes an issuer has: of records in web storage, and in the memory of a page. Nobody knows
    /// whether that page is still there.
    pub(crate) fn count_notes(&self, issuer: &str) -> (usize, usize) {
        let mut count = (0, 0);
        for area in AREAS {
            for note in self.notes(area, issuer).unwrap_or_default() {
                match note.str("storage") == Some(Area::Memory.word()) {
                    true => count.1 += 1,
                    false => count.0 += 1,
                }
            }
        }
        count
    }

    /// Removes the notes of an issuer, except those of `kept`.
    pub(crate) fn forget_notes(
        &self,
        issuer: &str,
        kept: &[Rc<SignIn>],
    ) -> Result<(), StorageFault> {
        self.retain_notes(issuer, &|sign_in| sign_in.is_some_and(|one| kept.contains(one)))
    }

    /// Removes the note of a sign-in.
    pub(crate) fn forget_note(&self, sign_in: &SignIn) -> Result<(), StorageFault> {
        self.retain_notes(&sign_in.issuer, &|other| other.is_none_or(|other| **other != *sign_in))
    }

    /// Removes the notes of an issuer for which `keep` is false. A note that can't be read has no sign-in.
    ///
    /// # Errors
    /// Why a storage failed, after all storages have been tried.
    fn retain_notes(
        &self,
        issuer: &str,
        keep: &dyn Fn(Option<&Rc<SignIn>>) -> bool,
    ) -> Result<(), StorageFault> {
        let mut outcome = Ok(());
        for area in AREAS {
            let notes = match self.notes(area, issuer) {
                Ok(notes) => notes,
                // A blocked storage has no notes.
                Err(StorageFault::Blocked) => continue,
                Err(_) => Vec::new(),
            };
            let before = notes.len();
            let mut left = Vec::new();
            for note in notes {
                if keep(SignIn::of_note(&note, issuer).as_ref()) {
                    left.push(note);
                }
            }
            if left.is_empty() || left.len() < before {
                outcome = outcome.and(self.write_notes(area, issuer, left));
            }
        }
        outcome
    }

    /// The notes in the entry of an issuer; none where the entry is missing or can't be parsed.
    fn notes(&self, area: Area, issuer: &str) -> Result<Vec<Value>, StorageFault> {
        let text = self.platform.read(area, &sign_ins_key(issuer))?;
        let list = text.as_deref().and_then(parse).unwrap_or(Value::NULL);
        Ok(list.items().to_vec())
    }

    /// Stores the entry of an issuer; removes it where there are no notes.
    fn write_notes(&self, area: Area, issuer: &str, notes: Vec<Value>) -> Result<(), StorageFault> {
        let key = sign_ins_key(issuer);
        match notes.is_empty() {
            true => self.platform.remove(area, &key),
            false => self.platform.write(area, &key, &to_text(&Value::from(notes))),
        }
    }
}

/// Whether two notes are of one sign-in: the same client and the same place.
fn is_same(one: &Value, other: &Value) -> bool {
    ["clientId", "storage", "key"].iter().all(|name| one.str(name) == other.str(name))
}

/// A part of the hash of a token: enough to recognise it, and the token can't be found from it.
fn short_hash(token: &RefreshToken) -> Text {
    pkce::sha256(token.reveal()).get(..8).unwrap_or_default().into()
}

//! Who is signed in where: one entry in `localStorage` for each issuer, which all tabs see.
//!
//! Each sign-in has a random id there, with its client and its place, and no token. Signing out removes
//! the ids. What a tab keeps for itself alone (in `sessionStorage`, or in memory) bears its id and counts
//! only while that is there. Every tab looks when the entry has changed, and one that could not be told,
//! because it was closed or frozen, when it is restored. Where `localStorage` can't be used, the entry is
//! in `sessionStorage`, for this tab.
//!
//! A tab that is copied, by `window.open()` or by the user, has a copy of the `sessionStorage` too. Which
//! refresh tokens are used up is therefore noted beside the id, as hashes: the tab that comes second does
//! not send one again, for which a provider may end the session ([RFC 9700 section
//! 4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)). Nothing is held for the life of a page,
//! which would keep it out of the back/forward cache.

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

/// The member of a note that lists the refresh tokens that are used up.
const USED: &str = "used";

/// No more of them are noted than this, the last.
const MAX_USED: usize = 100;

/// The sign-ins of this page's clients, and those of all tabs.
pub struct SignIns<P: Platform> {
    platform: &'static P,
    sign_outs: &'static SignOuts<P>,
    clients: RefCell<Vec<Rc<SignIn>>>,
    /// After how many sign-outs of an issuer a hidden frame has last reached its session.
    reached: ByName<usize>,
    /// What tells that the ids of an issuer have changed.
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

    /// Notes that a client of this page exists.
    pub fn note(&self, sign_in: Rc<SignIn>) {
        if !self.clients.borrow().contains(&sign_in) {
            self.clients.borrow_mut().push(sign_in);
        }
    }

    /// The clients of this page.
    pub(crate) fn clients_of(&self, issuer: &str) -> Vec<Rc<SignIn>> {
        let mut found = Vec::new();
        for sign_in in self.clients.borrow().iter() {
            if sign_in.issuer == issuer {
                found.push(sign_in.clone());
            }
        }
        found
    }

    /// Has `changed` told, once for each issuer, whenever its ids have changed, or may have: see
    /// [`Platform::watch`].
    pub(super) fn watch(&self, issuer: &Text, changed: Rc<dyn Fn(&str)>) {
        if self.watched.borrow().iter().any(|(other, _)| other == issuer) {
            return;
        }
        let watching = self.platform.watch(&sign_ins_key(issuer), changed);
        self.watched.borrow_mut().push((issuer.clone(), watching));
    }

    /// Notes that a hidden frame of this page has reached the session at an issuer: the browser sends
    /// the session's cookie from there.
    pub(crate) fn note_reached(&self, issuer: &str) {
        self.reached.set(issuer, self.sign_outs.count(issuer));
    }

    /// Forgets that, for a sign-in that came another way.
    pub(crate) fn forget_reached(&self, issuer: &str) {
        self.reached.remove(issuer);
    }

    /// Whether a hidden frame of this page has reached the session at an issuer in this sign-in. Only
    /// then does the provider's "nobody is signed in" say that the session is over: where the browser
    /// keeps the cookie from a frame, the provider says the same.
    pub(crate) fn has_reached(&self, issuer: &str) -> bool {
        self.reached.get(issuer) == Some(self.sign_outs.count(issuer))
    }

    /// The id of a sign-in, by its note or, for AM's session, by its place; it is noted where it wasn't.
    /// `None` where there is no note, or nothing can be written.
    pub(crate) fn sign_in_id(&self, issuer: &str, note: Option<Value>) -> Option<Text> {
        let mut note = note?;
        for area in AREAS {
            let notes = self.notes(area, issuer).unwrap_or_default();
            let same = notes.iter().find(|other| is_same(other, &note));
            if let Some(id) = same.and_then(|note| note.text("id")) {
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

    /// Notes that a refresh token of a sign-in is used up, for other tabs that have it too.
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
            // A copy of this tab then goes by the provider's own refusal.
            let _ = self.write_notes(area, issuer, notes);
            return;
        }
    }

    /// Whether another tab has noted that.
    pub(crate) fn is_used(&self, sign_in: &SignIn, token: &RefreshToken) -> bool {
        self.used(sign_in).items().contains(&short_hash(token).into())
    }

    /// What is noted of the refresh tokens of a sign-in.
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

    /// Every place where tokens of the issuer may be: of this page's clients and of others'.
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

    fn notes(&self, area: Area, issuer: &str) -> Result<Vec<Value>, StorageFault> {
        let text = self.platform.read(area, &sign_ins_key(issuer))?;
        let list = text.as_deref().and_then(parse).unwrap_or(Value::NULL);
        Ok(list.items().to_vec())
    }

    fn write_notes(&self, area: Area, issuer: &str, notes: Vec<Value>) -> Result<(), StorageFault> {
        let key = sign_ins_key(issuer);
        match notes.is_empty() {
            true => self.platform.remove(area, &key),
            false => self.platform.write(area, &key, &to_text(&Value::from(notes))),
        }
    }
}

/// Whether two notes are of one sign-in: by client and place.
fn is_same(one: &Value, other: &Value) -> bool {
    ["clientId", "storage", "key"].iter().all(|name| one.str(name) == other.str(name))
}

/// Enough of a hash to know a token by; none can be had from it.
fn short_hash(token: &RefreshToken) -> Text {
    pkce::sha256(token.reveal().as_bytes()).get(..8).unwrap_or_default().into()
}

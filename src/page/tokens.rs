//! The store of tokens: records of this page's clients, and of other clients with the same issuer.

use std::cell::RefCell;

use crate::fault::StorageFault;
use crate::json::{parse, to_text};
use crate::log::Logger;
use crate::page::by_name::ByName;
use crate::page::documents::Documents;
use crate::page::events::{Event, Events, HappenedIn};
use crate::page::locks::Locks;
use crate::page::sign_ins::SignIns;
use crate::page::sign_outs::SignOuts;
use crate::page::whose::SignIn;
use crate::platform::Platform;
use crate::protocol::pkce;
use crate::protocol::tokens::Tokens;
use crate::secret::AccessToken;
use crate::storage::{Area, CustomAction, Location, SIGN_IN_ID};
use crate::text::Text;

/// What happens to the former record where the new one can't be written.
#[derive(Clone, Copy, PartialEq)]
pub enum Former {
    /// It stays: its tokens are still valid.
    Stays,
    /// It loses its refresh token, which is used: no other tab or page may send it again.
    IsUsed,
    /// It is removed: it may be another user's, who would be signed in again after a reload.
    Goes,
}

/// The stored record of a sign-in.
pub struct Stored {
    /// Its text. A renewal replaces this text and no other
    /// (docs/decisions.md#a-renewal-replaces-only-what-it-started-from).
    pub raw: Option<Text>,
    /// Its tokens; `None` where the text can't be read
    /// (docs/decisions.md#unreadable-stored-tokens-count-as-none).
    pub tokens: Option<Box<Tokens>>,
    /// How many sign-outs there were when it was read: see [`TokenStore::sign_outs`].
    pub sign_outs: usize,
}

impl Stored {
    /// The tokens of the text itself, even where the page has later ones that could not be stored.
    pub(crate) fn in_storage(&self, sign_in: &SignIn) -> Option<Box<Tokens>> {
        sign_in.read(&parse(self.raw.as_deref()?)?)
    }
}

/// Tokens that could not be stored (docs/decisions.md#a-failed-write-still-returns-the-tokens). This page
/// uses them until something else is stored in their place.
struct Unsaved {
    location: Location,
    /// The text that was stored when the write failed.
    raw: Option<Text>,
    tokens: Box<Tokens>,
}

/// The outcome of [`TokenStore::clear`].
enum Cleared {
    /// The new record is stored.
    Written,
    /// It is not stored, but this text is.
    Left(Option<Text>),
}

/// How many renewals are remembered: the latest ones.
const MOST_RENEWALS: usize = 100;

/// Reads, writes and removes records of tokens.
pub struct TokenStore<P: Platform> {
    pub(super) platform: &'static P,
    pub(super) sign_ins: &'static SignIns<P>,
    pub(super) sign_outs: &'static SignOuts<P>,
    pub(super) locks: &'static Locks<P>,
    pub(super) events: &'static Events<P>,
    pub(super) documents: &'static Documents<P>,
    pub(super) known: Known,
}

/// What a page knows of the tokens that it has stored.
#[derive(Default)]
pub(super) struct Known {
    unsaved: RefCell<Vec<Unsaved>>,
    /// The hashes of access tokens, before and after a renewal by a refresh token.
    renewals: RefCell<Vec<(Text, Text)>>,
    /// When the tokens of a sign-in were last renewed in this page, by the name of its lock.
    renewed_at: ByName<f64>,
}

impl<P: Platform> TokenStore<P> {
    /// The text that is stored at a location.
    ///
    /// # Errors
    /// Why the storage failed, as for the next two.
    pub async fn load(&self, location: &Location) -> Result<Option<Text>, StorageFault> {
        match location.area {
            Area::Custom(number) => {
                self.platform.custom(number, CustomAction::Get, &location.key).await
            }
            area => self.platform.read(area, &location.key),
        }
    }

    /// Stores a text at a location.
    pub async fn save(&self, location: &Location, text: &str) -> Result<(), StorageFault> {
        match location.area {
            Area::Custom(number) => {
                let set = CustomAction::Set(text);
                self.platform.custom(number, set, &location.key).await.map(drop)
            }
            area => self.platform.write(area, &location.key, text),
        }
    }

    /// Removes the text at a location.
    pub async fn delete(&self, location: &Location) -> Result<(), StorageFault> {
        match location.area {
            Area::Custom(number) => {
                self.platform.custom(number, CustomAction::Remove, &location.key).await.map(drop)
            }
            area => self.platform.remove(area, &location.key),
        }
    }

    /// Reads the tokens of a sign-in. Those that another client library has written are not verified here:
    /// `oidc::Client::stored` does that.
    ///
    /// # Errors
    /// Why the storage failed.
    pub(crate) async fn read(&self, sign_in: &SignIn) -> Result<Stored, StorageFault> {
        let SignIn { issuer, location, .. } = sign_in;
        let raw = self.load(location).await?;
        // An app's own storage may return the same record with other spaces or in another order.
        let raw = match location.area {
            Area::Custom(_) => raw.map(|text| in_our_words(&text, sign_in).unwrap_or(text)),
            _ => raw,
        };
        let tokens = self.unsaved_at(location, &raw);
        let sign_outs = self.sign_outs(sign_in, &raw);
        let mut stored = Stored { raw, tokens, sign_outs };
        if stored.tokens.is_none() {
            stored.tokens = stored.in_storage(sign_in);
        }
        let id = stored.tokens.as_ref().and_then(|tokens| tokens.sign_in_id.as_deref());
        if !self.sign_ins.counts(issuer, id) {
            self.keep_unsaved(location, None);
            if !sign_in.is_of_tab() {
                stored.tokens = stored.in_storage(sign_in);
                return Ok(stored);
            }
            stored = Stored { raw: None, tokens: None, ..stored };
            if self.delete(location).await.is_ok() {
                self.events.emit_here(sign_in, &Event::SignedOut, HappenedIn::OtherTab);
            }
        }
        Ok(stored)
    }

    /// The tokens that could not be stored over `raw`. They are dropped once another text is stored there.
    fn unsaved_at(&self, location: &Location, raw: &Option<Text>) -> Option<Box<Tokens>> {
        let mut unsaved = self.known.unsaved.borrow_mut();
        let position = unsaved.iter().position(|kept| kept.location == *location)?;
        let kept = unsaved.get(position).filter(|kept| kept.raw == *raw);
        let tokens = kept.map(|kept| kept.tokens.clone());
        if tokens.is_none() {
            unsaved.swap_remove(position);
        }
        tokens
    }

    /// Keeps tokens that could not be stored over a text; `None` drops those that were kept before.
    fn keep_unsaved(&self, location: &Location, failed: Option<(Option<Text>, Box<Tokens>)>) {
        let mut unsaved = self.known.unsaved.borrow_mut();
        if let Some(position) = unsaved.iter().position(|kept| kept.location == *location) {
            unsaved.swap_remove(position);
        }
        if let Some((raw, tokens)) = failed {
            unsaved.push(Unsaved { location: location.clone(), raw, tokens });
        }
    }

    /// Stores tokens over the record `found`. Where that fails, the page keeps them, and calls return them
    /// with `persisted: false`.
    pub(crate) async fn write(
        &self,
        sign_in: &SignIn,
        log: &Logger,
        found: &Stored,
        tokens: &Tokens,
        former: Former,
    ) {
        let location = &sign_in.location;
        // The caller has the lock of the sign-in: a sign-out waits for it, and removes what is stored.
        let id = self.locks.sign_in_id(&sign_in.issuer, sign_in.to_note(), &|| false).await;
        let tokens =
            Tokens { client_id: sign_in.name_in(tokens), sign_in_id: id, ..tokens.clone() };
        let mut record = tokens.to_value();
        if !sign_in.is_of_tab() {
            record.retain(&|name, _| name != SIGN_IN_ID);
        }
        let text = to_text(&record);
        let written = match self.save(location, &text).await {
            Ok(()) => Ok(()),
            Err(_) => {
                // Documents can be fetched again; without them there may be room.
                self.documents.forget();
                self.save(location, &text).await
            }
        };
        let mut failed = None;
        if let Err(fault) = written {
            log.warn(fault.advice());
            if let Cleared::Left(raw) = self.clear(sign_in, found, &tokens, &text, former).await {
                failed = Some((raw, Box::new(tokens.clone())));
            }
        }
        self.keep_unsaved(location, failed);
        self.locks.tell(sign_in).await;
    }

    /// Removes the former record, where it must not stay, and tries again to store `text`, the record of
    /// `tokens`.
    async fn clear(
        &self,
        sign_in: &SignIn,
        found: &Stored,
        tokens: &Tokens,
        text: &str,
        former: Former,
    ) -> Cleared {
        let location = &sign_in.location;
        let unchanged = Cleared::Left(found.raw.clone());
        let Some(old) = found.in_storage(sign_in) else { return unchanged };
        let is_good = match former {
            Former::Stays => true,
            Former::IsUsed => {
                old.refresh_token.is_none() || old.refresh_token == tokens.refresh_token
            }
            Former::Goes => false,
        };
        if is_good || self.delete(location).await.is_err() {
            return unchanged;
        }
        if self.save(location, text).await.is_ok() {
            return Cleared::Written;
        }
        if former == Former::Goes {
            return Cleared::Left(None);
        }
        // The next page needs the ID token, which says who the user is.
        let weaker = to_text(&Tokens { refresh_token: None, ..*old }.to_value());
        Cleared::Left(self.save(location, &weaker).await.is_ok().then_some(weaker))
    }

    /// Whether the latest tokens of a location could not be stored.
    pub(crate) fn is_unsaved(&self, location: &Location) -> bool {
        self.known.unsaved.borrow().iter().any(|kept| kept.location == *location)
    }

    /// Removes the tokens of a sign-in, or a record that can't be read. Tokens of another client or issuer
    /// under the same key stay.
    ///
    /// # Errors
    /// Why the storage failed.
    pub(crate) async fn forget(&self, sign_in: &SignIn) -> Result<(), StorageFault> {
        self.keep_unsaved(&sign_in.location, None);
        let stored = self.load(&sign_in.location).await.ok().flatten();
        let record = stored.as_deref().and_then(parse).filter(|it| Tokens::read(it).is_some());
        match record {
            Some(record) if sign_in.read(&record).is_none() => Ok(()),
            _ => self.delete(&sign_in.location).await,
        }
    }

    /// Notes that a renewal by a refresh token has replaced an access token.
    pub(crate) fn note_renewal(&self, before: &AccessToken, now: &AccessToken) {
        let mut renewals = self.known.renewals.borrow_mut();
        if renewals.len() >= MOST_RENEWALS {
            renewals.remove(0);
        }
        renewals.push((pkce::sha256(before.reveal()), pkce::sha256(now.reveal())));
    }

    /// How many sign-outs in this page concern a record with this text: those of its sign-in. Where
    /// nothing is stored, those of the issuer, which other tabs' sign-outs are counted among.
    pub(crate) fn sign_outs(&self, sign_in: &SignIn, raw: &Option<Text>) -> usize {
        match raw {
            Some(_) => self.sign_outs.count(&sign_in.lock_name()),
            None => self.sign_outs.count(&sign_in.issuer),
        }
    }

    /// Notes that the tokens of a sign-in are renewed now.
    pub(crate) fn note_time(&self, sign_in: &SignIn) {
        self.known.renewed_at.set(&sign_in.lock_name(), self.platform.now());
    }

    /// Whether this page has renewed the tokens of a sign-in within the last `milliseconds`.
    pub(crate) fn is_renewed_within(&self, sign_in: &SignIn, milliseconds: f64) -> bool {
        let at = self.known.renewed_at.get(&sign_in.lock_name());
        at.is_some_and(|at| (0.0..milliseconds).contains(&(self.platform.now() - at)))
    }

    /// Whether two access tokens are the same, or `now` has replaced `before` by renewals in this page.
    pub(crate) fn came_of(&self, before: &AccessToken, now: &AccessToken) -> bool {
        let mut last = pkce::sha256(before.reveal());
        for (from, to) in self.known.renewals.borrow().iter() {
            if *from == last {
                last.clone_from(to);
            }
        }
        before == now || last == pkce::sha256(now.reveal())
    }
}

/// A record in the form in which this package writes it.
fn in_our_words(text: &str, sign_in: &SignIn) -> Option<Text> {
    Some(to_text(&sign_in.read(&parse(text)?)?.to_value()))
}

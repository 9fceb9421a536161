//! The tokens of this page's clients, and of others of their issuers.

use std::cell::RefCell;

use crate::fault::StorageFault;
use crate::json::{parse, to_text};
use crate::log::Logger;
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

/// What becomes of the record in the way where new tokens can't be written over it.
#[derive(Clone, Copy, PartialEq)]
pub enum Former {
    /// It stays: its tokens are still good.
    Stays,
    /// Its refresh token is used up: another tab, or the next page, must not send that again.
    IsUsed,
    /// It goes: it may be another user's, who would be signed in again by a reload.
    Goes,
}

/// What is stored.
pub struct Stored {
    /// The very text; a renewal may replace this and nothing else:
    /// docs/decisions.md#a-renewal-replaces-only-what-it-started-from
    pub raw: Option<Text>,
    /// What it means; none when it is unreadable: docs/decisions.md#unreadable-stored-tokens-count-as-none
    pub tokens: Option<Box<Tokens>>,
    /// How often this page had signed out when it was read.
    pub sign_outs: usize,
}

impl Stored {
    /// The tokens of the text, also where later ones could not be stored.
    pub(crate) fn in_storage(&self, sign_in: &SignIn) -> Option<Box<Tokens>> {
        sign_in.read(&parse(self.raw.as_deref()?)?)
    }
}

/// Tokens that could not be stored (docs/decisions.md#a-failed-write-still-returns-the-tokens): kept for
/// this page, for as long as nothing else is stored in their place.
struct Unsaved {
    location: Location,
    /// What was stored when storing failed.
    raw: Option<Text>,
    tokens: Box<Tokens>,
}

/// What [`TokenStore::clear`] came to.
enum Cleared {
    /// The new record is stored.
    Written,
    /// It is not, and this is.
    Left(Option<Text>),
}

/// No more renewals than this are remembered.
const MOST_RENEWALS: usize = 100;

/// Reads, writes and removes records of tokens.
pub struct TokenStore<P: Platform> {
    platform: &'static P,
    sign_ins: &'static SignIns<P>,
    sign_outs: &'static SignOuts<P>,
    locks: &'static Locks<P>,
    events: &'static Events<P>,
    documents: &'static Documents<P>,
    unsaved: RefCell<Vec<Unsaved>>,
    /// Which access token came of which by a refresh token, as hashes.
    renewals: RefCell<Vec<(Text, Text)>>,
}

impl<P: Platform> TokenStore<P> {
    pub(super) fn new(
        platform: &'static P,
        sign_ins: &'static SignIns<P>,
        sign_outs: &'static SignOuts<P>,
        locks: &'static Locks<P>,
        events: &'static Events<P>,
        documents: &'static Documents<P>,
    ) -> Self {
        TokenStore {
            platform,
            sign_ins,
            sign_outs,
            locks,
            events,
            documents,
            unsaved: RefCell::default(),
            renewals: RefCell::default(),
        }
    }

    /// Reads what is stored at a place.
    pub async fn load(&self, location: &Location) -> Result<Option<Text>, StorageFault> {
        match location.area {
            Area::Custom(number) => {
                self.platform.custom(number, CustomAction::Get, &location.key).await
            }
            area => self.platform.read(area, &location.key),
        }
    }

    /// Stores a text at a place.
    pub async fn save(&self, location: &Location, text: &str) -> Result<(), StorageFault> {
        match location.area {
            Area::Custom(number) => {
                let set = CustomAction::Set(text);
                self.platform.custom(number, set, &location.key).await.map(drop)
            }
            area => self.platform.write(area, &location.key, text),
        }
    }

    /// Removes what is stored at a place.
    pub async fn delete(&self, location: &Location) -> Result<(), StorageFault> {
        match location.area {
            Area::Custom(number) => {
                self.platform.custom(number, CustomAction::Remove, &location.key).await.map(drop)
            }
            area => self.platform.remove(area, &location.key),
        }
    }

    /// Reads the tokens of a sign-in. Those of another library's record are so by its own words:
    /// `oidc::Client::stored` verifies them.
    pub(crate) async fn read(&self, sign_in: &SignIn) -> Result<Stored, StorageFault> {
        let SignIn { issuer, location, .. } = sign_in;
        let raw = self.load(location).await?;
        // An app's own storage may give the same record back in other words.
        let raw = match location.area {
            Area::Custom(_) => raw.map(|text| in_our_words(&text, sign_in).unwrap_or(text)),
            _ => raw,
        };
        let tokens = self.unsaved_at(location, &raw);
        let mut stored = Stored { raw, tokens, sign_outs: self.sign_outs.count(issuer) };
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

    /// The tokens kept in the place of `raw`. Once anything else is seen there, they are over.
    fn unsaved_at(&self, location: &Location, raw: &Option<Text>) -> Option<Box<Tokens>> {
        let mut unsaved = self.unsaved.borrow_mut();
        let position = unsaved.iter().position(|kept| kept.location == *location)?;
        let kept = unsaved.get(position).filter(|kept| kept.raw == *raw);
        let tokens = kept.map(|kept| kept.tokens.clone());
        if tokens.is_none() {
            unsaved.swap_remove(position);
        }
        tokens
    }

    /// Keeps tokens that could not be stored in the place of `raw`, or forgets the ones kept before.
    fn keep_unsaved(&self, location: &Location, failed: Option<(Option<Text>, Box<Tokens>)>) {
        let mut unsaved = self.unsaved.borrow_mut();
        if let Some(position) = unsaved.iter().position(|kept| kept.location == *location) {
            unsaved.swap_remove(position);
        }
        if let Some((raw, tokens)) = failed {
            unsaved.push(Unsaved { location: location.clone(), raw, tokens });
        }
    }

    /// Stores tokens in the place of what was found. Where that fails they are kept for this page, and
    /// returned with `persisted: false`.
    pub(crate) async fn write(
        &self,
        sign_in: &SignIn,
        log: &Logger,
        found: &Stored,
        tokens: &Tokens,
        former: Former,
    ) {
        let location = &sign_in.location;
        let id = self.sign_ins.sign_in_id(&sign_in.issuer, sign_in.to_note());
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
                // They can be fetched again.
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

    /// Takes the record away over which `text`, the record of `tokens`, could not be written, where it
    /// must not stay, and writes once more.
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
        // Whom it was about is of use to the next page.
        let weaker = to_text(&Tokens { refresh_token: None, ..*old }.to_value());
        Cleared::Left(self.save(location, &weaker).await.is_ok().then_some(weaker))
    }

    /// Whether the last tokens could not be stored.
    pub(crate) fn is_unsaved(&self, location: &Location) -> bool {
        self.unsaved.borrow().iter().any(|kept| kept.location == *location)
    }

    /// Removes the tokens, unless they are another's under the same key. What can't be read goes too.
    pub(crate) async fn forget(&self, sign_in: &SignIn) -> Result<(), StorageFault> {
        self.keep_unsaved(&sign_in.location, None);
        let stored = self.load(&sign_in.location).await.ok().flatten();
        let record = stored.as_deref().and_then(parse).filter(|it| Tokens::read(it).is_some());
        match record {
            Some(record) if sign_in.read(&record).is_none() => Ok(()),
            _ => self.delete(&sign_in.location).await,
        }
    }

    /// Notes that an access token took the place of another by the refresh token of its grant.
    pub(crate) fn note_renewal(&self, before: &AccessToken, now: &AccessToken) {
        let mut renewals = self.renewals.borrow_mut();
        if renewals.len() >= MOST_RENEWALS {
            renewals.remove(0);
        }
        renewals.push((hash(before), hash(now)));
    }

    /// Whether an access token came of a refresh token in this page.
    pub(crate) fn is_renewed(&self, token: &AccessToken) -> bool {
        let hash = hash(token);
        self.renewals.borrow().iter().any(|(_, to)| *to == hash)
    }

    /// Whether an access token is another one, or came of it by refresh tokens in this page.
    pub(crate) fn came_of(&self, before: &AccessToken, now: &AccessToken) -> bool {
        let mut last = hash(before);
        for (from, to) in self.renewals.borrow().iter() {
            if *from == last {
                last.clone_from(to);
            }
        }
        before == now || last == hash(now)
    }
}

/// A record as we would write it.
fn in_our_words(text: &str, sign_in: &SignIn) -> Option<Text> {
    Some(to_text(&sign_in.read(&parse(text)?)?.to_value()))
}

/// Tokens are not kept for the sake of a comparison.
fn hash(token: &AccessToken) -> Text {
    pkce::sha256(token.reveal().as_bytes())
}

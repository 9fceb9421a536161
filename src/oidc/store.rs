//! What a client keeps: tokens, and authorizations that wait for their response.

use std::rc::Rc;

use super::Client;
use super::renew::signed_out;
use crate::error::{Code, Error, Kind};
use crate::fault::StorageFault;
use crate::json::{Value, parse, to_text};
use crate::page::{Context, SignIn, Unsaved};
use crate::platform::Platform;
use crate::protocol::authorize::{self, Done, Grant, Transaction, state_mismatch};
use crate::protocol::exchange;
use crate::protocol::tokens::Tokens;
use crate::secret::State;
use crate::storage::Area;
use crate::storage::Location;
use crate::text::{Join, Text};

/// No more started authorizations than this are kept.
const MAX_TRANSACTIONS: usize = 20;

/// The client that started an authorization in the name of another.
const OWNER: &str = "ownerId";

/// A started authorization, and where it is kept.
pub(super) struct Found {
    pub transaction: Rc<Transaction>,
    pub area: Area,
    pub key: Text,
}

/// Marks an authorization that nobody has asked for: the way on after a failed one.
const FALLBACK: &str = "fallback";

/// What is known of a started authorization without using it.
pub(super) struct Started {
    key: Text,
    created: f64,
    is_fallback: bool,
}

impl Started {
    /// Whether it has to make room earlier: first those that nobody has asked for, then the older.
    fn goes_before(&self, other: &Started) -> bool {
        match self.is_fallback == other.is_fallback {
            true => self.created < other.created,
            false => self.is_fallback,
        }
    }
}

/// An error, where a started authorization could only be kept for this page.
pub(super) type Remembered = Result<(), Error>;

/// Why there is no authorization, and where one is that can't be used.
type Missing = (Error, Option<(Area, Text)>);

/// What becomes of the record in the way where new tokens can't be written over it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Former {
    /// It stays: its tokens are still good.
    Stays,
    /// Its refresh token is used up: another tab, or the next page, must not send that again.
    IsUsed,
    /// It goes: it may be another user's, who would be signed in again by a reload.
    Goes,
}

/// What is stored.
pub struct Stored {
    /// The very text; a renewal may replace this and nothing else (decision 8).
    pub raw: Option<Text>,
    /// What it means; none when it is unreadable (decision 9).
    pub tokens: Option<Box<Tokens>>,
    /// How often this page had signed out when it was read.
    pub sign_outs: usize,
}

impl Stored {
    /// The tokens of the text, also where later ones could not be stored.
    pub(super) fn in_storage(&self, issuer: &str) -> Option<Box<Tokens>> {
        Tokens::read(&parse(self.raw.as_deref()?)?, issuer)
    }
}

impl<P: Platform> Context<P> {
    /// Reads the tokens at a place.
    pub(super) async fn tokens_at(
        &self,
        location: &Location,
        issuer: &str,
    ) -> Result<Stored, StorageFault> {
        let raw = self.load(location).await?;
        // An app's own storage may give the same record back in other words.
        let raw = match location.area {
            Area::Custom(_) => raw.map(|text| in_our_words(&text, issuer).unwrap_or(text)),
            _ => raw,
        };
        let tokens = self.unsaved_at(location, &raw);
        let mut stored = Stored { raw, tokens, sign_outs: self.sign_outs(issuer) };
        if stored.tokens.is_none() {
            stored.tokens = stored.in_storage(issuer);
        }
        if location.area == Area::Session {
            let id = stored.tokens.as_ref().and_then(|tokens| tokens.sign_in_id.as_deref());
            if !self.counts(issuer, id) {
                self.keep_unsaved(location, None);
                let _ = self.delete(location).await;
                stored = Stored { raw: None, tokens: None, ..stored };
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

    /// Removes everything that a client keeps. Every part is tried; the fate of the tokens is returned.
    pub(super) async fn forget(&self, sign_in: &SignIn) -> Result<(), StorageFault> {
        let location = &sign_in.location;
        self.keep_unsaved(location, None);
        let tokens = self.remove_tokens(sign_in).await;
        for area in [Area::Session, Area::Memory] {
            for Started { key, .. } in self.transactions(area, &sign_in.client_id, &sign_in.issuer)
            {
                let _ = self.platform.remove(area, &key);
            }
        }
        tokens
    }

    /// Removes the tokens, unless they are another issuer's under the same key.
    async fn remove_tokens(&self, sign_in: &SignIn) -> Result<(), StorageFault> {
        let stored = self.load(&sign_in.location).await.ok().flatten();
        let issuer = stored.as_deref().and_then(parse);
        match issuer.as_ref().and_then(|record| record.non_empty("issuer")) {
            Some(issuer) if sign_in.issuer != issuer => Ok(()),
            _ => self.delete(&sign_in.location).await,
        }
    }

    /// A client's started authorizations. Another client's id may begin like this
    /// one, so the record itself is asked.
    fn transactions(&self, area: Area, client_id: &str, issuer: &str) -> Vec<Started> {
        let mut found = Vec::new();
        for key in self.platform.keys(area, &Transaction::key(client_id, None)).unwrap_or_default()
        {
            let text = self.platform.read(area, &key).ok().flatten();
            let record = text.as_deref().and_then(parse).unwrap_or(Value::NULL);
            let owner = record.str(OWNER).or_else(|| record.str("clientId"));
            let at = record.str("issuer");
            if owner.is_none_or(|id| id == client_id) && at.is_none_or(|at| at == issuer) {
                let created = record.number("createdAt").unwrap_or(0.0);
                found.push(Started { key, created, is_fallback: record.flag(FALLBACK) });
            }
        }
        found
    }
}

impl<P: Platform> Client<P> {
    /// Reads the stored tokens.
    pub(super) async fn stored(&self) -> Result<Stored, StorageFault> {
        let stored = self.context.tokens_at(&self.config.location, &self.metadata.issuer).await?;
        if stored.raw.is_some() && stored.tokens.is_none() && !self.warned.replace(true) {
            self.caller.log.warn(
                "What is stored in the place of the tokens can't be used; it will be replaced.",
            );
        }
        Ok(stored)
    }

    /// Stores tokens in the place of what was found. Where that fails they are kept for this page, and
    /// returned with `persisted: false`.
    pub(super) async fn store(&self, found: &Stored, tokens: &Tokens, former: Former) {
        let location = &self.config.location;
        let (issuer, client_id) = (&self.metadata.issuer, &self.config.client_id);
        let id = self.context.sign_in_id(issuer, Some(client_id), location);
        let sign_in_id = id.filter(|_| location.area == Area::Session);
        let tokens = Tokens { sign_in_id, ..tokens.clone() };
        let text = to_text(&tokens.to_value());
        let written = match self.context.save(location, &text).await {
            Ok(()) => Ok(()),
            Err(_) => {
                // They can be fetched again.
                self.context.forget_documents();
                self.context.save(location, &text).await
            }
        };
        let mut failed = None;
        if let Err(fault) = written {
            self.caller.log.warn(fault.advice());
            let left = self.clear(found, &tokens, &text, former).await;
            failed = left.map(|raw| (raw, Box::new(tokens.clone())));
        }
        self.context.keep_unsaved(location, failed);
        self.context.tell(&self.sign_in).await;
    }

    /// Takes the record away over which `text`, the record of `tokens`, could not be written, where it
    /// must not stay, and writes once more. Returns what is stored in the end, unless it is `text`.
    async fn clear(
        &self,
        found: &Stored,
        tokens: &Tokens,
        text: &str,
        former: Former,
    ) -> Option<Option<Text>> {
        let location = &self.config.location;
        let unchanged = Some(found.raw.clone());
        let Some(old) = found.in_storage(&self.metadata.issuer) else { return unchanged };
        let is_good = match former {
            Former::Stays => true,
            Former::IsUsed => {
                old.refresh_token.is_none() || old.refresh_token == tokens.refresh_token
            }
            Former::Goes => false,
        };
        if is_good || self.context.delete(location).await.is_err() {
            return unchanged;
        }
        if self.context.save(location, text).await.is_ok() {
            return None;
        }
        if former == Former::Goes {
            return Some(None);
        }
        // Whom it was about is of use to the next page.
        let weaker = to_text(&Tokens { refresh_token: None, ..*old }.to_value());
        Some(self.context.save(location, &weaker).await.is_ok().then_some(weaker))
    }

    /// True when the last tokens could not be stored.
    pub fn is_unsaved(&self) -> bool {
        self.context.unsaved.borrow().iter().any(|kept| kept.location == self.config.location)
    }

    /// Stores renewed tokens, only if what they were renewed from is still stored: a logout, or
    /// another tab's new sign-in, wins, and what is stored then is returned.
    pub(super) async fn replace(
        &self,
        from: &Stored,
        tokens: &Tokens,
        former: Former,
    ) -> Option<Stored> {
        // A storage that can't be read now must not cost the only copy of a new refresh token.
        let stored = self.stored().await.unwrap_or_else(|_| Stored {
            raw: from.raw.clone(),
            tokens: None,
            sign_outs: self.context.sign_outs(&self.metadata.issuer),
        });
        let untouched = stored.raw == from.raw || is_only_weaker(&stored, from);
        if !untouched || stored.sign_outs != from.sign_outs {
            return Some(stored);
        }
        self.store(&stored, tokens, former).await;
        None
    }

    /// Remembers a started authorization, for this tab or, where that fails, for this page, and says
    /// which; not after a sign-out, which leaves nothing behind. `sign_outs` is how many there had been
    /// at the start.
    pub(super) fn remember(
        &self,
        transaction: &Transaction,
        sign_outs: usize,
        is_fallback: bool,
    ) -> Result<Remembered, Error> {
        if self.context.sign_outs(&self.metadata.issuer) != sign_outs {
            return Err(signed_out());
        }
        let key = Transaction::key(&self.config.client_id, Some(&transaction.state));
        self.sweep(Started {
            key: key.clone(),
            created: transaction.created.unwrap_or_default(),
            is_fallback,
        });
        let mut record = self.owned(transaction, transaction.to_value(&self.metadata));
        if is_fallback {
            record.set(FALLBACK, true);
        }
        let text = to_text(&record);
        let Err(fault) = self.platform().write(Area::Session, &key, &text) else {
            return Ok(Ok(()));
        };
        let written = self.platform().write(Area::Memory, &key, &text);
        written.map_err(|fault| error(fault, Area::Memory, "Storing_error"))?;
        Ok(Err(error(fault, Area::Session, "Storing_error")))
    }

    /// A record of an authorization, with whose it is where it was made in another client's name.
    fn owned(&self, transaction: &Transaction, mut record: Value) -> Value {
        if transaction.client_id != self.config.client_id {
            record.set(OWNER, &self.config.client_id);
        }
        record
    }

    /// Puts a note that it was exchanged in the place of an authorization.
    pub(super) fn mark_done(&self, grant: &Grant, found: &Found, subject: Option<Text>) {
        let _ = self.platform().remove(found.area, &found.key);
        let key = Transaction::key(&self.config.client_id, Some(&grant.transaction.state));
        let text = to_text(
            &self.owned(&grant.transaction, grant.transaction.to_done(&grant.code, subject)),
        );
        // Without the note, a reload of the very same URL gets an error in the place of the tokens.
        let _ = self.platform().write(found.area, &key, &text);
    }

    /// Finds the note of [`Client::mark_done`].
    pub(super) fn recall_done(&self, state: &State) -> Option<Done> {
        let key = Transaction::key(&self.config.client_id, Some(state));
        let read = |area| Done::read(&self.platform().read(area, &key).ok().flatten()?);
        let done = read(Area::Session).or_else(|| read(Area::Memory));
        done.filter(|done| done.issuer == self.metadata.issuer)
    }

    /// Finds the authorization with this state, and where it is kept. One that can't be used is
    /// removed.
    pub(super) fn recall(&self, state: &State) -> Result<Found, Error> {
        self.look_up(state).map_err(|(error, useless)| {
            if let Some((area, key)) = useless {
                let _ = self.platform().remove(area, &key);
            }
            error
        })
    }

    /// The same, without removing anything.
    pub(super) fn look_up(&self, state: &State) -> Result<Found, Missing> {
        let own = Transaction::key(&self.config.client_id, Some(state));
        let shared = Transaction::key(&self.config.client_id, None);
        for (area, key) in [(Area::Session, &own), (Area::Memory, &own), (Area::Session, &shared)] {
            let Ok(Some(text)) = self.platform().read(area, key) else {
                continue;
            };
            if Done::read(&text).is_some() {
                continue;
            }
            let Some(transaction) = parse(&text)
                .and_then(|record| Transaction::read(&record, &self.config, &self.metadata.issuer))
            else {
                let text = "Stored values for Auth URL could not be parsed";
                let error = exchange::failure(Code::StateUnknown, text);
                return Err((error, (*key != shared).then(|| (area, key.clone()))));
            };
            // Another library's record counts with its verifier alone: PKCE binds the code to it.
            if transaction.state != *state
                || transaction.issuer != self.metadata.issuer
                || transaction.verifier.is_none()
            {
                continue;
            }
            if transaction.is_expired(self.platform().now()) {
                let error = state_mismatch(Code::TransactionExpired);
                return Err((error, Some((area, key.clone()))));
            }
            return Ok(Found { transaction, area, key: key.clone() });
        }
        Err((state_mismatch(Code::StateUnknown), None))
    }

    /// Makes room for one more started authorization: removes those that are too old, or too many,
    /// first those that nobody has asked for. The storage is searched once after each sign-out; what
    /// is added to it is known.
    fn sweep(&self, more: Started) {
        let (client_id, issuer) = (&self.config.client_id, &self.metadata.issuer);
        let sign_outs = self.context.sign_outs(issuer);
        let started = match self.started.take() {
            Some((at, started)) if at == sign_outs => started,
            _ => self.context.transactions(Area::Session, client_id, issuer),
        };
        let shared = Transaction::key(client_id, None);
        let now = self.platform().now();
        let remove = |started: &Started| {
            let _ = self.platform().remove(Area::Session, &started.key);
            let _ = self.platform().remove(Area::Memory, &started.key);
        };
        let mut kept: Vec<Started> = Vec::new();
        for one in started {
            // Another library's sign-in is its own to end.
            if one.key == shared {
                continue;
            }
            match authorize::is_over(one.created, now) {
                false => kept.push(one),
                true => remove(&one),
            }
        }
        while kept.len() >= MAX_TRANSACTIONS {
            let mut first = 0;
            for (at, one) in kept.iter().enumerate() {
                if kept.get(first).is_some_and(|first| one.goes_before(first)) {
                    first = at;
                }
            }
            remove(&kept.remove(first));
        }
        kept.push(more);
        self.started.replace(Some((sign_outs, kept)));
    }
}

/// A record as we would write it.
fn in_our_words(text: &str, issuer: &str) -> Option<Text> {
    Some(to_text(&Tokens::read(&parse(text)?, issuer)?.to_value()))
}

/// Whether all that somebody else has done is to take out the refresh token: without locks, another
/// tab that used the same one a moment later, and was refused.
pub(super) fn is_only_weaker(stored: &Stored, from: &Stored) -> bool {
    match (&stored.tokens, &from.tokens) {
        (Some(now), Some(before)) => {
            now.access_token == before.access_token
                && now.refresh_token.is_none()
                && before.refresh_token.is_some()
        }
        _ => false,
    }
}

/// The contract's storage errors (section 1.8).
pub fn error(fault: StorageFault, area: Area, error: &'static str) -> Error {
    let action = match error {
        "Storing_error" => "storing",
        "Removing_error" => "removing",
        _ => "retrieving",
    };
    let text =
        ["Error ", action, " value from ", area.word(), " storage. ", fault.advice()].joined();
    Error::new(error, fault.code(), Kind::Unknown, text)
}

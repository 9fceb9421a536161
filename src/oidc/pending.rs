//! The authorizations of a client that wait for their response.

use std::cell::RefCell;
use std::rc::Rc;

use super::errors::{signed_out, storage_error};
use crate::error::{Code, Error};
use crate::json::{Value, parse, to_text};
use crate::page::Page;
use crate::page::whose::SignIn;
use crate::platform::Platform;
use crate::protocol::authorize::{self, Defaults, Exchanged, Grant, Transaction, state_mismatch};
use crate::protocol::discovery::Metadata;
use crate::protocol::exchange;
use crate::secret::State;
use crate::storage::{Area, authorization_key};
use crate::text::Text;

/// No more started authorizations than this are kept.
const MAX_TRANSACTIONS: usize = 20;

/// Who started an authorization: see [`SignIn::owner`].
const OWNER: &str = "ownerId";

/// A started authorization, and where it is kept.
pub(super) struct Found {
    pub transaction: Rc<Transaction>,
    pub area: Area,
    pub key: Text,
}

/// Marks an authorization that [nobody](AskedBy::Nobody) has asked for.
const FALLBACK: &str = "fallback";

/// Who has asked for an authorization.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AskedBy {
    /// The app.
    App,
    /// Nobody: it is the way on after a failed one.
    Nobody,
}

/// What is known of a started authorization without using it.
pub(super) struct Started {
    key: Text,
    created: f64,
    asked_by: AskedBy,
}

impl Started {
    /// Whether it has to make room earlier: first those that nobody has asked for, then the older.
    fn goes_before(&self, other: &Started) -> bool {
        match self.asked_by == other.asked_by {
            true => self.created < other.created,
            false => self.asked_by == AskedBy::Nobody,
        }
    }
}

/// Where a started authorization is remembered.
pub(super) enum Remembered {
    /// For this tab.
    InTab,
    /// For this page alone, and why.
    InPage(Error),
}

/// Why there is no authorization, and where one is that can't be used.
type Missing = (Error, Option<(Area, Text)>);

/// The started authorizations of a client.
pub(super) struct Pending<P: Platform> {
    page: &'static Page<P>,
    sign_in: Rc<SignIn>,
    /// What is known of those in the storage, and after how many sign-outs that was so.
    started: RefCell<Option<(usize, Vec<Started>)>>,
}

impl<P: Platform> Pending<P> {
    pub(super) fn new(page: &'static Page<P>, sign_in: Rc<SignIn>) -> Self {
        Pending { page, sign_in, started: RefCell::default() }
    }

    /// Remembers a started authorization, for this tab or, where that fails, for this page, and says
    /// which; not after a sign-out, which leaves nothing behind. `sign_outs` is how many there had been
    /// at the start.
    pub(super) fn remember(
        &self,
        transaction: &Transaction,
        metadata: &Metadata,
        sign_outs: usize,
        asked_by: AskedBy,
    ) -> Result<Remembered, Error> {
        if self.page.sign_outs.count(&self.sign_in.issuer) != sign_outs {
            return Err(signed_out());
        }
        let key = authorization_key(&self.sign_in.owner(), Some(&transaction.state));
        self.sweep(Started {
            key: key.clone(),
            created: transaction.created.unwrap_or_default(),
            asked_by,
        });
        let mut record = self.owned(transaction, transaction.to_value(metadata));
        if asked_by == AskedBy::Nobody {
            record.set(FALLBACK, true);
        }
        let text = to_text(&record);
        let Err(fault) = self.page.platform.write(Area::Session, &key, &text) else {
            return Ok(Remembered::InTab);
        };
        let written = self.page.platform.write(Area::Memory, &key, &text);
        written.map_err(|fault| storage_error(fault, Area::Memory, "Storing_error"))?;
        Ok(Remembered::InPage(storage_error(fault, Area::Session, "Storing_error")))
    }

    /// A record of an authorization, with whose it is where that is not the client that it names.
    fn owned(&self, transaction: &Transaction, mut record: Value) -> Value {
        let owner = self.sign_in.owner();
        if transaction.client_id != owner {
            record.set(OWNER, owner);
        }
        record
    }

    /// Puts a note that it was exchanged in the place of an authorization.
    pub(super) fn mark_exchanged(&self, grant: &Grant, found: &Found, subject: Option<Text>) {
        let _ = self.page.platform.remove(found.area, &found.key);
        let key = authorization_key(&self.sign_in.owner(), Some(&grant.transaction.state));
        let text = to_text(
            &self.owned(&grant.transaction, grant.transaction.to_exchanged(&grant.code, subject)),
        );
        // Without the note, a reload of the very same URL gets an error in the place of the tokens.
        let _ = self.page.platform.write(found.area, &key, &text);
    }

    /// Finds the note of [`Pending::mark_exchanged`].
    pub(super) fn recall_exchanged(&self, state: &State) -> Option<Exchanged> {
        let key = authorization_key(&self.sign_in.owner(), Some(state));
        let read = |area| Exchanged::read(&self.page.platform.read(area, &key).ok().flatten()?);
        let done = read(Area::Session).or_else(|| read(Area::Memory));
        done.filter(|done| done.issuer == self.sign_in.issuer)
    }

    /// Finds the authorization with this state, and where it is kept. One that can't be used is
    /// removed.
    pub(super) fn recall(&self, state: &State, defaults: &Defaults) -> Result<Found, Error> {
        self.look_up(state, defaults).map_err(|(error, useless)| {
            if let Some((area, key)) = useless {
                let _ = self.page.platform.remove(area, &key);
            }
            error
        })
    }

    /// The same, without removing anything.
    pub(super) fn look_up(&self, state: &State, defaults: &Defaults) -> Result<Found, Missing> {
        let owner = self.sign_in.owner();
        let (own, shared) =
            (authorization_key(&owner, Some(state)), authorization_key(&owner, None));
        for (area, key) in [(Area::Session, &own), (Area::Memory, &own), (Area::Session, &shared)] {
            let Ok(Some(text)) = self.page.platform.read(area, key) else {
                continue;
            };
            if Exchanged::read(&text).is_some() {
                continue;
            }
            let Some(transaction) = parse(&text)
                .and_then(|record| Transaction::read(&record, defaults, &self.sign_in.issuer))
            else {
                let text = "Stored values for Auth URL could not be parsed";
                let error = exchange::failure(Code::StateUnknown, text);
                return Err((error, (*key != shared).then(|| (area, key.clone()))));
            };
            // Another library's record counts with its verifier alone: PKCE binds the code to it.
            if transaction.state != *state
                || transaction.issuer != self.sign_in.issuer
                || transaction.verifier.is_none()
            {
                continue;
            }
            if transaction.is_expired(self.page.platform.now()) {
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
        let (owner, issuer) = (self.sign_in.owner(), &self.sign_in.issuer);
        let sign_outs = self.page.sign_outs.count(issuer);
        let started = match self.started.take() {
            Some((at, started)) if at == sign_outs => started,
            _ => started(self.page.platform, Area::Session, &owner, issuer),
        };
        let shared = authorization_key(&owner, None);
        let now = self.page.platform.now();
        let remove = |started: &Started| {
            let _ = self.page.platform.remove(Area::Session, &started.key);
            let _ = self.page.platform.remove(Area::Memory, &started.key);
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
        // Those that stay are picked, not those that go: these may be many.
        let mut left = Vec::new();
        while left.len() < MAX_TRANSACTIONS - 1 && !kept.is_empty() {
            let mut last = 0;
            for (at, one) in kept.iter().enumerate() {
                if kept.get(last).is_some_and(|last| !one.goes_before(last)) {
                    last = at;
                }
            }
            left.push(kept.remove(last));
        }
        kept.iter().for_each(remove);
        left.reverse();
        left.push(more);
        self.started.replace(Some((sign_outs, left)));
    }
}

/// Forgets the started authorizations of a sign-in.
pub(super) fn forget<P: Platform>(platform: &P, sign_in: &SignIn) {
    for area in [Area::Session, Area::Memory] {
        for Started { key, .. } in started(platform, area, &sign_in.owner(), &sign_in.issuer) {
            let _ = platform.remove(area, &key);
        }
    }
}

/// A client's started authorizations: see [`SignIn::owner`]. Another owner's name may begin like this
/// one, so the record itself is asked.
fn started<P: Platform>(platform: &P, area: Area, own: &str, issuer: &str) -> Vec<Started> {
    let mut found = Vec::new();
    for key in platform.keys(area, &authorization_key(own, None)).unwrap_or_default() {
        let text = platform.read(area, &key).ok().flatten();
        let record = text.as_deref().and_then(parse).unwrap_or(Value::NULL);
        let owner = record.str(OWNER).or_else(|| record.str("clientId"));
        let at = record.str("issuer");
        if owner.is_none_or(|owner| owner == own) && at.is_none_or(|at| at == issuer) {
            let created = record.number("createdAt").unwrap_or(0.0);
            let asked_by = if record.flag(FALLBACK) { AskedBy::Nobody } else { AskedBy::App };
            found.push(Started { key, created, asked_by });
        }
    }
    found
}

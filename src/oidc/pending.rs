//! The pending authorizations of a client: requests that wait for their response, in `sessionStorage`
//! or in memory.

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

/// How many pending authorizations are stored at most.
const MAX_TRANSACTIONS: usize = 20;

/// The member of a record that says whose it is: see [`SignIn::owner`].
const OWNER: &str = "ownerId";

/// A pending authorization, and where it is stored.
pub(super) struct Found {
    pub transaction: Rc<Transaction>,
    pub area: Area,
    pub key: Text,
}

/// The member of a record of an authorization that [nobody](AskedBy::Nobody) has asked for.
const FALLBACK: &str = "fallback";

/// Who has asked for an authorization request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AskedBy {
    /// The app, by a call.
    App,
    /// Nobody: it is the `redirectUrl` of an error.
    Nobody,
}

/// What the removal of old records goes by.
pub(super) struct Started {
    key: Text,
    created: f64,
    asked_by: AskedBy,
}

impl Started {
    /// Whether this record is removed before the other: those that nobody has asked for first, then
    /// older ones.
    fn goes_before(&self, other: &Started) -> bool {
        match self.asked_by == other.asked_by {
            true => self.created < other.created,
            false => self.asked_by == AskedBy::Nobody,
        }
    }
}

/// Where a pending authorization is stored.
pub(super) enum Remembered {
    /// In this tab's `sessionStorage`: the next page can check the response.
    InTab,
    /// In this page's memory, and the error of the storage.
    InPage(Error),
}

/// Why no usable record was found, and where an unusable one is.
type Missing = (Error, Option<(Area, Text)>);

/// The pending authorizations of a client.
pub(super) struct Pending<P: Platform> {
    page: &'static Page<P>,
    sign_in: Rc<SignIn>,
    /// The records in the storage, and the number of sign-outs when they were listed.
    started: RefCell<Option<(usize, Vec<Started>)>>,
}

impl<P: Platform> Pending<P> {
    /// No storage is read before the first request.
    pub(super) fn new(page: &'static Page<P>, sign_in: Rc<SignIn>) -> Self {
        Pending { page, sign_in, started: RefCell::default() }
    }

    /// Stores a request in `sessionStorage` or, if that fails, in the page's memory, and returns which.
    /// `sign_outs` is the number of sign-outs when the request began.
    ///
    /// # Errors
    /// `signed_out` after a sign-out since then, which must leave nothing behind; `Storing_error` when
    /// both fail.
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

    /// The record, with its owner if that is not the client that the record names.
    fn owned(&self, transaction: &Transaction, mut record: Value) -> Value {
        let owner = self.sign_in.owner();
        if transaction.client_id != owner {
            record.set(OWNER, owner);
        }
        record
    }

    /// Replaces a record by one without secrets, for [`Pending::recall_exchanged`].
    pub(super) fn mark_exchanged(&self, grant: &Grant, found: &Found, subject: Option<Text>) {
        let _ = self.page.platform.remove(found.area, &found.key);
        let key = authorization_key(&self.sign_in.owner(), Some(&grant.transaction.state));
        let text = to_text(
            &self.owned(&grant.transaction, grant.transaction.to_exchanged(&grant.code, subject)),
        );
        // If this fails, a reload of the same URL returns an error instead of the tokens.
        let _ = self.page.platform.write(found.area, &key, &text);
    }

    /// Finds the record of [`Pending::mark_exchanged`].
    pub(super) fn recall_exchanged(&self, state: &State) -> Option<Exchanged> {
        let key = authorization_key(&self.sign_in.owner(), Some(state));
        let read = |area| Exchanged::read(&self.page.platform.read(area, &key).ok().flatten()?);
        let done = read(Area::Session).or_else(|| read(Area::Memory));
        done.filter(|done| done.issuer == self.sign_in.issuer)
    }

    /// Finds the request with this state
    /// ([RFC 6749 section 10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)), and removes
    /// its record if it is unusable.
    ///
    /// # Errors
    /// The documented `State mismatch` (`state_unknown`, `transaction_expired`); `state_unknown` for a
    /// record that can't be parsed.
    pub(super) fn recall(&self, state: &State, defaults: &Defaults) -> Result<Found, Error> {
        self.look_up(state, defaults).map_err(|(error, useless)| {
            if let Some((area, key)) = useless {
                let _ = self.page.platform.remove(area, &key);
            }
            error
        })
    }

    /// The same, but removes nothing.
    ///
    /// # Errors
    /// As there, with the place of a record that can't be used.
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
            // Records of other client libraries have no issuer of their own, so they must have a code
            // verifier: it binds the code to this browser
            // ([RFC 7636 section 1](https://www.rfc-editor.org/rfc/rfc7636#section-1)).
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

    /// Makes room for one more record: removes records that are too old or too many, those that nobody
    /// has asked for first. The storage is listed once after each sign-out; what is added later is
    /// known.
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
            // Another library removes its own record.
            if one.key == shared {
                continue;
            }
            match authorize::is_over(one.created, now) {
                false => kept.push(one),
                true => remove(&one),
            }
        }
        // Selects the few records that stay: there may be very many to remove.
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

/// Removes all pending authorizations of a sign-in.
pub(super) fn forget<P: Platform>(platform: &P, sign_in: &SignIn) {
    for area in [Area::Session, Area::Memory] {
        for Started { key, .. } in started(platform, area, &sign_in.owner(), &sign_in.issuer) {
            let _ = platform.remove(area, &key);
        }
    }
}

/// The records of a client: see [`SignIn::owner`]. The key alone does not tell, since another owner's
/// key may begin with this one's.
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

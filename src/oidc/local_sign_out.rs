//! A sign-out in this browser: deletes the tokens of an issuer under the locks of all tabs, and
//! collects what the sign-out at the provider needs.

use std::rc::Rc;

use super::errors::storage_error;
use super::pending;
use super::revocation::revoke;
use crate::error::Error;
use crate::fault::StorageFault;
use crate::http::Possession;
use crate::page::Page;
use crate::page::events::Event;
use crate::page::locks::Held;
use crate::page::sender::Caller;
use crate::page::whose::SignIn;
use crate::page::whose::User;
use crate::platform::Platform;
use crate::protocol::discovery::Metadata;
use crate::protocol::pkce;
use crate::protocol::revoke;
use crate::protocol::tokens::Tokens;
use crate::secret::RawIdToken;
use crate::storage::Area;
use crate::storage::Location;
use crate::text::Text;

/// A sign-out in progress. Until it is dropped no tab renews the tokens concerned: a renewal that waits
/// for the lock finds no tokens, and stores none.
pub struct LocalSignOut<P: Platform> {
    sign_ins: Vec<Rc<SignIn>>,
    /// The locks that keep other tabs from renewing.
    locks: Vec<Held<P>>,
    /// The deleted tokens, each with its sign-in.
    tokens: Vec<(Rc<SignIn>, Box<Tokens>)>,
    /// The deleted DPoP keys of these tokens, which this page keeps for their revocation.
    keys: Vec<Possession>,
    /// Whether a sign-in at the issuer was noted, by this or another tab.
    is_noted: bool,
    /// Whether one was noted whose tokens are in the memory of another page, if that is still there.
    may_be_elsewhere: bool,
    /// Whether the notes of the sign-ins stay, and the keys that other tabs may use.
    keeps_notes: bool,
    /// The first failure to delete something.
    forgotten: Result<(), Error>,
    /// Why tokens could not be read.
    unreadable: Option<StorageFault>,
}

impl<P: Platform> LocalSignOut<P> {
    /// Deletes all that is stored for the issuer at once; then, after every renewal in progress, what
    /// those have stored. Waits for each of them for at most `wait` milliseconds. `user` is the hash of the
    /// `sub` of the user, if that is known: then the tokens of other users stay.
    pub async fn begin(
        page: &Page<P>,
        issuer: &str,
        user: Option<Text>,
        wait: f64,
    ) -> LocalSignOut<P> {
        let mut sign_out = Self::start(page, issuer, None, user).await;
        sign_out.settle(page, wait).await;
        sign_out
    }

    /// The same for a single sign-in.
    pub(super) async fn begin_one(
        page: &Page<P>,
        sign_in: &Rc<SignIn>,
        wait: f64,
    ) -> LocalSignOut<P> {
        let mut sign_out = Self::new();
        sign_out.sign_ins.push(sign_in.clone());
        // The note of a sign-in in each tab's own storage is also that of other tabs.
        sign_out.keeps_notes = sign_in.is_of_tab();
        let found = sign_out.take_all(page).await;
        sign_out.forget_notes(page).await;
        sign_out.tell(page, &found);
        sign_out.settle(page, wait).await;
        sign_out
    }

    /// The first half of [`LocalSignOut::begin`], which waits for nothing in web storage, for the user of
    /// the client's `own` sign-in.
    pub(super) async fn start_own(
        page: &Page<P>,
        issuer: &str,
        own: &Rc<SignIn>,
    ) -> LocalSignOut<P> {
        let user = user_at(page, own).await;
        Self::start(page, issuer, Some(own), user).await
    }

    async fn start(
        page: &Page<P>,
        issuer: &str,
        own: Option<&Rc<SignIn>>,
        user: Option<Text>,
    ) -> LocalSignOut<P> {
        let mut sign_out = Self::new();
        let mut kept = Vec::new();
        let noted = page.sign_ins.count_notes(issuer);
        sign_out.sign_ins.extend(own.cloned());
        for sign_in in page.sign_ins.of(issuer) {
            if sign_out.sign_ins.contains(&sign_in) {
                continue;
            }
            // An unknown user counts as the same one.
            let other = user_at(page, &sign_in).await;
            match other.zip(user.as_ref()).is_some_and(|(other, user)| other != *user) {
                true => kept.push(sign_in),
                false => sign_out.sign_ins.push(sign_in),
            }
        }
        let found = sign_out.take_all(page).await;
        sign_out.forget_notes_but(page, issuer, &kept).await;
        let left = page.sign_ins.count_notes(issuer);
        sign_out.is_noted = left.0 < noted.0;
        sign_out.may_be_elsewhere = left.1 < noted.1;
        sign_out.tell(page, &found);
        sign_out
    }

    fn new() -> LocalSignOut<P> {
        LocalSignOut {
            sign_ins: Vec::new(),
            locks: Vec::new(),
            tokens: Vec::new(),
            keys: Vec::new(),
            is_noted: false,
            may_be_elsewhere: false,
            keeps_notes: false,
            forgotten: Ok(()),
            unreadable: None,
        }
    }

    /// Deletes the tokens of all; returns the sign-ins that had some.
    async fn take_all(&mut self, page: &Page<P>) -> Vec<Rc<SignIn>> {
        page.documents.forget();
        let mut found = Vec::new();
        for sign_in in self.sign_ins.clone() {
            page.sign_outs.add(&sign_in.issuer);
            page.sign_outs.add(&sign_in.lock_name());
            let before = self.tokens.len();
            let _ = self.take(page, &sign_in).await;
            if self.tokens.len() > before {
                found.push(sign_in);
            }
        }
        found
    }

    /// Removes the notes of an issuer, except those of `kept`. Without any the entry is removed, for which
    /// nothing is waited for.
    async fn forget_notes_but(&mut self, page: &Page<P>, issuer: &str, kept: &[Rc<SignIn>]) {
        if kept.is_empty() {
            return self.note_removal(page.sign_ins.forget_notes(issuer, kept));
        }
        let lock = page.locks.take_entry(issuer).await;
        self.note_removal(page.sign_ins.forget_notes(issuer, kept));
        page.locks.tell_entry(issuer, lock).await;
    }

    /// Removes the notes of all.
    async fn forget_notes(&mut self, page: &Page<P>) {
        let Some(issuer) = self.sign_ins.first().map(|first| first.issuer.clone()) else { return };
        if self.keeps_notes {
            return;
        }
        let lock = page.locks.take_entry(&issuer).await;
        for sign_in in self.sign_ins.clone() {
            self.note_removal(page.sign_ins.forget_note(&sign_in));
        }
        page.locks.tell_entry(&issuer, lock).await;
    }

    /// Notifies the listeners of the sign-ins whose tokens were found.
    fn tell(&self, page: &Page<P>, found: &[Rc<SignIn>]) {
        for sign_in in found {
            page.events.emit(sign_in, &Event::SignedOut);
        }
    }

    /// Keeps the failure to remove a note of a sign-in, for [`LocalSignOut::forgotten`].
    fn note_removal(&mut self, removed: Result<(), StorageFault>) {
        if let Err(fault) = removed {
            self.forgotten = Err(storage_error(fault, Area::Local, "Removing_error"));
        }
    }

    /// The second half of [`LocalSignOut::begin`]: deletes the DPoP keys, waits for the locks, and deletes
    /// what was stored meanwhile.
    pub(super) async fn settle(&mut self, page: &Page<P>, wait: f64) {
        for sign_in in self.sign_ins.clone() {
            self.take_key(page, &sign_in).await;
        }
        // All tabs take the locks in the same order, so that no two wait for each other.
        let mut left = self.sign_ins.clone();
        while !left.is_empty() {
            let sign_in = take_first(&mut left);
            if let Some(lock) = page.locks.take(&sign_in, wait).await {
                self.locks.push(lock);
            }
            let before = self.tokens.len();
            let taken = self.take(page, &sign_in).await;
            // A renewal may have stored its key again. Another key is that of a new sign-in.
            let renewed = self.tokens.get(before).and_then(|(_, tokens)| tokens.jkt.clone());
            if let Some(jkt) = renewed
                && page.dpop.has(&sign_in, &jkt).await
            {
                self.take_key(page, &sign_in).await;
            }
            page.locks.tell(&sign_in, None).await;
            let forgotten = removed(taken, &sign_in.location);
            self.forgotten = std::mem::replace(&mut self.forgotten, Ok(())).and(forgotten);
        }
        // Another tab may have written the notes again, from what it had read before.
        self.forget_notes(page).await;
    }

    /// Whether no user was signed in, as far as this tab and the notes of others know.
    pub(super) fn is_of_nobody(&self) -> bool {
        self.tokens.is_empty() && !self.is_noted
    }

    /// Whether another page may have had the user's tokens in its memory.
    pub(super) fn may_be_elsewhere(&self) -> bool {
        self.may_be_elsewhere
    }

    /// Whether no tokens were found.
    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Why tokens could not be read.
    pub(super) fn unreadable(&self) -> Option<StorageFault> {
        self.unreadable
    }

    /// Hands over the locks, for a caller that holds them longer than this.
    pub(super) fn take_locks(&mut self) -> Vec<Held<P>> {
        std::mem::take(&mut self.locks)
    }

    /// All refresh and access tokens, for their revocation.
    pub(super) fn secrets(&self) -> Vec<Text> {
        let mut secrets = Vec::new();
        for (_, tokens) in &self.tokens {
            secrets.append(&mut tokens.secrets());
        }
        secrets
    }

    /// The client's id and the ID token for `id_token_hint`. AM identifies the session by the ID token
    /// of the code exchange only; other providers may no longer have the key of an old one, so they get
    /// the newest.
    pub(super) fn hint(&self, is_am: bool) -> Option<(Text, RawIdToken)> {
        self.tokens.iter().find_map(|(sign_in, tokens)| {
            let hint = if is_am { tokens.of_sign_in() } else { tokens.id_token.as_ref() };
            Some((sign_in.client_id.clone(), hint?.clone()))
        })
    }

    /// Collects the tokens of a sign-in and deletes them, with its pending authorizations: a response
    /// that arrives later must sign no user in.
    async fn take(&mut self, page: &Page<P>, sign_in: &Rc<SignIn>) -> Result<(), StorageFault> {
        match page.tokens.read(sign_in).await {
            Ok(stored) => {
                // When the last tokens could not be stored, the storage still has the earlier ones.
                let under = stored.in_storage(sign_in);
                let under = under.filter(|under| stored.tokens.as_ref() != Some(under));
                for tokens in stored.tokens.into_iter().chain(under) {
                    self.tokens.push((sign_in.clone(), tokens));
                }
            }
            Err(fault) => self.unreadable = Some(fault),
        }
        let forgotten = page.tokens.forget(sign_in).await;
        pending::forget(page.platform, sign_in);
        forgotten
    }

    /// Deletes the DPoP key of a sign-in, but for one that other tabs may use, whose tokens are not
    /// deleted. Keeps it for the revocation of tokens that are bound to it.
    async fn take_key(&mut self, page: &Page<P>, sign_in: &SignIn) {
        let stays = self.keeps_notes && sign_in.location.area != Area::Memory;
        if !sign_in.has_key || stays {
            return;
        }
        let Some(key) = page.dpop.take(sign_in).await else { return };
        match self.tokens.iter().any(|(_, tokens)| tokens.jkt.as_ref() == Some(&key.jkt)) {
            true => self.keys.push(key),
            false => page.dpop.forget(&key).await,
        }
    }

    /// Revokes all tokens ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)), where there is a revocation
    /// endpoint; then drops their DPoP keys.
    ///
    /// # Errors
    /// The worst failure, by [`revoke::worse`]. All are tried.
    pub async fn revoke(
        &self,
        page: &Page<P>,
        caller: &Caller<P>,
        metadata: &Metadata,
    ) -> Result<(), Error> {
        let mut outcome = Ok(());
        if let Some(endpoint) = page.providers.revocation_endpoint(metadata) {
            for (sign_in, tokens) in &self.tokens {
                let possession = tokens.jkt.as_ref().map(|jkt| {
                    let taken = self.keys.iter().find(|key| key.jkt == *jkt);
                    taken.cloned().unwrap_or_else(|| sign_in.possession(jkt, None))
                });
                let (client_id, secrets) = (&sign_in.client_id, tokens.secrets());
                let revoked = revoke(page, caller, &endpoint, client_id, secrets, possession).await;
                outcome = revoke::worse(outcome, revoked);
            }
        }
        for key in &self.keys {
            page.dpop.forget(key).await;
        }
        outcome
    }

    /// The first failure to delete something.
    ///
    /// # Errors
    /// `Removing_error`, with the code of the storage.
    pub fn forgotten(&self) -> Result<(), Error> {
        self.forgotten.clone()
    }
}

/// The hash of the `sub` of the user that the stored tokens of a sign-in claim to be about; the ID token
/// is not verified.
async fn user_at<P: Platform>(page: &Page<P>, sign_in: &SignIn) -> Option<Text> {
    let stored = page.tokens.read(sign_in).await.ok()?;
    User::said_by(&*stored.tokens?).subject().map(|subject| pkce::sha256(subject))
}

/// Removes and returns the sign-in whose lock has the first name in order.
fn take_first(sign_ins: &mut Vec<Rc<SignIn>>) -> Rc<SignIn> {
    let mut first = 0;
    for at in 1..sign_ins.len() {
        if let (Some(one), Some(other)) = (sign_ins.get(at), sign_ins.get(first))
            && one.lock_name() < other.lock_name()
        {
            first = at;
        }
    }
    sign_ins.swap_remove(first)
}

/// The documented error of a failed removal.
fn removed(outcome: Result<(), StorageFault>, location: &Location) -> Result<(), Error> {
    outcome.map_err(|fault| storage_error(fault, location.area, "Removing_error"))
}

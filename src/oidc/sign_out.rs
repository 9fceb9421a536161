//! A sign-out under way: what is forgotten, and what was known of it.

use std::rc::Rc;

use super::store::error as storage_error;
use super::tabs::Held;
use crate::error::Error;
use crate::fault::StorageFault;
use crate::page::event::Event;
use crate::page::{Caller, Context, SignIn};
use crate::platform::Platform;
use crate::protocol::discovery::Metadata;
use crate::protocol::id_token::parse_jwt;
use crate::protocol::revoke;
use crate::protocol::tokens::Tokens;
use crate::secret::RawIdToken;
use crate::storage::Area;
use crate::storage::Location;
use crate::text::Text;

/// A sign-out under way. Until it is dropped no tab renews the tokens concerned: a renewal that
/// waits finds the session ended, and brings nothing back.
pub struct SignOut<P: Platform> {
    sign_ins: Vec<Rc<SignIn>>,
    /// Held until the end.
    locks: Vec<Held<P>>,
    tokens: Vec<(Text, Box<Tokens>)>,
    /// Whether somebody was noted as signed in, be it in another tab.
    is_noted: bool,
    forgotten: Result<(), Error>,
    unreadable: Option<StorageFault>,
}

impl<P: Platform> SignOut<P> {
    /// Forgets everything of the issuer at once, and then, when every renewal under way has come to its
    /// end, what that may have brought. Waits for each of those for at most `wait` milliseconds.
    pub async fn begin(context: &Context<P>, issuer: &str, wait: f64) -> SignOut<P> {
        let mut sign_out = Self::start(context, issuer, None).await;
        sign_out.settle(context, wait).await;
        sign_out
    }

    /// The same for one sign-in.
    pub(super) async fn begin_one(
        context: &Context<P>,
        sign_in: &Rc<SignIn>,
        wait: f64,
    ) -> SignOut<P> {
        let mut sign_out = Self::new();
        sign_out.sign_ins.push(sign_in.clone());
        let found = sign_out.take_all(context).await;
        sign_out.note_removal(context.forget_note(sign_in));
        sign_out.tell(context, &found);
        sign_out.settle(context, wait).await;
        sign_out
    }

    /// The first half of [`SignOut::begin`]: with web storage it waits for nothing. The tokens of
    /// another user than those of the client's `own` sign-in stay.
    pub(super) async fn start(
        context: &Context<P>,
        issuer: &str,
        own: Option<&Rc<SignIn>>,
    ) -> SignOut<P> {
        let user = match own {
            Some(own) => subject_at(context, own).await,
            None => None,
        };
        let mut sign_out = Self::new();
        let mut kept = Vec::new();
        let noted = context.count_notes(issuer);
        sign_out.sign_ins.extend(own.cloned());
        for sign_in in context.sign_ins(issuer) {
            if sign_out.sign_ins.contains(&sign_in) {
                continue;
            }
            let other = if user.is_some() { subject_at(context, &sign_in).await } else { None };
            match other.is_some() && other != user {
                true => kept.push(sign_in),
                false => sign_out.sign_ins.push(sign_in),
            }
        }
        let found = sign_out.take_all(context).await;
        sign_out.note_removal(context.forget_notes(issuer, &kept));
        sign_out.is_noted = context.count_notes(issuer) < noted;
        sign_out.tell(context, &found);
        sign_out
    }

    fn new() -> SignOut<P> {
        SignOut {
            sign_ins: Vec::new(),
            locks: Vec::new(),
            tokens: Vec::new(),
            is_noted: false,
            forgotten: Ok(()),
            unreadable: None,
        }
    }

    /// Takes the tokens of all; those that had some.
    async fn take_all(&mut self, context: &Context<P>) -> Vec<Rc<SignIn>> {
        context.forget_documents();
        let mut found = Vec::new();
        for sign_in in self.sign_ins.clone() {
            context.count_sign_out(&sign_in.issuer);
            let before = self.tokens.len();
            let _ = self.take(context, &sign_in).await;
            if self.tokens.len() > before {
                found.push(sign_in);
            }
        }
        found
    }

    /// Tells the listeners of those whose tokens were found. In `sessionStorage` other tabs may have
    /// some where this one has none.
    fn tell(&self, context: &Context<P>, found: &[Rc<SignIn>]) {
        for sign_in in &self.sign_ins {
            if found.contains(sign_in) {
                context.emit(sign_in, &Event::SignedOut);
            } else if sign_in.location.area == Area::Session {
                context.emit_to_tabs(sign_in, &Event::SignedOut);
            }
        }
    }

    fn note_removal(&mut self, removed: Result<(), StorageFault>) {
        if let Err(fault) = removed {
            self.forgotten = Err(storage_error(fault, Area::Local, "Removing_error"));
        }
    }

    /// The second half.
    pub(super) async fn settle(&mut self, context: &Context<P>, wait: f64) {
        // In the same order in all tabs, so that none waits for another that waits for it.
        let mut left = self.sign_ins.clone();
        while !left.is_empty() {
            let sign_in = take_first(&mut left);
            if let Some(lock) = context.lock(&sign_in, wait).await {
                self.locks.push(lock);
            }
            let taken = self.take(context, &sign_in).await;
            context.tell(&sign_in).await;
            let forgotten = removed(taken, &sign_in.location);
            self.forgotten = std::mem::replace(&mut self.forgotten, Ok(())).and(forgotten);
        }
    }

    /// Whether nobody was signed in, as far as this tab or any other knows.
    pub(super) fn is_of_nobody(&self) -> bool {
        self.tokens.is_empty() && !self.is_noted
    }

    /// Whether there was nothing to forget.
    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Why tokens could not be read.
    pub(super) fn unreadable(&self) -> Option<StorageFault> {
        self.unreadable
    }

    /// What keeps others from renewing these tokens, for who holds it longer.
    pub(super) fn take_locks(&mut self) -> Vec<Held<P>> {
        std::mem::take(&mut self.locks)
    }

    /// Every token that can be revoked.
    pub(super) fn secrets(&self) -> Vec<Text> {
        let mut secrets = Vec::new();
        for (_, tokens) in &self.tokens {
            secrets.append(&mut tokens.secrets());
        }
        secrets
    }

    /// The ID token by which the provider knows the session, and the client that it was issued to. AM
    /// knows it by the one that came for the code; others may have forgotten the key of an old one.
    pub(super) fn hint(&self, is_am: bool) -> Option<(Text, RawIdToken)> {
        self.tokens.iter().find_map(|(client_id, tokens)| {
            let hint = if is_am { tokens.of_sign_in() } else { tokens.id_token.as_ref() };
            Some((client_id.clone(), hint?.clone()))
        })
    }

    async fn take(&mut self, context: &Context<P>, sign_in: &SignIn) -> Result<(), StorageFault> {
        match context.tokens_at(&sign_in.location, &sign_in.issuer).await {
            Ok(stored) => {
                // Where the last tokens could not be stored, earlier ones still are.
                let under = stored.in_storage(&sign_in.issuer);
                let under = under.filter(|under| stored.tokens.as_ref() != Some(under));
                for tokens in stored.tokens.into_iter().chain(under) {
                    self.tokens.push((sign_in.client_id.clone(), tokens));
                }
            }
            Err(fault) => self.unreadable = Some(fault),
        }
        context.forget(sign_in).await
    }

    /// Revokes the tokens, where that is possible. All are tried; the worst failure is returned.
    pub async fn revoke(
        &self,
        context: &Context<P>,
        caller: &Caller<P>,
        metadata: &Metadata,
    ) -> Result<(), Error> {
        let mut outcome = Ok(());
        let Some(endpoint) = context.revocation_endpoint(metadata) else {
            return outcome;
        };
        for (client_id, tokens) in &self.tokens {
            let revoked = context.revoke(caller, &endpoint, client_id, tokens.secrets()).await;
            outcome = revoke::worse(outcome, revoked);
        }
        outcome
    }

    /// Whether everything could be forgotten.
    pub fn forgotten(&self) -> Result<(), Error> {
        self.forgotten.clone()
    }
}

/// Whom the tokens at a place say they are about: enough to leave another user's alone.
async fn subject_at<P: Platform>(context: &Context<P>, sign_in: &SignIn) -> Option<Text> {
    let stored = context.tokens_at(&sign_in.location, &sign_in.issuer).await.ok()?;
    let id_token = stored.tokens?.id_token?;
    parse_jwt(&id_token).ok()?.claims.text("sub").cloned()
}

/// Takes out the one whose lock's name is the first.
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

fn removed(outcome: Result<(), StorageFault>, location: &Location) -> Result<(), Error> {
    outcome.map_err(|fault| storage_error(fault, location.area, "Removing_error"))
}

impl<P: Platform> Context<P> {
    /// Revokes the tokens of one grant, its refresh token first. All are tried.
    pub(super) async fn revoke(
        &self,
        caller: &Caller<P>,
        endpoint: &str,
        client_id: &str,
        tokens: Vec<Text>,
    ) -> Result<(), Error> {
        let mut outcomes = Vec::new();
        for token in tokens {
            let answer = self.send(caller, revoke::request(endpoint, client_id, &token)).await;
            outcomes.push(revoke::read(answer));
        }
        revoke::of_grant(outcomes)
    }
}

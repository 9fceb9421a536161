//! `subscribe()` and `autoRenew`: renews tokens before they expire, and notifies listeners. Runs only
//! for apps that use one of them.

use std::rc::Rc;

use super::Client;
use crate::error::{Code, Error};
use crate::page::events::{Event, Heard};
use crate::page::follow::follow_sign_out;
use crate::platform::{Platform, Task};
use crate::protocol::tokens::{RenewWhen, Tokens};
use crate::task::{Signal, until};
use crate::text::Text;

/// The longest time between two checks in milliseconds: timers of suspended tabs are late, and clocks
/// are set.
const LONGEST: f64 = 60_000.0;

/// The shortest time between two checks, and between two renewals, in milliseconds. Tokens that expire
/// sooner are not renewed sooner.
pub(super) const SHORTEST: f64 = 1_000.0;

/// How many milliseconds after a failed renewal, which may succeed later, the next begins.
const RETRY: f64 = 30_000.0;

/// A subscription to this client's sign-in, which ends when it is dropped.
pub struct Watch<P: Platform> {
    end: Signal,
    listener: Box<dyn Fn()>,
    _tabs: P::Subscription,
}

impl<P: Platform> Drop for Watch<P> {
    fn drop(&mut self) {
        self.end.fire();
        (self.listener)();
    }
}

/// What is known from one check to the next.
#[derive(Default)]
struct Memory {
    /// The record that was last seen and, if it replaced another one, when it was first seen.
    seen: Option<(Option<Text>, Option<f64>)>,
    /// The record whose expiry was notified.
    told: Option<Text>,
    /// The record that could not be renewed, and when to try again: never (infinity) when the user must
    /// sign in.
    failed: Option<(Option<Text>, f64)>,
}

impl<P: Platform> Client<P> {
    /// `autoRenew`: whether the tokens are renewed before they expire.
    pub fn auto_renews(&self) -> bool {
        self.config.auto_renew
    }

    /// `subscribe(listener)`: calls `heard` with the events of this client's sign-in, in this tab and
    /// others, until the result is dropped. Renews the tokens meanwhile, with `autoRenew`.
    pub fn watch(self: &Rc<Self>, heard: Heard) -> Watch<P> {
        let (end, news) = (Signal::default(), Signal::default());
        let bell = news.clone();
        let heard: Heard = Rc::new(move |event| {
            bell.fire();
            heard(event);
        });
        let (client, ended, hears) = (self.clone(), end.clone(), heard.clone());
        self.platform().spawn(Box::pin(async move {
            until(ended.wait(), client.keep_looking(&news, &hears)).await;
        }));
        let number = self.page.events.listen(self.sign_in.clone(), heard.clone());
        let (page, sign_in) = (self.page, self.sign_in.clone());
        let follow = Rc::new(move || -> Task {
            let sign_in = sign_in.clone();
            Box::pin(async move { follow_sign_out(page, &sign_in).await })
        });
        let tabs = self.page.events.listen_to_tabs(&self.sign_in, heard, follow);
        Watch { end, listener: Box::new(move || page.events.unlisten(number)), _tabs: tabs }
    }

    /// Checks the tokens whenever that is due, or an event happens. Never ends.
    async fn keep_looking(self: &Rc<Self>, news: &Signal, heard: &Heard) {
        let mut memory = Memory::default();
        loop {
            let wait = self.look(&mut memory, heard).await;
            // Every event changes when the next check is due.
            until(news.wait(), self.platform().wake(wait.clamp(SHORTEST, LONGEST))).await;
            news.take();
        }
    }

    /// Renews the stored tokens if that is due, and notifies the listener if they have expired. Returns
    /// in how many milliseconds the next check is due.
    async fn look(self: &Rc<Self>, memory: &mut Memory, heard: &Heard) -> f64 {
        let Some((raw, tokens)) = self.stored_pair().await else { return LONGEST };
        let mut now = self.platform().now();
        let is_new = memory.is_new(&raw, now) || tokens.is_younger_than(SHORTEST, now);
        let due = !self.is_fresh(&tokens) && !is_new;
        if due && self.config.auto_renew && !memory.gave_up(&raw, now) {
            match self.keep_alive(RenewWhen::Due).await {
                Ok(_) => memory.failed = None,
                Err(error) => {
                    let again = if may_pass(&error) { now + RETRY } else { f64::INFINITY };
                    // The failed renewal has removed a used refresh token from the record.
                    let left = self.stored_pair().await.map_or(raw, |(raw, _)| raw);
                    memory.failed = Some((left, again));
                }
            }
        }
        let Some((raw, tokens)) = self.stored_pair().await else { return LONGEST };
        now = self.platform().now();
        if tokens.is_expired(now) && memory.told != raw {
            memory.told.clone_from(&raw);
            // Other tabs are not notified, since each notices this itself.
            heard(&Event::TokensExpired.to_value());
        }
        let left = tokens.expiry.map_or(LONGEST, |expiry| expiry - now);
        if self.config.auto_renew && self.is_fresh(&tokens) {
            return left - self.config.threshold;
        }
        let is_new = memory.is_new(&raw, now) || tokens.is_younger_than(SHORTEST, now);
        if self.config.auto_renew && is_new {
            return SHORTEST;
        }
        if tokens.is_expired(now) { LONGEST } else { left }
    }

    /// The stored record, and the tokens in it.
    async fn stored_pair(&self) -> Option<(Option<Text>, Box<Tokens>)> {
        let stored = self.stored().await.ok()?;
        Some((stored.raw, stored.tokens?))
    }

    /// Notifies the listeners in this page and in other tabs.
    pub(super) fn emit(&self, event: &Event) {
        self.page.events.emit(&self.sign_in, event);
    }
}

/// Whether a renewal with this error is tried again while the stored tokens are the same.
fn may_pass(error: &Error) -> bool {
    let code = matches!(
        error.code(),
        Code::FrameTimeout
            | Code::LockTimeout
            | Code::JwksUnavailable
            | Code::StorageFull
            | Code::StorageBlocked
            | Code::StorageFailed
    );
    code || error.is_passing()
}

impl Memory {
    /// Whether a record was stored less than [`SHORTEST`] milliseconds ago, by any tab and whenever
    /// its tokens were issued. The first record that is seen counts as old.
    fn is_new(&mut self, raw: &Option<Text>, now: f64) -> bool {
        let since = match &self.seen {
            Some((seen, since)) if seen == raw => *since,
            Some(_) => Some(now),
            None => None,
        };
        self.seen = Some((raw.clone(), since));
        since.is_some_and(|since| (0.0..SHORTEST).contains(&(now - since)))
    }

    /// Whether this record could not be renewed, and is not tried again yet.
    fn gave_up(&self, raw: &Option<Text>, now: f64) -> bool {
        self.failed.as_ref().is_some_and(|(failed, again)| failed == raw && now < *again)
    }
}

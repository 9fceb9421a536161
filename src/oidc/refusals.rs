//! What the provider has refused: it is not asked the same again by this page.

use super::Client;
use crate::error::{Code, Error};
use crate::page::{Context, Refusal};
use crate::platform::Platform;
use crate::protocol::exchange;
use crate::protocol::pkce;
use crate::protocol::tokens::Tokens;
use crate::secret::RefreshToken;
use crate::storage::Area;
use crate::text::{Join, Text};

/// That no user is signed in at the provider is believed for this many milliseconds.
const NO_USER: f64 = 60_000.0;

impl<P: Platform> Context<P> {
    /// Somebody may have signed in at a provider: it is asked again.
    pub fn forget_no_user(&self) {
        self.refusals.borrow_mut().retain(|refusal| refusal.until.is_infinite());
    }
}

impl<P: Platform> Client<P> {
    /// Notes that this refresh token was refused, or used up by an answer that was.
    pub(super) fn note_spent(&self, token: &RefreshToken, error: &Error) {
        self.note(self.about("refresh", ""), hash(token.reveal()), f64::INFINITY, error);
    }

    /// Why this refresh token is not sent again.
    pub(super) fn spent(&self, token: &RefreshToken) -> Option<Error> {
        let refusal = self.refusal(&self.about("refresh", ""), &hash(token.reveal()));
        refusal.or_else(|| self.is_copied(token).then(used_by_another_tab))
    }

    /// Whether another tab has used this tab's refresh token: one of the two is a copy.
    fn is_copied(&self, token: &RefreshToken) -> bool {
        self.config.location.area == Area::Session && self.context.is_used(&self.sign_in, token)
    }

    /// Notes for copies of this tab that `before` is used up, where the provider has replaced it.
    pub(super) fn note_replaced(&self, before: &RefreshToken, renewed: &Tokens) {
        let is_replaced = renewed.refresh_token.as_ref().is_some_and(|new| new != before);
        if self.config.location.area == Area::Session && is_replaced {
            self.context.note_used(&self.sign_in, before);
        }
    }

    /// Notes that the provider, asked with these options for the like of these tokens, has said that no
    /// user is signed in. AM says `interaction_required` for that.
    pub(super) fn note_no_user(&self, tokens: &Tokens, options: &str, error: &Error) {
        if matches!(error.code(), Code::LoginRequired | Code::InteractionRequired) {
            let until = self.platform().now() + NO_USER;
            self.note(
                self.about("frame", options),
                hash(tokens.access_token.reveal()),
                until,
                error,
            );
        }
    }

    /// What it said.
    pub(super) fn no_user(&self, tokens: &Tokens, options: &str) -> Option<Error> {
        self.refusal(&self.about("frame", options), &hash(tokens.access_token.reveal()))
    }

    fn about(&self, what: &str, options: &str) -> Text {
        [what, &self.sign_in.lock_name(), options].joined_by(" ")
    }

    fn note(&self, name: Text, of: Text, until: f64, error: &Error) {
        let now = self.platform().now();
        let mut refusals = self.context.refusals.borrow_mut();
        refusals.retain(|refusal| refusal.stands(now) && refusal.name != name);
        refusals.push(Refusal { name, of, until, error: error.clone() });
    }

    fn refusal(&self, name: &str, of: &str) -> Option<Error> {
        let now = self.platform().now();
        let refusals = self.context.refusals.borrow();
        let mut found = refusals.iter().filter(|refusal| refusal.name == name);
        let found = found.find(|refusal| refusal.of == of && refusal.stands(now));
        found.map(|refusal| refusal.error.clone())
    }
}

impl Refusal {
    /// Whether it still counts; not after the device's clock was set back.
    fn stands(&self, now: f64) -> bool {
        let left = self.until - now;
        left > 0.0 && (left <= NO_USER || left.is_infinite())
    }
}

fn used_by_another_tab() -> Error {
    let text = "A copy of this tab has used the refresh token. Sign in again.";
    exchange::failure(Code::NotSignedIn, text)
}

/// Tokens are not kept for the sake of a comparison.
fn hash(token: &str) -> Text {
    pkce::sha256(token.as_bytes())
}

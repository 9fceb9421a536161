//! What the provider has refused: it is not asked the same again by this page.

use super::Client;
use crate::error::{Code, Error};
use crate::page::{Context, Refusal};
use crate::platform::Platform;
use crate::protocol::pkce;
use crate::protocol::tokens::Tokens;
use crate::secret::RefreshToken;
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
        self.refusal(&self.about("refresh", ""), &hash(token.reveal()))
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

/// Tokens are not kept for the sake of a comparison.
fn hash(token: &str) -> Text {
    pkce::sha256(token.as_bytes())
}

//! Remembers what the provider has refused, so that this page does not send the same request again.

use super::Client;
use crate::error::{Code, Error};
use crate::platform::Platform;
use crate::protocol::exchange;
use crate::protocol::pkce;
use crate::protocol::tokens::Tokens;
use crate::secret::RefreshToken;
use crate::storage::Area;
use crate::text::{Join, Text};

impl<P: Platform> Client<P> {
    /// Notes that this refresh token was refused, or was used for an answer that failed its check.
    pub(super) fn note_spent(&self, token: &RefreshToken, error: &Error) {
        self.page.refusals.note(self.about("refresh", ""), pkce::sha256(token.reveal()), error);
    }

    /// The error to return instead of sending this refresh token again.
    pub(super) fn spent(&self, token: &RefreshToken) -> Option<Error> {
        let refusal =
            self.page.refusals.find(&self.about("refresh", ""), &pkce::sha256(token.reveal()));
        refusal.or_else(|| self.is_copied(token).then(used_by_another_tab))
    }

    /// Whether another tab has used this tab's refresh token: duplicating a tab copies its
    /// `sessionStorage`, and providers may revoke the grant when a token is used twice
    /// ([RFC 9700 section 4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)).
    fn is_copied(&self, token: &RefreshToken) -> bool {
        self.config.location.area == Area::Session
            && self.page.sign_ins.is_used(&self.sign_in, token)
    }

    /// Notes for copies of this tab that `before` is used, if the provider has replaced it.
    pub(super) async fn note_replaced(&self, before: &RefreshToken, renewed: &Tokens) {
        let is_replaced = renewed.refresh_token.as_ref().is_some_and(|new| new != before);
        if self.config.location.area == Area::Session && is_replaced {
            let locks = self.page.locks;
            let lock = locks.take_entry(&self.sign_in.issuer).await;
            self.page.sign_ins.note_used(&self.sign_in, before);
            locks.tell_entry(&self.sign_in.issuer, lock).await;
            locks.tell(&self.sign_in).await;
        }
    }

    /// Notes that the provider has said, for these tokens and these options, that no user is signed in.
    /// AM says so by `interaction_required`.
    pub(super) fn note_no_user(&self, tokens: &Tokens, options: &str, error: &Error) {
        if matches!(error.code(), Code::LoginRequired | Code::InteractionRequired) {
            let of = pkce::sha256(tokens.access_token.reveal());
            self.page.refusals.note_no_user(self.about("frame", options), of, error);
        }
    }

    /// The error that [`Client::note_no_user`] has noted.
    pub(super) fn no_user(&self, tokens: &Tokens, options: &str) -> Option<Error> {
        self.page
            .refusals
            .find(&self.about("frame", options), &pkce::sha256(tokens.access_token.reveal()))
    }

    /// The name under which a refusal is kept: by sign-in and, for requests that have some, by options.
    fn about(&self, what: &str, options: &str) -> Text {
        [what, &self.sign_in.lock_name(), options].joined_by(" ")
    }
}

/// The error for a refresh token that a copy of this tab has used.
fn used_by_another_tab() -> Error {
    let text = "Another tab has used the refresh token: one of the two is a copy of the other. Sign in again, or renew with backgroundRenew.";
    exchange::failure(Code::NotSignedIn, text)
}

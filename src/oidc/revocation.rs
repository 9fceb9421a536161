//! Revoking tokens: [RFC 7009](https://www.rfc-editor.org/rfc/rfc7009).

use super::Client;
use crate::error::Error;
use crate::http::Possession;
use crate::page::Page;
use crate::page::events::HappenedIn;
use crate::page::sender::Caller;
use crate::platform::Platform;
use crate::protocol::revoke;
use crate::protocol::tokens::Tokens;
use crate::text::Text;

impl<P: Platform> Client<P> {
    /// Drops tokens that arrived after a sign-out in this tab or another. They are revoked only while a
    /// sign-out is in progress and no client of the issuer is signed in, since a revocation may end the
    /// session that other tokens depend on
    /// ([RFC 7009 section 2.1](https://www.rfc-editor.org/rfc/rfc7009#section-2.1)). Otherwise they
    /// expire.
    pub(super) async fn give_up(&self, tokens: &Tokens, sign_out: HappenedIn) {
        let issuer = &self.metadata.issuer;
        if sign_out == HappenedIn::ThisTab && !self.page.sign_outs.is_under_way(issuer) {
            return;
        }
        for sign_in in self.page.sign_ins.of(issuer) {
            let stored = self.page.tokens.read(&sign_in).await;
            if stored.map_or(true, |stored| stored.tokens.is_some()) {
                return;
            }
        }
        self.revoke_later(tokens.secrets());
    }

    /// Revokes unused tokens in the background. Failures are ignored.
    pub(super) fn revoke_later(&self, tokens: Vec<Text>) {
        let Some(endpoint) = self.page.providers.revocation_endpoint(&self.metadata) else {
            return;
        };
        let (page, caller) = (self.page, self.caller.clone());
        let client_id = self.client_id().clone();
        self.platform().spawn(Box::pin(async move {
            let _ = revoke(page, &caller, &endpoint, &client_id, tokens, None).await;
        }));
    }
}

/// Revokes the tokens of one grant, the refresh token first, which ends its access tokens too at most
/// providers ([RFC 7009 section 2.1](https://www.rfc-editor.org/rfc/rfc7009#section-2.1)). A DPoP proof
/// is sent only where the provider refuses a request without one: a sign-out must not depend on the key.
///
/// # Errors
/// Those of [`revoke::of_grant`]. All are tried.
pub(super) async fn revoke<P: Platform>(
    page: &Page<P>,
    caller: &Caller<P>,
    endpoint: &str,
    client_id: &str,
    tokens: Vec<Text>,
    possession: Option<Possession>,
) -> Result<(), Error> {
    let mut outcomes = Vec::new();
    for token in tokens {
        let mut request = revoke::request(endpoint, client_id, &token);
        let outcome = loop {
            let outcome = revoke::read(page.sender.send(caller, request.clone()).await);
            let may_prove = possession.is_some() && request.possession.is_none();
            if !may_prove || !outcome.as_ref().is_err_and(revoke::may_want_proof) {
                break outcome;
            }
            request = request.prove(possession.clone());
        };
        outcomes.push(outcome);
    }
    revoke::of_grant(outcomes)
}

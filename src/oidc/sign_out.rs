//! `user.logout()`: deletes the tokens, ends the session at the provider and revokes the tokens.

use std::pin::pin;
use std::rc::Rc;

use super::Client;
use super::end_session::Ending;
use super::errors::storage_error;
use super::local_sign_out::LocalSignOut;
use crate::done::{Done, Part, report};
use crate::error::{Code, Error, Kind};
use crate::fault::StorageFault;
use crate::json::Value;
use crate::page::am_session;
use crate::page::locks::Held;
use crate::page::sign_outs::{Guard, SignOutBy};
use crate::platform::Platform;
use crate::protocol::{logout, revoke};
use crate::storage::Area;
use crate::task::{both, until};
use crate::text::Text;

/// How long it takes a browser to leave a page at most, in milliseconds.
const LEAVING: f64 = 10_000.0;

/// How long the revocation and the end of AM's session may delay the navigation, in milliseconds.
/// Browsers without `keepalive` then abort these requests.
const BEFORE_LEAVING: f64 = 2_000.0;

/// The message of an error whose members have the outcome of each part.
const FAILED_IN_PART: &str = "The sign-out is incomplete. The other members say what failed.";

impl<P: Platform> Client<P> {
    /// `user.logout()`: deletes what is stored first, so that other tabs notice at once; then ends the
    /// session at the provider
    /// ([RP-Initiated Logout section 2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)),
    /// then revokes the tokens ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)). Overlapping calls
    /// are one.
    ///
    /// With `redirect: true` it revokes the tokens first, and then navigates to the provider to end the
    /// session. `state` is returned by the provider.
    ///
    /// The result has `sessionResponse`, `revokeResponse` and `deleteResponse`, as the documented
    /// client's, and `done`, which says what was confirmed.
    ///
    /// # Errors
    /// `Token_Error` when no user is signed in; otherwise each part is tried, and if one fails, the
    /// error has the outcome of all.
    pub async fn logout(self: &Rc<Self>, options: &Value) -> Result<Value, Error> {
        let client = self.clone();
        let redirect = options.flag("redirect");
        let state = options.non_empty("state").map(Text::from);
        let work = Box::pin(async move {
            match redirect {
                true => client.logout_by_redirect(state).await,
                false => client.logout_once().await,
            }
        });
        let name = if redirect { "logout by redirect" } else { "logout" };
        self.endings.share(self.platform(), name, work).await
    }

    /// Ends the session by requests. A failure of one part does not keep the others from being tried.
    async fn logout_once(&self) -> Result<Value, Error> {
        let _guard = self.page.sign_outs.begin(&self.metadata.issuer, SignOutBy::Requests);
        let mut ending = self.ending();
        let session = am_session::forget(self.page, &self.metadata.issuer);
        let mut sign_out = self.start_sign_out().await;
        let begins = !sign_out.is_of_nobody() || sign_out.may_be_elsewhere() || session == Ok(true);
        ending.hint = self.hint(&sign_out);
        let ended = self.end_at_once(&mut sign_out, &ending, begins).await;
        let has_ended = matches!(ended, Ok((Done::Yes, _)));
        if sign_out.is_of_nobody() && session == Ok(false) && !has_ended {
            return Err(nothing_to_end(&sign_out));
        }
        let ended = match begins {
            true => ended,
            // A renewal that was in progress has stored tokens.
            false => {
                ending.hint = self.hint(&sign_out);
                self.end_session(&ending).await
            }
        };
        let revoked = self.revoke_tokens(&sign_out).await;
        report(self.parts(ended, revoked, &sign_out, session), FAILED_IN_PART)
    }

    /// Ends the session, if it is known that there is one (`begins`), before waiting for anything,
    /// since the page may be left at any time. Meanwhile the sign-out in this browser settles.
    async fn end_at_once(
        &self,
        sign_out: &mut LocalSignOut<P>,
        ending: &Ending,
        begins: bool,
    ) -> Part {
        let known = sign_out.secrets();
        let ends =
            async { if begins { self.end_session(ending).await } else { Ok((Done::No, None)) } };
        let settling = sign_out.settle(self.page, self.patience());
        let mut both = pin!(both(ends, settling));
        let (ended, ()) = match until(self.platform().left(), both.as_mut()).await {
            Some(ended) => ended,
            None => {
                // The page is being left, so all requests are sent at once.
                self.end_session_later(ending);
                for token in known {
                    self.revoke_later(vec![token]);
                }
                both.await
            }
        };
        ended
    }

    /// Revokes the tokens, and ends the session by a navigation to the provider. AM's session is ended
    /// by a request before, which confirms it.
    ///
    /// # Errors
    /// As [`Client::logout`]. The navigation takes place whether or not a part fails.
    async fn logout_by_redirect(&self, state: Option<Text>) -> Result<Value, Error> {
        let state = match state {
            Some(state) => state,
            None => self.random()?,
        };
        let guard = self.page.sign_outs.begin(&self.metadata.issuer, SignOutBy::Leaving);
        let mut ending = self.ending();
        let session = am_session::forget(self.page, &self.metadata.issuer);
        let mut sign_out = self.start_sign_out().await;
        sign_out.settle(self.page, self.patience()).await;
        ending.hint = self.hint(&sign_out);
        let locks = sign_out.take_locks();

        let ends = async {
            match self.am_endpoints() {
                Some(am) => self.end_am_session(&am, &ending).await,
                None => Ok((Done::Unconfirmed, None)),
            }
        };
        let mut parts = pin!(both(self.revoke_tokens(&sign_out), ends));
        let in_time = until(self.platform().pause(BEFORE_LEAVING), parts.as_mut()).await;
        let page = self.sign_out_url(&ending, &state);
        if let Some(page) = &page {
            self.platform().navigate(page);
            self.keep_signing_out(locks, guard);
        }
        let (revoked, ended) = match in_time {
            Some(parts) => parts,
            None => parts.await,
        };
        let ended = match (ended, page) {
            (Ok((Done::Yes, why)), _) => Ok((Done::Yes, why)),
            // This page does not see what the provider does after the navigation.
            (_, Some(_)) => Ok((Done::Unconfirmed, None)),
            (_, None) => Ok((Done::No, Some(Code::EndpointMissing))),
        };
        report(self.parts(ended, revoked, &sign_out, session), FAILED_IN_PART)
    }

    /// Keeps renewals and sign-ins waiting until the browser has left this page, so that the rest of
    /// the session signs no user in again.
    fn keep_signing_out(&self, locks: Vec<Held<P>>, guard: Guard<P>) {
        let page = self.page;
        self.platform().spawn(Box::pin(async move {
            page.platform.returned(LEAVING).await;
            drop((locks, guard));
        }));
    }

    /// Revokes the tokens of the sign-out, and says what was confirmed.
    async fn revoke_tokens(&self, sign_out: &LocalSignOut<P>) -> Part {
        let revoked = sign_out.revoke(self.page, &self.caller, &self.metadata).await;
        if sign_out.is_empty() {
            return Ok((Done::No, None));
        }
        if self.revocation_endpoint().is_none() {
            return Ok((Done::No, Some(Code::EndpointMissing)));
        }
        revoke::part(revoked)
    }

    /// Deletes what is stored for the issuer, except the tokens of other users.
    async fn start_sign_out(&self) -> LocalSignOut<P> {
        LocalSignOut::start_own(self.page, &self.metadata.issuer, &self.sign_in).await
    }

    /// The logout URL to navigate to; without `id_token_hint` if it is too long for servers with it.
    /// `None` without an end session endpoint.
    fn sign_out_url(&self, ending: &Ending, state: &Text) -> Option<Text> {
        let endpoint = self.metadata.end_session_page.as_ref()?;
        let back = self.config.sign_out_redirect_uri.as_ref();
        let back = back.map(|uri| (uri, state.as_str()));
        let (client_id, hint) = match &ending.hint {
            Some((client_id, hint)) => (client_id, Some(hint)),
            None => (self.client_id(), None),
        };
        let page = logout::page(endpoint, client_id, hint, back);
        // AM ends no session without an ID token, and accepts URLs of any length.
        let is_usable = logout::fits(&page) || self.page.providers.is_am(&self.metadata);
        Some(if is_usable { page } else { logout::page(endpoint, client_id, None, back) })
    }

    /// The outcomes of the three parts, by their documented names.
    fn parts(
        &self,
        ended: Part,
        revoked: Part,
        sign_out: &LocalSignOut<P>,
        session: Result<bool, StorageFault>,
    ) -> Vec<(&'static str, Part)> {
        let session =
            session.map_err(|fault| storage_error(fault, Area::Session, "Removing_error"));
        let deleted = sign_out.forgotten().and(session.map(|_| (Done::Yes, None)));
        [("sessionResponse", ended), ("revokeResponse", revoked), ("deleteResponse", deleted)]
            .into()
    }
}

/// The documented error when no user is signed in, or the tokens could not be read.
fn nothing_to_end<P: Platform>(sign_out: &LocalSignOut<P>) -> Error {
    let code = sign_out.unreadable().map_or(Code::NotSignedIn, StorageFault::code);
    Error::new(
        "Token_Error",
        code,
        Kind::State,
        "Required for ending session and revoking access token",
    )
}

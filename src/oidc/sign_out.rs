//! `user.logout()`.

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

/// It takes no longer than this many milliseconds to leave a page.
const LEAVING: f64 = 10_000.0;

/// Before the page is left, what ends the tokens and AM's session is waited for no longer than this
/// many milliseconds. Browsers without `keepalive` abort it then.
const BEFORE_LEAVING: f64 = 2_000.0;

const FAILED_IN_PART: &str =
    "Signed out here; what failed at the provider is in the other members.";

impl<P: Platform> Client<P> {
    /// `user.logout()`: forgets everything here first, so that other tabs know at once; then ends
    /// the session at the provider, then revokes the tokens.
    ///
    /// With `redirect` in the options the tokens are revoked first, and then the browser itself goes
    /// to the provider to end the session there.
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

    async fn logout_once(&self) -> Result<Value, Error> {
        let _guard = self.page.sign_outs.begin(&self.metadata.issuer, SignOutBy::Requests);
        let mut ending = self.ending();
        let session = am_session::forget(self.page, &self.metadata.issuer);
        let mut sign_out = self.start_sign_out().await;
        let begins = !sign_out.is_of_nobody() || session == Ok(true);
        ending.hint = self.hint(&sign_out);
        let ended = self.end_at_once(&mut sign_out, &ending, begins).await;
        if sign_out.is_of_nobody() && session == Ok(false) {
            return Err(nothing_to_end(&sign_out));
        }
        let ended = match begins {
            true => ended,
            // A renewal that was under way has brought tokens.
            false => {
                ending.hint = self.hint(&sign_out);
                self.end_session(&ending).await
            }
        };
        let revoked = self.revoke_tokens(&sign_out).await;
        report(self.parts(ended, revoked, &sign_out, session), FAILED_IN_PART)
    }

    /// Ends the session, where there `begins` to be one, before anything is waited for: the page may be
    /// left at any time. Meanwhile the sign-out settles.
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
                // All at once, while there is still time.
                self.end_session_later(ending);
                for token in known {
                    self.revoke_later(vec![token]);
                }
                both.await
            }
        };
        ended
    }

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
            // What the provider does with the browser is not for this page to see.
            (_, Some(_)) => Ok((Done::Unconfirmed, None)),
            (_, None) => Ok((Done::No, Some(Code::EndpointMissing))),
        };
        report(self.parts(ended, revoked, &sign_out, session), FAILED_IN_PART)
    }

    /// Until the browser has left this page, nobody is signed in again by what is left of the
    /// session.
    fn keep_signing_out(&self, locks: Vec<Held<P>>, guard: Guard<P>) {
        let page = self.page;
        self.platform().spawn(Box::pin(async move {
            page.platform.returned(LEAVING).await;
            drop((locks, guard));
        }));
    }

    async fn revoke_tokens(&self, sign_out: &LocalSignOut<P>) -> Part {
        if sign_out.is_empty() {
            return Ok((Done::No, None));
        }
        if self.revocation_endpoint().is_none() {
            return Ok((Done::No, Some(Code::EndpointMissing)));
        }
        revoke::part(sign_out.revoke(self.page, &self.caller, &self.metadata).await)
    }

    async fn start_sign_out(&self) -> LocalSignOut<P> {
        LocalSignOut::start(self.page, &self.metadata.issuer, Some(&self.sign_in)).await
    }

    /// The URL that the browser itself goes to, to end the session: with the ID token, unless that is
    /// too long for servers.
    fn sign_out_url(&self, ending: &Ending, state: &Text) -> Option<Text> {
        let endpoint = self.metadata.end_session_page.as_ref()?;
        let back = self.config.sign_out_redirect_uri.as_ref();
        let back = back.map(|uri| (uri, state.as_str()));
        let (client_id, hint) = match &ending.hint {
            Some((client_id, hint)) => (client_id, Some(hint)),
            None => (self.client_id(), None),
        };
        let page = logout::page(endpoint, client_id, hint, back);
        // AM ends no session without one, and takes URLs of any length.
        let is_usable = logout::fits(&page) || self.page.providers.is_am(&self.metadata);
        Some(if is_usable { page } else { logout::page(endpoint, client_id, None, back) })
    }

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

fn nothing_to_end<P: Platform>(sign_out: &LocalSignOut<P>) -> Error {
    let code = sign_out.unreadable().map_or(Code::NotSignedIn, StorageFault::code);
    Error::new(
        "Token_Error",
        code,
        Kind::State,
        "Required for ending session and revoking access token",
    )
}

//! What a tab removes when another tab has signed out.

use std::rc::Rc;

use crate::page::Page;
use crate::page::am_session;
use crate::page::events::{Event, HappenedIn};
use crate::page::whose::SignIn;
use crate::platform::Platform;
use crate::storage::Area;
use crate::text::Text;

/// After a sign-out in another tab, removes what this tab alone has stored of the session, unless a user
/// has signed in again.
pub async fn follow_sign_out<P: Platform>(page: &Page<P>, sign_in: &SignIn) {
    if page.tokens.read(sign_in).await.is_ok_and(|stored| stored.raw.is_none()) {
        // Removes the session of this tab if its note is gone. One in localStorage is for the tab that
        // signs out to remove.
        let _ = am_session::get(page, &sign_in.issuer);
        page.documents.forget();
    }
}

/// Removes what this tab alone has stored of sign-ins that have ended: now, and whenever the ids of an
/// issuer change ([`SignIns::watch`](crate::page::sign_ins::SignIns)).
pub fn follow_sign_outs<P: Platform>(page: &'static Page<P>, issuer: &Text) {
    // A tab that is restored may have what another tab's sign-out has ended meanwhile.
    let _ = am_session::get(page, issuer);
    let of = issuer.clone();
    let changed = Rc::new(move |key: &str| {
        let (issuer, is_news) = (of.clone(), !key.is_empty());
        let ended = async move { forget_ended(page, &issuer, is_news).await };
        page.platform.spawn(Box::pin(ended));
    });
    page.sign_ins.watch(issuer, changed);
}

/// Reads what this tab has stored for an issuer, which removes the records of sign-ins that have ended.
/// `is_news` is false where the entry of the issuer may be unchanged: no sign-out is counted then.
async fn forget_ended<P: Platform>(page: &Page<P>, issuer: &Text, is_news: bool) {
    let _ = am_session::get(page, issuer);
    let is_over = is_news && page.sign_ins.count_notes(issuer) == (0, 0);
    if is_over {
        // Calls that are pending in this tab started before the sign-out, and must store nothing.
        page.sign_outs.add(issuer);
        page.documents.forget();
    }
    for sign_in in page.sign_ins.clients_of(issuer) {
        if is_over {
            // This tab may have kept it again, from what it had read before.
            page.tokens.forget_lease(&sign_in);
        }
        // The app is responsible for its own storage.
        if matches!(sign_in.location.area, Area::Custom(_)) {
            continue;
        }
        let is_left = page.tokens.read(&sign_in).await.is_ok_and(|stored| stored.raw.is_some());
        // A record of another client library has no id that could be gone.
        let is_ended = is_over && is_left && sign_in.is_of_tab();
        if is_ended && page.tokens.forget(&sign_in).await.is_ok() {
            page.events.emit_here(&sign_in, &Event::SignedOut, HappenedIn::OtherTab);
        }
    }
}

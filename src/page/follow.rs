//! What a tab forgets when another one has signed out.

use std::rc::Rc;

use crate::page::Page;
use crate::page::am_session;
use crate::page::whose::SignIn;
use crate::platform::Platform;
use crate::storage::Area;
use crate::text::Text;

/// Another tab signed out: what this tab alone keeps of the session goes too, unless somebody has
/// signed in again.
pub async fn follow_sign_out<P: Platform>(page: &Page<P>, sign_in: &SignIn) {
    if page.tokens.read(sign_in).await.is_ok_and(|stored| stored.raw.is_none()) {
        let _ = am_session::forget(page, &sign_in.issuer);
        page.documents.forget();
    }
}

/// Forgets, whenever the ids of an issuer have changed, what this tab alone keeps of a sign-in that
/// has ended; and at once, for a tab that was restored.
pub fn follow_sign_outs<P: Platform>(page: &'static Page<P>, issuer: &Text) {
    // A tab that was restored may hold what a sign-out has ended meanwhile.
    let _ = am_session::get(page, issuer);
    let of = issuer.clone();
    let changed = Rc::new(move |key: &str| {
        let (issuer, is_news) = (of.clone(), !key.is_empty());
        let ended = async move { forget_ended(page, &issuer, is_news).await };
        page.platform.spawn(Box::pin(ended));
    });
    page.sign_ins.watch(issuer, changed);
}

async fn forget_ended<P: Platform>(page: &Page<P>, issuer: &Text, is_news: bool) {
    let _ = am_session::get(page, issuer);
    for sign_in in page.sign_ins.clients_of(issuer) {
        // An app's own storage is the app's to look after.
        if !matches!(sign_in.location.area, Area::Custom(_)) {
            let _ = page.tokens.read(&sign_in).await;
        }
    }
    if is_news && page.sign_ins.count_notes(issuer) == 0 {
        // What is under way in this tab was begun before the sign-out.
        page.sign_outs.add(issuer);
        page.documents.forget();
    }
}

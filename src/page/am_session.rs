//! AM's session after a journey: the stored session token, and the calls of AM's sessions endpoint.

use crate::am::realm::split_issuer;
use crate::am::session::{
    Call, INFO, LOGOUT, Token, VALIDATE, VALIDATING, VERSIONS, Validity, read_failure, read_info,
    read_validity,
};
use crate::done::Done;
use crate::error::Error;
use crate::fault::{NetworkFault, StorageFault};
use crate::http::Answer;
use crate::json::{Value, object, parse, to_text};
use crate::page::Page;
use crate::page::sender::Caller;
use crate::page::whose::{User, session_at};
use crate::platform::Platform;
use crate::protocol::pkce;
use crate::storage::{Area, Location, SIGN_IN_ID, old_session_key};
use crate::text::{Join, Text, without_slashes};
use crate::url::Url;

/// Where a session token may be stored.
const AREAS: [Area; 3] = [Area::Memory, Area::Session, Area::Local];

/// The key of earlier versions for an issuer's session token. Several AMs on one host shared it.
fn old_key(issuer: &str) -> Option<Text> {
    let url = Url::parse(issuer, None)?;
    let realm = split_issuer(issuer).map_or_else(|| url.path().into(), |(_, realm)| realm);
    Some(old_session_key(url.host(), without_slashes(&realm)))
}

/// Whose session tokens of an earlier version are meant.
#[derive(Clone, Copy, PartialEq)]
enum Whose {
    /// Those that are known to be this AM's.
    Known,
    /// Also those of which that is not known, if the page has no client of another AM whose they may be: a
    /// sign-out leaves nothing.
    AnyLeft,
}

/// The areas in which an earlier version has stored a session token of this AM, with the record: its
/// sign-in belongs to this issuer or, without a sign-in, its `successUrl` is below AM's path.
fn old_records<P: Platform>(
    page: &Page<P>,
    issuer: &str,
    key: &str,
    whose: Whose,
) -> Result<Vec<(Area, Value)>, StorageFault> {
    let mut found = Vec::new();
    let may_be_others = |other: &Text| *other != issuer && old_key(other).as_deref() == Some(key);
    let is_only = whose == Whose::AnyLeft && !page.sign_ins.issuers().iter().any(may_be_others);
    for area in [Area::Local, Area::Session] {
        let text = match page.platform.read(area, key) {
            // A blocked storage has no records.
            Err(StorageFault::Blocked) => continue,
            text => text?,
        };
        let Some(record) = text.as_deref().and_then(parse) else { continue };
        let is_ours = match record.str(SIGN_IN_ID) {
            _ if record.non_empty("tokenId").is_none() => false,
            Some(id) => page.sign_ins.counts(issuer, Some(id)),
            None if is_only => true,
            None => record.non_empty("successUrl").is_some_and(|url| is_below(issuer, url)),
        };
        if is_ours {
            found.push((area, record));
        }
    }
    Ok(found)
}

/// Moves a session token of an earlier version to its new key, if it is this AM's. It replaces one that is
/// there: every client moves it, so the earlier version has stored it since. Where it can't be written, it
/// stays for the next page.
pub async fn adopt<P: Platform>(page: &Page<P>, caller: &Caller<P>, issuer: &str) {
    let Some(old_key) = old_key(issuer) else { return };
    for (area, record) in old_records(page, issuer, &old_key, Whose::Known).unwrap_or_default() {
        if put(page, caller, issuer, area, &record).await == area {
            let _ = page.platform.remove(area, &old_key);
        }
    }
}

/// Removes the session tokens of an earlier version, if they are this AM's. Returns whether there was one.
///
/// # Errors
/// Why a storage failed.
fn forget_old<P: Platform>(
    page: &Page<P>,
    issuer: &str,
    whose: Whose,
) -> Result<bool, StorageFault> {
    let Some(old_key) = old_key(issuer) else { return Ok(false) };
    let found = old_records(page, issuer, &old_key, whose)?;
    for (area, _) in &found {
        page.platform.remove(*area, &old_key)?;
    }
    Ok(!found.is_empty())
}

/// Whether a URL is below AM's path, which is the part of its issuer before `oauth2`.
fn is_below(issuer: &str, url: &str) -> bool {
    let (Some((path, _)), Some(am), Some(url)) =
        (split_issuer(issuer), Url::parse(issuer, None), Url::parse(url, Some(issuer)))
    else {
        return false;
    };
    !path.is_empty() && url.href().starts_with(&*[am.origin(), &path, "/"].joined())
}

/// Stores the session of a successful journey. `area` is the option `session`, `None` to store nothing.
/// Without a token (`noSession`) the previous one stays.
pub async fn keep<P: Platform>(
    page: &Page<P>,
    caller: &Caller<P>,
    issuer: &str,
    area: Option<Area>,
    payload: &Value,
) {
    if let (Some(area), Some(_)) = (area, payload.non_empty("tokenId")) {
        put(page, caller, issuer, area, payload).await;
        let _ = forget_old(page, issuer, Whose::Known);
    }
}

/// Stores a session, instead of those in other storages. Returns where: in memory, if the storage fails.
async fn put<P: Platform>(
    page: &Page<P>,
    caller: &Caller<P>,
    issuer: &str,
    area: Area,
    payload: &Value,
) -> Area {
    let location = session_at(issuer, area);
    let key = &location.key;
    let mut record = object!([
        ("tokenId", payload.text("tokenId").into()),
        ("successUrl", payload.str("successUrl").into()),
        ("realm", payload.str("realm").into()),
        (SINCE, page.platform.now().into()),
    ]);
    if area != Area::Local {
        let sign_outs = page.sign_outs.count(issuer);
        let is_over = || page.sign_outs.count(issuer) != sign_outs;
        let id = page.locks.sign_in_id(issuer, Some(location.to_value()), &is_over).await;
        if is_over() {
            return area;
        }
        record.set(SIGN_IN_ID, id.as_ref());
    }
    record.retain(&|_, value| !value.is_null());
    let record = to_text(&record);
    let mut kept = area;
    if let Err(fault) = page.platform.write(area, key, &record) {
        caller.log.warn(fault.advice());
        // The user is signed in, and this page still has the token.
        kept = Area::Memory;
        let _ = page.platform.write(kept, key, &record);
    }
    for other in AREAS.into_iter().filter(|other| *other != kept) {
        let _ = page.platform.remove(other, key);
    }
    kept
}

/// The stored session of an issuer: `{ tokenId, successUrl, realm }`.
pub fn get<P: Platform>(page: &Page<P>, issuer: &str) -> Option<Value> {
    let (_, mut record) = stored(page, issuer)?;
    record.retain(&|name, _| ![SIGN_IN_ID, SINCE, USER].contains(&name));
    Some(record)
}

/// The record of an issuer's session, and where it is.
fn stored<P: Platform>(page: &Page<P>, issuer: &str) -> Option<(Area, Value)> {
    for area in AREAS {
        let Location { key, .. } = session_at(issuer, area);
        let text = page.platform.read(area, &key).ok().flatten();
        let Some(record) = text.as_deref().and_then(parse) else { continue };
        // Another tab has signed out.
        if area != Area::Local && !page.sign_ins.counts(issuer, record.str(SIGN_IN_ID)) {
            let _ = page.platform.remove(area, &key);
            continue;
        }
        if record.non_empty("tokenId").is_some() {
            return Some((area, record));
        }
    }
    None
}

/// The member of a record with the time when it was stored, in milliseconds since 1970.
const SINCE: &str = "since";

/// The member of a record with the hash of the session's user: see [`note_user`]. It is empty where
/// authorizations have said different users.
const USER: &str = "user";

/// How an authorization has found the user.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    /// By AM's session alone, without the user.
    Session,
    /// The user may have signed in on AM's page, in another session than the stored one.
    SignIn,
}

/// Notes in the record of an issuer's session whose it is, by the user that an authorization has proved
/// which began at `created`. AM does not say whose a session token is: it is the user's whom all
/// authorizations since the journey have found, the first of them without the user; otherwise it is not
/// known.
pub fn note_user<P: Platform>(
    page: &Page<P>,
    issuer: &str,
    user: &User,
    found_by: FoundBy,
    created: Option<f64>,
) {
    let (User::Proved(subject), Some((area, mut record))) = (user, stored(page, issuer)) else {
        return;
    };
    let is_later =
        created.zip(record.number(SINCE)).is_some_and(|(created, since)| created >= since);
    let found = pkce::sha256(subject);
    let user = match record.text(USER) {
        _ if !is_later => return,
        Some(noted) if *noted == found => return,
        None if found_by == FoundBy::Session => found,
        _ => Text::default(),
    };
    record.set(USER, user);
    let _ = page.platform.write(area, &session_at(issuer, area).key, &to_text(&record));
}

/// The hash of the `sub` of the stored session's user, where it is known.
pub fn user<P: Platform>(page: &Page<P>, issuer: &str) -> Option<Text> {
    stored(page, issuer)?.1.non_empty(USER).cloned()
}

/// The token of an issuer's stored session; `None` where the app names no header for it.
pub fn token<P: Platform>(page: &Page<P>, issuer: &str, header: Option<&Text>) -> Option<Token> {
    Token::of(&get(page, issuer)?, header)
}

/// Sends a call in the first of [`VERSIONS`] that the server supports. The page remembers that version.
async fn ask<P: Platform>(
    page: &Page<P>,
    caller: &Caller<P>,
    call: Call<'_>,
    action: &'static str,
) -> Result<Answer, NetworkFault> {
    let endpoint = &call.endpoints.sessions;
    let mut at = page.providers.session_version(endpoint);
    loop {
        let version = VERSIONS.get(at).copied().flatten();
        let answer = page.sender.send(caller, call.request(action, version)).await?;
        // AM checks the session before the version: a 401 does not say that it supports this one.
        if !matches!(answer.status, 401 | 404) {
            page.providers.note_session_version(endpoint, at);
        }
        at += 1;
        if answer.status != 404 || at >= VERSIONS.len() {
            return Ok(answer);
        }
    }
}

/// AM's information about the session.
///
/// # Errors
/// Those of [`read_info`].
pub async fn info<P: Platform>(
    page: &Page<P>,
    caller: &Caller<P>,
    call: Call<'_>,
) -> Result<Value, Error> {
    read_info(ask(page, caller, call, INFO).await)
}

/// Ends the session, and returns whether it is over. A 401 confirms that only where the request has the
/// session token: AM answers a blocked cookie in the same way.
///
/// # Errors
/// `terminate_failed` where the session goes on, or nothing is known.
pub async fn end<P: Platform>(
    page: &Page<P>,
    caller: &Caller<P>,
    call: Call<'_>,
) -> Result<Done, Error> {
    let answer = ask(page, caller, call, LOGOUT).await;
    match (answer, call.token) {
        (Ok(answer), _) if answer.is_ok() => Ok(Done::Yes),
        (Ok(answer), None) if answer.status == 401 => Ok(Done::Unconfirmed),
        (Ok(answer), Some(_)) if answer.status == 401 => match validate(page, caller, call).await {
            Validity::Valid => Err(read_failure(Ok(answer))),
            Validity::NoToken => Ok(Done::Unconfirmed),
            Validity::Over | Validity::Unknown => Ok(Done::Yes),
        },
        (answer, _) => Err(read_failure(answer)),
    }
}

/// Whether the session of the token is valid: asks in each of [`VALIDATING`] until AM supports one.
async fn validate<P: Platform>(page: &Page<P>, caller: &Caller<P>, call: Call<'_>) -> Validity {
    for version in VALIDATING {
        let request = call.request(VALIDATE, Some(version));
        let Ok(answer) = page.sender.send(caller, request).await else { break };
        match read_validity(&answer) {
            Validity::Unknown => {}
            validity => return validity,
        }
    }
    Validity::Unknown
}

/// Removes the session token of an issuer from all storages. Returns whether there was one.
///
/// # Errors
/// Why a storage failed.
pub fn forget<P: Platform>(page: &Page<P>, issuer: &str) -> Result<bool, StorageFault> {
    page.sign_outs.add(issuer);
    let old = forget_old(page, issuer, Whose::AnyLeft);
    let mut found = old == Ok(true);
    let mut removed = old.map(drop);
    for area in AREAS {
        let Location { key, .. } = session_at(issuer, area);
        match page.platform.read(area, &key) {
            Ok(None) | Err(StorageFault::Blocked) => continue,
            Ok(Some(_)) => found = true,
            Err(_) => {}
        }
        removed = removed.and(page.platform.remove(area, &key));
    }
    removed.map(|()| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_earlier_versions() {
        for (issuer, expected) in [
            (
                "https://h/am/oauth2/realms/root/realms/a",
                Some("pic-session-h-realms/root/realms/a"),
            ),
            ("http://localhost:9443/am/oauth2", Some("pic-session-localhost:9443-")),
            ("https://sso.example/tenant", Some("pic-session-sso.example-tenant")),
            ("junk", None),
        ] {
            assert_eq!(old_key(issuer).as_deref(), expected);
        }
    }
}

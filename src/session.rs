//! The session that a journey ends in: AM's session token, and the requests about it.

use crate::am::{Endpoints, params, post, split_issuer};
use crate::context::{Caller, Context};
use crate::error::{Code, Error, Kind};
use crate::json::{Value, object, parse, to_text};
use crate::platform::{Answer, Area, Body, NetworkFault, Platform, Request, StorageFault};
use crate::text::{Join, Text, without_slashes};
use crate::url::{Params, Url};

/// Where a session token may be kept.
const AREAS: [Area; 3] = [Area::Memory, Area::Session, Area::Local];

/// The key of an issuer's session token: `pic-session-<host>-<realm path>`. `None` for an issuer
/// that is not AM's.
pub fn key(issuer: &str) -> Option<Text> {
    let (_, realm) = split_issuer(issuer)?;
    let url = Url::parse(issuer, None)?;
    Some(["pic-session-", url.host(), "-", without_slashes(&realm)].joined())
}

/// Keeps the session of a successful journey; without a token (`noSession`) the previous one stays.
pub fn keep<P: Platform>(
    context: &Context<P>,
    caller: &Caller<P>,
    issuer: &str,
    area: Option<Area>,
    payload: &Value,
) {
    let (Some(area), Some(key), Some(token)) = (area, key(issuer), payload.non_empty("tokenId"))
    else {
        return;
    };
    let record = to_text(&object!([
        ("tokenId", token.into()),
        ("successUrl", payload.str("successUrl").into()),
        ("realm", payload.str("realm").into()),
    ]));
    let mut kept = area;
    if let Err(fault) = context.platform.write(area, &key, &record) {
        caller.log.warn(fault.advice());
        // The person is signed in all the same; for this page the token is known.
        kept = Area::Memory;
        let _ = context.platform.write(kept, &key, &record);
    }
    for other in AREAS.into_iter().filter(|other| *other != kept) {
        let _ = context.platform.remove(other, &key);
    }
}

/// The kept session of an issuer: `{ tokenId, successUrl, realm }`.
pub fn get<P: Platform>(context: &Context<P>, issuer: &str) -> Option<Value> {
    let key = key(issuer)?;
    let read = |area| context.platform.read(area, &key).ok().flatten();
    let mut records = AREAS.into_iter().filter_map(|area| parse(&read(area)?));
    records.find(|record| record.non_empty("tokenId").is_some())
}

/// The request for what AM knows of the session.
pub fn info(endpoints: &Endpoints) -> Request {
    let mut params = Params::new();
    params.set("_action", "getSessionInfo");
    post(&params.append_to(&endpoints.sessions), Body::None)
}

/// Reads the answer to [`info`].
///
/// # Errors
/// `session_info_failed`: of type `auth_error` when there is no session (401), else `network_error`.
pub fn read_info(answer: Result<Answer, NetworkFault>) -> Result<Value, Error> {
    let failed =
        |code, kind, text: &str| Error::new("session_info_failed", code, kind, text.to_owned());
    let answer = answer.map_err(|fault| {
        let (code, status) = fault.describe();
        failed(code, Kind::Network, &fault.advice()).status(status)
    })?;
    let status = f64::from(answer.status);
    match parse(&answer.body).filter(Value::is_object) {
        Some(info) if answer.is_ok() => Ok(info),
        _ if answer.status == 401 => {
            let text = "There is no session, or it has ended: sign in again.";
            Err(failed(Code::NotSignedIn, Kind::Auth, text).status(status))
        }
        None if answer.is_ok() => {
            Err(failed(Code::AnswerNotJson, Kind::Parse, "The answer is not JSON.").status(status))
        }
        _ => {
            let text = ["The server answered ", &answer.status_text(), "."].joined();
            Err(failed(Code::HttpError, Kind::Network, &text).status(status))
        }
    }
}

/// Forgets the session token of an issuer, wherever it is; whether there was one.
pub fn forget<P: Platform>(context: &Context<P>, issuer: &str) -> Result<bool, StorageFault> {
    context.count_sign_out(issuer);
    let Some(key) = key(issuer) else { return Ok(false) };
    let mut found = false;
    let mut removed = Ok(());
    for area in AREAS {
        match context.platform.read(area, &key) {
            Ok(None) | Err(StorageFault::Blocked) => continue,
            Ok(Some(_)) => found = true,
            Err(_) => {}
        }
        removed = removed.and(context.platform.remove(area, &key));
    }
    removed.map(|()| found)
}

/// The request that ends the session on the server.
pub fn logout(endpoints: &Endpoints, query: &Value) -> Request {
    let mut params = params(query);
    params.set("_action", "logout");
    post(&params.append_to(&endpoints.sessions), Body::None).keepalive().action("JOURNEY_TERMINATE")
}

/// Reads the answer to [`logout`]: a session that had already ended (401, 404) has ended.
pub fn read_logout(answer: Result<Answer, NetworkFault>) -> Result<(), Error> {
    let failure = |code, status: Text| {
        let text = ["Failed to terminate session: ", &status].joined();
        Error::new("terminate_failed", code, Kind::Network, text)
    };
    match answer {
        Ok(answer) if answer.is_ok() || matches!(answer.status, 401 | 404) => Ok(()),
        Ok(answer) => {
            Err(failure(Code::HttpError, answer.status_text()).status(f64::from(answer.status)))
        }
        Err(fault) => {
            let (code, status) = fault.describe();
            let failure = match fault {
                NetworkFault::Middleware(_) | NetworkFault::OtherOrigin => {
                    let text = "Failed to terminate session";
                    Error::new("terminate_failed", code, Kind::Network, text).cause(fault.advice())
                }
                _ => failure(code, status.into()),
            };
            Err(failure.status(status))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_belongs_to_host_and_realm() {
        for (issuer, expected) in [
            (
                "https://h/am/oauth2/realms/root/realms/a",
                Some("pic-session-h-realms/root/realms/a"),
            ),
            ("http://localhost:9443/am/oauth2", Some("pic-session-localhost:9443-")),
            ("https://auth.pingone.com/x/as", None),
            ("junk", None),
        ] {
            assert_eq!(key(issuer).as_deref(), expected);
        }
    }

    #[test]
    fn an_ended_session_has_ended() {
        let outcome = |status| {
            read_logout(Ok(Answer { status, body: Text::default() }))
                .map_err(|e| e.message().to_owned())
        };
        for status in [200, 204, 401, 404] {
            assert_eq!(outcome(status), Ok(()));
        }
        assert_eq!(outcome(500), Err("Failed to terminate session: 500".into()));
        assert_eq!(
            read_logout(Err(NetworkFault::Failed)).unwrap_err().message(),
            "Failed to terminate session: FETCH_ERROR"
        );
        let stopped = read_logout(Err(NetworkFault::Middleware("mine".into()))).unwrap_err();
        assert_eq!(stopped.message(), "Failed to terminate session");
        assert_eq!(stopped.into_value().str("cause"), Some("mine"));
    }
}

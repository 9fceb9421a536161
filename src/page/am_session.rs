//! The session that a journey ends in: AM's session token, and the requests about it.

use crate::am::endpoints::{Endpoints, VERSION, params, post};
use crate::am::realm::split_issuer;
use crate::done::Done;
use crate::error::{Code, Error, Kind};
use crate::fault::{NetworkFault, StorageFault};
use crate::http::{Answer, Body, Request};
use crate::json::{Value, object, parse, to_text};
use crate::page::Page;
use crate::page::sender::Caller;
use crate::page::whose::session_at;
use crate::platform::Platform;
use crate::storage::Area;
use crate::storage::Location;
use crate::storage::SIGN_IN_ID;
use crate::storage::old_session_key;
use crate::text::{Join, Text, without_slashes};
use crate::url::Url;

/// Where a session token may be kept.
const AREAS: [Area; 3] = [Area::Memory, Area::Session, Area::Local];

/// The key that earlier versions had for an issuer's session token. The AMs of one host shared it.
fn old_key(issuer: &str) -> Option<Text> {
    let url = Url::parse(issuer, None)?;
    let realm = split_issuer(issuer).map_or_else(|| url.path().into(), |(_, realm)| realm);
    Some(old_session_key(url.host(), without_slashes(&realm)))
}

/// Moves a session that an earlier version has kept to its place, where it is this AM's: its sign-in is
/// noted for this issuer or, without one, its `successUrl` is below AM's own path. Any other stays.
pub fn adopt<P: Platform>(page: &Page<P>, caller: &Caller<P>, issuer: &str) {
    let Some(old_key) = old_key(issuer) else { return };
    for area in [Area::Session, Area::Local] {
        let text = page.platform.read(area, &old_key).ok().flatten();
        let Some(record) = text.as_deref().and_then(parse) else { continue };
        let is_ours = match record.str(SIGN_IN_ID) {
            Some(id) => page.sign_ins.counts(issuer, Some(id)),
            None => record.non_empty("successUrl").is_some_and(|url| is_below(issuer, url)),
        };
        if is_ours && page.platform.remove(area, &old_key).is_ok() && get(page, issuer).is_none() {
            keep(page, caller, issuer, Some(area), &record);
        }
    }
}

/// Whether a URL is below the path of AM: what stands before `oauth2` in its issuer.
fn is_below(issuer: &str, url: &str) -> bool {
    let (Some((path, _)), Some(am), Some(url)) =
        (split_issuer(issuer), Url::parse(issuer, None), Url::parse(url, Some(issuer)))
    else {
        return false;
    };
    !path.is_empty() && url.href().starts_with(&*[am.origin(), &path, "/"].joined())
}

/// Keeps the session of a successful journey; without a token (`noSession`) the previous one stays.
pub fn keep<P: Platform>(
    page: &Page<P>,
    caller: &Caller<P>,
    issuer: &str,
    area: Option<Area>,
    payload: &Value,
) {
    let (Some(area), Some(token)) = (area, payload.non_empty("tokenId")) else { return };
    let location = session_at(issuer, area);
    let key = &location.key;
    let mut record = object!([
        ("tokenId", token.into()),
        ("successUrl", payload.str("successUrl").into()),
        ("realm", payload.str("realm").into()),
    ]);
    if area != Area::Local {
        record
            .set(SIGN_IN_ID, page.sign_ins.sign_in_id(issuer, Some(location.to_value())).as_ref());
    }
    record.retain(&|_, value| !value.is_null());
    let record = to_text(&record);
    let mut kept = area;
    if let Err(fault) = page.platform.write(area, key, &record) {
        caller.log.warn(fault.advice());
        // The person is signed in all the same; for this page the token is known.
        kept = Area::Memory;
        let _ = page.platform.write(kept, key, &record);
    }
    for other in AREAS.into_iter().filter(|other| *other != kept) {
        let _ = page.platform.remove(other, key);
    }
}

/// The kept session of an issuer: `{ tokenId, successUrl, realm }`.
pub fn get<P: Platform>(page: &Page<P>, issuer: &str) -> Option<Value> {
    for area in AREAS {
        let Location { key, .. } = session_at(issuer, area);
        let text = page.platform.read(area, &key).ok().flatten();
        let Some(mut record) = text.as_deref().and_then(parse) else { continue };
        // A sign-out in another tab has ended it.
        if area != Area::Local && !page.sign_ins.counts(issuer, record.str(SIGN_IN_ID)) {
            let _ = page.platform.remove(area, &key);
            continue;
        }
        if record.non_empty("tokenId").is_some() {
            record.retain(&|name, _| name != SIGN_IN_ID);
            return Some(record);
        }
    }
    None
}

/// The kept session token, and the header that it goes in.
pub struct Token {
    header: Text,
    token: Text,
}

impl Token {
    /// The token of an issuer's session, where the app names a header for it.
    pub fn kept<P: Platform>(page: &Page<P>, issuer: &str, header: Option<&Text>) -> Option<Token> {
        let session = get(page, issuer)?;
        Some(Token { header: header?.clone(), token: session.non_empty("tokenId")?.clone() })
    }

    /// A request that carries it.
    pub fn put_into(&self, request: Request) -> Request {
        request.header(&self.header, &self.token)
    }
}

/// A call of AM's sessions endpoint.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The endpoints of the realm.
    pub endpoints: &'a Endpoints,
    /// The app's query.
    pub query: &'a Value,
    /// Without it the session is known by its cookie alone.
    pub token: Option<&'a Token>,
}

/// The versions of the sessions endpoint that are tried, one after the other: not every AM knows ours,
/// and one that doesn't answers 404.
///
/// See [REST API versions](https://docs.pingidentity.com/pingam/8/REST-guide/rest-api-versions.html).
const VERSIONS: [Option<&str>; 3] = [Some(VERSION), Some("protocol=1.0,resource=2.0"), None];

impl Call<'_> {
    /// Asks in the version that the server knows, which is remembered for the page.
    async fn ask<P: Platform>(
        self,
        page: &Page<P>,
        caller: &Caller<P>,
        action: &'static str,
    ) -> Result<Answer, NetworkFault> {
        let endpoint = &self.endpoints.sessions;
        let mut at = page.providers.session_version(endpoint);
        loop {
            let version = VERSIONS.get(at).copied().flatten();
            let answer = page.sender.send(caller, self.request(action, version)).await?;
            // Who may ask comes before the version: a 401 says nothing about that.
            if !matches!(answer.status, 401 | 404) {
                page.providers.note_session_version(endpoint, at);
            }
            at += 1;
            if answer.status != 404 || at >= VERSIONS.len() {
                return Ok(answer);
            }
        }
    }

    fn request(self, action: &'static str, version: Option<&str>) -> Request {
        let mut params = params(self.query);
        params.set("_action", action);
        let request = post(&params.append_to(&self.endpoints.sessions), Body::None, version);
        let request = match self.token {
            Some(token) => token.put_into(request),
            None => request,
        };
        match action {
            LOGOUT => request.keepalive().action("JOURNEY_TERMINATE"),
            _ => request,
        }
    }

    /// What AM knows of the session.
    ///
    /// # Errors
    /// Those of [`read_info`].
    pub async fn info<P: Platform>(
        self,
        page: &Page<P>,
        caller: &Caller<P>,
    ) -> Result<Value, Error> {
        read_info(self.ask(page, caller, "getSessionInfo").await)
    }

    /// Ends the session, and says whether it is over. A 401 says so only where the request carried the
    /// session token: a blocked cookie is answered in the same way.
    ///
    /// # Errors
    /// `terminate_failed`, where it could not be ended.
    pub async fn end<P: Platform>(self, page: &Page<P>, caller: &Caller<P>) -> Result<Done, Error> {
        let answer = self.ask(page, caller, LOGOUT).await;
        match (answer, self.token) {
            (Ok(answer), _) if answer.is_ok() => Ok(Done::Yes),
            (Ok(answer), None) if answer.status == 401 => Ok(Done::Unconfirmed),
            (Ok(answer), Some(_)) if answer.status == 401 => {
                match self.validate(page, caller).await {
                    Validity::Valid => Err(read_failure(Ok(answer))),
                    Validity::NoToken => Ok(Done::Unconfirmed),
                    Validity::Over | Validity::Unknown => Ok(Done::Yes),
                }
            }
            (answer, _) => Err(read_failure(answer)),
        }
    }

    /// Whether the session of the token is valid, as far as AM says so.
    async fn validate<P: Platform>(self, page: &Page<P>, caller: &Caller<P>) -> Validity {
        for version in VALIDATING {
            let request = self.request("validate", Some(version));
            let Ok(answer) = page.sender.send(caller, request).await else { break };
            let said = parse(&answer.body).and_then(|body| body.get("valid")?.as_bool());
            match (answer.status, said) {
                (400, _) => return Validity::NoToken,
                (_, Some(true)) => return Validity::Valid,
                (_, Some(false)) => return Validity::Over,
                _ => {}
            }
        }
        Validity::Unknown
    }
}

const LOGOUT: &str = "logout";

/// The versions in which AMs know the action `validate`.
const VALIDATING: [&str; 2] = [VERSION, "protocol=1.0,resource=1.2"];

/// What AM says about a session token.
enum Validity {
    Valid,
    Over,
    /// AM has found no token in the request: it goes in another header.
    NoToken,
    /// AM doesn't know the question.
    Unknown,
}

/// Nothing says whether the session is over.
pub fn unconfirmed() -> Error {
    let text = "Failed to terminate session: AM did not say whether it has ended. It knows the session by its cookie, which the browser may block here: set session.cookieName, or serve AM from a site of the app's.";
    Error::new("terminate_failed", Code::SessionUnconfirmed, Kind::Network, text)
}

/// Reads what AM knows of the session.
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
pub fn forget<P: Platform>(page: &Page<P>, issuer: &str) -> Result<bool, StorageFault> {
    page.sign_outs.add(issuer);
    let mut found = false;
    let mut removed = Ok(());
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

fn failure(code: Code, status: Text) -> Error {
    let text = ["Failed to terminate session: ", &status].joined();
    Error::new("terminate_failed", code, Kind::Network, text)
}

/// Why the session could not be ended.
fn read_failure(answer: Result<Answer, NetworkFault>) -> Error {
    match answer {
        Ok(answer) => {
            failure(Code::HttpError, answer.status_text()).status(f64::from(answer.status))
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
            failure.status(status)
        }
    }
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

    #[test]
    fn what_kept_the_session_from_being_ended() {
        let answer = Answer { status: 500, body: Text::default() };
        assert_eq!(read_failure(Ok(answer)).message(), "Failed to terminate session: 500");
        assert_eq!(
            read_failure(Err(NetworkFault::Failed)).message(),
            "Failed to terminate session: FETCH_ERROR"
        );
        let stopped = read_failure(Err(NetworkFault::Middleware("mine".into())));
        assert_eq!(stopped.message(), "Failed to terminate session");
        assert_eq!(stopped.into_value().str("cause"), Some("mine"));
    }
}

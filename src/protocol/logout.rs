//! Ending the session at the provider: [OpenID Connect RP-Initiated Logout
//! 1.0](https://openid.net/specs/openid-connect-rpinitiated-1_0.html).

use crate::error::{Error, Kind};
use crate::fault::NetworkFault;
use crate::http::{Answer, Request};
use crate::json::parse;
use crate::protocol::oauth_error;
use crate::secret::RawIdToken;
use crate::text::Text;
use crate::url::Params;

/// A URL of more bytes than this is refused by some servers: the user would be stranded on an error
/// page.
const MAX_URL: usize = 4_000;

/// Whether any server takes a URL of this length.
pub fn fits(url: &str) -> bool {
    url.len() <= MAX_URL
}

/// The request ([section
/// 2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)) without a page, by
/// fetch: AM and PingOne answer 204, others redirect, which says nothing.
pub fn request(endpoint: &str, hint: &RawIdToken, redirect_uri: Option<&Text>) -> Request {
    let mut query = Params::new();
    query.set("id_token_hint", hint.reveal());
    query.set_some("post_logout_redirect_uri", redirect_uri);
    Request::get(query.append_to(endpoint)).with_cookies().keepalive().stay().action("END_SESSION")
}

/// The same where no answer can be read. Redirects are followed: they may be what ends the session.
pub fn blind(endpoint: &str, client_id: &str, hint: Option<&RawIdToken>) -> Request {
    let url = page(endpoint, client_id, hint, None);
    Request::get(url).with_cookies().keepalive().unreadable().action("END_SESSION")
}

/// What the answer to a [`request`] says.
pub enum LogoutAnswer {
    /// The session is over.
    Ended,
    /// A redirect or a page: the provider wants to go on with the user, or has nothing more to say.
    Page,
    /// The browser doesn't show the answer, or there is none.
    Unreadable(Error),
    /// The provider refuses, or nothing was sent.
    Refused(Error),
}

/// Reads the answer to a [`request`].
pub fn read(answer: Result<Answer, NetworkFault>) -> LogoutAnswer {
    const SENTENCE: &str = "An error occurred while ending the session";
    match answer {
        Ok(answer) if is_page(&answer) => LogoutAnswer::Page,
        Ok(answer) if answer.is_ok() => LogoutAnswer::Ended,
        Ok(answer) => {
            let json = parse(&answer.body);
            let code = oauth_error::code_of(&answer, json.as_ref());
            let text = oauth_error::explain(SENTENCE, code);
            let error = Error::new(FAILURE, code, Kind::Auth, text);
            let cause = oauth_error::cause(json.as_ref());
            LogoutAnswer::Refused(error.status(f64::from(answer.status)).cause(cause))
        }
        Err(fault) => {
            let (code, status) = fault.describe();
            let error = Error::new(FAILURE, code, Kind::Auth, fault.sentence(SENTENCE));
            let error = error.status(status);
            match fault {
                NetworkFault::Failed | NetworkFault::FailedAt(_) => LogoutAnswer::Unreadable(error),
                _ => LogoutAnswer::Refused(error),
            }
        }
    }
}

/// The name of an error of end session.
pub const FAILURE: &str = "End Session failure";

/// Status 0 is what the browser hides, and 302 a redirect: neither says that the session is over.
fn is_page(answer: &Answer) -> bool {
    let is_html = answer.is_ok() && answer.body.trim_ascii_start().starts_with('<');
    is_html || answer.status == 0 || (300..400).contains(&answer.status)
}

/// The URL ([section 2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)) that a
/// browser goes to, with where it comes back to and the state that it brings. Without an ID token the
/// provider knows us by `client_id`, and asks the user.
pub fn page(
    endpoint: &str,
    client_id: &str,
    hint: Option<&RawIdToken>,
    back: Option<(&Text, &str)>,
) -> Text {
    let mut query = Params::new();
    query.set_some("id_token_hint", hint.map(RawIdToken::reveal));
    query.set("client_id", client_id);
    if let Some((redirect_uri, state)) = back {
        query.set("post_logout_redirect_uri", redirect_uri);
        query.set("state", state);
    }
    query.append_to(endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_readable_success_without_a_page_says_that_the_session_is_over() {
        let told = |status, body: &str| read(Ok(Answer { status, body: body.into() }));
        assert!(matches!(told(204, ""), LogoutAnswer::Ended));
        assert!(matches!(told(200, "{}"), LogoutAnswer::Ended));
        for (status, body) in [(302, ""), (303, ""), (0, ""), (200, " <!doctype html>")] {
            assert!(matches!(told(status, body), LogoutAnswer::Page), "{status} {body}");
        }
        assert!(matches!(told(400, r#"{"error":"invalid_request"}"#), LogoutAnswer::Refused(_)));
        assert!(matches!(told(503, "<html>"), LogoutAnswer::Refused(_)));
        assert!(matches!(read(Err(NetworkFault::Failed)), LogoutAnswer::Unreadable(_)));
        assert!(matches!(read(Err(NetworkFault::Offline)), LogoutAnswer::Refused(_)));
    }
}

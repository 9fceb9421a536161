//! The logout request, which ends the session at the provider:
//! [OpenID Connect RP-Initiated Logout](https://openid.net/specs/openid-connect-rpinitiated-1_0.html).

use crate::error::{Error, Kind};
use crate::fault::NetworkFault;
use crate::http::{Answer, Request};
use crate::json::parse;
use crate::protocol::oauth_error;
use crate::secret::RawIdToken;
use crate::text::Text;
use crate::url::Params;

/// The longest URL, in bytes, that all servers accept. Above it some answer with an error page, from
/// which the user has no way back.
const MAX_URL: usize = 4_000;

/// Whether a URL is short enough for all servers.
pub fn fits(url: &str) -> bool {
    url.len() <= MAX_URL
}

/// The logout request by fetch, without leaving the page
/// ([section 2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)). AM and PingOne
/// answer 204. Other providers redirect, which does not confirm that the session is over.
pub fn request(endpoint: &str, hint: &RawIdToken, redirect_uri: Option<&Text>) -> Request {
    let mut query = Params::new();
    query.set("id_token_hint", hint.reveal());
    query.set_some("post_logout_redirect_uri", redirect_uri);
    Request::get(query.append_to(endpoint)).with_cookies().keepalive().stay().action("END_SESSION")
}

/// The logout request by fetch to a provider that allows no CORS, so that the answer can't be read.
/// Redirects are followed, since some providers end the session only at their target.
pub fn blind(endpoint: &str, client_id: &str, hint: Option<&RawIdToken>) -> Request {
    let url = page(endpoint, client_id, hint, None);
    Request::get(url).with_cookies().keepalive().unreadable().action("END_SESSION")
}

/// What the answer to a [`request`] says about the session.
pub enum LogoutAnswer {
    /// The session is over.
    Ended,
    /// Nothing: it is a redirect or a page, such as one that asks the user.
    Page,
    /// Nothing: CORS hides the answer, or there is none.
    Unreadable(Error),
    /// It is not known to be over: the provider refused the request, did not answer in time, or the
    /// request was not sent.
    Refused(Error),
}

/// Reads the answer to a [`request`]. A page or a redirect comes before the status: it may be one that
/// asks the user.
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

/// The documented client's `error` for a failed logout request.
pub const FAILURE: &str = "End Session failure";

/// Whether an answer is a page or a redirect. Status 0 is a redirect that the browser hides.
fn is_page(answer: &Answer) -> bool {
    let is_html = answer.is_ok() && answer.body.trim_ascii_start().starts_with('<');
    is_html || answer.status == 0 || (300..400).contains(&answer.status)
}

/// The logout request as a URL to navigate to
/// ([section 2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)). `back` is
/// `post_logout_redirect_uri` and `state`. Without `id_token_hint` the provider identifies the client by
/// `client_id`, and asks the user to confirm.
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
        let told = |status, body: &str| read(Ok(Answer::new(status, body.into())));
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

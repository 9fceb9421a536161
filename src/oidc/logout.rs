//! Ending the session at the provider: OpenID Connect RP-Initiated Logout 1.0.

use crate::platform::{Answer, Request};
use crate::secret::RawIdToken;
use crate::text::Text;
use crate::url::Params;

/// The request (section 2) without a page, by fetch: AM and PingOne answer 204, or redirect to the
/// `post_logout_redirect_uri`, where nobody needs to go.
pub fn request(endpoint: &str, hint: &RawIdToken, redirect_uri: Option<&Text>) -> Request {
    let mut query = Params::new();
    query.set("id_token_hint", hint.reveal());
    query.set_some("post_logout_redirect_uri", redirect_uri);
    Request::get(query.append_to(endpoint)).with_cookies().keepalive().stay().action("END_SESSION")
}

/// True when the answer is a page: the provider wants to ask the person, whom no `fetch` can show it to.
pub fn asks_the_person(answer: &Answer) -> bool {
    answer.is_ok() && answer.body.trim_ascii_start().starts_with('<')
}

/// The URL (section 2) that the browser itself goes to. Without an ID token the provider knows us by
/// `client_id`, and asks the person.
pub fn page(
    endpoint: &str,
    client_id: &str,
    hint: Option<&RawIdToken>,
    redirect_uri: Option<&Text>,
    state: &str,
) -> Text {
    let mut query = Params::new();
    query.set_some("id_token_hint", hint.map(RawIdToken::reveal));
    query.set("client_id", client_id);
    if let Some(redirect_uri) = redirect_uri {
        query.set("post_logout_redirect_uri", redirect_uri);
        query.set("state", state);
    }
    query.append_to(endpoint)
}

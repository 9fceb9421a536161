//! Ending the session at the provider: OpenID Connect RP-Initiated Logout 1.0, without a page.

use crate::platform::Request;
use crate::secret::RawIdToken;
use crate::url::Params;

/// The request (section 2), by fetch: AM and PingOne answer 204.
pub fn request(endpoint: &str, hint: &RawIdToken, redirect_uri: Option<&str>) -> Request {
    let mut query = Params::new();
    query.set("id_token_hint", hint.reveal());
    query.set_some("post_logout_redirect_uri", redirect_uri);
    Request::get(query.append_to(endpoint)).with_cookies()
}

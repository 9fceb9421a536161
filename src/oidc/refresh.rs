//! The token request of the refresh token grant: RFC 6749 section 6, OpenID Connect Core section 12.

use crate::json::Value;
use crate::oidc::discovery::Metadata;
use crate::platform::{Body, Request};
use crate::secret::RefreshToken;
use crate::url::Params;

/// The sentence for a refresh token that could not be used.
pub const REFUSAL: &str = "An error occurred while renewing the tokens";

/// The request. The scope is left out: it stays what was granted. The answer is read by
/// [`crate::oidc::exchange::read`].
pub fn request(
    metadata: &Metadata,
    client_id: &str,
    token: &RefreshToken,
    resources: &Value,
) -> Request {
    let mut form = Params::new();
    form.set("grant_type", "refresh_token");
    form.set("refresh_token", token.reveal());
    form.set("client_id", client_id);
    // RFC 8707 section 2.2.
    form.add_each("resource", resources);
    Request::post(&*metadata.token_endpoint, Body::Form(form)).action("TOKEN_EXCHANGE")
}

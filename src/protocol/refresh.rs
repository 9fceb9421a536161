//! The token request of the refresh token grant: RFC 6749 section 6, OpenID Connect Core section 12.

use crate::error::{Code, Error};
use crate::http::{Body, Request};
use crate::json::Value;
use crate::protocol::discovery::Metadata;
use crate::secret::RefreshToken;
use crate::url::Params;

/// The sentence for a refresh token that could not be used.
pub const REFUSAL: &str = "An error occurred while renewing the tokens";

/// Whether a refusal is about this refresh token or this user, so that a new authorization may succeed.
/// [RFC 6749 section 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2) has `invalid_grant` for
/// that; servers use the others too. What says that the request, the client or the server is wrong is
/// none.
pub fn is_about_the_grant(error: &Error) -> bool {
    let refuses = matches!(
        error.code(),
        Code::InvalidGrant
            | Code::InvalidRequest
            | Code::InvalidToken
            | Code::AccessDenied
            | Code::InteractionRequired
            | Code::LoginRequired
            | Code::ConsentRequired
            | Code::AccountSelectionRequired
    );
    refuses && error.is_client_error()
}

/// The request. The scope is left out: it stays what was granted. The answer is read by
/// [`crate::protocol::exchange::read`].
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

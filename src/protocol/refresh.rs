//! The token request of the refresh token grant:
//! [RFC 6749 section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6),
//! [OpenID Connect Core section 12](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokens).

use crate::error::{Code, Error};
use crate::http::{Body, Request};
use crate::json::Value;
use crate::protocol::discovery::Metadata;
use crate::secret::RefreshToken;
use crate::url::Params;

/// What happened, for the message, when the tokens could not be renewed.
pub const REFUSAL: &str = "An error occurred while renewing the tokens";

/// Whether the provider refuses this refresh token or this user, so that a new authorization may
/// succeed. That is `invalid_grant` by
/// [RFC 6749 section 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2); providers answer with the
/// other codes too. An error of the client, the scope or the server is no such refusal: a new
/// authorization would fail in the same way.
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

/// The request. It has no `scope`: then the new tokens have the scope that was granted before
/// ([RFC 6749 section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6)). The answer is read by
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
    // https://www.rfc-editor.org/rfc/rfc8707#section-2.2
    form.add_each("resource", resources);
    Request::post(&*metadata.token_endpoint, Body::Form(form)).action("TOKEN_EXCHANGE")
}

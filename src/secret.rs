//! Newtypes for what must never be logged. Their `Debug` prints `[redacted]`.

use crate::text::Text;

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(Text);

        impl $name {
            /// Wraps the secret.
            pub fn new(secret: impl Into<Text>) -> Self {
                Self(secret.into())
            }

            /// The secret itself. Every use of this is a place where it leaves our care.
            pub fn reveal(&self) -> &Text {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    )*};
}

secrets! {
    /// An OAuth 2.0 access token (RFC 6749 section 1.4).
    AccessToken,
    /// An OAuth 2.0 refresh token (RFC 6749 section 1.5).
    RefreshToken,
    /// An ID token in its compact form (OpenID Connect Core section 2).
    RawIdToken,
    /// An authorization code (RFC 6749 section 1.3.1).
    AuthorizationCode,
    /// A PKCE code verifier (RFC 7636 section 4.1).
    CodeVerifier,
    /// The `state` of an authorization request (RFC 6749 section 4.1.1).
    State,
    /// The `nonce` of an authorization request (OpenID Connect Core section 3.1.2.1).
    Nonce,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", AccessToken::new("s3cret")), "AccessToken([redacted])");
    }
}

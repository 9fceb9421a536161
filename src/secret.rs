//! A type for each kind of secret, so that none is logged or passed as another one: `Debug` prints
//! `[redacted]` (docs/decisions.md#what-has-been-checked-has-its-own-type).

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

            /// The secret itself. Use it only where it is sent, stored or hashed.
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
    /// An access token ([RFC 6749 section 1.4](https://www.rfc-editor.org/rfc/rfc6749#section-1.4)).
    AccessToken,
    /// A refresh token ([RFC 6749 section 1.5](https://www.rfc-editor.org/rfc/rfc6749#section-1.5)).
    RefreshToken,
    /// An ID token in compact form, verified or not
    /// ([OpenID Connect Core section 2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)).
    RawIdToken,
    /// An authorization code
    /// ([RFC 6749 section 1.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-1.3.1)).
    AuthorizationCode,
    /// A PKCE code verifier
    /// ([RFC 7636 section 4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1)).
    CodeVerifier,
    /// The `state` of an authorization request
    /// ([RFC 6749 section 4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1)).
    State,
    /// The `nonce` of an authorization request
    /// ([OpenID Connect Core section 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
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

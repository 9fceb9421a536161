//! Proof Key for Code Exchange (PKCE), method S256:
//! [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636).

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::secret::CodeVerifier;
use crate::text::Text;

/// The `code_challenge` of a `code_verifier`
/// ([section 4.2](https://www.rfc-editor.org/rfc/rfc7636#section-4.2)).
pub fn challenge(verifier: &CodeVerifier) -> Text {
    sha256(verifier.reveal())
}

/// The SHA-256 hash of a text, in base64url. Secrets are stored as their hash where a comparison is all
/// that is needed: nobody can find the secret from it.
pub fn sha256(text: &str) -> Text {
    base64url::encode(&Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appendix_b() {
        let octets = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212,
            37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        let verifier = CodeVerifier::new(base64url::encode(&octets));
        assert_eq!(verifier.reveal(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}

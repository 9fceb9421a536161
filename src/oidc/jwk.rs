//! The issuer's keys: JSON Web Key Sets, RFC 7517.

use crate::base64url;
use crate::json::{Value, object, parse};
use crate::platform::{Algorithm, Answer};

/// No more keys than this are tried for a token that doesn't name its key.
const MAX_TRIED: usize = 10;

/// Reads the answer of a `jwks_uri`; `None` when it is not a key set.
pub fn read(answer: &Answer) -> Option<Value> {
    let keys = parse(&answer.body).filter(|_| answer.is_ok())?;
    keys.array("keys")?;
    Some(keys)
}

/// The keys of the set that may have made a signature: of the algorithm's kind, not meant for
/// anything else, and called `kid` where the token names its key. Each is reduced to its public
/// parameters.
pub fn candidates(set: &Value, algorithm: Algorithm, kid: Option<&str>) -> Vec<Value> {
    let mut found = Vec::new();
    for key in set.array("keys").unwrap_or_default() {
        let is_named = kid.is_none() || key.str("kid") == kid;
        let may_be = |name, value| key.get(name).is_none_or(|it| it.as_str() == Some(value));
        let is_meant = may_be("use", "sig")
            && key.get("key_ops").is_none_or(|_| may_verify(key))
            && may_be("alg", algorithm.name());
        if is_named
            && is_meant
            && found.len() < MAX_TRIED
            && let Some(key) = public_key(key, algorithm)
        {
            found.push(key);
        }
    }
    found
}

fn may_verify(key: &Value) -> bool {
    key.array("key_ops").is_some_and(|operations| operations.contains(&"verify".into()))
}

/// RFC 7518 section 6 and RFC 8037 section 2. An RSA modulus below 2048 bits is too short
/// (RFC 7518 section 3.3).
fn public_key(key: &Value, algorithm: Algorithm) -> Option<Value> {
    let (kind, curve, members): (_, _, &[&str]) = match algorithm {
        Algorithm::Es256 => ("EC", "P-256", &["crv", "x", "y"]),
        Algorithm::Es384 => ("EC", "P-384", &["crv", "x", "y"]),
        Algorithm::Es512 => ("EC", "P-521", &["crv", "x", "y"]),
        Algorithm::EdDsa => ("OKP", "Ed25519", &["crv", "x"]),
        _ => ("RSA", "", &["n", "e"]),
    };
    if key.str("kty") != Some(kind) || (!curve.is_empty() && key.str("crv") != Some(curve)) {
        return None;
    }
    if kind == "RSA" {
        let modulus = base64url::decode(key.str("n")?)?;
        if modulus.iter().skip_while(|byte| **byte == 0).count() < 256 {
            return None;
        }
    }
    let mut public = object!([("kty", kind.into())]);
    for name in members {
        public.set(name, key.non_empty(name)?);
    }
    Some(public)
}

impl Algorithm {
    /// Every algorithm that is accepted. `none` and the HMAC family are not among them: a public
    /// client has no secret.
    const ALL: [Algorithm; 10] = [
        Algorithm::Rs256,
        Algorithm::Rs384,
        Algorithm::Rs512,
        Algorithm::Ps256,
        Algorithm::Ps384,
        Algorithm::Ps512,
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::Es512,
        Algorithm::EdDsa,
    ];

    /// The algorithm called `name`.
    pub fn from_name(name: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The `alg` value.
    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "RS256",
            Algorithm::Rs384 => "RS384",
            Algorithm::Rs512 => "RS512",
            Algorithm::Ps256 => "PS256",
            Algorithm::Ps384 => "PS384",
            Algorithm::Ps512 => "PS512",
            Algorithm::Es256 => "ES256",
            Algorithm::Es384 => "ES384",
            Algorithm::Es512 => "ES512",
            Algorithm::EdDsa => "EdDSA",
        }
    }

    /// Its hash function, of the size that its name says; that of EdDSA is Ed25519's (RFC 8032).
    pub const fn hash(self) -> &'static str {
        match self {
            Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Es256 => "SHA-256",
            Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Es384 => "SHA-384",
            Algorithm::Rs512 | Algorithm::Ps512 | Algorithm::Es512 | Algorithm::EdDsa => "SHA-512",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(keys: &str) -> Value {
        parse(&format!(r#"{{"keys":[{keys}]}}"#)).unwrap()
    }

    fn rsa(more: &str) -> String {
        format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"{more}}}"#, base64url::encode(&[255; 256]))
    }

    #[test]
    fn keys_are_chosen_by_kind_use_and_name() {
        let keys = [
            rsa(r#","kid":"a","use":"sig","alg":"RS256""#),
            rsa(r#","kid":"b","use":"enc""#),
            rsa(r#","kid":"c","alg":"RS512""#),
            rsa(r#","kid":"d","key_ops":["encrypt"]"#),
            r#"{"kty":"EC","crv":"P-256","x":"x","y":"y","kid":"e"}"#.to_owned(),
            r#"{"kty":"oct","k":"secret","kid":"f"}"#.to_owned(),
            "7".to_owned(),
        ];
        let set = set(&keys.join(","));
        let found = |algorithm, kid| candidates(&set, algorithm, kid).len();
        assert_eq!(found(Algorithm::Rs256, None), 1);
        assert_eq!(found(Algorithm::Rs256, Some("a")), 1);
        assert_eq!(found(Algorithm::Rs256, Some("c")), 0);
        assert_eq!(found(Algorithm::Rs512, None), 1);
        assert_eq!(found(Algorithm::Es256, Some("e")), 1);
        assert_eq!(found(Algorithm::Es384, Some("e")), 0);
        assert_eq!(found(Algorithm::EdDsa, None), 0);
    }

    #[test]
    fn only_public_parameters_are_kept() {
        let key = candidates(&set(&rsa(r#","d":"private","ext":true"#)), Algorithm::Ps256, None)
            .remove(0);
        assert!(key.get("d").is_none() && key.get("ext").is_none() && key.get("n").is_some());
    }

    #[test]
    fn short_rsa_keys_are_refused() {
        let short =
            format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"}}"#, base64url::encode(&[255; 128]));
        assert!(candidates(&set(&short), Algorithm::Rs256, None).is_empty());
    }

    #[test]
    fn symmetric_and_absent_algorithms_do_not_exist() {
        for name in ["none", "HS256", "rs256", "", "RS1"] {
            assert_eq!(Algorithm::from_name(name), None);
        }
    }
}

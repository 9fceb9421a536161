//! The issuer's keys: JSON Web Key Sets,
//! [RFC 7517 section 5](https://www.rfc-editor.org/rfc/rfc7517#section-5).

use crate::base64url;
use crate::http::Answer;
use crate::json::{Value, number_text, object, parse};
use crate::text::Text;

/// The signature algorithms that are allowed: those of
/// [RFC 7518 section 3.1](https://www.rfc-editor.org/rfc/rfc7518#section-3.1) and
/// [RFC 8037 section 3.1](https://www.rfc-editor.org/rfc/rfc8037#section-3.1) that a public key
/// verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names are the RFCs'
pub enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
    EdDsa,
}

/// How many keys are tried for one token: a bound against abuse, far above any real key set.
const MAX_TRIED: usize = 300;

/// Reads the answer of `jwks_uri`; `None` for an error status, or for what is not a key set.
pub fn read(answer: &Answer) -> Option<Value> {
    let keys = parse(&answer.body).filter(|_| answer.is_ok())?;
    keys.array("keys")?;
    Some(keys)
}

/// The keys to try for a signature.
#[derive(Default)]
pub struct Candidates {
    /// JSON Web Keys with their public parameters only.
    pub keys: Vec<Value>,
    /// Whether the set has further ones that can't be used. If so, a signature that none of `keys`
    /// verifies may still be valid.
    pub has_more: bool,
}

impl Candidates {
    fn add(&mut self, key: &Value, kind: KeyKind) {
        match kind.public_key(key).filter(|_| self.keys.len() < MAX_TRIED) {
            Some(key) => self.keys.push(key),
            None => self.has_more = true,
        }
    }
}

/// The keys of a set that may verify a signature: those of the algorithm's key type that are not
/// restricted to another use
/// ([RFC 7517 section 4](https://www.rfc-editor.org/rfc/rfc7517#section-4)), with the `kid` of the
/// token. Where the token has no `kid`, any; where no key has that `kid`, those without one.
pub fn candidates(set: &Value, algorithm: Algorithm, kid: Option<&Text>) -> Candidates {
    let kind = KeyKind::of(algorithm);
    let (mut named, mut nameless) = (Candidates::default(), Candidates::default());
    for key in set.array("keys").unwrap_or_default() {
        if !kind.fits(key) || !is_meant(key, algorithm) {
            continue;
        }
        match (kid, kid_of(key)) {
            (Some(_), None) => nameless.add(key, kind),
            (Some(kid), Some(other)) if *kid != other => {}
            _ => named.add(key, kind),
        }
    }
    if named.keys.is_empty() && !named.has_more { nameless } else { named }
}

/// `kid` of a JSON Web Key or of a token's header
/// ([RFC 7517 section 4.5](https://www.rfc-editor.org/rfc/rfc7517#section-4.5),
/// [RFC 7515 section 4.1.4](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.4)). Some servers send
/// it as a number. An empty one counts as none.
pub fn kid_of(of: &Value) -> Option<Text> {
    let number = || of.number("kid").map(number_text);
    of.non_empty("kid").map(Text::from).or_else(number)
}

/// Whether a key may verify signatures of the algorithm by its `use`, `alg` and `key_ops`
/// ([RFC 7517 sections 4.2 to 4.4](https://www.rfc-editor.org/rfc/rfc7517#section-4.2)). Members that
/// are missing or empty allow everything.
fn is_meant(key: &Value, algorithm: Algorithm) -> bool {
    let may_be = |name: &str, is_right: &dyn Fn(&str) -> bool| {
        key.get(name).is_none_or(|it| it.as_str().is_some_and(|it| it.is_empty() || is_right(it)))
    };
    let may_verify = |all: &[Value]| all.is_empty() || all.contains(&"verify".into());
    may_be("use", &|usage| usage == "sig")
        && may_be("alg", &|name| Algorithm::from_name(name) == Some(algorithm))
        && key.get("key_ops").is_none_or(|all| all.as_array().is_some_and(may_verify))
}

/// The key type of an algorithm.
#[derive(Clone, Copy)]
enum KeyKind {
    /// `RSA` ([RFC 7518 section 6.3](https://www.rfc-editor.org/rfc/rfc7518#section-6.3)).
    Rsa,
    /// `EC`, with the curve and the size of a coordinate in octets
    /// ([RFC 7518 section 6.2](https://www.rfc-editor.org/rfc/rfc7518#section-6.2)).
    Ec(&'static str, usize),
    /// `OKP` with the curve Ed25519
    /// ([RFC 8037 section 2](https://www.rfc-editor.org/rfc/rfc8037#section-2)).
    Ed25519,
}

impl KeyKind {
    const fn of(algorithm: Algorithm) -> KeyKind {
        match algorithm {
            Algorithm::Es256 => KeyKind::Ec("P-256", 32),
            Algorithm::Es384 => KeyKind::Ec("P-384", 48),
            Algorithm::Es512 => KeyKind::Ec("P-521", 66),
            Algorithm::EdDsa => KeyKind::Ed25519,
            _ => KeyKind::Rsa,
        }
    }

    /// `kty`, and `crv` for the types that have several curves.
    const fn names(self) -> (&'static str, Option<&'static str>) {
        match self {
            KeyKind::Rsa => ("RSA", None),
            KeyKind::Ec(curve, _) => ("EC", Some(curve)),
            KeyKind::Ed25519 => ("OKP", Some("Ed25519")),
        }
    }

    fn fits(self, key: &Value) -> bool {
        let (name, curve) = self.names();
        key.str("kty") == Some(name) && (curve.is_none() || key.str("crv") == curve)
    }

    /// The public parameters, in the form that browsers import. Some servers write numbers with too
    /// many or too few leading zero octets, which browsers refuse. `None` where a parameter is missing,
    /// or for an RSA modulus below 2048 bits
    /// ([RFC 7518 section 3.3](https://www.rfc-editor.org/rfc/rfc7518#section-3.3)).
    fn public_key(self, key: &Value) -> Option<Value> {
        let (name, curve) = self.names();
        let mut public = object!([("kty", name.into()), ("crv", curve.into())]);
        public.retain(&|_, value| !value.is_null());
        let mut add = |name, least, size| -> Option<()> {
            public.set(name, number_of(key.str(name)?, least, size)?);
            Some(())
        };
        match self {
            KeyKind::Rsa => {
                add("n", 256, None)?;
                add("e", 1, None)?;
            }
            KeyKind::Ec(_, size) => {
                add("x", 0, Some(size))?;
                add("y", 0, Some(size))?;
            }
            KeyKind::Ed25519 => public.set("x", key.non_empty("x")?),
        }
        Some(public)
    }
}

/// A number of a JSON Web Key, written again with leading zero octets up to `size`, or without any
/// ([RFC 7518 section 2](https://www.rfc-editor.org/rfc/rfc7518#section-2), Base64urlUInt). `None` where
/// it has fewer than `least` octets, not counting zeros, or more than `size`.
fn number_of(text: &str, least: usize, size: Option<usize>) -> Option<Text> {
    let octets = base64url::decode(text)?;
    let zeros = octets.iter().position(|octet| *octet != 0).unwrap_or(octets.len());
    let octets = octets.get(zeros..).filter(|octets| octets.len() >= least)?;
    let missing = size.map_or(Some(0), |size| size.checked_sub(octets.len()))?;
    let mut padded = vec![0; missing];
    padded.extend_from_slice(octets);
    Some(base64url::encode(&padded))
}

impl Algorithm {
    /// Every algorithm that is allowed. `none` has no signature, and HMAC needs a client secret, which a
    /// public client has not
    /// ([OpenID Connect Core section 10.1](https://openid.net/specs/openid-connect-core-1_0.html#Signing)).
    pub const ALL: [Algorithm; 10] = [
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

    /// The algorithm of an `alg` value. `EdDSA` is used with Ed25519 only, whose newer name is `Ed25519`
    /// ([RFC 9864 section 2.2](https://www.rfc-editor.org/rfc/rfc9864#section-2.2)).
    pub fn from_name(name: &str) -> Option<Algorithm> {
        let name = if name == "Ed25519" { "EdDSA" } else { name };
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

    /// The hash function of the algorithm, by its name in Web Cryptography. Ed25519 uses SHA-512
    /// ([RFC 8032 section 5.1](https://www.rfc-editor.org/rfc/rfc8032#section-5.1)).
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
        rsa_of(&[255; 256], &[1, 0, 1], more)
    }

    fn rsa_of(n: &[u8], e: &[u8], more: &str) -> String {
        let (n, e) = (base64url::encode(n), base64url::encode(e));
        format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"{more}}}"#)
    }

    fn ec(curve: &str, x: &[u8], y: &[u8]) -> String {
        let (x, y) = (base64url::encode(x), base64url::encode(y));
        format!(r#"{{"kty":"EC","crv":"{curve}","x":"{x}","y":"{y}"}}"#)
    }

    fn ed25519(more: &str) -> String {
        let x = base64url::encode(&[7; 32]);
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"{more}}}"#)
    }

    /// How many candidates there are, and whether there are more that can't be used.
    fn found(keys: &[String], algorithm: &str, kid: &str) -> (usize, bool) {
        let algorithm = Algorithm::from_name(algorithm).unwrap();
        let kid = Some(Text::from(kid)).filter(|kid| !kid.is_empty());
        let found = candidates(&set(&keys.join(",")), algorithm, kid.as_ref());
        (found.keys.len(), found.has_more)
    }

    #[test]
    fn keys_are_chosen_by_kind_use_and_name() {
        let keys = [
            rsa(r#","kid":"a","use":"sig","alg":"RS256""#),
            rsa(r#","kid":"b","use":"enc""#),
            rsa(r#","kid":"c","alg":"RS512""#),
            rsa(r#","kid":"d","key_ops":["encrypt"]"#),
            rsa(r#","kid":"g","use":7,"key_ops":"encrypt""#),
            r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","kid":"e"}"#.to_owned(),
            r#"{"kty":"oct","k":"secret","kid":"f"}"#.to_owned(),
            "7".to_owned(),
        ];
        for (algorithm, kid, count) in [
            ("RS256", "", 1),
            ("RS256", "a", 1),
            ("RS256", "b", 0),
            ("RS256", "c", 0),
            ("RS512", "", 1),
            ("ES256", "e", 1),
            ("ES256", "a", 0),
            ("ES384", "e", 0),
            ("EdDSA", "", 0),
        ] {
            assert_eq!(found(&keys, algorithm, kid), (count, false), "{algorithm} {kid}");
        }
    }

    #[test]
    fn what_is_empty_is_absent() {
        for more in [r#","use":"""#, r#","alg":"""#, r#","key_ops":[]"#, r#","use":null,"kid":"""#]
        {
            assert_eq!(found(&[rsa(more)], "RS256", ""), (1, false), "{more}");
            assert_eq!(found(&[rsa(more)], "RS256", "k"), (1, false), "{more}");
        }
    }

    #[test]
    fn keys_without_a_name_may_be_the_one_that_no_other_is() {
        let (named, nameless) = (rsa(r#","kid":"a""#), rsa(""));
        for (keys, kid, count) in [
            (vec![&nameless], "k", 1),
            (vec![&named], "k", 0),
            (vec![&named, &nameless], "k", 1),
            (vec![&named, &nameless], "a", 1),
            (vec![&named, &nameless], "", 2),
        ] {
            let keys: Vec<String> = keys.into_iter().cloned().collect();
            assert_eq!(found(&keys, "RS256", kid), (count, false), "{kid} {count}");
        }
    }

    #[test]
    fn names_are_compared_as_text() {
        assert_eq!(found(&[rsa(r#","kid":7"#), rsa(r#","kid":8"#)], "RS256", "7"), (1, false));
        let of = |header: &str| kid_of(&parse(header).unwrap());
        assert_eq!(of(r#"{"kid":7}"#), Some("7".into()));
        assert_eq!(of(r#"{"kid":"7"}"#), Some("7".into()));
        assert_eq!((of(r#"{"kid":""}"#), of(r#"{"kid":[]}"#), of("{}")), (None, None, None));
    }

    #[test]
    fn an_algorithm_may_have_two_names() {
        for name in ["EdDSA", "Ed25519"] {
            for alg in ["EdDSA", "Ed25519", ""] {
                let key = ed25519(&format!(r#","alg":"{alg}""#));
                assert_eq!(found(&[key], name, ""), (1, false), "{name} {alg}");
            }
            assert_eq!(found(&[ed25519(r#","alg":"ES256""#)], name, ""), (0, false));
        }
    }

    #[test]
    fn only_public_parameters_are_kept() {
        let set = set(&rsa(r#","d":"private","ext":true,"use":"sig","alg":"PS256""#));
        let key = candidates(&set, Algorithm::Ps256, None).keys.remove(0);
        let names: Vec<&str> = key.members().iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["kty", "n", "e"]);
    }

    #[test]
    fn numbers_may_have_too_many_or_too_few_zeros() {
        let public = |key: &str, algorithm| {
            let set = set(key);
            candidates(&set, algorithm, None).keys.pop()
        };
        let (rs, es) = (Algorithm::Rs256, Algorithm::Es256);
        let modulus = [&[0, 0][..], &[255; 256]].concat();
        assert_eq!(public(&rsa_of(&modulus, &[0, 1, 0, 1], ""), rs), public(&rsa(""), rs));
        for (curve, size, algorithm) in
            [("P-256", 32, es), ("P-384", 48, Algorithm::Es384), ("P-521", 66, Algorithm::Es512)]
        {
            let exact = [vec![0, 0], vec![9; size - 2]].concat();
            let wanted = public(&ec(curve, &exact, &exact), algorithm);
            assert_eq!(wanted.as_ref().unwrap().str("x"), Some(&*base64url::encode(&exact)));
            let longer = [vec![0], exact.clone()].concat();
            for (x, y) in [(&exact[2..], &exact[..]), (&exact[..], &exact[1..]), (&longer, &longer)]
            {
                assert_eq!(public(&ec(curve, x, y), algorithm), wanted, "{curve}");
            }
        }
    }

    #[test]
    fn what_can_not_be_used_is_counted() {
        let good = rsa("");
        for bad in [
            rsa_of(&[255; 128], &[1, 0, 1], ""),
            rsa_of(&[&[0; 128][..], &[255; 128]].concat(), &[1, 0, 1], ""),
            rsa_of(&[255; 256], &[0], ""),
            r#"{"kty":"RSA","n":"+","e":"AQAB"}"#.to_owned(),
            r#"{"kty":"RSA","n":7}"#.to_owned(),
        ] {
            assert_eq!(found(std::slice::from_ref(&bad), "RS256", ""), (0, true), "{bad}");
            assert_eq!(found(&[bad.clone(), good.clone()], "RS256", ""), (1, true), "{bad}");
        }
        assert_eq!(found(&[ec("P-256", &[1; 33], &[1; 32])], "ES256", ""), (0, true));
        let twelve = vec![good.clone(); 12];
        assert_eq!(found(&twelve, "RS256", ""), (12, false));
        let too_many = vec![good; MAX_TRIED + 1];
        assert_eq!(found(&too_many, "RS256", ""), (MAX_TRIED, true));
    }

    #[test]
    fn symmetric_and_absent_algorithms_do_not_exist() {
        for name in ["none", "HS256", "rs256", "", "RS1"] {
            assert_eq!(Algorithm::from_name(name), None);
        }
    }
}

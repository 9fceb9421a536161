//! Signatures, by the browser's SubtleCrypto.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::fetch::settle;
use crate::json::{Value, object, to_js};
use crate::platform::Algorithm;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    fn import_key(
        format: &str,
        key: &JsValue,
        algorithm: &JsValue,
        extractable: bool,
        usages: &JsValue,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = verify, catch)]
    fn verify_signature(
        algorithm: &JsValue,
        key: &JsValue,
        signature: &[u8],
        data: &[u8],
    ) -> Result<JsValue, JsValue>;
}

/// Verifies a signature with a public JSON Web Key.
pub async fn verify(
    algorithm: Algorithm,
    key: &Value,
    data: &[u8],
    signature: &[u8],
) -> Result<bool, JsValue> {
    let algorithm = to_js(&parameters(algorithm));
    let usages = to_js(&Value::Array(vec!["verify".into()]));
    let key = settle(import_key("jwk", &to_js(key), &algorithm, false, &usages)?).await?;
    let holds = settle(verify_signature(&algorithm, &key, signature, data)?).await?;
    Ok(holds.is_truthy())
}

/// The Web Crypto name and parameters of an algorithm (RFC 7518 section 3, RFC 8037).
fn parameters(algorithm: Algorithm) -> Value {
    let rsa = |name: &str, hash: &str| object([("name", name.into()), ("hash", hash.into())]);
    let pss = |salt: f64, hash: &str| {
        object([("name", "RSA-PSS".into()), ("hash", hash.into()), ("saltLength", salt.into())])
    };
    let ecdsa = |curve: &str, hash: &str| {
        object([("name", "ECDSA".into()), ("hash", hash.into()), ("namedCurve", curve.into())])
    };
    match algorithm {
        Algorithm::Rs256 => rsa("RSASSA-PKCS1-v1_5", "SHA-256"),
        Algorithm::Rs384 => rsa("RSASSA-PKCS1-v1_5", "SHA-384"),
        Algorithm::Rs512 => rsa("RSASSA-PKCS1-v1_5", "SHA-512"),
        Algorithm::Ps256 => pss(32.0, "SHA-256"),
        Algorithm::Ps384 => pss(48.0, "SHA-384"),
        Algorithm::Ps512 => pss(64.0, "SHA-512"),
        Algorithm::Es256 => ecdsa("P-256", "SHA-256"),
        Algorithm::Es384 => ecdsa("P-384", "SHA-384"),
        Algorithm::Es512 => ecdsa("P-521", "SHA-512"),
        Algorithm::EdDsa => object([("name", "Ed25519".into())]),
    }
}

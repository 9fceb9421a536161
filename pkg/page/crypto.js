/** Cryptography ([Web Cryptography API](https://www.w3.org/TR/webcrypto-2/)). */

/**
 * Whether the signature of `data` is the key's.
 *
 * @param {string} algorithm as JSON Web Signature names it
 * @param {string} key a public JSON Web Key, as JSON
 * @param {Uint8Array<ArrayBuffer>} data
 * @param {Uint8Array<ArrayBuffer>} signature
 */
export async function verify(algorithm, key, data, signature) {
  const how = parametersOf(algorithm);
  const { subtle } = crypto;
  const imported = await subtle.importKey('jwk', JSON.parse(key), how, false, ['verify']);
  return subtle.verify(how, imported, signature, data);
}

/**
 * The hash of a text's bytes.
 *
 * @param {string} algorithm
 * @param {string} text
 */
export async function digest(algorithm, text) {
  return new Uint8Array(await crypto.subtle.digest(algorithm, new TextEncoder().encode(text)));
}

/**
 * The Web Crypto name and parameters of an algorithm (RFC 7518 section 3, RFC 8037).
 *
 * @param {string} algorithm
 */
function parametersOf(algorithm) {
  const bits = Number(algorithm.slice(2));
  const hash = `SHA-${bits}`;
  switch (algorithm.slice(0, 2)) {
    case 'RS':
      return { name: 'RSASSA-PKCS1-v1_5', hash };
    case 'PS':
      return { name: 'RSA-PSS', hash, saltLength: bits / 8 };
    case 'ES':
      return { name: 'ECDSA', hash, namedCurve: `P-${bits === 512 ? 521 : bits}` };
    default:
      return { name: 'Ed25519' };
  }
}

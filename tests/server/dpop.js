import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { CLIENT_ID, REDIRECT_URI } from './client.js';

/** A key of a browser with DPoP, and its proofs. */
export class DpopKey {
  static async create() {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    return new DpopKey(await exportJWK(publicKey), privateKey);
  }

  #privateKey;

  constructor(jwk, privateKey) {
    this.jwk = jwk;
    this.#privateKey = privateKey;
  }

  thumbprint() {
    return calculateJwkThumbprint(this.jwk);
  }

  /** A proof for a request; `claims` replace those of a right one. */
  prove(htm, htu, { token, ...claims } = {}) {
    const ath = token && createHash('sha256').update(token).digest('base64url');
    const iat = Math.floor(Date.now() / 1000);
    return new SignJWT({ jti: randomUUID(), htm, htu, iat, ...(ath && { ath }), ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: this.jwk })
      .sign(this.#privateKey);
  }

  /** One form POST with a proof, repeated with the nonce if one is demanded: `{ status, body, isRepeated }`. */
  async post(browser, path, form, claims) {
    const url = `${browser.oauth}${path}`;
    const send = async (nonce) =>
      browser.fetch(url, {
        method: 'POST',
        headers: {
          Accept: 'application/json',
          DPoP: await this.prove('POST', url, { ...claims, ...(nonce && { nonce }) }),
        },
        body: new URLSearchParams({ client_id: CLIENT_ID, ...form }),
      });
    const first = await send();
    const nonce = first.headers.get('dpop-nonce');
    const isRepeated = first.status === 400 && nonce !== null;
    const response = isRepeated ? await send(nonce) : first;
    const text = await response.text();
    const body = text && JSON.parse(text);
    return { status: response.status, body, isRepeated };
  }

  /** Signs in by a journey, and exchanges a code that is bound to the key. */
  async tokens(browser, claims) {
    if (!browser.cookie) await browser.login();
    const { code, code_verifier } = await browser.code({ dpop_jkt: await this.thumbprint() });
    const grant = { grant_type: 'authorization_code', redirect_uri: REDIRECT_URI };
    return this.post(browser, '/access_token', { ...grant, code, code_verifier }, claims);
  }
}

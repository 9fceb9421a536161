import { createHash, randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { sendJson } from './http.js';

/** How far the time of a proof without a nonce may be off, and how long a nonce is accepted, in seconds. */
const WINDOW = 60;

const ALGORITHMS = ['ES256'];

/** What a refusal says: status 401 with this `error` in the challenge. */
class Refusal extends Error {
  constructor(error, text) {
    super(text);
    this.error = error;
  }
}

/**
 * An API of an app, below `/api/`: it accepts the access tokens of all realms, and demands a proof where a
 * token is bound to a key. The answer is `{ sub, clientId, jkt?, method, path }`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-7
 */
export class Api {
  #am;
  /** When each `jti` may be forgotten, in milliseconds. */
  #seen = new Map();
  #nonces = [];

  constructor(am) {
    this.#am = am;
  }

  clear() {
    this.#seen.clear();
    this.#nonces = [];
  }

  /** Refuses all nonces that were given out. */
  forgetNonces() {
    this.#nonces = [];
  }

  async handle(req, res, pathname) {
    const { nonces = [], refused } = this.#am.faults.as('dpop', {});
    const demandsNonce = nonces.includes('api');
    if (demandsNonce) res.setHeader('DPoP-Nonce', this.#nonce());
    try {
      if (refused === 'api') throw new Refusal('invalid_dpop_proof', 'No proof is accepted');
      const { accountId, clientId, jkt } = await this.#accept(req, pathname, demandsNonce);
      const answer = { sub: accountId, clientId, ...(jkt && { jkt }) };
      return sendJson(res, 200, { ...answer, method: req.method, path: pathname });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      const error = refusal.error ? `error="${refusal.error}", ` : '';
      const description = `error_description="${refusal.message}"`;
      const challenge = `DPoP ${error}${description}, algs="${ALGORITHMS.join(' ')}"`;
      res.setHeader('WWW-Authenticate', challenge);
      return sendJson(res, 401, {});
    }
  }

  async #accept(req, pathname, demandsNonce) {
    const [, scheme, value] = /^(\w+) (\S+)$/.exec(req.headers.authorization ?? '') ?? [];
    if (!value) throw new Refusal(undefined, 'There is no access token');
    const stored = this.#am.realms
      .map(({ store }) => store.get('AccessToken', value))
      .find((token) => token && token.exp > Date.now() / 1000);
    if (!stored) throw new Refusal('invalid_token', 'The access token is not valid');
    if (scheme.toLowerCase() !== (stored.jkt ? 'dpop' : 'bearer')) {
      throw new Refusal('invalid_token', 'The scheme is not that of the access token');
    }
    if (stored.jkt) await this.#verify(req, pathname, value, stored.jkt, demandsNonce);
    return stored;
  }

  /** The checks of RFC 9449 section 4.3, by its numbers. */
  async #verify(req, pathname, token, jkt, demandsNonce) {
    const refuse = (text) => {
      throw new Refusal('invalid_dpop_proof', text);
    };
    const proof = req.headers.dpop ?? '';
    // 1 to 7: one proof, signed by the key in it. Node joins repeated headers by a comma.
    const options = { algorithms: ALGORITHMS, typ: 'dpop+jwt', clockTolerance: WINDOW };
    const verified = await jwtVerify(proof, EmbeddedJWK, options).catch(() =>
      refuse('The proof is missing or not valid'),
    );
    const { payload, protectedHeader } = verified;
    if (payload.htm !== req.method) refuse('htm is another method');
    if (payload.htu !== this.#am.origin + pathname) refuse('htu is another URL');
    if (demandsNonce && !this.#knows(payload.nonce)) {
      throw new Refusal('use_dpop_nonce', 'The proof needs the nonce of this answer');
    }
    const now = Date.now() / 1000;
    const isTimely = Math.abs(now - payload.iat) <= WINDOW;
    if (!isTimely && !demandsNonce) refuse('iat is not recent');
    if (payload.ath !== hash(token)) refuse('ath is of another access token');
    if ((await calculateJwkThumbprint(protectedHeader.jwk)) !== jkt)
      refuse('The key is another one');
    this.#note(payload.jti, refuse);
  }

  /** Accepts each `jti` once. */
  #note(jti, refuse) {
    const now = Date.now();
    for (const [other, until] of this.#seen) {
      if (until < now) this.#seen.delete(other);
    }
    if (typeof jti !== 'string' || this.#seen.has(jti)) refuse('jti is missing or used');
    this.#seen.set(jti, now + 2 * WINDOW * 1000);
  }

  /** The newest nonce. */
  #nonce() {
    const now = Date.now();
    this.#nonces = this.#nonces.filter(({ until }) => until > now);
    const newest = this.#nonces.at(-1);
    if (newest && newest.until - now > (WINDOW * 1000) / 2) return newest.value;
    const value = randomBytes(16).toString('base64url');
    this.#nonces.push({ value, until: now + WINDOW * 1000 });
    return value;
  }

  #knows(nonce) {
    return this.#nonces.some(({ value }) => value === nonce);
  }
}

function hash(text) {
  return createHash('sha256').update(text).digest('base64url');
}

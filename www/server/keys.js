import { randomBytes } from 'node:crypto';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
} from 'jose';

const ALGORITHMS = ['RS256', 'ES256'];

async function generateKey(alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' };
}

function publicPart({ kty, use, alg, kid, crv, x, y, n, e }) {
  return { kty, use, alg, kid, crv, x, y, n, e };
}

/** The server's keys: one pair per algorithm for ID tokens, and one secret for `authId`s. */
export class Keys {
  #current = [];
  #published = [];
  #retired = [];
  #secret = randomBytes(32);

  static async create() {
    const keys = new Keys();
    await keys.rotate();
    return keys;
  }

  /** Makes new signing keys. The old ones stay in the JWKS only if `keep`. */
  async rotate({ keep = false } = {}) {
    const fresh = await Promise.all(ALGORITHMS.map(generateKey));
    this.#retired.push(...this.#current);
    this.#published = keep ? [...fresh, ...this.#published] : fresh;
    this.#current = fresh;
  }

  /** Leaves only the current keys in the JWKS. */
  forgetRetired() {
    this.#published = this.#current;
    this.#retired = [];
  }

  /** The private JWKS; the first key of an algorithm signs. */
  jwks() {
    return { keys: this.#published };
  }

  /** Signs claims as they are, with the current key of `alg`. */
  async sign(claims, alg = 'RS256') {
    const jwk = this.#current.find((key) => key.alg === alg);
    return new SignJWT(claims)
      .setProtectedHeader({ alg, kid: jwk.kid, typ: 'JWT' })
      .sign(await importJWK(jwk, alg));
  }

  /**
   * The claims of an ID token of ours, however old: `exp` is not looked at, and retired keys count.
   * Rejects if the signature or issuer is not ours.
   */
  async verifyHint(token, issuer) {
    const set = createLocalJWKSet({ keys: [...this.#published, ...this.#retired].map(publicPart) });
    const { payload } = await jwtVerify(token, set, { issuer, currentDate: new Date(0) });
    return payload;
  }

  /** Signs an `authId` that lives `ttl` seconds. */
  async signAuthId(claims, ttl) {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + ttl)
      .sign(this.#secret);
  }

  /** The claims of an `authId`. Rejects if it is not ours or has expired. */
  async verifyAuthId(authId) {
    const { payload } = await jwtVerify(authId, this.#secret, { algorithms: ['HS256'] });
    return payload;
  }
}

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  calculateJwkThumbprint,
  compactVerify,
  decodeProtectedHeader,
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

/** Further keys that a fault may sign with, by name: how to make one. */
const EXTRA = {
  ed25519: () => toJwk(generateKeyPairSync('ed25519')),
  // One key in 128 has a coordinate that begins with a zero octet.
  shortCoordinates: () => {
    for (;;) {
      const jwk = toJwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
      if ([jwk.x, jwk.y].some((value) => Buffer.from(value, 'base64url')[0] === 0)) return jwk;
    }
  },
};

function toJwk({ privateKey }) {
  return privateKey.export({ format: 'jwk' });
}

/** The server's keys: one pair per algorithm for ID tokens, and one secret for `authId`s. */
export class Keys {
  #current = [];
  #published = [];
  #retired = [];
  #extra = new Map();
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

  /** The private key of this algorithm that signs. */
  current(alg) {
    return this.#current.find((key) => key.alg === alg);
  }

  /** A private key that is not published unless a fault does it: `ed25519` or `shortCoordinates`. */
  extra(name) {
    if (!this.#extra.has(name)) this.#extra.set(name, { ...EXTRA[name](), kid: name });
    return this.#extra.get(name);
  }

  /** Signs claims as they are, with the current key of `alg`. */
  sign(claims, alg = 'RS256') {
    const jwk = this.current(alg);
    return this.signWith(jwk, { alg, kid: jwk.kid, typ: 'JWT' }, claims);
  }

  /** Signs claims as they are, under this header, with any private key. */
  async signWith({ alg: _, ...jwk }, header, claims) {
    const key = await importJWK(jwk, header.alg);
    return new SignJWT(claims).setProtectedHeader(header).sign(key);
  }

  /**
   * The claims of an ID token of ours, however old: `exp` is not looked at, and retired keys count.
   * Rejects if the signature or issuer is not ours.
   */
  async verifyHint(token, issuer) {
    const keys = [...this.#published, ...this.#retired, ...this.#extra.values()];
    const verified = await Promise.any(keys.map((jwk) => verifyBy(jwk, token)));
    const claims = JSON.parse(new TextDecoder().decode(verified.payload));
    if (claims.iss !== issuer) throw new Error('the ID token is of another issuer');
    return claims;
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

async function verifyBy(jwk, token) {
  const { alg: _, use: _use, ...key } = publicPart(jwk);
  return compactVerify(token, await importJWK(key, decodeProtectedHeader(token).alg));
}

import { exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';

async function generate(alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), alg, use: 'sig' };
}

function publicPart({ kty, use, alg, kid, crv, x, y, n, e }) {
  return { kty, use, alg, kid, crv, x, y, n, e };
}

/** Public keys that sign nothing. */
export const decoys = (count, alg) =>
  Promise.all(Array.from({ length: count }, async () => publicPart(await generate(alg))));

/** The provider's keys: the one that signs, another one of the same kind, and others. */
export class Keys {
  #secret = {
    kty: 'oct',
    k: Buffer.from('the secret of a client that has none').toString('base64'),
  };
  #rsa;
  #edwards;
  #retired;
  #signing;

  static async create() {
    const keys = new Keys();
    const algorithms = ['RS256', 'Ed25519', 'ES256'];
    [keys.#rsa, keys.#edwards, keys.#retired] = await Promise.all(algorithms.map(generate));
    return keys.rotate();
  }

  /** Makes another signing key, as `fits` wants it; the one before is no longer published. */
  async rotate(fits = () => true) {
    do this.#signing = await generate('ES256');
    while (!fits(this.#signing));
    return this;
  }

  /** What is published, the key that signs last. */
  published() {
    return [this.#rsa, this.#edwards, this.#retired, this.#signing].map(publicPart);
  }

  /** The header of a JWT. */
  header(alg) {
    return { alg, kid: this.#for(alg)?.kid, typ: 'JWT' };
  }

  /** Signs claims as they are. */
  async sign(header, claims) {
    if (header.alg === 'none') return new UnsecuredJWT(claims).encode();
    const { alg: _, ...jwk } = this.#for(header.alg);
    return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(jwk, header.alg));
  }

  #for(alg) {
    if (alg.startsWith('Ed')) return this.#edwards;
    return { E: this.#signing, R: this.#rsa, P: this.#rsa, H: this.#secret }[alg[0]];
  }
}

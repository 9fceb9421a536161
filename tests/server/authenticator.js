import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const USER_PRESENT = 1;
const USER_VERIFIED = 4;
const ATTESTED = 64;

const sha256 = (data) => createHash('sha256').update(data).digest();
const int8 = (bytes) => new Int8Array(bytes).toString();

/**
 * A security key with one P-256 credential, without attestation, that answers as `WebAuthn` does.
 * @see https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data
 */
export class Authenticator {
  #id = randomBytes(16);
  #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  /** How often it was used; set back, it is a copy of itself. */
  count = 0;

  get id() {
    return this.#id.toString('base64url');
  }

  /** The outcome of a registration, for the data of a MetadataCallback. */
  register(data, { origin, name, rpId }) {
    const clientData = clientDataOf('webauthn.create', data, origin);
    const authData = this.#authData(rpId ?? data._relyingPartyId, ATTESTED);
    const parts = [clientData, int8(attestation(authData)), this.id];
    return [...parts, ...(name ? [name] : [])].join('::');
  }

  /** The outcome of a sign-in. */
  authenticate(data, { origin, userHandle }) {
    const clientData = clientDataOf('webauthn.get', data, origin);
    const authData = this.#authData(data._relyingPartyId, 0);
    const signature = sign(
      'sha256',
      Buffer.concat([authData, sha256(clientData)]),
      this.#keys.privateKey,
    );
    const parts = [clientData, int8(authData), int8(signature), this.id];
    return [...parts, ...(userHandle ? [userHandle] : [])].join('::');
  }

  #authData(rpId, flags) {
    this.count += 1;
    const head = Buffer.alloc(5);
    head.writeUInt8(USER_PRESENT | USER_VERIFIED | flags);
    head.writeUInt32BE(this.count, 1);
    return Buffer.concat([sha256(rpId), head, ...(flags & ATTESTED ? this.#credential() : [])]);
  }

  #credential() {
    const { x, y } = this.#keys.publicKey.export({ format: 'jwk' });
    return [
      Buffer.alloc(16),
      Buffer.from([0, this.#id.length]),
      this.#id,
      // A COSE key as CBOR: {1: 2, 3: -7, -1: 1, -2: x, -3: y}
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ];
  }
}

function clientDataOf(type, { challenge }, origin) {
  const text = Buffer.from(challenge, 'base64').toString('base64url');
  return JSON.stringify({ type, challenge: text, origin, crossOrigin: false });
}

/** CBOR: `{ fmt: 'none', attStmt: {}, authData }`. */
function attestation(authData) {
  return Buffer.concat([
    Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
    Buffer.from([0x58, authData.length]),
    authData,
  ]);
}

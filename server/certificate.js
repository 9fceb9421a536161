import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

const DAYS = 30;

/**
 * Makes a key and a certificate that is signed by it, for a server on these hosts. Both are only in
 * memory: nobody else has the key, and a browser trusts the certificate only where it is told to.
 *
 * @param {string[]} hosts names and addresses
 * @returns {{ key: string, cert: string }} as PEM
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function makeCertificate(hosts) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(ECDSA_WITH_SHA256));
  const name = sequence(
    set(sequence(oid(COMMON_NAME), element(0x0c, Buffer.from('journey-oidc-server')))),
  );
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  // A clock that is a little behind accepts it too.
  const from = Date.now() - 3_600_000;
  const content = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, serialNumber()),
    algorithm,
    name,
    sequence(time(from), time(from + DAYS * 86_400_000)),
    name,
    spki,
    element(0xa3, sequence(...extensions(hosts, spki))),
  );
  const signature = sign('sha256', content, privateKey);
  const certificate = sequence(content, algorithm, element(0x03, Buffer.from([0]), signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: `-----BEGIN CERTIFICATE-----\n${lines(certificate)}-----END CERTIFICATE-----\n`,
  };
}

const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const COMMON_NAME = [0x55, 0x04, 0x03];
const SUBJECT_KEY_ID = [0x55, 0x1d, 0x0e];
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];
const BASIC_CONSTRAINTS = [0x55, 0x1d, 0x13];
const EXTENDED_KEY_USAGE = [0x55, 0x1d, 0x25];
const SERVER_AUTH = [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2 */
function extensions(hosts, spki) {
  const names = hosts.map((host) =>
    isIP(host) ? element(0x87, addressOctets(host)) : element(0x82, Buffer.from(host)),
  );
  const keyId = createHash('sha1').update(spki).digest();
  return [
    [SUBJECT_ALT_NAME, sequence(...names)],
    [SUBJECT_KEY_ID, element(0x04, keyId)],
    // It is its own authority, so that it can be told to trust stores.
    [BASIC_CONSTRAINTS, sequence(element(0x01, Buffer.from([0xff])))],
    [EXTENDED_KEY_USAGE, sequence(oid(SERVER_AUTH))],
  ].map(([id, value]) => sequence(oid(id), element(0x04, value)));
}

function addressOctets(address) {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [start, end] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array(8 - start.length - (end?.length ?? 0)).fill('0');
  const groups = [...start, ...zeros, ...(end ?? [])];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** A positive number. */
function serialNumber() {
  const octets = randomBytes(16);
  octets[0] = (octets[0] & 0x3f) | 0x40;
  return octets;
}

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5.1 UTCTime */
function time(milliseconds) {
  const text = new Date(milliseconds).toISOString().replace(/^..|[-:T]|\.\d+/g, '');
  return element(0x17, Buffer.from(text));
}

const sequence = (...parts) => element(0x30, ...parts);
const set = (...parts) => element(0x31, ...parts);
const oid = (octets) => element(0x06, Buffer.from(octets));

/** A value in DER: its tag, its length, its content. */
function element(tag, ...parts) {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOctets(content.length)]), content]);
}

function lengthOctets(length) {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

const lines = (der) => der.toString('base64').replace(/.{1,64}/g, '$&\n');

/**
 * What real providers do that no module of the conformance suite has: more switches, of the same form
 * as those in `switches.js`. Besides those, `cors` changes the headers of every response, and
 * `wellknown` the response with the well-known document, by its request.
 */
import { decoys } from './keys.js';

/** Changes the published key that signs, or the one for RSA. */
const signing = (change) => (keys) => keys.with(-1, change(keys.at(-1)));
const rsa = (change) => (keys) => keys.with(0, change(keys[0]));

const without = (name) => (value) => ({ ...value, [name]: undefined });
const claims = (change) => (value) => ({ ...value, ...change(value) });
const octets = (text) => Buffer.from(text, 'base64url');

/** A number with two zero octets in front. */
const padded = (text) => Buffer.concat([Buffer.alloc(2), octets(text)]).toString('base64url');

/** A number without the zero octet in front. */
const shortened = (text) => octets(text).subarray(1).toString('base64url');

/** Sends a request without a query to the same path of a host, with one. */
const moved =
  (to) =>
  (response, { query, host, path }) =>
    query
      ? response
      : { status: 302, headers: { location: `http://${to(host)}${path}?moved` }, body: '' };

/** CORS headers for any origin, with which no response is readable whose request had credentials. */
const anybody = ({ vary: _, 'access-control-allow-credentials': __, ...headers }) => ({
  ...headers,
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'accept, authorization, content-type',
});

/** An issuer that is nobody's address. */
export const FOREIGN_ISSUER = 'https://issuer.example/tenant';

/** @type {Record<string, Partial<Record<string, (value: any) => any>>>} */
export const ODDITIES = {
  // Keys
  'rsa-number-with-zeros': {
    alg: () => 'RS256',
    keys: rsa((key) => ({ ...key, n: padded(key.n), e: padded(key.e) })),
  },
  'ec-coordinate-too-short': {
    beforeSigning: (keys) => keys.rotate(({ x }) => octets(x)[0] === 0),
    keys: signing((key) => ({ ...key, x: shortened(key.x) })),
  },
  'many-keys-and-no-kid': {
    header: without('kid'),
    keys: async (keys) => [...(await decoys(20, 'ES256')), ...keys],
  },
  'members-that-are-empty': {
    keys: signing((key) => ({ ...key, use: '', alg: '', key_ops: [] })),
  },
  'one-key-without-kid': { keys: (keys) => [without('kid')(keys.at(-1))] },
  'kid-that-is-a-number': {
    header: (header) => ({ ...header, kid: '7' }),
    keys: signing((key) => ({ ...key, kid: 7 })),
  },
  'alg-eddsa': { alg: () => 'EdDSA' },
  'alg-ed25519': { alg: () => 'Ed25519' },
  'alg-ed25519-key-eddsa': {
    alg: () => 'Ed25519',
    keys: (keys) => keys.with(1, { ...keys[1], alg: 'EdDSA' }),
  },
  'key-that-is-none': { keys: signing((key) => ({ ...key, y: key.x })) },
  'key-that-is-none-beside-others': {
    header: without('kid'),
    keys: signing((key) => ({ ...key, y: key.x })),
  },

  // ID tokens
  'audience-repeated': { claims: claims(({ aud }) => ({ aud: [aud, aud] })) },
  'exp-as-text': { claims: claims(({ exp }) => ({ exp: String(exp) })) },
  'sub-as-number': { claims: claims(() => ({ sub: 7 })) },
  'no-auth-time': {},
  'hs256-by-default': { alg: () => 'HS256' },

  // Discovery
  'issuer-of-another-origin': {
    metadata: (metadata) => ({ ...metadata, issuer: FOREIGN_ISSUER }),
    claims: claims(() => ({ iss: FOREIGN_ISSUER })),
    response: (response) => ({ ...response, iss: FOREIGN_ISSUER }),
  },
  'issuer-with-a-slash': {
    metadata: (metadata) => ({ ...metadata, issuer: `${metadata.issuer}/` }),
    claims: claims(({ iss }) => ({ iss: `${iss}/` })),
    response: (response) => ({ ...response, iss: `${response.iss}/` }),
  },
  'document-moved': { wellknown: moved((host) => host) },
  'document-moved-to-another-origin': {
    wellknown: moved((host) => host.replace('localhost', '127.0.0.1')),
    cors: anybody,
  },
  'no-revocation-endpoint': { metadata: without('revocation_endpoint') },

  // Requests
  'cors-for-anybody': {
    cors: anybody,
  },
};

/**
 * How the provider misbehaves: one switch for each module of the OpenID Foundation's conformance
 * suite, named like the module without its prefix (`oidcc-client-test-`,
 * `fapi2-security-profile-final-client-test-`, …). A switch changes what the provider makes on its
 * way out:
 *
 * - `metadata`: the well-known document
 * - `keys`: the published keys, the one that signs last
 * - `response`: the parameters of an authorization response
 * - `alg`, `header`, `claims`, `jwt`: an ID token, from its algorithm to its text
 * - `renewedClaims`: the claims of an ID token that came by refresh token
 * - `tokens`: the token endpoint's answer
 * - `userinfo`, `userinfoSigned`, `userinfoJwt`: the user details, whether they are signed, as text
 * - `loggedOut`: the parameters of a post-logout redirect
 *
 * or acts on the keys, `whenAuthorizing` or `beforeSigning`. One without any of these is there for
 * what the client does.
 */

const MINUTE = 60;

/** Changes a member. */
const change = (name, to) => (value) => ({ ...value, [name]: to(value[name]) });

/** Leaves a member away. */
const without = (name) => (value) =>
  Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));

const constant = (value) => () => value;
const other = (text) => `${text}1`;
const rotate = (keys) => keys.rotate();

/** Moves every endpoint to where nobody would guess it. */
const elsewhere = (metadata) =>
  Object.fromEntries(
    Object.entries(metadata).map(([name, value]) =>
      /_endpoint$|^jwks_uri$/.test(name)
        ? [name, value.replace(/\/(?=[^/]+$)/, `/${crypto.randomUUID()}/`)]
        : [name, value],
    ),
  );

/** A JWT whose signature is another one. */
function corrupt(jwt) {
  const [header, payload, signature] = jwt.split('.');
  const bytes = Buffer.from(signature, 'base64url').map((byte) => byte ^ 0x5a);
  return [header, payload, Buffer.from(bytes).toString('base64url')].join('.');
}

/** @type {Record<string, Partial<Record<string, (value: any) => any>>>} */
export const SWITCHES = {
  // OpenID Connect Core, the basic client
  'oidcc-client-test': {},
  'invalid-iss': { claims: change('iss', other) },
  'missing-sub': { claims: without('sub') },
  'invalid-aud': { claims: change('aud', other) },
  'missing-iat': { claims: without('iat') },
  'kid-absent-single-jwks': { header: without('kid'), keys: (keys) => keys.slice(-1) },
  'kid-absent-multiple-jwks': { header: without('kid') },
  'idtoken-sig-rs256': { alg: constant('RS256') },
  'idtoken-sig-none': { alg: constant('none') },
  'invalid-sig-rs256': { alg: constant('RS256'), jwt: corrupt },
  'userinfo-invalid-sub': { userinfo: change('sub', other) },
  'nonce-invalid': { claims: change('nonce', other) },
  'scope-userinfo-claims': {},

  // Discovery and keys
  'discovery-openid-config': { metadata: elsewhere },
  'discovery-jwks-uri-keys': {
    metadata: change('jwks_uri', (uri) => elsewhere({ jwks_uri: uri }).jwks_uri),
  },
  'discovery-issuer-mismatch': { metadata: change('issuer', other) },
  'signing-key-rotation': { whenAuthorizing: rotate },
  'signing-key-rotation-just-before-signing': { beforeSigning: rotate },

  // OpenID Connect Core, further
  'missing-aud': { claims: without('aud') },
  'invalid-sig-es256': { alg: constant('ES256'), jwt: corrupt },
  'invalid-sig-hs256': { alg: constant('HS256'), jwt: corrupt },
  'invalid-athash': { claims: change('at_hash', other) },
  'userinfo-bearer-header': {},
  'userinfo-signed': { userinfoSigned: constant(true) },
  'userinfo-signed-invalid-sig': { userinfoSigned: constant(true), userinfoJwt: corrupt },
  'userinfo-signed-invalid-sub': {
    userinfo: change('sub', other),
    userinfoSigned: constant(true),
  },
  'refresh-token': {},
  'refresh-token-invalid-issuer': { renewedClaims: change('iss', other) },
  'refresh-token-invalid-sub': { renewedClaims: change('sub', other) },
  'rp-init-logout': {},
  'rp-init-logout-no-state': { loggedOut: without('state') },
  'rp-init-logout-other-state': { loggedOut: change('state', other) },

  // FAPI 2.0 Security Profile
  'invalid-missing-iss': { claims: without('iss') },
  'invalid-missing-aud': { claims: without('aud') },
  'invalid-secondary-aud': { claims: change('aud', (aud) => [aud, 'somebody-else']) },
  'valid-aud-as-array': { claims: change('aud', (aud) => [aud]) },
  'invalid-null-alg': { alg: constant('none') },
  'invalid-alternate-alg': { alg: constant('PS256') },
  'invalid-expired-exp': { claims: change('exp', () => Date.now() / 1000 - 6 * MINUTE) },
  'invalid-missing-exp': { claims: without('exp') },
  'invalid-nonce': { claims: change('nonce', other) },
  'invalid-missing-nonce': { claims: without('nonce') },
  'invalid-authorization-response-iss': { response: change('iss', other) },
  'remove-authorization-response-iss': { response: without('iss') },
  'ensure-authorization-response-with-invalid-state-fails': { response: change('state', other) },
  'ensure-authorization-response-with-invalid-missing-state-fails': { response: without('state') },
  'token-endpoint-response-without-expires_in': { tokens: without('expires_in') },
  'token-type-case-insensitivity': { tokens: change('token_type', () => 'bEARER') },

  // FAPI 1.0 Advanced
  'missing-athash': { claims: without('at_hash') },
  'no-scope-in-token-endpoint-response': { tokens: without('scope') },
};

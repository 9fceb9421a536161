/** What this client must do about each of the provider's switches; docs/conformance.md shows it. */
import assert from 'node:assert/strict';

/** How a module is run: see the function of the same name in the tests. */
const accept = (more = {}) => ({ run: 'accepts', ...more });
const reject = (run, error) => (code) => ({ run, error, code });

const badIdToken = reject('refusesTokens', 'ID_TOKEN_INVALID');
const badState = reject('refusesResponse', 'State mismatch');
const badIssuer = reject('refusesResponse', 'Issuer mismatch');
const badUserinfo = reject('refusesUserinfo', 'User Info retrieval failure');
const badRenewal = reject('refusesRenewal', 'ID_TOKEN_INVALID');

const equal =
  (name, value) =>
  ({ tokens }) =>
    assert.equal(tokens[name], value);

/** An access token of unknown lifetime is good until a resource server says otherwise. */
function stillGood({ tokens, kept }) {
  assert.equal(kept.accessToken, tokens.accessToken);
  assert.equal(kept.expired, undefined);
}

function everyScope({ info }) {
  assert.equal(info.name, 'Alice Adams');
  assert.equal(info.email, 'alice@example.com');
  assert.equal(info.phone_number, '+1 555 0100');
  assert.equal(info.address.locality, 'Wonderland');
}

/** @type {Record<string, { run: string, error?: string, code?: string, [more: string]: any }>} */
export const MODULES = {
  'oidcc-client-test': accept(),
  'invalid-iss': badIdToken('id_token_issuer'),
  'missing-sub': badIdToken('id_token_subject'),
  'invalid-aud': badIdToken('id_token_audience'),
  'missing-iat': badIdToken('id_token_time'),
  'kid-absent-single-jwks': accept(),
  'kid-absent-multiple-jwks': accept(),
  'idtoken-sig-rs256': accept(),
  'idtoken-sig-none': badIdToken('id_token_algorithm'),
  'invalid-sig-rs256': badIdToken('id_token_signature'),
  'userinfo-invalid-sub': badUserinfo('userinfo_subject'),
  'nonce-invalid': badIdToken('id_token_nonce'),
  'scope-userinfo-claims': accept({
    config: { scope: 'openid profile email phone address' },
    check: everyScope,
  }),

  'discovery-openid-config': accept(),
  'discovery-jwks-uri-keys': accept(),
  'discovery-issuer-mismatch': {
    run: 'refusesMetadata',
    code: 'discovery_issuer_mismatch',
  },
  'signing-key-rotation': accept({ run: 'acceptsTwice' }),
  'signing-key-rotation-just-before-signing': accept({ run: 'acceptsTwice' }),

  'missing-aud': badIdToken('id_token_audience'),
  'invalid-sig-es256': badIdToken('id_token_signature'),
  'invalid-sig-hs256': badIdToken('id_token_algorithm'),
  'invalid-athash': badIdToken('id_token_at_hash'),
  'userinfo-bearer-header': accept(),
  'userinfo-signed': accept(),
  'userinfo-signed-invalid-sig': badUserinfo('id_token_signature'),
  'userinfo-signed-invalid-sub': badUserinfo('userinfo_subject'),
  'refresh-token': accept({ run: 'acceptsRenewal' }),
  'refresh-token-invalid-issuer': badRenewal('id_token_issuer'),
  'refresh-token-invalid-sub': badRenewal('id_token_subject'),
  'rp-init-logout': { run: 'logsOut', code: 'state_unknown' },
  'rp-init-logout-no-state': { run: 'logsOut', code: 'state_missing' },
  'rp-init-logout-other-state': { run: 'logsOut', code: 'state_unknown' },

  'invalid-missing-iss': badIdToken('id_token_issuer'),
  'invalid-missing-aud': badIdToken('id_token_audience'),
  'invalid-secondary-aud': badIdToken('id_token_audience'),
  'valid-aud-as-array': accept(),
  'invalid-null-alg': badIdToken('id_token_algorithm'),
  'invalid-alternate-alg': badIdToken('jwks_unavailable'),
  'invalid-expired-exp': badIdToken('id_token_expired'),
  'invalid-missing-exp': badIdToken('id_token_expired'),
  'invalid-nonce': badIdToken('id_token_nonce'),
  'invalid-missing-nonce': badIdToken('id_token_nonce'),
  'invalid-authorization-response-iss': badIssuer('iss_mismatch'),
  'remove-authorization-response-iss': badIssuer('iss_missing'),
  'ensure-authorization-response-with-invalid-state-fails': badState('state_unknown'),
  'ensure-authorization-response-with-invalid-missing-state-fails': badState('state_missing'),
  'token-endpoint-response-without-expires_in': accept({ check: stillGood }),
  'token-type-case-insensitivity': accept({ check: equal('tokenType', 'bEARER') }),

  'missing-athash': accept(),
  'no-scope-in-token-endpoint-response': accept({ check: equal('scope', 'openid profile') }),
};

/** What each fault of the development server does on the wire. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, beforeEach, test } from 'node:test';
import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK } from 'jose';
import { FAULTS } from '../../server/fault-registry.js';
import { startServer } from '../../server/server.js';
import { ALPHA, Browser, CLIENT_ID, ORIGIN, REDIRECT_URI, start } from './client.js';
import { DpopKey } from './dpop.js';

const server = await start(after);
const { control } = server;

beforeEach(() => control.reset());

/** Switches faults on and returns a browser. */
function withFaults(faults) {
  for (const [name, value] of Object.entries(faults)) control.fault(name, value);
  return new Browser(server);
}

/** One form POST to an OAuth endpoint: status and error. */
async function refusal(call) {
  const { status, body } = await call;
  return [status, body?.error];
}

const metadata = async ({ oauth }) =>
  (await fetch(`${oauth}/.well-known/openid-configuration`)).json();

const cors = ({ headers }) => [
  headers.get('access-control-allow-origin'),
  headers.get('access-control-allow-credentials'),
];

async function call(method, path, body) {
  const response = await fetch(`${server.url}/test/${path}`, {
    method,
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

test('faults have names of their own, and say what they do and where it was seen', () => {
  assert.equal(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length);
  for (const { name, does, seenAt, takes, usual } of FAULTS) {
    assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.match(does, /^[A-Z`].*\.$/, name);
    assert.ok(seenAt.length > 0, name);
    assert.equal(takes === undefined, usual === undefined, name);
  }
});

test('the types have every fault', () => {
  const types = readFileSync(new URL('../../server/index.d.ts', import.meta.url), 'utf8');
  const [union] = /type FaultName =[^;]*;/.exec(types);
  assert.deepEqual(
    union.match(/(?<=')[\w-]+(?=')/g),
    FAULTS.map(({ name }) => name),
  );
});

test('every fault has a test', () => {
  const tests = readFileSync(new URL(import.meta.url), 'utf8');
  const used = ({ name }) => new RegExp(`'${name}'?: |fault\\('${name}'`).test(tests);
  assert.deepEqual(
    FAULTS.filter((fault) => !used(fault)),
    [],
  );
});

test('faults are switched on and off by HTTP, listed, and reset', async () => {
  const on = async () => (await call('GET', 'faults')).filter(({ value }) => value !== false);
  assert.deepEqual(await on(), []);
  await call('POST', 'faults', { name: 'cors-star' });
  await call('POST', 'faults', { name: 'refresh-refusal', value: '401 invalid_token' });
  const [cors, refusal, ...rest] = await on();
  assert.deepEqual(Object.keys(cors), ['name', 'does', 'seenAt', 'value']);
  assert.equal(cors.value, true);
  assert.deepEqual([refusal.name, refusal.value], ['refresh-refusal', '401 invalid_token']);
  assert.equal(rest.length, 0);
  await call('POST', 'faults', { name: 'cors-star', value: false });
  assert.equal((await on()).length, 1);
  await call('POST', 'faults', { name: 'refresh-refusal' });
  assert.equal((await on())[0].value, '400 invalid_request', 'the usual value');
  await call('DELETE', 'faults');
  assert.deepEqual(await on(), []);
  await call('POST', 'faults', { name: 'cors-star' });
  await call('POST', 'reset');
  assert.deepEqual(await on(), []);
});

test('an unknown fault, or a value that it does not take, is a clear error', async () => {
  const { error } = await call('POST', 'faults', { name: 'cors-everything' });
  assert.match(error, /^Unknown fault cors-everything\. There are: .*cors-star/);
  assert.throws(() => control.fault('cors-star', 7), /takes no value/);
  assert.throws(() => control.fault('pi-flow-refused', 'x'), /one of json, page, no-cors/);
  assert.throws(() => control.fault('refresh-refusal', 'x'), /takes the status and the error/);
  assert.throws(() => control.fault('jwks-many-keys', -1), /takes a number/);
  assert.throws(() => control.fault('issuer', 'http://['), /takes with one/);
  await assert.rejects(startServer({ port: 0, faults: ['x'] }), { code: 'ERR_OPTION' });
});

test('all faults at once leave the server running', async () => {
  const browser = withFaults(Object.fromEntries(FAULTS.map(({ name }) => [name, true])));
  assert.ok((await metadata(browser)).issuer);
  assert.ok((await (await fetch(`${browser.oauth}/connect/jwk_uri`)).json()).keys.length > 0);
  assert.ok((await browser.tokens()).access_token);
  control.endFaults();
  assert.equal(await browser.silentError(), null);
});

test('faults of the start are on again after a reset', async (t) => {
  const faults = ['cors-star', 'expires-in=[3600]', 'refresh-refusal=401 invalid_token'];
  const { control } = await start((end) => t.after(end), { faults });
  const values = () => control.faults().map(({ value }) => value);
  const initial = values().filter((value) => value !== false);
  assert.deepEqual(initial, [true, [3600], '401 invalid_token']);
  control.endFaults();
  assert.ok(values().every((value) => value === false));
  control.reset();
  assert.deepEqual(
    values().filter((value) => value !== false),
    initial,
  );
});

test('cors-star', async () => {
  const browser = withFaults({ 'cors-star': true });
  for (const response of [
    await browser.fetch(`${browser.oauth}/.well-known/openid-configuration`),
    await browser.fetch(`${browser.oauth}/access_token`, { method: 'POST' }),
    await browser.userinfo('nonsense'),
    await browser.endSession({}),
    await browser.fetch(`${browser.oauth}/userinfo`, {
      method: 'OPTIONS',
      headers: { 'Access-Control-Request-Method': 'GET' },
    }),
  ]) {
    assert.deepEqual(cors(response), ['*', null], response.url);
  }
});

test('cors-not-registered', async () => {
  const browser = withFaults({ 'cors-not-registered': true });
  const { oauth } = browser;
  const document = await browser.fetch(`${oauth}/.well-known/openid-configuration`);
  assert.deepEqual(cors(document), ['*', null]);
  assert.deepEqual(cors(await browser.fetch(`${oauth}/connect/jwk_uri`)), ['*', null]);
  // oidc-provider has CORS headers of its own for these.
  for (const path of ['/access_token', '/userinfo', '/token/revoke', '/par']) {
    assert.deepEqual(cors(await browser.fetch(oauth + path, { method: 'POST' })), [null, null]);
  }
});

test('metadata-without-cors', async () => {
  const browser = withFaults({ 'metadata-without-cors': true });
  const { oauth } = browser;
  const document = await browser.fetch(`${oauth}/.well-known/openid-configuration`);
  assert.deepEqual(cors(document), [null, null]);
  assert.equal(cors(await browser.fetch(`${oauth}/connect/jwk_uri`))[0], ORIGIN);
});

test('end-session-without-cors', async () => {
  const browser = withFaults({ 'end-session-without-cors': true });
  const { id_token } = await browser.tokens();
  const response = await browser.endSession({ id_token_hint: id_token });
  assert.deepEqual([response.status, ...cors(response)], [204, null, null]);
  assert.equal(await browser.silentError(), 'login_required');
  assert.equal(cors(await browser.userinfo('nonsense'))[0], ORIGIN);
});

test('authorize-code-only', async () => {
  const browser = withFaults({ 'authorize-code-only': true });
  assert.deepEqual((await metadata(browser)).response_types_supported, ['code']);
  await browser.login();
  const none = await browser.authorize({ response_type: 'none', prompt: 'none' });
  assert.deepEqual(Object.fromEntries(none.location.searchParams), {
    error: 'unsupported_response_type',
    state: 'the-state',
    iss: browser.oauth,
  });
  control.fault('authorize-code-only', 'invalid_request');
  const idToken = await browser.authorize({
    response_type: 'id_token',
    prompt: 'none',
    nonce: 'n',
  });
  assert.equal(new URLSearchParams(idToken.location.hash.slice(1)).get('error'), 'invalid_request');
  control.fault('authorize-code-only', 'page');
  assert.equal((await browser.authorize({ response_type: 'none' })).status, 400);
  const query = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: 'none',
    prompt: 'none',
  });
  assert.equal((await browser.fetch(`${browser.oauth}/authorize?${query}`)).status, 400);
  assert.equal(await browser.silentError(), null);
});

test('prompt-none-interaction-required', async () => {
  const browser = withFaults({ 'prompt-none-interaction-required': true });
  assert.equal(await browser.silentError(), 'interaction_required');
  await browser.login();
  assert.equal(await browser.silentError(), null);
});

test('errors-without-iss', async () => {
  const browser = withFaults({ 'errors-without-iss': true });
  assert.equal((await browser.code()).location.searchParams.has('iss'), false);
  await browser.login();
  assert.equal((await browser.code()).location.searchParams.get('iss'), browser.oauth);
  const params = { response_type: 'id_token', prompt: 'none', nonce: 'n' };
  const { hash } = (await browser.authorize(params)).location;
  assert.equal(new URLSearchParams(hash.slice(1)).has('iss'), false, 'none where none was');
});

test('errors-without-description', async () => {
  const { location } = await withFaults({ 'errors-without-description': true }).code();
  assert.deepEqual([...location.searchParams.keys()].sort(), ['error', 'iss', 'state']);
});

test('response-with-client-and-scope', async () => {
  const browser = withFaults({ 'response-with-client-and-scope': true });
  assert.equal((await browser.code()).location.searchParams.has('client_id'), false);
  await browser.login();
  const flow = await browser.code();
  assert.equal(flow.location.searchParams.get('client_id'), CLIENT_ID);
  assert.equal(flow.location.searchParams.get('scope'), 'openid profile email');
  assert.equal(flow.location.origin + flow.location.pathname, REDIRECT_URI);
  assert.equal((await browser.exchange(flow)).status, 200);
});

test('pi-flow-refused', async () => {
  const browser = withFaults({ 'pi-flow-refused': true });
  assert.ok((await metadata(browser)).response_modes_supported.includes('pi.flow'));
  const ask = () =>
    browser.fetch(`${browser.oauth}/authorize?response_mode=pi.flow`, { method: 'POST' });
  const json = await ask();
  assert.equal(json.status, 400);
  assert.equal((await json.json()).details[0].code, 'INVALID_VALUE');
  control.fault('pi-flow-refused', 'page');
  const html = await ask();
  assert.equal(html.status, 403);
  assert.match(html.headers.get('content-type'), /^text\/html/);
  control.fault('pi-flow-refused', 'no-cors');
  assert.deepEqual(cors(await ask()), [null, null]);
  await browser.login();
  assert.equal(await browser.silentError(), null);
});

test('refresh-refusal', async () => {
  const browser = withFaults({ 'refresh-refusal': '401 invalid_token' });
  const { refresh_token } = await browser.tokens();
  assert.equal((await browser.refresh(refresh_token)).status, 200);
  assert.deepEqual(await refusal(browser.refresh(refresh_token)), [401, 'invalid_token']);
  control.fault('refresh-refusal', '400 INVALID_GRANT');
  assert.deepEqual(await refusal(browser.refresh(refresh_token)), [400, 'INVALID_GRANT']);
  control.fault('refresh-refusal');
  assert.deepEqual(await refusal(browser.refresh(refresh_token)), [400, 'invalid_request']);
  const flow = { code: 'nonsense', code_verifier: 'a'.repeat(43) };
  assert.deepEqual(await refusal(browser.exchange(flow)), [400, 'invalid_grant']);
});

test('refresh-tokens-dead', async () => {
  const browser = withFaults({});
  const { refresh_token, access_token } = await browser.tokens();
  control.fault('refresh-tokens-dead');
  assert.deepEqual(await refusal(browser.refresh(refresh_token)), [400, 'invalid_grant']);
  assert.equal(control.token(access_token).active, true);
  assert.equal((await browser.post('/token/revoke', { token: refresh_token })).status, 200);
  assert.equal(control.token(refresh_token).active, false);
});

test('revocation-ends-session: of its only client', async () => {
  const browser = withFaults({ 'revocation-ends-session': true });
  const first = await browser.tokens();
  const second = await browser.tokens();
  await browser.post('/token/revoke', { token: first.access_token });
  assert.equal(await browser.silentError(), null, 'an access token goes alone');
  const third = await browser.tokens();
  await browser.post('/token/revoke', { token: first.refresh_token });
  for (const { access_token, refresh_token } of [second, third]) {
    assert.equal((await browser.userinfo(access_token)).status, 401);
    assert.deepEqual(await refusal(browser.refresh(refresh_token)), [400, 'invalid_grant']);
  }
  assert.equal(await browser.silentError(), 'login_required');
});

test('revocation-ends-session: not while another client is in the session', async () => {
  await control.setClient({ client_id: 'other', origins: [ORIGIN] });
  const client = { client_id: 'other' };
  const browser = withFaults({ 'revocation-ends-session': true });
  const mine = await browser.tokens();
  const other = await browser.tokens(client, client);
  await browser.post('/token/revoke', { token: mine.refresh_token });
  assert.equal((await browser.userinfo(mine.access_token)).status, 401);
  assert.equal((await browser.userinfo(other.access_token)).status, 200);
  assert.equal(await browser.silentError(), null);
  const again = await browser.tokens();
  await browser.post('/token/revoke', { token: other.refresh_token, ...client });
  assert.equal((await browser.userinfo(again.access_token)).status, 200);
  await browser.post('/token/revoke', { token: again.refresh_token });
  assert.equal(await browser.silentError(), 'login_required');
});

test('revocation-refused', async () => {
  const browser = withFaults({ 'revocation-refused': true });
  const { access_token } = await browser.tokens();
  const answer = browser.post('/token/revoke', { token: access_token });
  assert.deepEqual(await refusal(answer), [400, 'invalid_client']);
  assert.equal(control.token(access_token).active, true);
});

test('revocation-unlisted', async () => {
  const browser = withFaults({ 'revocation-unlisted': true });
  assert.equal('revocation_endpoint' in (await metadata(browser)), false);
  const { access_token } = await browser.tokens();
  assert.equal((await browser.post('/token/revoke', { token: access_token })).status, 200);
  assert.equal(control.token(access_token).active, false);
});

test('revocation-missing', async () => {
  const browser = withFaults({ 'revocation-missing': true });
  assert.equal('revocation_endpoint' in (await metadata(browser)), false);
  assert.equal((await browser.post('/token/revoke', { token: 'x' })).status, 404);
});

test('revocation-of-unknown-refused', async () => {
  const browser = withFaults({ 'revocation-of-unknown-refused': true });
  const { access_token, refresh_token } = await browser.tokens();
  assert.equal((await browser.post('/token/revoke', { token: refresh_token })).status, 200);
  const answer = browser.post('/token/revoke', { token: access_token });
  assert.deepEqual(await refusal(answer), [400, 'invalid_request']);
});

test('issuer', async () => {
  const browser = withFaults({});
  const wellknown = new Browser(server, ALPHA).oauth;
  for (const [setting, root, alpha] of [
    ['trailing-slash', `${browser.oauth}/`, `${wellknown}/`],
    ['alias', `${server.url}/am/oauth2`, `${server.url}/am/oauth2/alpha`],
    ['/elsewhere', `${server.url}/elsewhere`],
    ['https://login.example/tenant', 'https://login.example/tenant'],
  ]) {
    control.fault('issuer', setting);
    const document = await metadata(browser);
    assert.equal(document.issuer, root);
    assert.equal(document.token_endpoint, `${browser.oauth}/access_token`);
    assert.equal((await metadata({ oauth: wellknown })).issuer, alpha ?? root);
    await browser.login();
    const flow = await browser.code();
    assert.equal(flow.location.searchParams.get('iss'), root);
    const { id_token } = (await browser.exchange(flow)).body;
    assert.equal(decodeJwt(id_token).iss, root);
    assert.equal((await browser.endSession({ id_token_hint: id_token })).status, 204);
  }
});

test('expires-in', async () => {
  const browser = withFaults({});
  for (const value of [0, '0', -1, '3600.0', ' 3600', 'abc', null, [3600]]) {
    control.fault('expires-in', value);
    assert.deepEqual((await browser.tokens()).expires_in, value);
  }
});

test('token-scope', async () => {
  const browser = withFaults({ 'token-scope': 'list' });
  assert.deepEqual((await browser.tokens()).scope, ['openid', 'profile', 'email']);
  control.fault('token-scope', 'empty');
  assert.equal((await browser.tokens()).scope, '');
  control.fault('token-scope', 'missing');
  assert.equal('scope' in (await browser.tokens()), false);
});

test('token-type', async () => {
  const browser = withFaults({ 'token-type': true });
  assert.equal((await browser.tokens()).token_type, 'Bearer ');
  control.fault('token-type', 7);
  assert.equal((await browser.tokens()).token_type, 7);
});

/** The header and claims of an ID token, signed rightly by a key of the JWKS. */
async function verified(browser, params) {
  const { id_token, access_token } = await browser.tokens(params, params);
  const { keys } = await (await fetch(`${browser.oauth}/connect/jwk_uri`)).json();
  const { kid, alg } = decodeProtectedHeader(id_token);
  const jwk = keys.find((one) => one.kid === kid) ?? keys.find((one) => !one.kid) ?? keys.at(-2);
  const key = await importJWK(jwk, alg);
  const { payload } = await compactVerify(id_token, key);
  return { jwk, keys, access_token, kid, alg, claims: JSON.parse(Buffer.from(payload)) };
}

test('claims of ID tokens', async () => {
  for (const [name, check] of Object.entries({
    'id-token-auth-time-misnamed': (claims) =>
      typeof claims['auth:time'] === 'number' && !('auth_time' in claims),
    'id-token-audience-repeated': ({ aud }) => aud.join() === `${CLIENT_ID},${CLIENT_ID}`,
    'id-token-exp-as-text': ({ exp }) => typeof exp === 'string' && exp > Date.now() / 1000,
    'id-token-sub-as-number': ({ sub }) => sub === 7,
  })) {
    control.reset();
    const { claims } = await verified(withFaults({ [name]: true }));
    assert.ok(check(claims), name);
  }
});

test('id-token-auth-time-misnamed: in milliseconds after a refresh', async () => {
  const browser = withFaults({ 'id-token-auth-time-misnamed': true });
  const { id_token, refresh_token } = await browser.tokens();
  const { body } = await browser.refresh(refresh_token);
  assert.equal(decodeJwt(body.id_token)['auth:time'], decodeJwt(id_token)['auth:time'] * 1000);
});

test('a changed ID token is a hint and a secret like any other', async () => {
  const browser = withFaults({ 'id-token-audience-repeated': true, 'id-token-without-kid': true });
  const { id_token } = await browser.tokens();
  assert.ok(control.secrets().includes(id_token));
  const hint = { id_token_hint: id_token, post_logout_redirect_uri: `${ORIGIN}/` };
  assert.equal((await browser.endSession(hint)).status, 302);
  assert.equal(await browser.silentError(), 'login_required');
});

test('id-token-without-kid', async () => {
  const { kid } = await verified(withFaults({ 'id-token-without-kid': true }));
  assert.equal(kid, undefined);
});

test('jwks-many-keys', async () => {
  const { keys } = await verified(withFaults({ 'jwks-many-keys': 3 }));
  assert.equal(keys.length, 8);
  for (const jwk of keys) await importJWK(jwk, jwk.kty === 'RSA' ? 'RS256' : 'ES256');
});

test('jwks-single-without-kid', async () => {
  const { keys, kid } = await verified(withFaults({ 'jwks-single-without-kid': true }));
  assert.deepEqual([keys.length, keys[0].kty, keys[0].kid], [1, 'RSA', undefined]);
  assert.ok(kid);
});

test('jwks-numeric-kid', async () => {
  const browser = withFaults({ 'jwks-numeric-kid': true });
  const { jwk, kid } = await verified(browser);
  assert.deepEqual([jwk.kid, kid], [1, 1]);
  control.fault('jwks-numeric-kid', 'jwks');
  const { keys } = await verified(browser);
  assert.deepEqual(
    keys.map((one) => one.kid),
    [1, 2],
  );
  const { id_token } = await browser.tokens();
  assert.equal(decodeProtectedHeader(id_token).kid, '1');
});

test('jwks-empty-members', async () => {
  const { keys } = await (
    await fetch(`${withFaults({ 'jwks-empty-members': true }).oauth}/connect/jwk_uri`)
  ).json();
  for (const { use, alg, key_ops } of keys) assert.deepEqual([use, alg, key_ops], ['', '', []]);
});

test('jwks-leading-zeros', async () => {
  const { keys } = await (
    await fetch(`${withFaults({ 'jwks-leading-zeros': true }).oauth}/connect/jwk_uri`)
  ).json();
  const { n, e } = keys.find(({ kty }) => kty === 'RSA');
  assert.equal(Buffer.from(n, 'base64url').length, 257);
  assert.equal(e, 'AAEAAQ');
});

test('jwks-short-coordinates', async () => {
  const browser = withFaults({ 'jwks-short-coordinates': true });
  const { id_token } = await browser.tokens();
  const { alg, kid } = decodeProtectedHeader(id_token);
  const { keys } = await (await fetch(`${browser.oauth}/connect/jwk_uri`)).json();
  const jwk = keys.find((one) => one.kid === kid);
  const [x, y] = [jwk.x, jwk.y].map((value) => Buffer.from(value, 'base64url'));
  assert.ok(x.length < 32 || y.length < 32);
  const padded = [x, y].map((value) => Buffer.concat([Buffer.alloc(32 - value.length), value]));
  const [px, py] = padded.map((value) => value.toString('base64url'));
  await compactVerify(id_token, await importJWK({ ...jwk, x: px, y: py }, alg));
  assert.equal((await browser.endSession({ id_token_hint: id_token })).status, 204);
});

test('id-token-ed25519', async () => {
  for (const setting of ['EdDSA', 'Ed25519', 'EdDSA/Ed25519', 'Ed25519/EdDSA']) {
    const browser = withFaults({ 'id-token-ed25519': setting });
    const [inToken, inJwks = inToken] = setting.split('/');
    const { id_token, access_token } = await browser.tokens();
    const { alg, kid } = decodeProtectedHeader(id_token);
    const { keys } = await (await fetch(`${browser.oauth}/connect/jwk_uri`)).json();
    const jwk = keys.find((one) => one.kid === kid);
    assert.deepEqual([alg, jwk.alg, jwk.crv], [inToken, inJwks, 'Ed25519']);
    const { alg: _, ...key } = jwk;
    const { payload } = await compactVerify(id_token, await importJWK(key, alg));
    const hash = createHash('sha512').update(access_token).digest().subarray(0, 32);
    assert.equal(JSON.parse(Buffer.from(payload)).at_hash, hash.toString('base64url'));
    assert.equal((await browser.endSession({ id_token_hint: id_token })).status, 204);
  }
});

test('end-session-elsewhere', async () => {
  const browser = withFaults({ 'end-session-elsewhere': true });
  const { id_token } = await browser.tokens();
  const params = {
    id_token_hint: id_token,
    post_logout_redirect_uri: `${ORIGIN}/`,
    state: 'bye',
  };
  const away = (await browser.endSession(params)).headers.get('location');
  assert.equal(new URL(away).origin, `http://127.0.0.1:${server.port}`);
  assert.equal(await browser.silentError(), null, 'the session lives');
  const back = (await browser.fetch(away)).headers.get('location');
  assert.equal(new URL(back).origin, server.url);
  assert.equal(await browser.silentError(), null, 'the session lives');
  const landing = await browser.fetch(back);
  assert.equal(landing.headers.get('location'), `${ORIGIN}/?state=bye`);
  assert.equal(await browser.silentError(), 'login_required');

  control.fault('end-session-elsewhere', 'asks');
  const asks = await browser.fetch(away);
  assert.equal(asks.status, 200);
  assert.match(await asks.text(), /Do you want to sign out/);
  const yes = await browser.fetch(away, { method: 'POST' });
  assert.equal(yes.headers.get('location'), back);
});

test('end-session-openam', async () => {
  const browser = withFaults({ 'end-session-openam': true });
  const { id_token, refresh_token } = await browser.tokens();
  const { id_token: refreshed } = (await browser.refresh(refresh_token)).body;
  const alive = async () => (await browser.silentError()) === null;

  assert.equal((await browser.endSession({ id_token_hint: refreshed })).status, 204);
  assert.equal(await alive(), true, 'a refreshed ID token is of no session');
  const post = await browser.post('/connect/endSession', { id_token_hint: id_token });
  assert.deepEqual([post.status, await alive()], [405, true]);
  assert.deepEqual([(await browser.endSession({})).status, await alive()], [400, true]);
  assert.equal((await (await browser.endSession({})).json()).error, 'bad_request');
  const unregistered = { id_token_hint: id_token, post_logout_redirect_uri: `${ORIGIN}/nowhere` };
  assert.deepEqual([(await browser.endSession(unregistered)).status, await alive()], [400, false]);

  browser.cookie = undefined;
  const { id_token: another } = await browser.tokens();
  const { cookie } = browser;
  assert.equal((await browser.endSession({ id_token_hint: another })).status, 204);
  assert.equal(browser.cookie, cookie, 'the cookie stays');
  assert.equal(await alive(), false);
});

test('tokens-end-with-session', async () => {
  const browser = withFaults({ 'tokens-end-with-session': true });
  const { access_token, refresh_token } = await browser.tokens();
  await browser.sessions('logout');
  assert.equal(control.token(access_token).active, false);
  assert.equal(control.token(refresh_token).active, false);
});

test('used-step-408', async () => {
  const browser = withFaults({ 'used-step-408': true });
  const { body: step } = await browser.startJourney('Login');
  const answers = { IDToken1: 'demo', IDToken2: 'Ch4ng3it!' };
  assert.equal((await browser.next(step, answers)).status, 200);
  const { status, body } = await browser.next(step, answers);
  assert.equal(status, 408);
  assert.equal(body.message, 'Session has timed out');
});

test('sessions-versions', async () => {
  const browser = withFaults({ 'sessions-versions': true });
  await browser.login();
  const ask = async (action, version) => {
    const headers = { 'Accept-API-Version': version };
    return (await browser.sessions(action, headers)).status;
  };
  for (const [version, info, validate] of [
    ['protocol=1.0,resource=1.2', 501, 200],
    ['protocol=1.0,resource=2.0', 200, 501],
    ['protocol=1.0', 200, 501],
    ['', 200, 501],
    ['protocol=1.0,resource=2.1', 404, 404],
  ]) {
    assert.equal(await ask('getSessionInfo', version), info, version);
    assert.equal(await ask('validate', version), validate, version);
  }
  const { cookie } = browser;
  const { body } = await browser.sessions('logout');
  const message = 'Resource &#39;&#39; not found';
  assert.deepEqual(body, { code: 404, reason: 'Not Found', message });
  assert.equal((await control.session(cookie)).active, true);
  assert.equal(await ask('logout', 'resource=2.0'), 200);
  assert.equal((await control.session(cookie)).active, false);
  assert.equal(browser.cookie, cookie, 'the cookie stays');
  assert.equal(await ask('logout', 'resource=2.1'), 401, 'without a session, in any version');
  assert.equal(await ask('validate', 'resource=1.1'), 200);
});

test('metadata-openam', async () => {
  const document = await metadata(withFaults({ 'metadata-openam': true }));
  assert.ok(document.end_session_endpoint && document.response_types_supported);
  const gone =
    /^(revocation|pushed|code_challenge|grant_types|response_modes|authorization_response_iss)/;
  assert.deepEqual(
    Object.keys(document).filter((name) => gone.test(name)),
    [],
  );
});

test('members of the metadata', async () => {
  for (const [fault, member, value] of [
    [{ 'metadata-hs256-only': true }, 'id_token_signing_alg_values_supported', ['HS256']],
    [{ 'metadata-pkce-plain-only': true }, 'code_challenge_methods_supported', ['plain']],
    [{ 'metadata-implicit-only': true }, 'response_types_supported', ['id_token']],
  ]) {
    assert.deepEqual((await metadata(withFaults(fault)))[member], value);
  }
});

test('authorize-shows-page', async () => {
  const browser = withFaults({ 'authorize-shows-page': true });
  const { status, response } = await browser.authorize({ prompt: 'none' });
  assert.deepEqual([status, response.headers.get('x-frame-options')], [200, 'DENY']);
  assert.ok((await browser.tokens()).access_token, 'with a session it goes on');
});

test('response-without-iss', async () => {
  const browser = withFaults({ 'response-without-iss': true });
  await browser.login();
  const { location } = await browser.code();
  assert.deepEqual([...location.searchParams.keys()].sort(), ['code', 'state']);
});

test('jwks-encryption-only', async () => {
  const { oauth } = withFaults({ 'jwks-encryption-only': true });
  const { keys } = await (await fetch(`${oauth}/connect/jwk_uri`)).json();
  assert.deepEqual([...new Set(keys.map(({ use }) => use))], ['enc']);
});

test('sessions-missing', async () => {
  const browser = withFaults({ 'sessions-missing': true });
  assert.equal((await browser.sessions('validate')).status, 404);
});

test('dpop-nonce', async () => {
  for (const [setting, atServer, atApi] of [
    ['as', true, false],
    ['api', false, true],
    ['both', true, true],
  ]) {
    const browser = withFaults({ 'dpop-nonce': setting });
    const key = await DpopKey.create();
    const { status, body, isRepeated } = await key.tokens(browser);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(isRepeated, atServer, setting);
    const token = body.access_token;
    const ask = async (url, more) =>
      browser.fetch(url, {
        headers: {
          Authorization: `DPoP ${token}`,
          DPoP: await key.prove('GET', url, { token, ...more }),
        },
      });
    for (const url of [`${server.url}/api/orders`, `${browser.oauth}/userinfo`]) {
      const first = await ask(url);
      assert.equal(first.status, atApi ? 401 : 200, `${setting} ${url}`);
      if (!atApi) continue;
      assert.match(first.headers.get('www-authenticate'), /error="use_dpop_nonce"/);
      const again = await ask(url, { nonce: first.headers.get('dpop-nonce') });
      assert.equal(again.status, 200);
    }
    control.forgetNonces();
  }
});

test('dpop-nonce-hidden, dpop-challenge-hidden', async () => {
  const exposed = async (browser) => {
    const { headers } = await browser.fetch(`${server.url}/api/orders`);
    return headers.get('access-control-expose-headers');
  };
  assert.equal(await exposed(withFaults({})), 'WWW-Authenticate, DPoP-Nonce');
  assert.equal(await exposed(withFaults({ 'dpop-challenge-hidden': true })), 'DPoP-Nonce');
  control.endFaults();
  assert.equal(await exposed(withFaults({ 'dpop-nonce-hidden': true })), 'Date');
});

test('dpop-ignored', async () => {
  const browser = withFaults({ 'dpop-ignored': true });
  const { body } = await (await DpopKey.create()).tokens(browser);
  assert.equal(body.token_type, 'Bearer');
  assert.equal(control.token(body.access_token).jkt, undefined);
});

test('dpop-proof-refused', async () => {
  const browser = withFaults({ 'dpop-proof-refused': 'token' });
  const { status, body } = await (await DpopKey.create()).tokens(browser);
  assert.deepEqual([status, body.error], [400, 'invalid_dpop_proof']);
  control.fault('dpop-proof-refused', 'api');
  const { headers } = await browser.fetch(`${server.url}/api/orders`);
  assert.match(headers.get('www-authenticate'), /error="invalid_dpop_proof"/);
});

test('dpop-revocation-with-proof', async () => {
  const browser = withFaults({ 'dpop-revocation-with-proof': true });
  const key = await DpopKey.create();
  const { body } = await key.tokens(browser);
  const token = body.refresh_token;
  assert.deepEqual(await refusal(browser.post('/token/revoke', { token })), [
    400,
    'invalid_request',
  ]);
  assert.equal((await key.post(browser, '/token/revoke', { token })).status, 200);
  assert.equal(control.token(token).active, false);
});

test('dpop-algorithms', async () => {
  const algorithms = async (browser) => (await metadata(browser)).dpop_signing_alg_values_supported;
  assert.ok((await algorithms(withFaults({}))).includes('ES256'));
  assert.deepEqual(await algorithms(withFaults({ 'dpop-algorithms': true })), ['PS256']);
});

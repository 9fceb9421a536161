/** What each quirk of the development server does on the wire. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { QUIRKS } from '../../www/server/quirks.js';
import { startServer } from '../../www/server/server.js';
import { Browser, CLIENT_ID, ORIGIN, REDIRECT_URI, start } from './client.js';

const server = await start(after);
const { control } = server;

beforeEach(() => control.reset());

/** Switches quirks on and returns a browser. */
function withQuirks(quirks) {
  for (const [name, value] of Object.entries(quirks)) control.setQuirk(name, value);
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

test('quirks have names of their own, and say what they do and where it was seen', () => {
  assert.equal(new Set(QUIRKS.map(({ name }) => name)).size, QUIRKS.length);
  for (const { name, does, seenAt, takes, usual } of QUIRKS) {
    assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.match(does, /^[A-Z`].*\.$/, name);
    assert.ok(seenAt.length > 0, name);
    assert.equal(takes === undefined, usual === undefined, name);
  }
});

test('quirks are switched on and off by HTTP, listed, and reset', async () => {
  const on = async () => (await call('GET', 'quirks')).filter(({ value }) => value !== false);
  assert.deepEqual(await on(), []);
  await call('POST', 'quirks', { name: 'cors-any-origin' });
  await call('POST', 'quirks', { name: 'refresh-refusal', value: '401 invalid_token' });
  const [cors, refusal, ...rest] = await on();
  assert.deepEqual(Object.keys(cors), ['name', 'does', 'seenAt', 'value']);
  assert.equal(cors.value, true);
  assert.deepEqual([refusal.name, refusal.value], ['refresh-refusal', '401 invalid_token']);
  assert.equal(rest.length, 0);
  await call('POST', 'quirks', { name: 'cors-any-origin', value: false });
  assert.equal((await on()).length, 1);
  await call('POST', 'quirks', { name: 'refresh-refusal' });
  assert.equal((await on())[0].value, '400 invalid_request', 'the usual value');
  await call('DELETE', 'quirks');
  assert.deepEqual(await on(), []);
  await call('POST', 'quirks', { name: 'cors-any-origin' });
  await call('POST', 'reset');
  assert.deepEqual(await on(), []);
});

test('an unknown quirk, or a value that it does not take, is a clear error', async () => {
  const { error } = await call('POST', 'quirks', { name: 'cors-everything' });
  assert.match(error, /^Unknown quirk cors-everything\. There are: .*cors-any-origin/);
  assert.throws(() => control.setQuirk('cors-any-origin', 7), /takes no value/);
  assert.throws(() => control.setQuirk('pi-flow-refused', 'x'), /one of json, page, no-cors/);
  await assert.rejects(startServer({ port: 0, quirks: ['x'] }), { code: 'ERR_QUIRK' });
});

test('quirks of the start are on again after a reset', async (t) => {
  const quirks = [
    'cors-any-origin',
    'refresh-refusal=401 invalid_token',
    'sessions-versions=[1.1]',
  ];
  const { control } = await start((end) => t.after(end), { quirks });
  const values = () => control.listQuirks().map(({ value }) => value);
  const initial = values().filter((value) => value !== false);
  assert.deepEqual(initial, [true, '401 invalid_token', [1.1]]);
  control.clearQuirks();
  assert.ok(values().every((value) => value === false));
  control.reset();
  assert.deepEqual(
    values().filter((value) => value !== false),
    initial,
  );
});

test('cors-any-origin', async () => {
  const browser = withQuirks({ 'cors-any-origin': true });
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

test('end-session-without-cors', async () => {
  const browser = withQuirks({ 'end-session-without-cors': true });
  const { id_token } = await browser.tokens();
  const response = await browser.endSession({ id_token_hint: id_token });
  assert.deepEqual([response.status, ...cors(response)], [204, null, null]);
  assert.equal(await browser.silentError(), 'login_required');
  assert.equal(cors(await browser.userinfo('nonsense'))[0], ORIGIN);
});

test('authorize-code-only', async () => {
  const browser = withQuirks({ 'authorize-code-only': true });
  assert.deepEqual((await metadata(browser)).response_types_supported, ['code']);
  await browser.login();
  const none = await browser.authorize({ response_type: 'none', prompt: 'none' });
  assert.deepEqual(Object.fromEntries(none.location.searchParams), {
    error: 'unsupported_response_type',
    state: 'the-state',
    iss: browser.oauth,
  });
  control.setQuirk('authorize-code-only', 'invalid_request');
  const idToken = await browser.authorize({
    response_type: 'id_token',
    prompt: 'none',
    nonce: 'n',
  });
  assert.equal(new URLSearchParams(idToken.location.hash.slice(1)).get('error'), 'invalid_request');
  control.setQuirk('authorize-code-only', 'page');
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
  const browser = withQuirks({ 'prompt-none-interaction-required': true });
  assert.equal(await browser.silentError(), 'interaction_required');
  await browser.login();
  assert.equal(await browser.silentError(), null);
});

test('errors-without-iss', async () => {
  const browser = withQuirks({ 'errors-without-iss': true });
  assert.equal((await browser.code()).location.searchParams.has('iss'), false);
  await browser.login();
  assert.equal((await browser.code()).location.searchParams.get('iss'), browser.oauth);
});

test('errors-without-description', async () => {
  const { location } = await withQuirks({ 'errors-without-description': true }).code();
  assert.deepEqual([...location.searchParams.keys()].sort(), ['error', 'iss', 'state']);
});

test('response-with-client-and-scope', async () => {
  const browser = withQuirks({ 'response-with-client-and-scope': true });
  assert.equal((await browser.code()).location.searchParams.has('client_id'), false);
  await browser.login();
  const flow = await browser.code();
  assert.equal(flow.location.searchParams.get('client_id'), CLIENT_ID);
  assert.equal(flow.location.searchParams.get('scope'), 'openid profile email');
  assert.equal(flow.location.origin + flow.location.pathname, REDIRECT_URI);
  assert.equal((await browser.exchange(flow)).status, 200);
});

test('pi-flow-refused', async () => {
  const browser = withQuirks({ 'pi-flow-refused': true });
  assert.ok((await metadata(browser)).response_modes_supported.includes('pi.flow'));
  const ask = () =>
    browser.fetch(`${browser.oauth}/authorize?response_mode=pi.flow`, { method: 'POST' });
  const json = await ask();
  assert.equal(json.status, 400);
  assert.equal((await json.json()).details[0].code, 'INVALID_VALUE');
  control.setQuirk('pi-flow-refused', 'page');
  const html = await ask();
  assert.equal(html.status, 403);
  assert.match(html.headers.get('content-type'), /^text\/html/);
  control.setQuirk('pi-flow-refused', 'no-cors');
  assert.deepEqual(cors(await ask()), [null, null]);
  await browser.login();
  assert.equal(await browser.silentError(), null);
});

test('refresh-refusal', async () => {
  const browser = withQuirks({ 'refresh-refusal': '401 invalid_token' });
  const { refresh_token } = await browser.tokens();
  assert.equal((await browser.refresh(refresh_token)).status, 200);
  assert.deepEqual(await refusal(browser.refresh(refresh_token)), [401, 'invalid_token']);
  control.setQuirk('refresh-refusal', '400 INVALID_GRANT');
  assert.deepEqual(await refusal(browser.refresh(refresh_token)), [400, 'INVALID_GRANT']);
  control.setQuirk('refresh-refusal');
  assert.deepEqual(await refusal(browser.refresh(refresh_token)), [400, 'invalid_request']);
  const flow = { code: 'nonsense', code_verifier: 'a'.repeat(43) };
  assert.deepEqual(await refusal(browser.exchange(flow)), [400, 'invalid_grant']);
});

test('refresh-tokens-dead', async () => {
  const browser = withQuirks({});
  const { refresh_token, access_token } = await browser.tokens();
  control.setQuirk('refresh-tokens-dead');
  assert.deepEqual(await refusal(browser.refresh(refresh_token)), [400, 'invalid_grant']);
  assert.equal(control.token(access_token).active, true);
  assert.equal((await browser.post('/token/revoke', { token: refresh_token })).status, 200);
  assert.equal(control.token(refresh_token).active, false);
});

test('revocation-ends-session: of its only client', async () => {
  const browser = withQuirks({ 'revocation-ends-session': true });
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
  const browser = withQuirks({ 'revocation-ends-session': true });
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
  const browser = withQuirks({ 'revocation-refused': true });
  const { access_token } = await browser.tokens();
  const answer = browser.post('/token/revoke', { token: access_token });
  assert.deepEqual(await refusal(answer), [400, 'invalid_client']);
  assert.equal(control.token(access_token).active, true);
});

test('revocation-unlisted', async () => {
  const browser = withQuirks({ 'revocation-unlisted': true });
  assert.equal('revocation_endpoint' in (await metadata(browser)), false);
  const { access_token } = await browser.tokens();
  assert.equal((await browser.post('/token/revoke', { token: access_token })).status, 200);
  assert.equal(control.token(access_token).active, false);
});

test('revocation-missing', async () => {
  const browser = withQuirks({ 'revocation-missing': true });
  assert.equal('revocation_endpoint' in (await metadata(browser)), false);
  assert.equal((await browser.post('/token/revoke', { token: 'x' })).status, 404);
});

test('revocation-of-unknown-refused', async () => {
  const browser = withQuirks({ 'revocation-of-unknown-refused': true });
  const { access_token, refresh_token } = await browser.tokens();
  assert.equal((await browser.post('/token/revoke', { token: refresh_token })).status, 200);
  const answer = browser.post('/token/revoke', { token: access_token });
  assert.deepEqual(await refusal(answer), [400, 'invalid_request']);
});

test('sessions-versions', async () => {
  const browser = withQuirks({ 'sessions-versions': true });
  await browser.login();
  const info = (version) =>
    browser.sessions('getSessionInfo', { 'Accept-API-Version': version }).then((one) => one.status);
  assert.equal(await info('protocol=1.0,resource=2.1'), 404);
  assert.equal(await info('protocol=1.0,resource=2.0'), 200);
  assert.equal(await info('resource=1.2'), 200);
  assert.equal(await info(''), 200);
  const { body } = await browser.sessions('logout');
  assert.deepEqual(body, { code: 404, reason: 'Not Found', message: "Resource '' not found" });
  assert.equal((await control.session(browser.cookie)).active, true);
});

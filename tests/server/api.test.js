/** The API of the development server, and DPoP at its endpoints. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { Browser, CLIENT_ID, start } from './client.js';
import { DpopKey } from './dpop.js';

const server = await start(after);
const { control } = server;
const url = `${server.url}/api/orders`;

beforeEach(() => control.reset());

/** Calls the API: status, body, and the error of the challenge. */
async function callApi(headers, { method = 'GET', path = '' } = {}) {
  const response = await fetch(url + path, { method, headers });
  const challenge = response.headers.get('www-authenticate') ?? '';
  const [, error] = /error="(\w+)"/.exec(challenge) ?? [];
  return { status: response.status, body: await response.json(), error, response };
}

async function signIn() {
  const key = await DpopKey.create();
  const browser = new Browser(server);
  const { status, body } = await key.tokens(browser);
  assert.equal(status, 200, JSON.stringify(body));
  return { key, browser, token: body.access_token, tokens: body };
}

const bound = async ({ key, token }, claims, htu = url) => ({
  Authorization: `DPoP ${token}`,
  DPoP: await key.prove('GET', htu, { token, ...claims }),
});

test('a bearer token needs no proof, and gets no further with another scheme', async () => {
  const browser = new Browser(server);
  const { access_token } = await browser.tokens();
  const { status, body } = await callApi({ Authorization: `Bearer ${access_token}` });
  assert.deepEqual(
    [status, body],
    [200, { sub: 'demo', clientId: CLIENT_ID, method: 'GET', path: '/api/orders' }],
  );
  const wrong = await callApi({ Authorization: `DPoP ${access_token}` });
  assert.deepEqual([wrong.status, wrong.error], [401, 'invalid_token']);
  assert.deepEqual((await callApi({})).error, undefined);
});

test('a bound token with a proof', async () => {
  const user = await signIn();
  assert.equal(user.tokens.token_type, 'DPoP');
  const { status, body } = await callApi(await bound(user), { path: '?page=2' });
  assert.deepEqual([status, body.jkt], [200, await user.key.thumbprint()]);
  assert.equal(control.token(user.token).jkt, body.jkt);
});

test('what is wrong with a proof is refused', async () => {
  const user = await signIn();
  const other = await DpopKey.create();
  const now = Math.floor(Date.now() / 1000);
  for (const [what, headers] of [
    ['no proof', { Authorization: `DPoP ${user.token}` }],
    ['another scheme', { ...(await bound(user)), Authorization: `Bearer ${user.token}` }],
    ['another method', await bound(user, { htm: 'POST' })],
    ['another URL', await bound(user, { htu: `${url}/1` })],
    ['a query in htu', await bound(user, { htu: `${url}?page=2` })],
    ['another token', await bound(user, { token: 'another' })],
    ['another key', await bound({ ...user, key: other })],
    ['too old', await bound(user, { iat: now - 90 })],
    ['from the future', await bound(user, { iat: now + 90 })],
    ['no jti', await bound(user, { jti: undefined })],
    ['no JWT', { Authorization: `DPoP ${user.token}`, DPoP: 'proof' }],
  ]) {
    const { status, error } = await callApi(headers);
    const expected = what === 'another scheme' ? 'invalid_token' : 'invalid_dpop_proof';
    assert.deepEqual([status, error], [401, expected], what);
  }
});

test('each proof is accepted once', async () => {
  const headers = await bound(await signIn());
  assert.equal((await callApi(headers)).status, 200);
  assert.equal((await callApi(headers)).error, 'invalid_dpop_proof');
});

test('a client that must be bound gets nothing without a proof', async () => {
  await control.setClient({ client_id: CLIENT_ID, dpop_bound_access_tokens: true });
  const browser = new Browser(server);
  const { error } = await browser.tokens();
  assert.equal(error, 'invalid_grant');
  const { key, token, tokens } = await signIn();
  assert.ok(token);
  const without = await browser.refresh(tokens.refresh_token);
  assert.equal(without.status, 400);
  const grant = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
  const stranger = await (await DpopKey.create()).post(browser, '/access_token', grant);
  assert.equal(stranger.status, 400);
  assert.equal((await key.post(browser, '/access_token', grant)).status, 200);
});

import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { Browser, CLIENT_ID, ORIGIN, start } from './client.js';

const server = await start(after);
const { control } = server;

beforeEach(() => control.reset());

async function call(method, path, body) {
  const response = await fetch(`${server.url}/test/${path}`, {
    method,
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

async function timed(work) {
  const start = performance.now();
  return { result: await work(), ms: performance.now() - start };
}

test('a fault answers the next matching requests, with CORS headers', async () => {
  const browser = new Browser(server);
  const url = `${browser.oauth}/access_token`;
  await call('POST', 'failures', {
    match: '/access_token',
    method: 'POST',
    times: 2,
    status: 503,
    headers: { 'Retry-After': '1' },
    body: { error: 'server_error' },
  });
  assert.equal((await browser.fetch(url)).status, 404);
  for (let i = 0; i < 2; i += 1) {
    const response = await browser.fetch(url, { method: 'POST' });
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('retry-after'), '1');
    assert.equal(response.headers.get('access-control-allow-origin'), ORIGIN);
    assert.deepEqual(await response.json(), { error: 'server_error' });
  }
  assert.equal((await browser.fetch(url, { method: 'POST' })).status, 400);
});

test('a fault for ever lasts until it is cleared', async () => {
  const url = `${server.url}/am/oauth2/realms/root/connect/jwk_uri`;
  control.fail({ match: 'jwk_uri', times: -1, body: '<html>' });
  for (let i = 0; i < 3; i += 1) assert.equal(await (await fetch(url)).text(), '<html>');
  await call('DELETE', 'failures');
  assert.ok((await (await fetch(url)).json()).keys);
});

test('a delay keeps the real answer; reset and hang give none', async () => {
  const url = `${server.url}/am/oauth2/realms/root/connect/jwk_uri`;
  control.fail({ match: 'jwk_uri', delay: 150 });
  const { result, ms } = await timed(() => fetch(url));
  assert.equal(result.status, 200);
  assert.ok(ms >= 145);
  control.fail({ match: 'jwk_uri', reset: true });
  await assert.rejects(fetch(url), TypeError);
  control.fail({ match: 'jwk_uri', hang: true });
  await assert.rejects(fetch(url, { signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' });
});

test('`after` lets the server act and loses the answer', async () => {
  const browser = new Browser(server);
  const { refresh_token } = await browser.tokens();
  control.fail({ match: '/access_token', after: true, reset: true });
  await assert.rejects(browser.refresh(refresh_token), TypeError);
  assert.equal(control.token(refresh_token).active, false);
  control.fail({ match: '/authenticate', after: true, status: 502, body: 'Bad gateway' });
  const response = await browser.fetch(`${browser.json}/authenticate`, { method: 'POST' });
  assert.equal(response.status, 502);
  assert.equal(await response.text(), 'Bad gateway');
  assert.equal(response.headers.get('access-control-allow-origin'), ORIGIN);
});

test('mutations change the ID token, rightly signed but for the signature', async () => {
  const browser = new Browser(server);
  const keys = createRemoteJWKSet(new URL(`${browser.oauth}/connect/jwk_uri`));
  const cases = {
    id_token_nonce: (claims) => claims.nonce !== 'the-nonce',
    id_token_iss: (claims) => claims.iss !== browser.oauth,
    id_token_aud: (claims) => claims.aud !== CLIENT_ID,
    id_token_exp: (claims) => claims.exp < Date.now() / 1000,
    id_token_sub: (claims) => claims.sub !== 'demo',
    id_token_at_hash: (claims) => claims.at_hash === 'AAAAAAAAAAAAAAAAAAAAAA',
  };
  for (const [mutate, check] of Object.entries(cases)) {
    control.fail({ match: '/access_token', mutate });
    const { id_token } = await browser.tokens();
    assert.ok(check(decodeJwt(id_token)), mutate);
    await jwtVerify(id_token, keys, { currentDate: new Date(0) });
  }
  control.fail({ match: '/access_token', mutate: 'id_token_signature' });
  const { id_token } = await browser.tokens();
  assert.equal(decodeJwt(id_token).sub, 'demo');
  await assert.rejects(jwtVerify(id_token, keys), {
    code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  });
  control.fail({ match: '/access_token', mutate: 'no_id_token' });
  assert.equal('id_token' in (await browser.tokens()), false);
});

test('a wrong fault is refused with a reason', async () => {
  assert.match((await call('POST', 'failures', {})).error, /match/);
  assert.match((await call('POST', 'failures', { match: 'x', mutate: 'y' })).error, /mutate/);
});

test('a client has its own lifetimes and URIs', async () => {
  await call('POST', 'clients', {
    client_id: 'short-lived',
    origins: ['http://localhost:5555'],
    accessTokenTtl: 1,
    refreshTokenTtl: 1,
    idTokenTtl: 60,
  });
  const client = { client_id: 'short-lived' };
  const uri = { redirect_uri: 'http://localhost:5555/callback.html' };
  const browser = new Browser(server);
  const body = await browser.tokens({ ...client, ...uri }, { ...client, ...uri });
  assert.equal(body.expires_in, 1);
  const { iat, exp } = decodeJwt(body.id_token);
  assert.equal(exp - iat, 60);
  assert.deepEqual(await call('GET', `token?value=${body.access_token}`), {
    active: true,
    kind: 'access',
  });
  await new Promise((resolve) => setTimeout(resolve, 1100));
  assert.deepEqual(await call('GET', `token?value=${body.access_token}`), {
    active: false,
    kind: 'access',
  });
  assert.equal((await browser.userinfo(body.access_token)).status, 401);
  assert.equal((await browser.refresh(body.refresh_token, client)).body.error, 'invalid_grant');
  assert.ok((await call('POST', 'clients', { client_id: 'x', response_types: ['nope'] })).error);
});

test('requests are listed with their query and form', async () => {
  const browser = new Browser(server);
  await browser.login();
  const flow = await browser.code();
  await call('DELETE', 'requests');
  await browser.exchange(flow);
  await browser.userinfo('nonsense');
  const [token, userinfo, ...rest] = await call('GET', 'requests');
  assert.equal(rest.length, 0);
  assert.equal(token.method, 'POST');
  assert.equal(token.path, '/am/oauth2/realms/root/access_token');
  assert.equal(token.origin, ORIGIN);
  assert.equal(token.status, 200);
  assert.equal(token.authorization, false);
  assert.equal(token.body.code, flow.code);
  assert.equal(token.body.client_id, CLIENT_ID);
  assert.equal(userinfo.authorization, true);
  assert.equal(userinfo.status, 401);
});

test('secrets lists every token, code, session token and authId', async () => {
  const browser = new Browser(server);
  const { body: step } = await browser.authenticate('');
  await browser.login();
  const flow = await browser.code();
  const { body } = await browser.exchange(flow);
  const secrets = await call('GET', 'secrets');
  for (const secret of [
    step.authId,
    browser.cookie,
    flow.code,
    body.access_token,
    body.refresh_token,
    body.id_token,
  ]) {
    assert.ok(secrets.includes(secret));
  }
});

test('keys rotate; sessions and tokens stay', async () => {
  const browser = new Browser(server);
  const first = await browser.tokens();
  const kids = async () => {
    const { keys } = await (await fetch(`${browser.oauth}/connect/jwk_uri`)).json();
    return keys.map(({ kid }) => kid);
  };
  const before = await kids();
  await call('POST', 'rotate-keys', { keep: true });
  assert.equal((await kids()).length, 4);
  await call('POST', 'rotate-keys');
  const now = await kids();
  assert.equal(now.length, 2);
  assert.equal(
    now.some((kid) => before.includes(kid)),
    false,
  );
  const { body } = await browser.refresh(first.refresh_token);
  const keys = createRemoteJWKSet(new URL(`${browser.oauth}/connect/jwk_uri`));
  await jwtVerify(body.id_token, keys);
  assert.equal(await browser.silentError(), null);
  assert.equal((await browser.endSession({ id_token_hint: first.id_token })).status, 204);
});

test('a page of an opaque origin controls nothing, whatever the redirect URIs are', async (t) => {
  const redirect_uris = ['com.example.app:/cb', 'https://app.example/cb'];
  const clients = [{ client_id: 'native', application_type: 'native', redirect_uris }];
  const native = await start((end) => t.after(end), { clients });
  const get = (path, origin) => fetch(native.url + path, { headers: { Origin: origin } });
  for (const origin of ['null', 'com.example.app:', 'com.example.app://', 'https://evil.example']) {
    for (const path of ['/test/secrets', '/api/']) {
      const response = await get(path, origin);
      assert.equal(response.headers.get('access-control-allow-origin'), null, origin);
    }
    assert.equal((await get('/test/secrets', origin)).status, 403, origin);
  }
  assert.equal((await get('/test/secrets', 'https://app.example')).status, 200);
});

test('reset forgets sessions, tokens, clients, faults and requests', async () => {
  const browser = new Browser(server);
  await control.setClient({ client_id: 'other' });
  const { refresh_token } = await browser.tokens();
  control.fail({ match: '/am', times: -1, status: 500 });
  await call('POST', 'reset');
  assert.deepEqual(await call('GET', 'requests'), []);
  assert.deepEqual(await call('GET', 'secrets'), []);
  assert.deepEqual(await call('GET', `session?value=${browser.cookie}`), { active: false });
  assert.equal((await browser.refresh(refresh_token)).body.error, 'invalid_grant');
  assert.equal((await browser.authorize({ client_id: 'other' })).status, 400);
});

test('a request that is under way when its session ends does not bring it back', async () => {
  const browser = new Browser(server);
  const { body } = await browser.login();
  await Promise.all([
    ...Array.from({ length: 10 }, () => browser.silentError()),
    browser.sessions('logout'),
    ...Array.from({ length: 10 }, () => browser.silentError()),
  ]);
  assert.deepEqual(await control.session(body.tokenId), { active: false });
});

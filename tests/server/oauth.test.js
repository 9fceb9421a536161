import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { ALPHA, Browser, CLIENT_ID, ORIGIN, REDIRECT_URI, ROOT, start } from './client.js';

const server = await start(after);

for (const realm of [ROOT, ALPHA]) {
  test(`discovery of ${realm} has AM's paths`, async () => {
    const { oauth } = new Browser(server, realm);
    const discovery = await (await fetch(`${oauth}/.well-known/openid-configuration`)).json();
    assert.equal(discovery.issuer, oauth);
    assert.equal(discovery.authorization_endpoint, `${oauth}/authorize`);
    assert.equal(discovery.token_endpoint, `${oauth}/access_token`);
    assert.equal(discovery.userinfo_endpoint, `${oauth}/userinfo`);
    assert.equal(discovery.revocation_endpoint, `${oauth}/token/revoke`);
    assert.equal(discovery.end_session_endpoint, `${oauth}/connect/endSession`);
    assert.equal(discovery.jwks_uri, `${oauth}/connect/jwk_uri`);
    assert.equal(discovery.pushed_authorization_request_endpoint, `${oauth}/par`);
  });

  test(`a journey's session gets tokens in the background in ${realm}`, async () => {
    const browser = new Browser(server, realm);
    const { body: journey } = await browser.login();
    const flow = await browser.code();
    assert.equal(flow.location.origin + flow.location.pathname, REDIRECT_URI);
    assert.equal(flow.location.searchParams.get('state'), 'the-state');
    assert.equal(flow.location.searchParams.get('iss'), browser.oauth);
    const { status, body } = await browser.exchange(flow);
    assert.equal(status, 200);
    assert.equal(body.token_type, 'Bearer');
    assert.equal(body.expires_in, 3600);
    assert.equal(body.scope, 'openid profile email');
    assert.ok(body.refresh_token);
    assert.equal(browser.cookie, journey.tokenId);
    await verifyIdToken(browser, body);
  });
}

async function verifyIdToken({ oauth }, { id_token, access_token }) {
  const keys = createRemoteJWKSet(new URL(`${oauth}/connect/jwk_uri`));
  const { payload, protectedHeader } = await jwtVerify(id_token, keys, {
    issuer: oauth,
    audience: CLIENT_ID,
    algorithms: ['RS256'],
  });
  assert.ok(protectedHeader.kid);
  assert.equal(payload.sub, 'demo');
  assert.equal(payload.nonce, 'the-nonce');
  assert.equal(typeof payload.auth_time, 'number');
  const digest = createHash('sha256').update(access_token).digest();
  assert.equal(payload.at_hash, digest.subarray(0, 16).toString('base64url'));
}

test('userinfo has the claims of the scopes', async () => {
  const browser = new Browser(server);
  const { access_token } = await browser.tokens();
  assert.deepEqual(await (await browser.userinfo(access_token)).json(), {
    sub: 'demo',
    name: 'Demo User',
    given_name: 'Demo',
    family_name: 'User',
    preferred_username: 'demo',
    email: 'demo.user@example.com',
    email_verified: true,
  });
  const refused = await browser.userinfo('nonsense');
  assert.equal(refused.status, 401);
  assert.equal((await refused.json()).error, 'invalid_token');
});

test('without a session the background request is login_required, with state and iss', async () => {
  const browser = new Browser(server);
  const { location } = await browser.code();
  assert.equal(location.origin + location.pathname, REDIRECT_URI);
  assert.equal(location.searchParams.get('error'), 'login_required');
  assert.equal(location.searchParams.get('state'), 'the-state');
  assert.equal(location.searchParams.get('iss'), browser.oauth);
});

test('PKCE is required, and the verifier is checked', async () => {
  const browser = new Browser(server);
  await browser.login();
  const { location } = await browser.authorize({ prompt: 'none' });
  assert.equal(location.searchParams.get('error'), 'invalid_request');
  const flow = await browser.code();
  const { status, body } = await browser.exchange({ ...flow, code_verifier: 'a'.repeat(43) });
  assert.equal(status, 400);
  assert.equal(body.error, 'invalid_grant');
});

test('a refresh token rotates, and keeps the issuer, subject and audience', async () => {
  const browser = new Browser(server);
  const first = await browser.tokens();
  const { status, body: second } = await browser.refresh(first.refresh_token);
  assert.equal(status, 200);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.deepEqual(server.control.token(first.refresh_token), { active: false, kind: 'refresh' });
  assert.deepEqual(server.control.token(second.refresh_token), { active: true, kind: 'refresh' });
  assert.deepEqual(server.control.token(first.access_token), { active: true, kind: 'access' });
  await verifyIdToken(browser, second);
});

test('a reused refresh token ends its family, and no other', async () => {
  const browser = new Browser(server);
  const first = await browser.tokens();
  const other = await browser.tokens();
  const { body: second } = await browser.refresh(first.refresh_token);
  const reuse = await browser.refresh(first.refresh_token);
  assert.equal(reuse.status, 400);
  assert.equal(reuse.body.error, 'invalid_grant');
  assert.equal((await browser.refresh(second.refresh_token)).body.error, 'invalid_grant');
  for (const token of [first.access_token, second.access_token, second.refresh_token]) {
    assert.equal(server.control.token(token).active, false);
  }
  assert.equal((await browser.refresh(other.refresh_token)).status, 200);
});

test('revoking an access token leaves the rest, a refresh token takes its family along', async () => {
  const browser = new Browser(server);
  const { access_token, refresh_token } = await browser.tokens();
  assert.deepEqual(await browser.post('/token/revoke', { token: access_token }), {
    status: 200,
    body: undefined,
  });
  assert.equal((await browser.userinfo(access_token)).status, 401);
  const { body } = await browser.refresh(refresh_token);
  await browser.post('/token/revoke', { token: body.refresh_token });
  assert.equal(server.control.token(body.access_token).active, false);
  assert.equal(server.control.token(body.refresh_token).active, false);
  assert.equal((await browser.post('/token/revoke', { token: 'nonsense' })).status, 200);
});

test('a code works once; its second use ends the tokens of the first', async () => {
  const browser = new Browser(server);
  await browser.login();
  const flow = await browser.code();
  const { body } = await browser.exchange(flow);
  assert.equal((await browser.exchange(flow)).body.error, 'invalid_grant');
  assert.equal(server.control.token(body.access_token).active, false);
});

test('end session answers 204 without a page and ends both sides', async () => {
  const browser = new Browser(server);
  const { id_token, access_token } = await browser.tokens();
  const tokenId = browser.cookie;
  const response = await browser.endSession({ id_token_hint: id_token });
  assert.equal(response.status, 204);
  assert.equal(await response.text(), '');
  assert.equal(browser.cookie, undefined);
  browser.cookie = tokenId;
  assert.equal((await browser.sessions('getSessionInfo')).status, 401);
  assert.equal(await browser.silentError(), 'login_required');
  // AM does not revoke tokens when the session ends: the client has to.
  assert.equal((await browser.userinfo(access_token)).status, 200);
});

test('end session finds the session by the ID token alone, even an expired one', async () => {
  server.control.setClient({ client_id: 'short', origins: [ORIGIN], idTokenTtl: 1 });
  const client = { client_id: 'short' };
  const browser = new Browser(server);
  const { id_token } = await browser.tokens(client, client);
  const { tokenId } = (await browser.login()).body;
  const other = new Browser(server);
  const { body: others } = await other.login();
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const response = await new Browser(server).endSession({ id_token_hint: id_token });
  assert.equal(response.status, 204);
  assert.deepEqual(await server.control.session(tokenId), { active: false });
  assert.deepEqual(await server.control.session(others.tokenId), { active: true });
});

test('end session goes to a registered URI with state, and refuses others', async () => {
  const browser = new Browser(server);
  const { id_token } = await browser.tokens();
  const refused = await browser.endSession({
    id_token_hint: id_token,
    post_logout_redirect_uri: `${ORIGIN}/elsewhere`,
  });
  assert.equal(refused.status, 400);
  assert.equal((await refused.json()).error, 'invalid_request');
  assert.equal((await browser.sessions('getSessionInfo')).status, 200);
  const response = await browser.endSession({
    id_token_hint: id_token,
    post_logout_redirect_uri: `${ORIGIN}/`,
    state: 'bye',
  });
  assert.equal(response.status, 302);
  assert.equal(response.headers.get('location'), `${ORIGIN}/?state=bye`);
  for (const hint of ['', 'nonsense', `${id_token.slice(0, -6)}AAAAAA`]) {
    assert.equal((await browser.endSession({ id_token_hint: hint })).status, 400);
  }
});

test("AM's validate tells whether there is a session", async () => {
  const browser = new Browser(server);
  assert.equal((await browser.sessions('validate')).status, 400);
  const { tokenId } = (await browser.login()).body;
  const validate = () => browser.sessions('validate', { iPlanetDirectoryPro: tokenId });
  assert.deepEqual((await validate()).body, { valid: true, uid: 'demo', realm: '/' });
  await browser.sessions('logout');
  assert.deepEqual(await validate(), { status: 200, body: { valid: false } });
});

test("AM's logout ends the provider's session", async () => {
  const browser = new Browser(server);
  const { body } = await browser.login();
  assert.equal(await browser.silentError(), null);
  await browser.sessions('logout');
  browser.cookie = body.tokenId;
  assert.equal(await browser.silentError(), 'login_required');
});

test('a wrong client or redirect URI is an HTML page that refuses to be framed', async () => {
  const browser = new Browser(server);
  await browser.login();
  for (const params of [{ client_id: 'nobody' }, { redirect_uri: `${ORIGIN}/evil` }]) {
    const { status, response } = await browser.authorize({ prompt: 'none', ...params });
    assert.equal(status, 400);
    assert.match(response.headers.get('content-type'), /^text\/html/);
    assert.equal(response.headers.get('x-frame-options'), 'DENY');
  }
});

test('a pushed authorization request works once', async () => {
  const browser = new Browser(server);
  await browser.login();
  const { status, body } = await browser.post('/par', {
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid',
    prompt: 'none',
    state: 'pushed',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
  });
  assert.equal(status, 201);
  const query = new URLSearchParams({ client_id: CLIENT_ID, request_uri: body.request_uri });
  const authorize = () => browser.fetch(`${browser.oauth}/authorize?${query}`);
  const location = new URL((await authorize()).headers.get('location'));
  assert.ok(location.searchParams.get('code'));
  assert.equal(location.searchParams.get('state'), 'pushed');
  assert.equal((await authorize()).status, 400);
});

test('the session check works by fetch, by frame with nothing, and by frame with an ID token', async () => {
  const browser = new Browser(server);
  const { id_token } = await browser.tokens();
  const check = (params) => {
    const query = new URLSearchParams({
      client_id: CLIENT_ID,
      scope: 'openid',
      prompt: 'none',
      response_type: 'none',
      id_token_hint: id_token,
      ...params,
    });
    return browser.fetch(`${browser.oauth}/authorize?${query}`);
  };
  const inFrame = { redirect_uri: REDIRECT_URI };
  const withToken = { ...inFrame, response_type: 'id_token', nonce: 'n', state: 's' };
  assert.equal((await check()).status, 204);
  const bare = new URL((await check(inFrame)).headers.get('location'));
  assert.deepEqual([...bare.searchParams.keys()], ['iss']);
  const { hash } = new URL((await check(withToken)).headers.get('location'));
  assert.ok(new URLSearchParams(hash.slice(1)).get('id_token'));
  await browser.sessions('logout');
  const gone = await check();
  assert.equal(gone.status, 400);
  assert.equal((await gone.json()).error, 'login_required');
  const landed = new URL((await check(inFrame)).headers.get('location'));
  assert.equal(landed.searchParams.get('error'), 'login_required');
  const fragment = new URL((await check(withToken)).headers.get('location')).hash.slice(1);
  assert.equal(new URLSearchParams(fragment).get('error'), 'login_required');
});

test('a client may have ES256', async () => {
  await server.control.setClient({
    client_id: 'es256',
    id_token_signed_response_alg: 'ES256',
  });
  const client = { client_id: 'es256' };
  const { id_token } = await new Browser(server).tokens(client, client);
  assert.equal(decodeProtectedHeader(id_token).alg, 'ES256');
});

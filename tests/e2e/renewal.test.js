/** Renewal at providers as they are: revocations that end sessions, refusals, odd answers, full storages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, call, fillIn, isActive, storedTokens, until } from './oidc-support.js';
import {
  config,
  newContext,
  openApp,
  renewed,
  requestsTo,
  run,
  signIn,
  TOKENS,
  useWorld,
  withTokens,
  world,
} from './support.js';

useWorld();

const force = [{ forceRenew: true }];

/** A sign-in anew, by whoever has a session at the provider. */
const signInAgain = (page) =>
  run(
    page,
    async ({ oidc }, config) => {
      const { authorize, token } = await oidc({ config });
      const { code, state } = await authorize.background();
      return token.exchange(code, state);
    },
    config(),
  );

/** Lets every refresh token be refused, by a status and an error. */
function refuseRefresh(answer) {
  world.server.control.fault('refresh-tokens-dead', true);
  world.server.control.fault('refresh-refusal', answer);
}

/** Lets the session at the provider end, as an administrator or a timeout does. */
async function endSession(sessionToken) {
  const url = `${world.provider}/am/json/realms/root/sessions?_action=logout`;
  const headers = {
    'content-type': 'application/json',
    'accept-api-version': 'resource=3.1,protocol=1.0',
    iplanetdirectorypro: sessionToken,
  };
  await fetch(url, { method: 'POST', headers, body: '{}' });
  assert.equal((await world.server.control.session(sessionToken)).active, false);
}

test('where a revocation ends the session, no renewal and no sign-in revokes anything', async (t) => {
  world.server.control.fault('revocation-ends-session', true);
  world.server.control.fault('tokens-end-with-session', true);
  const page = await openApp(t);
  const sessionToken = await signIn(page);
  const ways = [
    ['token.get', [{ backgroundRenew: true }], config()],
    ['token.get', force, config({ renew: 'background' })],
    ['token.get', force, config({ renew: 'background' })],
    ['token.get', [{ forceRenew: true, authorizeOptions: { scope: 'openid email' } }], config()],
    ['token.get', force, config()],
    ['a sign-in'],
    ['token.get', force, config()],
  ];
  for (const [method, args, settings] of ways) {
    const isSignIn = method === 'a sign-in';
    const tokens = await (isSignIn ? signInAgain(page) : call(page, method, args, settings));
    assert.ok(isActive(tokens.accessToken) && isActive(tokens.refreshToken), method);
    const details = await call(page, 'user.info');
    assert.ok(details.sub, JSON.stringify(details));
    assert.ok((await world.server.control.session(sessionToken)).active, method);
  }
  assert.deepEqual(requestsTo('/token/revoke'), []);
});

test('nor does a refused ID token, in a renewal or a sign-in', async (t) => {
  world.server.control.fault('revocation-ends-session', true);
  const page = await openApp(t);
  const sessionToken = await signIn(page);
  await run(page, renewed, config());
  const before = await storedTokens(page);
  for (const renew of [() => call(page, 'token.get', force), () => signInAgain(page)]) {
    world.server.control.fail({ match: '/access_token', mutate: 'id_token_aud' });
    const refused = await renew();
    assertError(refused, { error: 'ID_TOKEN_INVALID', code: 'id_token_audience' });
  }
  assert.deepEqual(await storedTokens(page), before);
  assert.deepEqual(requestsTo('/token/revoke'), []);
  assert.ok((await world.server.control.session(sessionToken)).active);
});

for (const answer of [
  '400 invalid_request',
  '401 invalid_token',
  '400 INVALID_GRANT',
  '403 access_denied',
  '400 interaction_required',
]) {
  test(`a refresh token that is refused by ${answer}: tokens in the background`, async (t) => {
    const page = await withTokens(t);
    refuseRefresh(answer);
    world.server.control.clearRequests();
    const tokens = await call(page, 'token.get', force);
    assert.ok(isActive(tokens.accessToken), JSON.stringify(tokens));
    assert.deepEqual(await storedTokens(page), tokens);
    const grants = requestsTo('/access_token').map(({ body }) => body.grant_type);
    assert.deepEqual(grants, ['refresh_token', 'authorization_code']);
  });
}

test('what says that the client is wrong, or the server busy, is no reason to ask otherwise', async (t) => {
  const page = await withTokens(t);
  const before = await storedTokens(page);
  for (const [status, code] of [
    [401, 'invalid_client'],
    [400, 'temporarily_unavailable'],
    [429, 'http_error'],
  ]) {
    const error = status === 429 ? 'invalid_grant' : code;
    world.server.control.fail({ match: '/access_token', status, body: { error } });
    world.server.control.clearRequests();
    assertError(await call(page, 'token.get', force), { error: 'Token Exchange failure', code });
    assert.deepEqual(requestsTo('/authorize'), [], code);
    assert.deepEqual(await storedTokens(page), before, code);
  }
});

test('neither by refresh token nor in the background: a way on, and one question a minute', async (t) => {
  const page = await openApp(t);
  const sessionToken = await signIn(page);
  const { refreshToken } = await run(page, renewed, config());
  refuseRefresh('400 invalid_request');
  await endSession(sessionToken);
  await run(
    page,
    async ({ oidc }, config) => {
      window.client = await oidc({ config });
    },
    config({ oauthThreshold: 3_600_000_000 }),
  );
  const due = () => run(page, () => window.client.token.get({ backgroundRenew: true }));
  await page.evaluate((key) => {
    const tokens = JSON.parse(localStorage.getItem(key));
    localStorage.setItem(key, JSON.stringify({ ...tokens, expiryTimestamp: Date.now() }));
  }, TOKENS);
  const refused = await due();
  assertError(refused, { error: 'interaction_required', code: 'interaction_required' });
  assert.equal((await storedTokens(page)).refreshToken, refreshToken, 'kept');
  world.server.control.clearRequests();
  assert.deepEqual(await due(), refused);
  assert.deepEqual(world.server.control.requests(), []);
  // Whoever insists gets an answer of now; the refresh token is not sent again.
  const forced = await run(page, () => window.client.token.get({ forceRenew: true }));
  assertError(forced, { code: 'interaction_required' });
  assert.equal(requestsTo('/authorize').length, 1);
  assert.deepEqual(requestsTo('/access_token'), []);
  // A journey in this page has signed somebody in.
  await signIn(page);
  const tokens = await due();
  assert.ok(isActive(tokens.accessToken), JSON.stringify(tokens));
});

test('the way on is a sign-in', async (t) => {
  const page = await openApp(t);
  const sessionToken = await signIn(page);
  await run(page, renewed, config());
  refuseRefresh('401 invalid_token');
  await endSession(sessionToken);
  await page.context().clearCookies();
  const { redirectUrl } = await call(page, 'token.get', force);
  await page.goto(redirectUrl);
  await fillIn(page);
  await page.waitForURL(`${world.app}/callback.html?*`);
  const location = page.url();
  await page.goto(world.app);
  const tokens = await call(page, 'authorize.callback', [location]);
  assert.ok(isActive(tokens.accessToken), JSON.stringify(tokens));
});

for (const answer of ['400 invalid_request', '400 invalid_grant']) {
  test(`renew: 'refresh' asks in no frame after ${answer}`, async (t) => {
    const page = await withTokens(t);
    refuseRefresh(answer);
    world.server.control.clearRequests();
    const refused = await call(page, 'token.get', force, config({ renew: 'refresh' }));
    assertError(refused, { error: 'Token Exchange failure', code: answer.slice(4) });
    assert.deepEqual(requestsTo('/authorize'), []);
  });
}

test('a lifetime of any form', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  for (const [value, seconds] of [
    ['3600.0', 3600],
    [' 3600', 3600],
    ['3599.5', 3599.5],
    [0, 0],
    ['0', 0],
    [-1, 0],
    // An opaque access token, and never the ID token, which lives an hour.
    ['abc', undefined],
    [null, undefined],
    [[3600], undefined],
  ]) {
    world.server.control.fault('expires-in', value);
    const tokens = await call(page, 'token.get', force);
    assert.equal(tokens.expiresAt, seconds, JSON.stringify(value));
    const kept = await call(page, 'token.get');
    assert.equal(kept.expired, seconds === 0 || undefined, JSON.stringify(value));
  }
});

test('the scope that was granted, and a type with a space', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  world.server.control.fault('token-type', 'Bearer ');
  for (const [value, scope] of [
    ['list', 'openid email'],
    ['empty', ''],
    ['missing', 'openid email'],
  ]) {
    world.server.control.fault('token-scope', value);
    const settings = config({ renew: 'background', scope: 'openid email' });
    const tokens = await call(page, 'token.get', force, settings);
    assert.deepEqual([tokens.scope, tokens.tokenType], [scope, 'Bearer'], value);
    assert.equal((await call(page, 'token.get', [], settings)).scope, scope, value);
  }
});

test('a renewal by authorization brings an ID token, whatever scope is asked for', async (t) => {
  const page = await withTokens(t);
  const before = await storedTokens(page);
  const options = [{ forceRenew: true, authorizeOptions: { scope: 'email' } }];
  world.server.control.clearRequests();
  world.server.control.fail({
    match: '/access_token',
    body: { access_token: 'bobs', token_type: 'Bearer', expires_in: 3600 },
  });
  const missing = await call(page, 'token.get', options);
  assertError(missing, { error: 'ID_TOKEN_INVALID', code: 'id_token_missing' });
  assert.equal(requestsTo('/authorize')[0].query.scope, 'openid email');
  world.server.control.fail({ match: '/access_token', mutate: 'id_token_sub' });
  assertError(await call(page, 'token.get', options), { code: 'id_token_subject' });
  assert.deepEqual(await storedTokens(page), before);
  const tokens = await call(page, 'token.get', options);
  assert.ok(tokens.idToken && tokens.refreshToken, JSON.stringify(tokens));
});

/** For `init`: a storage with no room for tokens that can be renewed. */
function fullForTokens() {
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (key, text) {
    if (window.isFull && text.includes('"refreshToken"')) {
      throw new DOMException('full', 'QuotaExceededError');
    }
    return setItem.call(this, key, text);
  };
}

test('a full storage keeps no refresh token that is used up', async (t) => {
  const context = await newContext(t);
  const page = await withTokens(t, { context, init: fullForTokens });
  await page.evaluate(() => {
    window.isFull = true;
  });
  const before = await storedTokens(page);
  const tokens = await call(page, 'token.get', force);
  assert.equal(tokens.persisted, false);
  assert.ok(isActive(tokens.accessToken) && isActive(tokens.refreshToken));
  const { refreshToken: _, ...rest } = before;
  assert.deepEqual(await storedTokens(page), rest);
  // Another tab does not use it, for which this server would end all tokens of the sign-in.
  const other = await openApp(t, { context });
  const others = await call(other, 'token.get', force);
  assert.ok(isActive(others.accessToken), JSON.stringify(others));
  assert.ok(isActive(tokens.accessToken));
});

test('a full storage does not sign the user of before in again', async (t) => {
  const page = await withTokens(t, { init: fullForTokens });
  const before = await storedTokens(page);
  await page.evaluate(() => {
    window.isFull = true;
  });
  world.server.control.fail({ match: '/access_token', mutate: 'id_token_sub' });
  const tokens = await signInAgain(page);
  assert.equal(tokens.persisted, false, JSON.stringify(tokens));
  assert.equal(await storedTokens(page), null);
  await until(() => !isActive(before.accessToken) && !isActive(before.refreshToken));
  await page.reload();
  assertError(await call(page, 'token.get'), { error: 'No tokens found' });
});

test('autoRenew: tokens that are over at once are renewed once a second', async (t) => {
  const context = await newContext(t);
  const tabs = [await withTokens(t, { context }), await openApp(t, { context })];
  world.server.control.fault('expires-in', 0.001);
  await run(tabs[0], renewed, config());
  world.server.control.clearRequests();
  for (const tab of tabs) {
    await run(
      tab,
      async ({ oidc }, config) => {
        window.client = await oidc({ config });
        window.client.subscribe(() => {});
      },
      config({ autoRenew: true }),
    );
  }
  await tabs[0].waitForTimeout(4000);
  const count = requestsTo('/access_token').length;
  assert.ok(count >= 2 && count <= 6, `${count} renewals in some four seconds, by two tabs`);
});

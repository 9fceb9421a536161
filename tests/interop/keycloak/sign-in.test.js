/** Signing in at Keycloak: by redirect, in a window, in the background, and what keeps one out. */
import assert from 'node:assert/strict';
import { assertError, call } from '../../e2e/oidc-support.js';
import { openApp, run, world } from '../../e2e/support.js';
import { test } from '../support/test.js';
import {
  administer,
  appConfig,
  assertGood,
  assertSessions,
  countEvents,
  fillIn,
  finish,
  isActive,
  leave,
  newUser,
  refreshWith,
  signedIn,
  useKeycloak,
} from './support.js';

useKeycloak();

test('by redirect: tokens, what the app gave, and a clean address', async (t) => {
  const user = await newUser();
  const page = await openApp(t);
  await leave(page, appConfig(), { appState: { returnTo: '/basket' } });
  await fillIn(page, user.username);
  const tokens = await finish(page);
  await assertGood(tokens, user);
  await assertSessions(user);
  assert.deepEqual(tokens.appState, { returnTo: '/basket' });
  assert.equal(page.url(), `${world.app}/signed-in`, 'also without session_state and iss');
  assert.equal((await call(page, 'user.info', [], appConfig())).sub, user.id);
});

test('the callback twice at once, and after a reload: one exchange, and the session lives', async (t) => {
  const user = await newUser();
  const page = await openApp(t);
  await leave(page);
  await fillIn(page, user.username);
  await page.waitForURL(`${world.app}/signed-in?**`);
  const url = page.url();
  const both = await run(
    page,
    async ({ oidc }, config) => {
      const [one, other] = [await oidc({ config }), await oidc({ config })];
      return Promise.all([one.authorize.callback(), other.authorize.callback()]);
    },
    appConfig(),
  );
  await page.goto(url);
  const third = await call(page, 'authorize.callback', [], appConfig());
  for (const tokens of [...both, third]) assert.equal(tokens.accessToken, both[0].accessToken);
  await assertGood(both[0], user);
  await assertSessions(user);
  assert.equal(await countEvents(user, 'CODE_TO_TOKEN'), 1);
  assert.equal(await countEvents(user, 'CODE_TO_TOKEN_ERROR'), 0);
});

test('in a window', async (t) => {
  const user = await newUser();
  const page = await openApp(t);
  // Playwright tells every page that it has the focus; beside a window a page has not.
  await page.evaluate(() => {
    document.hasFocus = () => false;
  });
  const opened = page.waitForEvent('popup');
  const outcome = call(page, 'authorize.popup', [{ appState: 1 }], appConfig());
  await fillIn(await opened, user.username);
  const tokens = await outcome;
  await assertGood(tokens, user);
  await assertSessions(user);
  assert.equal(tokens.appState, 1);
});

test('in the background, where the user has a session from another client', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  const second = appConfig({ clientId: 'second' });
  const others = await call(page, 'token.get', [{ backgroundRenew: true }], second);
  await assertGood(others, user);
  await assertGood(tokens, user);
  await assertSessions(user);
});

test('in the background, with nobody signed in: login_required, and where to sign in', async (t) => {
  const page = await openApp(t);
  const failure = await call(page, 'token.get', [{ backgroundRenew: true }], appConfig());
  assertError(failure, { error: 'login_required', code: 'login_required', type: 'auth_error' });
  const user = await newUser();
  await page.goto(failure.redirectUrl);
  await fillIn(page, user.username);
  await assertGood(await finish(page), user);
});

test('the user does not consent: access_denied; then consents', async (t) => {
  const settings = appConfig({ clientId: 'consent' });
  const user = await newUser();
  const page = await openApp(t);
  await leave(page, settings);
  await fillIn(page, user.username);
  await page.locator('#kc-cancel').click();
  assertError(await finish(page, settings), { error: 'access_denied', code: 'access_denied' });
  await leave(page, settings);
  await fillIn(page, user.username);
  await page.locator('#kc-login').click();
  await assertGood(await finish(page, settings), user);
});

test('consent is missing in the background: the code says so, and where to go', async (t) => {
  const settings = appConfig({ clientId: 'consent' });
  const { page, user } = await signedIn(t);
  const failure = await call(page, 'token.get', [{ backgroundRenew: true }], settings);
  assert.match(failure.code, /^(consent|interaction)_required$/, JSON.stringify(failure));
  assert.equal(failure.code, failure.error);
  await page.goto(failure.redirectUrl);
  await page.locator('#kc-login').click();
  await assertGood(await finish(page, settings), user);
});

test('a client without this web origin: the error says what to allow; then the same code is good', async (t) => {
  const settings = appConfig({ clientId: 'no-web-origin' });
  const user = await newUser();
  const page = await openApp(t);
  await leave(page, settings);
  await fillIn(page, user.username);
  const failure = await finish(page, settings);
  assertError(failure, { code: 'network_failed', type: 'exchange_error' });
  assert.match(failure.message, /\/protocol\/openid-connect\/token\. /);
  assert.match(failure.message, /CORS.*Web origins/);
  const [client] = await administer('clients?clientId=no-web-origin');
  const json = { ...client, webOrigins: [world.app] };
  await administer(`clients/${client.id}`, { method: 'PUT', json });
  const tokens = await call(page, 'authorize.callback', [], settings);
  await assertGood(tokens, user);
});

test('a user is disabled: no renewal, and no sign-in in the background', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  await administer(`users/${user.id}`, { method: 'PUT', json: { enabled: false } });
  const renewal = await call(page, 'token.get', [{ forceRenew: true }], appConfig());
  assertError(renewal, { code: 'login_required' });
  assert.ok(renewal.redirectUrl);
  assert.equal(await isActive(tokens.accessToken), false);
  assert.equal((await refreshWith(tokens.refreshToken)).error, 'invalid_grant');
});

for (const [what, settings] of [
  ['the client demands it', { clientId: 'pushed', par: true }],
  ['the app wants it', { par: true }],
]) {
  test(`pushed authorization requests, where ${what}`, async (t) => {
    const config = appConfig(settings);
    const { page, user } = await signedIn(t, config);
    const asked = page.waitForRequest((request) => request.url().includes('/openid-connect/auth?'));
    const { code, state } = await call(page, 'authorize.background', [], config);
    await assertGood(await call(page, 'token.exchange', [code, state], config), user);
    await assertSessions(user);
    const { searchParams } = new URL((await asked).url());
    const names = [...searchParams.keys()].sort();
    assert.deepEqual(names, ['client_id', 'prompt', 'request_uri'], 'the rest was pushed');
  });
}

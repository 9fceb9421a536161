/**
 * Signing out at Hydra, whose end session endpoint sends the browser to the login app, of another
 * origin: it confirms at once, or asks the user.
 */
import assert from 'node:assert/strict';
import { assertError, assertNothingStored, call } from '../../e2e/oidc-support.js';
import { world } from '../../e2e/support.js';
import { otherSite } from '../support/app.js';
import { test } from '../support/test.js';
import {
  appConfig,
  assertDead,
  assertGood,
  assertSession,
  endSessionsOf,
  finish,
  leave,
  signedIn,
  useHydra,
} from './support.js';

useHydra();

const FORCED = [{ forceRenew: true }];
const SILENT = [{ backgroundRenew: true }];

const CALLBACK = () => ({ backgroundSignOutRedirectUri: `${world.app}/callback.html` });
const PAGE = () => ({ signOutRedirectUri: `${world.app}/signed-out` });

/** Asserts that the user is signed out: at Hydra, here, and in the background. */
async function assertSignedOut(page, tokens, config) {
  await assertSession(tokens, false);
  await assertDead(tokens);
  await assertNothingStored(page);
  const again = await call(page, 'token.get', SILENT, config);
  assert.equal(again.code, 'login_required', JSON.stringify(again));
}

for (const [what, more] of [
  ['callback.html', CALLBACK],
  ['a page of the app', PAGE],
]) {
  test(`logout() in the page: the frame passes the login app, and lands on ${what}`, async (t) => {
    const config = appConfig(more());
    const { page } = await signedIn(t, config);
    const tokens = await call(page, 'token.get', FORCED, config);
    const result = await call(page, 'user.logout', [], config);
    assert.ok(!('error' in result), JSON.stringify(result));
    assert.deepEqual(result.done, { session: true, revoke: true, delete: true });
    await assertSignedOut(page, tokens, config);
  });
}

test('logout() after a renewal by frame', async (t) => {
  const config = appConfig({ ...CALLBACK(), renew: 'background' });
  const { page, user } = await signedIn(t, config);
  const tokens = await call(page, 'token.get', FORCED, config);
  await assertGood(tokens, user);
  const result = await call(page, 'user.logout', [], config);
  assert.equal(result.done?.session, true, JSON.stringify(result));
  await assertSignedOut(page, tokens, config);
});

test('logout() that lands nowhere, as no page is configured: unconfirmed, though the session is over', async (t) => {
  const config = appConfig();
  const { page, tokens } = await signedIn(t, config);
  const result = await call(page, 'user.logout', [], config);
  assert.ok(!('error' in result), JSON.stringify(result));
  assert.deepEqual(result.done, { session: 'unconfirmed', revoke: true, delete: true });
  await assertSignedOut(page, tokens, config);
});

test('logout() in a frame where the login app asks: unconfirmed, as the session is alive', async (t) => {
  const config = appConfig({ ...CALLBACK(), client: 'asks-to-sign-out' });
  const { page, user, tokens } = await signedIn(t, config);
  const result = await call(page, 'user.logout', [], config);
  assert.ok(!('error' in result), JSON.stringify(result));
  assert.deepEqual(result.done, { session: 'unconfirmed', revoke: true, delete: true });
  await assertDead(tokens, 'asks-to-sign-out');
  await assertNothingStored(page);
  await assertSession(tokens);
  await assertGood(await call(page, 'token.get', SILENT, config), user);
});

test('logout() with a page that Hydra does not know: unconfirmed, by a request without the page', async (t) => {
  const config = appConfig({ backgroundSignOutRedirectUri: `${world.app}/popup.html` });
  const { page, tokens } = await signedIn(t, config);
  const result = await call(page, 'user.logout', [], config);
  assert.equal(result.done?.session, 'unconfirmed', JSON.stringify(result));
  await assertSignedOut(page, tokens, config);
});

test('logout() where the frame has no cookie of Hydra: unconfirmed, though the session is over', async (t) => {
  const config = appConfig(
    { backgroundSignOutRedirectUri: `${otherSite()}/callback.html` },
    otherSite(),
  );
  const { page, user } = await signedIn(t, config, { path: otherSite() });
  const tokens = await call(page, 'token.get', FORCED, config);
  await assertGood(tokens, user);
  const check = await call(page, 'user.session', [], config);
  assertError(check, { error: 'login_required', code: 'session_unconfirmed' });
  await assertSession(tokens);
  const result = await call(page, 'user.logout', [], config);
  assert.ok(!('error' in result), JSON.stringify(result));
  assert.deepEqual(result.done, { session: 'unconfirmed', revoke: true, delete: true });
  // Hydra goes by the ID token.
  await assertSession(tokens, false);
  await assertDead(tokens);
  await assertNothingStored(page);
});

test('logout() where an administrator has ended the session already', async (t) => {
  const config = appConfig(CALLBACK());
  const { page, user, tokens } = await signedIn(t, config);
  await endSessionsOf(user);
  const result = await call(page, 'user.logout', [], config);
  assert.ok(!('error' in result), JSON.stringify(result));
  assert.equal(result.done.session, 'unconfirmed', 'the frame finds none, as without a cookie');
  await assertSignedOut(page, tokens, config);
});

test('logout({ redirect: true }): past the login app to the page of the app', async (t) => {
  const config = appConfig(PAGE());
  const { page, tokens } = await signedIn(t, config);
  const arrived = page.waitForURL(`${world.app}/signed-out?**`);
  await call(page, 'user.logout', [{ redirect: true, state: 'mine' }], config).catch(() => {});
  await arrived;
  assert.equal(new URL(page.url()).searchParams.get('state'), 'mine');
  await assertSignedOut(page, tokens, config);
});

test('logout({ redirect: true }) where the login app asks the user, who may leave it at that', async (t) => {
  const config = appConfig({ ...PAGE(), client: 'asks-to-sign-out' });
  const { page, user, tokens } = await signedIn(t, config);
  const button = page.getByRole('button', { name: 'Sign out' });
  await call(page, 'user.logout', [{ redirect: true }], config).catch(() => {});
  await button.waitFor();
  assert.equal(new URL(page.url()).origin, world.server.pages);
  // Not yet: the tokens are over, the session is not.
  await assertDead(tokens, 'asks-to-sign-out');
  await assertSession(tokens);
  await page.goto(world.app);
  await assertNothingStored(page);
  const again = await call(page, 'token.get', SILENT, config);
  await assertGood(again, user);
  await call(page, 'user.logout', [{ redirect: true }], config).catch(() => {});
  await button.click();
  await page.waitForURL(`${world.app}/signed-out**`);
  await assertSession(again, false);
  await assertDead(again, 'asks-to-sign-out');
});

test('logout() by one of two clients of an app signs out of both', async (t) => {
  const config = appConfig(CALLBACK());
  const second = appConfig({ ...CALLBACK(), client: 'second' });
  const { page, user, tokens } = await signedIn(t, config);
  await leave(page, second);
  const others = await finish(page, second);
  await assertGood(others, user);
  const result = await call(page, 'user.logout', [], config);
  assert.equal(result.done?.session, true, JSON.stringify(result));
  await assertDead(others, 'second');
  assert.equal((await call(page, 'token.get', [], second)).code, 'not_signed_in');
  await assertSignedOut(page, tokens, config);
});

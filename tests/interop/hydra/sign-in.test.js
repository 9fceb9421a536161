/** Signing in at Hydra, by way of the login app: by redirect, in a window, and what keeps one out. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertError, call, claimsOf } from '../../e2e/oidc-support.js';
import { openApp, world } from '../../e2e/support.js';
import { test } from '../support/test.js';
import {
  appConfig,
  assertGood,
  assertSession,
  fillIn,
  finish,
  leave,
  newUser,
  signedIn,
  useHydra,
} from './support.js';

useHydra();

test('by redirect: tokens, what the app gave, and a clean address', async (t) => {
  const user = newUser();
  const page = await openApp(t);
  await leave(page, appConfig(), { appState: { returnTo: '/basket' } });
  assert.equal(new URL(page.url()).origin, world.server.pages, 'the page is of another origin');
  await fillIn(page, user);
  const tokens = await finish(page);
  await assertGood(tokens, user);
  await assertSession(tokens);
  assert.deepEqual(tokens.appState, { returnTo: '/basket' });
  assert.equal(page.url(), `${world.app}/signed-in`);
  assert.equal((await call(page, 'user.info', [], appConfig())).sub, user);
});

test('in a window', async (t) => {
  const user = newUser();
  const page = await openApp(t);
  // Playwright tells every page that it has the focus; beside a window a page has not.
  await page.evaluate(() => {
    document.hasFocus = () => false;
  });
  const opened = page.waitForEvent('popup');
  const outcome = call(page, 'authorize.popup', [], appConfig());
  await fillIn(await opened, user);
  const tokens = await outcome;
  await assertGood(tokens, user);
  await assertSession(tokens);
});

test('in the background, with nobody signed in: login_required, and where to sign in', async (t) => {
  const page = await openApp(t);
  const failure = await call(page, 'token.get', [{ backgroundRenew: true }], appConfig());
  assertError(failure, { error: 'login_required', code: 'login_required', type: 'auth_error' });
  const user = newUser();
  await page.goto(failure.redirectUrl);
  await fillIn(page, user);
  await assertGood(await finish(page), user);
});

test('in the background, by a client that the user has not consented to: consent_required', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  const second = appConfig({ client: 'second' });
  const failure = await call(page, 'token.get', [{ backgroundRenew: true }], second);
  assertError(failure, { error: 'consent_required', code: 'consent_required' });
  // The login app asks nothing of the users of this client: there, and back.
  await page.goto(failure.redirectUrl);
  const others = await finish(page, second);
  await assertGood(others, user);
  assert.equal(claimsOf(others.idToken).sid, claimsOf(tokens.idToken).sid, 'one session');
  const renewed = await call(page, 'token.get', [{ forceRenew: true }], second);
  await assertGood(renewed, user);
  await assertGood(tokens, user);
});

test('the user cancels, and then denies: access_denied; then consents', async (t) => {
  const settings = appConfig({ client: 'consent' });
  const user = newUser();
  const page = await openApp(t);
  await leave(page, settings);
  await page.getByRole('button', { name: 'Cancel' }).click();
  assertError(await finish(page, settings), { error: 'access_denied', code: 'access_denied' });
  await leave(page, settings);
  await fillIn(page, user);
  await page.getByRole('button', { name: 'Deny' }).click();
  assertError(await finish(page, settings), { error: 'access_denied', code: 'access_denied' });
  await leave(page, settings);
  await page.getByRole('button', { name: 'Allow' }).click();
  await assertGood(await finish(page, settings), user);
});

test('max_age: a sign-in that is too old is repeated, and auth_time says so', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  const before = claimsOf(tokens.idToken).auth_time;
  await sleep(3000);
  const options = { forceRenew: true, authorizeOptions: { maxAge: 2 } };
  const failure = await call(page, 'token.get', [options], appConfig());
  assert.equal(failure.code, 'login_required', JSON.stringify(failure));
  await assertGood(tokens, user);
  await leave(page, appConfig(), { maxAge: 2 });
  await fillIn(page, user);
  const fresh = await finish(page);
  await assertGood(fresh, user);
  assert.ok(claimsOf(fresh.idToken).auth_time >= before + 3);
});

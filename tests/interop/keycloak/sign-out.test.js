/** Signing out at Keycloak, whose logout endpoint lets no script read what it answers. */
import assert from 'node:assert/strict';
import { assertNothingStored, call } from '../../e2e/oidc-support.js';
import { world } from '../../e2e/support.js';
import { test } from '../support/test.js';
import {
  appConfig,
  assertDead,
  assertGood,
  assertSessions,
  countEvents,
  endSessionsOf,
  leave,
  signedIn,
  useKeycloak,
} from './support.js';

useKeycloak();

const FORCED = [{ forceRenew: true }];

/** Asserts that the user is signed out: at the server, here, and in the background. */
async function assertSignedOut(page, user, tokens) {
  await assertSessions(user, 0);
  await assertDead(tokens);
  await assertNothingStored(page);
  const again = await call(page, 'token.get', [{ backgroundRenew: true }], appConfig());
  assert.equal(again.code, 'login_required', JSON.stringify(again));
}

const PLAIN = { signOutRedirectUri: undefined };
const CALLBACK = () => ({ ...PLAIN, backgroundSignOutRedirectUri: `${world.app}/callback.html` });

for (const [what, more, session] of [
  ['lands on callback.html', CALLBACK, true],
  ['lands on a page of the app', () => ({}), true],
  ['lands nowhere: no page is configured', () => PLAIN, 'unconfirmed'],
]) {
  test(`logout() in the page, which ${what}`, async (t) => {
    const config = appConfig(more());
    const { page, user } = await signedIn(t, config);
    const tokens = await call(page, 'token.get', FORCED, config);
    const result = await call(page, 'user.logout', [], config);
    assert.ok(!('error' in result), JSON.stringify(result));
    assert.equal(result.done.session, session, JSON.stringify(result));
    assert.equal(result.done.delete, true);
    await assertSignedOut(page, user, tokens);
    assert.equal(await countEvents(user, 'LOGOUT'), 1);
  });
}

test('logout() after a renewal by frame', async (t) => {
  const config = appConfig({ ...CALLBACK(), renew: 'background' });
  const { page, user } = await signedIn(t, config);
  const tokens = await call(page, 'token.get', FORCED, config);
  await assertGood(tokens, user);
  const result = await call(page, 'user.logout', [], config);
  assert.equal(result.done?.session, true, JSON.stringify(result));
  await assertSignedOut(page, user, tokens);
});

test('logout() with a page that Keycloak does not know is unconfirmed', async (t) => {
  const config = appConfig({
    ...PLAIN,
    backgroundSignOutRedirectUri: `${world.app}/popup.html`,
  });
  const { page, user, tokens } = await signedIn(t, config);
  const result = await call(page, 'user.logout', [], config);
  assert.equal(result.done?.session, 'unconfirmed', JSON.stringify(result));
  // Keycloak refused to, but ends a session with the last client's tokens.
  await assertSignedOut(page, user, tokens);
});

test('logout() where an administrator has ended the session already', async (t) => {
  const config = appConfig(CALLBACK());
  const { page, user, tokens } = await signedIn(t, config);
  await endSessionsOf(user);
  const result = await call(page, 'user.logout', [], config);
  assert.ok(!('error' in result), JSON.stringify(result));
  await assertSignedOut(page, user, tokens);
});

test('logout({ redirect: true }): by way of Keycloak to the page of the app', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  const arrived = page.waitForURL(`${world.app}/signed-out?**`);
  await call(page, 'user.logout', [{ redirect: true, state: 'mine' }], appConfig()).catch(() => {});
  await arrived;
  assert.equal(new URL(page.url()).searchParams.get('state'), 'mine');
  await assertSignedOut(page, user, tokens);
});

test('logout() by one of two clients of an app signs out of both', async (t) => {
  const config = appConfig(CALLBACK());
  const second = appConfig({ ...CALLBACK(), clientId: 'second' });
  const { page, user, tokens } = await signedIn(t, config);
  const others = await call(page, 'token.get', [{ backgroundRenew: true }], second);
  await assertGood(others, user);
  const result = await call(page, 'user.logout', [], config);
  assert.ok(!('error' in result), JSON.stringify(result));
  await assertDead(others, 'second');
  assert.equal((await call(page, 'token.get', [], second)).code, 'not_signed_in');
  await assertSignedOut(page, user, tokens);
});

test('after a logout the next user signs in, and only the next', async (t) => {
  const config = appConfig(CALLBACK());
  const { page, user, tokens } = await signedIn(t, config);
  await call(page, 'user.logout', [], config);
  await leave(page, config);
  assert.equal(await page.locator('#username').inputValue(), '', 'Keycloak asks who it is');
  await assertDead(tokens);
  await assertSessions(user, 0);
});

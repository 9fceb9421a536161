/** Everything that a provider without revocation, logout and CORS for cookies can do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, call } from '../../e2e/oidc-support.js';
import { openApp, run, storage, world } from '../../e2e/support.js';
import { ALICE, appConfig, assertTokens, fillIn, isActive, usePlainProvider } from './support.js';

usePlainProvider();

/** A page of the app in which the user is signed in, and its tokens. */
async function signedIn(t, settings = appConfig()) {
  const page = await openApp(t);
  await call(page, 'authorize.redirect', [], settings).catch(() => {});
  await fillIn(page);
  await page.waitForURL(`${world.app}/signed-in?**`);
  const tokens = await call(page, 'authorize.callback', [], settings);
  await assertTokens(tokens);
  return { page, tokens };
}

test('by redirect, and the user details by a request without cookies', async (t) => {
  const { page } = await signedIn(t);
  assert.equal(page.url(), `${world.app}/signed-in`);
  assert.equal((await call(page, 'user.info', [], appConfig())).sub, ALICE.username);
});

test('in a popup', async (t) => {
  const page = await openApp(t);
  const opened = page.waitForEvent('popup');
  const tokens = run(
    page,
    ({ oidc }, config) =>
      new Promise((resolve) => {
        oidc({ config }).then((client) => {
          const button = document.createElement('button');
          button.textContent = 'Open';
          button.onclick = () => resolve(client.authorize.popup());
          document.body.append(button);
        });
      }),
    appConfig(),
  );
  await page.getByRole('button', { name: 'Open' }).click();
  await fillIn(await opened);
  await assertTokens(await tokens);
});

test('renewed by refresh token, and in the background', async (t) => {
  const { page, tokens } = await signedIn(t);
  const refreshed = await call(page, 'token.get', [{ forceRenew: true }], appConfig());
  await assertTokens(refreshed);
  assert.notEqual(refreshed.accessToken, tokens.accessToken);
  const framed = appConfig({ renew: 'background' });
  const authorized = await call(page, 'token.get', [{ forceRenew: true }], framed);
  await assertTokens(authorized);
  assert.notEqual(authorized.accessToken, refreshed.accessToken);
  // What was replaced is not revoked, and the session goes on.
  assert.equal(await isActive(refreshed.accessToken), true);
  await assertTokens(await call(page, 'token.get', [{ forceRenew: true }], framed));
});

test('the session is looked at, alive and over', async (t) => {
  const { page } = await signedIn(t);
  for (const responseType of ['none', 'id_token']) {
    const alive = await call(page, 'user.session', [{ responseType }], appConfig());
    assert.equal(alive.responseType, responseType, JSON.stringify(alive));
  }
  // This page's frame reaches the session: without it, login_required means that it is over.
  const framed = appConfig({ renew: 'background' });
  await assertTokens(await call(page, 'token.get', [{ forceRenew: true }], framed));
  await page.context().clearCookies();
  const before = await storage(page);
  // By the same configuration: a lease is for one.
  const over = await call(page, 'user.session', [], framed);
  assertError(over, { error: 'login_required', code: 'login_required', type: 'auth_error' });
  assert.deepEqual(await storage(page), before);
});

test('nobody is signed in: the way on is a redirect', async (t) => {
  const page = await openApp(t);
  const refused = await call(page, 'token.get', [{ backgroundRenew: true }], appConfig());
  assertError(refused, { error: 'login_required', code: 'login_required', type: 'auth_error' });
  assert.ok(refused.redirectUrl.startsWith(`${world.provider}/auth?`), refused.redirectUrl);
});

test('the user declines', async (t) => {
  const page = await openApp(t);
  await call(page, 'authorize.redirect', [], appConfig()).catch(() => {});
  await page.getByText('Cancel').click();
  await page.waitForURL(`${world.app}/signed-in?**`);
  const refused = await call(page, 'authorize.callback', [], appConfig());
  assertError(refused, { error: 'access_denied', code: 'access_denied', type: 'auth_error' });
  assert.equal(page.url(), `${world.app}/signed-in`);
});

test('revoke() forgets the tokens here, and does not say that they are over', async (t) => {
  const { page, tokens } = await signedIn(t);
  const revoked = await call(page, 'token.revoke', [], appConfig());
  assertError(revoked, { error: 'Wellknown missing revocation endpoint' });
  assert.equal((await call(page, 'token.get', [], appConfig())).code, 'not_signed_in');
  assert.equal(await isActive(tokens.accessToken), true);
  assert.equal(await isActive(tokens.refreshToken), true);
});

test('logout() forgets the tokens here, and claims nothing that the provider did not do', async (t) => {
  const { page, tokens } = await signedIn(t);
  const { done } = await call(page, 'user.logout', [], appConfig());
  assert.deepEqual(done, { session: false, revoke: false, delete: true }, 'no endpoint for it');
  assert.equal(await isActive(tokens.accessToken), true);
  // The session is alive, as was said.
  await assertTokens(await call(page, 'token.get', [{ backgroundRenew: true }], appConfig()));
});

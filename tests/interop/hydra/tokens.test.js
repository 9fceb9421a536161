/** Renewal, revocation and the session check at Hydra, where a refresh token is good for one use. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertError, call } from '../../e2e/oidc-support.js';
import { openApp, world } from '../../e2e/support.js';
import { test } from '../support/test.js';
import {
  appConfig,
  assertDead,
  assertGood,
  assertSession,
  endSessionsOf,
  fillIn,
  finish,
  isActive,
  refreshWith,
  signedIn,
  useHydra,
} from './support.js';

useHydra();

const FORCED = [{ forceRenew: true }];

test('refresh with rotation: three times, each with the newest refresh token', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  const seen = [tokens];
  for (let round = 1; round <= 3; round += 1) {
    const renewed = await call(page, 'token.get', FORCED, appConfig());
    await assertGood(renewed, user);
    assert.equal(await isActive(seen.at(-1).refreshToken), false, 'which is good for one use');
    seen.push(renewed);
  }
  assert.equal(new Set(seen.map(({ refreshToken }) => refreshToken)).size, 4);
  await assertSession(seen.at(-1));
});

for (const [what, more, options] of [
  ["renew: 'background'", { renew: 'background' }, { forceRenew: true }],
  ['authorizeOptions', {}, { forceRenew: true, authorizeOptions: { maxAge: 3600 } }],
]) {
  test(`a renewal by frame, past the login app, leaves all alive: ${what}`, async (t) => {
    const config = appConfig(more);
    const { page, user, tokens } = await signedIn(t, config);
    const seen = [tokens];
    for (let round = 1; round <= 2; round += 1) {
      const renewed = await call(page, 'token.get', [options], config);
      assert.notEqual(renewed.accessToken, seen.at(-1).accessToken);
      seen.push(renewed);
    }
    // What was replaced is not revoked.
    for (const each of seen) await assertGood(each, user);
    await assertSession(seen.at(-1));
  });
}

test('five tabs at once, when a renewal is due: one refresh', async (t) => {
  const context = await world.browser.newContext();
  t.after(() => context.close());
  // The tokens of a code live for a minute, those of a refresh for an hour: due is after 3 seconds.
  const config = appConfig({ client: 'brief', oauthThreshold: 57_000 });
  const { page, user, tokens } = await signedIn(t, config, { context });
  const tabs = [page];
  while (tabs.length < 5) tabs.push(await openApp(t, { context }));
  // Hydra counts whole seconds.
  assert.ok([59, 60].includes(tokens.expiresAt), `${tokens.expiresAt}`);
  await sleep(3000);
  let refreshed = 0;
  context.on('request', (request) => {
    if (request.url().endsWith('/oauth2/token')) refreshed += 1;
  });
  const renew = (tab) => call(tab, 'token.get', [{ backgroundRenew: true }], config);
  const results = await Promise.all(tabs.map(renew));
  assert.equal(new Set(results.map(({ accessToken }) => accessToken)).size, 1);
  assert.equal(refreshed, 1);
  await assertGood(results[0], user);
});

for (const responseType of ['none', 'id_token']) {
  test(`the session check by ${responseType}: alive, and ended by an administrator`, async (t) => {
    const { page, user, tokens } = await signedIn(t);
    const check = () => call(page, 'user.session', [{ responseType }], appConfig());
    const alive = await check();
    assert.equal(alive.responseType, responseType, JSON.stringify(alive));
    assert.equal(alive.claims?.sub, responseType === 'id_token' ? user : undefined);
    await assertSession(tokens);
    const stored = await call(page, 'token.get', [], appConfig());
    assert.equal(stored.refreshToken, tokens.refreshToken, 'nothing of the check is stored');
    await assertGood(await call(page, 'token.get', FORCED, appConfig()), user);
    await endSessionsOf(user);
    await assertSession(tokens, false);
    assertError(await check(), { error: 'login_required', code: 'login_required' });
  });
}

test('a refresh token that was used elsewhere: new tokens by the session', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  assert.ok((await refreshWith(tokens.refreshToken)).access_token);
  await assertGood(await call(page, 'token.get', FORCED, appConfig()), user);
});

test('the session and the tokens are over: login_required, where to sign in, and a new sign-in', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  await endSessionsOf(user);
  // Who uses it twice makes Hydra revoke what came of it.
  const { refresh_token } = await refreshWith(tokens.refreshToken);
  await refreshWith(tokens.refreshToken);
  assert.equal(await isActive(refresh_token), false);
  const failure = await call(page, 'token.get', FORCED, appConfig());
  assertError(failure, { error: 'login_required', code: 'login_required' });
  await page.goto(failure.redirectUrl);
  await fillIn(page, user);
  await assertGood(await finish(page), user);
});

test('revoke: the tokens are dead at the server, and forgotten here; the session goes on', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  const result = await call(page, 'token.revoke', [], appConfig());
  assert.deepEqual(result.done, { revoke: true, delete: true }, JSON.stringify(result));
  await assertDead(tokens);
  await assertSession(tokens);
  assert.equal((await call(page, 'token.get', [], appConfig())).code, 'not_signed_in');
  const again = await call(page, 'token.get', [{ backgroundRenew: true }], appConfig());
  await assertGood(again, user);
});

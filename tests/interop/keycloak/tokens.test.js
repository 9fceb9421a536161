/** Renewal, revocation and the session check at Keycloak, where a refresh token is good for one use. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertError, assertNothingStored, call, claimsOf } from '../../e2e/oidc-support.js';
import { openApp, run, world } from '../../e2e/support.js';
import { test } from '../support/test.js';
import { BRIEF } from './realm.js';
import {
  appConfig,
  assertDead,
  assertGood,
  assertRenews,
  assertSessions,
  countEvents,
  endSessionsOf,
  fillIn,
  finish,
  offlineSessionsOf,
  refreshWith,
  signedIn,
  useKeycloak,
  userinfoStatus,
} from './support.js';

useKeycloak();

const FORCED = [{ forceRenew: true }];

/** The access tokens of this client live for four seconds. */
const brief = () => appConfig({ clientId: 'brief' });
const pastExpiry = () => sleep((BRIEF + 1) * 1000);

test('refresh with rotation: three times, each with the newest refresh token', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  const seen = [tokens];
  for (let round = 1; round <= 3; round += 1) {
    const renewed = await call(page, 'token.get', FORCED, appConfig());
    await assertGood(renewed, user);
    seen.push(renewed);
  }
  assert.equal(new Set(seen.map(({ refreshToken }) => refreshToken)).size, 4);
  assert.equal(await countEvents(user, 'REFRESH_TOKEN'), 3);
  assert.equal(await countEvents(user, 'REFRESH_TOKEN_ERROR'), 0);
  assert.equal(await countEvents(user, 'REVOKE_GRANT'), 0, 'nothing is revoked for being replaced');
  await assertSessions(user);
  await assertRenews(seen.at(-1));
});

for (const [what, more, options] of [
  ["renew: 'background'", { renew: 'background' }, { forceRenew: true }],
  ['authorizeOptions', {}, { forceRenew: true, authorizeOptions: { maxAge: 3600 } }],
]) {
  test(`a renewal by frame leaves the session alive: ${what}`, async (t) => {
    const config = appConfig(more);
    const { page, user, tokens } = await signedIn(t, config);
    let newest = tokens;
    for (let round = 1; round <= 2; round += 1) {
      const renewed = await call(page, 'token.get', [options], config);
      await assertGood(renewed, user);
      assert.notEqual(renewed.accessToken, newest.accessToken);
      newest = renewed;
      await assertSessions(user);
    }
    assert.equal(await countEvents(user, 'REVOKE_GRANT'), 0);
    assert.equal(await countEvents(user, 'CODE_TO_TOKEN'), 3);
    await assertGood(await call(page, 'token.get', [], config), user);
    await assertRenews(newest);
  });
}

test('five tabs at once, with tokens that live for four seconds: one refresh a round', async (t) => {
  const context = await world.browser.newContext();
  t.after(() => context.close());
  const { page, user } = await signedIn(t, brief(), { context });
  const tabs = [page];
  while (tabs.length < 5) tabs.push(await openApp(t, { context }));
  for (let round = 1; round <= 2; round += 1) {
    await pastExpiry();
    const calls = tabs.map((tab) => call(tab, 'token.get', [{ backgroundRenew: true }], brief()));
    const results = await Promise.all(calls);
    assert.equal(new Set(results.map(({ accessToken }) => accessToken)).size, 1);
    await assertGood(results[0], user);
    assert.equal(await countEvents(user, 'REFRESH_TOKEN'), round);
  }
  assert.equal(await countEvents(user, 'REFRESH_TOKEN_ERROR'), 0);
  await assertSessions(user);
});

test('tokens expire: told as such, renewed when asked for, and by autoRenew', async (t) => {
  const { page, user, tokens } = await signedIn(t, brief());
  await pastExpiry();
  assert.equal(await userinfoStatus(tokens.accessToken), 401);
  const stale = await call(page, 'token.get', [], brief());
  assert.equal(stale.accessToken, tokens.accessToken);
  assert.equal(stale.expired, true);
  const renewed = await call(page, 'token.get', [{ backgroundRenew: true }], brief());
  await assertGood(renewed, user);
  const seen = await run(
    page,
    async ({ oidc }, { config, milliseconds }) => {
      const client = await oidc({ config });
      const events = [];
      const end = client.subscribe(({ type }) => events.push(type));
      await client.token.get();
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      end();
      return { events, tokens: await client.token.get() };
    },
    { config: appConfig({ clientId: 'brief', autoRenew: true }), milliseconds: 2 * BRIEF * 1000 },
  );
  assert.ok(
    seen.events.filter((type) => type === 'tokens_renewed').length >= 2,
    seen.events.join(),
  );
  await assertGood(seen.tokens, user);
  await assertSessions(user);
});

test('an administrator ends the session: login_required, where to sign in, and a new sign-in', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  await endSessionsOf(user);
  await assertSessions(user, 0);
  const failure = await call(page, 'token.get', FORCED, appConfig());
  assertError(failure, { error: 'login_required', code: 'login_required' });
  await assertDead(tokens);
  await page.goto(failure.redirectUrl);
  await fillIn(page, user.username);
  await assertGood(await finish(page), user);
});

test('revoke: the tokens are dead at the server, and forgotten here', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  const result = await call(page, 'token.revoke', [], appConfig());
  assert.deepEqual(result.done, { revoke: true, delete: true }, JSON.stringify(result));
  await assertDead(tokens);
  await assertSessions(user, 0);
  assert.equal((await call(page, 'token.get', [], appConfig())).code, 'not_signed_in');
});

test('revoke, with two clients in the session: it lives on until the last', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  const second = appConfig({ clientId: 'second' });
  const others = await call(page, 'token.get', [{ backgroundRenew: true }], second);
  await call(page, 'token.revoke', [], appConfig());
  await assertDead(tokens);
  await assertGood(others, user);
  await assertSessions(user);
  const renewed = await call(page, 'token.get', FORCED, second);
  await assertGood(renewed, user);
  await call(page, 'token.revoke', [], second);
  await assertDead(renewed, 'second');
  await assertSessions(user, 0);
});

test('offline tokens: Keycloak keeps no other session, and a logout ends them', async (t) => {
  const config = appConfig({ scope: 'openid offline_access' });
  const { page, user, tokens } = await signedIn(t, config);
  assert.equal(claimsOf(tokens.refreshToken).typ, 'Offline');
  assert.equal((await offlineSessionsOf(user)).length, 1);
  await assertSessions(user, 0);
  const renewed = await call(page, 'token.get', FORCED, config);
  await assertGood(renewed, user);
  const result = await call(page, 'user.logout', [], config);
  assert.ok(!('error' in result), JSON.stringify(result));
  assert.equal((await offlineSessionsOf(user)).length, 0, 'offline sessions at Keycloak');
  await assertDead(renewed);
  await assertNothingStored(page);
});

test('a refresh token that was used elsewhere: new tokens by the session', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  assert.ok((await refreshWith(tokens.refreshToken)).access_token);
  await assertGood(await call(page, 'token.get', FORCED, appConfig()), user);
  await assertSessions(user);
});

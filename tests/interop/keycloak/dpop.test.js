/** A client that demands DPoP at Keycloak. */
import assert from 'node:assert/strict';
import { assertNothingStored, call, claimsOf } from '../../e2e/oidc-support.js';
import { openApp, storage, world } from '../../e2e/support.js';
import { byRedirect } from '../support/app.js';
import { test } from '../support/test.js';
import {
  appConfig,
  assertSessions,
  countEvents,
  fillIn,
  inspect,
  newUser,
  refreshWith,
  sessionsOf,
  useKeycloak,
  userinfoStatus,
} from './support.js';

useKeycloak();

const CLIENT = 'bound';
const bound = (more) => appConfig({ clientId: CLIENT, dpop: true, ...more });

const { signedIn } = byRedirect(bound, {
  newUser,
  fillIn: (page, { username }) => fillIn(page, username),
  assertSignedIn: assertBound,
});

/** Asserts that these are tokens of the user, and that Keycloak has bound them to the key. */
async function assertBound(tokens, user) {
  assert.equal(tokens.tokenType, 'DPoP', JSON.stringify(tokens));
  assert.equal(claimsOf(tokens.idToken).sub, user.id);
  assert.equal(claimsOf(tokens.accessToken).cnf.jkt, tokens.jkt);
  const { active, cnf } = await inspect(tokens.accessToken);
  assert.deepEqual([active, cnf.jkt], [true, tokens.jkt], 'as the server knows it');
}

test('sign-in, user details, refresh with rotation, and logout', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  const seen = [tokens];
  for (let round = 1; round <= 3; round += 1) {
    assert.equal((await call(page, 'user.info', [], bound())).sub, user.id);
    const renewed = await call(page, 'token.get', [{ forceRenew: true }], bound());
    await assertBound(renewed, user);
    seen.push(renewed);
  }
  assert.equal(new Set(seen.map(({ refreshToken }) => refreshToken)).size, 4);
  assert.equal(new Set(seen.map(({ jkt }) => jkt)).size, 1, 'one key');
  assert.equal(await countEvents(user, 'REFRESH_TOKEN'), 3);
  assert.equal(await countEvents(user, 'REFRESH_TOKEN_ERROR'), 0);

  const done = await call(page, 'user.logout', [], bound());
  assert.ok(!('error' in done), JSON.stringify(done));
  assert.equal((await sessionsOf(user)).length, 0);
  assert.equal((await inspect(seen.at(-1).accessToken)).active, false);
  await assertNothingStored(page);
});

test('a thief of the tokens gets nothing', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  assert.equal(await userinfoStatus(tokens.accessToken), 401);
  assert.ok((await refreshWith(tokens.refreshToken, CLIENT)).error);
  await assertSessions(user);
  assert.equal((await call(page, 'user.info', [], bound())).sub, user.id, 'the user still does');
});

test('a pushed request', async (t) => {
  const { page, user } = await signedIn(t, bound({ par: true }));
  assert.equal((await call(page, 'user.info', [], bound())).sub, user.id);
});

test('five tabs at once: one refresh a round', async (t) => {
  const context = await world.browser.newContext();
  t.after(() => context.close());
  const { page, user } = await signedIn(t, bound(), { context });
  const tabs = [page];
  while (tabs.length < 5) tabs.push(await openApp(t, { context }));
  for (let round = 1; round <= 2; round += 1) {
    await page.evaluate((prefix) => {
      const key = Object.keys(localStorage).find((name) => name.startsWith(`${prefix}-`));
      const tokens = JSON.parse(localStorage.getItem(key));
      localStorage.setItem(key, JSON.stringify({ ...tokens, expiryTimestamp: Date.now() }));
    }, `pic-${CLIENT}`);
    const calls = tabs.map((tab) => call(tab, 'token.get', [{ backgroundRenew: true }], bound()));
    const results = await Promise.all(calls);
    assert.equal(new Set(results.map(({ accessToken }) => accessToken)).size, 1);
    await assertBound(results[0], user);
    assert.equal(await countEvents(user, 'REFRESH_TOKEN'), round);
  }
  assert.equal(await countEvents(user, 'REFRESH_TOKEN_ERROR'), 0);
  await assertSessions(user);
});

test('a client without DPoP is refused, and one with it needs no demand', async (t) => {
  const { page, user } = await signedIn(t, bound({ clientId: 'app' }));
  assert.equal((await call(page, 'user.info', [], bound({ clientId: 'app' }))).sub, user.id);
  const plain = await call(
    page,
    'token.get',
    [{ backgroundRenew: true }],
    appConfig({ clientId: CLIENT }),
  );
  assert.ok('error' in plain, 'no proof, no tokens');
  assert.ok(Object.keys(await storage(page)).every((key) => key !== `pic-${CLIENT}`));
});

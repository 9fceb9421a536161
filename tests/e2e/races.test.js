/** One renewal at a time, in one tab and over all tabs; a logout is final. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CLIENT_ID,
  config,
  newContext,
  openApp,
  requestsTo,
  run,
  signIn,
  storage,
  useWorld,
  world,
} from './support.js';

const COUNT = 20;

useWorld();

/** Signs in and gets tokens that are due for renewal at once. */
async function withExpiringTokens(t, context) {
  const page = await openApp(t, { context });
  await signIn(page);
  await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      return client.token.get({ backgroundRenew: true });
    },
    config(),
  );
  await page.evaluate((key) => {
    const tokens = JSON.parse(localStorage.getItem(key));
    localStorage.setItem(key, JSON.stringify({ ...tokens, expiryTimestamp: Date.now() }));
  }, `pic-${CLIENT_ID}`);
  world.server.control.clearRequests();
  return page;
}

const renew = async ({ oidc }, config) => {
  const client = await oidc({ config });
  return client.token.get({ backgroundRenew: true });
};

test(`${COUNT} calls in one tab: one refresh, the same valid tokens for all`, async (t) => {
  const page = await withExpiringTokens(t);
  const results = await run(
    page,
    async ({ oidc }, { config, COUNT }) => {
      const client = await oidc({ config });
      const calls = Array.from({ length: COUNT }, () =>
        client.token.get({ backgroundRenew: true }),
      );
      return Promise.all(calls);
    },
    { config: config(), COUNT },
  );
  assert.equal(requestsTo('/access_token').length, 1);
  assert.equal(new Set(results.map((tokens) => tokens.accessToken)).size, 1);
  assert.ok(world.server.control.token(results[0].accessToken).active);
  assert.ok(world.server.control.token(results[0].refreshToken).active);
});

test(`${COUNT} tabs: one refresh, the same valid tokens for all`, {
  timeout: 120_000,
}, async (t) => {
  const context = await newContext(t);
  await withExpiringTokens(t, context);
  const tabs = [];
  for (let count = 0; count < COUNT; count += 1) tabs.push(await openApp(t, { context }));
  const results = await Promise.all(tabs.map((tab) => run(tab, renew, config())));
  assert.equal(requestsTo('/access_token').length, 1);
  assert.equal(
    new Set(results.map((tokens) => tokens.accessToken)).size,
    1,
    JSON.stringify(results),
  );
  assert.ok(world.server.control.token(results[0].refreshToken).active);
});

test('tabs that renew while one logs out: afterwards nothing is there, or comes back', async (t) => {
  const context = await newContext(t);
  const first = await withExpiringTokens(t, context);
  world.server.control.fail({ match: '/access_token', delay: 300 });
  const tabs = [
    await openApp(t, { context }),
    await openApp(t, { context }),
    await openApp(t, { context }),
  ];
  const renewals = tabs.map((tab) => run(tab, renew, config()));
  const logout = await run(
    first,
    async ({ oidc }, config) => (await oidc({ config })).user.logout(),
    config(),
  );
  assert.equal(logout.error, undefined, JSON.stringify(logout));
  const results = await Promise.all(renewals);
  for (const result of results) {
    const allowed = ['No tokens found', 'interaction_required'];
    assert.ok(result.accessToken || allowed.includes(result.error), JSON.stringify(result));
    if (result.accessToken) {
      assert.ok(!world.server.control.token(result.accessToken).active, 'revoked by the logout');
    }
  }
  assert.equal((await storage(first))[`pic-${CLIENT_ID}`], undefined);
  const issued = world.server.control.secrets();
  const alive = issued.filter((secret) => world.server.control.token(secret).active);
  assert.deepEqual(alive, [], 'every token ever issued here is inactive');
});

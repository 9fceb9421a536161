/**
 * A browser without Web Locks: one renewal in a tab. Two tabs may race; then nothing that is stored is
 * lost, and nothing revoked, because a race was lost. A server that sees a refresh token twice may end
 * the session all the same.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { isActive, storedTokens, until } from './oidc-support.js';
import { config, openApp, renewed, requestsTo, run, signIn, useWorld, world } from './support.js';

const COUNT = 20;

useWorld();

const withoutLocks = () => Reflect.deleteProperty(Navigator.prototype, 'locks');

/** A tab without locks. */
async function openTab(t, context) {
  const page = await openApp(t, { context, init: withoutLocks });
  assert.equal(await page.evaluate(() => 'locks' in navigator), false);
  return page;
}

/** Two tabs that share tokens. */
async function openTabs(t) {
  const context = await world.browser.newContext();
  const tabs = [await openTab(t, context), await openTab(t, context)];
  t.after(() => context.close());
  await signIn(tabs[0]);
  await run(tabs[0], renewed, config());
  world.server.control.clearRequests();
  return tabs;
}

test(`${COUNT} calls in one tab: one refresh`, async (t) => {
  const page = await openTab(t);
  await signIn(page);
  await run(page, renewed, config());
  world.server.control.clearRequests();
  const results = await run(
    page,
    async ({ oidc }, { config, COUNT }) => {
      const client = await oidc({ config });
      const calls = Array.from({ length: COUNT }, () => client.token.get({ forceRenew: true }));
      return Promise.all(calls);
    },
    { config: config(), COUNT },
  );
  assert.equal(requestsTo('/access_token').length, 1);
  assert.equal(new Set(results.map(({ accessToken }) => accessToken)).size, 1);
  assert.deepEqual(await storedTokens(page), results[0]);
  assert.ok(isActive(results[0].refreshToken));
});

/**
 * How the requests of two tabs meet, both with the same refresh token. A request that is delayed
 * has not been seen by the server; an answer that is delayed has.
 */
const races = {
  'at once': [{ delay: 400 }, { delay: 400 }],
  'the winner hears last': [{ after: true, delay: 800 }, { delay: 400 }],
  'the loser hears last': [{ delay: 400 }, { delay: 800 }],
};

for (const renew of ['auto', 'refresh']) {
  for (const [what, faults] of Object.entries(races)) {
    test(`two tabs use one refresh token, ${what}, renew: ${renew}`, async (t) => {
      const tabs = await openTabs(t);
      const { results, stored } = await race(tabs, faults, config({ renew }));
      for (const result of results) {
        if (result.error) {
          assert.equal(result.error, 'Token Exchange failure');
          assert.equal(result.code, 'invalid_grant');
        } else {
          assert.deepEqual(result, stored, 'what is returned is what is stored, and whole');
        }
      }
      assert.deepEqual(requestsTo('/token/revoke'), []);
      assert.ok(stored.idToken, 'who is signed in is not forgotten');
      // The server ended the whole family, so these tokens may be dead; the tabs still recover.
      for (const tab of tabs) {
        const next = await run(tab, renewed, config());
        assert.ok(isActive(next.accessToken) && isActive(next.refreshToken), JSON.stringify(next));
        assert.deepEqual(await storedTokens(tab), next);
      }
    });
  }

  test(`the server refuses the second use and keeps the family, renew: ${renew}`, async (t) => {
    const refused = { status: 400, body: { error: 'invalid_grant' } };
    const faults = [{ after: true, delay: 2000 }, refused];
    const { results, stored } = await race(await openTabs(t), faults, config({ renew }));
    assert.ok(isActive(stored.accessToken) && isActive(stored.refreshToken), 'signed in');
    assert.ok(results.some(({ accessToken }) => accessToken === stored.accessToken));
  });
}

for (const [where, leaving] of [
  ['in this tab', 0],
  ['in another tab', 1],
]) {
  test(`a logout ${where} while tokens are renewed: nothing comes back`, async (t) => {
    const tabs = await openTabs(t);
    world.server.control.fail({ match: '/access_token', after: true, delay: 800 });
    await run(
      tabs[0],
      async ({ oidc }, config) => {
        window.client = await oidc({ config });
        window.renewal = window.client.token.get({ forceRenew: true });
      },
      config(),
    );
    while (requestsTo('/access_token').length === 0) await sleep(20);
    const logout = async ({ oidc }, config) =>
      (window.client ?? (await oidc({ config }))).user.logout();
    const { done } = await run(tabs[leaving], logout, config());
    assert.deepEqual(done, { session: true, revoke: true, delete: true });
    const late = await run(tabs[0], () => window.renewal);
    assert.equal(late.code, 'signed_out', JSON.stringify(late));
    assert.equal(await storedInAll(tabs), null);
    // The sign-out in this tab has waited for the renewal; one in another tab can't, and once that is
    // over nobody knows of which session late tokens are: they are dropped.
    const alive = () => world.server.control.secrets().filter(isActive);
    const isRevoked = () => alive().length === 0;
    if (leaving === 0) await until(isRevoked, 'what came late is revoked');
  });
}

test('calls that ask for different things, by two clients of one tab: one refresh at a time', async (t) => {
  const page = await openTab(t);
  await signIn(page);
  await run(page, renewed, config());
  world.server.control.clearRequests();
  const results = await run(
    page,
    async ({ oidc }, config) => {
      const clients = [await oidc({ config }), await oidc({ config })];
      const options = [{ forceRenew: true }, { forceRenew: true, backgroundRenew: true }];
      const more = { forceRenew: true, authorizeOptions: { acrValues: 'low' } };
      return Promise.all(
        clients.flatMap(({ token }) => [...options, more].map((options) => token.get(options))),
      );
    },
    config(),
  );
  for (const result of results) assert.ok(result.accessToken, JSON.stringify(result));
  const refreshes = requestsTo('/access_token').filter(({ body }) => body.refresh_token);
  const sent = refreshes.map(({ body }) => body.refresh_token);
  assert.equal(new Set(sent).size, sent.length, 'no refresh token is sent twice');
  const stored = await storedTokens(page);
  assert.ok(isActive(stored.accessToken) && isActive(stored.refreshToken));
  assert.deepEqual(requestsTo('/token/revoke'), []);
});

test('two tabs with a dead refresh token: both get tokens in the background', async (t) => {
  const tabs = await openTabs(t);
  world.server.control.fault('refresh-tokens-dead', true);
  const { results } = await race(tabs, [{ delay: 400 }, { delay: 400 }], config());
  for (const result of results) assert.ok(isActive(result.accessToken), JSON.stringify(result));
  assert.deepEqual(requestsTo('/token/revoke'), []);
});

/** Renews in two tabs at once; the first fault befalls the first request. */
async function race(tabs, faults, config) {
  const ready = async ({ oidc }, config) => {
    window.client = await oidc({ config });
  };
  await Promise.all(tabs.map((tab) => run(tab, ready, config)));
  for (const fault of faults) world.server.control.fail({ match: '/access_token', ...fault });
  const renew = () => window.client.token.get({ forceRenew: true });
  const results = await Promise.all(tabs.map((tab) => run(tab, renew)));
  return { results, stored: await storedInAll(tabs) };
}

/** What all tabs see stored, once they see the same: a write reaches other tabs a moment later. */
async function storedInAll(tabs) {
  for (const deadline = Date.now() + 2000; ; await sleep(20)) {
    const [first, ...others] = await Promise.all(tabs.map(storedTokens));
    if (others.every((other) => isDeepStrictEqual(other, first))) return first;
    assert.ok(Date.now() < deadline, 'the tabs see different tokens');
  }
}

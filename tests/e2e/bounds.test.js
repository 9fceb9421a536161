/** What is large, and numbers that become timers: no stall, no storm of requests. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  config,
  openApp,
  requestsTo,
  run,
  TOKENS,
  useWorld,
  withTokens,
  world,
} from './support.js';

useWorld();

/**
 * Asserts that ten times as much takes by far less than a hundred times as long: `work(size)` measures
 * itself, in milliseconds. On a busy machine the shortest of several measures counts.
 */
async function assertGrows(size, work) {
  let [small, large] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 6; round += 1) {
    small = Math.min(small, Math.max(await work(size), 2));
    large = Math.min(large, await work(10 * size));
    if (large < 40 * small) return;
  }
  assert.fail(`${small} ms for ${size}, ${large} ms for ten times as much`);
}

test('100,000 parameters of an authorization', async (t) => {
  const page = await openApp(t);
  for (const [method, isPushed] of [
    ['url', false],
    ['url', true],
    ['background', false],
  ]) {
    world.server.control.fail({
      match: '/par',
      times: -1,
      status: 201,
      body: { request_uri: 'urn:x', expires_in: 60 },
    });
    const work = (size) =>
      run(
        page,
        async ({ oidc }, { config, size, method, isPushed }) => {
          const names = (letter) =>
            Object.fromEntries(Array.from({ length: size }, (_, at) => [`${letter}${at}`, at]));
          const client = await oidc({
            logger: { level: 'none' },
            config: { ...config, par: isPushed, query: names('a') },
          });
          const options = { query: { ...names('b'), a0: 'over' } };
          // What the browser does with such a URL is its own affair.
          const append = document.body.appendChild;
          if (method === 'background') {
            document.body.appendChild = () => {
              throw new Error('no frame');
            };
          }
          const started = performance.now();
          const result = await client.authorize[method](options);
          const elapsed = performance.now() - started;
          document.body.appendChild = append;
          if (method === 'url' && !isPushed) {
            const { searchParams } = new URL(result);
            if (searchParams.get('a0') !== 'over') throw new Error('a0');
            if (searchParams.get(`b${size - 1}`) !== String(size - 1)) throw new Error('b');
          }
          return elapsed;
        },
        { config: config(), size, method, isPushed },
      );
    await assertGrows(5_000, work);
  }
});

test('many authorizations that were begun', async (t) => {
  const page = await openApp(t);
  const work = (size) =>
    run(
      page,
      async ({ oidc }, { config, size }) => {
        const client = await oidc({ config });
        for (let at = 0; at < size; at += 1) {
          sessionStorage.setItem(
            `FR-SDK-authflow-${config.clientId}-${at}`,
            `{"createdAt":${Date.now() - at}}`,
          );
        }
        const started = performance.now();
        await client.authorize.url();
        const elapsed = performance.now() - started;
        const keys = Object.keys(sessionStorage).filter((key) =>
          key.startsWith('FR-SDK-authflow-'),
        );
        if (keys.length !== 20) throw new Error(`${keys.length} are left`);
        return elapsed;
      },
      { config: config(), size },
    );
  await assertGrows(1_000, work);
});

const waiting = (waitTime) => ({
  authId: 'a',
  callbacks: [
    { type: 'PollingWaitCallback', output: [{ name: 'waitTime', value: waitTime }], input: [] },
  ],
});

for (const [waitTime, least, most] of [
  [0.001, 2, 11],
  ['0.001', 2, 11],
  [1, 2, 11],
  [2 ** 31, 0, 0],
  ['1e999', 0, 0],
  [-1, 0, 0],
  [0, 0, 0],
]) {
  test(`poll() of a step that waits for ${waitTime}: ${most} requests a second at most`, async (t) => {
    const page = await openApp(t);
    world.server.control.fail({ match: '/authenticate', times: -1, body: waiting(waitTime) });
    const result = await run(
      page,
      async ({ journey }, config) => {
        const client = await journey({ config });
        return client.poll(await client.start(), { signal: AbortSignal.timeout(1000) });
      },
      config(),
    );
    assert.equal(result.code, 'aborted');
    const polls = requestsTo('/authenticate').length - 1;
    assert.ok(polls >= least && polls <= most, `${polls} requests`);
  });
}

/** The renewals in about two seconds. */
async function renewalsOf(how) {
  world.server.control.clearRequests();
  const started = Date.now();
  await how();
  await sleep(Math.max(0, 2000 - (Date.now() - started)));
  const seconds = (Date.now() - started) / 1000;
  return { count: requestsTo('/access_token').length, most: Math.ceil(seconds) + 1 };
}

for (const lifetime of [0.001, 0, -1, '0.5']) {
  test(`tokens that live for ${lifetime} seconds: no renewal within a second of the last`, async (t) => {
    const page = await withTokens(t);
    world.server.control.fault('expires-in', lifetime);
    const { count, most } = await renewalsOf(() =>
      run(
        page,
        async ({ oidc }, config) => {
          const [one, other] = [await oidc({ config }), await oidc({ config })];
          const stops = [one, other].map((client) => client.subscribe(() => {}));
          const key = Object.keys(localStorage).find((name) => name === `pic-${config.clientId}`);
          const record = JSON.parse(localStorage.getItem(key));
          localStorage.setItem(key, JSON.stringify({ ...record, expiryTimestamp: Date.now() }));
          // The app asks as well, whatever is renewed without being asked for.
          for (const end = Date.now() + 1800; Date.now() < end; ) {
            const tokens = await one.token.get({ backgroundRenew: true });
            if ('error' in tokens) throw new Error(JSON.stringify(tokens));
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
          for (const stop of stops) stop();
        },
        config({ autoRenew: true }),
      ),
    );
    assert.ok(count >= 1 && count <= most, `${count} renewals, ${most} at most`);
    await page.waitForFunction(() => !document.querySelector('iframe'));
  });
}

test('a storage that forgets how long tokens live makes no storm of renewals', async (t) => {
  const page = await withTokens(t);
  world.server.control.fault('expires-in', 0.001);
  const { count, most } = await renewalsOf(() =>
    run(
      page,
      async ({ oidc }, { config, key }) => {
        const custom = {
          get: async () => localStorage.getItem(key),
          set: async (_key, text) => {
            const { expiresAt: _, ...record } = JSON.parse(text);
            localStorage.setItem(key, JSON.stringify({ ...record, expiryTimestamp: Date.now() }));
          },
          remove: async () => localStorage.removeItem(key),
        };
        const record = JSON.parse(localStorage.getItem(key));
        await custom.set(key, JSON.stringify(record));
        await oidc({ config, storage: { type: 'custom', custom } });
        await new Promise((resolve) => setTimeout(resolve, 1900));
      },
      { config: config({ autoRenew: true }), key: TOKENS },
    ),
  );
  assert.ok(count >= 1 && count <= most, `${count} renewals, ${most} at most`);
});

test('JSON that is nested too deeply is an error, from AM, from the provider, from storage', async (t) => {
  const page = await openApp(t);
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  world.server.control.fail({ match: '/authenticate', body: deep });
  const codes = await run(
    page,
    async ({ journey, oidc }, { config, deep, key }) => {
      const am = await journey({ config });
      const step = await am.start();
      localStorage.setItem(key, deep);
      const client = await oidc({ config });
      const tokens = await client.token.get();
      let nested = {};
      for (let depth = 0; depth < 5000; depth += 1) nested = { nested };
      const url = await client.authorize.url({ appState: nested });
      return [step.error, tokens.code, url.code];
    },
    { config: config(), deep, key: TOKENS },
  );
  assert.deepEqual(codes, ['request_failed', 'not_signed_in', 'argument_invalid']);
});

/** The core in two parts: what the first does alone, and what waits for the second, or hears that it is missing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { config, openApp, requestsTo, run, storage, USER, useWorld } from './support.js';

useWorld();

/** The entries, and the second part as each has it. */
const ENTRIES = [
  { entry: '/pkg/url.js', second: '**/oidc.wasm' },
  { entry: '/pkg/index.js', second: '**/inline-oidc.js' },
];

/** Keeps requests waiting until `release()`; counts them. */
async function hold(page, pattern) {
  const held = { count: 0, release: () => {} };
  const released = new Promise((resolve) => {
    held.release = resolve;
  });
  await page.route(pattern, async (route) => {
    held.count += 1;
    await released;
    await route.continue();
  });
  return held;
}

/** In the page: signs in by a journey, with each call of the first part; what they have resolved to. */
const walk = async (_, { entry, config, user }) => {
  const sdk = await import(entry);
  const client = await sdk.journey({ config });
  await sdk.journeyClient.configure({ config });
  Object.assign(window, { entry: sdk, client });
  const resumed = await sdk.journeyClient.resume(location.href);
  const step = await client.start();
  const polled = await client.poll(step);
  step.getCallbackOfType('NameCallback').setName(user.username);
  step.getCallbackOfType('PasswordCallback').setPassword(user.password);
  const success = await client.next(step);
  return [resumed.type, polled.type, success.type, typeof client.session.get()];
};

const WALKED = ['Step', 'Step', 'LoginSuccess', 'object'];

/** In the page: begins each call that needs the second part; `window.results` is what they resolve to. */
const begin = (_, { config }) => {
  const { client } = window;
  const { journeyClient, oidc } = window.entry;
  const calls = {
    oidc: oidc({ config }),
    'session.info': client.session.info(),
    'journeyClient.session.info': journeyClient.session.info(),
    terminate: client.terminate(),
    'journeyClient.terminate': journeyClient.terminate(),
  };
  window.results = {};
  window.settled = Promise.all(
    Object.entries(calls).map(async ([name, call]) => {
      const result = await call;
      // A session that is being ended may be unknown already.
      window.results[name] = result?.code?.startsWith('wasm_') ? result.code : 'an answer';
    }),
  );
};

/** In the page: what those calls have resolved to. */
const results = async () => {
  await window.settled;
  return window.results;
};

const LATE = [
  ...['oidc', 'session.info', 'journeyClient.session.info'],
  ...['terminate', 'journeyClient.terminate'],
];

for (const { entry, second } of ENTRIES) {
  const given = () => ({ entry, config: config(), user: USER });

  test(`${entry}: a journey needs only the first part, and other calls wait for the second`, async (t) => {
    const page = await openApp(t);
    const held = await hold(page, second);
    assert.deepEqual(await run(page, walk, given()), WALKED);
    assert.equal(held.count, 1, 'it is asked for before any call needs it');
    await run(page, begin, given());
    assert.deepEqual(await run(page, () => window.results), {});
    held.release();
    const expected = LATE.map((name) => [name, 'an answer']);
    assert.deepEqual(await run(page, results), Object.fromEntries(expected));
    assert.equal(held.count, 1);
  });

  test(`${entry}: a second part that does not load, and then does`, async (t) => {
    const page = await openApp(t);
    await page.route(second, (route) => route.abort());
    assert.deepEqual(await run(page, walk, given()), WALKED);
    await run(page, begin, given());
    const missing = LATE.map((name) => [name, 'wasm_not_found']);
    assert.deepEqual(await run(page, results), Object.fromEntries(missing));
    assert.equal(await run(page, () => window.client.session.get()), undefined, 'removed here');
    await page.unroute(second);
    const again = () => window.client.start({ query: { ForceAuth: true } });
    assert.equal((await run(page, again)).type, 'Step', 'the first part still works');
    await run(page, begin, given());
    const answers = LATE.map((name) => [name, 'an answer']);
    assert.deepEqual(await run(page, results), Object.fromEntries(answers));
  });
}

test('terminate() waits 10 s for the second part; then what is here goes, and nothing is sent later', async (t) => {
  const page = await openApp(t);
  const [{ entry, second }] = ENTRIES;
  const held = await hold(page, second);
  const given = { entry, config: config({ session: { type: 'localStorage' } }), user: USER };
  assert.deepEqual(await run(page, walk, given), WALKED);
  // Another AM's, and that of an earlier version, which has no URL.
  const others = ['pic-session-https://am.example/oauth2', 'pic-session-am.example-root'];
  await page.evaluate((others) => {
    for (const key of others) localStorage.setItem(key, '{"tokenId":"t"}');
  }, others);
  const sessions = async () =>
    Object.keys(await storage(page)).filter((key) => /^pic-(session|clients)-/.test(key));
  assert.equal((await sessions()).length, 3);
  await page.clock.install();
  await page.evaluate(() => {
    window.settled = window.client.terminate();
  });
  await page.clock.fastForward(10_000);
  const { code, message } = await page.evaluate(() => window.settled);
  assert.equal(code, 'timeout', message);
  assert.deepEqual((await sessions()).sort(), others.sort());
  held.release();
  // The second part is there.
  await run(page, async ({ oidc }, config) => void (await oidc({ config })), config());
  assert.equal(requestsTo('/sessions/').length, 0);
  assert.equal(requestsTo('/revoke').length, 0);
});

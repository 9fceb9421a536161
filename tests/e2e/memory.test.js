/** What is left in a page's memory: no token after a sign-out. The documented client keeps them all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { config, openApp, run, signIn, useWorld } from './support.js';

useWorld();

/** Whether each text is somewhere in the page's heap, after a garbage collection. */
async function inHeap(page, texts) {
  const session = await page.context().newCDPSession(page);
  let snapshot = '';
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
    snapshot += chunk;
  });
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot');
  await session.detach();
  return texts.map((text) => snapshot.includes(text));
}

test('no token is left in the heap after a logout', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const tokens = await run(
    page,
    async ({ oidc }, config) => {
      window.client = await oidc({ config });
      await window.client.token.get({ backgroundRenew: true });
      // Twice: the second is answered without the core.
      return window.client.token.get();
    },
    config(),
  );
  const secrets = [tokens.accessToken, tokens.idToken, tokens.refreshToken].map((token) =>
    // A long text may be kept in parts.
    token.slice(-40),
  );
  assert.deepEqual(
    await inHeap(page, secrets),
    [true, true, true],
    'they are found where they are',
  );
  assert.equal('error' in (await page.evaluate(() => window.client.user.logout())), false);
  assert.deepEqual(await inHeap(page, secrets), [false, false, false]);
});

/** Bytes of the page's heap in use, after a garbage collection. */
async function heapUsed(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

test('calls that are over leave nothing in the heap, nor do their signals', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  await run(
    page,
    async ({ oidc }, config) => {
      window.client = await oidc({ config });
      await window.client.token.get({ backgroundRenew: true });
      window.controller = new AbortController();
      window.call = async (times) => {
        const { signal } = window.controller;
        for (let time = 0; time < times; time += 1) await window.client.token.get({ signal });
      };
    },
    config(),
  );
  await page.evaluate(() => window.call(500));
  const before = await heapUsed(page);
  await page.evaluate(() => window.call(4000));
  const perCall = ((await heapUsed(page)) - before) / 4000;
  assert.ok(perCall < 50, `${perCall} bytes are left of each call`);
});

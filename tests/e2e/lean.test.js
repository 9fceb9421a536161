/** What isn't asked twice, and what is answered without the core: and when it must be all the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  config,
  newContext,
  openApp,
  renewed,
  requestsTo,
  run,
  signIn,
  storage,
  TOKENS,
  useWorld,
  withTokens,
  world,
} from './support.js';

const DISCOVERY = '/.well-known/openid-configuration';
const DOCUMENT = 'pic-document-';

useWorld();

/** The paths that the provider was asked for, preflights aside, without the realm's. */
function asked() {
  const all = world.server.control.requests().filter(({ method }) => method !== 'OPTIONS');
  return all.map(({ path }) => path.split('/').pop());
}

/** In the page: `fetch` notes what it is called with. */
function noteFetches() {
  window.fetched = [];
  const { fetch } = window;
  window.fetch = (...args) => {
    window.fetched.push([args.length, args[0] instanceof Request, String(args[0].url)]);
    return fetch(...args);
  };
}

const both = async ({ journey, oidc }, config) => {
  const serverConfig = config.serverConfig;
  const [client, other] = await Promise.all([
    oidc({ config }),
    journey({ config: { serverConfig } }),
  ]);
  return 'error' in client ? client : [Object.keys(client), Object.keys(other)].map(String);
};

test('both clients ask once, by the page’s own fetch, while the wasm is under way', async (t) => {
  const page = await openApp(t, { init: noteFetches });
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await page.route('**/wasm/*.js', async (route) => {
    await held;
    await route.continue();
  });
  world.server.control.clearRequests();
  const clients = run(page, both, config());
  while (requestsTo(DISCOVERY).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 10));
  release();
  assert.equal((await clients).length, 2, JSON.stringify(await clients));
  assert.deepEqual(await page.evaluate(() => window.fetched), [
    [1, true, config().serverConfig.wellknown],
  ]);
  assert.equal(requestsTo(DISCOVERY).length, 1);
});

test('an early answer is checked like any other', async (t) => {
  const page = await openApp(t);
  world.server.control.fail({ match: DISCOVERY, body: { issuer: 'https://evil.example' } });
  const failure = await run(page, async ({ oidc }, config) => oidc({ config }), config());
  assert.equal(failure.code, 'discovery_invalid', JSON.stringify(failure));
  assert.equal(requestsTo(DISCOVERY).length, 1);
  assert.deepEqual(await storage(page), {});
});

test('what was asked early is given up when no client comes of it', async (t) => {
  const page = await openApp(t);
  const { code } = await run(page, both, config({ renew: 'never' }));
  assert.equal(code, 'config_invalid');
  const client = await run(page, both, config());
  assert.equal(client.length, 2, JSON.stringify(client));
});

test('a page that is loaded again: nothing to a valid token, one request to a renewed one', async (t) => {
  const page = await withTokens(t);
  await page.reload();
  world.server.control.clearRequests();
  const tokens = await run(
    page,
    async ({ oidc }, config) => (await oidc({ config })).token.get(),
    config(),
  );
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  assert.deepEqual(asked(), []);
  await page.reload();
  const newer = await run(page, renewed, config());
  assert.notEqual(newer.accessToken, tokens.accessToken);
  assert.deepEqual(asked(), ['access_token']);
});

test('the keys are fetched beside the token request, not after it', async (t) => {
  const page = await openApp(t);
  world.server.control.fail({ match: '/access_token', delay: 1000 });
  const times = [];
  page.on('request', (request) => times.push([request.url().split('/').pop(), 'asked']));
  page.on('response', (response) => times.push([response.url().split('/').pop(), 'answered']));
  const tokens = await withTokensIn(page);
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  const order = times.map((pair) => pair.join(' '));
  const keys = order.find((event) => /jwk/.test(event));
  assert.ok(keys, order.join('\n'));
  assert.ok(order.indexOf(keys) < order.indexOf('access_token answered'), order.join('\n'));
});

test('keys that were rotated since the page kept them', async (t) => {
  const page = await withTokens(t);
  await page.reload();
  await page.evaluate((prefix) => {
    const key = Object.keys(sessionStorage).find(
      (name) => name.startsWith(prefix) && !name.endsWith('openid-configuration'),
    );
    const [at] = sessionStorage.getItem(key).split(' ');
    sessionStorage.setItem(key, `${at} {"keys":[]}`);
  }, DOCUMENT);
  world.server.control.clearRequests();
  const tokens = await run(page, renewed, config());
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  assert.equal(asked().length, 2, asked().join());
});

test('the documents are gone after a logout, and a terminate', async (t) => {
  const documents = async () =>
    Object.keys(await storage(page)).filter((key) => key.startsWith(DOCUMENT));
  const page = await withTokens(t);
  assert.equal((await documents()).length, 2);
  await run(page, async ({ oidc }, config) => (await oidc({ config })).user.logout(), config());
  assert.deepEqual(await storage(page), {});
  await page.reload();
  await run(page, both, config());
  assert.equal((await documents()).length, 1);
  await run(
    page,
    async ({ journey }, { serverConfig }) =>
      (await journey({ config: { serverConfig } })).terminate(),
    config(),
  );
  assert.deepEqual(await storage(page), {});
});

/** Signs in and gets tokens, in a page that is there. */
async function withTokensIn(page) {
  await signIn(page);
  return run(page, renewed, config());
}

/** A page with one client, `client`, that has given its tokens twice: the second time by its lease. */
async function withLease(t, options) {
  const page = await withTokens(t, options);
  await run(
    page,
    async ({ oidc }, config) => {
      window.client = await oidc({ config });
      window.other = await oidc({ config });
      await window.client.token.get();
      await window.client.token.get();
    },
    config(),
  );
  return page;
}

const get = (page, options) =>
  page.evaluate((options) => window.client.token.get(options), options);

test('token.get() asks nobody while nothing changes', async (t) => {
  const page = await withLease(t);
  const reads = await page.evaluate(async () => {
    const { getItem } = Storage.prototype;
    let reads = 0;
    Storage.prototype.getItem = function (...args) {
      reads += 1;
      return getItem.apply(this, args);
    };
    const parse = JSON.parse;
    JSON.parse = () => {
      throw new Error('parsed again');
    };
    await window.client.token.get();
    await window.client.token.get({ backgroundRenew: true });
    JSON.parse = parse;
    Storage.prototype.getItem = getItem;
    return reads;
  });
  assert.equal(reads, 4, 'the record and the sign-in are compared, each time');
});

test('what an app does to its tokens is not given to the next', async (t) => {
  const page = await withLease(t);
  const [first, second] = await page.evaluate(async () => {
    const first = await window.client.token.get();
    first.accessToken = 'mine';
    first.more = 'more';
    return [first, await window.client.token.get()];
  });
  assert.equal(first.accessToken, 'mine');
  assert.notEqual(second.accessToken, 'mine');
  assert.equal('more' in second, false);
});

test('another tab renews, and logs out: seen at once', async (t) => {
  const context = await newContext(t);
  const page = await withLease(t, { context });
  const before = await get(page);
  const other = await openApp(t, { context });
  const newer = await run(other, renewed, config());
  const seen = async (key, text) =>
    page.waitForFunction(([key, text]) => localStorage.getItem(key) === text, [key, text]);
  await seen(TOKENS, (await storage(other))[TOKENS]);
  assert.equal((await get(page)).accessToken, newer.accessToken);
  assert.notEqual(newer.accessToken, before.accessToken);
  await get(page);
  await run(other, async ({ oidc }, config) => (await oidc({ config })).user.logout(), config());
  await seen(TOKENS, null);
  assert.equal((await get(page)).error, 'No tokens found');
});

test('this page’s own logout, revocation and renewal', async (t) => {
  const page = await withLease(t);
  const before = await get(page);
  const forced = await get(page, { forceRenew: true });
  assert.notEqual(forced.accessToken, before.accessToken);
  assert.equal((await get(page)).accessToken, forced.accessToken);
  const gone = await page.evaluate(async () => {
    const leaving = window.client.user.logout();
    await new Promise((resolve) => setTimeout(resolve));
    const during = await window.client.token.get();
    await leaving;
    return [during, await window.client.token.get()].map(({ error }) => error);
  });
  assert.deepEqual(gone, ['No tokens found', 'No tokens found']);
});

test('tokens that could not be stored count more than those that are', async (t) => {
  const page = await withLease(t);
  const before = await get(page);
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  const newer = await page.evaluate(() => window.other.token.get({ forceRenew: true }));
  assert.equal(newer.persisted, false, JSON.stringify(newer));
  const after = await get(page);
  assert.notEqual(after.accessToken, before.accessToken);
  assert.equal(after.accessToken, newer.accessToken);
});

test('tokens that come near their end, or a clock that is set back', async (t) => {
  const page = await withLease(t);
  const at = (hours) =>
    page.evaluate(async (hours) => {
      const { now } = Date;
      Date.now = () => now() + hours * 3_600_000;
      const tokens = await window.client.token.get();
      Date.now = now;
      return tokens.expired;
    }, hours);
  assert.deepEqual(
    [await at(0), await at(100), await at(-100), await at(0)],
    [undefined, true, true, undefined],
  );
});

test('an abort counts, whatever is stored', async (t) => {
  const page = await withLease(t);
  const result = await page.evaluate(() =>
    window.client.token.get({ signal: AbortSignal.abort() }),
  );
  assert.equal(result.code, 'aborted');
});

test('what is aborted in the same turn is not begun', async (t) => {
  const page = await withLease(t);
  const result = await page.evaluate(async () => {
    const { user, token } = window.client;
    const controller = new AbortController();
    const ended = user.logout({ signal: controller.signal });
    controller.abort();
    const { code } = await ended;
    return { code, isSignedIn: 'accessToken' in (await token.get()) };
  });
  assert.deepEqual(result, { code: 'aborted', isSignedIn: true });
});

test('a storage that can’t be read any more', async (t) => {
  const page = await withLease(t);
  await page.evaluate(() => {
    Storage.prototype.getItem = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  });
  assert.equal((await get(page)).code, 'storage_blocked');
});

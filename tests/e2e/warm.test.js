/**
 * A page that starts with valid tokens, and doesn't load the core: what it does without, what loads the core,
 * and that no stale or foreign token comes of it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { api, assertNothingStored, until, useApi, withApi } from './oidc-support.js';
import {
  CLIENT_ID,
  config,
  newContext,
  openApp,
  renewed,
  requestsTo,
  run,
  signIn,
  storage,
  TOKENS,
  USER,
  world,
} from './support.js';

const LEASE = `pic-lease-${CLIENT_ID}`;

useApi('x-app');

/** The files of the core that a page has asked for. */
function watchCore(page) {
  const asked = [];
  page.on('request', (request) => {
    const [, file] = /\/pkg\/wasm\/(.*)/.exec(request.url()) ?? [];
    if (file) asked.push(file);
  });
  return asked;
}

/** A page that has tokens, before it is loaded again. `core`: what is asked for from then on. */
async function signedIn(t, settings = config(), more = {}) {
  const context = await newContext(t, { bypassCSP: true });
  const page = await openApp(t, { context });
  await signIn(page);
  const before = await run(
    page,
    async ({ oidc }, { config, more }) => {
      const client = await oidc({ config, ...more });
      return client.token.get({ backgroundRenew: true, forceRenew: true });
    },
    { config: settings, more },
  );
  assert.ok(before.accessToken, JSON.stringify(before));
  return { context, page, before, core: watchCore(page) };
}

/** The same, loaded again. */
async function warm(t, settings, more) {
  const started = await signedIn(t, settings, more);
  await started.page.reload();
  return started;
}

/** Makes a client, which the page has as `client`, and returns what `token.get()` does. */
const get = (page, settings = config(), more = {}) =>
  run(
    page,
    async ({ oidc }, { config, more }) => {
      window.client = await oidc({ config, ...more });
      return 'error' in window.client ? window.client : window.client.token.get();
    },
    { config: settings, more },
  );

/** What `token.get()` of the page's client returns. */
const again = (page, options) =>
  page.evaluate((options) => window.client.token.get(options), options);

/** Waits until the page is loaded and has been idle. */
const rest = (page) =>
  page.evaluate(async () => {
    if (document.readyState !== 'complete') {
      await new Promise((resolve) => addEventListener('load', resolve));
    }
    for (let time = 0; time < 3; time += 1) {
      await new Promise((resolve) => requestIdleCallback(resolve));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

test('a page that starts with valid tokens returns and sends them without the core', async (t) => {
  const settings = withApi();
  const { page, before, core } = await warm(t, settings);
  world.server.control.clearRequests();
  assert.deepEqual(await get(page, settings), before);
  assert.deepEqual(await again(page, { backgroundRenew: true }), before);
  const statuses = await page.evaluate(
    async ([api, elsewhere]) => {
      const responses = [
        await window.client.fetch(`${api}/a`),
        await window.client.fetch(elsewhere),
      ];
      return responses.map(({ status }) => status);
    },
    [api.url, api.elsewhere],
  );
  assert.deepEqual(statuses, [200, 200]);
  assert.deepEqual(
    api.calls.map(({ token }) => token),
    [before.accessToken, undefined],
  );
  await rest(page);
  assert.deepEqual(core, []);
  assert.deepEqual(world.server.control.requests(), []);
});

test('what an app does to its tokens is not given to the next call', async (t) => {
  const { page, before, core } = await warm(t);
  await get(page);
  await page.evaluate(async () => {
    (await window.client.token.get()).accessToken = 'mine';
  });
  assert.deepEqual(await again(page), before);
  assert.deepEqual(core, []);
});

/** What is done to a page before it is loaded again, and what its tokens are then. */
const WORTHLESS = {
  'another access token in the record': {
    change: ([key]) => {
      const record = JSON.parse(localStorage.getItem(key));
      localStorage.setItem(key, JSON.stringify({ ...record, accessToken: 'another' }));
    },
    expected: { accessToken: 'another' },
  },
  'the record of another library': {
    change: ([key]) => localStorage.setItem(key, '{"accessToken":"foreign"}'),
    expected: { error: 'No tokens found' },
  },
  'no record': {
    change: ([key]) => localStorage.removeItem(key),
    expected: { error: 'No tokens found' },
  },
  'no sign-in': {
    change: () => {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith('pic-clients-')) localStorage.removeItem(key);
      }
    },
    expected: { expired: undefined },
  },
  'another sign-in': {
    change: () => {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith('pic-clients-')) continue;
        const notes = JSON.parse(localStorage.getItem(key));
        const others = notes.map((note) => ({ ...note, id: 'another' }));
        localStorage.setItem(key, JSON.stringify(others));
      }
    },
    expected: { expired: undefined },
  },
  'a clock that was set forward': { hours: 100, expected: { expired: true } },
  'a clock that was set back': { hours: -100, expected: { expired: true } },
  'near expiry': { hours: 0.999, expected: { expired: true } },
  'a lease that is no JSON': {
    change: ([, lease]) => localStorage.setItem(lease, '{'),
    expected: { expired: undefined },
  },
  'a lease of another text': {
    change: ([, lease]) => {
      const kept = JSON.parse(localStorage.getItem(lease));
      localStorage.setItem(lease, JSON.stringify({ ...kept, hash: 'another' }));
    },
    expected: { expired: undefined },
  },
};

for (const [name, { change = () => {}, hours = 0, expected }] of Object.entries(WORTHLESS)) {
  test(`a kept lease is worth nothing: ${name}`, async (t) => {
    const { page, before, core } = await signedIn(t);
    await page.addInitScript((hours) => {
      const { now } = Date;
      Date.now = () => now() + hours * 3_600_000;
    }, hours);
    await page.evaluate(change, [TOKENS, LEASE]);
    await page.reload();
    const tokens = await get(page);
    const wanted = { accessToken: before.accessToken, ...expected };
    if (expected.error) delete wanted.accessToken;
    const seen = Object.keys(wanted).map((member) => [member, tokens[member]]);
    assert.deepEqual(Object.fromEntries(seen), wanted);
    assert.notEqual(core.length, 0, 'the core said so');
  });
}

test('a kept lease is worth nothing: another user has signed in', async (t) => {
  const { page, before, core } = await signedIn(t);
  const record = await page.evaluate((key) => localStorage.getItem(key), TOKENS);
  await run(page, async ({ oidc }, config) => (await oidc({ config })).user.logout(), config());
  await signIn(page);
  await run(page, renewed, config());
  const lease = await page.evaluate((key) => localStorage.getItem(key), LEASE);
  await page.reload();
  const tokens = await get(page);
  assert.notEqual(tokens.accessToken, before.accessToken);
  assert.deepEqual(core, [], 'it has a lease of its own');
  // The record of the first user, as a broken write might leave it, under the second one's lease.
  await page.evaluate(
    ([key, record, lease, text]) => {
      localStorage.setItem(key, record);
      localStorage.setItem(lease, text);
    },
    [TOKENS, record, LEASE, lease],
  );
  await page.reload();
  await get(page);
  assert.notEqual(core.length, 0);
});

/** Configurations and versions that the lease was not kept for. */
for (const [name, settings, more] of [
  ['another threshold', { oauthThreshold: 1000 }],
  ['another scope', { scope: 'openid' }],
  ['another API', { apiOrigins: ['https://api.example'] }],
  ['another storage', {}, { storage: { type: 'sessionStorage' } }],
  ['another prefix', {}, { storage: { type: 'localStorage', prefix: 'x' } }],
  ['middleware', {}, { requestMiddleware: [] }],
]) {
  test(`a kept lease is worth nothing: ${name}`, async (t) => {
    const { page, core } = await warm(t);
    await get(page, config(settings), more);
    assert.notEqual(core.length, 0);
  });
}

test('a kept lease is worth nothing: another version', async (t) => {
  const { page, before, core } = await signedIn(t);
  await page.route('**/pkg/chunks/*.js', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/ VERSION = ".*"/, ' VERSION = "0.0.9"');
    await route.fulfill({ response, body });
  });
  await page.reload();
  assert.equal((await get(page)).accessToken, before.accessToken);
  assert.notEqual(core.length, 0);
});

for (const [name, settings, more] of [
  ['sessionStorage', {}, { storage: { type: 'sessionStorage' } }],
  ['memory', {}, { storage: { type: 'memory' } }],
  ['middleware', {}, { requestMiddleware: [] }],
  ['dpop', { dpop: true }],
]) {
  test(`no lease is kept: ${name}`, async (t) => {
    const { page, core } = await signedIn(t, config(settings), more);
    assert.equal((await storage(page))[LEASE], undefined);
    await page.reload();
    await get(page, config(settings), more);
    assert.notEqual(core.length, 0);
  });
}

test('no lease is kept: the app’s own storage', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const own = async ({ oidc }, config) => {
    const custom = {
      get: async (key) => localStorage.getItem(`own-${key}`),
      set: async (key, text) => localStorage.setItem(`own-${key}`, text),
      remove: async (key) => localStorage.removeItem(`own-${key}`),
    };
    const client = await oidc({ config, storage: { type: 'custom', custom } });
    return client.token.get({ backgroundRenew: true });
  };
  await run(page, own, config());
  assert.equal((await storage(page))[LEASE], undefined);
  const core = watchCore(page);
  await page.reload();
  assert.ok((await run(page, own, config())).accessToken);
  assert.notEqual(core.length, 0);
});

test('no room for a lease', async (t) => {
  const context = await newContext(t);
  const page = await openApp(t, { context });
  await signIn(page);
  await page.evaluate((lease) => {
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = function (key, text) {
      if (key === lease) throw new DOMException('full', 'QuotaExceededError');
      setItem.call(this, key, text);
    };
  }, LEASE);
  const before = await run(page, renewed, config());
  assert.equal(before.persisted, undefined);
  assert.equal((await storage(page))[LEASE], undefined);
  const core = watchCore(page);
  await page.reload();
  assert.equal((await get(page)).accessToken, before.accessToken);
  assert.notEqual(core.length, 0);
});

test('a storage that can’t be read: the factory says so, and later the call', async (t) => {
  const { page } = await warm(t);
  await get(page);
  const block = () => {
    Storage.prototype.getItem = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  };
  await page.evaluate(block);
  assert.equal((await again(page)).code, 'storage_blocked');
  await page.reload();
  await page.evaluate(block);
  assert.equal((await get(page)).code, 'storage_blocked');
});

test('a sign-out in another tab counts at once, and its traces go', async (t) => {
  const { context, page, core } = await warm(t);
  await get(page);
  assert.deepEqual(core, []);
  const sessions = async () =>
    Object.keys(await storage(page)).filter((key) => key.startsWith('pic-session-'));
  assert.equal((await sessions()).length, 1, 'AM’s session is in this tab');
  const other = await openApp(t, { context });
  await run(other, async ({ oidc }, config) => (await oidc({ config })).user.logout(), config());
  await page.waitForFunction((key) => localStorage.getItem(key) === null, TOKENS);
  await until(async () => (await sessions()).length === 0);
  assert.equal((await again(page)).error, 'No tokens found');
  await assertNothingStored(other);
});

test('a renewal in another tab counts at once', async (t) => {
  const { context, page, before } = await warm(t);
  await get(page);
  const other = await openApp(t, { context });
  const newer = await run(other, renewed, config());
  await page.waitForFunction(
    ([key, token]) => localStorage.getItem(key)?.includes(token),
    [TOKENS, newer.accessToken],
  );
  const tokens = await again(page);
  assert.equal(tokens.accessToken, newer.accessToken);
  assert.notEqual(tokens.accessToken, before.accessToken);
});

test('a clock that is set while the page is open', async (t) => {
  const { page } = await warm(t);
  await get(page);
  for (const hours of [100, -100]) {
    const { expired } = await page.evaluate(async (hours) => {
      const { now } = Date;
      Date.now = () => now() + hours * 3_600_000;
      const tokens = await window.client.token.get();
      Date.now = now;
      return tokens;
    }, hours);
    assert.equal(expired, true, hours);
  }
});

test('a logout of a page without the core leaves nothing', async (t) => {
  const { page, core } = await warm(t);
  await get(page);
  assert.deepEqual(core, []);
  const result = await page.evaluate(async () => {
    const { error } = await window.client.user.logout();
    return [error, (await window.client.token.get()).error];
  });
  assert.deepEqual(result, [undefined, 'No tokens found']);
  await assertNothingStored(page);
});

test('the user’s details come from the core', async (t) => {
  const { page, core } = await warm(t);
  await get(page);
  assert.deepEqual(core, []);
  const claims = await page.evaluate(() => window.client.user.claims());
  assert.ok(claims.sub, JSON.stringify(claims));
  assert.notEqual(core.length, 0);
});

test('a core that can’t be loaded later is the failure of the call that needs it', async (t) => {
  const { page, before } = await warm(t);
  await page.route('**/pkg/wasm/**', (route) => route.abort());
  await get(page);
  const info = () => page.evaluate(() => window.client.user.info());
  assert.equal((await info()).code, 'wasm_not_found');
  assert.deepEqual(await again(page), before, 'the lease holds');
  const cause = await page.evaluate(async () => {
    localStorage.clear();
    return window.client.fetch('/').then(String, ({ name, cause }) => [name, cause.code]);
  });
  assert.deepEqual(cause, ['TypeError', 'wasm_not_found']);
});

test('an API that refuses the token gets a renewed one', async (t) => {
  const settings = withApi();
  const { page, before, core } = await warm(t, settings);
  await get(page, settings);
  assert.deepEqual(core, []);
  api.decide = ({ token }) => token === before.accessToken && { status: 401 };
  const status = await page.evaluate(
    async (url) => (await window.client.fetch(url)).status,
    api.url,
  );
  assert.equal(status, 200);
  assert.notEqual(api.calls.at(-1).token, before.accessToken);
});

test('an address that may be a response, and a response that is awaited, load the core', async (t) => {
  const { page, core } = await signedIn(t);
  const matches = () => page.evaluate(() => window.client.authorize.callback.matches());
  await page.goto(`${world.app}/?code=c&state=s`);
  await get(page);
  assert.equal(await matches(), false);
  assert.notEqual(core.splice(0).length, 0);
  await page.goto(world.app);
  await get(page);
  assert.deepEqual(core, []);
  assert.equal(await matches(), false);
  await page.evaluate(() => window.client.authorize.url());
  core.length = 0;
  await page.reload();
  await get(page);
  assert.notEqual(core.splice(0).length, 0);
  await page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith('FR-SDK-authflow-'));
    const record = JSON.parse(sessionStorage.getItem(key));
    record.createdAt -= 3_600_001;
    sessionStorage.setItem(key, JSON.stringify(record));
  });
  await page.reload();
  await get(page);
  assert.deepEqual(core, [], 'nobody awaits it any more');
});

test('the page after a redirect is warm, and so is the next', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const redirect = async ({ oidc }, config) => {
    const client = await oidc({ config });
    await client.authorize.redirect();
  };
  const settings = config();
  await run(page, redirect, settings).catch(() => {});
  await page.waitForURL('**/callback.html?**');
  const tokens = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      return client.authorize.callback.matches() && client.authorize.callback();
    },
    settings,
  );
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  const core = watchCore(page);
  await page.goto(world.app);
  assert.equal((await get(page, settings)).accessToken, tokens.accessToken);
  assert.deepEqual(core, []);
});

test('a window is opened in the click itself', async (t) => {
  const { page, core } = await warm(t);
  await get(page);
  assert.deepEqual(core, []);
  const isOpen = await page.evaluate(() => {
    let isOpen = false;
    window.open = () => {
      isOpen = true;
      return null;
    };
    window.outcome = window.client.authorize.popup();
    return isOpen;
  });
  assert.equal(isOpen, true);
  assert.equal((await page.evaluate(() => window.outcome)).code, 'popup_blocked');
});

test('when the core is loaded ahead of a call', async (t) => {
  const { page, core } = await signedIn(t);
  const look = async (more, settings = {}, listens = false) => {
    await page.reload();
    core.length = 0;
    await get(page, config(settings), more);
    if (listens) await page.evaluate(() => window.client.subscribe(() => {}));
    await rest(page);
    return core.length > 0;
  };
  assert.equal(await look({}), false, 'nothing will need it soon');
  assert.equal(await look({ preload: true }), true, 'preload');
  assert.equal(await look({}, {}, true), true, 'listeners');
  assert.equal(await look({ preload: false }, {}, true), false, 'listeners, but no preload');
});

test('the core is loaded in time for autoRenew, and for the end of a lease', async (t) => {
  const { page, core } = await warm(t, config({ autoRenew: true }));
  await get(page, config({ autoRenew: true }));
  await rest(page);
  await until(() => core.length > 0);
  const near = await signedIn(t);
  await near.page.addInitScript(() => {
    const { now } = Date;
    const lease = JSON.parse(localStorage.getItem('pic-lease-journey-oidc-demo'));
    const ahead = lease.until - 30_000 - now();
    Date.now = () => now() + ahead;
  });
  await near.page.reload();
  assert.equal((await get(near.page)).expired, undefined);
  await until(() => near.core.length > 0);
});

test('the core is never loaded ahead before the page is interactive', async (t) => {
  const { page, core } = await signedIn(t);
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await page.route('**/slow.png', async (route) => {
    await held;
    await route.fulfill({ status: 404 });
  });
  await page.addInitScript(() => {
    addEventListener('DOMContentLoaded', () => {
      document.body.append(Object.assign(new Image(), { src: '/slow.png' }));
    });
  });
  await page.goto(world.app, { waitUntil: 'commit' });
  await get(page);
  await page.evaluate(() => window.client.subscribe(() => {}));
  await sleep(300);
  assert.deepEqual(core, []);
  release();
  await until(() => core.length > 0);
});

test('listeners hear of a sign-out in another tab', async (t) => {
  const { context, page, core } = await warm(t);
  await get(page);
  await page.evaluate(() => {
    window.heard = [];
    window.client.subscribe(({ type }) => window.heard.push(type));
  });
  await until(() => core.length > 0);
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => window.client.user.claims());
  const other = await openApp(t, { context });
  await run(other, async ({ oidc }, config) => (await oidc({ config })).user.logout(), config());
  await until(() => page.evaluate(() => window.heard.includes('signed_out')));
});

test('listeners hear of a sign-out in another tab once, also while the core is being loaded', async (t) => {
  const { context, page, core } = await warm(t);
  let release;
  const released = new Promise((resolve) => {
    release = resolve;
  });
  await page.route('**/pkg/wasm/**', async (route) => {
    await released;
    await route.continue();
  });
  await get(page);
  await page.evaluate(() => {
    window.heard = [];
    window.client.subscribe(({ type, fromOtherTab }) => window.heard.push([type, fromOtherTab]));
    window.claims = window.client.user.claims();
  });
  await until(() => core.length > 0);
  const other = await openApp(t, { context });
  await run(other, async ({ oidc }, config) => (await oidc({ config })).user.logout(), config());
  await page.waitForFunction(() => window.heard.length > 0);
  release();
  assert.equal(await page.evaluate(async () => (await window.claims).code), 'not_signed_in');
  assert.deepEqual(await page.evaluate(() => window.heard), [['signed_out', true]]);
});

test('journeyClient.configure() costs nothing where a user is signed in', async (t) => {
  const { page, core } = await warm(t);
  const types = await run(
    page,
    async ({ journeyClient }, { config, user }) => {
      const heard = [];
      journeyClient.subscribe(({ type }) => heard.push(type));
      window.walk = journeyClient;
      window.heard = heard;
      return [await journeyClient.configure({ config }), user];
    },
    { config: { serverConfig: config().serverConfig }, user: USER.username },
  );
  assert.deepEqual(
    types,
    [null, USER.username].map((value) => value ?? undefined),
  );
  await rest(page);
  assert.deepEqual(core, []);
  assert.equal(requestsTo('openid-configuration').length, 1, 'that of the first page');
  const type = await page.evaluate(async () => (await window.walk.start()).type);
  assert.ok(['Step', 'LoginSuccess'].includes(type), type);
  assert.deepEqual(await page.evaluate(() => window.heard), [type]);
  assert.notEqual(core.length, 0);
});

test('journeyClient.configure() starts at once where nobody is signed in, or as it is told', async (t) => {
  const page = await openApp(t);
  const core = watchCore(page);
  const configure = (preload, timeout) =>
    run(
      page,
      async ({ journeyClient }, input) => {
        window.walk = journeyClient;
        return (await journeyClient.configure(input))?.code;
      },
      { config: { serverConfig: { ...config().serverConfig, timeout } }, preload },
    );
  assert.equal(await configure(), undefined);
  await rest(page);
  assert.notEqual(core.splice(0).length, 0);
  await page.reload();
  assert.equal(await configure(false, -1), undefined);
  assert.deepEqual(core, []);
  const code = await page.evaluate(async () => (await window.walk.start()).code);
  assert.equal(code, 'config_invalid', 'what is wrong is the failure of the call');
});

/** What the page has stored that is ours, but for the provider's documents. */
const left = async (page) =>
  Object.keys(await storage(page)).filter((key) => /^(pic-|FR-SDK-)/.test(key));

for (const [name, end] of [
  ['logout()', () => window.client.user.logout()],
  [
    'logout(), once the lease is no more',
    async () => {
      await window.client.token.get({ forceRenew: true });
      return window.client.user.logout();
    },
  ],
]) {
  test(`without the core: ${name} removes everything here`, async (t) => {
    const { page } = await warm(t);
    await page.route('**/pkg/wasm/**', (route) => route.abort());
    await get(page);
    const ended = await page.evaluate(end);
    assert.equal(ended.code, 'wasm_not_found');
    assert.deepEqual(ended.done, { session: false, revoke: false, delete: true });
    assert.equal(ended.deleteResponse, null);
    assert.equal(ended.revokeResponse.code, 'wasm_not_found');
    assert.equal((await again(page)).code, 'wasm_not_found', 'no tokens');
    assert.deepEqual(await left(page), []);
    await page.reload();
    assert.equal((await get(page)).code, 'wasm_not_found');
    await page.unroute('**/pkg/wasm/**');
    await page.reload();
    assert.equal((await get(page)).error, 'No tokens found');
  });
}

test('without the core: revoke() removes the tokens here, and no other client’s', async (t) => {
  const { page } = await warm(t);
  const other = { id: 'other', storage: 'local', key: 'pic-other', clientId: 'other' };
  await page.evaluate((other) => {
    const entry = Object.keys(localStorage).find((key) => key.startsWith('pic-clients-'));
    const notes = JSON.parse(localStorage.getItem(entry));
    localStorage.setItem(entry, JSON.stringify([...notes, other]));
  }, other);
  await page.route('**/pkg/wasm/**', (route) => route.abort());
  await get(page);
  const revoked = await page.evaluate(() => window.client.token.revoke());
  assert.equal(revoked.code, 'wasm_not_found');
  assert.deepEqual(revoked.done, { revoke: false, delete: true });
  const stored = await storage(page);
  assert.equal(stored[TOKENS], undefined);
  assert.equal(stored[LEASE], undefined);
  const entry = Object.keys(stored).find((key) => key.startsWith('pic-clients-'));
  const notes = JSON.parse(stored[entry]);
  assert.ok(notes.some(({ id }) => id === 'other'));
  assert.ok(!notes.some(({ clientId }) => clientId === CLIENT_ID));
  assert.ok(
    Object.keys(stored).some((key) => key.startsWith('pic-session-')),
    'AM’s session',
  );
});

test('without the core: the tokens of a sign-in that came later stay', async (t) => {
  const { page } = await warm(t);
  await page.route('**/pkg/wasm/**', (route) => route.abort());
  await get(page);
  await page.evaluate((key) => {
    const entry = Object.keys(localStorage).find((name) => name.startsWith('pic-clients-'));
    const notes = JSON.parse(localStorage.getItem(entry));
    const later = notes.map((note) => ({ ...note, id: `${note.id}-later` }));
    localStorage.setItem(entry, JSON.stringify(later));
    localStorage.setItem(key, '{"accessToken":"later"}');
  }, TOKENS);
  const { code, done } = await page.evaluate(() => window.client.user.logout());
  assert.deepEqual([code, done.delete], ['wasm_not_found', false]);
  assert.equal((await storage(page))[TOKENS], '{"accessToken":"later"}');
});

test('without the core: terminate() of a client that is configured later', async (t) => {
  const { page } = await warm(t);
  await page.route('**/pkg/wasm/**', (route) => route.abort());
  await get(page);
  const ended = await run(
    page,
    async ({ journeyClient }, serverConfig) => {
      await journeyClient.configure({ config: { serverConfig } });
      return journeyClient.terminate();
    },
    config().serverConfig,
  );
  assert.equal(ended.code, 'wasm_not_found');
  assert.equal((await again(page)).code, 'wasm_not_found', 'no tokens');
  assert.deepEqual(await left(page), []);
});

test('a sign-in that begins while a sign-out loads the core waits for the sign-out', async (t) => {
  const { page } = await warm(t);
  const results = await run(
    page,
    async ({ oidc, journeyClient }, config) => {
      const client = await oidc({ config });
      const connected = await oidc({ config, storage: { type: 'memory' } });
      const { serverConfig } = config;
      await journeyClient.configure({ config: { serverConfig }, preload: true });
      const ended = await Promise.all([
        client.user.logout(),
        client.token.get(),
        connected.authorize.background(),
        journeyClient.start(),
      ]);
      return ended.map((result) => result.code ?? result.type ?? 'done');
    },
    config(),
  );
  assert.deepEqual(results, ['done', 'not_signed_in', 'interaction_required', 'Step']);
});
test('a configuration is read once, when the client is made', async (t) => {
  const storage = { type: 'localStorage', prefix: 'x' };
  const { page, before, core } = await warm(t, config(), { storage });
  const seen = await run(
    page,
    async ({ oidc }, { config, storage }) => {
      const client = await oidc({ config, storage });
      const tokens = await client.token.get();
      config.clientId = 'another';
      config.serverConfig.wellknown = 'https://another.example/.well-known/openid-configuration';
      storage.prefix = 'another';
      return [tokens, await client.token.get({ authorizeOptions: {} })];
    },
    { config: config(), storage },
  );
  assert.notEqual(core.length, 0);
  assert.deepEqual(
    seen.map(({ accessToken }) => accessToken),
    [before.accessToken, before.accessToken],
  );
});

test('a journeyClient that is configured again has nothing of the former client', async (t) => {
  const { page } = await warm(t);
  const sessions = await run(
    page,
    async ({ journeyClient }, { serverConfig }) => {
      const heard = [];
      journeyClient.subscribe(({ type }) => heard.push(type));
      await journeyClient.configure({ config: { serverConfig }, preload: true });
      const pending = journeyClient.start();
      const former = journeyClient.session.get() !== undefined;
      const wellknown = 'https://another.example/.well-known/openid-configuration';
      await journeyClient.configure({ config: { serverConfig: { wellknown } }, preload: false });
      const after = [journeyClient.session.get(), journeyClient.getState()];
      await pending;
      return { former, after, later: journeyClient.session.get(), heard };
    },
    config(),
  );
  assert.deepEqual(sessions, {
    former: true,
    after: [undefined, undefined],
    later: undefined,
    heard: [],
  });
});

test('an option that a lease knows nothing of is the core’s', async (t) => {
  const { page, before, core } = await warm(t);
  await get(page);
  await again(page, { backgroundRenew: true, forceRenew: false });
  assert.deepEqual(core, []);
  assert.deepEqual(await again(page, { unknown: true }), before);
  assert.notEqual(core.length, 0);
});

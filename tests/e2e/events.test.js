/** What an app hears of its sign-in by `subscribe()`, and renewal ahead of time by `autoRenew`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, call, until } from './oidc-support.js';
import {
  CLIENT_ID,
  config,
  newContext,
  openApp,
  requestsTo,
  run,
  signIn,
  storage,
  TOKENS,
  useWorld,
  withTokens,
  world,
} from './support.js';

useWorld();

/** Makes `window.client`, which notes into `window.heard` what it hears. */
function listen(page, settings = config()) {
  return run(
    page,
    async ({ oidc }, config) => {
      window.client = await oidc({ config });
      window.heard = [];
      // What was stored when it was heard, too: it must have been done by then.
      window.end = window.client.subscribe((event) => {
        const token = JSON.parse(localStorage.getItem('pic-journey-oidc-demo'))?.accessToken;
        window.heard.push({ ...event, token });
      });
    },
    settings,
  );
}

const heard = (page) =>
  page.evaluate(() => window.heard.map(({ type, fromOtherTab }) => [type, fromOtherTab]));

async function assertHeard(page, ...expected) {
  await until(async () => (await heard(page)).length >= expected.length, JSON.stringify(expected));
  // No more comes later.
  await page.waitForTimeout(100);
  assert.deepEqual(await heard(page), expected);
}

/** Two tabs of one browser, both listening. */
async function twoTabs(t, settings) {
  const context = await newContext(t);
  const tabs = [await openApp(t, { context }), await openApp(t, { context })];
  await signIn(tabs[0]);
  for (const tab of tabs) await listen(tab, settings);
  return tabs;
}

test('signing in, renewing, a failed renewal, signing out: here and in the other tab', async (t) => {
  const [here, there] = await twoTabs(t);
  const tokens = await here.evaluate(() => window.client.token.get({ backgroundRenew: true }));
  await here.evaluate(() => window.client.token.get({ forceRenew: true }));
  world.server.control.fail({ match: '/access_token', status: 503, body: '' });
  await here.evaluate(() => window.client.token.get({ forceRenew: true }));
  await here.evaluate(() => window.client.user.logout());
  const types = ['signed_in', 'tokens_renewed', 'renewal_failed', 'signed_out'];
  await assertHeard(here, ...types.map((type) => [type, false]));
  await assertHeard(there, ...types.map((type) => [type, true]));
  for (const page of [here, there]) {
    const events = await page.evaluate(() => window.heard);
    assertError(events[2].error, { error: 'Token Exchange failure', status: 503 });
    assert.equal(events[3].token, undefined, 'it was forgotten before');
  }
  const [first] = await here.evaluate(() => window.heard);
  assert.equal(first.token, tokens.accessToken, 'it was stored before');
});

test('a tab that hears of a sign-out elsewhere keeps nothing either', async (t) => {
  const [here, there] = await twoTabs(t);
  // Each tab has a session token, and a note of where the tokens are, of its own.
  await signIn(there);
  await there.evaluate(() => window.client.token.get({ backgroundRenew: true }));
  const kept = () =>
    there.evaluate(() => Object.keys(sessionStorage).filter((key) => /^pic-|^FR-/.test(key)));
  assert.equal(
    (await kept()).some((key) => key.startsWith('pic-session-')),
    true,
  );
  await here.evaluate(() => window.client.user.logout());
  await until(async () => (await kept()).length === 0, 'nothing is kept');
});

test('an exchange and a callback are sign-ins, a revocation is a sign-out', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  await listen(page);
  await page.evaluate(async () => {
    const { authorize, token } = window.client;
    const { code, state } = await authorize.background();
    await token.exchange(code, state);
    await token.revoke();
  });
  await assertHeard(page, ['signed_in', false], ['signed_out', false]);
});

test('another user is a sign-out and a sign-in', async (t) => {
  const page = await withTokens(t);
  await listen(page);
  world.server.control.fail({ match: '/access_token', mutate: 'id_token_sub' });
  await page.evaluate(async () => {
    const { code, state } = await window.client.authorize.background();
    await window.client.token.exchange(code, state);
  });
  await assertHeard(page, ['signed_out', false], ['signed_in', false]);
});

test('an access token whose life is over: told once, in every tab by itself', async (t) => {
  await world.server.control.setClient({ client_id: CLIENT_ID, accessTokenTtl: 2 });
  const [here, there] = await twoTabs(t);
  await here.evaluate(() => window.client.token.get({ backgroundRenew: true }));
  await assertHeard(here, ['signed_in', false], ['tokens_expired', false]);
  await assertHeard(there, ['signed_in', true], ['tokens_expired', false]);
});

test('listeners: in order, each for itself, and free to do what they like', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const thrown = [];
  page.removeAllListeners('pageerror');
  page.on('pageerror', (error) => thrown.push(error.message));
  const log = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const log = [];
      client.subscribe(() => log.push('first'));
      client.subscribe(() => {
        log.push('throws');
        throw new Error('a listener');
      });
      const end = client.subscribe(() => {
        log.push('once');
        end();
        end();
      });
      const later = client.subscribe(() => log.push('never'));
      client.subscribe(({ type }) => {
        log.push('calls');
        if (type === 'signed_in')
          client.token.get().then(({ accessToken }) => log.push(accessToken));
      });
      const twice = () => log.push('twice');
      client.subscribe(twice);
      const endOfSecond = client.subscribe(twice);
      client.subscribe((...args) => log.push([args.length, Object.isFrozen(args[0])]));
      later();
      later();
      const { accessToken } = await client.token.get({ backgroundRenew: true });
      await new Promise((resolve) => setTimeout(resolve, 50));
      const first = log.splice(0).map((entry) => (entry === accessToken ? 'the token' : entry));
      endOfSecond();
      await client.token.get({ forceRenew: true });
      await new Promise((resolve) => setTimeout(resolve, 50));
      return [first, log];
    },
    config(),
  );
  const last = [1, true];
  assert.deepEqual(log, [
    ['first', 'throws', 'once', 'calls', 'twice', 'twice', last, 'the token'],
    ['first', 'throws', 'calls', 'twice', last],
  ]);
  assert.deepEqual(thrown, ['a listener', 'a listener'], 'told to the browser');
});

test('two clients of a page hear of each other, those of another sign-in do not', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const log = await run(
    page,
    async ({ oidc }, config) => {
      const log = [];
      const clients = [
        await oidc({ config }),
        await oidc({ config }),
        await oidc({ config, storage: { name: 'other' } }),
      ];
      for (const [index, client] of clients.entries()) {
        client.subscribe(({ type, fromOtherTab }) => log.push([index, type, fromOtherTab]));
      }
      await clients[0].token.get({ backgroundRenew: true });
      await new Promise((resolve) => setTimeout(resolve, 100));
      return log;
    },
    config(),
  );
  assert.deepEqual(log.sort(), [
    [0, 'signed_in', false],
    [1, 'signed_in', false],
  ]);
});

const renewals = () =>
  requestsTo('/access_token').filter(({ body }) => body?.grant_type === 'refresh_token').length;

test('autoRenew: renewed before the end, by one of two tabs', async (t) => {
  await world.server.control.setClient({ client_id: CLIENT_ID, accessTokenTtl: 4 });
  const [here, there] = await twoTabs(t, config({ autoRenew: true, oauthThreshold: 2000 }));
  await here.evaluate(() => window.client.token.get({ backgroundRenew: true }));
  await until(() => renewals() > 0);
  await until(async () => (await heard(there)).length >= 2);
  assert.equal(renewals(), 1);
  assert.deepEqual(await heard(here), [
    ['signed_in', false],
    ['tokens_renewed', (await heard(here))[1][1]],
  ]);
  const stored = JSON.parse((await storage(here))[TOKENS]);
  assert.ok(stored.expiryTimestamp - Date.now() > 1000, 'in time');
});

for (const what of ['visibilitychange', 'online']) {
  test(`autoRenew: at once on ${what}`, async (t) => {
    const page = await withTokens(t);
    await listen(page, config({ autoRenew: true }));
    await page.evaluate((key) => {
      const tokens = JSON.parse(localStorage.getItem(key));
      localStorage.setItem(key, JSON.stringify({ ...tokens, expiryTimestamp: Date.now() + 5000 }));
    }, TOKENS);
    world.server.control.clearRequests();
    await page.waitForTimeout(300);
    assert.equal(renewals(), 0, 'nothing has told it');
    await page.evaluate((what) => {
      (what === 'online' ? window : document).dispatchEvent(new Event(what));
    }, what);
    await until(() => renewals() === 1);
    await assertHeard(page, ['tokens_renewed', false]);
  });
}

test('without autoRenew nothing is renewed', async (t) => {
  await world.server.control.setClient({ client_id: CLIENT_ID, accessTokenTtl: 2 });
  const page = await withTokens(t);
  await listen(page, config({ oauthThreshold: 1900 }));
  await page.waitForTimeout(2300);
  assert.equal(renewals(), 0);
});

test('autoRenew: an outage costs nothing, and is not asked about all the time', async (t) => {
  const page = await withTokens(t);
  await page.evaluate((key) => {
    const tokens = JSON.parse(localStorage.getItem(key));
    localStorage.setItem(key, JSON.stringify({ ...tokens, expiryTimestamp: Date.now() + 500 }));
  }, TOKENS);
  world.server.control.fail({ match: '/access_token', times: -1, status: 503, body: '' });
  world.server.control.clearRequests();
  await listen(page, config({ autoRenew: true }));
  await assertHeard(page, ['renewal_failed', false], ['tokens_expired', false]);
  await page.waitForTimeout(2000);
  assert.equal(requestsTo('/access_token').length, 1, 'not at once again');
  assert.ok((await storage(page))[TOKENS], 'what is stored is still stored');
});

test('after the last listener nothing is left', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const left = await run(
    page,
    async ({ oidc }, config) => {
      const counts = { timers: 0, listeners: 0, channels: 0 };
      const timers = new Set();
      const { setTimeout, clearTimeout, BroadcastChannel } = window;
      window.setTimeout = (run, ...rest) => {
        const timer = setTimeout(() => timers.delete(timer) && run(), ...rest);
        timers.add(timer);
        return timer;
      };
      window.clearTimeout = (timer) => {
        timers.delete(timer);
        clearTimeout(timer);
      };
      for (const target of [window, document]) {
        const { addEventListener, removeEventListener } = target;
        target.addEventListener = (...args) => {
          counts.listeners += 1;
          addEventListener.apply(target, args);
        };
        target.removeEventListener = (...args) => {
          counts.listeners -= 1;
          removeEventListener.apply(target, args);
        };
      }
      window.BroadcastChannel = class extends BroadcastChannel {
        constructor(name) {
          super(name);
          counts.channels += 1;
        }
        close() {
          counts.channels -= 1;
          super.close();
        }
      };
      const count = () => ({ ...counts, timers: timers.size });
      const client = await oidc({ config });
      await client.token.get({ backgroundRenew: true });
      await new Promise((resolve) => setTimeout(resolve, 2500));
      const before = count();
      const ends = [client.subscribe(() => {}), client.subscribe(() => {})];
      await new Promise((resolve) => setTimeout(resolve, 50));
      const during = count();
      for (const end of ends) end();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { before, during, after: count() };
    },
    config(),
  );
  assert.deepEqual(left.after, left.before);
  for (const what of ['timers', 'listeners', 'channels']) {
    assert.ok(left.during[what] > left.before[what], `${what}: ${JSON.stringify(left)}`);
  }
  assert.equal(left.during.channels, left.before.channels + 1, 'one for all listeners');
});

test('no listener, no autoRenew: a tab that is only there does nothing', async (t) => {
  const page = await withTokens(t);
  world.server.control.clearRequests();
  assert.ok((await call(page, 'token.get')).accessToken);
  await page.waitForTimeout(200);
  assert.deepEqual(
    world.server.control.requests().filter(({ path }) => !path.includes('well-known')),
    [],
  );
});

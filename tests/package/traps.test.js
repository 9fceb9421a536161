/**
 * When the instance traps: what is pending resolves to `internal_error`, what was taken of the
 * browser is given back, and the next call of the same clients works.
 */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { countResources } from '../e2e/resources.js';
import {
  config,
  openApp,
  useWorld as provideWorld,
  signIn,
  withTokens,
  world,
} from '../e2e/support.js';
import { trappingCore } from './trapping.js';

provideWorld();
afterEach(() => world.server.control.reset());

const BUILDS = { unreachable: await trappingCore('unreachable') };

/** Sweeps take every call up to here, and then ever fewer. */
const COUNTDOWNS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 17, 23, 31, 42, 56, 75, 100, 133, 178, 237];

/** In the page, before the package: counts resources, and keeps the instances to set their countdown. */
const watchInstances = `(${countResources})();
  const { instantiate } = WebAssembly;
  window.instances = [];
  WebAssembly.instantiate = async (...args) => {
    const instance = await instantiate(...args);
    // Its second part belongs to the same.
    if (instance.exports.countdown) window.instances.push(instance);
    return instance;
  };
  window.countdown = (calls) => {
    window.instances.at(-1).exports.countdown.value = calls;
  };
  window.outcome = (result) => result?.code ?? (result?.error ? 'an error' : 'none');`;

/** A page that is signed in, has tokens, and then has loaded a build that traps; `window.sdk` is it. */
async function openTrapping(t, way = 'unreachable', more = {}) {
  const page = await openApp(t, { init: watchInstances });
  await signIn(page);
  await page.reload();
  await serveTrapping(page, BUILDS[way]);
  const failure = await run(
    page,
    async (_, { files, config }) => {
      window.sdk = await import('/pkg/url.js');
      const failure = await window.sdk.init(files);
      if (failure) return failure;
      window.client = await window.sdk.oidc({ config });
      window.walk = await window.sdk.journey({ config });
      return (await window.client.token.get({ backgroundRenew: true })).error;
    },
    { files: TRAPPING, config: config(more) },
  );
  assert.equal(failure, undefined);
  return page;
}

/** Where the parts of a build that traps are. */
const TRAPPING = { core: '/trapping/core.wasm', oidc: '/trapping/oidc.wasm' };

/** @param {{ core: Buffer, oidc: Buffer }} build */
async function serveTrapping(page, build) {
  for (const [part, path] of Object.entries(TRAPPING)) {
    await page.route(`**${path}`, (route) =>
      route.fulfill({ body: build[part], contentType: 'application/wasm' }),
    );
  }
}

/** Runs a function in the page with `window` and one argument. */
function run(page, body, argument) {
  return page.evaluate(`(${body})(window, ${JSON.stringify(argument)})`);
}

/** In the page: makes calls, traps meanwhile, and tells what came of them and is still held. */
async function trapDuring(
  { resources, countdown, outcome, instances, client },
  { calls, calm, at },
) {
  const before = await resources.read();
  const count = instances.length;
  if (calm === undefined) countdown(at);
  const pending = Promise.all(calls());
  if (calm !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, calm));
    window.during = await resources.read();
    countdown(at);
    // What is under way calls the core only when something comes of it.
    client.authorize.callback.matches(location.href);
  }
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, 10_000, [{ code: 'still pending' }]);
  });
  const results = (await Promise.race([pending, late])).map(outcome);
  clearTimeout(timer);
  // What has not been counted down befalls nobody later.
  if (instances.length === count) countdown(0);
  const after = await resources.after(before);
  return { results, before, during: window.during, after };
}

/** {@link trapDuring}, with `calls` as source text. */
function traps(page, calls, { calm, at = 1 } = {}) {
  const argument = `{ calls: ${calls}, calm: ${calm}, at: ${at} }`;
  return page.evaluate(`(${trapDuring})(window, ${argument})`);
}

const calls = {
  'authorize.url()': 'client.authorize.url()',
  'authorize.background()': 'client.authorize.background()',
  'authorize.redirect()': 'client.authorize.redirect()',
  'authorize.callback()': `client.authorize.callback(location.href + '?code=a&state=b')`,
  'token.exchange()': `client.token.exchange('a', 'b')`,
  'token.get()': 'client.token.get({ forceRenew: true, backgroundRenew: true })',
  'token.revoke()': 'client.token.revoke()',
  'user.info()': 'client.user.info()',
  'user.claims()': 'client.user.claims()',
  'user.session()': 'client.user.session()',
  'user.logout()': 'client.user.logout()',
  'fetch()': `client.fetch('/').catch(({ cause }) => cause)`,
  'journey start()': 'walk.start()',
  'journey next()': 'walk.next({ payload: {} })',
  'journey resume()': `walk.resume(location.href + '?code=a&state=b')`,
  'journey terminate()': 'walk.terminate()',
  'journey session.info()': 'walk.session.info()',
  'oidc()': 'sdk.oidc({ config })',
  'journey()': 'sdk.journey({ config }).catch((error) => error)',
  'journeyClient.configure()': 'sdk.journeyClient.configure({ config, preload: true })',
};

test('a call that traps at once', async (t) => {
  const page = await openTrapping(t, 'unreachable', { apiOrigins: undefined });
  await page.evaluate((config) => Object.assign(window, { config }), config());
  for (const [name, call] of Object.entries(calls)) {
    const { results, before, after } = await traps(page, `() => [${call}]`);
    const isUntouched = name === 'fetch()' && results[0] === 'none';
    if (!isUntouched) assert.deepEqual(results, ['internal_error'], name);
    assert.deepEqual(after, before, name);
    const [again] = await page.evaluate(
      `Promise.all([${calls['token.get()']}]).then((all) => all.map(outcome))`,
    );
    assert.equal(again, 'none', `the call after ${name}`);
  }
});

for (const way of ['unreachable', 'overflow']) {
  test(`${way}: wherever it traps in a renewal beside other calls`, async (t) => {
    BUILDS[way] ??= await trappingCore(way);
    const page = await openTrapping(t, way);
    const pending = `() => [
      client.token.get({ backgroundRenew: true, forceRenew: true }),
      client.token.get({ backgroundRenew: true, forceRenew: true }),
      client.user.info(),
      walk.session.info(),
    ]`;
    let trapped = 0;
    for (const at of COUNTDOWNS) {
      // A renewal ends the access token that the user's details are asked for with: they come first.
      world.server.control.clearFailures();
      world.server.control.fail({ match: '/access_token', delay: 150 });
      const { results, before, after } = await traps(page, pending, { at });
      assert.deepEqual(after, before, `call ${at}`);
      if (results.includes('internal_error')) trapped += 1;
      assert.deepEqual(
        [...new Set(results)].filter((one) => !['none', 'internal_error'].includes(one)),
        [],
        `call ${at}`,
      );
      const next = await page.evaluate(() => window.client.token.get({ backgroundRenew: true }));
      assert.equal(next.error, undefined, `the call after ${at}: ${JSON.stringify(next)}`);
    }
    assert.ok(trapped > COUNTDOWNS.length / 2, `${trapped} trapped`);
  });
}

test('with a frame open and the lock held', async (t) => {
  const page = await openTrapping(t, 'unreachable', { renew: 'background' });
  world.server.control.fail({ match: '/authorize', hang: true });
  const get = 'client.token.get({ backgroundRenew: true, forceRenew: true })';
  const { results, before, during, after } = await traps(page, `() => [${get}, ${get}]`, {
    calm: 200,
  });
  assert.deepEqual(results, ['internal_error', 'internal_error']);
  assert.deepEqual([during.frames, during.locks], [1, before.locks + 1]);
  assert.deepEqual(after, before);
  assert.equal((await page.evaluate(`${get}`)).error, undefined);
});

test('with a request under way, which is aborted', async (t) => {
  const page = await openTrapping(t);
  world.server.control.fail({ match: '/userinfo', hang: true });
  const failed = page.waitForEvent('requestfailed', (request) =>
    request.url().endsWith('/userinfo'),
  );
  const { results, during, before, after } = await traps(
    page,
    '() => [client.user.info(), client.token.get({ signal: new AbortController().signal })]',
    { calm: 200 },
  );
  assert.deepEqual(results, ['internal_error', 'none']);
  assert.equal(during.requests, 1);
  assert.deepEqual(after, before);
  assert.match((await failed).failure().errorText, /ABORTED/);
  assert.ok((await page.evaluate(() => window.client.user.info())).sub);
});

test('with a window, which is closed while it is blank', async (t) => {
  const page = await openTrapping(t, 'unreachable', {
    popupRedirectUri: `${world.app}/popup.html`,
  });
  await page.context().clearCookies();
  const popup = '() => [client.authorize.popup()]';
  for (const calm of [undefined, 500]) {
    const opened = page.waitForEvent('popup');
    const { results, during, before, after } = await traps(page, popup, { calm });
    assert.deepEqual(results, ['internal_error']);
    assert.deepEqual(after, before);
    const window = await opened;
    if (calm) {
      assert.equal(during.channels, before.channels + 1);
      // The provider's page is left to the user, as ever.
      await window.close();
    } else if (!window.isClosed()) {
      await window.waitForEvent('close', { timeout: 5000 });
    }
  }
});

test('while a lock is waited for that another tab holds', async (t) => {
  const page = await openTrapping(t);
  const name = await page.evaluate(async () => {
    const { request } = navigator.locks;
    let name;
    navigator.locks.request = (...args) => {
      name = args[0];
      return request.apply(navigator.locks, args);
    };
    await window.client.token.get({ backgroundRenew: true, forceRenew: true });
    navigator.locks.request = request;
    return name.split('|').slice(0, 5).join('|');
  });
  const other = await openApp(t, { context: page.context() });
  await other.evaluate((name) => {
    return new Promise((had) => {
      navigator.locks.request(name, () => {
        had();
        return new Promise((resolve) => Object.assign(window, { resolve }));
      });
    });
  }, name);
  const get = 'client.token.get({ backgroundRenew: true, forceRenew: true })';
  const { results, during, after } = await traps(page, `() => [${get}]`, { calm: 300 });
  assert.deepEqual(results, ['internal_error']);
  assert.equal(during.pending, 1);
  assert.equal(after.pending, 0);
  await other.evaluate(() => window.resolve());
  assert.equal((await page.evaluate(get)).error, undefined);
});

test('listeners hear of what happens after it', async (t) => {
  const page = await openTrapping(t);
  const heard = await run(page, async ({ client, countdown, instances }) => {
    const heard = [];
    const end = client.subscribe((event) => heard.push(event.type));
    const calls = [];
    for (const round of [1, 2]) {
      countdown(1);
      calls.push((await client.user.info()).code);
      // No call of the app's makes the fresh instance.
      const deadline = Date.now() + 5000;
      while (instances.length === round && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await client.token.get({ backgroundRenew: true, forceRenew: true });
    await new Promise((resolve) => setTimeout(resolve));
    end();
    await client.token.get({ backgroundRenew: true, forceRenew: true });
    return [calls, instances.length, heard];
  });
  assert.deepEqual(heard, [['internal_error', 'internal_error'], 3, ['tokens_renewed']]);
});

test('a journey goes on', async (t) => {
  const page = await openApp(t, { init: watchInstances });
  await serveTrapping(page, BUILDS.unreachable);
  const types = await run(
    page,
    async ({ countdown }, { files, config }) => {
      const { init, journeyClient } = await import('/pkg/url.js');
      await init(files);
      const told = [];
      journeyClient.subscribe(({ type }) => told.push(type));
      await journeyClient.configure({ config });
      const step = await journeyClient.start();
      step.getCallbackOfType('NameCallback').setName('demo');
      step.getCallbackOfType('PasswordCallback').setPassword('Ch4ng3it!');
      countdown(3);
      const failed = await journeyClient.next(step);
      const result = await journeyClient.next(step);
      return [failed.code, result.type, told];
    },
    { files: TRAPPING, config: config() },
  );
  assert.deepEqual(types, ['internal_error', 'LoginSuccess', ['Step', 'error', 'LoginSuccess']]);
});

test('while the second part of the core is being loaded', async (t) => {
  const page = await openApp(t, { init: watchInstances });
  await serveTrapping(page, BUILDS.unreachable);
  let release = () => {};
  const released = new Promise((resolve) => {
    release = resolve;
  });
  await page.route(`**${TRAPPING.oidc}`, async (route) => {
    await released;
    await route.fallback();
  });
  const codes = await run(
    page,
    async ({ countdown }, { files, config }) => {
      const { init, journey } = await import('/pkg/url.js');
      init(files);
      const client = await journey({ config });
      window.info = client.session.info();
      countdown(1);
      return [(await client.start()).code, (await client.start()).type];
    },
    { files: TRAPPING, config: config() },
  );
  assert.deepEqual(codes, ['internal_error', 'Step']);
  release();
  // Nobody is signed in: AM was asked.
  const [info, instances] = await run(page, async ({ info, instances }) => [
    await info,
    instances.length,
  ]);
  assert.notEqual(info.code, 'internal_error');
  assert.equal(instances, 2);
});

test('tokens in memory are still there', async (t) => {
  const page = await openTrapping(t);
  const results = await run(
    page,
    async ({ sdk, countdown, instances }, config) => {
      const client = await sdk.oidc({ config, storage: { type: 'memory' } });
      const before = await client.token.get({ backgroundRenew: true });
      countdown(1);
      const { code } = await client.user.info();
      const after = await client.token.get();
      return [code, instances.length, after.accessToken === before.accessToken];
    },
    config(),
  );
  assert.deepEqual(results, ['internal_error', 2, true]);
});

test('a clock that gives big integers', async (t) => {
  const page = await withTokens(t, { init: countResources });
  const codes = await run(
    page,
    async ({ resources }, config) => {
      const { oidc } = await import('/pkg/index.js');
      const client = await oidc({ config });
      const before = await resources.read();
      const { now } = Date;
      Date.now = () => 1n;
      const failed = await Promise.all([
        client.token.get({ backgroundRenew: true }),
        client.user.info(),
        client.authorize.background(),
      ]);
      Date.now = now;
      const after = await resources.after(before);
      const isReleased = JSON.stringify(after) === JSON.stringify(before);
      const { code, error } = await client.token.get({ backgroundRenew: true, forceRenew: true });
      return [...failed.map(({ code }) => code), isReleased, code ?? error ?? 'none'];
    },
    config(),
  );
  assert.deepEqual(codes.slice(-2), [true, 'none']);
  assert.deepEqual([...new Set(codes.slice(0, -2))], ['internal_error']);
});

test('Object.prototype is frozen, and an answer has members that it has too', async (t) => {
  const page = await withTokens(t);
  const { sub } = await page.evaluate(() =>
    JSON.parse(
      atob(
        localStorage
          .getItem('pic-journey-oidc-demo')
          .match(/eyJ[\w-]+\.(eyJ[\w-]+)/)[1]
          .replaceAll('-', '+')
          .replaceAll('_', '/'),
      ),
    ),
  );
  const body = `{"sub":${JSON.stringify(sub)},"toString":"a","__proto__":{"polluted":true}}`;
  world.server.control.fail({
    match: '/userinfo',
    status: 200,
    body,
    headers: { 'content-type': 'application/json' },
  });
  const result = await run(
    page,
    async (_, config) => {
      Object.freeze(Object.prototype);
      const { oidc } = await import('/pkg/index.js');
      const client = await oidc({ config });
      const info = await client.user.info();
      return [info.error, Object.entries(info), info.polluted, {}.polluted];
    },
    config(),
  );
  assert.deepEqual(result, [
    undefined,
    [
      ['sub', sub],
      ['toString', 'a'],
    ],
    undefined,
    undefined,
  ]);
});

test('clients that nobody holds any more are collected', async (t) => {
  const page = await withTokens(t);
  await run(
    page,
    async (window, config) => {
      const { oidc, journey } = await import('/pkg/index.js');
      window.clients = [];
      for (let count = 0; count < 5; count += 1) {
        const logger = { level: 'error', custom: { error() {} } };
        const client = await oidc({ config, logger });
        const end = client.subscribe(() => {});
        await client.token.get();
        end();
        const walk = await journey({ config, logger });
        // The core holds the logger's functions.
        window.clients.push(
          ...[client, walk, logger, logger.custom].map((one) => new WeakRef(one)),
        );
      }
    },
    config(),
  );
  const left = () => page.evaluate(() => window.clients.filter((one) => one.deref()).length);
  // Handles, then what they were for.
  for (let round = 0; round < 10 && (await left()) > 0; round += 1) {
    await page.waitForTimeout(50);
    await page.requestGC();
  }
  assert.equal(await left(), 0);
});

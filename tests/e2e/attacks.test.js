/** What an attacker, a hostile page or an unlucky moment could do; each of these worked once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { dropDocuments, isActive, storedTokens } from './oidc-support.js';
import {
  config,
  openApp,
  renewed,
  requestsTo,
  run,
  signIn,
  storage,
  USER,
  useWorld,
  wellknown,
  withTokens,
  world,
} from './support.js';

useWorld();

test('rotated keys are found past the HTTP cache', async (t) => {
  const cache = { 'cache-control': 'public, max-age=3600' };
  world.server.control.fail({ match: '/jwk_uri', after: true, times: -1, headers: cache });
  const page = await withTokens(t);
  await world.server.control.rotateKeys();
  const tokens = await run(page, renewed, config());
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
});

test('a page that is closed while the keys are slow keeps its session', async (t) => {
  const page = await withTokens(t);
  await dropDocuments(page);
  await page.reload();
  world.server.control.clearRequests();
  world.server.control.fail({ match: '/jwk_uri', times: -1, hang: true });
  await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      client.token.get({ forceRenew: true });
      await new Promise((resolve) => setTimeout(resolve, 500));
    },
    config(),
  );
  await page.reload();
  assert.equal(requestsTo('/access_token').length, 0, 'no refresh token was used up');
  world.server.control.clearFailures();
  assert.ok((await run(page, renewed, config())).accessToken);
});

test('an exchange under way does not bring a session back after a logout', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  world.server.control.fail({ match: '/access_token', after: true, delay: 600 });
  const { logout, exchange, left } = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const { code, state } = await client.authorize.background();
      const exchanging = client.token.exchange(code, state);
      await new Promise((resolve) => setTimeout(resolve, 150));
      const logout = await client.user.logout();
      const exchange = await exchanging;
      return { logout, exchange, left: Object.keys({ ...localStorage, ...sessionStorage }) };
    },
    config(),
  );
  assert.equal(logout.done.session, true);
  assert.equal(exchange.code, 'signed_out');
  assert.deepEqual(left, []);
});

test('a step under way does not bring a session token back after terminate()', async (t) => {
  const page = await openApp(t);
  const left = await run(
    page,
    async ({ journey }, { config, user, provider }) => {
      const client = await journey({ config });
      const step = await client.start();
      step.setCallbackValue('NameCallback', user.username);
      step.setCallbackValue('PasswordCallback', user.password);
      const body = JSON.stringify({ match: '/authenticate', after: true, delay: 500 });
      await fetch(`${provider}/test/failures`, { method: 'POST', body });
      const submitting = client.next(step);
      await new Promise((resolve) => setTimeout(resolve, 150));
      await client.terminate();
      await submitting;
      return Object.keys({ ...localStorage, ...sessionStorage });
    },
    { config: config(), user: USER, provider: world.provider },
  );
  assert.deepEqual(left, []);
});

test('a logout that is given up still comes to its end', async (t) => {
  const page = await withTokens(t);
  const tokens = await storedTokens(page);
  world.server.control.fail({ match: '/connect/endSession', delay: 500 });
  const result = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      return client.user.logout({ signal: AbortSignal.timeout(100) });
    },
    config(),
  );
  assert.equal(result.code, 'aborted');
  for (const deadline = Date.now() + 5000; isActive(tokens.accessToken); await sleep(50)) {
    assert.ok(Date.now() < deadline, 'the tokens are revoked all the same');
  }
  assert.ok(!isActive(tokens.refreshToken));
});

test("a code is not sent to another realm's token endpoint", async (t) => {
  const page = await openApp(t);
  await signIn(page);
  world.server.control.clearRequests();
  const [mixedUp, right] = await run(
    page,
    async ({ oidc }, { root, alpha }) => {
      const one = await oidc({ config: root });
      const other = await oidc({ config: alpha });
      const { code, state } = await one.authorize.background();
      return [await other.token.exchange(code, state), await one.token.exchange(code, state)];
    },
    { root: config(), alpha: config({}, { wellknown: wellknown('root/realms/alpha') }) },
  );
  assert.equal(mixedUp.code, 'state_unknown');
  assert.ok(right.accessToken, 'and the right client still has it');
  assert.equal(requestsTo('/realms/alpha/access_token').length, 0);
});

test("another realm's logout leaves the tokens of this one", async (t) => {
  const page = await withTokens(t);
  const before = await storedTokens(page);
  const alpha = config({}, { wellknown: wellknown('root/realms/alpha') });
  await run(page, async ({ oidc }, config) => (await oidc({ config })).user.logout(), alpha);
  assert.deepEqual(await storedTokens(page), before);
});

test('terminate() finds every client, after a logout of one of them, and at once', async (t) => {
  await world.server.control.setClient({ client_id: 'second', origins: [world.app] });
  const page = await openApp(t);
  await signIn(page);
  await run(
    page,
    async ({ oidc }, { one, other }) => {
      const first = await oidc({ config: one });
      await first.token.get({ backgroundRenew: true });
      for (const storage of [{}, { type: 'sessionStorage' }]) {
        const second = await oidc({ config: other, storage });
        await second.token.get({ backgroundRenew: true });
      }
      await first.token.revoke();
    },
    { one: config(), other: config({ clientId: 'second' }) },
  );
  const second = JSON.parse((await storage(page))['pic-second']);
  await page.reload();
  const milliseconds = await run(
    page,
    async ({ journey }, config) => {
      const client = await journey({ config });
      const started = Date.now();
      await client.terminate();
      return Date.now() - started;
    },
    config(),
  );
  assert.deepEqual(await storage(page), {});
  assert.ok(!isActive(second.refreshToken));
  assert.ok(milliseconds < 3000, `${milliseconds} ms`);
});

test('a browser that refuses locks is as one without them', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const tokens = await run(
    page,
    async ({ oidc }, config) => {
      navigator.locks.request = () => Promise.reject(new DOMException('denied', 'SecurityError'));
      const client = await oidc({ config });
      const started = Date.now();
      const tokens = await client.token.get({ backgroundRenew: true });
      return { ...tokens, milliseconds: Date.now() - started };
    },
    config(),
  );
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  assert.ok(tokens.milliseconds < 5000);
});

test('arguments and answers that only look right', async (t) => {
  const page = await withTokens(t);
  const outcomes = await run(
    page,
    async ({ oidc, journey }, config) => {
      const client = await oidc({ config });
      const am = await journey({ config });
      const lookalike = await client.token.get({ signal: Object.create(AbortSignal.prototype) });
      const real = window.fetch;
      window.fetch = async (request) => new Proxy(await real(request), {});
      const proxied = await client.user.info();
      window.fetch = real;
      const thrower = await am.next({
        get payload() {
          throw new Error('no');
        },
      });
      return [Boolean(lookalike.accessToken), proxied.error, thrower.code];
    },
    config(),
  );
  assert.deepEqual(outcomes, [true, 'User Info retrieval failure', 'argument_invalid']);
});

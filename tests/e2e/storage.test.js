/** Where tokens are kept: the app's own storage, memory, the browser's, and what can go wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, assertNothingStored, call, withoutDocuments } from './oidc-support.js';
import {
  CLIENT_ID,
  config,
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

/**
 * Runs `body(client, kept, storage)` in the page over a storage of the app's own, whose `kind` says
 * how it behaves. `kept` is the map behind it.
 */
function withCustom(page, kind, body, settings = config()) {
  return run(
    page,
    // The body is put in as text: functions do not travel.
    `async ({ oidc }, { config, kind }) => {
      const kept = new Map();
      const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      const fail = () => { throw new Error('app storage'); };
      const usual = {
        get: async (key) => kept.get(key) ?? null,
        set: async (key, value) => void kept.set(key, value),
        remove: async (key) => void kept.delete(key),
      };
      const kinds = {
        asynchronous: usual,
        synchronous: {
          get: (key) => kept.get(key) ?? null,
          set: (key, value) => void kept.set(key, value),
          remove: (key) => void kept.delete(key),
        },
        'undefined for none': { ...usual, get: async (key) => kept.get(key) },
        'an empty text for none': { ...usual, get: async (key) => kept.get(key) ?? '' },
        'the parsed record': { ...usual, get: async (key) => JSON.parse(kept.get(key) ?? 'null') },
        'null as success': { ...usual, set: async (...pair) => (kept.set(...pair), null) },
        'a class': new (class {
          #kept = kept;
          async get(key) { return this.#kept.get(key); }
          async set(key, value) { this.#kept.set(key, value); }
          async remove(key) { this.#kept.delete(key); }
        })(),
        slow: {
          get: async (key) => (await pause(30), kept.get(key)),
          set: async (key, value) => { await pause(300); kept.set(key, value); },
          remove: async (key) => { await pause(100); kept.delete(key); },
        },
        'reads throw': { ...usual, get: fail },
        'reads reject': { ...usual, get: async () => fail() },
        'reads give an error': { ...usual, get: async () => ({ error: 'locked' }) },
        'writes throw': { ...usual, set: fail },
        'writes reject': { ...usual, set: async () => fail() },
        'writes give an error': { ...usual, set: async () => ({ error: 'full' }) },
        'removals reject': { ...usual, remove: async () => fail() },
        'removals give an error': { ...usual, remove: async () => ({ error: 'locked' }) },
        'without methods': {},
      };
      const make = () => oidc({ config, storage: { type: 'custom', custom: kinds[kind] } });
      const client = await make();
      return 'error' in client ? { failure: client } : (${body})(client, kept, make);
    }`,
    { config: settings, kind },
  );
}

for (const kind of [
  'asynchronous',
  'synchronous',
  'undefined for none',
  'an empty text for none',
  'the parsed record',
  'null as success',
  'a class',
  'slow',
]) {
  test(`the app's own storage: ${kind}`, async (t) => {
    const page = await openApp(t);
    await signIn(page);
    const result = await withCustom(page, kind, async (client, kept, make) => {
      const none = await client.token.get();
      const { code, state } = await client.authorize.background();
      const exchanged = await client.token.exchange(code, state);
      const info = await client.user.info();
      const [[key, text]] = kept;
      const other = await (await make()).token.get();
      const renewed = await client.token.get({ forceRenew: true });
      const logout = await client.user.logout();
      return { none, exchanged, info, key, text, other, renewed, logout, left: kept.size };
    });
    assert.equal(result.none.error, 'No tokens found', JSON.stringify(result));
    assert.equal(result.info.sub, 'demo', 'at once after the exchange');
    assert.equal(result.key, TOKENS);
    assert.deepEqual(JSON.parse(result.text), result.exchanged);
    assert.deepEqual(result.other, result.exchanged);
    assert.notEqual(result.renewed.accessToken, result.exchanged.accessToken);
    assert.deepEqual(result.logout.done, { session: true, revoke: true, delete: true });
    assert.equal(result.left, 0);
    await assertNothingStored(page);
  });
}

for (const kind of ['reads throw', 'reads reject', 'reads give an error', 'without methods']) {
  test(`the app's own storage fails: ${kind}`, async (t) => {
    const page = await openApp(t);
    const { failure } = await withCustom(page, kind, () => ({}));
    assertError(failure, { error: 'Retrieving_error', code: 'storage_failed' });
    assert.match(failure.message, /^Error retrieving value from custom storage/);
  });
}

for (const kind of ['writes throw', 'writes reject', 'writes give an error']) {
  test(`the app's own storage fails: ${kind}; the tokens last as long as the page`, async (t) => {
    const page = await openApp(t);
    await signIn(page);
    const result = await withCustom(page, kind, async (client, kept) => {
      const tokens = await client.token.get({ backgroundRenew: true });
      const again = await client.token.get();
      const info = await client.user.info();
      const logout = await client.user.logout();
      return { tokens, again, info, size: kept.size, logout, after: await client.token.get() };
    });
    assert.equal(result.tokens.persisted, false, JSON.stringify(result));
    assert.deepEqual(result.again, result.tokens);
    assert.equal(result.info.sub, 'demo');
    assert.equal(result.size, 0);
    assert.deepEqual(result.logout.done, { session: true, revoke: true, delete: true });
    assert.equal(result.after.error, 'No tokens found');
  });
}

for (const kind of ['removals reject', 'removals give an error']) {
  test(`the app's own storage fails: ${kind}`, async (t) => {
    const page = await openApp(t);
    await signIn(page);
    for (const method of ['logout', 'revoke']) {
      const failure = await withCustom(
        page,
        kind,
        `async (client) => {
          await client.token.get({ backgroundRenew: true });
          return client.${method === 'logout' ? 'user' : 'token'}.${method}();
        }`,
      );
      assertError(failure, { error: 'Inner request error', code: 'storage_failed' });
      assertError(failure.deleteResponse, { error: 'Removing_error', type: 'unknown_error' });
      assert.match(failure.deleteResponse.message, /^Error removing value from custom storage/);
      assert.equal(failure.revokeResponse, null);
      if (method === 'logout') await signIn(page);
    }
  });
}

test('a read that fails later is no missing sign-in', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const failures = await run(
    page,
    async ({ oidc }, config) => {
      let isBroken = false;
      const kept = new Map();
      const custom = {
        get: async (key) => (isBroken ? { error: 'locked' } : kept.get(key)),
        set: async (key, value) => void kept.set(key, value),
        remove: async (key) => void kept.delete(key),
      };
      const { token, user } = await oidc({ config, storage: { type: 'custom', custom } });
      await token.get({ backgroundRenew: true });
      isBroken = true;
      return [
        await token.get(),
        await token.get({ forceRenew: true }),
        await user.info(),
        await token.revoke(),
        kept.size,
      ];
    },
    config(),
  );
  const code = 'storage_failed';
  const error = 'Error occurred while retrieving tokens';
  assertError(failures[0], { error, code, type: 'state_error' });
  assert.match(failures[0].message, /^Please log the user out completely and try again/);
  assertError(failures[1], { error, code });
  assertError(failures[2], { error: 'No access token found', code, type: 'auth_error' });
  assertError(failures[3], { error: 'No access token found', code, type: 'state_error' });
  assert.equal(failures[4], 1, 'nothing is lost');
});

for (const [what, chosen, area, key] of [
  ['nothing', undefined, 'localStorage', TOKENS],
  ['sessionStorage', { type: 'sessionStorage' }, 'sessionStorage', TOKENS],
  ['a prefix', { prefix: 'app' }, 'localStorage', `app-${CLIENT_ID}`],
  ['a name', { name: 'main' }, 'localStorage', 'pic-main'],
  ['both', { type: 'sessionStorage', prefix: 'a', name: 'b' }, 'sessionStorage', 'a-b'],
  ['both empty', { prefix: '', name: '' }, 'localStorage', '-'],
  ['undefined', { prefix: undefined, name: undefined, type: undefined }, 'localStorage', TOKENS],
]) {
  test(`the key, given ${what}`, async (t) => {
    const page = await openApp(t);
    await signIn(page);
    const more = { storage: chosen };
    const tokens = await call(page, 'token.get', [{ backgroundRenew: true }], config(), more);
    const text = await page.evaluate(([area, key]) => window[area].getItem(key), [area, key]);
    const { signInId, ...kept } = JSON.parse(text);
    assert.deepEqual(kept, tokens);
    assert.equal(signInId !== undefined, area === 'sessionStorage', 'what a tab keeps for itself');
    const logout = await call(page, 'user.logout', [], config(), more);
    assert.equal(logout.error, undefined, JSON.stringify(logout));
    await assertNothingStored(page);
  });
}

const ISSUER = () => `${world.provider}/am/oauth2/realms/root`;
const NOTES = () => `pic-clients-${ISSUER()}`;
const SESSION = () => `pic-session-${ISSUER()}`;

test('memory: for all clients of the page, and as long as the page', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const before = await storage(page);
  const [tokens, other] = await run(
    page,
    async ({ oidc }, config) => {
      const [one, two] = [1, 2].map(() => oidc({ config, storage: { type: 'memory' } }));
      const tokens = await (await one).token.get({ backgroundRenew: true });
      return [tokens, await (await two).token.get()];
    },
    config(),
  );
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  assert.deepEqual(other, tokens);
  // Only the id of the sign-in is stored, by which other tabs end it, and in the record of AM's session a
  // hash of the user.
  const stored = withoutDocuments(await storage(page));
  const { [NOTES()]: notes, [SESSION()]: session, ...rest } = stored;
  const {
    [NOTES()]: notesBefore,
    [SESSION()]: sessionBefore,
    ...restBefore
  } = withoutDocuments(before);
  assert.deepEqual(rest, restBefore);
  const { user, ...record } = JSON.parse(session);
  assert.match(user, /^[\w-]{43}$/);
  assert.deepEqual(record, JSON.parse(sessionBefore));
  const [added, ...others] = JSON.parse(notes).slice(JSON.parse(notesBefore).length);
  const place = { storage: 'memory', key: TOKENS, clientId: CLIENT_ID };
  assert.deepEqual([added, others], [{ ...place, id: added.id }, []]);
  await page.reload();
  const gone = await call(page, 'token.get', [], config(), { storage: { type: 'memory' } });
  assert.equal(gone.error, 'No tokens found');
});

for (const [what, chosen, error] of [
  [
    'custom without an object',
    { type: 'custom' },
    'Custom storage configuration must include a custom storage object',
  ],
  [
    'custom that is null',
    { type: 'custom', custom: null },
    'Custom storage configuration must include a custom storage object',
  ],
  [
    'an unknown type',
    { type: 'cookies' },
    "storage.type must be 'localStorage', 'sessionStorage', 'memory' or 'custom'.",
  ],
]) {
  test(`a factory given ${what}`, async (t) => {
    const page = await openApp(t);
    const failure = await call(page, 'token.get', [], config(), { storage: chosen });
    assertError(failure, { error, code: 'config_invalid', type: 'argument_error' });
    assert.equal(requestsTo('/.well-known/openid-configuration').length, 0);
  });
}

const break_ = (page, area) =>
  page.addInitScript((area) => {
    Object.defineProperty(window, area, {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    });
  }, area);

for (const [blocked, type, works] of [
  ['localStorage', undefined, false],
  ['localStorage', 'sessionStorage', true],
  ['localStorage', 'memory', true],
  ['sessionStorage', 'sessionStorage', false],
  ['sessionStorage', 'memory', true],
]) {
  test(`${blocked} is blocked, ${type ?? 'the default'} is chosen`, async (t) => {
    const page = await openApp(t);
    await signIn(page);
    await break_(page, blocked);
    await page.reload();
    const more = { storage: { type } };
    const result = await call(page, 'token.get', [{ backgroundRenew: true }], config(), more);
    if (works) return assert.ok(result.accessToken, JSON.stringify(result));
    assertError(result, { error: 'Retrieving_error', code: 'storage_blocked' });
    const word = blocked.replace('Storage', '');
    assert.match(result.message, new RegExp(`^Error retrieving value from ${word} storage`));
  });
}

test('what is stored and is no record counts as none, and is replaced', async (t) => {
  const page = await withTokens(t);
  for (const [what, text] of [
    ['no JSON', '{half'],
    ['a number', '7'],
    ['null', 'null'],
    ['an object of others', '{"a":1}'],
    ['an object with an error', '{"error":"x"}'],
  ]) {
    await t.test(what, async () => {
      await page.evaluate(([key, text]) => localStorage.setItem(key, text), [TOKENS, text]);
      assertError(await call(page, 'token.get'), { error: 'No tokens found' });
      const tokens = await call(page, 'token.get', [{ backgroundRenew: true }]);
      assert.deepEqual(JSON.parse((await storage(page))[TOKENS]), tokens);
      world.server.control.clearFailures();
      world.server.control.clearRequests();
    });
  }
});

/**
 * Whose is it? Two users, two providers, two APIs, two AMs and two tabs in one browser: nothing that is
 * kept is used for another than the one it came from.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, call, dropDocuments, until } from './oidc-support.js';
import {
  CLIENT_ID,
  config,
  openApp,
  renewed,
  requestsTo,
  run,
  signIn,
  storage,
  TOKENS,
  useWorld,
  wellknown,
  withTokens,
  world,
} from './support.js';

useWorld();

const ALPHA = 'root/realms/alpha';
const atAlpha = () => config({}, { wellknown: wellknown(ALPHA) });
const issuer = () => `${world.provider}/am/oauth2/realms/root`;
const IN_TAB = { storage: { type: 'sessionStorage' } };

const recordOf = async (page) => JSON.parse((await storage(page))[TOKENS] ?? 'null');

/** Changes members of the stored record; `undefined` takes one out. */
const edit = (page, changes) =>
  page.evaluate(
    ([key, changes]) => {
      const record = { ...JSON.parse(localStorage.getItem(key)), ...changes };
      for (const name in changes) if (changes[name] === null) delete record[name];
      localStorage.setItem(key, JSON.stringify(record));
    },
    [TOKENS, changes],
  );

/** All that the provider was sent since the requests were cleared. */
const sent = () => JSON.stringify(world.server.control.requests());

/** A page with the record of another library, whose tokens are of the realm alpha. */
async function withForeignRecord(t) {
  const page = await openApp(t);
  await signIn(page, {}, ALPHA);
  await run(page, renewed, atAlpha());
  await edit(page, { issuer: null });
  world.server.control.clearRequests();
  return page;
}

test("another provider's tokens, stored by another library, are sent to none but that", async (t) => {
  const page = await withForeignRecord(t);
  const record = await recordOf(page);
  const calls = [
    ['token.get', [], 'not_signed_in'],
    ['token.get', [{ backgroundRenew: true }], 'interaction_required'],
    ['user.info', [], 'not_signed_in'],
    ['user.claims', [], 'not_signed_in'],
    ['token.revoke', [], 'not_signed_in'],
    ['user.logout', [], 'not_signed_in'],
  ];
  for (const [method, args, code] of calls) {
    assertError(await call(page, method, args), { code });
  }
  for (const secret of [record.accessToken, record.refreshToken, record.idToken]) {
    assert.ok(!sent().includes(secret), 'it went to a provider');
  }
  assert.deepEqual(await recordOf(page), record, 'it stays where it is');
  const theirs = await call(page, 'token.get', [{ forceRenew: true }], atAlpha());
  assert.ok(theirs.accessToken, JSON.stringify(theirs));
  assert.equal(requestsTo('/access_token')[0].body.refresh_token, record.refreshToken);
});

test('without keys nobody knows whose a foreign record is, until they are back', async (t) => {
  const page = await withForeignRecord(t);
  const record = await recordOf(page);
  await dropDocuments(page);
  await page.reload();
  world.server.control.fail({ match: 'jwk_uri', status: 503, body: '', times: -1 });
  const unknown = await call(page, 'token.get', [], atAlpha());
  assertError(unknown, { error: 'ID_TOKEN_INVALID', code: 'jwks_unavailable' });
  assert.deepEqual(await recordOf(page), record);
  world.server.control.clearFailures();
  const known = await call(page, 'token.get', [], atAlpha());
  assert.equal(known.accessToken, record.accessToken, JSON.stringify(known));
});

test('an edited ID token of our own record steers no renewal and no user details', async (t) => {
  const page = await withTokens(t);
  const claims = { iss: issuer(), aud: CLIENT_ID, iat: 1, exp: 2 };
  const bobs = await world.server.control.sign({ ...claims, sub: 'bob' });
  const at = bobs.lastIndexOf('.') + 10;
  const forged = bobs.slice(0, at) + (bobs[at] === 'A' ? 'B' : 'A') + bobs.slice(at + 1);
  await edit(page, { idToken: forged });
  assertError(await call(page, 'user.info'), { code: 'id_token_signature' });
  assertError(await call(page, 'user.claims'), { code: 'id_token_signature' });
  const tokens = await call(page, 'token.get', [{ forceRenew: true }]);
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  assert.equal((await call(page, 'user.claims')).sub, 'demo');

  // Bob's own, verified: what is renewed must be his.
  await edit(page, { idToken: bobs });
  const settings = config({ renew: 'background' });
  const other = await call(page, 'token.get', [{ forceRenew: true }], settings);
  assertError(other, { code: 'id_token_subject' });
});

test('two clients of one id, for different APIs', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const [plain, a, b] = [undefined, 'https://a.example/', 'https://b.example/'].map((resource) =>
    config({ resource }),
  );
  const audience = async (settings, options = {}) => {
    const tokens = await call(page, 'token.get', [options], settings);
    return tokens.code ?? world.server.control.token(tokens.accessToken).audience ?? 'none';
  };
  const signedIn = { backgroundRenew: true };
  assert.equal(await audience(a, signedIn), 'https://a.example/');
  assert.equal(await audience(b), 'not_signed_in');
  assert.equal(await audience(plain), 'not_signed_in');
  assert.equal(await audience(b, signedIn), 'https://b.example/');
  await audience(plain, signedIn);
  assert.equal(await audience(a), 'https://a.example/');
  assert.equal(await audience(a, { forceRenew: true }), 'https://a.example/', 'renewed');
  const keys = Object.keys(await storage(page)).filter((key) => key.startsWith(TOKENS));
  assert.equal(keys.length, 3, keys.join(' '));
  assert.ok(keys.includes(TOKENS), "the plain client's");

  // The answer to the one's sign-in is none to the other's.
  await page.goto(await call(page, 'authorize.url', [], a));
  await page.waitForURL('**/callback.html?**');
  const matches = (settings) =>
    run(
      page,
      async ({ oidc }, config) => {
        const { authorize } = await oidc({ config });
        return [authorize.callback.matches(), (await authorize.callback()).code];
      },
      settings,
    );
  assert.deepEqual(await matches(b), [false, 'state_unknown']);
  assert.deepEqual(await matches(a), [true, undefined]);
  await call(page, 'user.logout', [], b);
  assert.deepEqual(Object.keys(await storage(page)), []);
});

/** Serves another AM of the same host, below `/am2`, and notes the requests to it. */
async function serveSecondAm(page) {
  const seen = [];
  await page.route('**/am2/**', async (route) => {
    const request = route.request();
    const url = request.url();
    // Not the cookie: the browser sends that by host and path, as the AM has set it.
    const { cookie, ...sent } = await request.allHeaders();
    seen.push({ url, sent, body: request.postData() });
    const headers = {
      'access-control-allow-origin': world.app,
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': '*',
    };
    const isMetadata = url.includes('/.well-known/');
    const body = isMetadata
      ? (await (await fetch(url.replace('/am2/', '/am/'))).text()).replaceAll('/am/', '/am2/')
      : JSON.stringify({ authId: 'x', callbacks: [] });
    await route.fulfill({ status: 200, headers, contentType: 'application/json', body });
  });
  return seen;
}

/** The kept session, and what `start()` has come to, of a client that sends it in a header. */
const journeyAt = (page, am) =>
  run(
    page,
    async ({ journey }, config) => {
      const client = await journey({ config });
      const session = client.session.get() ?? null;
      await client.start();
      return session;
    },
    {
      serverConfig: { wellknown: wellknown().replace('/am/', `/${am}/`) },
      session: { cookieName: 'iPlanetDirectoryPro' },
    },
  );

test('two AMs on one host', async (t) => {
  const page = await openApp(t);
  const seen = await serveSecondAm(page);
  const token = await signIn(page);
  assert.equal(await journeyAt(page, 'am2'), null);
  assert.ok(seen.some(({ url }) => url.includes('/authenticate')));
  assert.ok(!JSON.stringify(seen).includes(token), "the first one's session token was sent");
  assert.equal((await journeyAt(page, 'am')).tokenId, token);

  // A session under the key of earlier versions goes to the AM that it is of.
  const old = `pic-session-${new URL(world.provider).host}-realms/root`;
  await page.evaluate((old) => {
    const key = Object.keys(sessionStorage).find((key) => key.startsWith('pic-session-'));
    sessionStorage.setItem(old, sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
  }, old);
  assert.equal(await journeyAt(page, 'am2'), null);
  assert.ok((await storage(page))[old], 'not taken');
  assert.equal((await journeyAt(page, 'am')).tokenId, token);
  assert.equal((await storage(page))[old], undefined, 'moved');
  assert.ok(!JSON.stringify(seen).includes(token));
});

/** Makes a client, and tokens that it keeps for its tab; it is not called again. */
const keepInTab = (page, more, listens = false) =>
  run(
    page,
    async ({ oidc }, { input, listens }) => {
      window.client = await oidc(input);
      window.heard = [];
      if (listens) window.client.subscribe((event) => window.heard.push(event));
      return window.client.token.get({ backgroundRenew: true });
    },
    { input: { config: config(), ...more }, listens },
  );

const ours = (page) =>
  page.evaluate(() => Object.keys(sessionStorage).filter((key) => /^(pic|FR)-/.test(key)));

/** Two tabs of one browser, both signed in; the second one keeps its tokens as it is told. */
async function twoTabs(t, more, { listens, init } = {}) {
  const here = await openApp(t);
  await signIn(here);
  await call(here, 'token.get', [{ backgroundRenew: true }], config(), more);
  const there = await openApp(t, { context: here.context(), init });
  await signIn(there);
  const tokens = await keepInTab(there, more, listens);
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  return [here, there];
}

test('a tab that is never called forgets what another one has ended', async (t) => {
  const [here, there] = await twoTabs(t, IN_TAB);
  assert.ok((await ours(there)).includes(TOKENS));
  await call(here, 'user.logout', [], config(), IN_TAB);
  await until(async () => (await ours(there)).length === 0, 'tokens and session are gone');
});

for (const type of ['memory', 'sessionStorage']) {
  test(`tokens in ${type} of another tab end with the sign-out, heard once`, async (t) => {
    for (const listens of [false, true]) {
      const more = { storage: { type } };
      const [here, there] = await twoTabs(t, more, { listens });
      await call(here, 'user.logout', [], config(), more);
      const get = () => there.evaluate(() => window.client.token.get());
      await until(async () => (await get()).code === 'not_signed_in', 'the tokens are gone');
      const heard = () => there.evaluate(() => window.heard.map((event) => ({ ...event })));
      const signedOut = { type: 'signed_out', fromOtherTab: true };
      const isLast = ({ type }) => type === 'signed_out';
      if (listens) await until(async () => (await heard()).some(isLast), 'it is heard');
      assert.deepEqual((await heard()).filter(isLast), listens ? [signedOut] : []);
    }
  });
}

test('a tab that comes back from the back/forward cache looks whether it has missed a sign-out', async (t) => {
  const init = () => {
    // No news comes to a page that is not shown.
    addEventListener('storage', (event) => event.stopImmediatePropagation(), true);
  };
  const [here, there] = await twoTabs(t, IN_TAB, { init });
  await call(here, 'user.logout', [], config(), IN_TAB);
  assert.ok((await ours(there)).includes(TOKENS));
  await there.evaluate(() =>
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
  );
  await until(async () => !(await ours(there)).includes(TOKENS), 'the tokens are gone');
  assert.ok(!(await ours(there)).some((key) => key.startsWith('pic-session-')));
});

for (const first of ['the original', 'the copy']) {
  test(`a copied tab: ${first} renews first, and no refresh token is used twice`, async (t) => {
    const page = await openApp(t);
    await signIn(page);
    const tokens = await keepInTab(page, IN_TAB);
    const opened = page.waitForEvent('popup');
    await page.evaluate(() => void window.open('/', '_blank'));
    const copy = await opened;
    await copy.waitForLoadState();
    const get = (options) => (tab) => call(tab, 'token.get', [options], config(), IN_TAB);
    assert.deepEqual(await get({})(copy), tokens, 'the storage is copied');
    world.server.control.clearRequests();

    const tabs = first === 'the copy' ? [copy, page] : [page, copy];
    const results = [];
    for (const tab of [...tabs, ...tabs]) results.push(await get({ forceRenew: true })(tab));
    for (const { accessToken, ...rest } of results) {
      assert.ok(accessToken, JSON.stringify(rest));
    }
    const used = requestsTo('/access_token').flatMap(({ body }) => body.refresh_token ?? []);
    assert.equal(new Set(used).size, used.length, 'each was sent once');
    for (const { accessToken } of results.slice(-2)) {
      assert.equal(world.server.control.token(accessToken).active, true, 'nobody is signed out');
    }
    // By refresh token alone the second can't go on.
    const settings = config({ renew: 'refresh' });
    await copy.close();
    const again = await call(page, 'token.get', [{ forceRenew: true }], settings, IN_TAB);
    assert.ok(again.accessToken, JSON.stringify(again));
  });
}

test('copied tabs that renew at the same moment', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  await keepInTab(page, IN_TAB);
  const opened = page.waitForEvent('popup');
  await page.evaluate(() => void window.open('/', '_blank'));
  const copy = await opened;
  await copy.waitForLoadState();
  await keepInTab(copy, IN_TAB);
  world.server.control.clearRequests();
  world.server.control.fail({ match: '/access_token', after: true, delay: 300 });
  const results = await Promise.all(
    [page, copy].map((tab) => tab.evaluate(() => window.client.token.get({ forceRenew: true }))),
  );
  for (const result of results) assert.ok(result.accessToken, JSON.stringify(result));
  const used = requestsTo('/access_token').flatMap(({ body }) => body.refresh_token ?? []);
  assert.equal(used.length, 1, 'one of the two has asked by authorization');
});

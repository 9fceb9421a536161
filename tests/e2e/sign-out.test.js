/**
 * Signing out at providers of every kind: what is said of it, beside what is true at the server.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertNothingStored,
  call,
  dropDocuments,
  isActive,
  isAlive,
  until,
} from './oidc-support.js';
import {
  config,
  openApp,
  requestsTo,
  run,
  signIn,
  storage,
  TOKENS,
  useWorld,
  world,
} from './support.js';

useWorld();

const signOutRedirectUri = () => `${world.app}/`;

/** Lets the server have faults, `{ name: value }`. */
function setFaults(faults) {
  for (const [name, value] of Object.entries(faults)) world.server.control.fault(name, value);
}

/** A page of a user who has tokens: of AM, or of a provider whose issuer is none of AM's. */
async function signedIn(t, { faults = {}, isAm = true, options } = {}) {
  const page = await openApp(t);
  const session = await signIn(page);
  setFaults(isAm ? faults : { issuer: '/plain', ...faults });
  await dropDocuments(page);
  await page.reload();
  const issuer = isAm ? {} : { issuer: `${world.provider}/plain` };
  const settings = config(options?.(), issuer);
  const tokens = await call(page, 'token.get', [{ backgroundRenew: true }], settings);
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  world.server.control.clearRequests();
  return { page, session, tokens, settings };
}

test('an AM that knows older versions of its sessions endpoint', async (t) => {
  setFaults({ 'sessions-versions': true });
  const page = await openApp(t);
  const session = await signIn(page);
  const [info, failure] = await run(
    page,
    async ({ journey }, config) => {
      const client = await journey({ config });
      return [await client.session.info(), (await client.terminate()) ?? null];
    },
    config(),
  );
  assert.equal(info.username, 'demo', JSON.stringify(info));
  assert.equal(failure, null);
  assert.equal(await isAlive(session), false);
  assert.equal(requestsTo('/sessions/').length, 3, 'the version is asked for once');
});

test('after a refresh AM still knows the session by the ID token of the sign-in', async (t) => {
  const faults = { 'end-session-openam': true, 'sessions-versions': true };
  const { page, session, settings } = await signedIn(t, { faults });
  const before = JSON.parse((await storage(page))[TOKENS]).idToken;
  await call(page, 'token.get', [{ forceRenew: true }], settings);
  // By the ID token alone: AM's sessions endpoint sees no cookie.
  world.server.control.fail({ match: '/sessions/', status: 401, body: {} });
  const result = await call(page, 'user.logout', [], settings);
  assert.equal(result.done?.session, 'unconfirmed', JSON.stringify(result));
  assert.equal(requestsTo('/endSession')[0].query.id_token_hint, before);
  assert.equal(await isAlive(session), false);
  await assertNothingStored(page);
});

test('after a refresh nobody is signed in again by what a logout has left', async (t) => {
  const faults = { 'end-session-openam': true, 'sessions-versions': true };
  const { page, session, settings } = await signedIn(t, { faults });
  await call(page, 'token.get', [{ forceRenew: true }], settings);
  const result = await call(page, 'user.logout', [], settings);
  assert.deepEqual(result.done, { session: true, revoke: true, delete: true });
  assert.equal(await isAlive(session), false);
  const again = await call(page, 'token.get', [{ backgroundRenew: true }], settings);
  assert.equal(again.code, 'interaction_required', JSON.stringify(again));
});

for (const { name, faults, options, session, alive } of [
  {
    name: 'no CORS headers, and a page to come back to',
    faults: { 'end-session-without-cors': true, 'tokens-end-with-session': true },
    options: () => ({ signOutRedirectUri: signOutRedirectUri() }),
    session: true,
    alive: false,
  },
  {
    name: 'no CORS headers, and no page to come back to',
    faults: { 'end-session-without-cors': true },
    session: 'unconfirmed',
    alive: false,
  },
  {
    name: 'a page of another origin that leads back',
    faults: { 'end-session-elsewhere': 'lands' },
    options: () => ({ backgroundSignOutRedirectUri: signOutRedirectUri() }),
    session: true,
    alive: false,
  },
  {
    name: 'a page of another origin that asks',
    faults: { 'end-session-elsewhere': 'asks' },
    options: () => ({ signOutRedirectUri: signOutRedirectUri() }),
    session: 'unconfirmed',
    alive: true,
  },
]) {
  test(`end session: ${name}`, async (t) => {
    const { page, session: token, settings } = await signedIn(t, { faults, isAm: false, options });
    const result = await call(page, 'user.logout', [], settings);
    assert.equal(result.done?.session, session, JSON.stringify(result));
    assert.equal(result.error, undefined, JSON.stringify(result));
    assert.equal(await isAlive(token), alive);
    assert.equal((await storage(page))[TOKENS], undefined);
  });
}

test('a page that was just loaded asks first whether its frame finds the session', async (t) => {
  const faults = { 'end-session-without-cors': true };
  const options = () => ({ signOutRedirectUri: signOutRedirectUri() });
  const { page, session, settings } = await signedIn(t, { faults, isAm: false, options });
  await page.reload();
  const result = await call(page, 'user.logout', [], settings);
  assert.equal(result.done?.session, true, JSON.stringify(result));
  assert.equal(requestsTo('/authorize').length, 1);
  assert.equal(await isAlive(session), false);
});

for (const [name, faults, isAm, done, why] of [
  ['refused', { 'revocation-refused': true }, true, false, 'invalid_client'],
  ['no endpoint', { 'revocation-missing': true }, false, false, 'endpoint_missing'],
  ['not listed by AM', { 'revocation-unlisted': true }, true, true],
  [
    'the access token goes with its refresh token',
    { 'revocation-ends-session': true, 'revocation-of-unknown-refused': true },
    true,
    true,
  ],
]) {
  test(`revocation: ${name}`, async (t) => {
    const { page, tokens, settings } = await signedIn(t, { faults, isAm });
    const result = await call(page, 'user.logout', [], settings);
    assert.equal(result.done?.revoke, done, JSON.stringify(result));
    assert.equal(result.why?.revoke, why);
    assert.equal(isActive(tokens.accessToken), !done);
    assert.equal((await storage(page))[TOKENS], undefined);
  });
}

test('a tab without listeners forgets what it keeps for itself', async (t) => {
  const one = await openApp(t);
  const session = await signIn(one);
  const storageOf = { storage: { type: 'sessionStorage' } };
  const get = [{ backgroundRenew: true }];
  const two = await openApp(t, { context: one.context() });
  await signIn(two);
  for (const page of [one, two]) {
    const tokens = await call(page, 'token.get', get, config(), storageOf);
    assert.ok(tokens.accessToken, JSON.stringify(tokens));
  }
  const left = await two.evaluate(() => Object.entries(sessionStorage));
  assert.ok(left.some(([key]) => key.startsWith('pic-session-')));
  await call(one, 'user.logout', [], config(), storageOf);
  assert.equal(await isAlive(session), false);
  assert.equal((await call(two, 'token.get', [], config(), storageOf)).code, 'not_signed_in');
  const kept = await run(
    two,
    async ({ journey }, config) => (await journey({ config })).session.get() ?? null,
    config(),
  );
  assert.equal(kept, null);
  // A tab that is restored: its storage is as it was before.
  const three = await openApp(t, { context: one.context() });
  await three.evaluate((entries) => {
    for (const [key, text] of entries) sessionStorage.setItem(key, text);
  }, left);
  await three.reload();
  assert.equal((await call(three, 'token.get', [], config(), storageOf)).code, 'not_signed_in');
  const keys = Object.keys(await storage(three));
  assert.ok(!keys.some((key) => /^pic-(session|journey-oidc)-/.test(key)), keys.join(' '));
});

for (const redirect of [false, true]) {
  test(`a guard that signs in when it hears signed_out${redirect ? ', and a redirect' : ''}`, async (t) => {
    const options = () => ({ signOutRedirectUri: signOutRedirectUri() });
    const { page, session, settings, tokens } = await signedIn(t, { options });
    world.server.control.fail({ match: '/token/revoke', after: true, delay: 300, times: -1 });
    const left = page.waitForRequest((request) => request.isNavigationRequest());
    await run(
      page,
      async ({ oidc }, { settings, redirect }) => {
        const client = await oidc({ config: settings });
        client.subscribe(({ type }) => {
          if (type !== 'signed_out') return;
          client.authorize.redirect().then((result) => {
            localStorage.setItem('guard', result?.code ?? 'went');
          });
        });
        client.user.logout({ redirect });
      },
      { settings, redirect },
    ).catch(() => {});
    const path = new URL((await left).url()).pathname;
    assert.match(path, redirect ? /\/endSession$/ : /\/authorize$/);
    await until(async () => !(await isAlive(session)), 'the session has ended');
    await until(() => !isActive(tokens.accessToken), 'the access token is revoked');
    if (redirect) {
      await page.waitForURL(`${signOutRedirectUri()}?state=**`);
      const heard = await page.evaluate(() => localStorage.getItem('guard'));
      assert.equal(heard, 'signing_out');
    } else {
      // Nobody was signed in again by the session that was ending: the provider asks.
      await page.getByLabel('User Name').waitFor();
    }
  });
}

test('a browser that has no room for keepalive requests', async (t) => {
  const { page, session, tokens, settings } = await signedIn(t);
  world.server.control.fail({ match: '/large', status: 200, body: {}, delay: 3000 });
  const result = await run(
    page,
    async ({ oidc }, { settings, url }) => {
      const body = 'x'.repeat(65_500);
      fetch(url, { method: 'POST', body, keepalive: true, mode: 'no-cors' }).catch(() => {});
      return (await oidc({ config: settings })).user.logout();
    },
    { settings, url: `${world.provider}/am/json/realms/root/large` },
  );
  assert.deepEqual(result.done, { session: true, revoke: true, delete: true });
  assert.equal(isActive(tokens.accessToken) || isActive(tokens.refreshToken), false);
  assert.equal(await isAlive(session), false);
});

test('AM is asked at the paths of the journey client', async (t) => {
  const { page, settings } = await signedIn(t);
  const path = '/am/json/realms/root/sessions-elsewhere';
  world.server.control.fail({ match: path, status: 200, body: {} });
  const result = await run(
    page,
    async ({ journey, oidc }, { settings, paths }) => {
      const { serverConfig } = settings;
      await journey({ config: { serverConfig: { ...serverConfig, paths } } });
      return (await oidc({ config: settings })).user.logout();
    },
    { settings, paths: { sessions: path } },
  );
  assert.equal(result.done?.session, true, JSON.stringify(result));
  assert.equal(requestsTo(path).length, 1);
});

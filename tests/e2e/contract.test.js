/**
 * What is compatible with the documented client (docs/compatibility.md) and no other file shows: what
 * another client library left behind, endpoints that a provider lacks, answers of the token endpoint,
 * and where a response may land.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertError,
  call,
  dropDocuments,
  serveMetadata,
  withoutDocuments,
} from './oidc-support.js';
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

/** Where the documented client keeps the one authorization that it has started. */
const SLOT = `FR-SDK-authflow-${CLIENT_ID}`;

const put = (page, where, key, value) =>
  page.evaluate(
    ([where, key, value]) => window[where].setItem(key, value),
    [where, key, typeof value === 'string' ? value : JSON.stringify(value)],
  );

test('tokens that the documented client has stored: the user stays signed in', async (t) => {
  const page = await withTokens(t);
  const { accessToken, idToken, refreshToken } = JSON.parse((await storage(page))[TOKENS]);
  const expiryTimestamp = Date.now() + 3_600_000;
  const theirs = { accessToken, idToken, refreshToken, expiresAt: 3600, expiryTimestamp };
  await put(page, 'localStorage', TOKENS, theirs);
  assert.deepEqual(await call(page, 'token.get'), theirs);
  assert.equal((await call(page, 'user.info')).sub, 'demo');
  world.server.control.clearRequests();
  const renewed = await call(page, 'token.get', [{ forceRenew: true }]);
  assert.notEqual(renewed.refreshToken, refreshToken, JSON.stringify(renewed));
  assert.equal(requestsTo('/authorize').length, 0);
  const { signInIdToken, ...stored } = JSON.parse((await storage(page))[TOKENS]);
  assert.deepEqual(stored, renewed);
  assert.equal(signInIdToken, idToken, 'for the logout at AM');
});

/** An authorization that the documented client has started: its record, and the answer to it. */
async function startedElsewhere(page) {
  const url = new URL(await call(page, 'authorize.url', [{ nonce: undefined }]));
  const own = `${SLOT}-${url.searchParams.get('state')}`;
  const { clientId, serverConfig, responseType, redirectUri, scope, state, verifier } = JSON.parse(
    (await storage(page))[own],
  );
  await page.evaluate((key) => sessionStorage.removeItem(key), own);
  const record = { clientId, serverConfig, responseType, redirectUri, scope, state, verifier };
  url.searchParams.delete('nonce');
  await page.goto(url.href);
  const code = new URL(page.url()).searchParams.get('code');
  return { record, code, state };
}

test('a sign-in that another client library has started is finished, and only that', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const { record, code, state } = await startedElsewhere(page);
  await put(page, 'sessionStorage', SLOT, record);
  const other = await call(page, 'token.exchange', [code, 'another']);
  assertError(other, { error: 'State mismatch', code: 'state_unknown' });
  assert.ok((await storage(page))[SLOT], 'the record of another state stays');
  const tokens = await call(page, 'token.exchange', [code, state]);
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  assert.equal((await storage(page))[SLOT], undefined, 'used once');
});

test('a record of a sign-in that is no JSON', async (t) => {
  const page = await openApp(t);
  await put(page, 'sessionStorage', SLOT, '{half');
  const failure = await call(page, 'token.exchange', ['code', 'state']);
  assertError(failure, {
    error: 'Token Exchange failure',
    type: 'exchange_error',
    message: 'Stored values for Auth URL could not be parsed',
  });
});

test('a sign-in that was begun more than an hour ago', async (t) => {
  const page = await openApp(t);
  const state = new URL(await call(page, 'authorize.url')).searchParams.get('state');
  const record = JSON.parse((await storage(page))[`${SLOT}-${state}`]);
  const createdAt = Date.now() - 3_600_001;
  await put(page, 'sessionStorage', `${SLOT}-${state}`, { ...record, createdAt });
  const failure = await call(page, 'token.exchange', ['code', state]);
  assertError(failure, { error: 'State mismatch', code: 'transaction_expired' });
  assert.deepEqual(withoutDocuments(await storage(page)), {}, 'and is forgotten');
});

test('endpoints that the provider lacks', async (t) => {
  const page = await withTokens(t);
  // Where AM names no revocation endpoint, ours is known: so it is none of AM's paths.
  const authorization_endpoint = `${world.provider}/elsewhere/authorize`;
  await serveMetadata({
    revocation_endpoint: undefined,
    userinfo_endpoint: undefined,
    end_session_endpoint: undefined,
    token_endpoint: `${world.provider}/elsewhere/token`,
    authorization_endpoint,
  });
  await dropDocuments(page);
  await page.reload();
  const expected = { code: 'endpoint_missing', type: 'wellknown_error' };
  for (const [method, error] of [
    ['user.info', 'Wellknown missing userinfo endpoint'],
    ['token.revoke', 'Wellknown missing revocation endpoint'],
  ]) {
    assertError(await call(page, method), { ...expected, error });
  }
  assert.equal((await storage(page))[TOKENS], undefined, 'forgotten all the same');
  const issuer = `${world.provider}/am/oauth2/realms/root`;
  await put(page, 'localStorage', TOKENS, { accessToken: 'a', issuer });
  const { done, why } = await call(page, 'user.logout');
  assert.deepEqual(done, { session: false, revoke: false, delete: true });
  assert.deepEqual(why, { session: 'endpoint_missing', revoke: 'endpoint_missing' });
});

test('answers of the token endpoint', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  for (const [status, body, message, cause] of [
    [
      400,
      { error: 'invalid_request' },
      'Bad request to token exchange endpoint. The provider finds the request incomplete or malformed. Check the registration of the client: redirect URI, response type, PKCE.',
      true,
    ],
    [401, {}, 'Unauthorized request to token exchange endpoint'],
    [403, {}, 'Forbidden request to token exchange endpoint'],
    [418, {}, 'An error occurred while exchanging the authorization code'],
    [204, undefined, 'No data returned from token exchange'],
  ]) {
    await t.test(`${status}`, async () => {
      const { code, state } = await call(page, 'authorize.background');
      world.server.control.fail({ match: '/access_token', status, body: body ?? '' });
      const failure = await call(page, 'token.exchange', [code, state]);
      const { error, type } = { error: 'Token Exchange failure', type: 'exchange_error' };
      assert.deepEqual(
        [failure.error, failure.type, failure.message, failure.status],
        [error, type, message, status],
      );
      assert.equal(failure.cause?.error, cause && 'invalid_request');
      assert.equal((await storage(page))[TOKENS], undefined);
    });
  }
});

/** Lets the provider's answer in the frame be another one. */
async function answer(page, change) {
  await page.unrouteAll();
  await page.route('**/authorize?*', async (route) => {
    const asked = new URL(route.request().url()).searchParams;
    const landing = new URL(asked.get('redirect_uri'));
    landing.searchParams.set('state', asked.get('state'));
    landing.searchParams.set('iss', `${world.provider}/am/oauth2/realms/root`);
    change(landing);
    await route.fulfill({ status: 302, headers: { location: landing.href } });
  });
}

test('what comes to the frame', async (t) => {
  const page = await openApp(t);
  const unknown = {
    error: 'Unknown_Error',
    message: 'Response data did not contain expected code and state fields',
  };
  const elsewhere = { error: 'CONFIGURATION_ERROR', code: 'frame_unexpected_page' };
  for (const [what, change, expected] of [
    ['no code', () => {}, unknown],
    [
      'an error without its code',
      ({ searchParams }) => searchParams.set('error_description', 'x'),
      unknown,
    ],
    [
      'two codes',
      ({ searchParams }) => ['a', 'b'].map((code) => searchParams.append('code', code)),
      unknown,
    ],
    [
      'an error without words',
      ({ searchParams }) => searchParams.set('error', 'consent_required'),
      {
        error: 'consent_required',
        type: 'auth_error',
        code: 'consent_required',
        message: "The provider needs the user's consent. Call authorize.redirect().",
      },
    ],
    [
      'a code on another page of the app',
      (landing) => {
        landing.pathname = '/elsewhere';
        landing.searchParams.set('code', 'x');
      },
      { error: 'Landing mismatch', code: 'landing_mismatch' },
    ],
    [
      'a code on the same path of another origin',
      (landing) => {
        landing.hostname = '127.0.0.1';
        landing.searchParams.set('code', 'x');
      },
      elsewhere,
    ],
  ]) {
    await t.test(what, async () => {
      await answer(page, change);
      const failure = await call(page, 'authorize.background');
      for (const [name, value] of Object.entries(expected)) {
        assert.equal(failure[name], value, JSON.stringify(failure));
      }
    });
  }
});

test('a storage that is full: what is stored stays, tokens are returned all the same', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const short = '{"accessToken":"short"}';
  await put(page, 'localStorage', TOKENS, short);
  await page.evaluate(() => {
    for (const area of [localStorage, sessionStorage]) {
      for (let size = 8_000_000; size >= 1; size = Math.floor(size / 2)) {
        try {
          for (let part = 0; ; part += 1) area.setItem(`full-${size}-${part}`, 'x'.repeat(size));
        } catch {}
      }
    }
  });
  const { renewed, again, exchanged } = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const renewed = await client.token.get({ forceRenew: true });
      const again = await client.token.get();
      const { code, state } = await client.authorize.background();
      return { renewed, again, exchanged: await client.token.exchange(code, state) };
    },
    config(),
  );
  assert.ok(renewed.accessToken, JSON.stringify(renewed));
  assert.equal(renewed.persisted, false);
  assert.deepEqual(again, renewed);
  assert.ok(exchanged.accessToken, JSON.stringify(exchanged));
  assert.equal((await storage(page))[TOKENS], short);
});

test('options of the documented client that choose no other place', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const storageOptions = { prefix: 'other' };
  const tokens = await call(page, 'token.get', [{ backgroundRenew: true, storageOptions }]);
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  const { code, state } = await call(page, 'authorize.background', [{ prefix: 'other' }]);
  const exchanged = await call(page, 'token.exchange', [code, state, { prefix: 'other' }]);
  assert.ok(exchanged.accessToken, JSON.stringify(exchanged));
});

test('a renewal: the new tokens are stored before they are returned; the old are not revoked', async (t) => {
  const page = await withTokens(t);
  const { renewed, stored } = await run(
    page,
    async ({ oidc }, { config, key }) => {
      const client = await oidc({ config });
      const renewed = await client.token.get({ forceRenew: true });
      return { renewed, stored: JSON.parse(localStorage.getItem(key)) };
    },
    { config: config({ renew: 'background' }), key: TOKENS },
  );
  assert.deepEqual(stored, renewed);
  assert.ok(world.server.control.token(renewed.accessToken).active);
  assert.deepEqual(requestsTo('/token/revoke'), []);
});

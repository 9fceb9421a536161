/**
 * What goes wrong for real people. Each gives the documented client's error value; nothing that was
 * stored is lost; `openApp` fails a test that leaves a frame or an unhandled rejection.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dropDocuments, recordsOf, withoutDocuments } from './oidc-support.js';
import {
  config,
  host,
  openApp,
  redirects,
  renewed,
  requestsTo,
  run,
  signIn,
  storage,
  TOKENS,
  USER,
  useWorld,
  wellknown,
  withTokens,
  world,
} from './support.js';

useWorld();

const background = async ({ oidc }, config) => (await oidc({ config })).authorize.background();
const create = async ({ oidc }, config) => {
  const client = await oidc({ config });
  return 'error' in client ? client : 'a client';
};

/** Asserts the members that every error value has. */
function assertError(value, { error, code, type }) {
  assert.deepEqual(
    { error: value.error, code: value.code, type: value.type },
    { error, code, type },
  );
  assert.ok(value.message.length > 10, value.message);
  assert.equal(value.message, value.error_description);
}

test('an unknown client: the provider shows its own page in the frame', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const started = Date.now();
  const failure = await run(page, background, config({ clientId: 'nobody' }));
  assertError(failure, {
    error: 'CONFIGURATION_ERROR',
    code: 'frame_unexpected_page',
    type: 'network_error',
    stage: 'loaded',
  });
  assert.ok(Date.now() - started < 5000, 'told long before the timeout');
  assert.ok(failure.elapsed > 0 && failure.elapsed < 5000, `${failure.elapsed} ms`);
});

test('a redirect URI that is not registered', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const redirectUri = `${world.app}/unregistered.html`;
  assertError(await run(page, background, config({ redirectUri })), {
    error: 'CONFIGURATION_ERROR',
    code: 'frame_unexpected_page',
    type: 'network_error',
  });
});

test('nobody signed in: the provider asks for a user, and the app gets a URL for that', async (t) => {
  const page = await openApp(t);
  const failure = await run(page, background, config());
  assertError(failure, {
    error: 'interaction_required',
    code: 'interaction_required',
    type: 'auth_error',
  });
  const url = new URL(failure.redirectUrl);
  assert.equal(url.searchParams.get('prompt'), null);
  const key = `FR-SDK-authflow-journey-oidc-demo-${url.searchParams.get('state')}`;
  assert.ok(key in (await storage(page)), 'the redirect can be finished');
});

for (const [what, url] of [
  ['a path that is not there', () => `${world.provider}/nowhere/.well-known/openid-configuration`],
  ['a page instead of JSON', () => `${world.app}/.well-known/openid-configuration`],
  ['no URL at all', () => 'bad-wellknown'],
  ['a server that is down', () => `${world.nowhere}/.well-known/openid-configuration`],
]) {
  test(`a wrong well-known URL: ${what}`, async (t) => {
    const page = await openApp(t);
    const failure = await run(page, create, config({}, { wellknown: url() }));
    assert.equal(failure.error, `Failed to fetch well-known configuration from: ${url()}`);
    assert.equal(failure.type, 'wellknown_error');
    const thrown = await run(
      page,
      ({ journey }, config) =>
        journey({ config }).catch(({ message, code }) => ({ message, code })),
      config({}, { wellknown: url() }),
    );
    assert.match(thrown.message, /Well-known configuration fetch failed|Invalid wellknown URL/);
    assert.ok(thrown.code);
  });
}

test('metadata that names another issuer stops before authorize', async (t) => {
  const page = await openApp(t);
  const elsewhere = wellknown().replace('localhost', '127.0.0.1');
  assertError(await run(page, create, config({}, { wellknown: elsewhere })), {
    error: `Failed to fetch well-known configuration from: ${elsewhere}`,
    code: 'discovery_issuer_mismatch',
    type: 'wellknown_error',
  });
});

test('a pinned issuer must be the one', async (t) => {
  const page = await openApp(t);
  const failure = await run(page, create, config({}, { issuer: 'https://other.example' }));
  assert.equal(failure.code, 'discovery_issuer_mismatch');
  const issuer = `${world.provider}/am/oauth2/realms/root`;
  assert.equal(await run(page, create, config({}, { issuer })), 'a client');
});

for (const [what, input, error] of [
  ['nothing', undefined, 'Requires a wellknown url initializing this factory.'],
  ['no config', {}, 'Requires a wellknown url initializing this factory.'],
  [
    'a config of the wrong type',
    { config: 7 },
    'Requires a wellknown url initializing this factory.',
  ],
  ['no client id', { config: { serverConfig: { wellknown: 'w' } } }, 'Requires a clientId.'],
]) {
  test(`a factory given ${what}`, async (t) => {
    const page = await openApp(t);
    const failure = await run(
      page,
      async ({ oidc }, input) => {
        const client = await oidc(input ?? undefined);
        return client;
      },
      input ?? null,
    );
    assertError(failure, { error, code: 'config_invalid', type: 'argument_error' });
  });
}

test('nothing is asked for a client that is not made', async (t) => {
  const page = await openApp(t);
  const { clientId, ...without } = config();
  const failure = await run(page, ({ oidc }, config) => oidc({ config }), without);
  assert.equal(failure.message, 'Requires a clientId.');
  assert.deepEqual(requestsTo('/.well-known/openid-configuration'), []);
});

for (const style of ['strip', 'slash', 'chain']) {
  test(`a host with clean URLs: ${style}`, async (t) => {
    const page = await openApp(t);
    await signIn(page);
    host.cleanUrls = style;
    const answer = await run(page, background, config());
    assert.ok(answer.code, JSON.stringify(answer));
    const session = { responseType: 'id_token' };
    const claims = await run(
      page,
      async ({ oidc }, { config, session }) => (await oidc({ config })).user.session(session),
      { config: config(), session },
    );
    assert.equal(claims.claims?.sub, 'demo', JSON.stringify(claims));
  });
}

test('a server that redirects the response to another page is told as that, at once', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  redirects.set('/callback.html', '/en/home');
  const failure = await run(page, background, config({}, { frameTimeout: 60_000 }));
  const mismatch = { error: 'Landing mismatch', code: 'landing_mismatch', type: 'auth_error' };
  assertError(failure, mismatch);
  assert.match(failure.message, /\/en\/home, and its redirectUri is http.*\/callback\.html/);
  const forwarded = config({ forwardedTo: [`${world.app}/en/home`] });
  const answer = await run(page, background, forwarded);
  assert.ok(answer.code, JSON.stringify(answer));
});

test('a page with Cross-Origin-Embedder-Policy: require-corp', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  await page.route('**/embedding', async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), 'cross-origin-embedder-policy': 'require-corp' };
    await route.fulfill({ response, headers });
  });
  await page.goto(`${world.app}/embedding`);
  const failure = await run(page, background, config());
  assert.equal(failure.code, 'frame_unexpected_page');
  assert.match(failure.message, /Cross-Origin-Embedder-Policy: require-corp/);
});

test('a frame that never answers', async (t) => {
  const page = await withTokens(t);
  const before = recordsOf(await storage(page));
  world.server.control.fail({ match: '/authorize', times: -1, hang: true });
  const failure = await run(page, background, config({}, { frameTimeout: 300 }));
  const late = { error: 'iframe_timeout', code: 'frame_timeout', type: 'network_error' };
  assertError(failure, { ...late, stage: 'loading' });
  assert.ok(failure.elapsed >= 300 && failure.elapsed < 5000, `${failure.elapsed} ms`);
  assert.deepEqual(recordsOf(await storage(page)), before);
});

for (const [what, fault, code] of [
  ['no connection', { reset: true }, 'network_failed'],
  ['500', { status: 500, body: { error: 'invalid_grant' } }, 'http_error'],
  ['429', { status: 429, body: '' }, 'http_error'],
  ['a page', { status: 502, body: '<html></html>' }, 'http_error'],
  ['an empty answer', { status: 200, body: '' }, 'answer_invalid'],
  ['half of an answer', { status: 200, body: '{"access_token":"x' }, 'answer_not_json'],
  ['an answer without tokens', { status: 200, body: {} }, 'answer_invalid'],
  [
    'another type of token',
    { status: 200, body: { access_token: 'x', token_type: 'mac' } },
    'answer_invalid',
  ],
  ['no answer in time', { hang: true }, 'timeout'],
]) {
  test(`the token endpoint fails while renewing: ${what}`, async (t) => {
    const page = await withTokens(t);
    const before = recordsOf(await storage(page));
    world.server.control.fail({ match: '/access_token', times: -1, ...fault });
    const failure = await run(page, renewed, config({}, { timeout: 1000 }));
    assertError(failure, { error: 'Token Exchange failure', code, type: 'exchange_error' });
    assert.deepEqual(recordsOf(await storage(page)), before, 'the session is still there');
    world.server.control.clearFailures();
    const after = await run(page, renewed, config());
    assert.ok(after.accessToken, 'and goes on');
  });
}

for (const [mutate, code] of [
  ['id_token_signature', 'id_token_signature'],
  ['id_token_nonce', 'id_token_nonce'],
  ['id_token_iss', 'id_token_issuer'],
  ['id_token_aud', 'id_token_audience'],
  ['id_token_exp', 'id_token_expired'],
  ['id_token_at_hash', 'id_token_at_hash'],
  ['no_id_token', 'id_token_missing'],
]) {
  test(`an ID token that is wrong: ${mutate}`, async (t) => {
    const page = await openApp(t);
    await signIn(page);
    const before = withoutDocuments(await storage(page));
    world.server.control.fail({ match: '/access_token', times: -1, mutate });
    const failure = await run(page, renewed, config());
    assertError(failure, { error: 'ID_TOKEN_INVALID', code, type: 'exchange_error' });
    assert.deepEqual(withoutDocuments(await storage(page)), before, 'nothing is stored');
    assert.equal(requestsTo('/userinfo').length, 0);
  });
}

for (const mutate of ['id_token_signature', 'id_token_iss', 'id_token_aud', 'id_token_sub']) {
  test(`a renewed ID token that is wrong: ${mutate}`, async (t) => {
    const page = await withTokens(t);
    const before = withoutDocuments(await storage(page));
    world.server.control.fail({ match: '/access_token', times: -1, mutate });
    const failure = await run(page, renewed, config());
    assert.equal(failure.error, 'ID_TOKEN_INVALID');
    assert.deepEqual(withoutDocuments(await storage(page)), before, 'nothing is stored');
  });
}

test('keys that were rotated since they were fetched', async (t) => {
  const page = await withTokens(t);
  const tokens = await run(
    page,
    async ({ oidc }, { config, provider }) => {
      const client = await oidc({ config });
      await client.token.get({ forceRenew: true });
      await fetch(`${provider}/test/rotate-keys`, { method: 'POST' });
      return client.token.get({ forceRenew: true });
    },
    { config: config(), provider: world.provider },
  );
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
});

test('keys that cannot be fetched: a refresh keeps the new tokens and the verified ID token', async (t) => {
  const page = await withTokens(t);
  const before = JSON.parse((await storage(page))[TOKENS]);
  await dropDocuments(page);
  await page.reload();
  world.server.control.fail({ match: '/jwk_uri', times: -1, status: 503, body: '' });
  const after = await run(page, renewed, config());
  assert.notEqual(after.refreshToken, before.refreshToken);
  assert.equal(after.idToken, before.idToken);
});

test('a refresh token that is used up: the user stays signed in by the session', async (t) => {
  const page = await withTokens(t);
  world.server.control.fail({
    match: '/access_token',
    status: 400,
    body: { error: 'invalid_grant' },
  });
  const tokens = await run(page, renewed, config());
  assert.ok(tokens.accessToken && tokens.refreshToken, JSON.stringify(tokens));
});

test('user details about somebody else are refused', async (t) => {
  const page = await withTokens(t);
  world.server.control.fail({ match: '/userinfo', status: 200, body: { sub: 'eve' } });
  const failure = await run(
    page,
    async ({ oidc }, config) => (await oidc({ config })).user.info(),
    config(),
  );
  assertError(failure, {
    error: 'User Info retrieval failure',
    code: 'userinfo_subject',
    type: 'auth_error',
  });
});

test('calls that need tokens, when there are none', async (t) => {
  const page = await openApp(t);
  const [get, info, revoke, logout, exchange] = await run(
    page,
    async ({ oidc }, config) => {
      const { token, user } = await oidc({ config });
      return [
        await token.get(),
        await user.info(),
        await token.revoke(),
        await user.logout(),
        await token.exchange('code', 'state'),
      ];
    },
    config(),
  );
  const code = 'not_signed_in';
  assertError(get, { error: 'No tokens found', code, type: 'state_error' });
  assertError(info, { error: 'No access token found', code, type: 'auth_error' });
  assertError(revoke, { error: 'No access token found', code, type: 'state_error' });
  assertError(logout, { error: 'Token_Error', code, type: 'state_error' });
  assertError(exchange, { error: 'State mismatch', code: 'state_unknown', type: 'state_error' });
});

test('logout with the provider down: signed out here, and told what failed', async (t) => {
  const page = await withTokens(t);
  const failure = await run(
    page,
    async ({ oidc }, { config, provider }) => {
      const client = await oidc({ config });
      await fetch(`${provider}/test/failures`, {
        method: 'POST',
        body: JSON.stringify({ match: '/am/', times: -1, reset: true }),
      });
      return client.user.logout();
    },
    { config: config(), provider: world.provider },
  );
  assert.equal(failure.error, 'Inner request error');
  assert.equal(failure.deleteResponse, null);
  // Nothing came back, so nobody knows.
  assert.equal(failure.sessionResponse, null);
  assert.equal(failure.done.session, 'unconfirmed');
  assert.equal(failure.revokeResponse.error, 'Token revocation failure');
  assert.deepEqual(await storage(page), {});
});

test('terminate() with the provider down says which parts failed', async (t) => {
  const page = await withTokens(t);
  const failure = await run(
    page,
    async ({ journey }, { config, provider }) => {
      const client = await journey({ config });
      await fetch(`${provider}/test/failures`, {
        method: 'POST',
        body: JSON.stringify({ match: '/am/', times: -1, status: 503, body: '' }),
      });
      return client.terminate();
    },
    { config: config(), provider: world.provider },
  );
  assertError(failure, { error: 'terminate_failed', code: 'http_error', type: 'network_error' });
  assert.equal(failure.message, 'Failed to terminate session: 503');
  assert.equal(failure.parts.session.status, 503);
  assert.equal(failure.parts.tokens.error, 'Token revocation failure');
  assert.deepEqual(await storage(page), {});
});

test('an outage in a journey is no login failure', async (t) => {
  const page = await openApp(t);
  world.server.control.fail({
    match: '/authenticate',
    times: -1,
    status: 503,
    body: { code: 503, message: 'down' },
  });
  const failure = await run(
    page,
    async ({ journey }, config) => (await journey({ config })).start(),
    config(),
  );
  assertError(failure, { error: 'request_failed', code: 'http_error', type: 'network_error' });
  assert.equal(failure.status, 503);
});

test('a connection that breaks in a journey is no login failure', async (t) => {
  const page = await openApp(t);
  const failures = await run(
    page,
    async ({ journey }, { config, provider }) => {
      const client = await journey({ config });
      const step = await client.start();
      const fault = { match: '/authenticate', times: -1, reset: true };
      await fetch(`${provider}/test/failures`, { method: 'POST', body: JSON.stringify(fault) });
      return [await client.next(step), await client.start()];
    },
    { config: config(), provider: world.provider },
  );
  for (const failure of failures) {
    assertError(failure, {
      error: 'request_failed',
      code: 'network_failed',
      type: 'network_error',
    });
  }
});

test('next() with what is no step sends nothing', async (t) => {
  const page = await openApp(t);
  const failures = await run(
    page,
    async ({ journey }, config) => {
      const client = await journey({ config });
      const cycle = {};
      cycle.self = cycle;
      const junk = [
        undefined,
        null,
        {},
        { payload: {} },
        { payload: { authId: '' } },
        { payload: cycle },
      ];
      return Promise.all(junk.map((step) => client.next(step)));
    },
    config(),
  );
  for (const failure of failures) {
    assertError(failure, {
      error: 'invalid_step',
      code: 'argument_invalid',
      type: 'argument_error',
    });
  }
  assert.equal(requestsTo('/authenticate').length, 0);
});

test('the same step submitted twice at once is one request', async (t) => {
  const page = await openApp(t);
  const types = await run(
    page,
    async ({ journey }, { config, user }) => {
      const client = await journey({ config });
      const step = await client.start();
      step.setCallbackValue('NameCallback', user.username);
      step.setCallbackValue('PasswordCallback', user.password);
      const heard = [];
      client.subscribe(({ type, result }) => heard.push([type, result === client.getState()]));
      const [one, other] = [client.next(step), client.next(step)];
      const result = await one;
      return [one === other, result.type, ...heard];
    },
    { config: config(), user: USER },
  );
  assert.deepEqual(types, [true, 'LoginSuccess', ['LoginSuccess', true]]);
  assert.equal(requestsTo('/authenticate').length, 2, 'start and one next');
});

test('the default client before and after it is configured', async (t) => {
  const page = await openApp(t);
  const [before, wrong, stillNot, right, waited] = await run(
    page,
    async ({ journeyClient }, config) => {
      const before = await journeyClient.start();
      const wrong = await journeyClient.configure({ config: { serverConfig: { wellknown: 'x' } } });
      const stillNot = await journeyClient.terminate();
      const configuring = journeyClient.configure({ config });
      const waited = await journeyClient.start();
      return [before, wrong, stillNot, (await configuring) ?? 'configured', waited.type];
    },
    config(),
  );
  const expected = { error: 'not_configured', code: 'not_configured', type: 'state_error' };
  assertError(before, expected);
  assertError(stillNot, expected);
  assert.equal(wrong.code, 'config_invalid');
  assert.match(wrong.message, /^Invalid wellknown URL: x\. URL must use HTTPS/);
  assert.deepEqual([right, waited], ['configured', 'Step']);
});

test('storage that throws at every access: the factory says so', async (t) => {
  const page = await openApp(t);
  const failure = await run(
    page,
    async ({ oidc }, config) => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('denied', 'SecurityError');
        },
      });
      return oidc({ config });
    },
    config(),
  );
  assertError(failure, {
    error: 'Retrieving_error',
    code: 'storage_blocked',
    type: 'unknown_error',
  });
});

test('storage that starts to throw: tokens are kept for the page, and nothing rejects', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const { first, second, info, logout, after } = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
      const first = await client.token.get({ backgroundRenew: true });
      const second = await client.token.get();
      const info = await client.user.info();
      const logout = await client.user.logout();
      return { first, second, info, logout, after: await client.token.get() };
    },
    config(),
  );
  assert.equal(first.persisted, false);
  assert.deepEqual(second, first);
  assert.equal(info.sub, 'demo');
  assert.equal(logout.done.revoke, true);
  assert.equal(after.error, 'No tokens found');
});

test('unreadable tokens count as none and are replaced, or removed', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  for (const junk of [
    '{',
    '7',
    '"x"',
    '[]',
    '{"accessToken":{}}',
    '{"accessToken":"a","issuer":"x"}',
  ]) {
    const [get, renewed] = await run(
      page,
      async ({ oidc }, { config, key, junk }) => {
        localStorage.setItem(key, junk);
        const client = await oidc({ config, logger: { level: 'none' } });
        return [await client.token.get(), await client.token.get({ backgroundRenew: true })];
      },
      { config: config(), key: TOKENS, junk },
    );
    assert.equal(get.error, 'No tokens found', junk);
    assert.ok(renewed.accessToken, junk);
  }
});

test('a call given up by its signal leaves nothing behind', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  world.server.control.fail({ match: '/authorize', times: -1, delay: 1000 });
  const { early, late, frames } = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const early = await client.authorize.background({ signal: AbortSignal.abort('early') });
      const controller = new AbortController();
      const call = client.authorize.background({ signal: controller.signal });
      setTimeout(() => controller.abort('late'), 100);
      const late = await call;
      return { early, late, frames: document.querySelectorAll('iframe').length };
    },
    config(),
  );
  const expected = { error: 'aborted', code: 'aborted', type: 'unknown_error' };
  assertError(early, expected);
  assertError(late, expected);
  assert.equal(frames, 0);
});

test('fetch replaced by one that rejects with anything at all', async (t) => {
  const page = await openApp(t);
  const outcomes = await run(
    page,
    async ({ oidc, journey }, config) => {
      const client = await oidc({ config });
      const am = await journey({ config });
      const original = window.fetch;
      const outcomes = [];
      for (const fetch of [
        () => Promise.reject('text'),
        () => Promise.reject(undefined),
        () => Promise.reject({ plain: true }),
        () => Promise.resolve('no response'),
        () => undefined,
        () => {
          throw new Error('at once');
        },
      ]) {
        window.fetch = fetch;
        outcomes.push((await am.start()).error, (await client.token.exchange('c', 's')).error);
      }
      window.fetch = original;
      outcomes.push((await am.start()).type);
      return outcomes;
    },
    config(),
  );
  assert.deepEqual(outcomes, [
    ...Array(6).fill(['request_failed', 'State mismatch']).flat(),
    'Step',
  ]);
});

/** What each factory makes of an error: resolved, thrown, resolved. */
const factories = async ({ oidc, journey, journeyClient }, config) => {
  const resolved = await oidc({ config });
  const thrown = await journey({ config }).catch((error) => error);
  const configured = await journeyClient.configure({ config });
  return {
    codes: [resolved.code, thrown.code, configured?.code],
    isError: thrown instanceof Error,
    messages: [resolved.message, thrown.message, configured?.message],
  };
};

/** Asserts that every factory failed with a code, and with the same advice. */
function assertFactories({ codes, isError, messages }, code) {
  assert.deepEqual(codes, [code, code, code]);
  assert.ok(isError);
  assert.ok(messages[0].length > 10, messages[0]);
  assert.equal(new Set(messages).size, 1);
}

test('an app inside the hidden frame makes no client', async (t) => {
  const page = await openApp(t);
  await page.evaluate(() => {
    const frame = Object.assign(document.createElement('iframe'), { src: '/app.html' });
    frame.name = 'journey-oidc-frame';
    document.body.append(frame);
    return new Promise((resolve) => frame.addEventListener('load', resolve));
  });
  const frame = page.frame({ name: 'journey-oidc-frame' });
  const failure = await run(frame, create, config());
  assert.equal(failure.code, 'inside_own_frame');
  assertFactories(await run(frame, factories, config()), 'inside_own_frame');
  assert.equal(requestsTo('/.well-known/openid-configuration').length, 0);
  assert.equal(await run(page, create, config()), 'a client', 'outside of it, one is made');
  await page.evaluate(() => document.querySelector('iframe').remove());
});

test("a policy without 'wasm-unsafe-eval'", async (t) => {
  const page = await openApp(t, { path: '/no-wasm/' });
  assertFactories(await run(page, factories, config()), 'wasm_blocked_by_csp');
});

test('a file of the package that does not load, and then does', async (t) => {
  const page = await openApp(t);
  await page.route('**/inline.js', (route) => route.abort());
  assertFactories(await run(page, factories, config()), 'wasm_not_found');
  await page.unroute('**/inline.js');
  assert.equal(await run(page, create, config()), 'a client');
});

for (const [what, init] of [
  [
    'where functions have no source, and no native base64',
    () => {
      Function.prototype.toString = () => 'function () { [native code] }';
      Reflect.deleteProperty(Uint8Array, 'fromBase64');
    },
  ],
  ['with native base64', () => {}],
]) {
  test(`the wasm inside of the JavaScript, ${what}`, async (t) => {
    const page = await openApp(t, { init });
    assert.equal(await run(page, create, config()), 'a client');
  });
}

test('a page without https', async (t) => {
  const page = await openApp(t);
  await page.goto(world.app.replace('localhost', 'app.test'));
  assertFactories(await run(page, factories, config()), 'insecure_context');
});

test('no browser: importing works, the factories say so, callbacks can be made', async () => {
  const sdk = await import('../../pkg/index.js');
  assertFactories(await factories(sdk, config()), 'unsupported_environment');
  const callback = sdk.createCallback({
    type: 'NameCallback',
    input: [{ name: 'IDToken1', value: '' }],
    output: [{ name: 'prompt', value: 'User Name' }],
  });
  assert.ok(callback instanceof sdk.NameCallback);
  callback.setName('demo');
  assert.equal(callback.getPrompt(), 'User Name');
  assert.equal(callback.getInputValue(), 'demo');
});

test('another tab that keeps the lock for too long', async (t) => {
  const page = await withTokens(t);
  const before = await storage(page);
  world.server.control.fail({ match: '/access_token', delay: 500 });
  const name = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const renewal = client.token.get({ forceRenew: true });
      await new Promise((resolve) => setTimeout(resolve, 200));
      const { held } = await navigator.locks.query();
      await renewal;
      // The longer names tell other tabs what was written.
      return held.map(({ name }) => name).sort((a, b) => a.length - b.length)[0];
    },
    config(),
  );
  const renewedBefore = await storage(page);
  assert.notDeepEqual(renewedBefore, before);
  world.server.control.clearRequests();
  const { failure, tokens, milliseconds } = await run(
    page,
    async ({ oidc }, { config, name }) => {
      const client = await oidc({ config });
      let release;
      await new Promise((granted) => {
        navigator.locks.request(name, () => {
          granted();
          return new Promise((resolve) => (release = resolve));
        });
      });
      const started = Date.now();
      const failure = await client.token.get({ forceRenew: true });
      const milliseconds = Date.now() - started;
      release();
      return { failure, milliseconds, tokens: await client.token.get({ forceRenew: true }) };
    },
    { config: config({}, { timeout: 400, frameTimeout: 300 }), name },
  );
  assertError(failure, { error: 'lock_timeout', code: 'lock_timeout', type: 'state_error' });
  assert.ok(milliseconds >= 690 && milliseconds < 3000, String(milliseconds));
  assert.ok(tokens.accessToken, 'and goes on');
  assert.equal(requestsTo('/access_token').length, 1);
});

// What could be taken for a fault, and is none.

test('a realm below the root: its own sessions and tokens', async (t) => {
  const alpha = 'root/realms/alpha';
  const page = await openApp(t);
  const sessionToken = await signIn(page, {}, alpha);
  const { realm, tokens, info, logout } = await run(
    page,
    async ({ journey, oidc }, config) => {
      const realm = (await (await journey({ config })).start()).getRealm();
      const client = await oidc({ config });
      const tokens = await client.token.get({ backgroundRenew: true });
      const info = await client.user.info();
      return { realm, tokens, info, logout: await client.user.logout() };
    },
    config({}, { wellknown: wellknown(alpha) }),
  );
  assert.equal(realm, '/alpha');
  assert.equal(tokens.issuer, `${world.provider}/am/oauth2/realms/${alpha}`);
  assert.equal(info.sub, 'demo');
  assert.deepEqual(logout.done, { session: true, revoke: true, delete: true });
  const { control } = world.server;
  assert.equal((await control.session(sessionToken)).active, false);
  assert.equal(control.token(tokens.accessToken).active, false);
  assert.deepEqual(await storage(page), {});
});

test('the tokens of one realm are none in another', async (t) => {
  const page = await withTokens(t);
  const failure = await run(
    page,
    async ({ oidc }, config) => (await oidc({ config })).token.get(),
    config({}, { wellknown: wellknown('root/realms/alpha') }),
  );
  assert.equal(failure.error, 'No tokens found');
});

test('an existing session answers with success at once; ForceAuth asks again', async (t) => {
  const page = await openApp(t);
  const sessionToken = await signIn(page);
  const [again, forced] = await run(
    page,
    async ({ journey }, config) => {
      const client = await journey({ config });
      const again = await client.start({ journey: 'LoginSteps' });
      const forced = await client.start({ query: { ForceAuth: true } });
      return [[again.type, again.getSessionToken()], forced.type];
    },
    config(),
  );
  assert.deepEqual(again, ['LoginSuccess', sessionToken]);
  assert.equal(forced, 'Step');
});

test('noSession: success without a session token; the session before stays', async (t) => {
  const page = await openApp(t);
  const sessionToken = await signIn(page);
  const before = await storage(page);
  const token = await signIn(page, { query: { noSession: true, ForceAuth: true } });
  assert.equal(token, undefined);
  assert.deepEqual(await storage(page), before);
  assert.equal((await world.server.control.session(sessionToken)).active, true);
  assert.equal(await signIn(page), sessionToken);
});

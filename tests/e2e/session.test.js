/** `user.session()`, `user.info()`, and the ways to sign out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertError,
  assertNothingStored,
  call,
  claimsOf,
  dropDocuments,
  serveMetadata,
  until,
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
  USER,
  useWorld,
  withTokens,
  world,
} from './support.js';

useWorld();

/** Tokens without an ID token, and the configuration that brings them. */
async function withoutIdToken(page, settings) {
  await world.server.control.setClient({ client_id: CLIENT_ID, require_auth_time: false });
  await signIn(page);
  const tokens = await call(page, 'token.get', [{ backgroundRenew: true }], settings);
  assert.ok(tokens.accessToken && !tokens.idToken, JSON.stringify(tokens));
  return tokens;
}

/** Ends the session at the provider and nothing else. */
async function endSession(page) {
  const { idToken } = JSON.parse((await storage(page))[TOKENS]);
  const query = new URLSearchParams({ id_token_hint: idToken });
  await fetch(`${world.provider}/am/oauth2/realms/root/connect/endSession?${query}`);
}

test('the session is there', async (t) => {
  const page = await withTokens(t);
  for (const [what, options, expected, type = 'code'] of [
    ['none, by frame', {}, { responseType: 'none' }],
    ['none, by fetch', { redirectUri: '' }, { responseType: 'none' }, 'none'],
    ['none, without a code', { withoutCode: true }, { responseType: 'none' }, 'none'],
    ['an unknown type, as none', { responseType: 'code' }, { responseType: 'none' }],
    ['id_token', { responseType: 'id_token' }, { responseType: 'id_token' }],
    ['id_token, whose', { responseType: 'id_token', subject: USER.username }, {}],
    ['id_token, another scope', { responseType: 'id_token', scope: 'openid email' }, {}],
    ['id_token, without a code', { responseType: 'id_token', withoutCode: true }, {}, 'id_token'],
  ]) {
    await t.test(what, async () => {
      const before = await storage(page);
      world.server.control.clearRequests();
      const result = await call(page, 'user.session', [options]);
      assert.equal(result.error, undefined, JSON.stringify(result));
      assert.deepEqual({ ...result, ...expected }, result);
      if (options.responseType === 'id_token') assert.equal(result.claims.sub, 'demo');
      else assert.deepEqual(Object.keys(result), ['responseType']);
      assert.deepEqual(await storage(page), before);
      const [{ query }] = requestsTo('/authorize');
      assert.deepEqual([query.response_type, query.prompt], [type, 'none']);
      assert.ok(query.state && query.nonce && query.id_token_hint, JSON.stringify(query));
      assert.equal(query.code_challenge_method, type === 'code' ? 'S256' : undefined);
      const isExchanged = options.responseType === 'id_token' && type === 'code';
      assert.equal(requestsTo('/access_token').length, isExchanged ? 1 : 0);
      assert.deepEqual(requestsTo('/token/revoke'), []);
    });
  }
  const renewed = await call(page, 'token.get', [{ forceRenew: true }]);
  assert.ok(renewed.accessToken, 'the stored refresh token is as good as before');
  assert.deepEqual(
    requestsTo('/access_token')
      .map(({ body }) => body.grant_type)
      .at(-1),
    'refresh_token',
  );
});

test('at a provider that knows no response type but code', async (t) => {
  await serveMetadata({ response_types_supported: ['code'] });
  const page = await withTokens(t);
  for (const responseType of ['none', 'id_token']) {
    world.server.control.clearRequests();
    const options = { responseType, withoutCode: true };
    const result = await call(page, 'user.session', [options]);
    assert.equal(result.responseType, responseType, JSON.stringify(result));
    assert.equal(requestsTo('/authorize')[0].query.response_type, 'code');
  }
});

test('a check asks for no refresh token, and pushes where that is demanded', async (t) => {
  const page = await withTokens(t);
  world.server.control.configure({ requirePar: true });
  await dropDocuments(page);
  await page.reload();
  const settings = config({ scope: 'openid offline_access', maxAge: 1, acrValues: 'high' });
  const result = await call(page, 'user.session', [{ responseType: 'id_token' }], settings);
  assert.equal(result.claims?.sub, 'demo', JSON.stringify(result));
  const [{ body }] = requestsTo('/par').slice(-1);
  assert.deepEqual(
    [body.scope, body.max_age, body.acr_values, body.prompt],
    ['openid', undefined, undefined, 'none'],
  );
  const { query } = requestsTo('/authorize').at(-1);
  assert.equal(query.id_token_hint, undefined);
});

for (const [what, options, error] of [
  ['none, by frame', {}, 'interaction_required'],
  ['none, by fetch', { redirectUri: '' }, 'login_required'],
  ['none, without a code', { withoutCode: true }, 'interaction_required'],
  ['id_token', { responseType: 'id_token' }, 'interaction_required'],
]) {
  test(`the session has ended: ${what}; nobody is signed out here`, async (t) => {
    const page = await withTokens(t);
    await endSession(page);
    const before = await storage(page);
    const failure = await call(page, 'user.session', [options]);
    assertError(failure, { error, code: 'login_required', type: 'auth_error' });
    assert.deepEqual(await storage(page), before);
    // Another page has not seen the session alive.
    await page.reload();
    const unconfirmed = await call(page, 'user.session', [options]);
    assertError(unconfirmed, { error, code: 'session_unconfirmed', type: 'auth_error' });
    assert.deepEqual(await storage(page), before);
  });
}

test('AM says interaction_required when nobody is signed in', async (t) => {
  const page = await withTokens(t);
  for (const [am, code] of [
    [true, 'login_required'],
    [false, 'interaction_required'],
  ]) {
    const token = am ? 'access_token' : 'token';
    const token_endpoint = `${world.provider}/am/oauth2/realms/root/${token}`;
    await serveMetadata({ token_endpoint });
    await dropDocuments(page);
    await page.reload();
    assert.ok((await call(page, 'user.session')).responseType, 'alive');
    await answer(page, () => ({ response: { code: undefined, error: 'interaction_required' } }));
    assertError(await call(page, 'user.session'), { error: 'interaction_required', code });
    await page.unrouteAll();
    world.server.control.clearFailures();
  }
});

test('the ID token is in no element and in no performance entry of the page', async (t) => {
  const page = await withTokens(t);
  const seen = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const frames = [];
      const observer = new MutationObserver((records) => {
        for (const { addedNodes } of records) frames.push(...addedNodes);
      });
      observer.observe(document.body, { childList: true });
      const { length } = history;
      const result = await client.user.session();
      observer.disconnect();
      const entries = performance.getEntries().map(({ name }) => name);
      return {
        result,
        frames: frames.map(({ outerHTML }) => outerHTML),
        urls: entries.filter((name) => name.includes('id_token_hint')),
        steps: history.length - length,
      };
    },
    config(),
  );
  assert.equal(seen.result.responseType, 'none', JSON.stringify(seen));
  assert.equal(seen.frames.length, 1);
  assert.doesNotMatch(seen.frames[0], /id_token_hint/);
  assert.deepEqual([seen.urls, seen.steps], [[], 0]);
  assert.ok(requestsTo('/authorize').at(-1).query.id_token_hint);
});

test('without tokens', async (t) => {
  const page = await openApp(t);
  assertError(await call(page, 'user.session'), {
    error: 'no_id_token_hint',
    type: 'argument_error',
    message: 'response_type=none requires a stored id_token; authenticate first',
  });
  const options = { responseType: 'id_token' };
  assertError(await call(page, 'user.session', [options]), {
    error: 'interaction_required',
    code: 'session_unconfirmed',
  });
  await signIn(page);
  assert.equal((await call(page, 'user.session', [options])).claims.sub, 'demo');
  assertError(await call(page, 'user.session', [{ ...options, redirectUri: '' }]), {
    error: 'missing_redirect_uri',
    type: 'argument_error',
    message: 'redirect_uri is required for session check with response_type=id_token',
  });
});

/** Answers the check in the frame with these parameters, and the token request with these tokens. */
async function answer(page, change) {
  await page.unrouteAll();
  await page.route('**/authorize?*', async (route) => {
    const asked = new URL(route.request().url()).searchParams;
    const location = new URL(asked.get('redirect_uri'));
    const { response, tokens } = await change(asked);
    const iss = `${world.provider}/am/oauth2/realms/root`;
    const params = { state: asked.get('state'), code: 'c', iss, ...response };
    for (const [name, value] of Object.entries(params)) {
      if (value === undefined) delete params[name];
    }
    location.search = new URLSearchParams(params);
    const body = { access_token: 'discarded', token_type: 'Bearer', ...tokens };
    world.server.control.fail({ match: '/access_token', body });
    await route.fulfill({ status: 302, headers: { location: location.href } });
  });
}

const signed = async (claims, asked) => ({
  tokens: {
    id_token: await world.server.control.sign({
      iss: `${world.provider}/am/oauth2/realms/root`,
      aud: CLIENT_ID,
      sub: 'demo',
      nonce: asked.get('nonce'),
      iat: Math.floor(Date.now() / 1000),
      exp: Math.floor(Date.now() / 1000) + 60,
      ...claims,
    }),
  },
});

test('the session check is answered wrongly', async (t) => {
  const page = await openApp(t);
  for (const [what, change, expected] of [
    [
      'another state',
      () => ({ response: { state: 'other' } }),
      {
        error: 'state_mismatch',
        message: 'State parameter in response does not match the expected value',
      },
    ],
    ['no state', () => ({ response: { state: undefined } }), { error: 'state_mismatch' }],
    [
      'an error of somebody else',
      () => ({ response: { code: undefined, error: 'login_required', state: 'other' } }),
      { error: 'state_mismatch', code: 'state_mismatch' },
    ],
    [
      'an error without state',
      () => ({ response: { code: undefined, error: 'login_required', state: undefined } }),
      { error: 'state_mismatch', code: 'state_missing' },
    ],
    [
      'another issuer',
      () => ({ response: { iss: 'https://evil.example' } }),
      { error: 'Issuer mismatch', code: 'iss_mismatch' },
    ],
    [
      'no token',
      () => ({}),
      { error: 'no_id_token', message: 'No id_token found in iframe response' },
    ],
    [
      'no JWT',
      () => ({ tokens: { id_token: 'x.y' } }),
      { error: 'invalid_jwt', message: 'Failed to decode id_token JWT payload' },
    ],
    [
      'another nonce',
      (asked) => signed({ nonce: 'other' }, asked),
      {
        error: 'nonce_mismatch',
        message: 'Nonce in id_token does not match the expected value',
      },
    ],
    [
      'another user',
      (asked) => signed({ sub: 'eve' }, asked),
      {
        error: 'subject_mismatch',
        message: 'Subject claim in id_token does not match the expected value',
      },
    ],
    [
      'an expired token',
      (asked) => signed({ iat: 1, exp: 2 }, asked),
      { error: 'ID_TOKEN_INVALID', code: 'id_token_expired' },
    ],
    [
      'another audience',
      (asked) => signed({ aud: 'other' }, asked),
      { error: 'ID_TOKEN_INVALID', code: 'id_token_audience' },
    ],
    [
      'an error',
      () => ({
        response: {
          code: undefined,
          error: 'consent_required',
          error_description: 'Come and see.',
        },
      }),
      { error: 'consent_required', code: 'consent_required', message: 'Come and see.' },
    ],
    [
      'an error without words',
      () => ({ response: { code: undefined, error: 'made_up' } }),
      { error: 'made_up', message: 'An error occurred during session check' },
    ],
  ]) {
    await t.test(`${what}`, async () => {
      await answer(page, change);
      const failure = await call(page, 'user.session', [
        { responseType: 'id_token', subject: 'demo' },
      ]);
      assertError(failure, { ...expected, type: 'auth_error' });
      world.server.control.clearFailures();
      world.server.control.clearRequests();
    });
  }
  assert.deepEqual(Object.keys(withoutDocuments(await storage(page))), []);
});

test('subject_mismatch for an empty subject, too', async (t) => {
  const page = await withTokens(t);
  const options = { responseType: 'id_token', subject: '' };
  assertError(await call(page, 'user.session', [options]), { error: 'subject_mismatch' });
});

const FAILED = { error: 'session_check_error', type: 'network_error' };
test('the session check fails', async (t) => {
  const page = await withTokens(t);
  for (const [what, options, fault, expected] of [
    [
      'no answer in the frame',
      {},
      { hang: true },
      { error: 'iframe_timeout', message: 'Session check timed out waiting for iframe response' },
    ],
    ['a page in the frame', {}, { status: 200, body: '<p>' }, FAILED],
    ['200 by fetch', { redirectUri: '' }, { status: 200, body: {} }, FAILED],
    ['429 by fetch', { redirectUri: '' }, { status: 429, body: { error: 'slow_down' } }, FAILED],
    ['401 by fetch', { redirectUri: '' }, { status: 401, body: '' }, { error: 'login_required' }],
    [
      'a wrong request by fetch',
      { redirectUri: '' },
      { status: 400, body: { error: 'invalid_client' } },
      { ...FAILED, code: 'invalid_client' },
    ],
    ['500 by fetch', { redirectUri: '' }, { status: 500, body: {} }, FAILED],
    ['a page by fetch', { redirectUri: '' }, { status: 400, body: '<p>' }, FAILED],
    ['no connection by fetch', { redirectUri: '' }, { reset: true }, FAILED],
  ]) {
    await t.test(what, async () => {
      world.server.control.fail({ match: '/authorize', times: -1, ...fault });
      const settings = config({}, { frameTimeout: 1000 });
      assertError(await call(page, 'user.session', [options], settings), expected);
      world.server.control.clearFailures();
      world.server.control.clearRequests();
    });
  }
  world.server.control.fail({ match: '/access_token', status: 503, body: '' });
  const failure = await call(page, 'user.session', [{ responseType: 'id_token' }]);
  assertError(failure, { ...FAILED, code: 'http_error', status: 503 });
});

test('user details that are signed', async (t) => {
  await world.server.control.setClient({
    client_id: CLIENT_ID,
    userinfo_signed_response_alg: 'RS256',
  });
  const page = await withTokens(t);
  const info = await call(page, 'user.info');
  assert.equal(info.sub, 'demo', JSON.stringify(info));
  assert.equal(info.email, 'demo.user@example.com');
  const headers = { 'content-type': 'application/jwt' };
  for (const [claims, code] of [
    [{ sub: 'eve' }, 'userinfo_subject'],
    [{ iss: 'https://evil.example' }, undefined],
    [{ aud: 'another-client' }, undefined],
  ]) {
    const { id_token: body } = (await signed(claims, new URLSearchParams())).tokens;
    world.server.control.fail({ match: '/userinfo', status: 200, headers, body });
    const failure = await call(page, 'user.info');
    assertError(failure, { error: 'User Info retrieval failure', ...(code && { code }) });
  }
  const { id_token } = (await signed({}, new URLSearchParams())).tokens;
  const body = `${id_token.slice(0, -20)}AAAAAAAAAA${id_token.slice(-10)}`;
  world.server.control.fail({ match: '/userinfo', status: 200, headers, body });
  assertError(await call(page, 'user.info'), { error: 'User Info retrieval failure' });
});

test('user details fail', async (t) => {
  const page = await withTokens(t);
  for (const [what, fault, expected] of [
    ['500', { status: 500, body: '' }, { status: 500 }],
    ['401', { status: 401, body: '' }, { status: 401, code: 'token_rejected' }],
    ['a page', { status: 200, body: '<p>' }, { status: 'PARSING_ERROR' }],
    ['no connection', { reset: true }, { status: 'FETCH_ERROR' }],
  ]) {
    await t.test(what, async () => {
      const before = await storage(page);
      world.server.control.fail({ match: '/userinfo', times: -1, ...fault });
      assertError(await call(page, 'user.info'), {
        error: 'User Info retrieval failure',
        type: 'auth_error',
        ...expected,
      });
      assert.deepEqual(await storage(page), before);
      world.server.control.clearFailures();
      world.server.control.clearRequests();
    });
  }
});

const signOut = (more) => config({ signOutRedirectUri: `${world.app}/`, ...more });

for (const state of ['from-the-app', undefined]) {
  test(`logout by redirect, and back, with ${state ?? 'a random state'}`, async (t) => {
    const page = await openApp(t, { path: '/basket' });
    const sessionToken = await signIn(page);
    const tokens = await call(page, 'token.get', [{ backgroundRenew: true }]);
    world.server.control.clearRequests();
    const back = page.waitForURL(`${world.app}/?state=*`);
    await call(page, 'user.logout', [{ redirect: true, state }], signOut()).catch(() => {});
    await back;
    const returned = new URL(page.url()).searchParams.get('state');
    if (state) assert.equal(returned, state);
    else assert.match(returned, /^[\w-]{43}$/);
    await assertNothingStored(page);
    const { control } = world.server;
    assert.equal((await control.session(sessionToken)).active, false, 'session');
    for (const token of [tokens.accessToken, tokens.refreshToken]) {
      assert.equal(control.token(token).active, false, 'token');
    }
    const paths = [...requestsTo('/token/revoke'), ...requestsTo('/endSession')];
    const order = control.requests().filter((request) => paths.includes(request));
    assert.deepEqual(
      order.map(({ path, query }) => [path.split('/').at(-1), query.id_token_hint]),
      [
        ['revoke', undefined],
        ['revoke', undefined],
        ['endSession', tokens.idToken],
      ],
    );
    // The first thing in the URL, as existing servers expect it.
    assert.equal(Object.keys(order[2].query)[0], 'id_token_hint');
  });
}

test('logout by redirect without an ID token: the provider knows the client', async (t) => {
  const page = await openApp(t);
  const settings = signOut({ scope: 'profile' });
  const tokens = await withoutIdToken(page, settings);
  const there = page.waitForURL('**/endSession?*');
  await call(page, 'user.logout', [{ redirect: true, state: 's' }], settings).catch(() => {});
  await there;
  const [{ query }] = requestsTo('/endSession');
  assert.deepEqual(query, {
    client_id: CLIENT_ID,
    post_logout_redirect_uri: `${world.app}/`,
    state: 's',
  });
  assert.equal(world.server.control.token(tokens.accessToken).active, false);
  await page.goto(world.app);
  await assertNothingStored(page);
});

test('logout by redirect without an end-session endpoint stays here', async (t) => {
  await serveMetadata({ end_session_endpoint: undefined });
  const page = await withTokens(t);
  const result = await call(page, 'user.logout', [{ redirect: true }], signOut());
  // AM's sessions endpoint has ended it.
  assert.deepEqual(result.done, { session: true, revoke: true, delete: true });
  await assertNothingStored(page);
});

test('logout: end session first, and waited for; then both tokens', async (t) => {
  const page = await withTokens(t);
  const { idToken, accessToken, refreshToken } = JSON.parse((await storage(page))[TOKENS]);
  world.server.control.clearRequests();
  world.server.control.fail({ match: '/endSession', after: true, delay: 300 });
  const result = await call(page, 'user.logout', [], signOut());
  assert.equal(result.error, undefined, JSON.stringify(result));
  const [ended] = requestsTo('/endSession');
  assert.deepEqual(Object.entries(ended.query), [
    ['id_token_hint', idToken],
    ['post_logout_redirect_uri', `${world.app}/`],
  ]);
  const revoked = requestsTo('/token/revoke');
  assert.deepEqual(
    revoked.map(({ body }) => body.token).sort(),
    [accessToken, refreshToken].sort(),
  );
  for (const { time, body } of revoked) {
    assert.ok(time - ended.time >= 250, 'afterwards');
    assert.equal(body.client_id, CLIENT_ID);
  }
});

test('logout without an ID token: by the cookie, at the path that the app gives', async (t) => {
  const page = await openApp(t);
  const sessions = '/am/json/realms/root/sessions-elsewhere';
  const settings = config({ scope: 'profile' }, { paths: { sessions } });
  await withoutIdToken(page, settings);
  world.server.control.fail({ match: sessions, status: 200, body: {} });
  const { done } = await call(page, 'user.logout', [], settings);
  assert.deepEqual(done, { session: true, revoke: true, delete: true });
  assert.deepEqual(requestsTo(sessions).at(0)?.query, { _action: 'logout' });
});

test('the ID token of PingOne goes to its own endpoint', async (t) => {
  const ping = `${world.provider}/am/oauth2/realms/root/connect/endSession?ping=1`;
  await serveMetadata({ ping_end_idp_session_endpoint: ping });
  const page = await withTokens(t);
  const result = await call(page, 'user.logout');
  assert.equal(result.error, undefined, JSON.stringify(result));
  assert.equal(requestsTo('/endSession')[0].query.ping, '1');
});

for (const delay of [0, 500]) {
  test(`a page that is left at once still signs out; the provider takes ${delay} ms`, async (t) => {
    const page = await openApp(t);
    const sessionToken = await signIn(page);
    const tokens = await call(page, 'token.get', [{ backgroundRenew: true }]);
    world.server.control.fail({ match: '/endSession', after: true, delay });
    await run(
      page,
      async ({ oidc }, config) => {
        const client = await oidc({ config });
        client.user.logout();
        location.href = '/left';
      },
      config(),
    ).catch(() => {});
    await page.waitForURL('**/left');
    await assertNothingStored(page);
    const { control } = world.server;
    await until(async () => !(await control.session(sessionToken)).active, 'session ended');
    await until(() => !control.token(tokens.accessToken).active, 'access token revoked');
    await until(() => !control.token(tokens.refreshToken).active, 'refresh token revoked');
  });
}

test('an older ID token is a hint all the same', async (t) => {
  await world.server.control.setClient({ client_id: CLIENT_ID, idTokenTtl: 1 });
  const page = await withTokens(t);
  const { idToken } = JSON.parse((await storage(page))[TOKENS]);
  await until(() => claimsOf(idToken).exp * 1000 < Date.now());
  assert.equal((await call(page, 'user.session')).responseType, 'none');
  assert.equal((await call(page, 'user.logout')).done.session, true);
});

/** Pushed authorization requests (RFC 9126), and authorization by fetch (`pi.flow`). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, assertNobodyStored, call, serveMetadata } from './oidc-support.js';
import { config, openApp, requestsTo, run, signIn, storage, useWorld, world } from './support.js';

useWorld();

const paramsOf = (url) => Object.fromEntries(new URL(url).searchParams);
const pushed = () => requestsTo('/par');

test('pushed where the provider demands it: the URL names the request and no more', async (t) => {
  world.server.control.configure({ requirePar: true });
  const page = await openApp(t);
  await signIn(page);
  const sent = page.waitForRequest('**/par');
  const url = await call(page, 'authorize.url', [{ loginHint: 'demo', appState: 1 }]);
  // As URLSearchParams writes it.
  assert.match((await sent).postData(), /&scope=openid\+profile\+email&/);
  const { request_uri, ...rest } = paramsOf(url);
  assert.match(request_uri, /^urn:ietf:params:oauth:request_uri:/);
  assert.deepEqual(rest, { client_id: 'journey-oidc-demo' });
  const [{ body, contentType }] = pushed();
  assert.equal(contentType, 'application/x-www-form-urlencoded;charset=UTF-8');
  assert.equal(body.login_hint, 'demo');
  await page.goto(url);
  const tokens = await call(page, 'authorize.callback');
  assert.ok(tokens.accessToken && tokens.appState === 1, JSON.stringify(tokens));
});

for (const method of ['authorize.background', 'token.get']) {
  test(`pushed: ${method}`, async (t) => {
    world.server.control.configure({ requirePar: true });
    const page = await openApp(t);
    await signIn(page);
    const result = await call(page, method, [{ backgroundRenew: true }]);
    assert.ok(result.code ?? result.accessToken, JSON.stringify(result));
    assert.equal(pushed()[0].body.prompt, 'none');
    const { query } = requestsTo('/authorize').at(-1);
    assert.deepEqual(Object.keys(query).sort(), ['client_id', 'prompt', 'request_uri']);
  });
}

test('a background request that is refused offers a pushed redirect without prompt', async (t) => {
  world.server.control.configure({ requirePar: true });
  const page = await openApp(t);
  const failure = await call(page, 'authorize.background');
  assertError(failure, { error: 'interaction_required', type: 'auth_error' });
  assert.deepEqual(Object.keys(paramsOf(failure.redirectUrl)), ['client_id', 'request_uri']);
  assert.equal(pushed()[1].body.prompt, undefined);
});

for (const [par, required, outcome] of [
  [undefined, true, 'pushed'],
  [undefined, false, 'in the URL'],
  [undefined, 'true', 'in the URL'],
  [true, false, 'pushed'],
  [true, true, 'pushed'],
  [false, false, 'in the URL'],
  [false, true, 'refused'],
]) {
  test(`par: ${par}, demanded: ${JSON.stringify(required)}: ${outcome}`, async (t) => {
    await serveMetadata({ require_pushed_authorization_requests: required });
    const page = await openApp(t);
    const url = await call(page, 'authorize.url', [], config({ par }));
    if (outcome === 'refused') {
      return assertError(url, {
        error:
          'The authorization server requires Pushed Authorization Requests (PAR). Set config.par to true or omit it.',
        type: 'argument_error',
      });
    }
    assert.equal('request_uri' in paramsOf(url), outcome === 'pushed', JSON.stringify(url));
    assert.equal(pushed().length, outcome === 'pushed' ? 1 : 0);
  });
}

test('an authorization endpoint with a query keeps it', async (t) => {
  const authorization_endpoint = `${world.provider}/am/oauth2/realms/root/authorize?tenant=7`;
  await serveMetadata({ authorization_endpoint });
  const page = await openApp(t);
  for (const par of [true, false]) {
    const url = await call(page, 'authorize.url', [], config({ par }));
    assert.equal(paramsOf(url).tenant, '7');
    assert.equal(paramsOf(url).client_id, 'journey-oidc-demo');
    assert.equal(url.split('?').length, 2);
  }
});

test('no endpoint to push to', async (t) => {
  await serveMetadata({ pushed_authorization_request_endpoint: undefined });
  const page = await openApp(t);
  const failure = await call(page, 'authorize.url', [], config({ par: true }));
  assertError(failure, {
    error: 'PAR_NOT_CONFIGURED',
    type: 'wellknown_error',
    message: 'PAR endpoint not found in server configuration',
  });
});

const PREFIX = 'Failed to push authorization request: ';
const NO_URI = "PAR response missing required 'request_uri' field";
test('the push fails', async (t) => {
  const page = await openApp(t);
  for (const [what, fault, message, status] of [
    [
      'refused',
      { status: 400, body: { error: 'invalid_scope', error_description: 'no such scope' } },
      /^no such scope$/,
      400,
    ],
    ['refused without a word', { status: 403, body: {} }, new RegExp(`^${PREFIX}403$`), 403],
    ['down', { status: 502, body: '<html>' }, new RegExp(`^${PREFIX}502$`), 502],
    ['unreachable', { reset: true }, new RegExp(`^${PREFIX}FETCH_ERROR`), 'FETCH_ERROR'],
    ['silent', { hang: true }, new RegExp(`^${PREFIX}TIMEOUT_ERROR`), 'TIMEOUT_ERROR'],
    ['no request_uri', { status: 201, body: {} }, new RegExp(`^${NO_URI}`), 201],
    ['an empty request_uri', { status: 201, body: { request_uri: '' } }, new RegExp(NO_URI), 201],
  ]) {
    await t.test(`${what}`, async () => {
      world.server.control.fail({ match: '/par', times: -1, ...fault });
      for (const method of ['authorize.url', 'authorize.background', 'authorize.redirect']) {
        const failure = await call(page, method, [], config({ par: true }, { timeout: 500 }));
        assertError(failure, { error: 'PAR_ERROR', type: 'network_error', status });
        assert.match(failure.message, message);
        assert.equal(failure.redirectUrl, undefined);
        if (fault.body?.error) assert.equal(failure.cause.error, fault.body.error);
      }
      await assertNobodyStored(page);
      world.server.control.clearFailures();
      world.server.control.clearRequests();
    });
  }
});

test('a pushed request that lasts too short a time is warned about, once', async (t) => {
  const page = await openApp(t);
  world.server.control.fail({
    match: '/par',
    status: 201,
    body: { request_uri: 'urn:x', expires_in: 5 },
  });
  const warnings = await run(
    page,
    async ({ oidc }, config) => {
      const warnings = [];
      const custom = { warn: (...args) => warnings.push(args.join(' ')) };
      const client = await oidc({ config, logger: { level: 'warn', custom } });
      await client.authorize.url();
      return warnings;
    },
    config({ par: true }),
  );
  assert.equal(warnings.length, 1, JSON.stringify(warnings));
});

const byFetch = () => requestsTo('/authorize').filter(({ method }) => method === 'POST');

for (const requirePar of [false, true]) {
  test(`pi.flow: by fetch where the provider offers it${requirePar ? ', pushed' : ''}`, async (t) => {
    world.server.control.configure({ piFlow: true, requirePar });
    const page = await openApp(t);
    await signIn(page);
    const answer = await call(page, 'authorize.background');
    assert.deepEqual(Object.keys(answer).sort(), ['code', 'iss', 'state'], JSON.stringify(answer));
    const [{ query, body }] = byFetch();
    assert.equal(query.prompt, 'none');
    assert.equal(requirePar ? pushed()[0].body.response_mode : query.response_mode, 'pi.flow');
    assert.equal(body, undefined, 'all in the query');
    const tokens = await call(page, 'token.exchange', [answer.code, answer.state]);
    assert.ok(tokens.accessToken, JSON.stringify(tokens));
    const renewed = await call(page, 'token.get', [
      { forceRenew: true, authorizeOptions: { scope: 'openid' } },
    ]);
    assert.ok(renewed.accessToken, JSON.stringify(renewed));
    assert.equal(byFetch().length, 2);
  });
}

test('pi.flow: another response mode goes by the frame', async (t) => {
  world.server.control.configure({ piFlow: true });
  const page = await openApp(t);
  await signIn(page);
  const answer = await call(page, 'authorize.background', [{ responseMode: 'query' }]);
  assert.ok(answer.code, JSON.stringify(answer));
  assert.equal(byFetch().length, 0);
});

test('pi.flow: nobody signed in', async (t) => {
  world.server.control.configure({ piFlow: true });
  const page = await openApp(t);
  const failure = await call(page, 'authorize.background', [{ responseMode: 'pi.flow' }]);
  assertError(failure, { error: 'LOGIN_REQUIRED', type: 'auth_error', status: 400 });
  const { prompt, response_mode, state } = paramsOf(failure.redirectUrl);
  assert.deepEqual([prompt, response_mode], [undefined, undefined]);
  assert.ok(`FR-SDK-authflow-journey-oidc-demo-${state}` in (await storage(page)));
});

for (const setting of ['json', 'page', 'no-cors']) {
  for (const requirePar of [false, true]) {
    test(`pi.flow: listed, but not for this client (${setting}${requirePar ? ', pushed' : ''})`, async (t) => {
      world.server.control.fault('pi-flow-refused', setting);
      world.server.control.configure({ requirePar });
      const page = await openApp(t);
      await signIn(page);
      const tokens = await call(page, 'token.get', [{ backgroundRenew: true }]);
      assert.ok(tokens.accessToken, JSON.stringify(tokens));
      // Where requests are pushed, the response mode is refused there.
      const tries = requirePar ? 0 : 1;
      assert.equal(byFetch().length, tries, 'tried');
      // The app may know better than the metadata.
      const frame = config({ responseMode: 'query' });
      const answer = await call(page, 'authorize.background', [], frame);
      assert.ok(answer.code, JSON.stringify(answer));
      assert.equal(byFetch().length, tries);
      const forced = config({ responseMode: 'pi.flow' });
      const failure = await call(page, 'authorize.background', [], forced);
      assert.ok(failure.error, JSON.stringify(failure));
      const url = await call(page, 'authorize.url', [], forced);
      if (!requirePar) assert.equal(paramsOf(url).response_mode, undefined);
    });
  }
}

test('pi.flow: what the provider says of the user is the answer', async (t) => {
  world.server.control.configure({ piFlow: true });
  const page = await openApp(t);
  const failure = await call(page, 'authorize.background');
  assertError(failure, { error: 'LOGIN_REQUIRED', code: 'login_required', status: 400 });
  assert.deepEqual(
    requestsTo('/authorize').map(({ method }) => method),
    ['POST'],
    'no frame',
  );
  const { response_mode } = paramsOf(failure.redirectUrl);
  assert.equal(response_mode, undefined);
});

const CONFIGURATION = { error: 'CONFIGURATION_ERROR', type: 'network_error' };
const SCHEMA = {
  error: 'Unknown_Error',
  type: 'unknown_error',
  message: 'Response schema was not recognized',
};
const SHAPE = {
  error: 'Unknown_Error',
  type: 'auth_error',
  message: 'Unexpected error response shape',
};
const REFUSED = { error: 'interaction_required', message: 'Please sign in.', type: 'auth_error' };
test('pi.flow: answers of every kind', async (t) => {
  const page = await openApp(t);
  for (const [what, fault, expected, hasUrl] of [
    ['a code that is a number', { code: 123 }, { code: '123' }],
    ['another state', { code: 'x', state: 'other' }, { error: 'State mismatch' }],
    ['another issuer', { code: 'x', iss: 'https://evil.example' }, { code: 'iss_mismatch' }],
    ['no authorizeResponse', { status: 200, body: {} }, SCHEMA],
    ['an empty answer', { status: 200, body: '' }, SCHEMA],
    [
      'an error with details',
      {
        status: 400,
        body: { details: [{ code: 'interaction_required', message: 'Please sign in.' }] },
      },
      REFUSED,
      true,
    ],
    ['details without a code', { status: 400, body: { details: [{ code: 7 }] } }, SHAPE, true],
    ['no details', { status: 400, body: { details: [] } }, { error: 'Unknown_Error' }, true],
    ['other JSON', { status: 400, body: { error: 'x' } }, CONFIGURATION],
    ['a page', { status: 500, body: '<html>' }, CONFIGURATION],
    ['no connection', { reset: true }, CONFIGURATION],
  ]) {
    await t.test(`${what}`, async () => {
      await page.unrouteAll();
      if (fault.code) {
        await page.route('**/authorize?*', (route) => answer(route, fault));
      } else {
        world.server.control.fail({ match: '/authorize', times: -1, ...fault });
      }
      const result = await call(page, 'authorize.background', [{ responseMode: 'pi.flow' }]);
      if (expected.error) assertError(result, expected);
      else assert.equal(result.code, expected.code, JSON.stringify(result));
      assert.equal('redirectUrl' in result, hasUrl === true);
      world.server.control.clearFailures();
      world.server.control.clearRequests();
    });
  }
});

/** The provider's answer with this code. */
function answer(route, authorizeResponse) {
  const { state } = paramsOf(route.request().url());
  const iss = `${world.provider}/am/oauth2/realms/root`;
  return route.fulfill({
    headers: {
      'access-control-allow-origin': world.app,
      'access-control-allow-credentials': 'true',
    },
    json: { authorizeResponse: { state, iss, ...authorizeResponse } },
  });
}

/** `diagnose()`: each fault by the development server, the app's host or the browser, and what it says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serveMetadata, until } from './oidc-support.js';
import {
  CLIENT_ID,
  config,
  host,
  newContext,
  openApp,
  requestsTo,
  run,
  scripts,
  storage,
  TOKENS,
  useWorld,
  wellknown,
  withTokens,
  world,
} from './support.js';

useWorld();

/** Diagnoses in a page or a frame of the app. */
const diagnose = (page, input = {}) =>
  run(page, async (_, input) => (await import('/pkg/diagnose.js')).diagnose(input), {
    config: config(),
    ...input,
  });

/** The findings that are a problem or a warning. */
const bad = (report) => report.filter(({ result }) => /problem|warning/.test(result));

/** Asserts that a report has one finding of a check, with these results and texts. */
function assertFinding(report, check, result, ...texts) {
  const finding = report.find((one) => one.check === check);
  assert.equal(finding?.result, result, JSON.stringify([finding, bad(report)], null, 1));
  for (const text of texts) assert.match(Object.values(finding).join('\n'), text);
  assert.match(finding.link, /^docs\/[\w-]+\.md(#[\w-]+)?$/);
  if (result !== 'ok') assert.ok(finding.found && finding.remedy, check);
  return finding;
}

test('a good configuration: nothing is wrong, and nothing is changed', async (t) => {
  const page = await openApp(t);
  const report = await diagnose(page, { journey: 'Login' });
  assert.deepEqual(bad(report), []);
  for (const check of ['document', 'authorization', 'token-cors', 'keys', 'am-journey']) {
    assertFinding(report, check, 'ok');
  }
  assertFinding(report, 'cookies', 'unknown');
  assertFinding(report, 'userinfo-cors', 'unknown');
  assert.deepEqual(await storage(page), {});
  assert.equal(new Set(report.map(({ check }) => check)).size, report.length);
});

test('a signed-in user: the session and what is stored stay, and no secret is sent', async (t) => {
  const page = await withTokens(t);
  const before = await storage(page);
  world.server.control.clearRequests();
  const report = await diagnose(page);
  assert.deepEqual(bad(report), []);
  assertFinding(report, 'authorization', 'ok', /is signed in at/);
  assertFinding(report, 'cookies', 'ok');
  assert.deepEqual(await storage(page), before);
  const { accessToken, refreshToken, idToken } = JSON.parse(before[TOKENS]);
  const sent = JSON.stringify([world.server.control.requests(), report]);
  for (const secret of [accessToken, refreshToken, idToken]) assert.ok(!sent.includes(secret));
  assert.equal(requestsTo('/userinfo').length, 0);
  const byClient = () =>
    run(
      page,
      async ({ oidc }, config) => {
        const { diagnose } = await import('/pkg/diagnose.js');
        const client = await oidc({ config });
        return [await client.token.get(), await diagnose({ config, client })];
      },
      config(),
    );
  const [ok, withDetails] = await byClient();
  assert.equal(ok.accessToken, accessToken, 'the tokens are those of before');
  assertFinding(withDetails, 'userinfo-cors', 'ok');
  world.server.control.fail({ match: '/userinfo', times: -1, reset: true });
  const [, withoutDetails] = await byClient();
  assertFinding(withoutDetails, 'userinfo-cors', 'problem', /may not read the UserInfo endpoint/);
});

test('a session that the frame does not get', async (t) => {
  const page = await withTokens(t);
  await page.context().clearCookies();
  assertFinding(await diagnose(page), 'cookies', 'warning', /signed in here/);
});

/**
 * Faults at the provider: named ones, other configuration, or requests that fail; the check, its result, and
 * what the finding says. The first finding that is bad is this one.
 */
const AT_PROVIDER = {
  'no CORS for the document': {
    faults: ['metadata-without-cors'],
    expect: ['document', 'problem', /may not read/, /CORS service/],
  },
  'no CORS for the endpoints': {
    faults: ['cors-not-registered'],
    expect: ['am-realm', 'problem', /may not read/],
    also: [
      ['token-cors', 'problem', /Allow the origin http:\/\/localhost:\d+/],
      ['revocation-cors', 'problem', /may not read/],
    ],
  },
  'CORS without credentials': {
    faults: ['cors-star'],
    expect: ['am-realm', 'problem', /may not read/],
    also: [['am-cors', 'problem', /with credentials/]],
  },
  'no document': {
    config: () => config({}, { wellknown: wellknown('nowhere') }),
    expect: ['document', 'problem', /status is 404/, /the realm/],
  },
  'a well-known URL that is none': {
    config: () => config({}, { wellknown: `${world.provider}/am/oauth2/realms/root` }),
    expect: ['document', 'problem', /followed by \/\.well-known/],
  },
  'a document that is no JSON': {
    failure: () => ({ match: 'openid-configuration', times: -1, body: '<html>' }),
    expect: ['document', 'problem', /no JSON/],
  },
  'no answer in time': {
    failure: () => ({ match: 'openid-configuration', times: -1, hang: true }),
    config: () => config({}, { timeout: 300 }),
    expect: ['document', 'problem', /in time/],
  },
  'timeouts that are not set': {
    config: () => config({}, { timeout: '', frameTimeout: '$FRAME_TIMEOUT' }),
    expect: ['document', 'ok'],
    also: [['authorization', 'ok']],
  },
  'a list of scopes': {
    config: () => config({ scope: ['openid', 'profile', 'basket'] }),
    expect: ['scopes', 'warning', /does not list basket\./],
  },
  'nobody answers': {
    config: () => config({}, { wellknown: `${world.nowhere}/.well-known/openid-configuration` }),
    expect: ['document', 'problem', /can't be reached/],
  },
  'another issuer': {
    faults: [['issuer', 'https://login.example/tenant']],
    expect: ['issuer', 'problem', /set serverConfig\.issuer to "https:\/\/login\.example\/tenant"/],
  },
  'missing endpoints': {
    set: () => serveMetadata({ revocation_endpoint: undefined, end_session_endpoint: undefined }),
    expect: ['endpoints', 'warning', /no end_session_endpoint/],
  },
  'plain http': {
    set: () => serveMetadata({ userinfo_endpoint: 'http://op.example/userinfo' }),
    expect: ['document', 'problem', /is not an https URL/],
  },
  'HS256 only': {
    faults: ['metadata-hs256-only'],
    expect: ['algorithms', 'problem', /HS256 only/, /RS256/],
  },
  'PKCE by plain': {
    faults: ['metadata-pkce-plain-only'],
    expect: ['pkce', 'problem', /plain only/],
  },
  'no code flow': {
    faults: ['metadata-implicit-only'],
    expect: ['response-types', 'problem', /id_token only/],
  },
  'keys for encryption': {
    faults: ['jwks-encryption-only'],
    expect: ['keys', 'problem', /None of the keys/],
  },
  'no keys': {
    failure: () => ({ match: 'jwk_uri', times: -1, status: 500 }),
    expect: ['keys', 'problem', /status is 500/],
  },
  'keys that are none': {
    failure: () => ({ match: 'jwk_uri', times: -1, body: '{"keys":[null,1]}' }),
    expect: ['keys', 'problem', /None of the keys/],
  },
  'no jwks_uri': {
    set: () => serveMetadata({ jwks_uri: undefined }),
    expect: ['keys', 'problem', /no jwks_uri/],
  },
  'a scope that is not listed': {
    config: () => config({ scope: 'openid basket' }),
    expect: ['scopes', 'warning', /does not list basket/],
  },
  'a redirect URI that is not registered': {
    config: () => config({ redirectUri: `${world.app}/elsewhere` }),
    expect: [
      'authorization',
      'problem',
      /redirect.uri/i,
      /elsewhere, exactly so/,
      /Redirection URIs/,
    ],
  },
  'the same without pushed requests': {
    set: () => serveMetadata({ pushed_authorization_request_endpoint: undefined }),
    config: () => config({ redirectUri: `${world.app}/elsewhere` }),
    expect: ['authorization', 'problem', /knows the client, so most likely the redirect/],
  },
  'a client that does not exist': {
    config: () => config({ clientId: 'nobody' }),
    expect: ['authorization', 'problem', /invalid_client/],
    also: [['token-cors', 'problem', /invalid_client/]],
  },
  'a client with a secret': {
    client: { token_endpoint_auth_method: 'client_secret_post', client_secret: 'x'.repeat(32) },
    expect: ['token-cors', 'problem', /refuses the client/, /Client type/],
  },
  'a page in place of a response': {
    faults: ['authorize-shows-page'],
    expect: ['authorization', 'problem', /knows client and redirect URI/, /X-Frame-Options/],
  },
  'no response': {
    failure: () => ({ match: '/authorize', times: -1, hang: true }),
    config: () => config({}, { frameTimeout: 500 }),
    expect: ['authorization', 'problem', /in time/],
  },
  'a scope that is refused': {
    client: { scope: 'openid' },
    expect: ['authorization', 'problem', /invalid_scope/, /openid profile email/],
  },
  'a response without issuer': {
    faults: ['response-without-iss'],
    set: () => serveMetadata({ token_endpoint: `${world.provider}/token` }),
    expect: ['iss', 'problem', /there is none/],
    also: [['end-session', 'unknown', /could end a session/, /backgroundSignOutRedirectUri/]],
  },
  'requests must be pushed': {
    settings: { requirePar: true },
    expect: ['par', 'ok', /./],
  },
  'a pushed request that is refused': {
    settings: { requirePar: true },
    config: () => config({ redirectUri: `${world.app}/elsewhere` }),
    expect: ['par', 'problem', /refuses the request/],
  },
  'pushed requests that nobody takes': {
    set: () => serveMetadata({ pushed_authorization_request_endpoint: undefined }),
    config: () => config({ par: true }),
    expect: ['par', 'problem', /no pushed_authorization_request_endpoint/],
  },
  'DPoP is demanded': {
    failure: () => ({
      match: '/access_token',
      times: -1,
      status: 400,
      body: { error: 'invalid_dpop_proof' },
    }),
    expect: ['dpop', 'problem', /demands a DPoP proof/, /dpop: true/],
  },
  'DPoP is not there': {
    set: () => serveMetadata({ dpop_signing_alg_values_supported: undefined }),
    config: () => config({ dpop: true }),
    expect: ['dpop', 'problem', /does not mention/],
  },
  'an error that says nothing of the client': {
    failure: () => ({ match: '/access_token', times: -1, status: 503 }),
    expect: ['token-cors', 'unknown', /status 503/],
  },
  'revocation for others only': {
    faults: ['revocation-refused'],
    expect: ['revocation-cors', 'warning', /invalid_client/],
  },
  'no session endpoint': {
    faults: ['sessions-missing'],
    expect: ['am-sessions', 'problem', /404/],
  },
  'an older session endpoint': {
    faults: ['sessions-versions'],
    expect: ['am-sessions', 'ok', /is 2\.0/],
  },
  'a realm that is not there': {
    failure: () => ({ match: '/serverinfo/', times: -1, status: 404 }),
    expect: ['am-realm', 'problem', /404/],
  },
  'a journey that is not there': {
    input: { journey: 'Nothing' },
    expect: ['am-journey', 'problem', /journey Nothing/],
  },
  'another cookie name': {
    config: () => config({ session: { cookieName: 'cookie' } }),
    expect: ['am-cookie', 'problem', /Set session\.cookieName to iPlanetDirectoryPro/],
  },
  'a configuration without client ID': {
    config: () => config({ clientId: undefined }),
    expect: ['configuration', 'problem', /clientId/],
  },
  'a redirect URI of another origin': {
    config: () => config({ redirectUri: `${world.provider}/callback.html` }),
    expect: ['landing', 'problem', /of the origin/],
  },
};

test('faults at the provider', async (t) => {
  const page = await openApp(t);
  for (const [name, row] of Object.entries(AT_PROVIDER)) {
    await t.test(name, async () => {
      const { control } = world.server;
      control.reset();
      await page.evaluate(() => sessionStorage.clear());
      for (const fault of row.faults ?? []) control.fault(...[fault].flat());
      if (row.client) await control.setClient({ client_id: CLIENT_ID, ...row.client });
      if (row.settings) control.configure(row.settings);
      await row.set?.();
      if (row.failure) control.fail(row.failure());
      const report = await diagnose(page, { config: row.config?.() ?? config(), ...row.input });
      assertFinding(report, ...row.expect);
      for (const other of row.also ?? []) assertFinding(report, ...other);
      const [check, result] = row.expect;
      if (/problem|warning/.test(result)) assert.equal(bad(report)[0].check, check);
      else assert.deepEqual(bad(report), []);
    });
  }
});

/** The app on another site than the provider. */
const elsewhere = () => world.app.replace('localhost', '127.0.0.1');

/** Faults of the page: what the app's host sends with it, and what runs before it. */
const IN_PAGE = {
  'a policy that forbids WebAssembly': {
    path: () => '/no-wasm/',
    expect: ['wasm', 'problem', /'wasm-unsafe-eval'/],
  },
  'a policy that forbids requests': {
    headers: () => ({
      'content-security-policy': `script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'`,
    }),
    expect: ['connect-src', 'problem', /Add http:\/\/localhost:\d+ to connect-src/],
    also: [['document', 'unknown', /Content-Security-Policy/]],
  },
  'a policy that forbids frames': {
    headers: () => ({
      'content-security-policy': `script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${world.provider}; frame-src 'self'`,
    }),
    expect: ['frame-src', 'problem', /to frame-src/],
    also: [['authorization', 'unknown']],
  },
  'a policy of the redirect URI that forbids frames': {
    headers: () => ({ 'x-frame-options': 'DENY' }),
    expect: ['landing', 'problem', /may not be shown/],
  },
  COEP: {
    headers: () => ({ 'cross-origin-embedder-policy': 'require-corp' }),
    expect: ['isolation', 'problem', /require-corp/],
  },
  'a clock that is wrong': {
    headers: () => ({ date: new Date(Date.now() - 3_600_000).toUTCString() }),
    expect: ['clock', 'problem', /by 3\d\d\d s/],
  },
  'a server without a time': {
    headers: () => ({ date: 'soon' }),
    expect: ['clock', 'unknown'],
  },
  'a storage that is blocked': {
    init: () => {
      const get = () => {
        throw new DOMException('', 'SecurityError');
      };
      Object.defineProperty(window, 'localStorage', { get });
    },
    expect: ['storage', 'problem', /blocks localStorage/],
  },
  'a storage that is full': {
    init: () => localStorage.setItem('x', 'x'.repeat(5_240_000)),
    expect: ['storage', 'problem', /localStorage is full/],
  },
  'no locks': {
    init: () => Object.defineProperty(navigator, 'locks', { value: undefined }),
    expect: ['locks', 'warning'],
  },
  'no network': {
    init: () => Object.defineProperty(navigator, 'onLine', { value: false }),
    config: () => config({}, { wellknown: `${world.nowhere}/.well-known/openid-configuration` }),
    expect: ['document', 'problem', /has no network/],
  },
  'the network is lost on the way': {
    init: () => Object.defineProperty(navigator, 'onLine', { value: false }),
    config: () => config({ redirectUri: `${world.app}/elsewhere` }),
    expect: ['authorization', 'problem', /has no network/],
  },
  'AM on another host': {
    path: elsewhere,
    client: () => ({ client_id: CLIENT_ID, origins: [elsewhere()] }),
    config: () => config({ redirectUri: `${elsewhere()}/callback.html` }),
    expect: ['am-cookie', 'unknown', /If both are on one site, nothing is to do/],
  },
  'a redirect URI with scripts': {
    config: () => config({ redirectUri: `${world.app}/popup.html` }),
    expect: ['landing', 'warning', /has scripts/, /callback\.html/],
  },
  'a redirect URI that is not there': {
    config: () => config({ redirectUri: `${world.app}/pkg/nothing.html` }),
    expect: ['landing', 'problem', /status 404/],
  },
};

test('faults of the page', async (t) => {
  for (const [name, row] of Object.entries(IN_PAGE)) {
    await t.test(name, async (t) => {
      world.server.control.reset();
      host.headers = row.headers?.() ?? {};
      if (row.client) await world.server.control.setClient(row.client());
      const page = await openApp(t, { path: row.path?.(), init: row.init });
      const report = await diagnose(page, row.config && { config: row.config() });
      host.headers = {};
      assertFinding(report, ...row.expect);
      for (const other of row.also ?? []) assertFinding(report, ...other);
      const [check, result] = row.expect;
      if (result !== 'unknown') assert.equal(bad(report)[0].check, check);
    });
  }
});

test('a page that is not secure', async (t) => {
  const page = await openApp(t, { path: world.app.replace('localhost', 'app.test') });
  const report = await diagnose(page);
  assertFinding(report, 'secure-context', 'problem', /https/);
  assert.equal(bad(report)[0].check, 'secure-context');
});

test('inside a page of another origin', async (t) => {
  const page = await openApp(t, { path: `${world.provider}/nothing` });
  await page.evaluate((src) => {
    const frame = Object.assign(document.createElement('iframe'), { src });
    return new Promise((resolve) => {
      frame.onload = resolve;
      document.body.append(frame);
    });
  }, world.app);
  const report = await diagnose(page.frames()[1]);
  assertFinding(report, 'framed', 'warning', /partition/);
  await page.evaluate(() => document.querySelector('iframe').remove());
});

test('a service worker, and a second copy', async (t) => {
  const context = await newContext(t);
  const page = await openApp(t, { context });
  t.after(() => scripts.clear());
  scripts.set(
    '/worker.js',
    `
    addEventListener('activate', (event) => event.waitUntil(clients.claim()));
    addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));`,
  );
  for (const copy of ['one', 'other']) scripts.set(`/${copy}/wasm/core.js`, '//');
  const report = await run(
    page,
    async (_, config) => {
      await navigator.serviceWorker.register('/worker.js');
      await new Promise((resolve) => {
        navigator.serviceWorker.oncontrollerchange = resolve;
        if (navigator.serviceWorker.controller) resolve();
      });
      await Promise.all(['one', 'other'].map((copy) => import(`/${copy}/wasm/core.js`)));
      return (await import('/pkg/diagnose.js')).diagnose({ config });
    },
    config(),
  );
  assertFinding(report, 'service-worker', 'warning');
  assertFinding(report, 'copies', 'warning', /[23] copies/);
});

/** Diagnoses with an answer of ours to each request for the document, and returns the requests to the app's API. */
async function withDocuments(t, wellknown, documents) {
  t.after(() => {
    host.headers = {};
  });
  host.headers = { 'content-security-policy': "default-src * 'unsafe-inline' 'unsafe-eval'" };
  const context = await newContext(t);
  await context.addCookies([{ name: 'app', value: 'secret', url: world.app, sameSite: 'Strict' }]);
  const page = await openApp(t, { context });
  const left = [...documents];
  const headers = { 'access-control-allow-origin': '*' };
  await page.route(wellknown, (route) =>
    route.fulfill({ json: left.length > 1 ? left.shift() : left[0], headers }),
  );
  const sent = [];
  await page.route(`${world.app}/api/**`, async (route) => {
    sent.push(await route.request().allHeaders());
    await route.fulfill({ json: {} });
  });
  const report = await diagnose(page, { config: config({}, { wellknown }) });
  return { report, sent, ran: await page.evaluate(() => globalThis.ran) };
}

test('a document that is after the app: no script runs, and no request goes to its server', async (t) => {
  const issuer = `${world.provider}/hostile`;
  const bad = {
    issuer,
    authorization_endpoint: 'javascript:parent.ran=true//',
    token_endpoint: `${world.app}/api/delete`,
    jwks_uri: `${world.app}/api/keys`,
    revocation_endpoint: 'http://op.example/revoke',
    userinfo_endpoint: { toString: 1 },
  };
  const good = {
    issuer,
    ...Object.fromEntries(
      ['authorization_endpoint', 'token_endpoint', 'jwks_uri'].map((name) => [
        name,
        `${world.nowhere}/${name}`,
      ]),
    ),
  };
  const documents = {
    'another issuer': [{ ...bad, issuer: 'https://other.example' }],
    'an issuer at the page': [{ ...bad, issuer: world.app }],
    'another answer to the second request': [good, bad],
    'nothing else is wrong': [bad],
  };
  for (const [name, answers] of Object.entries(documents)) {
    await t.test(name, async (t) => {
      const url = `${issuer}/.well-known/openid-configuration`;
      const { report, sent, ran } = await withDocuments(t, url, answers);
      assert.equal(ran, undefined);
      assert.deepEqual(sent, []);
      const names = /authorization_endpoint, token_endpoint, jwks_uri/;
      const { found } = assertFinding(report, 'endpoints', 'problem', names, /revocation_/);
      assert.doesNotMatch(found, /javascript|delete/);
    });
  }
});

test("a provider at the app's own origin gets no cookies", async (t) => {
  const document = {
    issuer: world.app,
    authorization_endpoint: `${world.nowhere}/authorize`,
    token_endpoint: `${world.app}/api/token`,
    jwks_uri: `${world.app}/api/keys`,
    revocation_endpoint: `${world.app}/api/revoke`,
  };
  const url = `${world.app}/.well-known/openid-configuration`;
  const { sent } = await withDocuments(t, url, [document]);
  assert.deepEqual(
    sent.map(({ cookie }) => cookie),
    [undefined, undefined, undefined],
  );
});

test('nothing is left of it: no frame, no listener, no stored text', async (t) => {
  const page = await openApp(t);
  await diagnose(page, { config: config({ redirectUri: `${world.app}/elsewhere` }) });
  await until(
    async () => (await page.evaluate(() => document.querySelectorAll('iframe').length)) === 0,
  );
  assert.deepEqual(await storage(page), {});
});

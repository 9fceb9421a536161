/** Sign-in by redirect: `authorize.redirect()`, then `authorize.callback()`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertError,
  assertNobodyStored,
  assertNothingStored,
  call,
  claimsOf,
  fillIn,
  serveMetadata,
} from './oidc-support.js';
import {
  config,
  newContext,
  openApp,
  requestsTo,
  run,
  signIn,
  storage,
  useWorld,
  world,
} from './support.js';

useWorld();

const LANDING = '/signed-in.html';
const settings = (more) => config({ redirectUri: world.app + LANDING, ...more });
const appState = { returnTo: '/basket', items: [1, 2] };

/** Goes to the provider, and to where it leads. */
async function leave(page, options, more) {
  const left = page.waitForNavigation({ timeout: 5000 });
  const failure = await call(page, 'authorize.redirect', [options], settings(more)).catch(() => {});
  assert.equal(failure, undefined);
  await left;
}

/** Goes to the provider, where a session is, and back; returns where that led. */
async function roundTrip(t, options, more) {
  const page = await openApp(t);
  await signIn(page);
  await leave(page, options, more);
  assert.match(page.url(), /code=/);
  world.server.control.clearRequests();
  return page;
}

const callback = (page, more) => call(page, 'authorize.callback', [], settings(more));

test('the login page and back: tokens, what the app gave, and a clean address', async (t) => {
  const page = await openApp(t);
  await leave(page, { appState, loginHint: 'demo' });
  assert.equal(await page.getByLabel('User Name').inputValue(), 'demo', 'login_hint');
  await fillIn(page);
  await page.waitForURL(`**${LANDING}?**`);
  await page.evaluate(() => history.replaceState({ mine: 1 }, '', `${location.href}&tab=2#part`));
  const length = await page.evaluate(() => history.length);
  const tokens = await callback(page);
  assert.equal(claimsOf(tokens.idToken).sub, 'demo');
  assert.deepEqual(tokens.appState, appState);
  assert.equal(page.url(), `${world.app + LANDING}?tab=2#part`);
  assert.deepEqual(await page.evaluate(() => [history.state, history.length]), [
    { mine: 1 },
    length,
  ]);
  assert.equal((await call(page, 'token.get')).accessToken, tokens.accessToken);
});

test('twice at once, again, after a reload, and by the same URL: one exchange', async (t) => {
  const page = await roundTrip(t, { appState });
  const url = page.url();
  const three = await run(
    page,
    async ({ oidc }, config) => {
      const [one, other] = [await oidc({ config }), await oidc({ config })];
      const { href } = location;
      const both = [one.authorize.callback(), one.authorize.callback()];
      return [...(await Promise.all(both)), await other.authorize.callback(href)];
    },
    settings(),
  );
  await page.reload();
  assert.equal((await callback(page)).code, 'state_missing', 'the address is clean');
  await page.goto(url);
  const last = await callback(page);
  for (const tokens of [...three, last]) {
    assert.equal(tokens.accessToken, three[0].accessToken, JSON.stringify(tokens));
    assert.deepEqual(tokens.appState, appState);
  }
  assert.ok(three[0].accessToken);
  assert.equal(requestsTo('/access_token').length, 1);
  assert.equal(page.url(), world.app + LANDING);
});

test('another code with a state that was used is refused', async (t) => {
  const page = await roundTrip(t);
  const url = page.url();
  assert.ok((await callback(page)).accessToken);
  await page.goto(url.replace(/code=[^&]+/, 'code=stolen'));
  assertError(await callback(page), { error: 'State mismatch', code: 'state_unknown' });
  assert.equal(requestsTo('/access_token').length, 1);
});

for (const [query, code] of [
  ['?code=theirs&state=theirs', 'state_unknown'],
  ['?error=access_denied&state=theirs', 'state_unknown'],
  ['#code=theirs&state=theirs', 'state_unknown'],
  ['?code=success', 'state_missing'],
  ['?state=open', 'state_unknown'],
  ['', 'state_missing'],
]) {
  test(`an address that is not ours is left alone: ${query || 'nothing'}`, async (t) => {
    const page = await openApp(t, { path: LANDING + query });
    const [isOurs, failure] = await run(
      page,
      async ({ oidc }, config) => {
        const { authorize } = await oidc({ config });
        return [authorize.callback.matches(), await authorize.callback()];
      },
      settings(),
    );
    assert.equal(isOurs, false);
    assertError(failure, { error: 'State mismatch', code, type: 'state_error' });
    assert.equal(page.url(), world.app + LANDING + query);
  });
}

test('matches() knows our own responses, before and after', async (t) => {
  const page = await roundTrip(t);
  const url = page.url();
  const seen = await run(
    page,
    async ({ oidc }, config) => {
      const { authorize } = await oidc({ config });
      const { href } = location;
      const answers = [authorize.callback.matches(), authorize.callback.matches(new URL(href))];
      await authorize.callback();
      return [...answers, authorize.callback.matches(), authorize.callback.matches(href)];
    },
    settings(),
  );
  assert.deepEqual(seen, [true, true, false, true]);
  const other = await openApp(t, { path: LANDING });
  const elsewhere = await run(
    other,
    async ({ oidc }, { config, url }) => (await oidc({ config })).authorize.callback.matches(url),
    { config: settings(), url },
  );
  assert.equal(elsewhere, false, 'another browser did not begin it');
});

test('the provider refuses: its error, what the app gave, and a clean address', async (t) => {
  const page = await openApp(t);
  await leave(page, { prompt: 'none', appState });
  assert.match(page.url(), /error=interaction_required/);
  const failure = await callback(page);
  assertError(failure, {
    error: 'interaction_required',
    code: 'interaction_required',
    type: 'auth_error',
  });
  assert.deepEqual(failure.appState, appState);
  assert.equal(page.url(), world.app + LANDING);
  await assertNobodyStored(page);
});

for (const fault of [{ status: 500, body: '' }, { status: 503, body: '<html>' }, { reset: true }]) {
  test(`a fault that passes at the token endpoint: ${JSON.stringify(fault)}`, async (t) => {
    const page = await roundTrip(t, { appState });
    const url = page.url();
    // For ever: browsers themselves repeat a request whose connection was reset.
    world.server.control.fail({ match: '/access_token', times: -1, ...fault });
    assertError(await callback(page), { error: 'Token Exchange failure', type: 'exchange_error' });
    world.server.control.clearFailures();
    assert.equal(page.url(), url, 'a reload can try again');
    await page.reload();
    const tokens = await callback(page);
    assert.deepEqual(tokens.appState, appState, JSON.stringify(tokens));
    assert.equal(page.url(), world.app + LANDING);
  });
}

test('a refused response that is asked for several times in a turn has one answer', async (t) => {
  const page = await openApp(t);
  await leave(page, { appState, prompt: 'none' });
  const answers = await run(
    page,
    async ({ oidc }, config) => {
      const { callback } = (await oidc({ config })).authorize;
      const { href } = location;
      const before = callback.matches();
      const first = callback();
      const all = Promise.all([first, callback(), callback(href)]);
      const matches = [before, callback.matches()];
      return { matches, answers: (await all).map(({ error, appState }) => [error, appState]) };
    },
    settings(),
  );
  const answer = ['interaction_required', appState];
  assert.deepEqual(answers, { matches: [true, true], answers: [answer, answer, answer] });
});

test('a code that the provider refuses is used up, and leaves the address', async (t) => {
  const page = await roundTrip(t);
  world.server.control.fail({
    match: '/access_token',
    status: 400,
    body: { error: 'invalid_grant' },
  });
  const failure = await callback(page);
  assertError(failure, { error: 'Token Exchange failure', code: 'invalid_grant', status: 400 });
  assert.equal(failure.cause.error, 'invalid_grant');
  assert.equal(page.url(), world.app + LANDING);
  await page.goBack();
  assert.deepEqual(
    Object.keys(await storage(page)).filter((key) => key.startsWith('FR-SDK')),
    [],
  );
});

test('two sign-ins at a time, in two tabs and in one', async (t) => {
  const context = await newContext(t);
  const tabs = [await openApp(t, { context }), await openApp(t, { context })];
  await signIn(tabs[0]);
  for (const [index, tab] of tabs.entries()) {
    await tab.goto(await call(tab, 'authorize.url', [{ appState: index }], settings()));
  }
  for (const index of [1, 0]) assert.equal((await callback(tabs[index])).appState, index);

  const urls = [];
  for (const index of [0, 1]) {
    urls.push(await call(tabs[0], 'authorize.url', [{ appState: index + 10 }], settings()));
  }
  for (const index of [1, 0]) {
    await tabs[0].goto(urls[index]);
    assert.equal((await callback(tabs[0])).appState, index + 10);
  }
});

test('nothing is left after a logout', async (t) => {
  const page = await roundTrip(t, { appState });
  await callback(page);
  await call(page, 'authorize.url', [], settings());
  const logout = await call(page, 'user.logout', [], settings());
  assert.equal(logout.error, undefined, JSON.stringify(logout));
  await assertNothingStored(page);
});

test('response_mode=fragment', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  await leave(page, { responseMode: 'fragment', appState });
  assert.match(page.url(), /#.*code=/);
  const tokens = await callback(page);
  assert.deepEqual(tokens.appState, appState, JSON.stringify(tokens));
  assert.equal(page.url(), world.app + LANDING);
});

test("the exchange uses the authorization's own client and redirect URI", async (t) => {
  await world.server.control.setClient({ client_id: 'another-client' });
  const page = await openApp(t);
  await signIn(page);
  const options = { clientId: 'another-client', redirectUri: `${world.app}/index.html` };
  await page.goto(await call(page, 'authorize.url', [options], settings()));
  world.server.control.clearRequests();
  const tokens = await callback(page);
  assert.equal(claimsOf(tokens.idToken).aud, 'another-client', JSON.stringify(tokens));
  const [{ body }] = requestsTo('/access_token');
  assert.equal(body.client_id, 'another-client');
  assert.equal(body.redirect_uri, `${world.app}/index.html`);
});

test('max_age: an older session must sign in again, and an older auth_time is refused', async (t) => {
  const page = await roundTrip(t, { maxAge: 3600 });
  assert.ok((await callback(page)).accessToken);
  await leave(page, { maxAge: 0 });
  await fillIn(page);
  await page.waitForURL(`**${LANDING}?**`);
  assert.ok((await callback(page)).accessToken);
  await leave(page, { maxAge: 3600 });
  const before = await storage(page);
  world.server.control.fail({ match: '/access_token', mutate: 'id_token_auth_time' });
  assertError(await callback(page), { error: 'ID_TOKEN_INVALID', code: 'id_token_auth_time' });
  const tokens = ({ ...stored }) => stored['pic-journey-oidc-demo'];
  assert.equal(tokens(await storage(page)), tokens(before));
});

test('claims and resource: in the ID token, and the audience of the access token', async (t) => {
  const resource = 'https://api.example.com/';
  const page = await roundTrip(t, { claims: { id_token: { email: null } }, resource });
  const tokens = await callback(page);
  assert.equal(claimsOf(tokens.idToken).email, 'demo.user@example.com', JSON.stringify(tokens));
  assert.equal(world.server.control.token(tokens.accessToken).audience, resource);
  const options = { forceRenew: true, authorizeOptions: { resource } };
  const renewed = await call(page, 'token.get', [options], settings());
  assert.equal(world.server.control.token(renewed.accessToken).audience, resource, 'renewed');
  // They are for no other API: the configuration names none.
  assertError(await call(page, 'token.get', [], settings()), { code: 'not_signed_in' });
  const other = await call(page, 'token.get', [{ backgroundRenew: true }], settings());
  assert.notEqual(world.server.control.token(other.accessToken).audience, resource);
});

const HINTS = {
  acrValues: 'loa1',
  claims: { userinfo: { name: null } },
  display: 'touch',
  loginHint: 'demo',
  maxAge: 3600,
  nonce: 'a-nonce-of-the-app',
  resource: 'https://api.example.com/',
  uiLocales: 'de en',
  query: { service: 'Basket', scope: 'never' },
};
const PARAMS = {
  acr_values: 'loa1',
  claims: '{"userinfo":{"name":null}}',
  client_id: 'journey-oidc-demo',
  code_challenge_method: 'S256',
  display: 'touch',
  login_hint: 'demo',
  max_age: '3600',
  nonce: 'a-nonce-of-the-app',
  resource: 'https://api.example.com/',
  response_type: 'code',
  scope: 'openid profile email',
  service: 'Basket',
  ui_locales: 'de en',
};

for (const par of [false, true]) {
  for (const [method, options] of [
    ['authorize.url', {}],
    ['authorize.background', {}],
    ['token.get', { forceRenew: true }],
  ]) {
    test(`configured hints: ${method}, ${par ? 'pushed' : 'in the URL'}`, async (t) => {
      const page = await openApp(t);
      await signIn(page);
      world.server.control.clearRequests();
      const background = config({ ...HINTS, par, prompt: 'login' });
      const result = await call(page, method, [options], background);
      assert.equal(result.error, undefined, JSON.stringify(result));
      if (method === 'authorize.url' && !par) await page.goto(result);
      const [request] = requestsTo(par ? '/par' : '/authorize');
      const params = par ? request.body : request.query;
      const seen = Object.keys(PARAMS).map((name) => [name, params[name]]);
      assert.deepEqual(Object.fromEntries(seen), PARAMS);
      assert.equal(params.prompt, method === 'authorize.url' ? 'login' : 'none');
    });
  }
}

test('options win over the configuration', async (t) => {
  const page = await openApp(t);
  const options = { loginHint: 'other', uiLocales: 'fr', scope: 'openid', query: { service: 'B' } };
  const url = new URL(await call(page, 'authorize.url', [options], settings(HINTS)));
  const param = (name) => url.searchParams.get(name);
  assert.deepEqual(
    [param('login_hint'), param('ui_locales'), param('scope'), param('service'), param('display')],
    ['other', 'fr', 'openid', 'B', 'touch'],
  );
});

test('an issuer in the response that is not the one asked (RFC 9207)', async (t) => {
  const page = await roundTrip(t);
  const url = page.url().replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example');
  await page.goto(url);
  assertError(await callback(page), { error: 'Issuer mismatch', code: 'iss_mismatch' });
  assert.equal(page.url(), world.app + LANDING, 'it leaves the address');
  assert.equal(requestsTo('/access_token').length, 0);
  await serveMetadata({ authorization_response_iss_parameter_supported: true });
  await page.goto(url.replace(/&?iss=[^&]+/, ''));
  assertError(await callback(page), { error: 'Issuer mismatch', code: 'iss_missing' });
  assert.equal(page.url(), world.app + LANDING, 'it leaves the address');
  assert.equal(requestsTo('/access_token').length, 0);
});

test("the documented exchange(code, state), on the response's own page, checks the issuer", async (t) => {
  const page = await roundTrip(t);
  const url = page.url();
  const { code, state } = Object.fromEntries(new URL(url).searchParams);
  const exchange = (options) => call(page, 'token.exchange', [code, state, options], settings());
  const mismatch = { error: 'Issuer mismatch', code: 'iss_mismatch' };
  const missing = { error: 'Issuer mismatch', code: 'iss_missing' };
  await page.goto(url.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example'));
  assertError(await exchange(), mismatch);
  // The app has cleaned the address; the page was loaded with it all the same.
  await page.evaluate(() => history.replaceState(null, '', '/signed-in.html'));
  assertError(await exchange(), mismatch);
  await serveMetadata({ authorization_response_iss_parameter_supported: true });
  await page.goto(url.replace(/&?iss=[^&]+/, ''));
  assertError(await exchange(), missing);
  await page.goto(`${world.app}/?state=of-the-app&iss=of-the-app`);
  const failure = await exchange();
  assertError(failure, missing);
  assert.match(failure.message, /token\.exchange\(code, state, \{ iss \}\)/);
  assert.equal(requestsTo('/access_token').length, 0);
  assertError(await exchange({ iss: 'https://evil.example' }), mismatch);
  const { iss } = Object.fromEntries(new URL(url).searchParams);
  assert.ok((await exchange({ iss })).accessToken, 'handed on');
});

test('an address that the app has cleaned before exchange(code, state)', async (t) => {
  await serveMetadata({ authorization_response_iss_parameter_supported: true });
  const page = await roundTrip(t);
  const { code, state } = Object.fromEntries(new URL(page.url()).searchParams);
  await page.evaluate(() => history.replaceState(null, '', '/home'));
  const tokens = await call(page, 'token.exchange', [code, state], settings());
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
});

test('authorize.background() and exchange(code, state): nothing else need be handed on', async (t) => {
  await serveMetadata({ authorization_response_iss_parameter_supported: true });
  const page = await openApp(t);
  await signIn(page);
  const tokens = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const { code, state } = await client.authorize.background();
      return client.token.exchange(code, state);
    },
    config(),
  );
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
});

test('a response of nobody is that, whatever it names as its issuer', async (t) => {
  await serveMetadata({ authorization_response_iss_parameter_supported: true });
  const page = await openApp(t, { path: `${LANDING}?code=c&state=theirs` });
  const nobodys = { error: 'State mismatch', code: 'state_unknown' };
  assertError(await callback(page), nobodys);
  const exchange = (...args) => call(page, 'token.exchange', args, settings());
  assertError(await exchange('c', 'theirs'), nobodys);
  assertError(await exchange('c', 'theirs', { iss: 'https://evil.example' }), nobodys);
});

test('every parameter of a response leaves the address, also those that AM adds', async (t) => {
  const page = await roundTrip(t);
  await page.goto(`${page.url()}&client_id=x&scope=openid+profile&session_state=y&tab=2#part`);
  assert.ok((await callback(page)).accessToken);
  assert.equal(page.url(), `${world.app + LANDING}?tab=2#part`);
});

for (const [where, repeat] of [
  ['a repeated parameter', (url) => `${url}&code=another`],
  ['too late', (url) => url],
]) {
  test(`what can't be used leaves the address: ${where}`, async (t) => {
    const page = await roundTrip(t);
    await page.goto(repeat(page.url()));
    if (where === 'too late') {
      await page.evaluate(() => {
        const { now } = Date;
        Date.now = () => now() + 2 * 3600 * 1000;
      });
    }
    const failure = await callback(page);
    assert.match(failure.code, /^(answer_invalid|transaction_expired)$/, JSON.stringify(failure));
    assert.equal(page.url(), world.app + LANDING);
  });
}

test('a response at another page than the redirect URI is not taken', async (t) => {
  const page = await roundTrip(t);
  const moved = page.url().replace(LANDING, '/other/');
  await page.goto(moved);
  const look = async ({ oidc }, config) => {
    const { authorize } = await oidc({ config });
    return [authorize.callback.matches(), await authorize.callback()];
  };
  const [isOurs, failure] = await run(page, look, settings());
  assert.equal(isOurs, false);
  assertError(failure, { error: 'Landing mismatch', code: 'landing_mismatch' });
  assert.match(failure.message, /\/other\/, and its redirectUri is http:.*\/signed-in\.html\./);
  assert.doesNotMatch(failure.message, /code=|state=/);
  assert.equal(page.url(), `${world.app}/other/`, 'it leaves the address');
  const { code, state } = Object.fromEntries(new URL(moved).searchParams);
  await page.goto(moved);
  const exchanged = await call(page, 'token.exchange', [code, state], settings());
  assertError(exchanged, { code: 'landing_mismatch' });
  assert.equal(requestsTo('/access_token').length, 0);
  // The app may say that its server forwards it there.
  const [isForwarded, tokens] = await run(page, look, settings({ forwardedTo: '/other' }));
  assert.ok(isForwarded && tokens.accessToken, JSON.stringify(tokens));
});

test('hosts with clean URLs: /signed-in.html is /signed-in', async (t) => {
  for (const path of ['/signed-in', '/signed-in/', '/signed-in/index.html']) {
    const page = await roundTrip(t);
    await page.goto(page.url().replace(LANDING, path));
    const tokens = await callback(page);
    assert.ok(tokens.accessToken, JSON.stringify(tokens));
    assert.equal(page.url(), world.app + path);
  }
});

/** Lets the provider, which allows no fragment in a redirect URI, append its response to one. */
async function appendToFragment(page, redirectUri) {
  await page.route('**/authorize?*', async (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set('redirect_uri', world.app + LANDING);
    const response = await route.fetch({ url: url.href, maxRedirects: 0 });
    const { search } = new URL(response.headers().location);
    await route.fulfill({ status: 302, headers: { location: redirectUri + search } });
  });
  await page.route('**/access_token', (route) => {
    const form = new URLSearchParams(route.request().postData());
    assert.equal(form.get('redirect_uri'), redirectUri);
    form.set('redirect_uri', world.app + LANDING);
    return route.continue({ postData: form.toString() });
  });
}

test('a hash router: the response is in a query inside the fragment', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const redirectUri = `${world.app}/?app=1#/signed-in`;
  await appendToFragment(page, redirectUri);
  const hash = settings({ redirectUri, backgroundRedirectUri: undefined });
  await page.goto(await call(page, 'authorize.url', [{ appState }], hash));
  assert.match(page.url(), /#\/signed-in\?.*code=/);
  await page.evaluate(() => history.replaceState(null, '', `${location.href}&tab=2`));
  const [isOurs, tokens] = await run(
    page,
    async ({ oidc }, config) => {
      const { authorize } = await oidc({ config });
      return [authorize.callback.matches(), await authorize.callback()];
    },
    hash,
  );
  assert.equal(isOurs, true);
  assert.deepEqual(tokens.appState, appState, JSON.stringify(tokens));
  assert.equal(page.url(), `${redirectUri}?tab=2`);
  // In the frame too; at another path of the router it is not taken.
  const renewed = await call(page, 'authorize.background', [], hash);
  assert.ok(renewed.code, JSON.stringify(renewed));
  await page.unrouteAll();
  await appendToFragment(page, `${world.app}/?app=1#/other`);
  const elsewhere = await call(page, 'authorize.background', [], hash);
  assertError(elsewhere, { code: 'landing_mismatch' });
});

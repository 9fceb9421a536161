/** `client.fetch`: the app's own APIs, with the access token. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { api, assertError, useApi, withApi } from './oidc-support.js';
import {
  CLIENT_ID,
  config,
  newContext,
  openApp,
  renewed,
  requestsTo,
  run,
  signIn,
  storage,
  TOKENS,
  withTokens,
  world,
} from './support.js';

useApi('x-app, dpop');

/** A page whose policy allows the APIs. */
async function openPage(t, open = withTokens) {
  return open(t, { context: await newContext(t, { bypassCSP: true }) });
}

/**
 * Calls `client.fetch` with each of the requests at once: `[url, init]`. Results are
 * `{ status, url }` or `{ name, message, cause }`.
 */
function fetchAll(page, requests, input = withApi()) {
  return run(
    page,
    async ({ oidc }, { config, requests }) => {
      const client = await oidc({ config });
      const call = async ([url, { aborted, timeout, ...init } = {}]) => {
        try {
          if (aborted) init.signal = AbortSignal.abort();
          if (timeout) init.signal = AbortSignal.timeout(timeout);
          const response = await client.fetch(url, init);
          return { status: response.status, url: response.url, text: await response.text() };
        } catch (error) {
          return {
            name: error.name,
            isTypeError: error instanceof TypeError,
            message: error.message,
            cause: error.cause,
          };
        }
      };
      return Promise.all(requests.map(call));
    },
    { config: input, requests },
  );
}

const stored = async (page) => JSON.parse((await storage(page))[TOKENS]);

/** Makes the stored tokens due for renewal. */
const expire = (page) =>
  page.evaluate((key) => {
    const tokens = JSON.parse(localStorage.getItem(key));
    localStorage.setItem(key, JSON.stringify({ ...tokens, expiryTimestamp: Date.now() }));
  }, TOKENS);

test('the token goes to the origins on the list, with what the app sends', async (t) => {
  const page = await openPage(t);
  const { accessToken } = await stored(page);
  const init = { method: 'PUT', body: '{"a":1}', headers: { 'x-app': '1', Authorization: 'mine' } };
  const [result] = await fetchAll(page, [[`${api.url}/orders?page=2`, init]]);
  assert.deepEqual([result.status, result.url], [200, `${api.url}/orders?page=2`]);
  const [call] = api.calls;
  assert.deepEqual([call.method, call.url, call.body], ['PUT', '/orders?page=2', '{"a":1}']);
  assert.equal(call.headers['x-app'], '1');
  assert.equal(call.token, accessToken);
});

for (const [what, url] of [
  ['another origin', () => `${api.elsewhere}/orders`],
  ['the page’s own origin', () => '/orders'],
  ['an origin that begins alike', () => `${api.elsewhere}/?${api.url}`],
]) {
  test(`no token for ${what}`, async (t) => {
    const page = await openPage(t);
    const sent = page.waitForRequest((request) =>
      request.url().includes(new URL(url(), 'http://x').pathname),
    );
    const [result] = await fetchAll(page, [[url(), { headers: { 'x-app': '1' } }]]);
    assert.equal(result.status, 200, JSON.stringify(result));
    assert.equal((await (await sent).allHeaders()).authorization, undefined);
    assert.equal((await (await sent).allHeaders())['x-app'], '1');
  });
}

test('without a list, no token for anybody, and no sign-in needed', async (t) => {
  const page = await openPage(t, openApp);
  const [result] = await fetchAll(page, [[`${api.url}/a`]], config());
  assert.equal(result.status, 200);
  assert.equal(api.calls[0].token, undefined);
});

test('a list that is wrong is refused by the factory', async (t) => {
  const page = await openPage(t, openApp);
  for (const apiOrigins of [
    'https://a.example',
    ['*'],
    ['http://a.example'],
    [`${api.url}/path`],
    [7],
  ]) {
    const failure = await run(
      page,
      async ({ oidc }, config) => {
        const client = await oidc({ config });
        return client.error ? client : 'a client';
      },
      config({ apiOrigins }),
    );
    assertError(failure, { code: 'config_invalid', type: 'argument_error' });
  }
});

test('tokens are renewed first, by one renewal for all', async (t) => {
  const page = await openPage(t);
  const before = await stored(page);
  await expire(page);
  world.server.control.clearRequests();
  const results = await fetchAll(page, [[`${api.url}/a`], [`${api.url}/b`], [`${api.url}/c`]]);
  assert.deepEqual(
    results.map(({ status }) => status),
    [200, 200, 200],
  );
  const { accessToken } = await stored(page);
  assert.notEqual(accessToken, before.accessToken);
  assert.deepEqual(
    api.calls.map(({ token }) => token),
    [accessToken, accessToken, accessToken],
  );
  assert.equal(requestsTo('/access_token').length, 1);
});

test('401s: renewed once for all, each tried once more', async (t) => {
  const page = await openPage(t);
  const before = await stored(page);
  api.decide = ({ token }) => (token === before.accessToken ? { status: 401 } : {});
  world.server.control.clearRequests();
  const results = await fetchAll(page, [[`${api.url}/a`], [`${api.url}/b`], [`${api.url}/c`]]);
  assert.deepEqual(
    results.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.equal(api.calls.length, 6);
  assert.equal(requestsTo('/access_token').length, 1);
});

test('a 401 that stays comes to the app, after one more try', async (t) => {
  const page = await openPage(t);
  api.decide = () => ({ status: 401 });
  const [result] = await fetchAll(page, [[`${api.url}/a`]]);
  assert.deepEqual([result.status, result.text], [401, '/a 401']);
  assert.equal(api.calls.length, 2);
  assert.notEqual(api.calls[0].token, api.calls[1].token);
});

test('a 401 whose renewal fails comes to the app', async (t) => {
  const page = await openPage(t);
  api.decide = () => ({ status: 401 });
  world.server.control.fail({ match: '/access_token', times: -1, status: 503, body: '' });
  const [result] = await fetchAll(page, [[`${api.url}/a`]]);
  assert.deepEqual([result.status, result.text], [401, '/a 401']);
  assert.equal(api.calls.length, 1);
});

for (const status of [400, 403, 500]) {
  test(`${status} is the app's own affair`, async (t) => {
    const page = await openPage(t);
    api.decide = () => ({ status });
    const [result] = await fetchAll(page, [[`${api.url}/a`]]);
    assert.equal(result.status, status);
    assert.equal(api.calls.length, 1);
  });
}

test('bodies of every kind are sent again', async (t) => {
  const page = await openPage(t);
  // Streams need HTTP/2, which is why the page's own `fetch` is the API here.
  const seen = await run(
    page,
    async ({ oidc }, { config, api }) => {
      const client = await oidc({ config });
      const form = new FormData();
      form.set('file', new Blob(['content'], { type: 'text/plain' }), 'a.txt');
      const bodies = {
        text: 'text',
        blob: new Blob(['blob'], { type: 'text/x' }),
        params: new URLSearchParams({ a: 'ü' }),
        bytes: new TextEncoder().encode('bytes'),
        form,
        stream: new Blob(['stream']).stream(),
        large: 'x'.repeat(2_000_000),
      };
      const seen = {};
      const { fetch } = window;
      window.fetch = async (request, ...rest) => {
        if (!request.url.startsWith(api)) return fetch(request, ...rest);
        const name = request.url.split('/').at(-1);
        const text = await request.text();
        seen[name] ??= [];
        seen[name].push(text.length > 1000 ? text.length : text.replace(/-+WebKit\w+-*/g, '--'));
        return new Response(null, { status: seen[name].length === 1 ? 401 : 200 });
      };
      // All at once: an API that refuses a token of a moment ago is not asked with yet another one.
      const request = new Request(`${api}/request`, { method: 'POST', body: 'in a Request' });
      await Promise.all([
        ...Object.entries(bodies).map(async ([name, body]) => {
          const init = { method: 'POST', body, duplex: 'half' };
          const { status } = await client.fetch(`${api}/${name}`, init);
          seen[name].push(status);
        }),
        client.fetch(request).then(({ status }) => seen.request.push(status, request.bodyUsed)),
      ]);
      window.fetch = fetch;
      return seen;
    },
    { config: withApi(), api: api.url },
  );
  assert.match(seen.form[0], /filename="a.txt"[\s\S]*content/);
  assert.equal(seen.form[0], seen.form[1]);
  delete seen.form;
  assert.deepEqual(seen, {
    text: ['text', 'text', 200],
    blob: ['blob', 'blob', 200],
    params: ['a=%C3%BC', 'a=%C3%BC', 200],
    bytes: ['bytes', 'bytes', 200],
    stream: ['stream', 'stream', 200],
    large: [2_000_000, 2_000_000, 200],
    request: ['in a Request', 'in a Request', 200, true],
  });
});

test('with a token redirects are refused, unless the app asks for them', async (t) => {
  const page = await openPage(t);
  api.decide = ({ url }) =>
    url === '/moved' ? { status: 302, headers: { location: '/new' } } : {};
  const [refused, followed, plain] = await fetchAll(page, [
    [`${api.url}/moved`],
    [`${api.url}/moved`, { redirect: 'follow' }],
    [`${api.elsewhere}/moved`],
  ]);
  assert.equal(refused.isTypeError, true, JSON.stringify(refused));
  assert.equal(followed.url, `${api.url}/new`);
  assert.equal(plain.url, `${api.elsewhere}/new`, 'without a token it is as usual');
});

for (const dpop of [false, true]) {
  const what = dpop ? 'a proof' : 'a token';
  test(`with ${what} the refusal of another API, to which a redirect led, is only returned`, async (t) => {
    const page = await openPage(t, openApp);
    api.decide = ({ url, headers }) => {
      if (url === '/moved') return { status: 302, headers: { location: `${api.elsewhere}/there` } };
      const isThere = headers.host === new URL(api.elsewhere).host;
      const expose = { 'access-control-expose-headers': 'dpop-nonce, www-authenticate' };
      return isThere ? { status: 401, headers: { ...expose, 'dpop-nonce': 'of-there' } } : {};
    };
    const settings = withApi({ dpop, apiOrigins: [api.url, api.elsewhere] });
    await signIn(page);
    await run(page, renewed, settings);
    const [before] = await fetchAll(page, [[`${api.url}/before`]], settings);
    assert.equal(before.status, 200);
    const [moved] = await fetchAll(page, [[`${api.url}/moved`, { redirect: 'follow' }]], settings);
    assert.deepEqual([moved.status, moved.url], [401, `${api.elsewhere}/there`]);
    await fetchAll(page, [[`${api.url}/after`]], settings);
    assert.deepEqual(
      api.calls.map(({ url }) => url),
      ['/before', '/moved', '/there', '/after'],
    );
    const [first, , , last] = api.calls;
    assert.equal(last.token, first.token, 'the token is not renewed');
    const claims = dpop && JSON.parse(Buffer.from(last.headers.dpop.split('.')[1], 'base64url'));
    assert.equal(claims.nonce, undefined, 'the nonce is that of the other origin');
    const [refused] = await fetchAll(page, [[`${api.url}/moved`]], settings);
    assert.equal(refused.isTypeError, true, 'a redirect, which the app has not asked for');
  });
}

for (const [what, init, name] of [
  ['before', { aborted: true }, 'AbortError'],
  ['while the tokens are renewed', { timeout: 200 }, 'TimeoutError'],
]) {
  test(`given up by its signal, ${what}`, async (t) => {
    const page = await openPage(t);
    await expire(page);
    world.server.control.fail({ match: '/access_token', delay: 600 });
    const [result, other] = await fetchAll(page, [[`${api.url}/a`, init], [`${api.url}/b`]]);
    assert.equal(result.name, name, JSON.stringify(result));
    assert.equal(other.status, 200, 'the renewal goes on for others');
    assert.deepEqual(
      api.calls.map(({ url }) => url),
      ['/b'],
    );
  });
}

test('no token can be had: a TypeError with the error value as its cause', async (t) => {
  const page = await openPage(t, openApp);
  const [result] = await fetchAll(page, [[`${api.url}/a`]]);
  assert.equal(result.isTypeError, true);
  assertError(result.cause, { error: 'No tokens found', code: 'not_signed_in' });
  assert.equal(result.message, result.cause.message);
  assert.equal(api.calls.length, 0);
});

test('an API that is down: as fetch', async (t) => {
  const page = await openPage(t);
  const settings = config({ apiOrigins: [world.nowhere] });
  const [result] = await fetchAll(page, [[world.nowhere]], settings);
  assert.equal(result.isTypeError, true);
  assert.equal(result.cause, undefined);
});

test('a client whose tokens expire while the page lives', async (t) => {
  await world.server.control.setClient({ client_id: CLIENT_ID, accessTokenTtl: 1 });
  const page = await openPage(t);
  api.decide = ({ token }) => (world.server.control.token(token).active ? {} : { status: 401 });
  await page.waitForTimeout(1100);
  const [result] = await fetchAll(page, [[`${api.url}/a`]], withApi({ oauthThreshold: 0 }));
  assert.equal(result.status, 200);
});

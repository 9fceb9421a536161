/** DPoP: tokens that are bound to a key of the browser (RFC 9449). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, call, claimsOf, fillIn, until } from './oidc-support.js';
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
  useWorld,
  world,
} from './support.js';

useWorld();

const withDpop = (more) => config({ dpop: true, apiOrigins: [world.provider], ...more });

/** The provider issues bound tokens only, and both servers demand nonces. */
async function demandAll() {
  await world.server.control.setClient({ client_id: CLIENT_ID, dpop_bound_access_tokens: true });
  world.server.control.fault('dpop-nonce', 'both');
}

/** A page that is signed in and has bound tokens. */
async function withBoundTokens(t, options) {
  const page = await openApp(t, options);
  await signIn(page);
  const tokens = await run(page, renewed, withDpop());
  assert.equal(tokens.tokenType, 'DPoP', JSON.stringify(tokens));
  return page;
}

/** The stored record of the client with DPoP. */
async function stored(page) {
  const found = Object.entries(await storage(page)).find(([key]) =>
    new RegExp(`^${TOKENS}-[\\w-]{12}$`).test(key),
  );
  return found && JSON.parse(found[1]);
}

/** The names of the stored keys, and whether a private part can be exported. */
function keys(page) {
  return page.evaluate(async () => {
    const settle = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const databases = await indexedDB.databases();
    if (!databases.some(({ name }) => name === 'journey-oidc')) return [];
    const database = await settle(indexedDB.open('journey-oidc'));
    const store = database.transaction('dpop-keys').objectStore('dpop-keys');
    const [names, pairs] = await Promise.all([settle(store.getAllKeys()), settle(store.getAll())]);
    database.close();
    const exported = pairs.map(({ privateKey }) =>
      crypto.subtle.exportKey('jwk', privateKey).then(
        () => true,
        () => false,
      ),
    );
    const canExport = await Promise.all(exported);
    return names.map((name, at) => ({ name, canExport: canExport[at] }));
  });
}

/** Calls the API by `client.fetch`, and returns status and body. */
function callApi(page, input = withDpop(), init = {}, path = '/api/orders?page=2') {
  return run(
    page,
    async ({ oidc }, { input, url, init }) => {
      const client = await oidc({ config: input });
      try {
        const response = await client.fetch(url, init);
        return { status: response.status, body: await response.json() };
      } catch (error) {
        return { cause: error.cause };
      }
    },
    { input, url: world.provider + path, init },
  );
}

test('sign-in, API, UserInfo, renewal and logout, with nonces demanded by both servers', async (t) => {
  await demandAll();
  const page = await withBoundTokens(t);
  const { accessToken, refreshToken, jkt } = await stored(page);
  for (const token of [accessToken, refreshToken]) {
    assert.equal(world.server.control.token(token).jkt, jkt, 'bound at the server');
  }
  const [{ canExport }, ...others] = await keys(page);
  assert.deepEqual([canExport, others], [false, []]);

  const { status, body } = await callApi(page, withDpop(), { method: 'POST', body: 'a=1' });
  assert.deepEqual([status, body.jkt, body.method], [200, jkt, 'POST']);
  assert.equal((await call(page, 'user.info', [], withDpop())).preferred_username, 'demo');
  const newer = await call(page, 'token.get', [{ forceRenew: true }], withDpop());
  assert.notEqual(newer.accessToken, accessToken);
  assert.equal((await callApi(page)).status, 200);
  world.server.control.forgetNonces();
  assert.equal((await callApi(page)).status, 200, 'with the new nonce');

  const done = await call(page, 'user.logout', [], withDpop());
  assert.ok(!('error' in done), JSON.stringify(done));
  assert.deepEqual(await keys(page), []);
  assert.deepEqual(Object.keys(await storage(page)), []);
  for (const token of [newer.accessToken, refreshToken]) {
    assert.equal(world.server.control.token(token).active, false);
  }
});

test('a sign-in by redirect, and a reload', async (t) => {
  await demandAll();
  const page = await openApp(t);
  const input = withDpop({ redirectUri: `${world.app}/` });
  await run(
    page,
    async ({ oidc }, config) => void (await (await oidc({ config })).authorize.redirect()),
    input,
  );
  await page.waitForURL(/interaction/);
  await fillIn(page);
  await page.waitForURL(/code=/);
  const tokens = await call(page, 'authorize.callback', [], input);
  assert.equal(tokens.tokenType, 'DPoP', JSON.stringify(tokens));
  await page.reload();
  assert.equal((await callApi(page, input)).status, 200);
  assert.equal((await keys(page)).length, 1);
});

test('a pushed request binds the code to the key', async (t) => {
  await demandAll();
  const page = await openApp(t);
  await signIn(page);
  const pushing = page.waitForRequest((request) => request.url().endsWith('/par'));
  const tokens = await run(page, renewed, withDpop({ par: true }));
  assert.equal(tokens.tokenType, 'DPoP', JSON.stringify(tokens));
  const pushed = new URLSearchParams((await pushing).postData());
  assert.equal(pushed.get('dpop_jkt'), tokens.jkt);
  assert.equal((await callApi(page)).status, 200);
});

test('what a thief has of the tokens is of no use in another browser', async (t) => {
  await demandAll();
  const page = await openApp(t);
  const wire = new Set();
  page.on('request', (request) => {
    const { authorization } = request.headers();
    if (authorization) wire.add(authorization.split(' ')[1]);
  });
  page.on('response', async (response) => {
    const isToken = response.url().endsWith('/access_token') && response.ok();
    if (!isToken || response.request().method() !== 'POST') return;
    const { access_token, refresh_token } = await response.json();
    wire.add(access_token).add(refresh_token);
  });
  await signIn(page);
  await run(page, renewed, withDpop());
  await callApi(page);
  const { accessToken, refreshToken } = await stored(page);
  await until(() => wire.has(accessToken) && wire.has(refreshToken));
  const proofOf = (url, method) => call(page, 'token.proof', [{ url, method }], withDpop());

  const thief = await openApp(t, { context: await newContext(t) });
  const oauth = `${world.provider}/am/oauth2/realms/root`;
  const tryAll = (targets) =>
    run(
      thief,
      async (_, targets) => {
        const tries = targets.map(async ([url, init]) => (await fetch(url, init)).status);
        return Promise.all(tries);
      },
      targets,
    );
  // A proof of the thief's own key, and a proof of the user that the thief has seen.
  const own = await run(
    thief,
    async () => {
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
      const pair = await crypto.subtle.generateKey(algorithm, true, ['sign']);
      const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
      const encode = (bytes) =>
        btoa(String.fromCharCode(...new Uint8Array(bytes)))
          .replaceAll('+', '-')
          .replaceAll('/', '_')
          .replaceAll('=', '');
      const part = (value) => encode(new TextEncoder().encode(JSON.stringify(value)));
      window.prove = async (htm, htu, token) => {
        const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
        const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } };
        const iat = Math.floor(Date.now() / 1000);
        const claims = { jti: crypto.randomUUID(), htm, htu, iat, ath: encode(hash) };
        const text = `${part(header)}.${part(claims)}`;
        const bytes = new TextEncoder().encode(text);
        return `${text}.${encode(await crypto.subtle.sign(algorithm, pair.privateKey, bytes))}`;
      };
      return true;
    },
    null,
  );
  assert.ok(own);
  const seen = (await proofOf(`${world.provider}/api/orders`, 'GET')).DPoP;
  for (const token of wire) {
    for (const url of [`${oauth}/userinfo`, `${world.provider}/api/orders`]) {
      const forged = await run(thief, (_, { url, token }) => window.prove('GET', url, token), {
        url,
        token,
      });
      const headers = [
        { authorization: `Bearer ${token}` },
        { authorization: `DPoP ${token}` },
        { authorization: `DPoP ${token}`, dpop: forged },
      ];
      const statuses = await tryAll(headers.map((headers) => [url, { headers }]));
      // oidc-provider's own status for a missing proof is 400.
      const withoutProof = url.endsWith('/userinfo') ? 400 : 401;
      assert.deepEqual(statuses, [401, withoutProof, 401], url);
    }
    const form = { grant_type: 'refresh_token', client_id: CLIENT_ID, refresh_token: token };
    const body = new URLSearchParams(form).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const url = `${oauth}/access_token`;
    const forged = await run(thief, (_, url) => window.prove('POST', url, ''), url);
    const statuses = await tryAll(
      [type, { ...type, dpop: forged }].map((headers) => [url, { method: 'POST', headers, body }]),
    );
    assert.deepEqual(statuses, [400, 400], 'at the token endpoint');
  }
  // The proof that was not used yet is for one method, one URL and one token; once used, for nothing.
  const api = `${world.provider}/api/`;
  const stolen = { authorization: `DPoP ${accessToken}`, dpop: seen };
  const replayed = await tryAll([
    [`${api}orders`, { method: 'POST', headers: stolen }],
    [`${api}others`, { headers: stolen }],
  ]);
  assert.deepEqual(replayed, [401, 401]);
  assert.equal((await callApi(page)).status, 200, 'the user still has them');
});

test('a used proof is refused', async (t) => {
  const page = await withBoundTokens(t);
  const url = `${world.provider}/api/orders`;
  const headers = await call(page, 'token.proof', [{ url, method: 'get' }], withDpop());
  assert.deepEqual(Object.keys(headers).sort(), ['Authorization', 'DPoP']);
  const statuses = await run(
    page,
    async (_, { url, headers }) => {
      const first = await fetch(url, { headers });
      return [first.status, (await fetch(url, { headers })).status];
    },
    { url, headers },
  );
  assert.deepEqual(statuses, [200, 401]);
  const elsewhere = await call(
    page,
    'token.proof',
    [{ url: world.app, method: 'GET' }],
    withDpop(),
  );
  assertError(elsewhere, { code: 'argument_invalid' });
});

test('twenty tabs renew once, with one key', async (t) => {
  await demandAll();
  const context = await newContext(t);
  await withBoundTokens(t, { context });
  const pages = await Promise.all(Array.from({ length: 20 }, () => openApp(t, { context })));
  const [first] = pages;
  await first.evaluate((prefix) => {
    const key = Object.keys(localStorage).find((name) => name.startsWith(`${prefix}-`));
    const tokens = JSON.parse(localStorage.getItem(key));
    localStorage.setItem(key, JSON.stringify({ ...tokens, expiryTimestamp: Date.now() }));
  }, TOKENS);
  world.server.control.clearRequests();
  const all = await Promise.all(
    pages.map((page) => call(page, 'token.get', [{ backgroundRenew: true }], withDpop())),
  );
  const distinct = new Set(all.map(({ accessToken }) => accessToken));
  assert.equal(distinct.size, 1, JSON.stringify(all[0]));
  // The tab that renews may not know the nonce.
  const renewals = requestsTo('/access_token').filter(({ status }) => status === 200);
  assert.equal(renewals.length, 1);
  const calls = await Promise.all(pages.map((page) => callApi(page)));
  assert.deepEqual([...new Set(calls.map(({ status }) => status))], [200]);
  assert.equal((await keys(first)).length, 1);
});

test('two clients of one id keep their tokens, and a sign-out ends both', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const plain = await run(page, renewed, config());
  // In the page of the plain client, which still uses them.
  const result = await run(
    page,
    async ({ oidc }, { plain, bound }) => {
      const [one, other] = [await oidc({ config: plain }), await oidc({ config: bound })];
      const before = await other.token.get();
      const tokens = await other.token.get({ backgroundRenew: true });
      return { before, tokens, plain: await one.token.get(), out: await one.user.logout() };
    },
    { plain: config(), bound: withDpop() },
  );
  assertError(result.before, { code: 'not_signed_in' });
  assert.equal(result.tokens.tokenType, 'DPoP');
  assert.equal(result.plain.accessToken, plain.accessToken);
  assert.deepEqual(await keys(page), []);
  assert.deepEqual(Object.keys(await storage(page)), []);
});

test('tokens from before DPoP are upgraded by one refresh', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const plain = await run(page, renewed, config());
  await page.reload();
  world.server.control.clearRequests();
  const tokens = await call(page, 'token.get', [], withDpop());
  assert.equal(tokens.tokenType, 'DPoP', JSON.stringify(tokens));
  assert.equal(world.server.control.token(plain.refreshToken).active, false);
  assert.equal((await storage(page))[TOKENS], undefined);
  assert.equal(requestsTo('/access_token').length, 1);
  assert.equal(requestsTo('/authorize').length, 0);
  assert.equal((await callApi(page)).status, 200);
});

for (const [what, init] of [
  [
    'does not open',
    () => {
      indexedDB.open = () => {
        throw new DOMException('no', 'SecurityError');
      };
    },
  ],
  [
    'fails to open',
    () => {
      indexedDB.open = () => {
        const request = { error: new DOMException('no', 'UnknownError') };
        setTimeout(() => request.onerror());
        return request;
      };
    },
  ],
  [
    'can’t be read',
    () => {
      IDBObjectStore.prototype.get = () => {
        throw new DOMException('no', 'UnknownError');
      };
    },
  ],
  [
    'can’t be written',
    () => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('no', 'DataCloneError');
      };
    },
  ],
]) {
  test(`IndexedDB ${what}: the key and the tokens are this page's`, async (t) => {
    const page = await openApp(t, { init });
    await signIn(page);
    const result = await run(
      page,
      async ({ oidc }, { input, url }) => {
        const client = await oidc({ config: input });
        const tokens = await client.token.get({ backgroundRenew: true });
        const { status } = await client.fetch(url);
        const renewed = await client.token.get({ forceRenew: true });
        return { tokens, status, renewed };
      },
      { input: withDpop(), url: `${world.provider}/api/` },
    );
    const { tokens, status, renewed: newer } = result;
    assert.deepEqual([tokens.tokenType, tokens.persisted], ['DPoP', false]);
    assert.deepEqual([status, newer.persisted], [200, false]);
    assert.equal(await stored(page), undefined);
    await page.reload();
    assertError(await call(page, 'token.get', [], withDpop()), { code: 'not_signed_in' });
  });
}

test('a storage in memory has its key there', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const result = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config, storage: { type: 'memory' } });
      const { tokenType } = await client.token.get({ backgroundRenew: true });
      return [tokenType, (await client.user.info()).preferred_username];
    },
    withDpop(),
  );
  assert.deepEqual(result, ['DPoP', 'demo']);
  assert.deepEqual(await keys(page), []);
});

test('tokens whose key is gone count as none, and a new sign-in has a new key', async (t) => {
  await demandAll();
  const page = await withBoundTokens(t);
  await page.reload();
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.deleteDatabase('journey-oidc').onsuccess = resolve;
      }),
  );
  world.server.control.clearRequests();
  assertError(await call(page, 'token.get', [], withDpop()), { code: 'dpop_key_lost' });
  assertError(await call(page, 'user.info', [], withDpop()), { code: 'dpop_key_lost' });
  assertError((await callApi(page)).cause, { code: 'dpop_key_lost' });
  assert.equal(requestsTo('/userinfo').length + requestsTo('/api/orders').length, 0);
  const tokens = await call(page, 'token.get', [{ backgroundRenew: true }], withDpop());
  assert.equal(tokens.tokenType, 'DPoP', JSON.stringify(tokens));
  assert.equal((await callApi(page)).status, 200);
});

test('bearer tokens are refused, unless they are accepted', async (t) => {
  world.server.control.fault('dpop-ignored', true);
  const page = await openApp(t);
  await signIn(page);
  const refused = await run(page, renewed, withDpop());
  assertError(refused, { code: 'dpop_not_bound' });
  assert.equal(await stored(page), undefined);
  const lenient = withDpop({ dpop: { algorithm: 'ES256', required: false } });
  const tokens = await run(page, renewed, lenient);
  assert.equal(tokens.tokenType, 'Bearer', JSON.stringify(tokens));
  const { status, body } = await callApi(page, lenient);
  assert.deepEqual([status, body.jkt], [200, undefined]);
});

test('a provider without our algorithm is refused', async (t) => {
  world.server.control.fault('dpop-algorithms', true);
  const page = await openApp(t);
  assertError(await call(page, 'token.get', [], withDpop()), { code: 'config_invalid' });
});

test('a nonce that the page can’t read is named', async (t) => {
  world.server.control.fault('dpop-nonce', 'as');
  world.server.control.fault('dpop-nonce-hidden', true);
  const page = await openApp(t);
  await signIn(page);
  const refused = await run(page, renewed, withDpop());
  assertError(refused, { code: 'use_dpop_nonce' });
  assert.match(refused.message, /Access-Control-Expose-Headers: DPoP-Nonce/);
});

test('an API whose challenge the page can’t read is asked again with its nonce', async (t) => {
  const page = await withBoundTokens(t);
  world.server.control.fault('dpop-nonce', 'api');
  world.server.control.fault('dpop-challenge-hidden', true);
  world.server.control.clearRequests();
  assert.equal((await callApi(page)).status, 200);
  assert.deepEqual(
    requestsTo('/api/orders').map(({ status }) => status),
    [401, 200],
  );
  assert.equal(requestsTo('/access_token').length, 0, 'the token was not renewed for it');
});

test('an API that refuses every proof is asked once more with a new token, and no more', async (t) => {
  const page = await withBoundTokens(t);
  world.server.control.fault('dpop-proof-refused', 'api');
  world.server.control.clearRequests();
  assert.equal((await callApi(page)).status, 401);
  assert.ok(requestsTo('/api/orders').length <= 2);
  assert.ok(requestsTo('/access_token').length <= 1);
});

for (const [what, hours] of [
  ['fast', 1],
  ['slow', -1],
]) {
  test(`a device’s clock that is an hour ${what}`, async (t) => {
    const context = await newContext(t);
    await context.clock.install({ time: Date.now() + hours * 3_600_000 });
    await context.clock.resume();
    const page = await openApp(t, { context });
    await signIn(page);
    const refused = await run(page, renewed, withDpop());
    assertError(refused, { code: 'invalid_dpop_proof' });
    assert.match(refused.message, /clock/);
    // A nonce shows that the proof is new, so the provider accepts it.
    world.server.control.fault('dpop-nonce', 'as');
    const input = { input: withDpop(), url: `${world.provider}/api/orders` };
    const [tokens, ...statuses] = await run(
      page,
      async ({ oidc }, { input, url }) => {
        const client = await oidc({ config: input });
        const tokens = await client.token.get({ backgroundRenew: true });
        if ('error' in tokens) return [tokens];
        return [tokens, (await client.fetch(url)).status, (await client.fetch(url)).status];
      },
      input,
    );
    if (hours < 0) return assertError(tokens, { code: 'id_token_time' });
    assert.deepEqual(statuses, [200, 200], 'by the time of the ID token');
    const asked = requestsTo('/api/orders').map(({ status }) => status);
    assert.deepEqual(asked, [401, 200, 200]);
  });
}

test('a provider that revokes only with a proof gets one', async (t) => {
  await demandAll();
  world.server.control.fault('dpop-revocation-with-proof', true);
  const page = await withBoundTokens(t);
  const { refreshToken } = await stored(page);
  const done = await call(page, 'token.revoke', [], withDpop());
  assert.ok(!('error' in done), JSON.stringify(done));
  assert.equal(world.server.control.token(refreshToken).active, false);
  assert.deepEqual(await keys(page), []);
});

test('a proof says what it is for, and no more', async (t) => {
  const page = await openApp(t);
  const proofs = [];
  page.on('request', (request) => {
    const { dpop } = request.headers();
    if (dpop) proofs.push({ ...claimsOf(dpop), at: request.url(), header: dpop.split('.')[0] });
  });
  await signIn(page);
  await run(page, renewed, withDpop());
  await callApi(page);
  const ofApi = proofs.find(({ at }) => at.includes('/api/'));
  assert.equal(ofApi.htu, `${world.provider}/api/orders`, 'without the query');
  assert.ok(ofApi.ath);
  const ids = proofs.map(({ jti }) => jti);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every((id) => Buffer.from(id, 'base64url').length >= 16));
  const { jwk, ...header } = JSON.parse(Buffer.from(ofApi.header, 'base64url'));
  assert.deepEqual(header, { typ: 'dpop+jwt', alg: 'ES256' });
  assert.deepEqual(Object.keys(jwk).sort(), ['crv', 'kty', 'x', 'y']);
});

test('a client without DPoP loads nothing of it', async (t) => {
  const page = await openApp(t);
  const loaded = [];
  page.on('request', (request) => loaded.push(request.url()));
  await signIn(page);
  await run(page, renewed, config());
  await call(page, 'user.logout', []);
  assert.deepEqual(
    loaded.filter((url) => url.endsWith('/dpop.js')),
    [],
  );
  assert.deepEqual(await keys(page), []);
});

/**
 * Class 4: what other code of the same origin has left or changed: another library's records, an older
 * app's, a second app's, an extension's. A hostile script of the origin can do all that the app can; this
 * is about data that is wrong, foreign or broken (RFC 9700 section 4.4, OAuth 2.0 for Browser-Based
 * Applications section 8).
 */
import assert from 'node:assert/strict';
import { until } from '../e2e/oidc-support.js';
import { CLIENT_ID, host, run, storage, TOKENS, world } from '../e2e/support.js';
import {
  actors,
  assertNobody,
  assertRefused,
  assertToldNothing,
  at,
  authorizeUrl,
  call,
  callback,
  makeClient,
  signInAt,
  stored,
  wait,
} from './stage.js';

/** Puts a text under a key. */
const put = (page, key, value, area = 'localStorage') =>
  page.evaluate(
    ([key, value, area]) => window[area].setItem(key, value),
    [key, typeof value === 'string' ? value : JSON.stringify(value), area],
  );

/** What another library keeps of tokens: no issuer, and none of our own members. */
function foreign({ accessToken, idToken, refreshToken, expiresAt, expiryTimestamp }) {
  return { accessToken, idToken, refreshToken, expiresAt, expiryTimestamp };
}

/** Leaves another library's record of alice at the honest provider, and nothing of ours. */
async function leaveForeign(page, change = (record) => record) {
  const tokens = await signInAt(page, at('idp'));
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await put(page, TOKENS, change(foreign(tokens)));
  return tokens;
}

/** All that a client can be asked. */
const CALLS = [
  ['token.get'],
  ['token.get', { backgroundRenew: true }],
  ['token.get', { forceRenew: true }],
  ['user.info'],
  ['user.claims'],
  ['user.session'],
  ['user.session', { responseType: 'id_token' }],
  ['token.revoke'],
  ['user.logout'],
];

const quick = (name, more) => at(name, more, { frameTimeout: 1500 });

/** A JWT with other claims under the same signature. */
function tampered(jwt, change) {
  const [header, claims, signature] = jwt.split('.');
  const value = { ...JSON.parse(Buffer.from(claims, 'base64url')), ...change };
  return [header, Buffer.from(JSON.stringify(value)).toString('base64url'), signature].join('.');
}

const unsigned = (claims) =>
  `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;

/** Records of another library that are nobody's for this client: how the ID token is. */
const FOREIGN = {
  'an ID token of another provider': (record) => record,
  'no ID token': ({ idToken: _, ...record }) => record,
  'an ID token without a signature': (record) => ({
    ...record,
    idToken: unsigned({
      iss: actors.hostile.issuer,
      aud: CLIENT_ID,
      sub: 'alice',
      exp: 4102444800,
      iat: 1,
    }),
  }),
  'an ID token that was changed': (record) => ({
    ...record,
    idToken: tampered(record.idToken, { iss: actors.hostile.issuer }),
  }),
  'an ID token that is none': (record) => ({ ...record, idToken: 'x' }),
  'an ID token that is an object': (record) => ({ ...record, idToken: { iss: 'x' } }),
};

const foreigns = Object.fromEntries(
  Object.entries(FOREIGN).map(([what, change]) => [
    `is another library’s record with ${what}: no other provider is sent its tokens (A2)`,
    async ({ page }) => {
      const tokens = await leaveForeign(page, change);
      for (const [method, ...args] of CALLS) await call(page, quick('hostile'), method, ...args);
      assertToldNothing(actors.hostile);
      assert.equal(actors.idp.whose(tokens.refreshToken), 'alice', 'nor are they revoked');
    },
  ]),
);

/** Texts that are no record, or one that would do harm. */
const BROKEN = {
  'half a text': '{"accessToken":"x',
  'a number': '7',
  nothing: 'null',
  'a list': '[{"accessToken":"x"}]',
  'a token that is an object': '{"accessToken":{"toString":"x"},"issuer":"ISSUER"}',
  'a prototype': '{"__proto__":{"accessToken":"x","pwned":1},"issuer":"ISSUER"}',
  'deep lists': `{"accessToken":"x","issuer":"ISSUER","a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
  'five hundred thousand letters': `{"accessToken":"${'x'.repeat(500_000)}"}`,
  'line breaks in a token': '{"accessToken":"x\\r\\nx-injected: 1","issuer":"ISSUER"}',
  'a time that never comes': '{"accessToken":"x","issuer":"ISSUER","expiryTimestamp":1e308}',
  'a time that is a text': '{"accessToken":"x","issuer":"ISSUER","expiryTimestamp":"soon"}',
};

const brokens = Object.fromEntries(
  Object.entries(BROKEN).map(([what, text]) => [
    `is ${what} in the tokens’ place: nothing throws, and a sign-in replaces it`,
    async ({ page }) => {
      await put(page, TOKENS, text.replace('ISSUER', actors.idp.issuer));
      const settings = quick('idp', { apiOrigins: [actors.api.url] });
      for (const [method, ...args] of CALLS.slice(0, 5)) {
        await call(page, settings, method, ...args);
      }
      await run(
        page,
        async ({ oidc }, { config, url }) => (await oidc({ config })).fetch(url).catch(() => {}),
        { config: settings, url: actors.api.url },
      );
      assert.ok(!actors.api.heard().includes('x-injected'));
      assert.ok(!(await page.evaluate(() => ({}).pwned)));
      const tokens = await signInAt(page, at('idp'));
      assert.equal((await stored(page)).accessToken, tokens.accessToken);
    },
  ]),
);

/** What may stand in the place of the list of sign-ins. */
const LISTS = ['{', '{"__proto__":1}', '[null,7,{}]', `[${'"x",'.repeat(20_000)}"x"]`];

/** Other libraries' notes of an authorization under way, with which a code of bob's could be redeemed. */
const note = (changes = {}) => ({
  clientId: CLIENT_ID,
  redirectUri: at('idp').redirectUri,
  scope: 'openid',
  responseType: 'code',
  state: 'planted',
  verifier: 'v'.repeat(64),
  nonce: 'n',
  serverConfig: { wellknown: actors.idp.wellknown },
  ...changes,
});

/** Who changes what every object has, as a careless library or a polluted merge does. */
const POLLUTED = {
  redirectUri: () => `${actors.evil.url}/cb`,
  scope: () => 'admin',
  clientId: () => 'evil',
  wellknown: () => actors.hostile.wellknown,
  issuer: () => actors.hostile.issuer,
  query: () => ({ redirect_uri: 'http://evil.localhost/cb' }),
  prompt: () => 'none',
  url: () => `${actors.evil.url}/collect`,
  apiOrigins: () => [actors.evil.url],
  headers: () => ({ 'x-evil': '1' }),
  toJSON: () => 'evil',
};

const polluted = Object.fromEntries(
  Object.entries(POLLUTED).map(([name, value]) => [
    `has given every object a member ${name}: it is nobody’s option`,
    async ({ page }) => {
      // What the app itself gives is not touched by it, or the app would be wrong.
      const settings = at('idp');
      await page.evaluate(
        ([name, value]) => {
          const given = name === 'toJSON' ? undefined : value;
          Object.defineProperty(Object.prototype, name, {
            value: given ?? (() => value),
            configurable: true,
            writable: true,
          });
        },
        [name, value()],
      );
      const url = await page.evaluate(
        `(async (config) => {
          const { oidc } = await import('/pkg/index.js');
          const client = await oidc({ config });
          const url = client.error ?? (await client.authorize.url());
          await client.fetch?.('${actors.evil.url}/orders').catch(() => {});
          return String(url);
        })(${JSON.stringify(settings)})`,
      );
      await page.evaluate((name) => delete Object.prototype[name], name);
      assert.ok(actors.evil.requests.every(({ token }) => !token));
      assert.equal(actors.hostile.requests.length, 0);
      if (!url.startsWith('http')) return;
      const { origin, searchParams } = new URL(url);
      assert.equal(origin, actors.idp.url);
      assert.equal(searchParams.get('redirect_uri'), settings.redirectUri);
      assert.equal(searchParams.get('client_id'), CLIENT_ID);
      assert.equal(searchParams.get('scope'), settings.scope);
      assert.equal(searchParams.get('prompt'), null);
    },
  ]),
);

export const EVERYWHERE = {
  'has put a <base> into the page: nothing of the sign-in goes where it says': async ({ page }) => {
    await page.evaluate((href) => {
      document.head.append(Object.assign(document.createElement('base'), { href }));
    }, `${actors.evil.url}/base/`);
    const settings = at('idp', { backgroundRedirectUri: `${world.app}/callback.html` });
    const result = await page.evaluate(
      `(async (config) => {
        const { oidc } = await import('${world.app}/pkg/index.js');
        const client = await oidc({ config });
        const { code, state, iss } = await client.authorize.background();
        return client.token.exchange(code, state, { iss });
      })(${JSON.stringify(settings)})`,
    );
    assert.equal(actors.idp.whose(result.accessToken), 'alice', JSON.stringify(result));
    assert.doesNotMatch(actors.evil.heard(), /code|state|pkg/);
  },

  'has a window copied with all that the tab keeps: the tokens are not used twice (A20)': async ({
    page,
    popup,
  }) => {
    await signInAt(page, at('idp'));
    const storageOf = { type: 'sessionStorage' };
    await page.evaluate(() => localStorage.clear());
    const input = { config: at('idp', { renew: 'refresh' }), storage: storageOf };
    const tokens = await run(
      page,
      async ({ oidc }, input) => {
        window.client = await oidc(input);
        const { code, state, iss } = await window.client.authorize.background();
        return window.client.token.exchange(code, state, { iss });
      },
      input,
    );
    assert.ok(tokens.refreshToken, JSON.stringify(tokens));
    await page.evaluate(() => {
      const button = document.body.appendChild(document.createElement('button'));
      button.onclick = () => window.open('/');
    });
    await page.click('button');
    const copy = await popup();
    await until(async () => (await copy.url()) === `${world.app}/`);
    const renew = async ({ oidc }, input) => {
      window.client = await oidc(input);
      return window.client.token.get({ forceRenew: true });
    };
    await Promise.all([run(page, renew, input), run(copy, renew, input)]);
    await run(copy, renew, input);
    await run(page, renew, input);
    const used = actors.idp
      .requestsTo('token')
      .map(({ params }) => params.refresh_token)
      .filter(Boolean);
    assert.equal(new Set(used).size, used.length, 'no refresh token is sent twice');
  },
};

export const CHROMIUM = {
  'has elements with the names of what the package uses: the sign-in works': async ({ page }) => {
    await page.evaluate(() => {
      const create = document.createElement.bind(document);
      for (const id of ['localStorage', 'crypto', 'navigator', 'location', 'fetch', 'oidc']) {
        document.body.append(Object.assign(create('form'), { id, name: id }));
      }
      const { body } = document;
      for (const name of ['cookie', 'currentScript', 'createElement', 'head', 'body']) {
        body.append(Object.assign(create('img'), { name, id: name }));
      }
    });
    const url = await page.evaluate(
      `(async (config) => {
        const { oidc } = await import('/pkg/index.js');
        const client = await oidc({ config });
        return client.error ? client : client.authorize.url();
      })(${JSON.stringify(at('idp'))})`,
    );
    // An image named so hides document.createElement: then the package may say so, and no more.
    if (typeof url !== 'string') return assertRefused(url);
    assert.ok(url.startsWith(`${actors.idp.issuer}/authorize?`));
  },

  ...foreigns,
  ...brokens,
  ...polluted,

  'is another library’s record of this provider: the user stays signed in': async ({ page }) => {
    const tokens = await leaveForeign(page);
    const kept = await call(page, at('idp'), 'token.get');
    assert.equal(kept.accessToken, tokens.accessToken, JSON.stringify(kept));
    const renewed = await call(page, at('idp'), 'token.get', { forceRenew: true });
    assert.equal(actors.idp.whose(renewed.accessToken), 'alice', JSON.stringify(renewed));
  },

  'is another library’s record while the keys cannot be had: it stays, for later (A2)': async ({
    page,
  }) => {
    const tokens = await leaveForeign(page);
    const before = (await storage(page))[TOKENS];
    // The keys that this tab has kept.
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(world.app);
    actors.idp.more.metadata = (metadata) => ({ ...metadata, jwks_uri: `${world.nowhere}/jwks` });
    await call(page, quick('idp'), 'token.get', { forceRenew: true });
    assert.equal((await storage(page))[TOKENS], before);
    actors.idp.more = {};
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(world.app);
    const renewed = await call(page, quick('idp'), 'token.get', { forceRenew: true });
    assert.equal(actors.idp.whose(renewed.accessToken), 'alice', JSON.stringify(renewed));
    assert.notEqual(renewed.accessToken, tokens.accessToken);
  },

  'has changed the claims of our record: they are not believed (A10)': async ({ page }) => {
    const tokens = await signInAt(page, at('idp'));
    const record = await stored(page);
    await put(page, TOKENS, { ...record, idToken: tampered(tokens.idToken, { sub: 'admin' }) });
    await page.goto(world.app);
    const claims = await call(page, at('idp'), 'user.claims');
    assert.notEqual(claims?.sub, 'admin', JSON.stringify(claims));
    const renewed = await call(page, at('idp'), 'token.get', { forceRenew: true });
    assert.notEqual(renewed.idToken && decode(renewed.idToken).sub, 'admin');
  },

  'has put another issuer into our record: it is none for this client': async ({ page }) => {
    await signInAt(page, at('idp'));
    const record = await stored(page);
    await put(page, TOKENS, { ...record, issuer: actors.hostile.issuer });
    await page.goto(world.app);
    assertRefused(await call(page, at('idp'), 'token.get'));
    for (const [method, ...args] of CALLS) await call(page, quick('hostile'), method, ...args);
    assertToldNothing(actors.hostile);
  },

  'keeps a document of the provider that is another’s: it is not believed': async ({ page }) => {
    await run(page, makeClient, at('idp'));
    await run(page, makeClient, at('hostile'));
    const swapped = await page.evaluate(
      ([one, other]) => {
        const keys = Object.keys(sessionStorage).filter((key) => key.startsWith('pic-document-'));
        const [mine] = keys.filter((key) => key.includes(one));
        const [theirs] = keys.filter((key) => key.includes(other));
        if (!mine || !theirs) return false;
        sessionStorage.setItem(mine, sessionStorage.getItem(theirs));
        return true;
      },
      [new URL(actors.idp.url).host, new URL(actors.hostile.url).host],
    );
    assert.ok(swapped);
    await page.goto(world.app);
    const url = await authorizeUrl(page, at('idp'));
    if (typeof url === 'string') assert.ok(url.startsWith(actors.idp.issuer), url);
    else assertRefused(url, 'discovery_issuer_mismatch');
  },

  'keeps documents that are broken, or of the year 3000: the provider is asked': async ({
    page,
  }) => {
    await run(page, makeClient, at('idp'));
    const documents = await storage(page);
    for (const text of ['{', 'null', '7', '{"__proto__":{"pwned":1}}', '{"at":99999999999999}']) {
      for (const key of Object.keys(documents)) await put(page, key, text, 'sessionStorage');
      await page.goto(world.app);
      const url = await authorizeUrl(page, at('idp'));
      assert.ok(String(url).startsWith(actors.idp.issuer), JSON.stringify(url));
    }
  },

  'has written nonsense into the list of sign-ins: sign-in and sign-out work': async ({ page }) => {
    await signInAt(page, at('idp'));
    const [key] = Object.keys(await storage(page)).filter((key) => key.startsWith('pic-clients-'));
    assert.ok(key);
    for (const text of LISTS) {
      await put(page, key, text);
      const tokens = await signInAt(page, at('idp'));
      assert.ok((await call(page, at('idp'), 'user.logout')).done, text.slice(0, 20));
      await assertNobody(page);
      assert.equal(actors.idp.whose(tokens.refreshToken), undefined);
      assert.ok(!(await page.evaluate(() => ({}).pwned)));
    }
  },

  'keeps an authorization of its own, without a time or a verifier: it is over (A23)': async ({
    page,
  }) => {
    const key = `FR-SDK-authflow-${CLIENT_ID}-planted`;
    const plain = `FR-SDK-authflow-${CLIENT_ID}`;
    const future = Date.now() + 24 * 3600 * 1000;
    for (const changes of [
      { verifier: undefined },
      { verifier: '' },
      { timestamp: future, time: future, created: future, at: future, startedAt: future },
      { redirectUri: `${actors.evil.url}/cb` },
      { serverConfig: { wellknown: actors.hostile.wellknown } },
      { state: 'other' },
    ]) {
      for (const name of [key, plain]) await put(page, name, note(changes), 'sessionStorage');
      const query = `?code=bobs&state=planted&iss=${encodeURIComponent(actors.idp.issuer)}`;
      await page.goto(at('idp').redirectUri + query);
      assertRefused(await callback(page, at('idp')));
      await assertNobody(page);
      assert.equal(actors.hostile.requestsTo('token').length, 0);
    }
  },

  'dispatches storage events of its own: nobody is signed in or out by them': async ({ page }) => {
    const tokens = await signInAt(page, at('idp'));
    await run(page, makeClient, at('idp'));
    const heard = await page.evaluate(async (key) => {
      const heard = [];
      window.client.subscribe((event) => heard.push(event.type));
      for (const newValue of [null, '', '{', '{"accessToken":"evil"}']) {
        for (const name of [key, null, 'pic-clients-x']) {
          const init = { key: name, newValue, oldValue: 'x', storageArea: localStorage };
          dispatchEvent(new StorageEvent('storage', init));
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
      return heard;
    }, TOKENS);
    assert.deepEqual(
      heard.filter((type) => type === 'signed_in'),
      [],
    );
    const kept = await page.evaluate(() => window.client.token.get());
    assert.equal(kept.accessToken, tokens.accessToken, JSON.stringify(kept));
  },

  'fills the storage while bob signs in over alice: alice does not come back (A7)': async ({
    page,
  }) => {
    const alice = await signInAt(page, at('idp'));
    actors.idp.user = 'bob';
    await page.goto(await authorizeUrl(page, at('idp')));
    await page.evaluate(fillStorage);
    const bob = await callback(page, at('idp'));
    assert.equal(actors.idp.whose(bob.accessToken), 'bob', JSON.stringify(bob));
    await page.goto(world.app);
    const later = await call(page, at('idp'), 'token.get');
    assert.notEqual(later.accessToken, alice.accessToken, 'alice is signed in again');
  },

  'forbids sinks of scripts (Trusted Types): both clients work': async ({ page }) => {
    host.headers = {
      'content-security-policy': "require-trusted-types-for 'script'; trusted-types 'none'",
    };
    await page.goto(world.app);
    const settings = at('idp', { backgroundRedirectUri: `${world.app}/callback.html` });
    assert.ok((await call(page, settings, 'authorize.background')).code);
    await wait(page, 10);
  },
};

const decode = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));

/** In the page: leaves no room in localStorage. */
function fillStorage() {
  for (let size = 1 << 22, index = 0; size >= 1; size >>= 1) {
    try {
      for (;;) localStorage.setItem(`filler-${index++}`, 'x'.repeat(size));
    } catch {}
  }
}

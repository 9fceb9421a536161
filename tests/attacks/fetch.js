/**
 * Class 5: tricks on `oidcClient.fetch`, which sends the access token to the app's own APIs: addresses
 * that look like theirs, redirects, advices, and users who change meanwhile (RFC 6750 section 5.2, RFC
 * 9700 sections 2.3 and 4.9).
 */
import assert from 'node:assert/strict';
import { run } from '../e2e/support.js';
import { actors, at, authorizeUrl, call, callback, makeClient, signInAt } from './stage.js';

const settings = (more) => at('idp', { apiOrigins: [actors.api.url], ...more });

/** Fetches in a page that is signed in, with a client of its own: `{ status }` or `{ failed }`. */
const fetchBy = (page, source, argument) =>
  run(
    page,
    `async ({ oidc }, { config, argument }) => {
      const client = await oidc({ config });
      try {
        const response = await (${source})(client, argument);
        return { status: response?.status };
      } catch (error) {
        return { failed: error.name };
      }
    }`,
    { config: settings(), argument },
  );

/** Asserts that no site but the API has heard the token. */
function assertKept(tokens) {
  for (const token of [tokens.accessToken, tokens.refreshToken]) {
    assert.ok(!actors.evil.heard().includes(token), 'the evil site has the token');
  }
}

const hosts = () => ({ api: new URL(actors.api.url).host, evil: new URL(actors.evil.url).host });

/** Addresses of the evil site that look like the API's. */
const ADDRESSES = {
  'with the API as its user name': ({ api, evil }) => `http://${api}@${evil}/x`,
  'with the API as user name and password': ({ api, evil }) => `http://${api}:${api}@${evil}/x`,
  'with a backslash before it': ({ api, evil }) => `http://${evil}\\@${api}/x`,
  'without a scheme': ({ evil }) => `//${evil}/x`,
  'without a scheme, by backslashes': ({ evil }) => `\\\\${evil}/x`,
  'with the API in its path': ({ api, evil }) => `http://${evil}/http://${api}/`,
  'with the API in its query': ({ api, evil }) => `http://${evil}/?http://${api}/`,
  'with the API in its fragment': ({ api, evil }) => `http://${evil}/#@${api}/`,
  'with a tab in it': ({ api, evil }) => `ht\ttp://${evil}/\n?${api}`,
  'in wide letters': ({ evil }) => `http://${evil.replace('evil', 'ｅｖｉｌ')}/x`,
  'in capitals': ({ evil }) => `HTTP://${evil.toUpperCase()}/x`,
};

const addresses = Object.fromEntries(
  Object.entries(ADDRESSES).map(([what, address]) => [
    `an address of the evil site ${what}: no token`,
    async ({ page }) => {
      const tokens = await signInAt(page, settings());
      await fetchBy(page, '(client, url) => client.fetch(url)', address(hosts()));
      await fetchBy(
        page,
        '(client, url) => client.fetch(new URL(url, location))',
        address(hosts()),
      );
      assertKept(tokens);
    },
  ]),
);

/** Arguments that say one address when they are looked at, and another one when they are used. */
const ARGUMENTS = {
  'an object that names another address each time': `(client, { api, evil }) => {
    let asked = 0;
    return client.fetch({ toString: () => (asked++ === 0 ? api : evil) + '/x' });
  }`,
  'a URL whose text was replaced': `(client, { api, evil }) =>
    client.fetch(Object.assign(new URL(evil + '/x'), { toString: () => api + '/x' }))`,
  'a URL whose origin was replaced': `(client, { api, evil }) =>
    client.fetch(Object.defineProperty(new URL(evil + '/x'), 'origin', { value: api }))`,
  'a request whose address was replaced': `(client, { api, evil }) =>
    client.fetch(Object.defineProperty(new Request(evil + '/x'), 'url', { value: api + '/x' }))`,
  'a request of a class of its own': `(client, { api, evil }) => {
    class Trick extends Request { get url() { return api + '/x'; } }
    return client.fetch(new Trick(evil + '/x'));
  }`,
  'a request with a copy that lies': `(client, { api, evil }) => {
    const request = new Request(api + '/x');
    request.clone = () => new Request(evil + '/x', { headers: request.headers });
    return client.fetch(request);
  }`,
  'options that bring another address': `(client, { api, evil }) =>
    client.fetch(evil + '/x', { url: api + '/x', origin: api, apiOrigins: [evil] })`,
  'a list': `(client, { api, evil }) => client.fetch([evil + '/x'], { headers: {} })`,
};

const callArguments = Object.fromEntries(
  Object.entries(ARGUMENTS).map(([what, source]) => [
    `${what}: no token for the evil site`,
    async ({ page }) => {
      const tokens = await signInAt(page, settings());
      await fetchBy(page, source, { api: actors.api.url, evil: actors.evil.url });
      assertKept(tokens);
    },
  ]),
);

/** Lists of APIs that would let in more than they say. */
const LISTS = [
  ['null'],
  [''],
  ['http://*'],
  ['*.localhost'],
  ['file://'],
  ['data:'],
  ['javascript:'],
  ['http://api.own.localhost@evil.localhost'],
  ['http://api.own.localhost?'],
  [null],
  [{}],
  { length: 1, 0: 'http://evil.localhost' },
];

/** Signs bob in at the provider, and in this page of the browser. */
async function signBobIn(page) {
  actors.idp.user = 'bob';
  const tokens = await signInAt(page, settings());
  assert.equal(actors.idp.whose(tokens.accessToken), 'bob');
  return tokens;
}

/** The token of a call, and whose it is. */
const whose = ({ token }) => token && actors.idp.whose(token);

/** In the page: begins a payment of alice's, which the API keeps waiting. */
const pay = (page, more) =>
  run(
    page,
    async ({ oidc }, { config, url, advised }) => {
      window.advised = 0;
      const onAdvice = advised
        ? async () => {
            window.advised += 1;
            while (!window.approved) await new Promise((resolve) => setTimeout(resolve, 20));
            return { type: 'LoginSuccess' };
          }
        : undefined;
      window.client = await oidc({ config, onAdvice });
      window.paid = window.client
        .fetch(url, { method: 'POST', body: 'from alice' })
        .then((response) => response.status)
        .catch((error) => error.name);
    },
    { config: settings(), url: `${actors.api.url}/pay`, ...more },
  );

const paid = (page) => page.evaluate(() => window.paid);

const ADVICE = {
  status: 401,
  headers: {
    'www-authenticate': `SSOADVICE realm="/",advices="${Buffer.from('{"TransactionConditionAdvice":["id"]}').toString('base64')}",am_uri="http://evil.localhost/am/"`,
  },
};

export const EVERYWHERE = {
  'bob signs in in another tab while alice’s payment waits, and is refused: not paid by bob (A3)':
    async ({ page, open }) => {
      const alice = await signInAt(page, settings());
      let refuse;
      actors.api.answer = (request) =>
        request.token === alice.accessToken
          ? new Promise((resolve) => {
              refuse = () => resolve({ status: 401 });
            })
          : {};
      await pay(page);
      while (!refuse) await new Promise((resolve) => setTimeout(resolve, 10));
      await signBobIn(await open());
      refuse();
      assert.equal(await paid(page), 401);
      const payments = actors.api.requests.filter(({ method }) => method === 'POST');
      assert.deepEqual(
        payments.filter((call) => whose(call) === 'bob'),
        [],
        'bob has paid',
      );
    },

  'alice signs out in another tab: no more requests in her name': async ({ page, open }) => {
    const alice = await signInAt(page, settings());
    await run(page, makeClient, settings());
    await page.evaluate((url) => window.client.fetch(url), `${actors.api.url}/a`);
    assert.equal(actors.api.requests.length, 1);
    await call(await open(), settings(), 'user.logout');
    actors.api.requests = [];
    await page.evaluate((url) => window.client.fetch(url).catch(() => {}), `${actors.api.url}/b`);
    assert.ok(!actors.api.heard().includes(alice.accessToken));
  },
};

export const CHROMIUM = {
  ...addresses,
  ...callArguments,

  'the API redirects to the evil site: no token follows, followed or not': async ({ page }) => {
    const tokens = await signInAt(page, settings());
    for (const status of [301, 302, 303, 307, 308]) {
      const headers = { location: `${actors.evil.url}/collect` };
      actors.api.answer = () => ({ status, headers });
      for (const init of [{}, { redirect: 'follow' }, { redirect: 'follow', method: 'POST' }]) {
        await fetchBy(page, '(client, [url, init]) => client.fetch(url, init)', [
          `${actors.api.url}/x`,
          init,
        ]);
      }
    }
    assertKept(tokens);
  },

  'the evil site sends an advice after a redirect: no journey begins (A18)': async ({ page }) => {
    const tokens = await signInAt(page, settings());
    const headers = { location: `${actors.evil.url}/advice` };
    actors.api.answer = () => ({ status: 302, headers });
    actors.evil.answer = () => ADVICE;
    const advised = await run(
      page,
      async ({ oidc }, { config, url }) => {
        let advised = 0;
        const onAdvice = () => {
          advised += 1;
        };
        const client = await oidc({ config, onAdvice });
        await client.fetch(url, { redirect: 'follow' }).catch(() => {});
        return advised;
      },
      { config: settings(), url: `${actors.api.url}/x` },
    );
    assert.equal(advised, 0);
    assertKept(tokens);
  },

  'bob is the one who follows the advice of alice’s payment: not paid by bob (A3)': async ({
    page,
    open,
  }) => {
    const alice = await signInAt(page, settings());
    actors.api.answer = ({ token }) => (token === alice.accessToken ? ADVICE : {});
    await pay(page, { advised: true });
    await page.waitForFunction(() => window.advised > 0);
    await signBobIn(await open());
    await page.evaluate(() => {
      window.approved = true;
    });
    await paid(page);
    const payments = actors.api.requests.filter(({ method }) => method === 'POST');
    assert.deepEqual(
      payments.filter((call) => whose(call) === 'bob'),
      [],
      'bob has paid',
    );
  },

  'bob signs in in the same tab while alice’s payment waits: not paid by bob (A3)': async ({
    page,
  }) => {
    const alice = await signInAt(page, settings());
    let refuse;
    actors.api.answer = ({ token }) =>
      token === alice.accessToken
        ? new Promise((resolve) => {
            refuse = () => resolve({ status: 401 });
          })
        : {};
    await pay(page);
    while (!refuse) await new Promise((resolve) => setTimeout(resolve, 10));
    actors.idp.user = 'bob';
    const bob = await page.evaluate(async () => {
      const { code, state, iss } = await window.client.authorize.background();
      return window.client.token.exchange(code, state, { iss });
    });
    assert.equal(actors.idp.whose(bob.accessToken), 'bob', JSON.stringify(bob));
    refuse();
    assert.equal(await paid(page), 401);
    assert.ok(!actors.api.requests.some((call) => whose(call) === 'bob'));
  },

  'a renewal for a refused request brings bob’s tokens: alice’s request is not repeated (A1, A3)':
    async ({ page }) => {
      const alice = await signInAt(page, settings({ renew: 'background' }));
      actors.idp.user = 'bob';
      actors.api.answer = ({ token }) => (token === alice.accessToken ? { status: 401 } : {});
      const status = await run(
        page,
        async ({ oidc }, { config, url }) =>
          (await (await oidc({ config })).fetch(url, { method: 'POST', body: 'x' })).status,
        { config: settings({ renew: 'background' }), url: `${actors.api.url}/pay` },
      );
      assert.equal(status, 401);
      assert.ok(!actors.api.requests.some((call) => whose(call) === 'bob'));
    },

  'lists of APIs that let in more than they say: no client is made': async ({ page }) => {
    for (const apiOrigins of LISTS) {
      const code = await run(
        page,
        async ({ oidc }, config) => (await oidc({ config })).code,
        at('idp', { apiOrigins }),
      );
      assert.equal(code, 'config_invalid', JSON.stringify(apiOrigins));
    }
  },

  'an address that is no network’s (data:, blob:, javascript:): no script runs, no token': async ({
    page,
  }) => {
    await signInAt(page, settings());
    for (const url of [
      'javascript:window.pwned=1',
      'data:text/plain,x',
      'blob:null/x',
      'about:blank',
    ]) {
      await fetchBy(page, '(client, url) => client.fetch(url)', url);
    }
    assert.ok(!(await page.evaluate(() => window.pwned)));
  },

  'an advice with members of every object, or too deep: the page lives, and is as it was': async ({
    page,
  }) => {
    await signInAt(page, settings());
    for (const advices of [
      '{"__proto__":{"pwned":["1"]},"constructor":["x"],"TransactionConditionAdvice":["id"]}',
      `{"TransactionConditionAdvice":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      '{"TransactionConditionAdvice":{"length":1000000000}}',
    ]) {
      actors.api.answer = () => ({
        status: 403,
        headers: { 'content-type': 'application/json' },
        body: `{"resource":"x","actions":{},"attributes":{},"advices":${advices},"ttl":0}`,
      });
      await run(
        page,
        async ({ oidc }, { config, url }) => {
          const client = await oidc({ config, onAdvice: () => undefined });
          await client.fetch(url).catch(() => {});
        },
        { config: settings(), url: `${actors.api.url}/x` },
      );
      assert.ok(!(await page.evaluate(() => ({}).pwned)));
    }
  },

  'a thousand requests that are all refused: few renewals (A17)': async ({ page }) => {
    await signInAt(page, settings());
    const before = actors.idp.requestsTo('token').length;
    actors.api.answer = () => ({ status: 401 });
    await run(
      page,
      async ({ oidc }, { config, url }) => {
        const client = await oidc({ config });
        await Promise.all(
          Array.from({ length: 300 }, (_, index) =>
            client.fetch(`${url}/${index}`).catch(() => {}),
          ),
        );
      },
      { config: settings(), url: actors.api.url },
    );
    const renewals = actors.idp.requestsTo('token').length - before;
    assert.ok(renewals <= 3, `${renewals} renewals`);
  },

  'a sign-in that is begun is no token: nothing is sent in its name': async ({ page }) => {
    await page.goto(await authorizeUrl(page, settings()));
    const code = new URL(page.url()).searchParams.get('code');
    await fetchBy(page, '(client, url) => client.fetch(url)', `${actors.api.url}/x`);
    assert.ok(!actors.api.heard().includes(code));
    assert.ok((await callback(page, settings())).accessToken);
  },
};

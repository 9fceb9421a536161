/**
 * Class 6: secrets in logs, errors, events, addresses, and wherever else a page, an extension, a monitor
 * or somebody over the shoulder reads (RFC 6749 section 10.3, RFC 6819 sections 4.3.2, 4.4.1.1 and
 * 4.6.6, RFC 9700 section 4.2 and 4.3).
 */
import assert from 'node:assert/strict';
import { until } from '../e2e/oidc-support.js';
import { run, storage, TOKENS, world } from '../e2e/support.js';
import { asAm } from './site.js';
import {
  actors,
  assertRefused,
  at,
  atOtherAm,
  authorizeUrl,
  call,
  callback,
  makeClient,
  signInAt,
  stored,
  wait,
} from './stage.js';

const PASSWORD = 's3cret-of-alice';

/** Every secret of the play so far: codes, tokens, verifiers, passwords. */
function secrets() {
  const verifiers = actors.idp.requestsTo('token').map(({ params }) => params.code_verifier);
  return [...actors.idp.secrets(), ...verifiers.filter(Boolean), PASSWORD];
}

function assertNoSecret(text, where) {
  const found = secrets().filter((secret) => text.includes(secret));
  const lines = text.split(/\\n|","/).filter((line) => found.some((one) => line.includes(one)));
  assert.deepEqual(found, [], `${where}: ${lines.join(' | ').slice(0, 500)}`);
}

/** In the page: makes `window.client`, whose log and events go into `window.told`. */
const listen = async ({ oidc }, { storage, ...config }) => {
  window.told ??= [];
  // As a monitor would have it: everything that can be reached, stacks and causes too.
  const flatten = (value, depth = 0) => {
    if (value instanceof Error) return flatten({ ...value, text: `${value.stack}` }, depth);
    if (typeof value !== 'object' || value === null || depth > 5) return String(value);
    return Object.entries(value)
      .map(([name, member]) => `${name}=${flatten(member, depth + 1)}`)
      .join();
  };
  window.flatten = flatten;
  const log = (...args) => window.told.push(flatten(args));
  const custom = { error: log, warn: log, info: log, debug: log };
  window.client = await oidc({ config, storage, logger: { level: 'debug', custom } });
  if (window.client.error) return window.client;
  window.client.subscribe((event) => window.told.push(flatten(event)));
};

/** What was told, and what the page shows anybody who looks. */
const shown = (page) =>
  page.evaluate(async () => {
    const locks = await navigator.locks.query();
    return JSON.stringify([
      window.told,
      // The end of the session has the ID token in its address, as docs/security.md says.
      performance
        .getEntries()
        .filter(
          ({ entryType, name }) => entryType !== 'navigation' && !name.includes('/end-session?'),
        ),
      document.documentElement.outerHTML,
      document.cookie,
      window.name,
      history.state,
      Object.keys(localStorage),
      Object.keys(sessionStorage).filter((key) => !key.startsWith('FR-SDK-authflow')),
      locks,
    ]);
  });

/** What the browser writes into its console. */
function watchConsole(page) {
  const lines = [];
  page.on('console', (message) => lines.push(message.text()));
  page.on('pageerror', (error) => lines.push(String(error.stack)));
  return lines;
}

const echo = (params) => `Bad: ${new URLSearchParams(params)}`;

/** How an endpoint fails in a way that shows what it was sent, or what it was about to give. */
const FAILURES = {
  'echoes the request as an error': (_body, params) => ({
    status: 400,
    body: { error: 'invalid_request', error_description: echo(params) },
  }),
  'answers half of its JSON': (body) => ({ body: JSON.stringify(body).slice(0, -9) }),
  'answers a page with its JSON in it': (body) => ({ body: `<pre>${JSON.stringify(body)}</pre>` }),
  'answers its JSON as a text of JSON': (body) => ({ body: JSON.stringify(JSON.stringify(body)) }),
  'answers its JSON with status 500': (body) => ({ status: 500, body }),
  'gives tokens of the wrong types': (body) => ({
    body: { ...body, access_token: [body.access_token], id_token: { jwt: body.id_token } },
  }),
  'gives an ID token that is not its own': (body) => ({
    body: { ...body, id_token: `x${body.id_token}` },
  }),
};

/** What asks the token endpoint. */
const ASKS = {
  'a sign-in': async (page, settings, fail) => {
    await page.goto(await authorizeUrl(page, settings));
    actors.idp.more.token = fail;
    await run(page, listen, settings);
    return page.evaluate(async () => window.client.authorize.callback());
  },
  'a renewal': async (page, settings, fail) => {
    await signInAt(page, settings);
    actors.idp.more.token = fail;
    await run(page, listen, settings);
    return page.evaluate(async () => window.client.token.get({ forceRenew: true }));
  },
};

const failures = Object.fromEntries(
  Object.entries(ASKS).flatMap(([asking, ask]) =>
    Object.entries(FAILURES).map(([what, fail]) => [
      `the token endpoint ${what} to ${asking}: neither log, error nor address shows a secret`,
      async ({ page }) => {
        const lines = watchConsole(page);
        const settings = at('idp', { renew: 'refresh' });
        const result = await ask(page, settings, ({ body }, params) => fail(body, params));
        assertRefused(result);
        // What a provider writes in its own error_description is handed on as it is.
        const words = actors.idp.requestsTo('token').map(({ params }) => echo(params));
        const without = (text) => words.reduce((rest, word) => rest.replaceAll(word, ''), text);
        assertNoSecret(without(JSON.stringify(result)), 'the error');
        assertNoSecret(without(await shown(page)), 'the page');
        assertNoSecret(lines.join('\n'), 'the console');
      },
    ]),
  ),
);

/** How a sign-in ends, and whether the address is clean then. */
const ENDINGS = {
  well: {},
  'with a wrong issuer': { response: (response) => ({ ...response, iss: `${response.iss}1` }) },
  'with a refused code': { token: () => ({ status: 400, body: { error: 'invalid_grant' } }) },
  'with a refused ID token': { claims: (claims) => ({ ...claims, aud: 'x' }) },
  'with two codes': {
    authorization: (response) => ({
      ...response,
      headers: { location: `${response.headers.location}&code=second` },
    }),
  },
};

const endings = Object.fromEntries(
  Object.entries(ENDINGS).map(([how, more]) => [
    `a sign-in that ends ${how}: the code is in no address and no history of the page`,
    async ({ page }) => {
      const settings = at('idp');
      await page.goto(await authorizeUrl(page, settings));
      const arrived = page.url();
      assert.match(arrived, /code=/);
      Object.assign(actors.idp.more, more);
      if (more.response || more.authorization) {
        await page.goto(world.app);
        await page.goto(await authorizeUrl(page, settings));
      }
      await callback(page, settings);
      assert.doesNotMatch(page.url(), /code=|state=/);
      const read = await page.evaluate(() => [
        location.href,
        JSON.stringify(history.state),
        document.URL,
        document.documentURI,
        ...performance.getEntriesByType('resource').map(({ name }) => name),
      ]);
      assertNoSecret(read.join('\n'), 'the page');
      await page.goto(`${world.app}/next`);
      assert.doesNotMatch(await page.evaluate(() => document.referrer), /code=/);
    },
  ]),
);

/** Everything of a sign-in's life. */
async function live(page, settings) {
  await page.goto(await authorizeUrl(page, settings));
  await run(page, listen, settings);
  return page.evaluate(async () => {
    const { authorize, token, user } = window.client;
    const results = [await authorize.callback()];
    results.push(await token.get({ forceRenew: true }));
    results.push(
      await token.get({ forceRenew: true, backgroundRenew: true, authorizeOptions: {} }),
    );
    results.push(await user.info(), await user.session());
    return results.map((result) => result.error ?? 'good');
  });
}

export const EVERYWHERE = {
  'a sign-in, renewals, a session check and a sign-out at the loudest level: no secret is shown (A9)':
    async ({ page }) => {
      const settings = at('idp', { backgroundRedirectUri: `${world.app}/callback.html` });
      const results = await live(page, settings);
      assert.deepEqual(
        results.slice(0, 4),
        ['good', 'good', 'good', 'good'],
        JSON.stringify(results),
      );
      assertNoSecret(await shown(page), 'before the sign-out');
      await page.evaluate(() => window.client.user.logout());
      assertNoSecret(await shown(page), 'after it');
      assert.ok((await page.evaluate(() => window.told.length)) > 10, 'it was loud');
    },

  'listens on the ways between windows: no token passes': async ({ page, open }) => {
    await page.evaluate(() => {
      window.passed = [];
      const { postMessage } = BroadcastChannel.prototype;
      BroadcastChannel.prototype.postMessage = function (message) {
        window.passed.push(`${this.name} ${JSON.stringify(message)}`);
        return postMessage.call(this, message);
      };
      addEventListener('message', ({ data }) => window.passed.push(JSON.stringify(data)));
      addEventListener('storage', ({ key }) => window.passed.push(`key ${key}`));
    });
    await run(page, makeClient, at('idp'));
    const other = await open();
    await signInAt(other, at('idp'));
    await call(other, at('idp'), 'token.get', { forceRenew: true });
    await page.evaluate(() => window.client.token.get({ forceRenew: true }));
    await call(other, at('idp'), 'user.logout');
    await wait(page, 100);
    assertNoSecret((await page.evaluate(() => window.passed)).join('\n'), 'between windows');
  },
};

export const CHROMIUM = {
  ...failures,
  ...endings,

  'walks through all that a client, a step or an event has: no token, no verifier': async ({
    page,
  }) => {
    await signInAt(page, at('idp'));
    await run(page, listen, at('idp'));
    const walked = await page.evaluate(async () => {
      const seen = new Set();
      const texts = [];
      const walk = (value, depth) => {
        if (depth > 8 || seen.has(value)) return;
        if (typeof value === 'string') texts.push(value);
        if (typeof value !== 'object' && typeof value !== 'function') return;
        if (value === null || value === window || value === document) return;
        seen.add(value);
        if (typeof value === 'function') texts.push(String(value));
        for (const key of Reflect.ownKeys(value)) {
          try {
            walk(value[key], depth + 1);
          } catch {}
        }
        walk(Object.getPrototypeOf(value), depth + 1);
      };
      await window.client.token.get({ forceRenew: true });
      walk(window.client, 0);
      return texts.join('\n') + JSON.stringify(window.client);
    });
    assertNoSecret(walked, 'the client');
  },

  'looks for tokens in the storages of a client with memory: there are none': async ({ page }) => {
    const settings = at('idp', { backgroundRedirectUri: `${world.app}/callback.html` });
    await run(page, listen, { ...settings, storage: { type: 'memory' } });
    const tokens = await page.evaluate(async () => {
      const { code, state, iss } = await window.client.authorize.background();
      return window.client.token.exchange(code, state, { iss });
    });
    assert.ok(tokens.accessToken, JSON.stringify(tokens));
    assertNoSecret(JSON.stringify(await storage(page)), 'the storages');
    assertNoSecret(await shown(page), 'the page');
  },

  'reads what is left after a sign-out: nothing, in either storage': async ({ page }) => {
    await signInAt(page, at('idp'));
    await call(page, at('idp'), 'user.logout');
    assertNoSecret(JSON.stringify(await storage(page)), 'the storages');
    assert.equal((await storage(page))[TOKENS], undefined);
  },

  'looks at the frame of a session check: the ID token is in no src and no entry (A9)': async ({
    page,
  }) => {
    const { idToken } = await signInAt(page, at('idp'));
    await page.evaluate(() => {
      window.frames_ = [];
      new MutationObserver((changes) => {
        for (const { addedNodes, target } of changes) {
          for (const node of [...addedNodes, target]) window.frames_.push(node.outerHTML ?? '');
        }
      }).observe(document, { subtree: true, childList: true, attributes: true });
    });
    for (const options of [{}, { responseType: 'id_token' }]) {
      await call(page, at('idp'), 'user.session', options);
    }
    const seen = await page.evaluate(() =>
      JSON.stringify([window.frames_, performance.getEntries()]),
    );
    assert.ok(!seen.includes(idToken));
    const hints = actors.idp
      .requestsTo('authorize')
      .filter(({ params }) => params.id_token_hint)
      .map(({ params }) => params.prompt);
    assert.ok(
      hints.every((prompt) => prompt === 'none'),
      'the hint goes along in a session check only',
    );
  },

  'reads the requests of a whole life: tokens are in headers and bodies, in no address': async ({
    page,
  }) => {
    const addresses = [];
    page.on('request', (request) => addresses.push(request.url()));
    await live(page, at('idp', { apiOrigins: [actors.api.url] }));
    const { accessToken, refreshToken } = await stored(page);
    await page.evaluate((url) => window.client.fetch(url), `${actors.api.url}/orders`);
    await page.evaluate(() => window.client.token.revoke());
    const text = addresses.join('\n');
    for (const token of [accessToken, refreshToken]) assert.ok(!text.includes(token));
    const verifiers = actors.idp.requestsTo('token').map(({ params }) => params.code_verifier);
    for (const verifier of verifiers.filter(Boolean)) assert.ok(!text.includes(verifier));
    assert.ok(!/access_token|refresh_token|code_verifier/.test(text));
  },

  'answers a step with the password in it: neither log nor error shows it': async ({ page }) => {
    const lines = watchConsole(page);
    const { otherAm } = actors;
    const input = [{ name: 'IDToken1', value: '' }];
    otherAm.answer = asAm(otherAm, () => ({
      authId: 'a',
      callbacks: [{ type: 'PasswordCallback', output: [], input }],
    }));
    const { answer } = otherAm;
    for (const [status, body] of [
      [500, `<pre>${PASSWORD}</pre>`],
      [400, { code: 400, reason: 'Bad', message: `Wrong: ${PASSWORD}`.slice(0, 3) }],
      [200, `{"x":"${PASSWORD}"`],
    ]) {
      otherAm.answer = (asked) =>
        asked.body.includes(PASSWORD) ? { status, body } : answer(asked);
      const told = await run(
        page,
        async ({ journey }, { config, password }) => {
          const told = [];
          const log = (...args) => told.push(JSON.stringify(args));
          const custom = { error: log, warn: log, info: log, debug: log };
          const client = await journey({ config, logger: { level: 'debug', custom } });
          const step = await client.start();
          step.setCallbackValue('PasswordCallback', password);
          const result = await client.next(step);
          return [told, JSON.stringify(result)];
        },
        { config: atOtherAm(), password: PASSWORD },
      );
      assert.ok(!JSON.stringify(told).includes(PASSWORD), JSON.stringify(told));
    }
    assert.ok(!lines.join('\n').includes(PASSWORD));
  },

  'has middleware that fails with the request in its hands: the error shows none of it': async ({
    page,
  }) => {
    const tokens = await signInAt(page, at('idp'));
    const result = await run(
      page,
      async ({ oidc }, config) => {
        const requestMiddleware = [
          (req) => {
            throw Object.assign(new Error('no'), { name: 'Oops', req });
          },
        ];
        const client = await oidc({ config, requestMiddleware });
        return JSON.stringify([
          await client.user.info(),
          await client.token.get({ forceRenew: true }),
        ]);
      },
      at('idp'),
    );
    for (const token of [tokens.accessToken, tokens.refreshToken])
      assert.ok(!result.includes(token));
  },

  'fails on the network with a token in its hands: nothing of it in error or console': async ({
    page,
  }) => {
    const tokens = await signInAt(page, at('idp'));
    const lines = watchConsole(page);
    await page.context().route(/\/(token|userinfo|revoke)$/, (route) => route.abort());
    const results = await Promise.all([
      call(page, at('idp'), 'token.get', { forceRenew: true }),
      call(page, at('idp'), 'user.info'),
    ]);
    await until(() => lines.length > 0);
    const text = lines.join('\n') + JSON.stringify(results);
    for (const token of Object.values(tokens).filter(
      (value) => typeof value === 'string' && value.length > 20,
    )) {
      if (token.startsWith('http')) continue;
      assert.ok(!text.includes(token));
    }
  },
};

/** What an app hooks into the client: request middleware, `onResponse`, its own logger. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, assertNothingStored } from './oidc-support.js';
import {
  config,
  newContext,
  openApp,
  requestsTo,
  run,
  signIn,
  storage,
  TOKENS,
  useWorld,
  withTokens,
  world,
} from './support.js';

useWorld();

/**
 * Calls methods of one client one after the other. `middleware` is the text of functions, which
 * may use `seen`, a list that comes back with the results.
 */
function hooked(page, { middleware = [], onResponse, calls, settings, more = {} }) {
  return run(
    page,
    async ({ oidc }, { middleware, onResponse, calls, settings, more }) => {
      const seen = [];
      // The app's policy forbids `eval`, as it should; a script element is no `eval`.
      window.seen = seen;
      const functions = await Promise.all([...middleware, onResponse].map(load));
      const requestMiddleware = functions.slice(0, middleware.length);
      const hooks = { requestMiddleware, onResponse: functions.at(-1) };
      const client = await oidc({ config: settings, ...hooks, ...more });
      const results = [];
      for (const [method, ...args] of calls) {
        const [group, name] = method.split('.');
        results.push(await client[group][name](...args));
      }
      // Nobody waits for what the app does with a response.
      if (onResponse) await new Promise((resolve) => setTimeout(resolve, 100));
      return { seen, results };

      async function load(text) {
        if (!text) return undefined;
        const script = document.createElement('script');
        window.loaded = undefined;
        script.textContent = `'use strict'; window.loaded = ${text}`;
        document.head.append(script);
        return window.loaded;
      }
    },
    {
      middleware: middleware.map(String),
      onResponse: onResponse && String(onResponse),
      calls,
      settings: settings ?? config(),
      more,
    },
  );
}

/** A page whose policy lets the tests bring their functions. */
async function openTestPage(t, open = openApp) {
  return open(t, { context: await newContext(t, { bypassCSP: true }) });
}

/* The functions below run in the page. */
/* global seen */
const note = (_req, { type }, next) => {
  seen.push(type);
  next();
};

test('what each request is for, and what never passes', async (t) => {
  const page = await openTestPage(t);
  await signIn(page);
  world.server.control.configure({ piFlow: true });
  const { seen, results } = await hooked(page, {
    middleware: [note],
    settings: config({ par: true, renew: 'background' }),
    calls: [
      ['token.get', { backgroundRenew: true }],
      ['user.session', { responseType: 'none' }],
      ['user.session', { responseType: 'none', redirectUri: '' }],
      ['user.session', { responseType: 'id_token' }],
      ['authorize.background', { responseMode: 'query' }],
      ['user.info'],
      ['token.get', {}],
      ['user.logout'],
    ],
  });
  assert.equal(
    seen.join(' '),
    'PAR AUTHORIZE TOKEN_EXCHANGE PAR AUTHORIZE AUTHORIZE PAR AUTHORIZE TOKEN_EXCHANGE PAR AUTHORIZE USER_INFO JOURNEY_TERMINATE END_SESSION REVOKE REVOKE',
  );
  assert.equal(results[0].error, undefined, JSON.stringify(results));
  assert.ok(requestsTo('/.well-known/openid-configuration').length, 'fetched, unseen');
  assert.ok(requestsTo('/jwk_uri').length, 'fetched, unseen');
});

test('cookies go along where middleware says so', async (t) => {
  const page = await openTestPage(t, withTokens);
  await page.evaluate(() => {
    const send = window.fetch;
    window.sent = [];
    window.fetch = (request) => {
      window.sent.push(request.credentials);
      return send(request);
    };
  });
  const { results } = await hooked(page, {
    middleware: [
      (req, _action, next) => {
        req.credentials = 'include';
        next();
      },
    ],
    calls: [['user.info']],
  });
  assert.equal(results[0].error, undefined, JSON.stringify(results));
  assert.equal(await page.evaluate(() => window.sent.at(-1)), 'include');
});

test('URL, headers and body are real and may be changed', async (t) => {
  const page = await openTestPage(t, withTokens);
  world.server.control.clearRequests();
  const { seen, results } = await hooked(page, {
    middleware: [
      (req, action, next) => {
        const { url, headers, body, method, credentials } = req;
        seen.push([
          action.type,
          [url instanceof URL, headers instanceof Headers, body instanceof URLSearchParams].join(),
          method,
          credentials,
          Object.isFrozen(action) && JSON.stringify(action.payload),
        ]);
        url.searchParams.set('tenant', 'a b');
        headers.set('x-requested-with', 'app');
        body?.set('extra', 'ü&=');
        seen.push(next() === req);
      },
      (req, _action, next) => {
        req.params = { page: 2, deep: true };
        if (req.method === 'GET') req.url = `${req.url}&text=1`;
        req.headers = new Headers({ ...Object.fromEntries(req.headers), 'x-second': '2' });
        next();
      },
    ],
    calls: [['user.info'], ['token.get', { forceRenew: true }], ['token.revoke']],
  });
  for (const result of results) assert.equal(result.error, undefined, JSON.stringify(result));
  assert.deepEqual(
    seen.filter((entry) => entry !== true),
    [
      ['USER_INFO', 'true,true,false', 'GET', 'omit', '{}'],
      ['TOKEN_EXCHANGE', 'true,true,true', 'POST', 'omit', '{}'],
      ['REVOKE', 'true,true,true', 'POST', 'omit', '{}'],
      ['REVOKE', 'true,true,true', 'POST', 'omit', '{}'],
    ],
  );
  assert.equal(seen.filter((entry) => entry === true).length, 4, 'next() returns req');
  const [info] = requestsTo('/userinfo');
  assert.deepEqual(info.query, { tenant: 'a b', text: '1', page: '2', deep: 'true' });
  assert.equal(info.authorization, true, 'the token is still there');
  const [token] = requestsTo('/access_token');
  assert.deepEqual(token.query, { tenant: 'a b', page: '2', deep: 'true' });
  assert.equal(token.body.extra, 'ü&=');
  assert.equal(token.body.grant_type, 'refresh_token');
  assert.equal(token.contentType, 'application/x-www-form-urlencoded;charset=UTF-8');
});

test('a frame’s URL may be changed, and its timeout', async (t) => {
  const page = await openTestPage(t);
  await signIn(page);
  const { results } = await hooked(page, {
    middleware: [
      (req, _action, next) => {
        req.url.searchParams.set('login_hint', 'added');
        next();
      },
    ],
    calls: [['authorize.background']],
  });
  assert.ok(results[0].code, JSON.stringify(results));
  assert.equal(requestsTo('/authorize').at(-1).query.login_hint, 'added');

  world.server.control.fail({ match: '/authorize', times: -1, hang: true });
  const started = Date.now();
  const hung = await hooked(page, {
    middleware: [
      (req) => {
        req.timeout = 300;
      },
    ],
    calls: [['authorize.background'], ['user.session', { responseType: 'id_token' }]],
  });
  assert.deepEqual(
    hung.results.map(({ error }) => error),
    ['iframe_timeout', 'iframe_timeout'],
  );
  assert.ok(Date.now() - started < 3000);
});

test('next()', async (t) => {
  const page = await openTestPage(t, withTokens);
  for (const [what, middleware, expected] of [
    ['not called: the request is sent all the same', [() => seen.push(1), () => seen.push(2)], [1]],
    [
      'called twice: the two that follow, each once',
      [
        (_req, _action, next) => {
          next();
          next();
        },
        () => seen.push(2),
        () => seen.push(3),
      ],
      [2, 3],
    ],
    [
      'called too often: nothing',
      [
        (_req, _action, next) => {
          next();
          next();
        },
        () => seen.push(2),
      ],
      [2],
    ],
    [
      'awaited: all of it, in order',
      [
        async (req, _action, next) => {
          await new Promise((resolve) => setTimeout(resolve, 50));
          await next();
          seen.push('after');
          req.headers.set('x-late', '1');
        },
        async (req) => {
          seen.push('second');
          await new Promise((resolve) => setTimeout(resolve, 50));
          seen.push('second, later');
          req.url.searchParams.set('late', '1');
        },
      ],
      ['second', 'after', 'second, later'],
    ],
  ]) {
    await t.test(what, async () => {
      const { seen, results } = await hooked(page, { middleware, calls: [['user.info']] });
      assert.equal(results[0].sub, 'demo', JSON.stringify(results));
      assert.deepEqual(seen, expected);
      if (what.startsWith('awaited')) assert.equal(requestsTo('/userinfo')[0].query.late, '1');
      world.server.control.clearFailures();
      world.server.control.clearRequests();
    });
  }
});

test('assigning to `action` throws, replacing `req` does nothing', async (t) => {
  const page = await openTestPage(t, withTokens);
  const { results } = await hooked(page, {
    middleware: [
      (req, action, next) => {
        req = { url: 'https://evil.example' };
        seen.push(req.url);
        Object.assign(action.payload, { a: 1 });
        next();
      },
      (_req, action) => {
        seen.push(action.payload.a);
      },
    ],
    calls: [['user.info'], ['user.info']],
  });
  assert.deepEqual([results[0].sub, results[1].sub], ['demo', 'demo']);
  const failed = await hooked(page, {
    middleware: [
      (_req, action) => {
        action.type = 'OTHER';
      },
    ],
    calls: [['user.info']],
  });
  assertError(failed.results[0], { code: 'middleware_failed' });
});

const throwing = () => {
  throw new Error('not on my watch');
};
const rejecting = async () => {
  await null;
  throw new Error('not on my watch');
};
const failure = (error, type) => ({ error, type, message: 'not on my watch' });
test('middleware that throws', async (t) => {
  const page = await openTestPage(t, withTokens);
  for (const [method, options, expected, more] of [
    ['authorize.url', {}, failure('Unknown_Error', 'unknown_error'), { par: true }],
    ['authorize.background', {}, { ...failure('Unknown_Error', 'auth_error') }],
    ['authorize.background', { responseMode: 'pi.flow' }, failure('Unknown_Error', 'auth_error')],
    ['token.get', { forceRenew: true }, failure('Token Exchange failure', 'exchange_error')],
    ['user.info', undefined, failure('User Info retrieval failure', 'auth_error')],
    ['user.session', {}, failure('session_check_error', 'network_error')],
    ['user.session', { redirectUri: '' }, failure('session_check_error', 'network_error')],
    ['token.revoke', undefined, { error: 'Inner request error', code: 'middleware_failed' }],
    ['user.logout', undefined, { error: 'Inner request error', code: 'middleware_failed' }],
  ]) {
    await t.test(
      `middleware that throws: ${method}(${JSON.stringify(options) ?? ''})`,
      async () => {
        for (const middleware of [[throwing], [note, rejecting]]) {
          const calls = [[method, options]];
          if (/revoke|logout/.test(method)) await run(page, renew, config());
          world.server.control.clearRequests();
          const { results } = await hooked(page, { middleware, calls, settings: config(more) });
          const { type, ...rest } = expected;
          assertError(results[0], { ...rest, ...(type && { type }), code: 'middleware_failed' });
          assert.match(JSON.stringify(results[0]), /not on my watch/);
          if (method === 'authorize.background') assert.ok(results[0].redirectUrl);
          const sent = [
            '/userinfo',
            '/access_token',
            '/revoke',
            '/endSession',
            '/par',
            '/authorize',
          ];
          assert.deepEqual(
            sent.filter((path) => requestsTo(path).length),
            [],
            'nothing was sent',
          );
        }
        world.server.control.clearFailures();
        world.server.control.clearRequests();
      },
    );
  }
});

/** Middleware that fails in its own way. */
const failing = {
  'throws what has no text': () => {
    throw null;
  },
  'throws what throws': () => {
    throw Object.defineProperty({}, 'message', {
      get() {
        throw 1;
      },
    });
  },
  'leaves an option that is no JSON': (req, _action, next) => {
    next();
    req.option = 1n;
  },
  'leaves an option that is nested too deeply': (req, _action, next) => {
    next();
    req.option = JSON.parse('['.repeat(200) + ']'.repeat(200));
  },
};
test('middleware that fails in its own way: nothing is sent', async (t) => {
  const page = await openTestPage(t, withTokens);
  for (const [name, middleware] of Object.entries(failing)) {
    world.server.control.clearRequests();
    const { results } = await hooked(page, { middleware: [middleware], calls: [['user.info']] });
    assert.equal(results[0].code, 'middleware_failed', `${name}: ${JSON.stringify(results[0])}`);
    assert.equal(requestsTo('/userinfo').length, 0, name);
  }
});

const renew = async ({ oidc }, config) =>
  (await oidc({ config })).token.get({ backgroundRenew: true, forceRenew: true });

test('a token never goes to another origin', async (t) => {
  const page = await openTestPage(t, withTokens);
  const before = await storage(page);
  world.server.control.clearRequests();
  // The same server by another name: it would answer.
  const elsewhere = (req, _action, next) => {
    req.url.hostname = '127.0.0.1';
    next();
  };
  const { results } = await hooked(page, {
    middleware: [elsewhere],
    calls: [
      ['user.info'],
      ['token.get', { forceRenew: true }],
      ['user.session', { redirectUri: '' }],
      ['user.session', {}],
    ],
  });
  for (const result of results) assertError(result, { code: 'request_origin' });
  assert.deepEqual(await storage(page), before);
  const revoked = await hooked(page, { middleware: [elsewhere], calls: [['user.logout']] });
  assertError(revoked.results[0].sessionResponse, { code: 'request_origin' });
  assertError(revoked.results[0].revokeResponse, { code: 'request_origin' });
  for (const path of ['/userinfo', '/access_token', '/endSession', '/token/revoke', '/authorize']) {
    assert.equal(requestsTo(path).length, 0, path);
  }
  await assertNothingStored(page);
});

for (const [what, change] of [
  [
    'a header with a token, to another origin',
    (req) => {
      req.headers.set('Authorization', 'Bearer x');
      req.url.hostname = '127.0.0.1';
    },
  ],
  [
    'an address that is none',
    (req) => {
      req.url = '/relative';
    },
  ],
]) {
  test(`refused: ${what}`, async (t) => {
    const page = await openTestPage(t, withTokens);
    const { results } = await hooked(page, { middleware: [change], calls: [['user.info']] });
    assert.match(results[0].code, /request_origin|middleware_failed/);
    assert.equal(requestsTo('/userinfo').length, 0);
  });
}

test('further options of fetch, and a timeout', async (t) => {
  const page = await openTestPage(t, withTokens);
  const { seen } = await hooked(page, {
    middleware: [
      (req, _action, next) => {
        const { fetch } = window;
        window.fetch = (request, ...rest) => {
          seen.push([request.cache, request.referrerPolicy, request.redirect]);
          window.fetch = fetch;
          return fetch(request, ...rest);
        };
        req.cache = 'no-store';
        req.referrerPolicy = 'no-referrer';
        next();
      },
    ],
    calls: [['user.info']],
  });
  assert.deepEqual(seen, [['no-store', 'no-referrer', 'error']]);
  world.server.control.fail({ match: '/userinfo', hang: true });
  const { results } = await hooked(page, {
    middleware: [
      (req) => {
        req.timeout = 200;
      },
    ],
    calls: [['user.info']],
  });
  assertError(results[0], { code: 'timeout', status: 'TIMEOUT_ERROR' });
});

test('what is no list of middleware is ignored', async (t) => {
  const page = await openTestPage(t, withTokens);
  for (const requestMiddleware of ['no', {}, 7, null]) {
    const { results } = await hooked(page, { calls: [['user.info']], more: { requestMiddleware } });
    assert.equal(results[0].sub, 'demo', JSON.stringify(results));
  }
});

test('onResponse sees a copy of every response, and harms nothing', async (t) => {
  const page = await openTestPage(t, withTokens);
  world.server.control.fail({ match: '/userinfo', status: 503, body: { error: 'down' } });
  const { seen, results } = await hooked(page, {
    onResponse: async (response, { type }) => {
      const { sub, error } = await response.json();
      seen.push([type, response.status, sub ?? error]);
      throw new Error('in the hook');
    },
    calls: [['user.info'], ['user.info']],
  });
  assert.equal(results[0].status, 503);
  assert.equal(results[1].sub, 'demo');
  assert.deepEqual(seen, [
    ['USER_INFO', 503, 'down'],
    ['USER_INFO', 200, 'demo'],
  ]);
});

for (const [level, fromConfig, expected] of [
  ['debug', undefined, ['debug', 'warn']],
  ['warn', 'debug', ['warn']],
  [undefined, 'warn', ['warn']],
  [undefined, undefined, []],
  ['error', undefined, []],
  ['none', 'debug', []],
]) {
  test(`log level ${level}, configured ${fromConfig}: ${expected.join() || 'silence'}`, async (t) => {
    const page = await openApp(t);
    await signIn(page);
    const text = [];
    page.on('console', (message) => text.push(message.text()));
    const { levels, logged } = await run(
      page,
      async ({ oidc }, { config, level, key }) => {
        const levels = new Set();
        const logged = [];
        const method = (name) => [
          name,
          (...args) => {
            levels.add(name);
            logged.push(...args);
            throw new Error('a logger that fails');
          },
        ];
        const custom = Object.fromEntries(['error', 'warn', 'info', 'debug'].map(method));
        const client = await oidc({ config, logger: { level, custom } });
        localStorage.setItem(key, '{half');
        await client.token.get({ backgroundRenew: true });
        await client.user.info();
        return { levels: [...levels].sort(), logged };
      },
      { config: config({ log: fromConfig }), level, key: TOKENS },
    );
    assert.deepEqual(
      levels.filter((name) => name !== 'info'),
      expected,
    );
    for (const secret of world.server.control.secrets()) {
      assert.ok(!JSON.stringify(logged).includes(secret), 'no secret');
    }
    assert.deepEqual(text, []);
  });
}

test('a custom logger without a method: the console', async (t) => {
  const page = await openApp(t);
  const told = [];
  page.on('console', (message) => told.push(message.type()));
  await run(
    page,
    async ({ oidc }, { config, nowhere }) => {
      const serverConfig = { wellknown: `${nowhere}/.well-known/openid-configuration` };
      await oidc({ config: { ...config, serverConfig }, logger: { custom: { warn() {} } } });
    },
    { config: config(), nowhere: world.nowhere },
  );
  assert.ok(told.includes('error'));
});

/** The documented requests, texts and shapes of the journey client, row by row. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { config, openApp, run, storage, useWorld, wellknown, world } from './support.js';

useWorld();

/**
 * In the page: `fetch` notes what it is given, and AM answers with `answers` in their order, each
 * `{ status, body }`, or `{ rejects }`; the well-known document is real unless `document` is given.
 */
function fakeFetch({ answers = [], document }) {
  const { fetch } = window;
  const calls = [];
  const answerWith = ({ status = 200, body, rejects }) => {
    if (rejects === 'nothing') return Promise.reject(null);
    if (rejects) return Promise.reject(new TypeError(rejects));
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    return Promise.resolve(new Response(status === 204 ? null : text, { status }));
  };
  window.fetch = async (...args) => {
    const [request] = args;
    const isDocument = request.url.includes('/.well-known/');
    const { url, method, credentials } = request;
    const body = await request.clone().text();
    const headers = Object.fromEntries(request.headers);
    calls.push({
      count: args.length,
      isRequest: request instanceof Request,
      url,
      method,
      credentials,
      headers,
      body,
    });
    if (isDocument) return document ? answerWith(document) : fetch(request);
    return answerWith(answers.shift() ?? { body: { authId: 'next' } });
  };
  return calls;
}

/** Runs `body(client, sdk)` in a page whose `fetch` is a fake; the calls, and what it returns. */
async function withFake(page, body, options = {}) {
  return run(
    page,
    `async (sdk, { options, config }) => {
      const calls = (${fakeFetch})(options);
      const { config: more, ...input } = options.input ?? {};
      const client = await sdk.journey({ config: { ...config, ...more }, ...input })
        .catch((error) => ({ thrown: error.message, isError: error instanceof Error, code: error.code }));
      const result = client.thrown ? client : await (${body})(client, sdk);
      return { calls, result };
    }`,
    { options, config: { serverConfig: { wellknown: wellknown() } } },
  );
}

const AM = () => `${world.provider}/am/json/realms/root`;
const HEADERS = {
  accept: 'application/json',
  'accept-api-version': 'protocol=1.0,resource=2.1',
  'content-type': 'application/json',
  'x-requested-with': 'forgerock-sdk',
};

test('requests: one fetch each, of a single Request, with these and no other parts', async (t) => {
  const page = await openApp(t);
  const { calls } = await withFake(page, async (client) => {
    const query = { a: 'x y', authIndexValue: 'mine', none: '', off: false, ForceAuth: true, n: 2 };
    const step = await client.start({ journey: 'Log in', query });
    await client.start();
    // Built by hand, as for tests and stories: nothing is read but the payload.
    await client.next(
      { payload: { authId: 'by hand', callbacks: [] } },
      { query: { locale: 'de' } },
    );
    await client.next(step);
    await client.resume(new URL('https://app.example/?suspendedId=i&authIndexValue=Magic#hash'));
    await client.session.info();
    await client.terminate({ query: { _action: 'mine', x: '1' } });
  });
  const rows = [
    ['GET', wellknown(), ''],
    [
      'POST',
      `${AM()}/authenticate?a=x%20y&authIndexValue=Log%20in&ForceAuth=true&n=2&authIndexType=service`,
      '',
    ],
    ['POST', `${AM()}/authenticate`, ''],
    ['POST', `${AM()}/authenticate?locale=de`, '{"authId":"by hand","callbacks":[]}'],
    ['POST', `${AM()}/authenticate`, '{"authId":"next"}'],
    ['POST', `${AM()}/authenticate?suspendedId=i&authIndexType=service&authIndexValue=Magic`, ''],
    ['POST', `${AM()}/sessions/?_action=getSessionInfo`, ''],
    ['POST', `${AM()}/sessions/?_action=logout&x=1`, ''],
  ];
  assert.deepEqual(
    calls.map(({ method, url, body }) => [method, url, body]),
    rows,
  );
  for (const { count, isRequest, headers, credentials, method } of calls) {
    assert.deepEqual([count, isRequest], [1, true]);
    if (method === 'GET') assert.equal(headers.accept, 'application/json');
    else assert.deepEqual([headers, credentials], [HEADERS, 'include']);
  }
});

test('resume() sends each parameter that it knows, in this order, and the app’s own win', async (t) => {
  const page = await openApp(t);
  const names =
    'code error errorCode errorMessage form_post_entry nonce RelayState responsekey scope state suspendedId';
  const { calls } = await withFake(page, async (client) => {
    const step = {
      payload: { authId: 'kept', callbacks: [] },
      getCallbackOfType: () => ({
        getOutputByName: (name) =>
          name === 'redirectUrl' ? `https://idp.example/?${state}` : 'GET',
      }),
    };
    let state = 'state=state%20%C3%BC';
    const names =
      'suspendedId state scope responsekey RelayState nonce form_post_entry errorMessage errorCode error code'.split(
        ' ',
      );
    const others = 'iss=1&client_id=2&realm=3&authIndexType=4&';
    for (const name of names) {
      await client.redirect(step, { navigate: false });
      // An OAuth error belongs to the step by its state.
      const more = name === 'error' ? `&${state}` : '';
      await client.resume(`${location.origin}/?${others}${name}=${name}%20%C3%BC${more}`);
    }
    state = 'state=v';
    await client.redirect(step, { navigate: false });
    const all = names.map((name) => `${name}=v`).join('&');
    await client.resume(`${location.origin}/?${all}`, { query: { state: 'mine', locale: 'de' } });
  });
  const sent = calls.filter(({ url }) => url.includes('/authenticate'));
  const queries = sent.map(({ url }) => new URL(url).search);
  const each = names.split(' ').toReversed();
  assert.deepEqual(
    queries.slice(0, -1),
    each.map((name) => {
      const more = name === 'error' ? '&state=state%20%C3%BC' : '';
      return `?${name}=${name}%20%C3%BC${more}`;
    }),
  );
  const all = names.split(' ').map((name) => `${name}=${name === 'state' ? 'mine' : 'v'}`);
  assert.equal(queries.at(-1), `?${all.join('&')}&locale=de`);
  const atTheStep = ['form_post_entry', 'responsekey', 'error', 'errorCode'];
  for (const [index, name] of each.entries()) {
    assert.equal(sent[index].body.includes('kept'), atTheStep.includes(name), name);
  }
});

test('the step is kept under its documented key', async (t) => {
  const page = await openApp(t);
  await withFake(
    page,
    async (client) => client.redirect(await client.start(), { navigate: false }),
    {
      answers: [
        {
          body: {
            authId: 'a',
            callbacks: [
              {
                type: 'RedirectCallback',
                output: [{ name: 'redirectUrl', value: 'https://idp.example/' }],
              },
            ],
          },
        },
      ],
    },
  );
  const { step } = JSON.parse((await storage(page))['pic-journey-step']);
  assert.equal(step.authId, 'a');
});

const FETCH_FAILED = 'Well-known configuration fetch failed';
const MISSING =
  'Invalid well-known response: missing required fields (issuer, authorization_endpoint, token_endpoint)';
const DOCUMENTS = [
  ['no connection', { rejects: 'Failed to fetch' }, /^Well-known configuration fetch failed: /],
  ['a rejection with nothing', { rejects: 'nothing' }, /^Well-known configuration fetch failed: /],
  ['a message', { status: 500, body: { message: 'm', error: 'e' } }, `${FETCH_FAILED}: m`],
  ['an error', { status: 404, body: { error: 'e', error_description: 'd' } }, `${FETCH_FAILED}: e`],
  ['a description', { status: 400, body: { error_description: 'd' } }, `${FETCH_FAILED}: d`],
  ['an empty refusal', { status: 503, body: '' }, `${FETCH_FAILED}: HTTP error 503`],
  ['a refusal that is a list', { status: 502, body: [] }, `${FETCH_FAILED}: HTTP error 502`],
  [
    'a page',
    { status: 200, body: '<html>' },
    /^Well-known configuration fetch failed: SyntaxError/,
  ],
  ['nothing', { status: 204 }, `${FETCH_FAILED}: ${MISSING}`],
  [
    'no issuer',
    { body: { authorization_endpoint: 'a', token_endpoint: 't' } },
    `${FETCH_FAILED}: ${MISSING}`,
  ],
];
test('the factory throws with the documented texts', async (t) => {
  const page = await openApp(t);
  for (const [what, document, message] of DOCUMENTS) {
    const { result } = await withFake(page, async () => 'a client', { document });
    assert.equal(result.isError, true, what);
    assert.match(result.code, /^[a-z_]+$/);
    if (message instanceof RegExp) assert.match(result.thrown, message);
    else assert.equal(result.thrown, message);
    await page.reload();
  }
});

test('one warning names what is ignored', async (t) => {
  const page = await openApp(t);
  const warnings = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  const ignored = {
    type: 1,
    tree: 't',
    tokenStore: 's',
    scope: 'x',
    redirectUri: 'r',
    realmPath: 'p',
  };
  await withFake(page, async () => {}, {
    input: { logger: { level: 'warn' }, config: { ...ignored, clientId: 'c', prefix: undefined } },
  });
  const text =
    'The following configuration properties are not used by journey-client and will be ignored: ';
  const [warning, ...others] = warnings.filter((warning) => warning.includes('ignored'));
  assert.equal(others.length, 0);
  assert.ok(
    warning.endsWith(`${text}clientId, realmPath, redirectUri, scope, tokenStore, tree, type`),
    warning,
  );
});

test('middleware that throws: the request is not sent, and its text is told', async (t) => {
  const page = await openApp(t);
  const { sent, result } = await run(
    page,
    async ({ journey }, config) => {
      let sent = 0;
      const requestMiddleware = [
        () => {
          throw new Error('not today');
        },
      ];
      const onResponse = () => {
        sent += 1;
      };
      const client = await journey({ config, requestMiddleware, onResponse });
      return { result: await client.start(), sent };
    },
    config(),
  );
  assert.deepEqual([result.error, sent], ['request_failed', 0]);
  assert.match(result.message, /^Request failed: .*not today/);
});

const deep = (depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
/** What a hostile AM answers, and the kinds of results that may come of it. */
const HOSTILE = [
  [`{"authId":"a","callbacks":${deep(100_000)}}`, ['request_failed', 'Step']],
  [`{"authId":"a","callbacks":[null,7,"x",[],{"type":null},{"type":"__proto__"}]}`, ['Step']],
  ['{"authId":{"a":1},"callbacks":{"length":1e9}}', ['Step']],
  ['{"__proto__":{"authId":"a"},"constructor":{"prototype":{"x":1}}}', ['request_failed']],
  ['{"authId":"a","type":"LoginSuccess","error":"x","getStage":1}', ['Step']],
  ['{"tokenId":"a\\nb\\u0000é","successUrl":"javascript:alert(1)","realm":"/"}', ['LoginSuccess']],
  ['{"tokenId":{"toString":1}}', ['LoginSuccess']],
  ['{"code":{"toString":1},"message":7}', ['LoginFailure']],
  [`{"authId":"${'x'.repeat(3_000_000)}"}`, ['Step']],
];

test('a hostile AM: no call rejects, and nothing of the page is touched', async (t) => {
  const page = await openApp(t);
  for (const [body, kinds] of HOSTILE) {
    const { result } = await withFake(
      page,
      async (client) => {
        const seen = [];
        for (const call of [
          () => client.start(),
          () => client.session.info(),
          () => client.start(),
        ]) {
          const made = await call().catch((error) => ({ error: `rejected: ${error}` }));
          seen.push(made.error ?? made.type ?? 'info');
        }
        await client.terminate();
        return { seen, polluted: {}.authId ?? {}.x };
      },
      {
        answers: [{ body }, { body }],
        input: { config: { session: { cookieName: 'iPlanetDirectoryPro' } } },
      },
    );
    const place = `${body.slice(0, 60)}: ${JSON.stringify(result)}`;
    assert.ok(kinds.includes(result.seen[0]), place);
    assert.ok(!result.seen.join().includes('rejected'), place);
    assert.equal(result.polluted, undefined);
    assert.ok(!('pic-session-realms/root' in (await storage(page))));
    await page.reload();
  }
});

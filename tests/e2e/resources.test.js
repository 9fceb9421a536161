/** Whatever the outcome of a call, nothing that it took of the browser is kept. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { dropDocuments } from './oidc-support.js';
import { countResources } from './resources.js';
import { config, openApp, run, signIn, useWorld, world } from './support.js';

const COUNT = 20;

useWorld();
// After each row too: they share a page.
afterEach(() => world.server.control.clearFailures());

/** What befalls the requests of a call, and the code of the error that the call then gives. */
const outcomes = {
  success: {},
  'an error of the provider': {
    fault: { status: 400, body: { error: 'invalid_request' } },
    code: 'invalid_request',
  },
  'no answer in time': { fault: { hang: true }, limit: 800, code: 'timeout' },
  'an unexpected page': {
    fault: { status: 200, body: '<p>', headers: { 'content-type': 'text/html' } },
    code: 'answer_not_json',
  },
  'no connection': { fault: { reset: true }, code: 'network_failed' },
  'given up under way': { fault: { delay: 400 }, abortAfter: 100, code: 'aborted' },
  'given up before': { abortAfter: 0, code: 'aborted' },
  [`${COUNT} at once`]: { count: COUNT },
  [`${COUNT} at once, all failing`]: {
    count: COUNT,
    fault: { status: 503, body: '' },
    code: 'http_error',
  },
};

/**
 * The calls, run in the page; `match` is the request that the fault befalls, `codes` are those that
 * are not the outcome's.
 */
const calls = {
  'oidc()': {
    match: '/.well-known/openid-configuration',
    // Another URL of the same document, which this page has not fetched yet.
    prepare: (_client, oidc, config) => {
      config.serverConfig.wellknown += '?again';
      return () => oidc({ config });
    },
    call: (_client, _options, create) => create(),
    codes: { 'an error of the provider': 'http_error' },
    takesNoSignal: true,
  },
  'authorize.background()': {
    match: '/authorize',
    call: (client, options) => client.authorize.background(options),
    codes: {
      'no answer in time': 'frame_timeout',
      'an unexpected page': 'frame_unexpected_page',
      'no connection': 'frame_unexpected_page',
      [`${COUNT} at once, all failing`]: 'frame_unexpected_page',
    },
    // The provider's error comes as a redirect.
    isRefusedWithoutSession: true,
  },
  'token.exchange()': {
    match: '/access_token',
    prepare: (client) => client.authorize.background(),
    call: (client, options, { code, state }) => client.token.exchange(code, state, options),
  },
  'authorize.callback()': {
    match: '/access_token',
    prepare: (client) => client.authorize.background(),
    call: (client, options, params) =>
      client.authorize.callback(`/callback.html?${new URLSearchParams(params)}`, options),
  },
  'token.get(), by refresh token': {
    match: '/access_token',
    config: { renew: 'refresh' },
    call: (client, options) => client.token.get({ ...options, forceRenew: true }),
  },
  'token.get(), in the background': {
    match: '/access_token',
    config: { renew: 'background' },
    call: (client, options) => client.token.get({ ...options, forceRenew: true }),
  },
  'user.info()': {
    match: '/userinfo',
    call: (client, options) => client.user.info(options),
  },
  'user.session()': {
    match: '/authorize',
    call: (client, options) => client.user.session(options),
    codes: {
      'an error of the provider': 'frame_unexpected_page',
      'no answer in time': 'frame_timeout',
      'an unexpected page': 'frame_unexpected_page',
      'no connection': 'frame_unexpected_page',
      [`${COUNT} at once, all failing`]: 'frame_unexpected_page',
    },
  },
  'token.revoke()': {
    match: '/token/revoke',
    call: (client, options) => client.token.revoke(options),
    // A page is an answer: the server has done what it was asked.
    codes: { 'an unexpected page': undefined },
  },
  'user.logout()': {
    // AM's sessions endpoint and end session.
    match: 'ession',
    call: (client, options) => client.user.logout(options),
    // What can't be read, and AM's 400, leave the session unconfirmed: no error. Browsers don't tell a
    // connection that breaks from a missing CORS permission.
    codes: {
      'an error of the provider': undefined,
      'an unexpected page': undefined,
      'no connection': undefined,
    },
  },
  'start()': {
    factory: 'journey',
    match: '/authenticate',
    call: (client, options) => client.start(options),
    codes: { 'an error of the provider': 'http_error' },
  },
  'next()': {
    factory: 'journey',
    match: '/authenticate',
    prepare: (_client, journey, config) =>
      journey({ config }).then((client) => client.start({ query: { ForceAuth: true } })),
    call: (client, options, step) => client.next(step, options),
    codes: { 'an error of the provider': 'http_error' },
  },
  'resume()': {
    factory: 'journey',
    match: '/authenticate',
    call: (client, options) => client.resume(`${location.href}?suspendedId=i`, options),
    codes: { 'an error of the provider': 'http_error' },
  },
  'session.info()': {
    factory: 'journey',
    match: '/sessions/',
    call: (client, options) => client.session.info(options),
    codes: { 'an error of the provider': 'http_error' },
  },
  'terminate()': {
    factory: 'journey',
    match: '/sessions/',
    call: (client, options) => client.terminate(options),
    codes: { 'an error of the provider': 'http_error', 'an unexpected page': undefined },
  },
};

for (const [name, call] of Object.entries(calls)) {
  test(name, async (t) => {
    const page = await openApp(t, { init: countResources });
    for (const [what, outcome] of Object.entries(outcomes)) {
      if (call.takesNoSignal && outcome.abortAfter !== undefined) continue;
      await t.test(what, () => assertNothingKept(page, call, what, outcome));
    }
  });
}

async function assertNothingKept(page, call, what, outcome) {
  const { fault, limit, code, ...how } = outcome;
  world.server.control.clearFailures();
  const setting = call.match === '/authorize' ? 'frameTimeout' : 'timeout';
  await makeReady(page, call, limit && { [setting]: limit });
  const isRefused = call.isRefusedWithoutSession && what === 'an error of the provider';
  if (isRefused) await page.context().clearCookies();
  else if (fault) world.server.control.fail({ match: call.match, times: -1, ...fault });
  const { codes, before, during, after } = await page.evaluate(makeCalls, how);
  const refused = isRefused ? 'interaction_required' : code;
  const expected = what in (call.codes ?? {}) ? call.codes[what] : refused;
  assert.deepEqual([...new Set(codes)], [expected ?? 'none']);
  assert.deepEqual(after, before);
  if (limit) assert.notDeepEqual(during, before, 'what is taken is seen');
}

/** Makes `window.call` in a page that is signed in and has tokens. */
async function makeReady(page, { call, prepare, factory = 'oidc', config: more }, limits) {
  await dropDocuments(page);
  await page.reload();
  await signIn(page);
  const source = `async ({ oidc, ...sdk }, { config, used }) => {
    const create = { oidc, ...sdk }.${factory};
    const client = await oidc({ config });
    await client.token.get({ backgroundRenew: true });
    const hurried = await create({ config: used });
    const prepared = await (${prepare})?.(client, create, used);
    window.call = (options) => (${call})(hurried, options, prepared);
  }`;
  await run(page, source, { config: config(), used: config(more, limits) });
}

/** In the page: makes the call, `count` times at once. */
async function makeCalls({ count = 1, abortAfter }) {
  const before = await window.resources.read();
  const controller = new AbortController();
  const options = abortAfter === undefined ? undefined : { signal: controller.signal };
  if (abortAfter === 0) controller.abort();
  const results = Promise.all(Array.from({ length: count }, () => window.call(options)));
  if (abortAfter) setTimeout(() => controller.abort(), abortAfter);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const during = await window.resources.read();
  const codes = (await results).map((result) => (result?.error ? result.code : 'none'));
  return { codes, before, during, after: await window.resources.after(before) };
}

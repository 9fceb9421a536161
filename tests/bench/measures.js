/** One sample of everything that is measured of one library. */
import { openPage } from './browser.js';

const LOGINS = 20;
const RENEWALS = 3;

/** A slow mobile link: 1.6 Mbit/s down, 0.75 Mbit/s up, 150 ms for each request. */
export const SLOW_LINK = {
  latency: 150,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
};

/**
 * @typedef {{ origin: string, requests: { method: string, path: string }[] }} Server
 * @param {import('playwright-core').Browser} browser
 * @param {Server} server
 * @param {string} name
 * @returns {Promise<Record<string, number | string>>} by measure; `requests…` are texts
 */
export async function sample(browser, server, name) {
  const { calls, ...measured } = await sampleCalls(browser, server, name);
  if (!calls.includes('openForm')) return measured;
  return { ...measured, ...(await coldSignIns(browser, server.origin, name)) };
}

/** What is measured in one page, and the names of the app's calls. */
async function sampleCalls(browser, server, name) {
  const page = await openPage(browser, server.origin);
  try {
    server.requests.length = 0;
    const start = await startUp(page, server.origin, name);
    const calls = await page.run(name, (app) => Object.keys(app));
    const has = (call) => calls.includes(call);
    await page.run(name, async (app) => {
      await app.login?.();
      await app.signIn();
    });
    const cold = { 'requests, cold': summary(server.requests) };
    const steps = has('login') ? await journeySteps(page, name) : {};
    const perCall = {
      'token.get()': await perCallBlock(page, name, 'get'),
      ...(has('url') && { 'authorize.url()': await perCallBlock(page, name, 'url') }),
    };
    const renewals = {
      ...(has('renewByFrame') && { 'renewal by frame': await renewal(page, name, 'renewByFrame') }),
      ...(has('renewByRefresh') && {
        'renewal by refresh': await renewal(page, name, 'renewByRefresh'),
      }),
    };
    const warm = has('forgets')
      ? {}
      : {
          ...(await warmRequests(page, server, name, has('expire'))),
          ...(await warmStart(page, server.origin, name)),
        };
    return { calls, ...start, ...steps, ...cold, ...perCall, ...renewals, ...warm };
  } finally {
    await page.close();
  }
}

/** From before the bundle is loaded until the clients can be used. */
async function startUp(page, origin, name) {
  const before = await page.heap();
  const { cpu, result } = await page.cost(
    name,
    async (app, origin, started) => {
      await app.ready(origin);
      return performance.now() - started;
    },
    origin,
  );
  const after = await page.heap();
  return {
    'start-up CPU': cpu,
    'start-up wall': result,
    heap: (after.heap - before.heap) / 1000,
    'outside heap': (after.outside - before.outside) / 1000,
  };
}

/** Milliseconds of CPU per step. */
async function journeySteps(page, name) {
  const logins = async (app, times) => {
    for (let time = 0; time < times; time += 1) {
      if (!(await app.login())) throw new Error('not logged in');
    }
  };
  await page.run(name, logins, 2);
  const { cpu } = await page.cost(name, logins, LOGINS);
  return { 'journey step CPU': cpu / LOGINS / 2 };
}

/** Microseconds per call in the best of 20 blocks of 50. */
function perCallBlock(page, name, call) {
  return page.run(
    name,
    async (app, call) => {
      for (let time = 0; time < 100; time += 1) await app[call]();
      let best = Number.POSITIVE_INFINITY;
      for (let block = 0; block < 20; block += 1) {
        const start = performance.now();
        for (let time = 0; time < 50; time += 1) await app[call]();
        best = Math.min(best, performance.now() - start);
      }
      return (best / 50) * 1000;
    },
    call,
  );
}

/** Milliseconds from the call to the tokens. */
function renewal(page, name, call) {
  return page.run(
    name,
    async (app, { call, times }) => {
      const renew = await app[call]();
      let best = Number.POSITIVE_INFINITY;
      for (let time = 0; time < times; time += 1) {
        const start = performance.now();
        const result = await renew();
        if (!result || result.error) throw new Error(JSON.stringify(result));
        best = Math.min(best, performance.now() - start);
      }
      return best;
    },
    { call, times: RENEWALS },
  );
}

/** What a page asks for when it is loaded again: to a valid token, and to a renewed one. */
async function warmRequests(page, server, name, canExpire) {
  const ask = async (app, { origin, expired }) => {
    if (expired) app.expire();
    await app.ready(origin);
    await (expired ? app.signIn() : app.get());
  };
  const counts = {};
  for (const expired of canExpire ? [false, true] : [false]) {
    await page.reload();
    server.requests.length = 0;
    await page.run(name, ask, { origin: server.origin, expired });
    counts[expired ? 'requests, warm, renewal' : 'requests, warm'] = summary(server.requests);
  }
  return counts;
}

/**
 * What a page that has a valid token loads and does until it has read it: the OpenID Connect client alone.
 * Bytes as sent, of all complete responses but the page's. The authorization requests of the rows before are
 * dropped: no user leaves that many unanswered, and a page that awaits a response does more.
 *
 * @param {import('./browser.js').Page} page that has stored a token
 * @param {string} origin
 * @param {string} name
 */
export async function warmStart(page, origin, name) {
  await page.run(name, () => {
    const isRequest = (key) => key.startsWith('FR-SDK-authflow-');
    for (const key of Object.keys(sessionStorage).filter(isRequest)) sessionStorage.removeItem(key);
  });
  await page.reload();
  const { cpu, result } = await page.cost(
    name,
    async (app, origin, started) => {
      const token = await app.warm(origin);
      const wall = performance.now() - started;
      const responses = performance.getEntriesByType('resource');
      const bytes = responses.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
      return { bytes, wall, isSignedIn: Boolean(token) && !token.error };
    },
    origin,
  );
  if (!result.isSignedIn) throw new Error('no token is stored');
  return {
    'warm page: bytes': result.bytes / 1000,
    'warm page: CPU': cpu,
    'warm page: wall': result.wall,
  };
}

/** The second part of our core, which no form waits for. */
const SECOND_PART = /\/(inline-)?oidc-[^/]*$/;

/**
 * What a user waits for who signs in on a page that is opened for the first time, over a slow link: without
 * and with hints in the page for the files that the app loads later.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} origin
 * @param {string} name
 */
async function coldSignIns(browser, origin, name) {
  const cold = await coldSignIn(browser, origin, name);
  const isLater = (path) =>
    path.startsWith(`/${name}/`) && path !== `/${name}/app.js` && !SECOND_PART.test(path);
  const later = cold.paths.filter(isLater);
  const hinted = later.length > 0 && (await coldSignIn(browser, origin, name, later));
  return {
    'cold page: form': cold.form,
    'cold page: submit to tokens': cold.tokens - cold.form,
    'cold page: form + tokens': cold.tokens,
    ...(hinted && {
      'cold page with hints: form': hinted.form,
      'cold page with hints: form + tokens': hinted.tokens,
    }),
  };
}

/**
 * Milliseconds from the navigation to the first step, and to the tokens; the step is answered at once. And
 * the paths of all that was loaded.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} origin
 * @param {string} name
 * @param {string[]} [hints] the paths of files that the page preloads
 * @returns {Promise<{ form: number, tokens: number, paths: string[] }>}
 */
export async function coldSignIn(browser, origin, name, hints = []) {
  const url = new URL(`/sign-in/${name}`, origin);
  for (const path of hints) url.searchParams.append('hint', path);
  const page = await openPage(browser, url.href, SLOW_LINK);
  try {
    return await page.global('signIn');
  } finally {
    await page.close();
  }
}

/** `3: access_token, jwks, openid-configuration`; those that are sent at once come in any order. */
function summary(requests) {
  const names = requests.map(({ path }) => path.split('/').pop()).sort();
  const counts = new Map();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const list = [...counts].map(([name, count]) => (count > 1 ? `${name} x${count}` : name));
  return `${names.length}${list.length > 0 ? `: ${list.join(', ')}` : ''}`;
}

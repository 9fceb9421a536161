/**
 * What every end-to-end test stands on: the development server, the package served as an app would
 * serve it on another origin, and a real browser.
 */
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { after, afterEach, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sirv from 'sirv';
import { AM } from '../../server/fault-registry.js';
import { startServer } from '../../server/server.js';
import { bundlePackage } from '../bundled.js';
import { FLAGS } from '../chromium.js';
import { Witness } from './secrets.js';

const RESOLVER = '--host-resolver-rules=MAP app.test 127.0.0.1';

/** What the package has for the provider's responses, served beside the app's pages. */
const LANDING = ['/callback.html', '/popup.html', '/popup.js'];

export const USER = { username: 'demo', password: 'Ch4ng3it!' };
export const CLIENT_ID = 'journey-oidc-demo';
/** Where the client keeps its tokens. */
export const TOKENS = `pic-${CLIENT_ID}`;

/** Everything a test file needs; filled before its first test. */
export const world = {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  server: undefined,
  /** @type {import('playwright-core').Browser} */
  browser: undefined,
  /** The app's origin. */
  app: '',
  /** The demo's, in tests of it. */
  demo: '',
  /** The provider's origin. */
  provider: '',
  /** An origin where nothing listens. */
  nowhere: '',
};

/** What the app serves besides, by path: scripts, for drivers that can't run one as the page's own. */
export const scripts = new Map();

/**
 * What the app's host does, as hosts may. Set it in a test: after it, it is as it was.
 *
 * - `cleanUrls`: how it redirects, as those with clean URLs do: `strip`, `/callback.html` to
 *   `/callback`, or `slash`, `/callback.html` to `/callback/`, each by status 308 with the query kept;
 *   `chain`, by one to the other.
 * - `headers`: those that its answers have besides.
 */
export const host = { cleanUrls: undefined, headers: {} };

/** Which other paths the app's host redirects, by status 308 with the query kept, and to which. */
export const redirects = new Map();

const witness = new Witness();

/**
 * Where the app is.
 *
 * @typedef {object} Site
 * @property {string} host a name that the browser finds on loopback
 * @property {{ pfx: Buffer, passphrase: string }} [tls] the certificate, where the app has TLS
 * @property {string[]} [flags] Chromium's besides, such as other resolver rules
 * @property {boolean} [policy] `false`: without the Content-Security-Policy that is documented
 */

/** @type {Site} */
const LOCALHOST = { host: 'localhost', flags: [RESOLVER] };

/**
 * Starts the world for a test file, and ends it; after each test, the development server and the app's
 * host are as they were. Fails when a page, or a window that it opened, showed a secret.
 *
 * @param {() => Promise<() => unknown>} [more] starts what else the file needs; returns its end
 * @param {() => Promise<{ url: string, pages?: string, close(): unknown }>} [startProvider] starts
 *   another provider; `pages`: the origin of its pages, where that is another
 * @param {Site | (() => Promise<Site>)} [site]
 */
export function useWorld(more, startProvider = startDevelopmentServer, site = LOCALHOST) {
  let close;
  let end;
  before(async () => {
    const at = typeof site === 'function' ? await site() : site;
    close = await startServers(startProvider, at);
    const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
    const args = [...FLAGS, ...(at.flags ?? [])];
    world.browser = await chromium.launch({ executablePath, args });
    watchAll();
    end = await more?.();
  });
  afterEach(reset);
  after(async () => {
    await end?.();
    await world.browser?.close();
    learnSecrets();
    await close?.();
    witness.learn([USER.password]);
    witness.assertNoSecretSeen(world);
  });
}

/** The servers as they were, after a whole test; the rows of a table share its page. */
function reset({ fullName }) {
  if (fullName.includes(' > ')) return;
  // Other providers have no control, and keep what they know.
  world.server?.control?.reset();
  Object.assign(host, { cleanUrls: undefined, headers: {} });
  redirects.clear();
}

/** Lets the witness see every page and window of the browser, and learn what a reset forgets. */
function watchAll() {
  const { browser, server } = world;
  const { newContext } = browser;
  browser.newContext = async (...args) => {
    const context = await newContext.apply(browser, args);
    context.on('page', (page) => witness.watch(page));
    return context;
  };
  const { control } = server;
  if (!control) return;
  const { reset } = control;
  control.reset = () => {
    learnSecrets();
    reset.call(control);
  };
}

/** Every secret that the provider has issued, or the one that misbehaves. */
function learnSecrets() {
  // Without a server, starting it is what failed.
  witness.learn((world.server?.control ?? world.server)?.secrets() ?? []);
}

/** Starts the app's server and the provider's; returns their end. */
export async function startServers(
  startProvider = startDevelopmentServer,
  { host, tls, policy } = LOCALHOST,
) {
  const app = await serveApp(tls, policy);
  world.app = `${tls ? 'https' : 'http'}://${host}:${app.address().port}`;
  world.nowhere = `http://localhost:${await closedPort()}`;
  try {
    world.server = await startProvider();
    world.provider = world.server.url;
  } catch (error) {
    app.close();
    throw error;
  }
  return async () => {
    await world.server.close();
    app.close();
    app.closeAllConnections();
  };
}

function startDevelopmentServer() {
  return startServer({ port: 0, testMode: true, origins: [world.app], faults: AM });
}

/** A port that was free a moment ago. */
async function closedPort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * The package under /pkg/, bundled, its landing pages, and an empty page at every other path; below /no-wasm/ with a policy that forbids WebAssembly.
 */
async function serveApp(tls, policy = true) {
  const files = sirv(fileURLToPath(new URL('../../pkg', import.meta.url)), { dev: true });
  const bundled = await bundlePackage();
  const serve = (request, response) => {
    const { pathname, search } = new URL(request.url, 'http://app');
    for (const [name, value] of Object.entries(host.headers)) response.setHeader(name, value);
    const clean = redirects.get(pathname) ?? cleanUrl(pathname);
    if (clean !== undefined) return response.writeHead(308, { location: clean + search }).end();
    const script = scripts.get(pathname) ?? bundled.get(pathname);
    if (script) return response.setHeader('content-type', 'text/javascript').end(script);
    const landing = landingFile(pathname);
    if (pathname.startsWith('/pkg/') || landing) {
      request.url = landing ?? pathname.replace('/pkg/', '/');
      return files(request, response, () => response.writeHead(404).end());
    }
    response.setHeader('content-type', 'text/html');
    const sources = pathname.startsWith('/no-wasm/') ? "'self'" : "'self' 'wasm-unsafe-eval'";
    if (policy && !response.hasHeader('content-security-policy')) {
      response.setHeader('content-security-policy', csp(sources));
    }
    response.end('<!doctype html><title>App</title><body></body>');
  };
  const server = tls ? createTlsServer(tls, serve) : createServer(serve);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** What each style of clean URLs makes of a page's path, without its ending: the hops, in order. */
const CLEAN_URLS = {
  strip: (page) => [`${page}.html`, page],
  slash: (page) => [`${page}.html`, `${page}/`],
  chain: (page) => [`${page}.html`, page, `${page}/`],
};

/** Where the host redirects a landing page of the package, if it does. */
function cleanUrl(pathname) {
  const hops = CLEAN_URLS[host.cleanUrls]?.(pathname.replace(/\.html$|\/$/, '')) ?? [];
  const isLanding = LANDING.includes(hops[0]);
  return isLanding ? hops[hops.indexOf(pathname) + 1] : undefined;
}

/** The file of a landing page, at the end of its hops too. */
function landingFile(pathname) {
  const file = host.cleanUrls ? pathname.replace(/(\.html)?\/?$/, '.html') : pathname;
  return [pathname, file].find((path) => LANDING.includes(path));
}

/** The documented Content-Security-Policy of an app, which may also connect to what is wrong. */
function csp(sources) {
  const sameByAddress = world.provider.replace('localhost', '127.0.0.1');
  const provider = [world.provider, sameByAddress, world.server.pages ?? ''].join(' ');
  return [
    "default-src 'self'",
    `script-src ${sources}`,
    `connect-src 'self' ${provider} ${world.nowhere}`,
    `frame-src 'self' ${provider}`,
  ].join('; ');
}

/** The configuration that an app would write. */
export function config(more = {}, serverConfig = {}) {
  return {
    clientId: CLIENT_ID,
    redirectUri: `${world.app}/callback.html`,
    scope: 'openid profile email',
    serverConfig: { wellknown: wellknown(), ...serverConfig },
    ...more,
  };
}

/** The well-known URL of a realm. */
export function wellknown(realm = 'root') {
  return `${world.provider}/am/oauth2/realms/${realm}/.well-known/openid-configuration`;
}

/**
 * A browser context with options, or for several pages of a test; closed after the test.
 *
 * @param {import('node:test').TestContext} t
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function newContext(t, options) {
  const context = await world.browser.newContext(options);
  t.after(() => context.close());
  return context;
}

/**
 * A page of the app, in a browser context of its own. Fails the test for any unhandled rejection,
 * any uncaught error, and any frame left in the page.
 *
 * @param {import('node:test').TestContext} t
 * @param {object} options
 * @param {string} [options.path] or a URL, where the app is on another origin
 * @param {import('playwright-core').BrowserContext} [options.context]
 * @param {() => void} [options.init] runs in each document of the page, before anything else
 */
export async function openApp(t, { path = '/', context, init } = {}) {
  const own = context ?? (await world.browser.newContext());
  const page = await own.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  // In every document of the page, and kept from one to the next: outside of the page.
  await page.exposeBinding('reportRejection', (_, reason) => faults.push(`rejected: ${reason}`));
  await page.addInitScript(() => {
    addEventListener('unhandledrejection', ({ reason }) => window.reportRejection(String(reason)));
  });
  if (init) await page.addInitScript(init);
  await page.goto(new URL(path, world.app).href);
  t.after(async () => {
    learnSecrets();
    if (!page.isClosed()) {
      const frames = await page.evaluate(() => document.querySelectorAll('iframe').length);
      if (frames) faults.push(`${frames} frames left`);
    }
    await (context ? page.close() : own.close());
    if (faults.length) throw new Error(`The page had faults: ${faults.join('; ')}`);
  });
  return page;
}

/**
 * Runs a function in the page, or in a frame, with the package's exports and one argument. Clients
 * log everything, unless the function has its own logger.
 *
 * @template A, R
 * @param {import('playwright-core').Page | import('playwright-core').Frame} page
 * @param {(sdk: any, argument: A) => R} body
 * @param {A} [argument]
 * @returns {Promise<Awaited<R>>}
 */
export async function run(page, body, argument) {
  const sdk = `(${verbose})(await import('/pkg/index.js'))`;
  const source = `(async (argument) => (${body})(${sdk}, argument))`;
  const result = await page.evaluate(`${source}(${JSON.stringify(argument)})`);
  witness.look(result);
  return result;
}

/** In the page: the package, with factories that log everything by default. */
function verbose(sdk) {
  const loud = (factory) => (input) =>
    factory(input?.config ? { logger: { level: 'debug' }, ...input } : input);
  return {
    ...sdk,
    oidc: loud(sdk.oidc),
    journey: loud(sdk.journey),
    journeyClient: { ...sdk.journeyClient, configure: loud(sdk.journeyClient.configure) },
  };
}

/** Signs in by the journey, in the page, and returns the session token. */
export function signIn(page, options = {}, realm = 'root') {
  return run(
    page,
    async ({ journey }, { config, user, options }) => {
      const client = await journey({ config });
      let step = await client.start(options);
      if (step.type === 'LoginSuccess') return step.getSessionToken();
      step.getCallbackOfType('NameCallback').setName(user.username);
      step.getCallbackOfType('PasswordCallback').setPassword(user.password);
      step = await client.next(step);
      return step.getSessionToken();
    },
    { config: config({}, { wellknown: wellknown(realm) }), user: USER, options },
  );
}

/** For {@link run}: renewed tokens, whatever is stored. */
export const renewed = async ({ oidc }, config) =>
  (await oidc({ config })).token.get({ backgroundRenew: true, forceRenew: true });

/** A page that is signed in and has tokens. */
export async function withTokens(t, options) {
  const page = await openApp(t, options);
  await signIn(page);
  await run(page, renewed, config());
  return page;
}

/** What the page's storages hold, by key. */
export function storage(page) {
  return page.evaluate(() => ({ ...localStorage, ...sessionStorage }));
}

/** The number of requests that the provider got for a path ending, other than preflights. */
export function requestsTo(ending) {
  const all = world.server.control.requests();
  return all.filter(({ method, path }) => method !== 'OPTIONS' && path.endsWith(ending));
}

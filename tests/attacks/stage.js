/**
 * Who plays: an app with two providers and an AM, an API of its own, a hostile site, and a browser.
 * All are on loopback under names of their own; those below `own.localhost` are one site.
 */
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { AM } from '../../server/fault-registry.js';
import { startServer } from '../../server/server.js';
import { serveDemo } from '../../www/serve.js';
import { FLAGS } from '../chromium.js';
import { until, withoutDocuments } from '../e2e/oidc-support.js';
import {
  CLIENT_ID,
  config,
  host,
  run,
  startServers,
  storage,
  TOKENS,
  world,
} from '../e2e/support.js';
import { startEngine } from '../engines/engines.js';
import { startProvider } from '../provider/provider.js';
import { startSite } from './site.js';

/** The servers besides the app's and AM, which are in `world`. */
export const actors = {
  /** The honest provider. @type {import('../provider/provider.js').Provider} */
  idp: undefined,
  /** The hostile one, where the app has the same client id. @type {import('../provider/provider.js').Provider} */
  hostile: undefined,
  /** The app's API. @type {import('./site.js').Site} */
  api: undefined,
  /** A site of somebody else. @type {import('./site.js').Site} */
  evil: undefined,
  /** A server that may be an AM. @type {import('./site.js').Site} */
  otherAm: undefined,
  /** The demo page's server. @type {{ url: string }} */
  demo: undefined,
};

/** Where each provider's responses land: a redirect URI for each. */
export const LANDING = { idp: '/idp.html', hostile: '/hostile.html' };

/** Starts all servers; returns their end. */
export async function startActors() {
  const startAm = () =>
    startServer({
      port: 0,
      testMode: true,
      host: 'am.own.localhost',
      origins: [world.app],
      faults: AM,
    });
  const site = { host: 'app.own.localhost', policy: false };
  const closeServers = await startServers(startAm, site);
  const client = (...paths) => ({
    clientId: CLIENT_ID,
    redirectUris: paths.map((path) => world.app + path),
    postLogoutRedirectUris: [`${world.app}/signed-out.html`],
  });
  const { idp, hostile } = LANDING;
  const started = await Promise.all([
    startProvider(client(idp, '/callback.html', '/popup.html'), 'idp.own.localhost'),
    startProvider(client(hostile, idp, '/callback.html', '/popup.html'), 'hostile.localhost'),
    startSite('api.own.localhost'),
    startSite('evil.localhost'),
    startSite('am.hostile.localhost'),
    serveDemo({ port: 0, serverUrl: world.provider }),
  ]);
  [actors.idp, actors.hostile, actors.api, actors.evil, actors.otherAm, actors.demo] = started;
  return async () => {
    for (const actor of started) await actor.close();
    await closeServers();
  };
}

function resetActors() {
  for (const actor of Object.values(actors)) actor.reset?.();
  world.server.control.reset();
  host.headers = {};
}

/** The app's configuration for one of the two providers. */
export const at = (name, more, serverConfig) =>
  config(
    { redirectUri: world.app + LANDING[name], scope: 'openid profile', ...more },
    { wellknown: actors[name].wellknown, ...serverConfig },
  );

/** The app's configuration for an AM at a context path of {@link actors.otherAm}. */
export const atOtherAm = (context = 'am', more, serverConfig) =>
  config(more, {
    wellknown: `${actors.otherAm.url}/${context}/oauth2/realms/root/.well-known/openid-configuration`,
    ...serverConfig,
  });

// ---------------------------------------------------------------------------------------- Browsers

/**
 * What an attempt plays with.
 *
 * @typedef {object} Stage
 * @property {any} page a page of the app, where nothing is stored and nobody is signed in
 * @property {(url?: string) => Promise<any>} open another tab of the same browser
 * @property {() => Promise<any>} popup the window that a page has opened
 * @property {import('playwright-core').BrowserContext} [context] in Chromium
 */

/** Chromium: one context, cleaned before each attempt. Uncaught errors of the app's pages fail it. */
export async function startChromium() {
  const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  let context;
  let page;
  let faults;
  let isPlaying = false;

  const begin = async () => {
    context = await browser.newContext();
    context.on('weberror', (error) => {
      if (error.page()?.url().startsWith(world.app)) faults.push(String(error.error()));
    });
    page = await context.newPage();
  };
  const giveUp = async (own) => {
    if (context === own) context = undefined;
    await own.close();
  };
  /** Nothing is left of the attempt before; where it failed, or still runs, not even the context. */
  const clean = async (isBusy) => {
    if (isBusy && context) await giveUp(context);
    if (!context) await begin();
    for (const other of context.pages()) if (other !== page) await other.close();
    page.removeAllListeners();
    await context.unrouteAll();
    await context.clearCookies();
    await clear(page);
  };

  /** @param {(stage: Stage) => Promise<void>} attempt */
  const play = async (attempt) => {
    resetActors();
    faults = [];
    await clean(isPlaying);
    isPlaying = true;
    const own = context;
    const known = new Set([page]);
    const open = async (url = world.app) => {
      const opened = await own.newPage();
      known.add(opened);
      await opened.goto(url);
      return opened;
    };
    const popup = async () => {
      const unknown = () => own.pages().find((page) => !known.has(page));
      await until(unknown, 'a window is opened');
      known.add(unknown());
      return [...known].at(-1);
    };
    try {
      await attempt({ page, open, popup, context: own });
      assert.deepEqual(faults, [], 'no uncaught error');
      isPlaying = false;
    } catch (error) {
      if (context === own) isPlaying = false;
      await giveUp(own);
      throw error;
    }
  };
  return { play, close: () => browser.close() };
}

/** Shows the app, with nothing stored. */
async function clear(page) {
  await page.goto(world.app);
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  // Nor anything in the memory of the page.
  await page.goto(world.app);
}

/** Another engine: one browser for all attempts, cleaned before each. */
export async function startOther(name) {
  const engine = await startEngine(name);
  const session = await engine.open({ storage: true });
  const page = await session.firstTab();
  const play = async (attempt) => {
    resetActors();
    await clear(page);
    const known = [page];
    const open = async (url = world.app) => {
      known.push(await session.newTab());
      await known.at(-1).goto(url);
      return known.at(-1);
    };
    const popup = async () => {
      known.push(await session.popup(...known));
      return known.at(-1);
    };
    try {
      await attempt({ page, open, popup });
    } finally {
      for (const other of await session.others(page)) await other.close().catch(() => {});
    }
  };
  const close = async () => {
    await session.end();
    engine.close();
  };
  return { play, close };
}

/** Some of the attempts of a table, by their names. */
export const pick = (attempts, wanted) =>
  Object.fromEntries(Object.entries(attempts).filter(([name]) => wanted(name)));

// ------------------------------------------------------------------------------------- What is done

/** Begins a function in a page of the app, with the package and one argument; {@link ended} awaits it. */
export const begin = (page, body, argument) =>
  page.evaluate(
    `void (window.begun = (async () =>
      (${body})(await import('/pkg/index.js'), ${JSON.stringify(argument)}))())`,
  );

export const ended = (page) => page.evaluate('window.begun');

/** For {@link run}: makes `window.client`. */
export const makeClient = async ({ oidc }, config) => {
  window.client = await oidc({ config });
  return window.client.error;
};

/** The URL of a sign-in, with what the page keeps for it. */
export const authorizeUrl = (page, settings) =>
  run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      return 'error' in client ? client : client.authorize.url();
    },
    settings,
  );

/** Takes the response that the page shows. */
export const callback = (page, settings) =>
  run(page, async ({ oidc }, config) => (await oidc({ config })).authorize.callback(), settings);

/** Calls one method of a new client. */
export const call = (page, settings, method, ...args) =>
  run(
    page,
    async ({ oidc }, { config, method, args }) => {
      const client = await oidc({ config });
      if ('error' in client) return client;
      const [group, name] = method.split('.');
      return client[group][name](...args);
    },
    { config: settings, method, args },
  );

/** Signs in by a redirect: the tokens. */
export async function signInAt(page, settings) {
  await page.goto(await authorizeUrl(page, settings));
  const tokens = await callback(page, settings);
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  return tokens;
}

/** Opens the window of `authorize.popup()` by a click, with a client of its own; {@link outcome} awaits it. */
export async function clickPopup(page, settings) {
  assert.ok(!(await run(page, makeClient, settings)), 'a client');
  await page.evaluate(() => {
    const button = document.body.appendChild(document.createElement('button'));
    button.onclick = () => {
      window.outcome = window.client.authorize.popup();
    };
  });
  await page.click('button');
}

export const outcome = (page) => page.evaluate('window.outcome');

/** Waits in a page. */
export const wait = (page, milliseconds) =>
  page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), milliseconds);

// ------------------------------------------------------------------------------------- What is true

/** The record of the client's tokens, or nothing. */
export const stored = async (page) => JSON.parse((await storage(page))[TOKENS] ?? 'null');

/** Asserts that a call failed, by this code if one is given, and told it as it should. */
export function assertRefused(result, code) {
  const text = JSON.stringify(result);
  assert.ok(result?.error && result.code && result.message, `not refused: ${text}`);
  if (code) assert.equal(result.code, code, text);
}

/** Asserts that nobody is signed in here. */
export async function assertNobody(page) {
  const keys = Object.keys(withoutDocuments(await storage(page)));
  const left = keys.filter((key) => key === TOKENS || key.startsWith('pic-session-'));
  assert.deepEqual(left, [], 'nobody is signed in');
}

/** Asserts that a provider was sent no code and no token. */
export function assertToldNothing(provider) {
  const secrets = Object.values(actors)
    .filter((other) => other !== provider && 'secrets' in other)
    .flatMap((other) => other.secrets());
  const heard = JSON.stringify(provider.requests);
  assert.deepEqual(
    secrets.filter((secret) => heard.includes(secret)),
    [],
    'no secret of another provider',
  );
}

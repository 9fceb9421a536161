/** The README's code, a recipe and the documented headers, verbatim, in a browser. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import sirv from 'sirv';
import { root } from '../../scripts/run.mjs';
import { startServer } from '../../server/server.js';
import { fillIn } from '../e2e/oidc-support.js';
import {
  config,
  openApp,
  run,
  signIn,
  storage,
  USER,
  useWorld,
  wellknown,
  world,
} from '../e2e/support.js';
import { blocks } from './pages.js';

const PROVIDER = 'https://login.example.com';
const WELLKNOWN = `${PROVIDER.replace('login', 'am')}/am/oauth2/alpha/.well-known/openid-configuration`;

/** The documented headers, their provider to be replaced by the one that there is. */
const HEADERS = blocks('docs/security.md')
  .filter(({ language }) => language === 'http')
  .map(({ code }) => code.match(/^([\w-]+): (.*)\n$/).slice(1));

/**
 * The app, with the documented headers in every answer; below /no-wasm/ without its wasm, below
 * /elsewhere/ without any. /copy/ is the package once more.
 */
let app;

useWorld(
  () => () => app.close(),
  async () => {
    app = await serve();
    world.app = app.origin;
    return startServer({ port: 0, testMode: true, origins: [world.app] });
  },
);

async function serve() {
  const files = sirv(join(root, 'pkg'), { dev: true });
  const server = createServer((request, response) => {
    for (const [name, value] of request.url.startsWith('/elsewhere/') ? [] : HEADERS) {
      const own = value.replaceAll(PROVIDER, world.provider);
      const isStrict = request.url.startsWith('/no-wasm/');
      response.setHeader(name, isStrict ? own.replace(" 'wasm-unsafe-eval'", '') : own);
    }
    request.url = request.url.replace(/^\/(pkg|copy)\//, '/');
    return files(request, response, () => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>App</title><body></body>');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${server.address().port}`,
    close: () => server.close().closeAllConnections(),
  };
}

/** A page of the app, which notes what its policy stops. */
async function open(t, path = '/') {
  const init = () => {
    window.stopped = [];
    addEventListener('securitypolicyviolation', ({ blockedURI }) => stopped.push(blockedURI));
  };
  return openApp(t, { path, init });
}

const stopped = (page) => page.evaluate(() => window.stopped);

const settings = () => config({ popupRedirectUri: `${world.app}/popup.html` });

test('with the documented headers everything works', async (t) => {
  const names = HEADERS.map(([name]) => name);
  assert.deepEqual(names, ['Content-Security-Policy', 'Cross-Origin-Opener-Policy']);
  const page = await open(t);
  await signIn(page);
  const results = await run(
    page,
    async ({ oidc, journeyClient }, config) => {
      const client = await oidc({ config });
      const background = await client.token.get({ backgroundRenew: true });
      const refreshed = await client.token.get({ forceRenew: true });
      const info = await client.user.info();
      const session = await client.user.session();
      await journeyClient.configure({ config });
      const known = await journeyClient.session.info();
      const logout = await client.user.logout();
      return { background, refreshed, info, session, known, logout };
    },
    settings(),
  );
  for (const [name, result] of Object.entries(results)) {
    assert.equal(result.error, undefined, `${name}: ${result.message}`);
  }
  assert.notEqual(results.refreshed.accessToken, results.background.accessToken);
  assert.equal(results.info.sub, USER.username);
  assert.deepEqual(await stopped(page), []);
});

test('a window works with them too', async (t) => {
  const page = await open(t);
  const opened = page.waitForEvent('popup', { timeout: 5000 });
  await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      window.outcome = client.authorize.popup();
    },
    settings(),
  );
  const popup = await opened;
  await fillIn(popup);
  const tokens = await page.evaluate(() => window.outcome);
  assert.ok(tokens.accessToken, tokens.message);
  assert.deepEqual(await stopped(page), []);
});

test('a page of another site that has opened the app cannot count its frames', async (t) => {
  const another = app.origin.replace('localhost', '127.0.0.1');
  const page = await open(t, `${another}/elsewhere/`);
  const [opened] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate((url) => {
      window.opened = window.open(url);
    }, app.origin),
  ]);
  await opened.evaluate(() => document.body.append(document.createElement('iframe')));
  const seen = await page.evaluate(() => [window.opened.closed, window.opened.length]);
  assert.deepEqual(seen, [true, 0]);
});

test("without 'wasm-unsafe-eval' the error says so", async (t) => {
  const page = await open(t, '/no-wasm/');
  const error = await run(page, ({ oidc }, config) => oidc({ config }), settings());
  assert.equal(error.code, 'wasm_blocked_by_csp');
  assert.match(error.message, /'wasm-unsafe-eval'.*script-src/);
  // Once for each part of the core.
  assert.deepEqual([...new Set(await stopped(page))], ['wasm-eval']);
});

test('the package twice in one page is one sign-in', async (t) => {
  const page = await open(t);
  await signIn(page);
  const { tokens, failure, left } = await run(
    page,
    async ({ journey }, config) => {
      const copy = await import('/copy/index.js');
      const client = await copy.oidc({ config });
      const tokens = await client.token.get({ backgroundRenew: true });
      const failure = await (await journey({ config })).terminate();
      return { tokens, failure, left: (await client.token.get()).code };
    },
    settings(),
  );
  assert.equal(failure, undefined);
  assert.equal(left, 'not_signed_in');
  assert.equal(world.server.control.token(tokens.accessToken).active, false);
  assert.deepEqual(await storage(page), {});
});

test("the README's shortest real code", async (t) => {
  const [code] = blocks('README.md').filter(({ language }) => language === 'js');
  const page = await open(t);
  await page.evaluate(({ username, password }) => {
    document.body.innerHTML = `<input id="username" value="${username}"><input id="password">`;
    document.querySelector('#password').value = password;
  }, USER);
  const mine = (text, from, to) => {
    assert.ok(text.includes(from), from);
    return text.replace(from, to);
  };
  const program = [
    ["'journey-oidc'", "'/pkg/index.js'"],
    [WELLKNOWN, config().serverConfig.wellknown],
    ["'my-app'", `'${config().clientId}'`],
    // What it leaves is nothing: look before that.
    [
      'await client.user.logout();',
      'window.kept = { ...localStorage };\nawait client.user.logout();',
    ],
  ].reduce((text, [from, to]) => mine(text, from, to), code.code);
  await page.route('**/program.js', (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      body: `${program}\nwindow.found = { tokens, user };`,
    }),
  );
  await page.addScriptTag({ url: '/program.js', type: 'module' });
  await page.waitForFunction(() => window.found);
  const { found, kept } = await page.evaluate(() => ({ found: window.found, kept: window.kept }));
  assert.equal(found.user.sub, USER.username);
  assert.equal(JSON.parse(kept[`pic-${config().clientId}`]).accessToken, found.tokens.accessToken);
  assert.deepEqual(await storage(page), {});
});

/** Where the recipe is to lead, and where it leads: what it is given, if not the page's address. */
const PAGES_TO_COME_BACK_TO = [
  [undefined, '//evil.example/?tab=2#part'],
  ["'//evil.example/'", '/'],
  ["'https://evil.example/'", '/'],
  ["location.origin + '.evil.example/'", '/'],
  ["location.origin + '@evil.example/'", '/'],
  ["'\\\\/evil.example/'", '/'],
  ["'javascript:window.isRun = true'", '/'],
  ['undefined', '/'],
];

test('the recipe that comes back to a page of the app leads to no other site', async (t) => {
  const { code } = blocks('docs/oidc.md').find(({ code }) => code.includes('appState'));
  const page = await open(t);
  await signIn(page);
  let program;
  await page.route('**/program.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: program }),
  );
  const redirectUri = `${world.app}/signed-in.html`;
  const start = async () => {
    await page.evaluate((config) => {
      const signInButton = document.body.appendChild(document.createElement('button'));
      Object.assign(window, { config, signInButton, showError: console.error });
    }, config({ redirectUri }));
    await page.addScriptTag({ url: '/program.js', type: 'module' });
  };
  for (const [given, expected] of PAGES_TO_COME_BACK_TO) {
    const own = code.replace("'journey-oidc'", "'/pkg/index.js'");
    program = given ? own.replace('appState: location.href', `appState: ${given}`) : own;
    assert.equal(program === own, given === undefined);
    await page.goto(`${world.app}//evil.example/?tab=2#part`);
    await start();
    await page.waitForFunction(() => window.signInButton.onclick);
    await page.getByRole('button').click();
    await page.waitForURL(`${redirectUri}?**`);
    await start();
    await page.waitForURL((url) => url.pathname !== '/signed-in.html');
    assert.equal(page.url(), world.app + expected, given);
  }
});

test('the recipe for two providers: signed in at both, each with its own tokens', async (t) => {
  const [{ code }] = blocks('docs/recipes.md').filter(({ code }) => code.includes('guests'));
  const realms = { staff: wellknown('root'), guests: wellknown('root/realms/alpha') };
  const program = Object.values(realms).reduce(
    (text, url) => text.replace(/'https:[^']*'/, `'${url}'`),
    code.replace("'journey-oidc'", "'/pkg/index.js'"),
  );
  for (const name of Object.keys(realms)) {
    const redirect_uris = [`${world.app}/signed-in/${name}`];
    await world.server.control.setClient({ client_id: `app-for-${name}`, redirect_uris });
  }
  const page = await open(t);
  await page.route('**/program.js', (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      body: `${program}\nwindow.clients = clients;`,
    }),
  );
  const start = async () => {
    await page.evaluate(() => Object.assign(window, { showError: console.error }));
    await page.addScriptTag({ url: '/program.js', type: 'module' });
    await page.waitForFunction(() => window.clients);
  };
  await start();
  for (const name of Object.keys(realms)) {
    await page.evaluate((name) => void window.clients[name].authorize.redirect(), name);
    await fillIn(page);
    await page.waitForURL(`${world.app}/signed-in/${name}?**`);
    await start();
  }
  const tokens = await page.evaluate(async () => {
    const all = Object.values(window.clients).map((client) => client.token.get());
    return Promise.all(all);
  });
  const issuers = tokens.map(({ issuer }) => `${issuer}/.well-known/openid-configuration`);
  assert.deepEqual(issuers, Object.values(realms), JSON.stringify(tokens));
});

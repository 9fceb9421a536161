/** What must work in every engine, by name; `docs/engines.md` lists these names. */
import assert from 'node:assert/strict';
import { assertError, call, claimsOf, until } from '../e2e/oidc-support.js';
import { countResources } from '../e2e/resources.js';
import {
  CLIENT_ID,
  config,
  host,
  renewed,
  requestsTo,
  run,
  scripts,
  signIn,
  storage,
  TOKENS,
  USER,
  world,
} from '../e2e/support.js';
import { trappingCore } from '../package/trapping.js';

const CALLS = 20;
const TABS = 4;

const elsewhere = () => world.app.replace('localhost', '127.0.0.1');
const isActive = (token) => world.server.control.token(token).active;
const signInAgain = async (tab, settings) => {
  await signIn(tab);
  return run(tab, renewed, settings);
};
/** What is stored, but for what only a logout needs. */
const stored = async (tab) =>
  JSON.parse((await storage(tab))[TOKENS] ?? 'null', (name, value) =>
    name === 'signInIdToken' ? undefined : value,
  );

/**
 * Each is called with the tab, which shows the app, and with functions: `openTab` opens another one
 * of the same browser, `popup` gives the window that the tab has opened.
 *
 * @type {Record<string, (tab: any, more: {
 *   openTab(): Promise<any>, popup(): Promise<any>
 * }) => Promise<void>>}
 */
export const SCENARIOS = {
  async 'Sign-in by a journey, background authorization, user details'(tab) {
    assert.ok(await signIn(tab));
    const tokens = await run(tab, renewed, config());
    assert.equal(claimsOf(tokens.idToken).sub, 'demo', JSON.stringify(tokens));
    assert.deepEqual(await stored(tab), tokens);
    assert.equal((await call(tab, 'user.info')).sub, 'demo');
    assert.equal(await frames(tab), 0);
  },

  async 'A trap in the middle of each kind of work: all is released, and calls go on'(tab) {
    await withTokens(tab);
    scripts.set('/scripts/trapping.js', await trappingText());
    // The page has loaded the core that doesn't trap.
    await tab.goto(world.app);
    await tab.evaluate(countResources);
    const popupRedirectUri = `${world.app}/popup.html`;
    await tab.evaluate(prepareTraps, config({ popupRedirectUri }));
    for (const kind of ['request', 'frame', 'window', 'lock', 'storage', 'crypto']) {
      const { code, held, before, after, next } = await tab.evaluate(
        (kind) => window.trapIn(kind),
        kind,
      );
      assert.equal(code, 'internal_error', kind);
      assert.ok(held, `${kind} was under way`);
      assert.deepEqual(after, before, kind);
      assert.equal(next, 'none', `the call after ${kind}`);
    }
  },

  async 'Session check in the hidden frame'(tab) {
    await withTokens(tab);
    const responseType = 'id_token';
    assert.equal((await call(tab, 'user.session', [{ responseType }])).claims?.sub, 'demo');
    assert.deepEqual(await call(tab, 'user.session'), { responseType: 'none' });
    assert.equal(await frames(tab), 0);
  },

  async 'Refresh: new tokens, the old ones end'(tab) {
    const before = await withTokens(tab);
    const after = await run(tab, renewed, config());
    assert.notEqual(after.refreshToken, before.refreshToken, JSON.stringify(after));
    assert.deepEqual([before, after].map(areActive), [false, true]);
    assert.deepEqual(await stored(tab), after);
    assert.equal(requestsTo('/authorize').length, 0);
  },

  async 'Many renewals at once in a tab: one refresh'(tab) {
    await withTokens(tab);
    const results = await run(
      tab,
      async ({ oidc }, { config, CALLS }) => {
        const client = await oidc({ config });
        const calls = Array.from({ length: CALLS }, () => client.token.get({ forceRenew: true }));
        return Promise.all(calls);
      },
      { config: config(), CALLS },
    );
    await assertOneRefresh(tab, results);
  },

  async 'Renewals at once in several tabs: one refresh'(tab, { openTab }) {
    await withTokens(tab);
    const tabs = [tab];
    while (tabs.length < TABS) tabs.push(await openTab());
    for (const each of tabs) await run(each, makeClient, config());
    await expireTokens(tab);
    // Longer than it takes to begin in every tab.
    world.server.control.fail({ match: '/access_token', delay: 1500 });
    const renew = () => window.client.token.get({ backgroundRenew: true });
    for (const each of tabs) await each.start(renew);
    const results = [];
    for (const each of tabs) results.push(await each.started());
    await assertOneRefresh(tab, results);
  },

  async 'Logout in another tab, during a renewal: heard, and final'(tab, { openTab }) {
    await withTokens(tab);
    await run(tab, makeClient, config());
    await tab.evaluate(() => {
      window.heard = [];
      window.client.subscribe(({ type, fromOtherTab }) => window.heard.push([type, fromOtherTab]));
    });
    const other = await openTab();
    await run(other, makeClient, config());
    // It has the core then, and is faster than the renewal.
    await other.evaluate(() => window.client.user.claims());
    world.server.control.fail({ match: '/access_token', delay: 1000 });
    await tab.start(() => window.client.token.get({ forceRenew: true }));
    await until(() => requestsTo('/access_token').length > 0);
    const logout = await other.evaluate(() => window.client.user.logout());
    assert.equal(logout.error, undefined, JSON.stringify(logout));
    const late = await tab.started();
    assert.ok(late.error || !areActive(late), JSON.stringify(late));
    await until(async () => (await tab.evaluate(() => window.heard)).length > 0, 'signed_out');
    assert.deepEqual(await tab.evaluate(() => window.heard), [['signed_out', true]]);
    assertError(await call(tab, 'token.get'), { error: 'No tokens found' });
    assert.deepEqual(await storage(other), {});
    assert.equal(await stored(tab), null);
    assert.deepEqual(world.server.control.secrets().filter(isActive), []);
  },

  async 'DPoP: a key that lasts, nonces, an API, several tabs, logout'(tab, { openTab }) {
    const settings = config({ dpop: true, apiOrigins: [world.provider] });
    world.server.control.fault('dpop-nonce', 'both');
    await signIn(tab);
    const tokens = await run(tab, renewed, settings);
    assert.equal(tokens.tokenType, 'DPoP', JSON.stringify(tokens));
    assert.equal(tokens.persisted, undefined, 'the key is stored');
    await tab.reload();
    const useApi = async ({ oidc }, { config, url }) => {
      const client = await oidc({ config });
      const renewed = await client.token.get({ forceRenew: true });
      const statuses = [];
      for (const path of ['one', 'two']) statuses.push((await client.fetch(url + path)).status);
      return { jkt: renewed.jkt, statuses };
    };
    for (const each of [tab, await openTab()]) {
      const used = await run(each, useApi, { config: settings, url: `${world.provider}/api/` });
      assert.deepEqual(used, { jkt: tokens.jkt, statuses: [200, 200] });
    }
    assert.equal((await call(tab, 'user.info', [], settings)).sub, 'demo');
    const logout = await call(tab, 'user.logout', [], settings);
    assert.equal(logout.error, undefined, JSON.stringify(logout));
    assert.deepEqual(world.server.control.secrets().filter(isActive), []);
    const next = await signInAgain(tab, settings);
    assert.notEqual(next.jkt, tokens.jkt, 'a new key');
  },

  async 'Redirect to the login page and back: tokens, state, a clean address'(tab) {
    const settings = config({ redirectUri: `${world.app}/signed-in.html` });
    const appState = { returnTo: '/basket' };
    await run(tab, makeClient, settings);
    await tab.start((options) => window.client.authorize.redirect(options), { appState });
    await fillIn(tab);
    await tab.waitForURL(`${settings.redirectUri}?`);
    await tab.evaluate(() => history.replaceState(null, '', `${location.href}&tab=2`));
    const tokens = await call(tab, 'authorize.callback', [], settings);
    assert.deepEqual(tokens.appState, appState, JSON.stringify(tokens));
    assert.equal(await tab.url(), `${settings.redirectUri}?tab=2`);
    await tab.reload();
    assert.equal((await call(tab, 'token.get', [], settings)).accessToken, tokens.accessToken);
  },

  async 'Sign-in in a window, by a click'(tab, { popup }) {
    await signInByWindow(tab, popup);
  },

  async 'The same where the app has Cross-Origin-Opener-Policy: same-origin'(tab, { popup }) {
    host.headers = { 'cross-origin-opener-policy': 'same-origin' };
    try {
      await tab.reload();
      await signInByWindow(tab, popup);
    } finally {
      host.headers = {};
      await tab.reload();
    }
  },

  async 'Another site than the provider: refused at once; refresh keeps the sign-in'(tab) {
    await world.server.control.setClient({ client_id: CLIENT_ID, origins: [elsewhere()] });
    const settings = config({ redirectUri: `${elsewhere()}/callback.html` });
    await tab.goto(elsewhere());
    await tab.goto(await call(tab, 'authorize.url', [], settings));
    await fillIn(tab);
    await tab.waitForURL(`${settings.redirectUri}?`);
    const { code, state, iss } = Object.fromEntries(new URL(await tab.url()).searchParams);
    await tab.goto(elsewhere());
    const tokens = await call(tab, 'token.exchange', [code, state, { iss }], settings);
    assert.ok(tokens.refreshToken, JSON.stringify(tokens));
    const { failure, milliseconds } = await run(tab, timeBackground, settings);
    assertError(failure, { error: 'interaction_required', type: 'auth_error' });
    assert.ok(failure.redirectUrl, JSON.stringify(failure));
    assert.ok(milliseconds < 3000, `${milliseconds} ms`);
    world.server.control.clearRequests();
    const after = await call(tab, 'token.get', [{ forceRenew: true }], settings);
    assert.ok(areActive(after), JSON.stringify(after));
    assert.equal(requestsTo('/authorize').length, 0);
    await call(tab, 'user.logout', [], settings);
    assert.deepEqual(await storage(tab), {});
  },

  async 'A frame that never answers, shows an error page, or may not be shown'(tab) {
    await signIn(tab);
    const forbidden = { status: 200, body: 'x', headers: { 'x-frame-options': 'DENY' } };
    for (const [fault, ...codes] of [
      [{ hang: true }, 'frame_timeout'],
      [{ status: 500, body: '' }, 'frame_unexpected_page'],
      [forbidden, 'frame_unexpected_page'],
      // WebKitGTK tells the page nothing about it.
      [{ reset: true }, 'frame_unexpected_page', 'frame_timeout'],
    ]) {
      world.server.control.fail({ match: '/authorize', times: -1, ...fault });
      const failure = await call(tab, 'token.get', [{ backgroundRenew: true }], shortConfig());
      assert.ok(codes.includes(failure.code), JSON.stringify([fault, failure]));
      world.server.control.clearFailures();
    }
    assert.equal(await frames(tab), 0);
  },

  async 'A call that its signal ends, early and late'(tab) {
    await withTokens(tab);
    world.server.control.fail({ match: '/access_token', times: -1, delay: 1000 });
    const { early, late } = await run(
      tab,
      async ({ oidc }, config) => {
        const client = await oidc({ config });
        const renew = (signal) => client.token.get({ forceRenew: true, signal });
        const early = await renew(AbortSignal.abort());
        return { early, late: await renew(AbortSignal.timeout(100)) };
      },
      config(),
    );
    assertError(early, { code: 'aborted' });
    assertError(late, { code: 'aborted' });
  },

  async 'The form: a wrong password, the right one, tokens'(tab) {
    await showForm(tab, 'Login');
    await shows(tab, 'input[name="password"]');
    await tab.type('input[name="username"]', USER.username);
    await tab.type('input[name="password"]', 'wrong\uE007');
    await shows(tab, '.jf-alert strong');
    assert.match(await tab.evaluate(() => document.activeElement.className), /jf-alert/);
    assert.equal(await typedInto(tab, 'input[name="username"]'), USER.username);
    assert.equal(await typedInto(tab, 'input[name="password"]'), '');
    await tab.evaluate(() => document.querySelector('input[name="password"]').select());
    await tab.type('input[name="password"]', USER.password);
    await tab.click('.jf-primary');
    await until(() => tab.evaluate(() => window.success?.type === 'LoginSuccess'), 'success');
    assert.ok(areActive(await stored(tab)));
  },

  async 'The form: a QR code is drawn; waiting goes on by itself; German, right to left'(tab) {
    await tab.evaluate(() => {
      document.documentElement.dir = 'rtl';
    });
    await showForm(tab, 'OtpQr');
    await shows(tab, '.jf-qr svg path');
    await tab.click('.jf-primary');
    await shows(tab, 'input[autocomplete="one-time-code"]');
    await tab.evaluate(() =>
      document.querySelector('journey-form').setAttribute('journey', 'Polling'),
    );
    await until(() => tab.evaluate(() => window.success?.type === 'LoginSuccess'), 'success');
  },

  async "A policy without 'wasm-unsafe-eval': the error says so"(tab) {
    await tab.goto(`${world.app}/no-wasm/`);
    const failure = await run(tab, async ({ oidc }, config) => oidc({ config }), config());
    assertError(failure, { code: 'wasm_blocked_by_csp' });
  },
};

/** The scenario of a browser that keeps pages from their storage. */
export const BLOCKED = 'Blocked storage: the default says so, memory works';

export async function blockedStorage(tab) {
  const byDefault = await call(tab, 'token.get');
  assertError(byDefault, { error: 'Retrieving_error', code: 'storage_blocked' });
  const more = { storage: { type: 'memory' } };
  assertError(await call(tab, 'token.get', [], config(), more), { error: 'No tokens found' });
  const failure = await call(tab, 'token.get', [{ backgroundRenew: true }], config(), more);
  assertError(failure, { error: 'interaction_required', type: 'auth_error' });
  assert.equal(await frames(tab), 0);
}

/** What pages find in an engine, and what this project uses where it is there. */
export async function features(tab) {
  return tab.evaluate(() => ({
    'Web Locks': 'locks' in navigator,
    'Compression Streams': 'DecompressionStream' in window,
    'Passkeys (WebAuthn)': 'PublicKeyCredential' in window,
  }));
}

/** Signed in, with tokens, and no requests so far. */
async function withTokens(tab) {
  await signIn(tab);
  const tokens = await run(tab, renewed, config());
  assert.ok(tokens.refreshToken, JSON.stringify(tokens));
  world.server.control.clearRequests();
  return tokens;
}

const makeClient = async ({ oidc }, config) => {
  window.client = await oidc({ config });
};

const timeBackground = async ({ oidc }, config) => {
  const client = await oidc({ config });
  const started = Date.now();
  return { failure: await client.authorize.background(), milliseconds: Date.now() - started };
};

const shortConfig = () => config({}, { frameTimeout: 1500 });

const areActive = ({ accessToken, refreshToken }) =>
  isActive(accessToken) && isActive(refreshToken);

async function assertOneRefresh(tab, results) {
  assert.equal(requestsTo('/access_token').length, 1);
  for (const tokens of results) {
    assert.equal(tokens.accessToken, results[0].accessToken, JSON.stringify(tokens));
  }
  assert.ok(areActive(results[0]), JSON.stringify(results[0]));
  assert.deepEqual(await stored(tab), results[0]);
}

/** Makes the stored tokens due for renewal. */
function expireTokens(tab) {
  return tab.evaluate((key) => {
    const tokens = JSON.parse(localStorage.getItem(key));
    localStorage.setItem(key, JSON.stringify({ ...tokens, expiryTimestamp: Date.now() }));
  }, TOKENS);
}

/** Signs in in a window that a click has opened. */
async function signInByWindow(tab, popup) {
  await run(tab, makeClient, config({ popupRedirectUri: `${world.app}/popup.html` }));
  await tab.evaluate(() => {
    const button = document.body.appendChild(document.createElement('button'));
    button.textContent = 'Sign in';
    button.onclick = () => {
      window.outcome = window.client.authorize.popup();
    };
  });
  await tab.click('button');
  await fillIn(await popup());
  const tokens = await tab.evaluate(() => window.outcome);
  assert.equal(claimsOf(tokens.idToken).sub, 'demo', JSON.stringify(tokens));
  assert.deepEqual(await stored(tab), tokens);
}

/** Signs in on the provider's own page. */
async function fillIn(tab) {
  await tab.waitForURL(world.provider);
  await tab.type('#username', USER.username);
  await tab.type('#password', `${USER.password}\uE007`);
}

/** Puts the form into the page, with tokens; `window.success` is what it fires in the end. */
function showForm(tab, journey) {
  return run(
    tab,
    async ({ oidc }, { config, journey }) => {
      await import('/pkg/form.js');
      const { de } = await import('/pkg/form/de.js');
      const form = document.createElement('journey-form');
      Object.assign(form, { journey, client: { config }, tokens: oidc({ config }), messages: de });
      form.addEventListener('success', ({ detail }) => {
        window.success = detail;
      });
      document.body.append(form);
    },
    { config: config(), journey },
  );
}

const shows = (tab, selector) =>
  until(() => tab.evaluate((selector) => Boolean(document.querySelector(selector)), selector));

const typedInto = (tab, selector) =>
  tab.evaluate((selector) => document.querySelector(selector).value, selector);

const frames = (tab) => tab.evaluate(() => document.querySelectorAll('iframe').length);

/** A module with both parts of a core that traps. */
async function trappingText() {
  const { core, oidc } = await trappingCore('unreachable');
  const texts = { core: core.toString('base64'), oidc: oidc.toString('base64') };
  return `export default ${JSON.stringify(texts)};`;
}

/**
 * In the page: makes `trapIn`, which makes a call that waits for a kind of work, traps meanwhile, and tells
 * what is still held then: timers, channels, locks and frames too, which the work takes on its way.
 */
async function prepareTraps(config) {
  const { instantiate } = WebAssembly;
  let exports;
  WebAssembly.instantiate = async (...args) => {
    const instance = await instantiate(...args);
    if (instance.exports.countdown) exports = instance.exports;
    return instance;
  };
  const { default: texts } = await import('/scripts/trapping.js');
  const { init, oidc } = await import('/pkg/url.js');
  const decode = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  await init({ core: decode(texts.core), oidc: decode(texts.oidc) });

  let open = 0;
  /** Never settles, but is given up by a signal. */
  const hang = (signal) => {
    open += 1;
    return new Promise((_, reject) => {
      const giveUp = () => {
        signal.removeEventListener('abort', giveUp);
        open -= 1;
        reject(signal.reason);
      };
      signal?.addEventListener('abort', giveUp);
    });
  };
  const openWindow = () => {
    open += 1;
    const close = () => {
      open -= shown.closed ? 0 : 1;
      shown.closed = true;
    };
    const shown = { closed: false, close, location: { replace() {}, href: 'about:blank' } };
    return shown;
  };
  const renew = (client) => client.token.get({ forceRenew: true, backgroundRenew: true });
  const locks = Object.getPrototypeOf(navigator.locks);
  const subtle = Object.getPrototypeOf(crypto.subtle);
  let isStuck = false;
  const access = async () => (isStuck ? hang() : undefined);
  const storage = { type: 'custom', custom: { get: access, set: access, remove: access } };
  /** The call, and what is replaced meanwhile: in which object, its name, and by what. */
  const KINDS = {
    request: [(client) => client.user.info(), window, 'fetch', ({ signal }) => hang(signal)],
    frame: [(client) => client.authorize.background()],
    window: [(client) => client.authorize.popup(), window, 'open', openWindow],
    lock: [renew, locks, 'request', (_, { signal }) => hang(signal)],
    storage: [(_, other) => other.token.get()],
    crypto: [renew, subtle, 'verify', () => hang()],
  };

  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const client = await oidc({ config });
  const other = await oidc({ config, storage });
  const none = { locks: 0, pending: 0, requests: 0, channels: 0 };
  const calm = { frames: 0, listeners: [], timers: 0, ...none };
  window.trapIn = async (kind) => {
    const [call, of, name, replacement] = KINDS[kind];
    const before = await window.resources.after(calm);
    open = 0;
    const real = of?.[name];
    if (of) of[name] = replacement;
    isStuck = true;
    const pending = call(client, other);
    const isUnderWay = () => open > 0 || document.querySelector('iframe');
    for (let tries = 0; tries < 500 && !isUnderWay(); tries += 1) await pause(2);
    const held = Boolean(isUnderWay());
    exports.countdown.value = 1;
    client.authorize.callback.matches(location.href);
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, 5000, { code: 'still pending' });
    });
    const { code } = await Promise.race([pending, late]);
    clearTimeout(timer);
    if (of) of[name] = real;
    isStuck = false;
    const after = await window.resources.after(before);
    // What no signal gives up stays open.
    if (!['storage', 'crypto'].includes(kind)) Object.assign(after, open && { open });
    // Not `token.get()`, which a lease may answer without the core.
    const next = await client.user.info();
    // In WebKit the driver waits for this by a timer of the page's.
    for (const seen of [before, after]) seen.timers = Math.max(0, seen.timers - 1);
    return { code, held, before, after, next: next.code ?? 'none' };
  };
}

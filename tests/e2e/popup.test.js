/** Sign-in in a window: `authorize.popup()`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertError,
  assertNobodyStored,
  call,
  claimsOf,
  fillIn,
  until,
  withoutDocuments,
} from './oidc-support.js';
import { countResources } from './resources.js';
import {
  config,
  host,
  openApp,
  redirects,
  requestsTo,
  run,
  signIn,
  storage,
  TOKENS,
  useWorld,
  world,
} from './support.js';

useWorld();

/** Lands on the package's own page for windows; without `more`, as documented. */
const settings = (more) => config({ popupRedirectUri: `${world.app}/popup.html`, ...more });

/**
 * Calls `popup()` in a page, which has then opened the window before it returned. The outcome is
 * `outcome(page)`.
 */
async function open(page, options = {}, input = settings()) {
  // Playwright tells every page that it has the focus; beside a window a page has not.
  await page.evaluate(() => {
    document.hasFocus = () => window.isLookedAt === true;
  });
  const opened = page.waitForEvent('popup', { timeout: 5000 });
  const [atOnce, features] = await run(
    page,
    async ({ oidc }, { config, options }) => {
      const client = await oidc({ config });
      const calls = [];
      const { open } = window;
      window.open = (...args) => {
        calls.push(args[2]);
        return open.apply(window, args);
      };
      window.outcome = client.authorize.popup(options);
      return [calls.length, calls[0]];
    },
    { config: input, options },
  );
  assert.equal(atOnce, 1, 'opened in the click itself');
  return { popup: await opened, features };
}

const outcome = (page) => page.evaluate(() => window.outcome);

for (const [where, more] of [
  ["the package's own page", {}],
  ['a page of the app, which is read directly', { popupRedirectUri: undefined }],
]) {
  test(`the login page in a window, landing on ${where}`, async (t) => {
    const page = await openApp(t);
    const options = { appState: { a: 1 }, width: 500, height: 400 };
    const { popup, features } = await open(page, options, settings(more));
    assert.match(features, /^popup,width=500,height=400,/);
    await fillIn(popup);
    const tokens = await outcome(page);
    assert.equal(claimsOf(tokens.idToken).sub, 'demo', JSON.stringify(tokens));
    assert.deepEqual(tokens.appState, { a: 1 });
    await until(() => popup.isClosed());
    assert.equal((await call(page, 'token.get')).accessToken, tokens.accessToken);
    const kept = Object.keys(withoutDocuments(await storage(page)));
    const keys = kept.filter((key) => !/^pic-(clients|lease)-/.test(key));
    assert.deepEqual(keys, [TOKENS], 'no trace of the authorization');
    assert.equal(page.url(), `${world.app}/`);
  });
}

test('with a session nobody has to do anything', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const { popup } = await open(page, {}, settings({ par: true }));
  const tokens = await outcome(page);
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  await until(() => popup.isClosed());
});

for (const who of ['the provider', 'the app', 'both']) {
  test(`a window that Cross-Origin-Opener-Policy cuts off: sent by ${who}`, async (t) => {
    const policy = 'same-origin';
    if (who !== 'the provider') host.headers = { 'cross-origin-opener-policy': policy };
    if (who !== 'the app') {
      const headers = { 'Cross-Origin-Opener-Policy': policy };
      world.server.control.fail({ match: '/interaction/', times: -1, after: true, headers });
    }
    const page = await openApp(t);
    const { popup } = await open(page);
    await popup.getByLabel('User Name').waitFor();
    await until(() => page.evaluate(() => document.hasFocus() === false));
    // Longer than a window that the user closed is waited for.
    await popup.waitForTimeout(2500);
    await fillIn(popup);
    const tokens = await outcome(page);
    assert.ok(tokens.accessToken, JSON.stringify(tokens));
    await until(() => popup.isClosed());
  });
}

for (const [style, path] of [
  ['strip', '/popup.html'],
  ['slash', '/popup.html'],
  ['chain', '/popup.html'],
  ['strip', '/callback.html'],
]) {
  test(`a host with clean URLs (${style}): ${path}`, async (t) => {
    const page = await openApp(t);
    await signIn(page);
    host.cleanUrls = style;
    const where = { popupRedirectUri: world.app + path };
    const { popup } = await open(page, {}, settings(where));
    const tokens = await outcome(page);
    assert.ok(tokens.accessToken, JSON.stringify(tokens));
    await until(() => popup.isClosed());
  });
}

test('a server that redirects the response to another page is told as that', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  redirects.set('/callback.html', '/en/welcome');
  const { popup } = await open(page, {}, settings({ popupRedirectUri: undefined }));
  const failure = await outcome(page);
  assertError(failure, { error: 'Landing mismatch', code: 'landing_mismatch' });
  assert.match(failure.message, /\/en\/welcome, and its redirectUri is http.*\/callback\.html/);
  await until(() => popup.isClosed());
  assert.equal(requestsTo('/access_token').length, 0);
});

test('the browser blocks the window', async (t) => {
  const page = await openApp(t);
  const failure = await run(
    page,
    async ({ oidc }, config) => {
      window.open = () => null;
      return (await oidc({ config })).authorize.popup();
    },
    settings(),
  );
  assertError(failure, { error: 'popup_blocked', code: 'popup_blocked', type: 'auth_error' });
  await assertNobodyStored(page);
});

test('the user closes the window', async (t) => {
  const page = await openApp(t);
  const { popup } = await open(page);
  await popup.getByLabel('User Name').waitFor();
  await popup.close();
  await page.evaluate(() => {
    window.isLookedAt = true;
  });
  assertError(await outcome(page), { error: 'popup_closed', code: 'popup_closed' });
  await assertNobodyStored(page);
});

for (const [where, more] of [
  ["the package's own page", {}],
  ['a page of the app', { popupRedirectUri: undefined }],
]) {
  test(`the provider refuses, landing on ${where}`, async (t) => {
    const page = await openApp(t);
    const { popup } = await open(page, { appState: 'basket' }, settings(more));
    await popup.getByRole('button', { name: 'Cancel' }).click();
    const failure = await outcome(page);
    assertError(failure, { error: 'access_denied', code: 'access_denied', type: 'auth_error' });
    assert.equal(failure.cause.error, 'access_denied');
    assert.equal(failure.appState, 'basket', 'what the app gave');
    await until(() => popup.isClosed());
    await assertNobodyStored(page);
  });
}

test('a failed authorization request closes the window', async (t) => {
  const page = await openApp(t);
  world.server.control.fail({ match: '/par', status: 500, body: '' });
  const { popup } = await open(page, {}, settings({ par: true }));
  assertError(await outcome(page), { error: 'PAR_ERROR', status: 500 });
  await until(() => popup.isClosed());
  await assertNobodyStored(page);
});

test('a response that no page can read is refused, and the window closed', async (t) => {
  const page = await openApp(t);
  const { popup } = await open(page, { responseMode: 'form_post' });
  assertError(await outcome(page), { error: 'Invalid options', code: 'argument_invalid' });
  await until(() => popup.isClosed());
  await assertNobodyStored(page);
});

test('given up by its signal, the provider’s page is left to the user', async (t) => {
  const page = await openApp(t);
  const opened = page.waitForEvent('popup');
  const pending = run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      return client.authorize.popup({ signal: AbortSignal.timeout(500) });
    },
    settings(),
  );
  const popup = await opened;
  assertError(await pending, { error: 'aborted', code: 'aborted' });
  // Without an opener no page in it can lead ours elsewhere; nor can ours close it.
  assert.equal(await popup.evaluate(() => window.opener), null);
  await popup.close();
  await assertNobodyStored(page);
});

test('a message that answers something else is not believed', async (t) => {
  const page = await openApp(t);
  const { popup } = await open(page);
  await popup.getByLabel('User Name').waitFor();
  const { state } = requestsTo('/authorize').at(-1).query;
  await page.evaluate((state) => {
    const channel = new BroadcastChannel(`journey-oidc-popup-${state}`);
    channel.postMessage(`https://evil.example/popup.html?code=x&state=${state}`);
    channel.postMessage(`${location.origin}/popup.html?code=x&state=other`);
    channel.postMessage('no URL');
    channel.postMessage({ code: 'x' });
  }, state);
  await fillIn(popup);
  const tokens = await outcome(page);
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
});

for (const [what, end, code] of [
  ['signed in', fillIn, undefined],
  [
    'closed by the user',
    async (popup, page) => {
      await popup.close();
      await page.evaluate(() => {
        window.isLookedAt = true;
      });
    },
    'popup_closed',
  ],
]) {
  test(`a window that was ${what} leaves nothing behind`, async (t) => {
    const page = await openApp(t, { init: countResources });
    // What the page itself keeps, such as the loaded package, is there before.
    await run(page, ({ oidc }, config) => oidc({ config }), settings());
    const before = await page.evaluate(() => window.resources.read());
    const { popup } = await open(page);
    const during = await page.evaluate(() => window.resources.read());
    assert.ok(during.channels > before.channels, 'it is listened to');
    await end(popup, page);
    assert.equal((await outcome(page)).code, code);
    const after = await page.evaluate((before) => window.resources.after(before), before);
    assert.deepEqual(after, before);
  });
}

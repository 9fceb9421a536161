import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ALPHA, Browser, REDIRECT_URI, ROOT, start } from './client.js';

const server = await start(after);

/** Opens the login page an authorize request leads to: `{ url, response, html }`. */
async function openLogin(browser, params) {
  const { location } = await browser.code({ prompt: 'login', ...params });
  const response = await browser.fetch(location);
  return { url: location, response, html: await response.text() };
}

function submit(browser, url, form) {
  return browser.fetch(url, { method: 'POST', body: new URLSearchParams(form) });
}

/** Goes from the login form to the redirect URI. */
async function land(browser, response) {
  assert.equal(response.status, 303);
  const resumed = await browser.fetch(response.headers.get('location'));
  return new URL(resumed.headers.get('location'));
}

test('the login page has labels, no script, and refuses to be framed', async () => {
  const { response, html } = await openLogin(new Browser(server), { login_hint: 'a"b' });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('x-frame-options'), 'DENY');
  assert.match(html, /<label for="username">/);
  assert.match(html, /value="a&quot;b"/);
  assert.doesNotMatch(html, /<script/);
});

for (const realm of [ROOT, ALPHA]) {
  test(`the login form of ${realm} gives a code and a session of AM`, async () => {
    const browser = new Browser(server, realm);
    const { url } = await openLogin(browser);
    const location = await land(
      browser,
      await submit(browser, url, { username: 'demo', password: 'Ch4ng3it!' }),
    );
    assert.equal(location.origin + location.pathname, REDIRECT_URI);
    assert.ok(location.searchParams.get('code'));
    assert.equal((await browser.sessions('getSessionInfo')).body.username, 'demo');
    assert.equal((await browser.authenticate('')).body.tokenId, browser.cookie);
    assert.equal(await browser.silentError(), null);
  });
}

test('a wrong password shows the form again', async () => {
  const browser = new Browser(server);
  const { url } = await openLogin(browser);
  const response = await submit(browser, url, { username: 'demo', password: 'wrong' });
  assert.equal(response.status, 401);
  assert.match(await response.text(), /role="alert"/);
  await land(browser, await submit(browser, url, { username: 'demo', password: 'Ch4ng3it!' }));
});

test('cancelling is access_denied', async () => {
  const browser = new Browser(server);
  const { url } = await openLogin(browser);
  const location = await land(browser, await submit(browser, url, { cancel: '1' }));
  assert.equal(location.searchParams.get('error'), 'access_denied');
  assert.equal(location.searchParams.get('state'), 'the-state');
});

test('signing in again replaces the session', async () => {
  const browser = new Browser(server);
  const { body } = await browser.login();
  const { url } = await openLogin(browser);
  await land(browser, await submit(browser, url, { username: 'demo', password: 'Ch4ng3it!' }));
  assert.notEqual(browser.cookie, body.tokenId);
  assert.deepEqual(await server.control.session(body.tokenId), { active: false });
  assert.deepEqual(await server.control.session(browser.cookie), { active: true });
});

test('consent is implied, also when the client asks for it', async () => {
  const browser = new Browser(server);
  await browser.login();
  const { location } = await browser.code({ prompt: 'consent' });
  const landed = await land(browser, await browser.fetch(location));
  assert.ok(landed.searchParams.get('code'));
});

test('a login page without its cookie says that it has expired', async () => {
  const { url } = await openLogin(new Browser(server));
  const response = await new Browser(server).fetch(url);
  assert.equal(response.status, 400);
  assert.match(await response.text(), /expired/);
});

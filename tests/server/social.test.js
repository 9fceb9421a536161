/** Sign-in by other providers: there, back to the app, and on with the journey. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { Browser, ORIGIN, outputs, start } from './client.js';

const server = await start(after);

beforeEach(() => server.control.reset());

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const IDA = { username: 'ida', password: 'S0cial!pw' };

/** The step with the RedirectCallback of a provider. */
async function choose(browser, provider) {
  const { body } = await browser.walk('Social', { IDToken1: provider });
  const [{ redirectUrl, redirectMethod, redirectData, trackingCookie }] = outputs(body);
  assert.equal(body.callbacks[0].type, 'RedirectCallback');
  assert.equal(trackingCookie, true);
  return { step: body, redirectUrl, redirectMethod, redirectData };
}

const submit = (browser, url, fields) =>
  browser.fetch(url, { method: 'POST', headers: FORM, body: new URLSearchParams(fields) });

/** The first form of a page: where it is posted, and its hidden fields. */
async function formOf(response, url) {
  const html = await response.text();
  const hidden = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return {
    action: new URL(html.match(/<form[^>]* action="([^"]+)"/)?.[1] ?? '', url).href,
    fields: Object.fromEntries([...hidden].map(([, name, value]) => [name, value])),
  };
}

/** Follows redirects to the app: its URL, or the page that is in between. */
async function follow(browser, response, base) {
  let [current, url] = [response, base];
  while (current.headers.has('location')) {
    url = new URL(current.headers.get('location'), url).href;
    if (url.startsWith(ORIGIN)) return { url: new URL(url) };
    current = await browser.fetch(url);
  }
  return { url: new URL(url), response: current };
}

/** Goes to the provider as the callback says. */
function go(browser, { redirectUrl, redirectMethod, redirectData }) {
  return redirectMethod === 'POST'
    ? submit(browser, redirectUrl, redirectData)
    : browser.fetch(redirectUrl);
}

/** Signs in at the provider; the app's URL, or the page with the form that is posted to AM. */
async function signInThere(browser, redirect, form = IDA) {
  const login = await follow(browser, await go(browser, redirect), redirect.redirectUrl);
  assert.match(login.url.pathname, /^\/idp\/interaction\//);
  return follow(browser, await submit(browser, login.url, form), login.url);
}

for (const [provider, method] of [
  ['idp', 'GET'],
  ['idpPost', 'POST'],
]) {
  test(`${provider} by ${method} comes back with code and state`, async () => {
    const browser = new Browser(server);
    const { step, ...redirect } = await choose(browser, provider);
    assert.equal(redirect.redirectMethod, method);
    assert.equal(redirect.redirectData === undefined, method === 'GET');
    assert.equal(new URL(redirect.redirectUrl).search === '', method === 'POST');
    const { url } = await signInThere(browser, redirect);
    assert.equal(url.pathname, '/');
    const query = new URLSearchParams({
      code: url.searchParams.get('code'),
      state: url.searchParams.get('state'),
    });
    const { body } = await browser.next(step, {}, query);
    assert.equal(body.tokenId, browser.cookie);
    assert.equal((await browser.sessions('getSessionInfo')).body.username, 'ida');
    assert.equal((await browser.next(step, {}, query)).status, 401);
  });
}

test('the user of the provider is made once, with its claims', async () => {
  const browser = new Browser(server);
  const signIn = async () => {
    const { step, ...redirect } = await choose(browser, 'idp');
    const answer = await go(browser, redirect);
    const { url } = await follow(browser, answer, redirect.redirectUrl);
    return browser.next(step, {}, url.searchParams);
  };
  const { step, ...redirect } = await choose(browser, 'idp');
  const { url } = await signInThere(browser, redirect);
  await browser.next(step, {}, url.searchParams);
  const { access_token } = await browser.tokens();
  const claims = await (await browser.userinfo(access_token)).json();
  assert.equal(claims.email, 'ida@idp.test');
  assert.equal(claims.name, 'Ida Example');

  await browser.sessions('logout');
  assert.ok((await signIn()).body.tokenId);
  assert.equal((await browser.sessions('getSessionInfo')).body.username, 'ida');
});

test('form_post comes back with a form_post_entry, which is good once', async () => {
  const browser = new Browser(server);
  const { step, ...redirect } = await choose(browser, 'idpFormPost');
  const { response, url: there } = await signInThere(browser, redirect);
  const { action, fields } = await formOf(response, there);
  assert.equal(action, `${server.url}/am/oauth2/client/form_post/idp`);
  const { url } = await follow(browser, await submit(browser, action, fields), action);
  assert.deepEqual([...url.searchParams.keys()], ['form_post_entry']);
  assert.ok((await browser.next(step, {}, url.searchParams)).body.tokenId);
  assert.equal((await submit(browser, action, fields)).status, 400);

  await browser.sessions('logout');
  const { step: other } = await choose(browser, 'idpFormPost');
  const { body } = await browser.next(other, {}, url.searchParams);
  assert.equal(body.callbacks[0].type, 'SelectIdPCallback');
});

for (const [provider, method] of [
  ['saml', 'GET'],
  ['samlPost', 'POST'],
]) {
  test(`${provider} by ${method} comes back with responsekey and RelayState`, async () => {
    const browser = new Browser(server);
    const { step, ...redirect } = await choose(browser, provider);
    assert.equal(redirect.redirectMethod, method);
    const there = await go(browser, redirect);
    const { action, fields } = await formOf(there, redirect.redirectUrl);
    const { url } = await follow(browser, await submit(browser, action, fields), action);
    assert.deepEqual([...url.searchParams.keys()], ['responsekey', 'RelayState']);
    const { body } = await browser.next(step, {}, url.searchParams);
    assert.equal(body.tokenId, browser.cookie);
    assert.equal((await browser.sessions('getSessionInfo')).body.username, 'ida');
  });
}

test('a cancelled sign-in, or none, brings the choice again', async () => {
  const browser = new Browser(server);
  const { step, ...redirect } = await choose(browser, 'idp');
  const { url } = await signInThere(browser, redirect, { cancel: '1' });
  assert.equal(url.searchParams.get('error'), 'access_denied');
  for (const query of [url.searchParams, '', 'form_post_entry=unknown']) {
    const { body } = await browser.next(step, {}, query);
    assert.equal(body.callbacks[0].type, 'SelectIdPCallback');
  }
  const { step: saml } = await choose(browser, 'saml');
  const { body } = await browser.next(saml);
  assert.equal(body.callbacks[0].type, 'SelectIdPCallback');
});

test('a state, code, key or RelayState that is not ours fails', async () => {
  const browser = new Browser(server);
  const { step, ...redirect } = await choose(browser, 'idp');
  const { url } = await signInThere(browser, redirect);
  const wrongState = new URLSearchParams(url.searchParams);
  wrongState.set('state', 'another');
  assert.equal((await browser.next(step, {}, wrongState)).status, 401);

  const { step: second, redirectUrl } = await choose(browser, 'idp');
  const state = new URL(redirectUrl).searchParams.get('state');
  assert.equal((await browser.next(second, {}, `code=wrong&state=${state}`)).status, 401);

  const { step: saml, ...samlRedirect } = await choose(browser, 'saml');
  assert.equal((await browser.next(saml, {}, 'responsekey=x&RelayState=y')).status, 401);
  const { step: other } = await choose(browser, 'saml');
  const there = await go(browser, samlRedirect);
  const { action, fields } = await formOf(there, samlRedirect.redirectUrl);
  const answer = await follow(browser, await submit(browser, action, fields), action);
  assert.equal((await browser.next(other, {}, answer.url.searchParams)).status, 401);
});

test('providers are offered by name; an unknown one brings the choice again', async () => {
  const browser = new Browser(server);
  const { body } = await browser.walk('Social', { IDToken1: 'unknown' });
  const [{ providers }] = outputs(body);
  assert.deepEqual(
    providers.map(({ provider }) => provider),
    ['idp', 'idpPost', 'idpFormPost', 'saml', 'samlPost'],
  );
  assert.equal(providers[0].uiConfig.buttonDisplayName, 'Example IdP');
});

test('the wrong password is refused there, and a page without a request too', async () => {
  const browser = new Browser(server);
  const { redirectUrl } = await choose(browser, 'idp');
  const login = await follow(browser, await browser.fetch(redirectUrl), redirectUrl);
  const wrong = await submit(browser, login.url, { ...IDA, password: 'wrong' });
  assert.equal(wrong.status, 401);
  assert.equal((await browser.fetch(`${server.url}/idp/saml`)).status, 400);
  const foreign = new URL(redirectUrl);
  foreign.searchParams.set('redirect_uri', 'https://evil.example/');
  assert.equal((await browser.fetch(foreign)).status, 400);
});

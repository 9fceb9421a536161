/**
 * Two providers in one app, of which one is hostile: it leads the user on to the honest one, with the
 * request that was meant for itself, to have the honest one's code sent to its own token endpoint
 * (mix-up, RFC 9700 section 4.4). Both are real servers.
 */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { startServer } from '../../server/server.js';
import { assertError, fillIn } from './oidc-support.js';
import { CLIENT_ID, config, newContext, openApp, run, signIn, useWorld, world } from './support.js';

const EVIL_CLIENT = 'client-of-the-other';
const HONEST_PAGE = '/callback.html';
const EVIL_PAGE = '/signed-in.html';

let evil;

useWorld(async () => {
  evil = await startServer({ port: 0, testMode: true, origins: [world.app] });
  return () => evil.close();
});
afterEach(() => evil.control.reset());

/** Lets both do without `iss`, as many providers do. */
function withoutIss() {
  for (const { control } of [evil, world.server]) control.fault('metadata-openam', true);
}

const evilConfig = (more) =>
  config(
    { clientId: EVIL_CLIENT, redirectUri: world.app + EVIL_PAGE, ...more },
    { wellknown: `${evil.url}/am/oauth2/realms/root/.well-known/openid-configuration` },
  );

/** A page of a user who is signed in at the honest provider. */
async function openPage(t) {
  await evil.control.setClient({ client_id: EVIL_CLIENT, origins: [world.app] });
  const context = await newContext(t, { bypassCSP: true });
  const page = await openApp(t, { context });
  await signIn(page);
  return page;
}

/**
 * What the hostile provider makes of a request: where the honest one leads with the `state`, the nonce and
 * the challenge of it, as its own client's request.
 */
async function leadOn(page, url, { keepIss = false, redirectUri = world.app + HONEST_PAGE } = {}) {
  const asked = new URL(url);
  const honest = new URL(asked.pathname + asked.search, world.provider);
  honest.searchParams.set('client_id', CLIENT_ID);
  honest.searchParams.set('redirect_uri', redirectUri);
  const response = await page.context().request.get(honest.href, { maxRedirects: 0 });
  const landing = new URL(response.headers().location);
  assert.ok(landing.searchParams.get('code'), landing.href);
  if (!keepIss) landing.searchParams.delete('iss');
  return landing.href;
}

/** In the hostile provider's place: answers its next authorization requests so. */
const answer = (location) =>
  evil.control.fail({ match: '/authorize', times: -1, status: 302, headers: { location } });

const askedOfEvil = () =>
  evil.control.requests().filter(({ path }) => path.endsWith('/access_token'));

/** In the page: the callback, as both clients see it. */
const callbacks = (page) =>
  run(
    page,
    async ({ oidc }, configs) => {
      const outcomes = [];
      for (const config of configs) {
        const client = await oidc({ config });
        const matches = client.authorize.callback.matches();
        outcomes.push({ matches, ...(await client.authorize.callback()) });
      }
      return outcomes;
    },
    [config(), evilConfig()],
  );

/** In the page: a URL of an authorization by the hostile provider's client. */
const authorizeUrl = (page, settings = evilConfig()) =>
  run(page, async ({ oidc }, config) => (await oidc({ config })).authorize.url(), settings);

test('a redirect URI for each: the response at the honest page is none of the other', async (t) => {
  withoutIss();
  const page = await openPage(t);
  const url = await authorizeUrl(page);
  answer(await leadOn(page, url));
  await page.goto(url);
  assert.match(page.url(), /\/callback\.html\?.*code=/);
  const [honest, theirs] = await callbacks(page);
  // It was begun with the other one: the honest one's client does not take it.
  assert.equal(honest.matches, false);
  assertError(honest, { code: 'state_unknown' });
  assert.equal(theirs.matches, false);
  assertError(theirs, { code: 'landing_mismatch' });
  assert.deepEqual(askedOfEvil(), []);
});

test('one redirect URI for both: the issuer that the honest one names', async (t) => {
  const page = await openPage(t);
  const url = await authorizeUrl(page, evilConfig({ redirectUri: world.app + HONEST_PAGE }));
  answer(await leadOn(page, url, { keepIss: true }));
  await page.goto(url);
  const settings = evilConfig({ redirectUri: world.app + HONEST_PAGE });
  const result = await run(
    page,
    async ({ oidc }, config) => (await oidc({ config })).authorize.callback(),
    settings,
  );
  assertError(result, { code: 'iss_mismatch' });
  assert.deepEqual(askedOfEvil(), []);
});

test('the same in a hidden frame', async (t) => {
  withoutIss();
  const page = await openPage(t);
  // The request is known only when the frame asks: then the hostile provider leads on.
  await page.route(`${evil.url}/**/authorize?**`, async (route) => {
    const location = await leadOn(page, route.request().url());
    await route.fulfill({ status: 302, headers: { location } });
  });
  const result = await run(
    page,
    async ({ oidc }, config) => (await oidc({ config })).token.get({ backgroundRenew: true }),
    evilConfig(),
  );
  assertError(result, { code: 'landing_mismatch' });
  assert.deepEqual(askedOfEvil(), []);
});

test('the same with a code that the app hands over', async (t) => {
  withoutIss();
  const page = await openPage(t);
  const url = await authorizeUrl(page);
  answer(await leadOn(page, url));
  await page.goto(url);
  const result = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const response = new URLSearchParams(location.search);
      return client.token.exchange(response.get('code'), response.get('state'));
    },
    evilConfig(),
  );
  assertError(result, { code: 'landing_mismatch' });
  assert.deepEqual(askedOfEvil(), []);
});

test('both sign in, each at its own page', async (t) => {
  withoutIss();
  const page = await openPage(t);
  for (const [settings, provider] of [
    [config(), world.provider],
    [evilConfig(), evil.url],
  ]) {
    const url = await authorizeUrl(page, settings);
    await page.goto(url);
    if (provider === evil.url) {
      await fillIn(page);
      await page.waitForURL(`**${EVIL_PAGE}?**`);
    }
    const tokens = await run(
      page,
      async ({ oidc }, config) => (await oidc({ config })).authorize.callback(),
      settings,
    );
    const { iss } = JSON.parse(Buffer.from(tokens.idToken.split('.')[1], 'base64url'));
    assert.equal(new URL(iss).origin, provider);
  }
});

/**
 * An app on another site than its provider, where browsers keep the session's cookie out of the
 * hidden frame: `127.0.0.1` and `localhost` are different sites.
 */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { fillIn } from './oidc-support.js';
import {
  CLIENT_ID,
  config,
  openApp,
  requestsTo,
  run,
  storage,
  TOKENS,
  useWorld,
  world,
} from './support.js';

let elsewhere;

useWorld();
beforeEach(() => {
  elsewhere = world.app.replace('localhost', '127.0.0.1');
  return world.server.control.setClient({ client_id: CLIENT_ID, origins: [elsewhere] });
});

const configElsewhere = () => config({ redirectUri: `${elsewhere}/callback.html` });

/** A page of the app whose user signed in on the provider's own page; and the tokens. */
async function signedIn(t) {
  const page = await openApp(t, { path: elsewhere });
  const start = async ({ oidc }, config) => (await oidc({ config })).authorize.url();
  await page.goto(await run(page, start, configElsewhere()));
  await fillIn(page);
  return { page, tokens: await finish(page) };
}

/** Exchanges the code that the page lands with, on the app's next page. */
async function finish(page) {
  await page.waitForURL(`${elsewhere}/callback.html?**`);
  const { code, state, iss } = Object.fromEntries(new URL(page.url()).searchParams);
  await page.goto(elsewhere);
  const tokens = await run(
    page,
    async ({ oidc }, { config, code, state, iss }) =>
      (await oidc({ config })).token.exchange(code, state, { iss }),
    { config: configElsewhere(), code, state, iss },
  );
  assert.ok(tokens.refreshToken, JSON.stringify(tokens));
  return tokens;
}

/** Makes the stored tokens due for renewal, by other means than a refresh token. */
function expireTokens(page) {
  return page.evaluate((key) => {
    const { refreshToken, ...tokens } = JSON.parse(localStorage.getItem(key));
    localStorage.setItem(key, JSON.stringify({ ...tokens, expiryTimestamp: Date.now() }));
  }, TOKENS);
}

const calls = {
  'authorize.background()': ({ authorize }) => authorize.background(),
  'token.get({ backgroundRenew })': ({ token }) => token.get({ backgroundRenew: true }),
};

for (const [name, call] of Object.entries(calls)) {
  test(`${name}: refused at once, and a URL to go on with`, async (t) => {
    const { page } = await signedIn(t);
    await expireTokens(page);
    const before = await storage(page);
    const { failure, milliseconds } = await run(
      page,
      `async ({ oidc }, config) => {
        const client = await oidc({ config });
        const started = Date.now();
        return { failure: await (${call})(client), milliseconds: Date.now() - started };
      }`,
      configElsewhere(),
    );
    assert.equal(failure.error, 'interaction_required', JSON.stringify(failure));
    assert.equal(failure.type, 'auth_error');
    assert.ok(milliseconds < 2000, `${milliseconds} ms`);
    const after = await storage(page);
    // The lease of tokens that have expired goes.
    for (const [key, text] of Object.entries(before)) {
      if (!key.startsWith('pic-lease-')) assert.equal(after[key], text, key);
    }

    await page.goto(failure.redirectUrl);
    await finish(page);
  });
}

test('a refresh token keeps the user signed in', async (t) => {
  const { page, tokens } = await signedIn(t);
  const renewed = await run(
    page,
    async ({ oidc }, config) => (await oidc({ config })).token.get({ forceRenew: true }),
    configElsewhere(),
  );
  assert.notEqual(renewed.accessToken, tokens.accessToken, JSON.stringify(renewed));
  assert.ok(world.server.control.token(renewed.accessToken).active);
  const { signInIdToken: _, ...stored } = JSON.parse((await storage(page))[TOKENS]);
  assert.deepEqual(stored, renewed);
  assert.equal(requestsTo('/authorize').length, 1, 'the one of the sign-in');
});

/** The app, the browser, and the provider that misbehaves. */
import assert from 'node:assert/strict';
import { withoutDocuments } from '../e2e/oidc-support.js';
import { CLIENT_ID, config, run, storage, TOKENS, useWorld, world } from '../e2e/support.js';
import { BEHAVIOURS, startProvider } from './provider.js';

/** @type {import('./provider.js').Provider} */
export let provider;

export const signedOutUri = () => `${world.app}/signed-out`;

/** Starts everything for a test file. */
export function useProvider() {
  useWorld(undefined, async () => {
    provider = await startProvider({
      clientId: CLIENT_ID,
      redirectUris: [`${world.app}/signed-in`, `${world.app}/callback.html`],
      postLogoutRedirectUris: [signedOutUri()],
    });
    return provider;
  });
}

/** The configuration of an app that uses this provider. */
export function appConfig({ serverConfig, ...more } = {}) {
  const redirectUri = `${world.app}/signed-in`;
  return config(
    { redirectUri, scope: 'openid profile', signOutRedirectUri: signedOutUri(), ...more },
    { wellknown: provider.wellknown, ...serverConfig },
  );
}

/** The URL of a sign-in, or the error. */
export const authorizeUrl = async ({ oidc }, config) => {
  const client = await oidc({ config });
  return 'error' in client ? client : client.authorize.url();
};

/**
 * On the redirect URI, what an app does: the tokens, and from then on the user and the stored
 * tokens. Each is an error where there is none.
 */
const finish = async ({ oidc }, config) => {
  const client = await oidc({ config });
  const params = new URLSearchParams(location.search);
  const [code, state, iss] = ['code', 'state', 'iss'].map((name) => params.get(name));
  const tokens = await client.token.exchange(code, state, { iss });
  return { tokens, info: await client.user.info(), kept: await client.token.get() };
};

/** Plays modules in a page, of which nothing is left from before. */
export async function play(page, names, body) {
  provider.reset(names);
  await page.goto(world.app);
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await body();
  assertPlayed(names);
}

/** Goes to the provider, and back to the redirect URI. */
export async function arrive(page, config = appConfig()) {
  const url = await run(page, authorizeUrl, config);
  assert.equal(typeof url, 'string', JSON.stringify(url));
  await page.goto(url);
  assert.ok(page.url().startsWith(config.redirectUri), `The provider stopped at ${page.url()}`);
}

/** Signs in by a redirect: what came of it. */
export async function signIn(page, config = appConfig()) {
  await arrive(page, config);
  return run(page, finish, config);
}

/** Asserts that tokens and user are there and belong together. */
export function assertSignedIn({ tokens, info }) {
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  assert.ok(tokens.idToken);
  assert.equal(info.sub, 'alice', JSON.stringify(info));
}

/** Asserts an error value. */
export function assertError(value, { error, code }) {
  assert.equal(value?.error, error, JSON.stringify(value));
  assert.equal(value.code, code, value.message);
  assert.ok(value.message.length > 10, value.message);
}

/** The stored tokens, or nothing. */
export async function storedTokens(page) {
  const stored = await storage(page);
  return stored[TOKENS] && JSON.parse(stored[TOKENS]);
}

/** Asserts that no key is left that begins with one of these, but for those of public documents. */
export async function assertNothingStored(page, ...prefixes) {
  const keys = Object.keys(withoutDocuments(await storage(page)));
  const left = keys.filter((key) => prefixes.some((prefix) => key.startsWith(prefix)));
  assert.deepEqual(left, []);
}

/** Asserts that switches have changed all they are for, and what every module asks of a client. */
function assertPlayed(names) {
  const stages = names.flatMap((name) =>
    Object.keys(BEHAVIOURS[name]).map((to) => `${name} ${to}`),
  );
  assert.deepEqual([...provider.applied].sort(), stages.sort());
  for (const { path, query } of provider.requests) {
    assert.doesNotMatch(query, /access_token|refresh_token|code_verifier/, path);
  }
}

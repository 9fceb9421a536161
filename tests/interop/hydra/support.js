/** The app, the browser, Hydra with clients for each test file, and what Hydra says is true. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { claimsOf } from '../../e2e/oidc-support.js';
import { useWorld, world } from '../../e2e/support.js';
import { byRedirect, otherSite, PASSWORD, settingsOf } from '../support/app.js';
import { ask, running } from '../support/server.js';
import { start } from './server.js';

/** What the clients of this file are named after: test files share the server. */
const FILE = randomUUID();

/** @type {Awaited<ReturnType<typeof start>>['address']} */
let server;

/**
 * The clients, by the name that tests have for them: what each has besides the usual. The login app
 * knows by `metadata` what it asks their users.
 */
const CLIENTS = {
  app: {},
  second: {},
  brief: { lifespans: { authorization_code_grant_access_token_lifespan: '1m' } },
  consent: { skip_consent: false, metadata: { asks: ['consent'] } },
  'asks-to-sign-out': { metadata: { asks: ['logout'] } },
};

/** Starts everything for a test file. */
export function useHydra() {
  useWorld(undefined, async () => {
    const { address, close } = await running('hydra', start);
    server = address;
    for (const [name, more] of Object.entries(CLIENTS)) await createClient(name, more);
    return { url: server.url, pages: server.login, secrets: () => [PASSWORD], close };
  });
}

/** A client as apps in browsers have it: no secret. */
async function createClient(name, { lifespans, ...more }) {
  const apps = [world.app, otherSite()];
  const pages = (...paths) => apps.flatMap((app) => paths.map((path) => app + path));
  const json = {
    client_id: clientId(name),
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: 'openid offline_access',
    redirect_uris: pages('/signed-in', '/callback.html', '/popup.html'),
    post_logout_redirect_uris: pages('/signed-out', '/callback.html'),
    allowed_cors_origins: apps,
    skip_consent: true,
    ...more,
  };
  await administer('clients', { json });
  if (lifespans) {
    await administer(`clients/${json.client_id}/lifespans`, { method: 'PUT', json: lifespans });
  }
}

const clientId = (name) => `${name}-${FILE}`;

/**
 * The configuration of an app that uses Hydra.
 *
 * @param {object} [more] `client`: the name of one of {@link CLIENTS}
 * @param {string} [app] its origin
 */
export function appConfig({ client = 'app', ...more } = {}, app = undefined) {
  const settings = { clientId: clientId(client), scope: 'openid offline_access', ...more };
  return settingsOf(`${server.url}/.well-known/openid-configuration`, settings, app);
}

/* In the browser. */

/** Fills in the login app's first page, which takes any user. */
export async function fillIn(page, username) {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** A user of one test alone. */
export function newUser() {
  return `user-${randomUUID()}`;
}

export const { leave, finish, signedIn } = byRedirect(appConfig, {
  newUser,
  fillIn,
  assertSignedIn: async (tokens, user) => {
    await assertGood(tokens, user);
    await assertSession(tokens);
  },
});

/* At the server. */

/** Asks Hydra's administration. */
async function administer(path, options) {
  return (await ask(`${server.admin}/admin/${path}`, options)).body;
}

/** Whether Hydra says that a token, of either kind, is active. */
export async function isActive(token) {
  return (await administer('oauth2/introspect', { form: { token } })).active;
}

/** What the token endpoint answers to a refresh token, which is used by that. */
export async function refreshWith(token, client = 'app') {
  const form = { grant_type: 'refresh_token', refresh_token: token, client_id: clientId(client) };
  const url = `${server.url}/oauth2/token`;
  return (await ask(url, { form, expect: [400, 401] })).body;
}

/**
 * Whether the session is alive that an ID token is of. Hydra lists sessions only by what was consented
 * to in them, and forgets that of a session which is over.
 */
async function hasSession({ idToken }) {
  const { sub, sid } = claimsOf(idToken);
  const query = new URLSearchParams({ subject: sub, login_session_id: sid });
  return (await administer(`oauth2/auth/sessions/consent?${query}`)).length > 0;
}

/** Ends a user's sessions, as an administrator does. */
export function endSessionsOf(user) {
  return administer(`oauth2/auth/sessions/login?subject=${user}`, { method: 'DELETE' });
}

/* What is true. */

/** Asserts that these are tokens of the user, which Hydra takes. */
export async function assertGood(tokens, user) {
  assert.ok(tokens?.accessToken, JSON.stringify(tokens));
  assert.equal(claimsOf(tokens.idToken).sub, user);
  assert.equal(await isActive(tokens.accessToken), true, 'the access token is active');
  assert.equal(await isActive(tokens.refreshToken), true, 'the refresh token is active');
}

/** Asserts that Hydra takes none of the tokens any more. */
export async function assertDead({ accessToken, refreshToken }, client) {
  assert.equal(await isActive(accessToken), false, 'the access token is over');
  assert.equal(await isActive(refreshToken), false, 'the refresh token is over');
  assert.equal((await refreshWith(refreshToken, client)).error, 'invalid_grant');
}

/** Asserts that the session that tokens are of is alive, or over. */
export async function assertSession(tokens, alive = true) {
  assert.equal(await hasSession(tokens), alive, 'the session is alive at Hydra');
}

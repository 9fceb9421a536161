/** The app, the browser, a realm of Keycloak for each test file, and what Keycloak says is true. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { claimsOf } from '../../e2e/oidc-support.js';
import { useWorld, world } from '../../e2e/support.js';
import { byRedirect, otherSite, PASSWORD, settingsOf } from '../support/app.js';
import { ask, running } from '../support/server.js';
import { realm, userNamed } from './realm.js';
import { start } from './server.js';

/** The realm's name, a random one: test files share the server. */
const REALM = `realm-${randomUUID()}`;

/** @type {{ url: string, admin: { username: string, password: string } }} */
let server;

/**
 * Starts everything for a test file.
 *
 * @param {() => Promise<unknown>} [more] sets up what else the file needs in the realm
 */
export function useKeycloak(more) {
  useWorld(more, async () => {
    const { address, close } = await running('keycloak', start);
    server = address;
    await administerServer('', { json: realm(REALM, [world.app, otherSite()]) });
    return {
      url: server.url,
      secrets: () => [PASSWORD],
      close: async () => {
        await administerServer(`/${REALM}`, { method: 'DELETE' });
        await close();
      },
    };
  });
}

/**
 * The configuration of an app that uses the realm.
 *
 * @param {object} [more]
 * @param {string} [app] its origin
 */
export function appConfig(more = {}, app = world.app) {
  const wellknown = `${server.url}/realms/${REALM}/.well-known/openid-configuration`;
  const settings = { clientId: 'app', signOutRedirectUri: `${app}/signed-out`, ...more };
  return settingsOf(wellknown, settings, app);
}

/* In the browser. */

/** Fills in Keycloak's login page. */
export async function fillIn(page, username) {
  await page.locator('#username').fill(username);
  await fillInPassword(page);
}

/** Fills in a page that asks for the password alone. */
export async function fillInPassword(page) {
  await page.locator('#password').fill(PASSWORD);
  await page.locator('#kc-login').click();
}

export const { leave, finish, signedIn } = byRedirect(appConfig, {
  newUser,
  fillIn: (page, { username }) => fillIn(page, username),
  assertSignedIn: assertGood,
});

/* At the server. */

/** @type {{ token: string, expires: number } | undefined} */
let adminToken;

/** Asks Keycloak's administration. */
async function administerServer(path, options) {
  if (!adminToken || Date.now() > adminToken.expires) {
    const form = { grant_type: 'password', client_id: 'admin-cli', ...server.admin };
    const url = `${server.url}/realms/master/protocol/openid-connect/token`;
    const { body } = await ask(url, { form });
    adminToken = { token: body.access_token, expires: Date.now() + body.expires_in * 500 };
  }
  return ask(`${server.url}/admin/realms${path}`, { token: adminToken.token, ...options });
}

/** Asks the administration of the realm: `administer('users')`. */
export async function administer(path, options) {
  return (await administerServer(`/${REALM}/${path}`, options)).body;
}

/** A new user of the realm. */
export async function newUser() {
  const username = `user-${randomUUID()}`;
  await administer('users', { json: userNamed(username, PASSWORD) });
  const [{ id }] = await administer(`users?exact=true&username=${username}`);
  return { id, username };
}

/** A user's sessions. */
export const sessionsOf = ({ id }) => administer(`users/${id}/sessions`);

/** A user's offline sessions with a client. */
export async function offlineSessionsOf({ id }, clientId = 'app') {
  const [client] = await administer(`clients?clientId=${clientId}`);
  return administer(`users/${id}/offline-sessions/${client.id}`);
}

/** Ends a user's sessions, as an administrator does. */
export const endSessionsOf = ({ id }) => administer(`users/${id}/logout`, { method: 'POST' });

/** How often a user's events of a type have happened. */
export async function countEvents({ id }, type) {
  return (await administer(`events?user=${id}&type=${type}&max=100`)).length;
}

const endpoint = (path) => `${server.url}/realms/${REALM}/protocol/openid-connect/${path}`;

/** Whether an access token is active, as a client with a secret is told. */
export async function isActive(token) {
  const form = { token, client_id: 'inspector', client_secret: 'inspector-secret' };
  return (await ask(endpoint('token/introspect'), { form })).body.active;
}

/** The status that the user details answer to an access token. */
export async function userinfoStatus(token) {
  return (await ask(endpoint('userinfo'), { token, expect: [401, 403] })).status;
}

/** What the token endpoint answers to a refresh token, which is used by that. */
export async function refreshWith(token, client_id = 'app') {
  const form = { grant_type: 'refresh_token', refresh_token: token, client_id };
  return (await ask(endpoint('token'), { form, expect: [400, 401] })).body;
}

/* What is true. */

/** Asserts that these are tokens of the user, which the server takes. */
export async function assertGood(tokens, user) {
  assert.ok(tokens?.accessToken, JSON.stringify(tokens));
  assert.equal(claimsOf(tokens.idToken).sub, user.id);
  assert.equal(await userinfoStatus(tokens.accessToken), 200, 'the access token is good');
  assert.equal(await isActive(tokens.accessToken), true, 'also by introspection');
}

/** Asserts that the refresh token is good, which is its one use. */
export async function assertRenews({ refreshToken }, clientId = 'app') {
  const answer = await refreshWith(refreshToken, clientId);
  assert.ok(answer.access_token, JSON.stringify(answer));
}

/** Asserts that the server takes none of the tokens any more. */
export async function assertDead({ accessToken, refreshToken }, clientId = 'app') {
  assert.equal(await userinfoStatus(accessToken), 401, 'the access token');
  assert.equal((await refreshWith(refreshToken, clientId)).error, 'invalid_grant');
}

/** Asserts that the user has one session, or how many there are. */
export async function assertSessions(user, count = 1) {
  assert.equal((await sessionsOf(user)).length, count, 'sessions at Keycloak');
}

/** The app, the browser, and a realm of Keycloak for each test file. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { claimsOf } from '../../e2e/oidc-support.js';
import { config, useWorld, world } from '../../e2e/support.js';
import { ask, running } from '../support/server.js';
import { realm } from './realm.js';
import { start } from './server.js';

/** Who signs in, unless a test needs another user. */
export const ALICE = { username: 'alice', password: 'Wonderl4nd!' };
export const BOB = { username: 'bob', password: 'Bu1lder!' };

/** @type {{ url: string, admin: { username: string, password: string } }} */
let server;

/** The realm's name, a random one: test files share the server. */
const name = `realm-${randomUUID()}`;

/** Starts everything for a test file. */
export function useKeycloak() {
  useWorld(undefined, async () => {
    const { address, close } = await running('keycloak', start);
    server = address;
    const representation = realm({ name, app: world.app, users: [ALICE, BOB] });
    await admin('', { json: representation });
    return {
      url: server.url,
      secrets: () => [ALICE.password, BOB.password],
      close: async () => {
        await admin(`/${name}`, { method: 'DELETE' });
        await close();
      },
    };
  });
}

/** The realm's endpoints. */
export const endpoint = (path) => `${server.url}/realms/${name}/protocol/openid-connect/${path}`;

/** The configuration of an app that uses this realm. */
export function appConfig(more = {}, serverConfig = {}) {
  return config(
    { clientId: 'app', redirectUri: `${world.app}/signed-in`, scope: 'openid profile', ...more },
    {
      wellknown: `${server.url}/realms/${name}/.well-known/openid-configuration`,
      ...serverConfig,
    },
  );
}

/** @type {{ token: string, expires: number } | undefined} */
let adminToken;

/** Asks Keycloak's administration. */
async function admin(path, options) {
  if (!adminToken || Date.now() > adminToken.expires) {
    const form = { grant_type: 'password', client_id: 'admin-cli', ...server.admin };
    const url = `${server.url}/realms/master/protocol/openid-connect/token`;
    const { body } = await ask(url, { form });
    adminToken = { token: body.access_token, expires: Date.now() + body.expires_in * 500 };
  }
  return ask(`${server.url}/admin/realms${path}`, { token: adminToken.token, ...options });
}

/** What Keycloak knows of the realm: `administer('users')`. */
export async function administer(path, options) {
  return (await admin(`/${name}/${path}`, options)).body;
}

/** A user as Keycloak has it. */
export async function findUser({ username }) {
  const [user] = await administer(`users?exact=true&username=${username}`);
  return user;
}

/** A user's sessions, at the server. */
export async function sessionsOf(user) {
  return administer(`users/${(await findUser(user)).id}/sessions`);
}

/** Ends all sessions of a user, as an administrator. */
export async function endSessionsOf(user) {
  return administer(`users/${(await findUser(user)).id}/logout`, { method: 'POST' });
}

/** Whether a token is active, by the answer to a client with a secret. */
export async function isActive(token) {
  const form = { token, client_id: 'inspector', client_secret: 'inspector-secret' };
  return (await ask(endpoint('token/introspect'), { form })).body.active;
}

/** The status that the user details answer to an access token. */
export async function userinfoStatus(token) {
  return (await ask(endpoint('userinfo'), { token, expect: [401, 403] })).status;
}

/** What the token endpoint answers to a refresh token, which is used by that. */
export async function refreshAnswer(token, client_id = 'app') {
  const form = { grant_type: 'refresh_token', refresh_token: token, client_id };
  return (await ask(endpoint('token'), { form, expect: [400, 401] })).body;
}

/** Fills in Keycloak's login page. */
export async function fillIn(page, user = ALICE) {
  await page.locator('#username').fill(user.username);
  await page.locator('#password').fill(user.password);
  await page.locator('#kc-login').click();
}

/** Asserts that a call brought tokens of a user. */
export async function assertTokens(tokens, user = ALICE) {
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  assert.equal(claimsOf(tokens.idToken).preferred_username, user.username);
  assert.equal(await userinfoStatus(tokens.accessToken), 200);
}

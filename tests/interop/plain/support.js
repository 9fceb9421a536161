/** The app, the browser, and the plain provider with a client for each test file. */
import assert from 'node:assert/strict';
import { claimsOf } from '../../e2e/oidc-support.js';
import { config, useWorld, world } from '../../e2e/support.js';
import { ask, running } from '../support/server.js';
import { start } from './server.js';

/** Who signs in: the provider takes anybody, with any password. */
export const ALICE = { username: 'alice', password: 'Wonderl4nd!' };

/** @type {Awaited<ReturnType<typeof start>>['address']} */
let server;
let clientId;

/** Starts everything for a test file. */
export function usePlainProvider() {
  useWorld(undefined, async () => {
    const { address, close } = await running('plain', start);
    server = address;
    const redirect_uris = ['/signed-in', '/callback.html', '/popup.html'].map(
      (path) => world.app + path,
    );
    const grant_types = ['authorization_code', 'refresh_token'];
    const json = { redirect_uris, grant_types };
    clientId = (await ask(`${server.url}/reg`, { json })).body.client_id;
    return { url: server.url, secrets: () => [ALICE.password], close };
  });
}

/** The configuration of an app that uses this provider. */
export function appConfig(more = {}) {
  const settings = {
    clientId,
    redirectUri: `${world.app}/signed-in`,
    backgroundRedirectUri: `${world.app}/callback.html`,
    popupRedirectUri: `${world.app}/popup.html`,
    scope: 'openid',
    ...more,
  };
  return config(settings, { wellknown: `${server.url}/.well-known/openid-configuration` });
}

/** Whether a token is active, by the answer to a client with a secret. */
export async function isActive(token) {
  const form = { token, ...server.inspector };
  return (await ask(`${server.url}/token/introspection`, { form })).body.active;
}

/** Fills in the provider's pages: the sign-in, and then the consent. */
export async function fillIn(page) {
  await page.locator('[name=login]').fill(ALICE.username);
  await page.locator('[name=password]').fill(ALICE.password);
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Asserts that a call brought tokens of the user, good at the server. */
export async function assertTokens(tokens) {
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  assert.equal(claimsOf(tokens.idToken).sub, ALICE.username);
  assert.equal(await isActive(tokens.accessToken), true);
}

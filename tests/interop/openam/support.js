/** What the tests of OpenAM stand on: an app on AM's site, or on another, and what AM says itself. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { call } from '../../e2e/oidc-support.js';
import { config, openApp, run, useWorld, world } from '../../e2e/support.js';
import { running } from '../support/server.js';
import { Am, SESSION } from './am.js';
import { HOSTS, USER } from './recipe.js';
import { start } from './server.js';

/** AM, asked directly; and its administration. */
export const server = {
  /** @type {Am} */
  am: undefined,
  /** @type {Awaited<ReturnType<Am['admin']>>} */
  admin: undefined,
};

/** The client of this file, which AM has in each realm. */
export const CLIENT = `app-${randomUUID()}`;

/** What nothing may show. */
const secrets = [USER.password];

/** The origin of an app on another site than AM's, to which browsers don't give AM's cookie. */
export const elsewhere = () => world.app.replace(HOSTS.app, HOSTS.elsewhere);

/** Starts everything for a test file. */
export function useOpenAm() {
  let end;
  const startProvider = async () => {
    server.admin = await server.am.admin();
    await server.admin.addApp(CLIENT, [world.app, elsewhere()]);
    return { url: `https://${HOSTS.am}`, secrets: () => secrets, close: () => end() };
  };
  useWorld(undefined, startProvider, async () => {
    const { address, close } = await running('openam', start);
    end = close;
    server.am = new Am(address);
    const { pfx, passphrase, flag } = address.certificate;
    const at = { [HOSTS.am]: `127.0.0.1:${address.port}` };
    const rules = Object.values(HOSTS).map((host) => `MAP ${host} ${at[host] ?? '127.0.0.1'}`);
    return {
      host: HOSTS.app,
      tls: { pfx: Buffer.from(pfx, 'base64url'), passphrase },
      flags: [`--host-resolver-rules=${rules.join(', ')}`, flag],
    };
  });
}

/** The well-known URL of a realm, by the part of the path that names it. */
export function wellknown(realm = '', query = '') {
  return `https://${HOSTS.am}/am/oauth2${realm}/.well-known/openid-configuration${query}`;
}

/**
 * The configuration of an app, for both kinds of clients.
 *
 * @param {object} more of it, and the app's origin where that is another
 */
export function appConfig({ origin = world.app, ...more } = {}, serverConfig = {}) {
  const own = { clientId: CLIENT, redirectUri: `${origin}/callback.html` };
  return config({ ...own, ...more }, { wellknown: wellknown(), ...serverConfig });
}

/** Calls one method of a new `oidc()` client, and keeps what is secret in its result in mind. */
export async function ask(page, method, options, settings = appConfig()) {
  const result = await call(page, method, options ? [options] : [], settings);
  for (const name of ['accessToken', 'refreshToken', 'idToken']) {
    if (result?.[name]) secrets.push(result[name]);
  }
  return result;
}

/**
 * Signs in by the realm's default journey.
 *
 * @returns {Promise<string>} the session token
 */
export async function signIn(page, settings = appConfig(), { username, password } = USER) {
  const { type, payload } = await run(
    page,
    async ({ journey }, { config, username, password }) => {
      const client = await journey({ config });
      const step = await client.start();
      step.getCallbackOfType('NameCallback').setName(username);
      step.getCallbackOfType('PasswordCallback').setPassword(password);
      const { type, payload } = await client.next(step);
      return { type, payload };
    },
    { config: settings, username, password },
  );
  assert.equal(type, 'LoginSuccess', JSON.stringify(payload));
  secrets.push(payload.tokenId);
  return payload.tokenId;
}

/** A page that is signed in and has tokens. */
export async function signedIn(t, settings = appConfig(), user = USER) {
  const page = await openApp(t);
  const session = await signIn(page, settings, user);
  const tokens = await ask(page, 'token.get', { backgroundRenew: true }, settings);
  assert.ok(tokens.refreshToken, JSON.stringify(tokens));
  return { page, session, tokens };
}

/** New tokens by the refresh token. */
export async function refresh(page, settings = appConfig()) {
  const tokens = await ask(
    page,
    'token.get',
    { backgroundRenew: true, forceRenew: true },
    settings,
  );
  assert.ok(tokens.refreshToken, JSON.stringify(tokens));
  return tokens;
}

/** A user of one test alone. */
export async function newUser() {
  const user = { username: `u-${randomUUID()}`, password: USER.password };
  await server.admin.addUser(user);
  return user;
}

/** Asserts that AM takes none of the tokens any more. */
export async function assertRevoked({ accessToken, refreshToken }, realm) {
  const access = await server.am.takes(accessToken, realm);
  const refresh = await server.am.refreshes(refreshToken, CLIENT, realm);
  assert.deepEqual({ access, refresh }, { access: false, refresh: false });
}

/** Asserts that a silent authorization brings no tokens: nobody is signed in at AM. */
export async function assertSignedOut(page, settings = appConfig()) {
  const result = await ask(page, 'token.get', { backgroundRenew: true }, settings);
  assert.equal(result.accessToken, undefined, 'a silent authorization brought tokens');
  assert.equal(result.code, 'interaction_required', JSON.stringify(result));
}

/** Fills in AM's own login page. */
export async function fillIn(page, { username, password } = USER) {
  await page.getByPlaceholder('User Name').fill(username);
  await page.getByPlaceholder('Password').fill(password);
  await page.getByPlaceholder('Password').press('Enter');
}

/**
 * AM's session of a browser, by its cookie. Where it was made on AM's own page, it is no secret to our
 * witness: that page has it in its URLs.
 */
export async function sessionOf(page) {
  const cookies = await page.context().cookies(`https://${HOSTS.am}`);
  return cookies.find(({ name }) => name === SESSION)?.value;
}

/** A page of an app whose user signed in on AM's own page. */
export async function signInByRedirect(t, settings) {
  const { origin } = new URL(settings.redirectUri);
  const page = await openApp(t, { path: origin });
  const start = async ({ oidc }, config) => (await oidc({ config })).authorize.url();
  await page.goto(await run(page, start, settings));
  await fillIn(page);
  await page.waitForURL(`${origin}/callback.html?**`);
  const { code, state } = Object.fromEntries(new URL(page.url()).searchParams);
  await page.goto(origin);
  const tokens = await run(
    page,
    async ({ oidc }, { config, code, state }) =>
      (await oidc({ config })).token.exchange(code, state),
    { config: settings, code, state },
  );
  assert.ok(tokens.refreshToken, JSON.stringify(tokens));
  secrets.push(tokens.accessToken, tokens.refreshToken, tokens.idToken);
  return { page, tokens };
}

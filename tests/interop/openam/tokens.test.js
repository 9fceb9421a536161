/** Tokens of a real AM: got in the background, refreshed, revoked; and the check of its session. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { claimsOf } from '../../e2e/oidc-support.js';
import { openApp, run, world } from '../../e2e/support.js';
import { test } from '../support/test.js';
import { HOSTS, USER } from './recipe.js';
import {
  appConfig,
  ask,
  assertRevoked,
  CLIENT,
  elsewhere,
  fillIn,
  refresh,
  server,
  sessionOf,
  signedIn,
  signIn,
  signInByRedirect,
  useOpenAm,
} from './support.js';

useOpenAm();

test('a silent authorization brings tokens that AM takes', async (t) => {
  const { page, tokens } = await signedIn(t);
  assert.equal(await server.am.takes(tokens.accessToken), true);
  const claims = await ask(page, 'user.claims');
  assert.equal(claims.sub, USER.username, JSON.stringify(claims));
  assert.equal(claims.aud, CLIENT);
  // AM writes its port, the default one, into its issuer; the well-known URL is without.
  assert.equal(claims.iss, `https://${HOSTS.am}:443/am/oauth2`);
  const details = await ask(page, 'user.info');
  assert.equal(details.email, `${USER.username}@journeys.test`, JSON.stringify(details));
});

test('a silent authorization without a session is refused, with a URL to go on with', async (t) => {
  const page = await openApp(t);
  const result = await ask(page, 'token.get', { backgroundRenew: true });
  assert.equal(result.error, 'interaction_required', JSON.stringify(result));
  assert.equal(result.code, 'interaction_required');
  const url = new URL(result.redirectUrl);
  assert.equal(url.searchParams.get('client_id'), CLIENT);
  assert.equal(url.searchParams.has('prompt'), false);
});

test('pi.flow promised, and unknown to AM: by the frame', async (t) => {
  const page = await openApp(t);
  const metadata = { response_modes_supported: ['query', 'pi.flow'] };
  const settings = appConfig({}, { metadata });
  await signIn(page, settings);
  const tokens = await ask(page, 'token.get', { backgroundRenew: true }, settings);
  assert.equal(await server.am.takes(tokens.accessToken), true, JSON.stringify(tokens));
});

test("sign-in by redirect, on AM's own page; nothing of the response stays in the bar", async (t) => {
  const page = await openApp(t);
  await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      client.authorize.redirect({ appState: { to: 'there' } });
    },
    appConfig(),
  );
  await fillIn(page);
  await page.waitForURL(`${world.app}/callback.html?**`);
  const response = new URL(page.url()).searchParams;
  // What AM adds to it.
  assert.deepEqual(
    ['client_id', 'scope'].map((name) => response.get(name)),
    [CLIENT, 'openid profile email'],
  );
  const { tokens, bar } = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      return { tokens: await client.authorize.callback(), bar: location.href };
    },
    appConfig(),
  );
  assert.equal(await server.am.takes(tokens.accessToken), true, JSON.stringify(tokens));
  assert.deepEqual(tokens.appState, { to: 'there' });
  assert.equal(bar, `${world.app}/callback.html`);
});

test('a refresh rotates the refresh token, and the session lives on', async (t) => {
  const { page, session, tokens } = await signedIn(t);
  const renewed = await refresh(page);
  assert.notEqual(renewed.refreshToken, tokens.refreshToken);
  assert.equal(await server.am.takes(renewed.accessToken), true);
  assert.equal(await server.am.refreshes(tokens.refreshToken, CLIENT), false);
  assert.equal(await server.am.isAlive(session), true);
});

test('a renewal in the background ends neither the session nor other tokens of it', async (t) => {
  const { page, session } = await signedIn(t);
  const settings = appConfig({ renew: 'background' });
  const renewed = await ask(
    page,
    'token.get',
    { backgroundRenew: true, forceRenew: true },
    settings,
  );
  assert.equal(await server.am.takes(renewed.accessToken), true, JSON.stringify(renewed));
  assert.equal(await server.am.isAlive(session), true);
});

test('a refresh token that AM takes no more: new tokens by the session', async (t) => {
  const { page, tokens } = await signedIn(t);
  assert.equal(await server.am.refreshes(tokens.refreshToken, CLIENT), true);
  const renewed = await ask(page, 'token.get', { backgroundRenew: true, forceRenew: true });
  assert.equal(await server.am.takes(renewed.accessToken), true, JSON.stringify(renewed));
});

for (const responseType of ['none', 'id_token']) {
  test(`user.session(${responseType}): alive, and dead after AM has ended it`, async (t) => {
    const { page, session, tokens } = await signedIn(t);
    const alive = await ask(page, 'user.session', { responseType });
    assert.equal(alive.responseType, responseType, JSON.stringify(alive));
    if (responseType === 'id_token') assert.equal(alive.claims.sub, USER.username);
    assert.equal(await server.am.isAlive(session), true);
    // The check has cost nothing.
    assert.equal(await server.am.takes(tokens.accessToken), true);
    await refresh(page);
    await server.admin.end(session);
    const dead = await ask(page, 'user.session', { responseType });
    // AM's word, and what it means where the frame has reached the session before.
    assert.equal(dead.error, 'interaction_required', JSON.stringify(dead));
    assert.equal(dead.code, 'login_required');
  });
}

test('user.session() on another site: no word about a session that lives', async (t) => {
  const settings = appConfig({ origin: elsewhere() });
  const { page } = await signInByRedirect(t, settings);
  assert.equal(await server.am.isAlive(await sessionOf(page)), true);
  const result = await ask(page, 'user.session', undefined, settings);
  assert.equal(result.error, 'interaction_required', JSON.stringify(result));
  assert.equal(result.code, 'session_unconfirmed');
});

test('token.revoke() revokes both tokens, and the session lives', async (t) => {
  const { page, session, tokens } = await signedIn(t);
  const result = await ask(page, 'token.revoke');
  assert.equal(result.error, undefined, JSON.stringify(result));
  assert.equal(result.done.revoke, true);
  await assertRevoked(tokens);
  assert.equal(await server.am.isAlive(session), true);
});

test('token.revoke() after a refresh', async (t) => {
  const { page } = await signedIn(t);
  const tokens = await refresh(page);
  const result = await ask(page, 'token.revoke');
  assert.equal(result.error, undefined, JSON.stringify(result));
  await assertRevoked(tokens);
});

test("AM's default for clients, HS256: an error that says what to set", async (t) => {
  const client = `hs256-${randomUUID()}`;
  await server.admin.addApp(client, [world.app, elsewhere()], 'HS256');
  const page = await openApp(t);
  await signIn(page);
  const settings = appConfig({ clientId: client });
  const result = await ask(page, 'token.get', { backgroundRenew: true }, settings);
  assert.ok('error' in result, 'tokens with an ID token that nobody can verify');
  assert.match(`${result.message} ${result.cause?.message ?? ''}`, /RS256/);
});

test('maxAge: an error that says that AM does not tell when the user signed in', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const settings = appConfig({ maxAge: 3600 });
  const result = await ask(page, 'token.get', { backgroundRenew: true }, settings);
  assert.equal(result.code, 'id_token_auth_time', JSON.stringify(result));
  assert.match(result.message, /auth_time/);
  // AM says it by another name.
  const { idToken } = (await signedIn(t)).tokens;
  assert.equal(typeof claimsOf(idToken)['auth:time'], 'number');
});

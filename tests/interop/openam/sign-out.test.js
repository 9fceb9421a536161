/**
 * Signing out of a real AM. Whatever the package says, AM is asked: is the session alive, does it take
 * the tokens, does a silent authorization bring new ones.
 */
import assert from 'node:assert/strict';
import { openApp, run, storage, world } from '../../e2e/support.js';
import { test } from '../support/test.js';
import { SESSION } from './am.js';
import {
  appConfig,
  ask,
  assertRevoked,
  assertSignedOut,
  elsewhere,
  refresh,
  server,
  sessionOf,
  signedIn,
  signIn,
  signInByRedirect,
  useOpenAm,
} from './support.js';

useOpenAm();

/** Ends the journey client's session. */
function terminate(page, settings = appConfig()) {
  return run(
    page,
    async ({ journey }, config) => (await journey({ config })).terminate(),
    settings,
  );
}

const ends = { 'user.logout()': (page) => ask(page, 'user.logout'), 'terminate()': terminate };

for (const [name, end] of Object.entries(ends)) {
  for (const [when, before] of Object.entries({ '': () => {}, ' after a refresh': refresh })) {
    test(`${name}${when} ends the session and revokes the tokens`, async (t) => {
      const { page, session, tokens } = await signedIn(t);
      const newest = (await before(page)) ?? tokens;
      const result = await end(page);
      assert.equal(result?.error, undefined, JSON.stringify(result));
      if (result) assert.deepEqual(result.done, { session: true, revoke: true, delete: true });
      assert.equal(await server.am.isAlive(session), false, 'the session lives');
      await assertRevoked(newest);
      assert.deepEqual(await storage(page), {});
      await assertSignedOut(page);
    });
  }
}

test('user.logout() after AM has ended the session: signed out', async (t) => {
  const { page, session, tokens } = await signedIn(t);
  await server.admin.end(session);
  const result = await ask(page, 'user.logout');
  assert.equal(result.error, undefined, JSON.stringify(result));
  assert.deepEqual([result.done.revoke, result.done.delete], [true, true]);
  await assertRevoked(tokens);
  await assertSignedOut(page);
});

// A dead session's cookie and a blocked one look the same at AM; a session token does not.
const sessionConfigs = {
  'by the cookie: not confirmed': [{}, 'session_unconfirmed'],
  'by the session token: signed out': [{ cookieName: SESSION }, undefined],
};

for (const [name, [session, code]] of Object.entries(sessionConfigs)) {
  test(`terminate() after AM has ended the session, ${name}`, async (t) => {
    const settings = appConfig({ session });
    const { page, session: token, tokens } = await signedIn(t, settings);
    await server.admin.end(token);
    const result = await terminate(page, settings);
    assert.equal(result?.code, code, JSON.stringify(result));
    await assertRevoked(tokens);
    assert.deepEqual(await storage(page), {});
  });
}

test('terminate() without tokens ends the session', async (t) => {
  const page = await openApp(t);
  const session = await signIn(page);
  assert.equal(await terminate(page), undefined);
  assert.equal(await server.am.isAlive(session), false, 'the session lives');
});

test('user.logout() where the session token is not kept: by the cookie', async (t) => {
  const settings = appConfig({ session: { type: 'none' } });
  const { page, session, tokens } = await signedIn(t, settings);
  await refresh(page);
  const result = await ask(page, 'user.logout', undefined, settings);
  assert.equal(result.error, undefined, JSON.stringify(result));
  assert.equal(result.done.session, true);
  assert.equal(await server.am.isAlive(session), false, 'the session lives');
  assert.equal(await server.am.takes(tokens.accessToken), false);
  await assertSignedOut(page);
});

test('user.logout() without an ID token, which AM wants for the end of a session', async (t) => {
  const settings = appConfig({ scope: 'profile' });
  const { page, session, tokens } = await signedIn(t, settings);
  assert.equal(tokens.idToken, undefined);
  const result = await ask(page, 'user.logout', undefined, settings);
  assert.equal(result.error, undefined, JSON.stringify(result));
  assert.deepEqual(result.done, { session: true, revoke: true, delete: true });
  assert.equal(await server.am.isAlive(session), false, 'the session lives');
  await assertRevoked(tokens);
});

test('user.logout({ redirect: true }) comes back, signed out', async (t) => {
  const { page, session } = await signedIn(t);
  const tokens = await refresh(page);
  const signOutRedirectUri = `${world.app}/signed-out`;
  await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      client.user.logout({ redirect: true, state: 'back' });
    },
    appConfig({ signOutRedirectUri }),
  );
  await page.waitForURL(`${signOutRedirectUri}?state=back`);
  assert.equal(await server.am.isAlive(session), false, 'the session lives');
  await assertRevoked(tokens);
  await assertSignedOut(page);
});

test('on another site, without a session token: terminate() does not say that it is done', async (t) => {
  const page = await openApp(t, { path: elsewhere() });
  const settings = appConfig({ origin: elsewhere(), session: { type: 'none' } });
  const session = await signIn(page, settings);
  const result = await terminate(page, settings);
  assert.equal(await server.am.isAlive(session), true, 'AM has the session');
  assert.equal(result?.code, 'session_unconfirmed', JSON.stringify(result));
});

test('on another site, with the session token: terminate() ends the session', async (t) => {
  const page = await openApp(t, { path: elsewhere() });
  const settings = appConfig({ origin: elsewhere(), session: { cookieName: SESSION } });
  const token = await signIn(page, settings);
  assert.equal(await terminate(page, settings), undefined);
  assert.equal(await server.am.isAlive(token), false, 'the session lives');
});

for (const [when, before] of Object.entries({ '': () => {}, ' after a refresh': refresh })) {
  test(`on another site, by redirect: user.logout()${when} says no more than it knows`, async (t) => {
    const settings = appConfig({ origin: elsewhere() });
    const { page, tokens } = await signInByRedirect(t, settings);
    const newest = (await before(page, settings)) ?? tokens;
    const session = await sessionOf(page);
    assert.equal(await server.am.isAlive(session), true);
    const result = await ask(page, 'user.logout', undefined, settings);
    assert.equal(result.error, undefined, JSON.stringify(result));
    assert.deepEqual([result.done.revoke, result.done.delete], [true, true]);
    const isAlive = await server.am.isAlive(session);
    if (isAlive) assert.notEqual(result.done.session, true, 'a false success');
    // AM goes by the ID token of the sign-in, without its cookie.
    assert.equal(isAlive, false, 'the session lives');
    await assertRevoked(newest);
  });
}

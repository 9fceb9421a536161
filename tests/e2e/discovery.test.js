/** Providers whose issuer is not the URL of their document: which are believed, and which to pin. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { config, openApp, run, USER, useWorld, wellknown, world } from './support.js';

useWorld();

/** Signs in by a journey, gets tokens by them, and ends all: what came of it, or the error. */
const signInAndOut = async ({ journey, oidc }, { config, user }) => {
  const client = await oidc({ config });
  if ('error' in client) return client;
  const am = await journey({ config }).catch(({ code, message }) => ({ error: message, code }));
  if ('error' in am) return am;
  let step = await am.start();
  step.getCallbackOfType('NameCallback').setName(user.username);
  step.getCallbackOfType('PasswordCallback').setPassword(user.password);
  step = await am.next(step);
  const session = am.session.get();
  const tokens = await client.token.get({ backgroundRenew: true });
  const { sub } = await client.user.claims();
  const info = await client.user.info();
  return { type: step.type, session, tokens, sub, info, ended: await am.terminate() };
};

const attempt = (page, serverConfig, realm = 'root') => {
  const settings = config({}, { wellknown: wellknown(realm), ...serverConfig });
  return run(page, signInAndOut, { config: settings, user: USER });
};

function assertWorked(outcome) {
  assert.equal(outcome.error, undefined, JSON.stringify(outcome));
  const { type, session, tokens, sub, info, ended } = outcome;
  assert.equal(type, 'LoginSuccess');
  assert.ok(session.tokenId, 'the session is kept');
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  assert.deepEqual([sub, info.sub], ['demo', 'demo']);
  assert.equal(ended, undefined, JSON.stringify(ended));
}

for (const setting of ['trailing-slash', 'alias']) {
  test(`an issuer that is the same: ${setting}`, async (t) => {
    world.server.control.fault('issuer', setting);
    const page = await openApp(t);
    for (const realm of ['root', 'root/realms/alpha']) {
      // This server has no other name for a journey's endpoint.
      const json = `am/json/realms/${realm}`;
      const paths = { authenticate: `${json}/authenticate`, sessions: `${json}/sessions/` };
      assertWorked(await attempt(page, { paths }, realm));
    }
  });
}

for (const [setting, issuer] of [
  ['/elsewhere', () => `${world.provider}/elsewhere`],
  ['https://login.example/tenant', () => 'https://login.example/tenant'],
]) {
  test(`an issuer that has to be pinned: ${setting}`, async (t) => {
    world.server.control.fault('issuer', setting);
    const page = await openApp(t);
    const refused = await attempt(page, {});
    assert.equal(refused.code, 'discovery_issuer_mismatch', JSON.stringify(refused));
    assert.ok(refused.message.includes(`set serverConfig.issuer to "${issuer()}"`));
    const wrong = await attempt(page, { issuer: `${issuer()}/` });
    assert.equal(wrong.code, 'discovery_issuer_mismatch');
    // Nothing tells a journey where AM is.
    const pinned = { issuer: issuer() };
    const nowhere = await attempt(page, pinned);
    assert.equal(nowhere.code, 'discovery_invalid');
    assert.match(nowhere.error, /serverConfig\.paths/);
    const authenticate = 'am/json/realms/root/authenticate';
    assertWorked(await attempt(page, { ...pinned, paths: { authenticate } }));
    const sessions = '/am/json/realms/root/sessions/';
    assertWorked(await attempt(page, { ...pinned, paths: { authenticate, sessions } }));
  });
}

test('another realm is another issuer', async (t) => {
  const page = await openApp(t);
  world.server.control.fault('issuer', '/am/oauth2/alpha');
  assert.equal((await attempt(page, {})).code, 'discovery_issuer_mismatch');
});

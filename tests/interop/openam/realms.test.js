/** A sub-realm of a real AM, under each of its names. */
import assert from 'node:assert/strict';
import { run } from '../../e2e/support.js';
import { test } from '../support/test.js';
import { HOSTS, REALM, USER } from './recipe.js';
import {
  appConfig,
  ask,
  assertRevoked,
  assertSignedOut,
  refresh,
  server,
  signedIn,
  useOpenAm,
  wellknown,
} from './support.js';

useOpenAm();

const PATH = `/realms/root/realms/${REALM}`;

const names = {
  [`/oauth2/${REALM}`]: wellknown(`/${REALM}`),
  [`/oauth2/realms/${REALM}`]: wellknown(`/realms/${REALM}`),
  [`/oauth2${PATH}`]: wellknown(PATH),
  [`/oauth2?realm=/${REALM}`]: wellknown('', `?realm=/${REALM}`),
};

for (const [name, url] of Object.entries(names)) {
  test(`${name}: session, tokens, refresh, session.info(), and their end`, async (t) => {
    const settings = appConfig({}, { wellknown: url });
    const { page, session } = await signedIn(t, settings);
    const known = { valid: true, uid: USER.username, realm: `/${REALM}` };
    assert.deepEqual(await server.am.session(session), known);
    const info = await run(
      page,
      async ({ journey }, config) => (await journey({ config })).session.info(),
      settings,
    );
    assert.equal(info.realm, `/${REALM}`, JSON.stringify(info));
    const claims = await ask(page, 'user.claims', undefined, settings);
    assert.equal(claims.iss, `https://${HOSTS.am}:443/am/oauth2${PATH}`, JSON.stringify(claims));
    const tokens = await refresh(page, settings);
    assert.equal(await server.am.takes(tokens.accessToken, PATH), true);
    const result = await ask(page, 'user.logout', undefined, settings);
    assert.equal(result.error, undefined, JSON.stringify(result));
    assert.deepEqual(result.done, { session: true, revoke: true, delete: true });
    assert.equal(await server.am.isAlive(session), false, 'the session lives');
    await assertRevoked(tokens, PATH);
    await assertSignedOut(page, settings);
  });
}

test('tokens of one realm are none of the other', async (t) => {
  const { page, tokens } = await signedIn(t, appConfig({}, { wellknown: wellknown(PATH) }));
  assert.equal(await server.am.takes(tokens.accessToken, PATH), true);
  const other = await ask(page, 'token.get');
  assert.equal(other.accessToken, undefined);
});

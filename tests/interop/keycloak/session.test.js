/** The session check at Keycloak, which wants `response_type=code` and PKCE of it. */
import assert from 'node:assert/strict';
import { assertError, call } from '../../e2e/oidc-support.js';
import { test } from '../support/test.js';
import {
  appConfig,
  assertGood,
  assertSessions,
  countEvents,
  endSessionsOf,
  fillIn,
  finish,
  leave,
  newUser,
  signedIn,
  useKeycloak,
} from './support.js';

useKeycloak();

const FORCED = [{ forceRenew: true }];

for (const responseType of ['none', 'id_token']) {
  test(`the session check by ${responseType}: alive, and ended by an administrator`, async (t) => {
    const { page, user, tokens } = await signedIn(t);
    const check = () => call(page, 'user.session', [{ responseType }], appConfig());
    const alive = await check();
    assert.equal(alive.responseType, responseType, JSON.stringify(alive));
    assert.equal(alive.claims?.sub, responseType === 'id_token' ? user.id : undefined);
    await assertSessions(user);
    const stored = await call(page, 'token.get', [], appConfig());
    assert.equal(stored.refreshToken, tokens.refreshToken, 'nothing of the check is stored');
    await assertGood(await call(page, 'token.get', FORCED, appConfig()), user);
    assert.equal(await countEvents(user, 'REVOKE_GRANT'), 0);
    await endSessionsOf(user);
    assertError(await check(), { error: 'login_required', code: 'login_required' });
  });
}

test("the session check by id_token, where the session is another user's", async (t) => {
  const { page, user } = await signedIn(t);
  await endSessionsOf(user);
  const other = await newUser();
  const second = appConfig({ clientId: 'second' });
  await leave(page, second);
  await fillIn(page, other.username);
  await assertGood(await finish(page, second), other);
  const options = { responseType: 'id_token', subject: user.id };
  const failure = await call(page, 'user.session', [options], appConfig());
  assertError(failure, { error: 'subject_mismatch' });
  await assertSessions(other);
});

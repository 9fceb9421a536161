/** The app on another site than Keycloak, whose cookies on plain http don't reach a frame there. */
import assert from 'node:assert/strict';
import { assertError, assertNothingStored, call } from '../../e2e/oidc-support.js';
import { otherSite } from '../support/app.js';
import { test } from '../support/test.js';
import {
  appConfig,
  assertDead,
  assertGood,
  assertSessions,
  countEvents,
  signedIn,
  useKeycloak,
} from './support.js';

useKeycloak();

test('renewal by refresh token works; what a frame is told says nothing of the session', async (t) => {
  const more = { backgroundSignOutRedirectUri: `${otherSite()}/callback.html` };
  const config = appConfig(more, otherSite());
  const { page, user } = await signedIn(t, config, { path: otherSite() });
  const tokens = await call(page, 'token.get', [{ forceRenew: true }], config);
  await assertGood(tokens, user);
  const options = { forceRenew: true, authorizeOptions: { maxAge: 3600 } };
  const frame = await call(page, 'token.get', [options], config);
  assertError(frame, { error: 'login_required', code: 'login_required' });
  const check = await call(page, 'user.session', [], config);
  assertError(check, { error: 'login_required', code: 'session_unconfirmed' });
  await assertGood(tokens, user);
  await assertSessions(user);
  const result = await call(page, 'user.logout', [], config);
  assert.deepEqual(result.done, { session: 'unconfirmed', revoke: true, delete: true });
  assert.equal(await countEvents(user, 'LOGOUT'), 1, 'Keycloak goes by the ID token');
  await assertSessions(user, 0);
  await assertDead(tokens);
  await assertNothingStored(page);
});

/** A stronger sign-in, and a fresher one, at Keycloak. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, claimsOf } from '../../e2e/oidc-support.js';
import { test } from '../support/test.js';
import { createStepUpFlow } from './step-up.js';
import {
  appConfig,
  assertGood,
  assertSessions,
  fillInPassword,
  finish,
  leave,
  signedIn,
  useKeycloak,
} from './support.js';

useKeycloak(createStepUpFlow);

const settings = () => appConfig({ clientId: 'step-up' });

test('acr_values: the second level wants the user; then the ID token says so', async (t) => {
  const { page, user, tokens } = await signedIn(t, settings());
  assert.equal(claimsOf(tokens.idToken).acr, '1');
  const options = { forceRenew: true, authorizeOptions: { acrValues: '2' } };
  const failure = await call(page, 'token.get', [options], settings());
  assert.match(failure.code, /^(login|interaction)_required$/, JSON.stringify(failure));
  assert.equal(failure.code, failure.error);
  await assertGood(tokens, user);
  await leave(page, settings(), { acrValues: '2' });
  await fillInPassword(page);
  const stronger = await finish(page, settings());
  await assertGood(stronger, user);
  assert.equal(claimsOf(stronger.idToken).acr, '2');
  const renewed = await call(page, 'token.get', [options], settings());
  await assertGood(renewed, user);
  assert.equal(claimsOf(renewed.idToken).acr, '2', 'in the background, from now on');
  await assertSessions(user);
});

test('max_age: a sign-in that is too old is repeated, and auth_time says so', async (t) => {
  const { page, user, tokens } = await signedIn(t);
  const before = claimsOf(tokens.idToken).auth_time;
  await sleep(3000);
  const options = { forceRenew: true, authorizeOptions: { maxAge: 2 } };
  const failure = await call(page, 'token.get', [options], appConfig());
  assert.equal(failure.code, 'login_required', JSON.stringify(failure));
  await assertGood(tokens, user);
  await leave(page, appConfig(), { maxAge: 2 });
  await fillInPassword(page);
  const fresh = await finish(page);
  await assertGood(fresh, user);
  assert.ok(claimsOf(fresh.idToken).auth_time >= before + 3);
  await assertSessions(user);
});

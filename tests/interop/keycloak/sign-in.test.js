/** Signing in at Keycloak: by redirect, in a popup, in the background. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call } from '../../e2e/oidc-support.js';
import { openApp, world } from '../../e2e/support.js';
import { ALICE, appConfig, assertTokens, fillIn, sessionsOf, useKeycloak } from './support.js';

useKeycloak();

test('by redirect', async (t) => {
  const page = await openApp(t);
  await call(page, 'authorize.redirect', [{ appState: 'here' }], appConfig()).catch(() => {});
  await fillIn(page);
  await page.waitForURL(`${world.app}/signed-in?**`);
  const tokens = await call(page, 'authorize.callback', [], appConfig());
  await assertTokens(tokens);
  assert.equal(tokens.appState, 'here');
  assert.equal(page.url(), `${world.app}/signed-in`);
  assert.equal((await sessionsOf(ALICE)).length, 1);
});

/** Configuration from the environment of a build is text, or nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { config, openApp, run, useWorld } from './support.js';

useWorld();

/** In the page: what both clients make of a configuration, and the warnings of each. */
const create = async ({ oidc, journey }, config) => {
  const results = [];
  for (const make of [oidc, journey]) {
    const warnings = [];
    const logger = { level: 'warn', custom: { warn: (text) => warnings.push(text) } };
    const client = await make({ config, logger });
    const url = await client.authorize?.url?.();
    const scope = url && new URL(url).searchParams.get('scope');
    const own = warnings.filter((text) => text.startsWith('Not a number'));
    results.push({ failed: client.error, scope, warnings: own });
  }
  return results;
};

test('numeric texts and a list of scopes are read, without a warning', async (t) => {
  const page = await openApp(t);
  const given = config(
    { oauthThreshold: '5000', scope: ['openid', 'email'] },
    { timeout: ' 20000 ', frameTimeout: '5e3' },
  );
  const [oidc, journey] = await run(page, create, given);
  assert.deepEqual(oidc, { failed: undefined, scope: 'openid email', warnings: [] });
  assert.deepEqual(journey.warnings, []);
});

test('an empty and an unreplaced text are the default, with one warning', async (t) => {
  const page = await openApp(t);
  const given = config({ oauthThreshold: '' }, { timeout: '$TIMEOUT' });
  const results = await run(page, create, given);
  for (const { failed, warnings } of results) {
    assert.equal(failed, undefined);
    assert.deepEqual(warnings, [
      'Not a number, so the default is used: oauthThreshold, serverConfig.timeout. Is it set in the environment of the build?',
    ]);
  }
});

/** The modules about authorization responses, for an app that leaves all to `callback()`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApp, run } from '../e2e/support.js';
import { MODULES } from './modules.js';
import {
  appConfig,
  arrive,
  assertError,
  assertNothingStored,
  play,
  provider,
  storedTokens,
  useProvider,
} from './support.js';

useProvider();

const callback = async ({ oidc }, config) =>
  (await oidc({ config })).authorize.callback(location.href);

test('authorization responses by callback()', async (t) => {
  const page = await openApp(t);
  const answer = async () => {
    await arrive(page);
    return run(page, callback, appConfig());
  };

  await t.test('oidcc-client-test', () =>
    play(page, ['oidcc-client-test'], async () => {
      const tokens = await answer();
      assert.ok(tokens.accessToken, JSON.stringify(tokens));
      assert.equal((await storedTokens(page)).accessToken, tokens.accessToken);
    }),
  );

  for (const [name, { run: runs, error, code }] of Object.entries(MODULES)) {
    if (runs !== 'refusesResponse') continue;
    await t.test(name, () =>
      play(page, [name], async () => {
        assertError(await answer(), { error, code });
        assert.equal(provider.requestsTo('token').length, 0);
        await assertNothingStored(page, 'pic-');
      }),
    );
  }
});

/** Signing out by a redirect, to providers that return the `state` rightly, not, or wrongly. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIENT_ID, openApp, run } from '../e2e/support.js';
import { MODULES } from './modules.js';
import {
  appConfig,
  assertError,
  assertNothingStored,
  assertSignedIn,
  play,
  provider,
  signedOutUri,
  signIn,
  useProvider,
} from './support.js';

useProvider();

const SOON = { timeout: 5000 };

const logout = async ({ oidc }, config) => {
  const client = await oidc({ config });
  // Not awaited: the page goes away.
  client.user.logout({ redirect: true });
};

/** What an app asks on every page that it starts on: is this the end of a sign-in? */
const callback = async ({ oidc }, config) => {
  const client = await oidc({ config });
  const matches = await client.authorize.callback.matches(location.href);
  return { matches, outcome: await client.authorize.callback(location.href) };
};

test('logouts by redirect', async (t) => {
  const page = await openApp(t);
  for (const [name, { run: runs, code }] of Object.entries(MODULES)) {
    if (runs !== 'logsOut') continue;
    await t.test(name, () =>
      play(page, [name], async () => {
        const signedIn = await signIn(page);
        assertSignedIn(signedIn);

        await Promise.all([
          page.waitForURL((url) => url.href.startsWith(signedOutUri()), SOON),
          run(page, logout, appConfig()),
        ]);
        assertAsked(signedIn.tokens);

        const { matches, outcome } = await run(page, callback, appConfig());
        assert.equal(matches, false);
        assertError(outcome, { error: 'State mismatch', code });
        await assertNothingStored(page, 'pic-', 'FR-SDK');
      }),
    );
  }
});

/** Asserts what the provider was asked (OpenID Connect RP-Initiated Logout section 2). */
function assertAsked({ idToken }) {
  const [{ params }] = provider.requestsTo('end-session');
  const { state, ...asked } = params;
  assert.match(state, /^[\w-]{43}$/);
  assert.deepEqual(asked, {
    id_token_hint: idToken,
    client_id: CLIENT_ID,
    post_logout_redirect_uri: signedOutUri(),
  });
}

/**
 * The modules of the OpenID Foundation's conformance suite that apply to a public browser client,
 * each played by a provider that misbehaves in just this way.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { openApp, run, world } from '../e2e/support.js';
import { MODULES } from './modules.js';
import {
  appConfig,
  arrive,
  assertError,
  assertNothingStored,
  assertSignedIn,
  authorizeUrl,
  play,
  provider,
  signIn,
  storedTokens,
  useProvider,
} from './support.js';
import { SWITCHES } from './switches.js';

useProvider();

/** How a module is run, and what must come of it. */
const RUNS = {
  async accepts(page, { config, check }) {
    const outcome = await signIn(page, appConfig(config));
    assertSignedIn(outcome);
    check?.(outcome);
    assert.equal((await storedTokens(page)).accessToken, outcome.tokens.accessToken);
    const [{ authorization }] = provider.requestsTo('userinfo');
    assert.equal(authorization, `Bearer ${outcome.tokens.accessToken}`);
  },

  /** Signs in again without leaving the page, so that the keys are known. */
  async acceptsTwice(page) {
    const first = await signIn(page);
    assertSignedIn(first);
    const second = await run(page, signInAgain, frameConfig());
    assertSignedIn(second);
    assert.notEqual(keyOf(first), keyOf(second));
  },

  async acceptsRenewal(page) {
    const { tokens } = await signIn(page);
    const renewed = await run(page, renew, appConfig());
    assertSignedIn(renewed);
    for (const name of ['accessToken', 'refreshToken', 'idToken']) {
      assert.notEqual(renewed.tokens[name], tokens[name], name);
    }
    assert.equal((await storedTokens(page)).refreshToken, renewed.tokens.refreshToken);
    const [, { params }] = provider.requestsTo('token');
    assert.equal(params.grant_type, 'refresh_token');
    assert.equal(params.refresh_token, tokens.refreshToken);
  },

  async refusesMetadata(page, { code }) {
    const { wellknown } = provider;
    const failure = await run(page, authorizeUrl, appConfig());
    const error = `Failed to fetch well-known configuration from: ${wellknown}`;
    assertError(failure, { error, code });
    assert.equal(provider.requestsTo('authorize').length, 0);
    await assertNothingStored(page, 'pic-', 'FR-SDK');
  },

  async refusesResponse(page, expected) {
    const { tokens, info } = await signIn(page);
    assertError(tokens, expected);
    assert.equal(provider.requestsTo('token').length, 0);
    await assertNotSignedIn(page, info);
  },

  async refusesTokens(page, expected) {
    const { tokens, info } = await signIn(page);
    assertError(tokens, expected);
    assert.equal(provider.requestsTo('token').length, 1);
    await assertNotSignedIn(page, info);
  },

  /** The tokens are right, and stay. */
  async refusesUserinfo(page, expected) {
    const { tokens, info } = await signIn(page);
    assert.ok(tokens.accessToken, JSON.stringify(tokens));
    assert.equal(provider.requestsTo('userinfo').length, 1);
    assertError(info, expected);
    assert.equal((await storedTokens(page)).accessToken, tokens.accessToken);
  },

  async refusesRenewal(page, expected) {
    assertSignedIn(await signIn(page));
    const before = await storedTokens(page);
    const { tokens } = await run(page, renew, appConfig());
    assertError(tokens, expected);
    assert.equal(provider.requestsTo('token').length, 2);
    assert.deepEqual(await storedTokens(page), before);
  },
};

/** For an app that asks for the user in spite of the error. */
async function assertNotSignedIn(page, info) {
  assertError(info, { error: 'No access token found', code: 'not_signed_in' });
  assert.equal(provider.requestsTo('userinfo').length, 0);
  await assertNothingStored(page, 'pic-');
}

const frameConfig = () => appConfig({ redirectUri: `${world.app}/callback.html` });

/** The name of the key that signed the ID token. */
function keyOf({ tokens }) {
  return JSON.parse(Buffer.from(tokens.idToken.split('.')[0], 'base64url')).kid;
}

const background = async ({ oidc }, config) => (await oidc({ config })).authorize.background();

const exchange = async ({ oidc }, config) => {
  const params = new URLSearchParams(location.search);
  return (await oidc({ config })).token.exchange(params.get('code'), params.get('state'));
};

const signInAgain = async ({ oidc }, config) => {
  const client = await oidc({ config });
  const { code, state, iss } = await client.authorize.background();
  const tokens = await client.token.exchange(code, state, { iss });
  return { tokens, info: await client.user.info() };
};

const renew = async ({ oidc }, config) => {
  const client = await oidc({ config });
  const tokens = await client.token.get({ forceRenew: true });
  return { tokens, info: await client.user.info() };
};

test('modules', async (t) => {
  const page = await openApp(t);
  for (const [name, { run, ...expected }] of Object.entries(MODULES)) {
    if (RUNS[run]) await t.test(name, () => play(page, [name], () => RUNS[run](page, expected)));
  }
});

test('authorization responses in a frame', async (t) => {
  const page = await openApp(t);
  for (const [name, code] of Object.entries({
    'invalid-authorization-response-iss': 'iss_mismatch',
    'remove-authorization-response-iss': 'iss_missing',
    'ensure-authorization-response-with-invalid-state-fails': 'state_mismatch',
    'ensure-authorization-response-with-invalid-missing-state-fails': 'state_missing',
  })) {
    await t.test(name, () =>
      play(page, [name], async () => {
        const failure = await run(page, background, frameConfig());
        assertError(failure, { error: MODULES[name].error, code });
        assert.equal(provider.requestsTo('token').length, 0);
        await assertNothingStored(page, 'pic-');
      }),
    );
  }
});

test('authorization responses by the documented exchange(code, state)', async (t) => {
  const page = await openApp(t);
  for (const name of [
    'invalid-authorization-response-iss',
    'remove-authorization-response-iss',
    'ensure-authorization-response-with-invalid-state-fails',
    'ensure-authorization-response-with-invalid-missing-state-fails',
  ]) {
    await t.test(name, () =>
      play(page, [name], async () => {
        await arrive(page);
        assertError(await run(page, exchange, appConfig()), MODULES[name]);
        assert.equal(provider.requestsTo('token').length, 0);
        await assertNothingStored(page, 'pic-');
      }),
    );
  }
});

test('user details that are signed with RS256', async (t) => {
  const page = await openApp(t);
  await play(page, ['userinfo-signed', 'idtoken-sig-rs256'], () => RUNS.accepts(page, {}));
});

test('every switch of the provider is tested', () => {
  assert.deepEqual(Object.keys(MODULES).sort(), Object.keys(SWITCHES).sort());
});

test('docs/conformance.md says what is tested', async () => {
  const text = await readFile(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
  const rows = text.matchAll(/^\| `(\S+)` \| .+ \| (accept|reject: `\w+`) \| passes \|$/gm);
  const told = [...rows].map(([, name, expected]) => [name, expected]);
  const expected = ({ code }) => (code ? `reject: \`${code}\`` : 'accept');
  const tested = Object.entries(MODULES).map(([name, module]) => [name, expected(module)]);
  assert.deepEqual(told, tested);
});

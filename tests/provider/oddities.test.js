/** What real providers do that no module of the conformance suite has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApp, run, storage, TOKENS, world } from '../e2e/support.js';
import { FOREIGN_ISSUER, ODDITIES } from './oddities.js';
import {
  appConfig,
  assertError,
  assertNothingStored,
  assertSignedIn,
  authorizeUrl,
  play,
  provider,
  signIn,
  useProvider,
} from './support.js';

useProvider();

/** Which of them must work, and what the others must say. */
const TOLD = {
  'key-that-is-none': ['jwks_unavailable', /jwks_uri/],
  'key-that-is-none-beside-others': ['jwks_unavailable', /jwks_uri/],
  'exp-as-text': ['id_token_expired', /exp is not a number/],
  'sub-as-number': ['id_token_subject', /sub is not a text/],
  'no-auth-time': ['id_token_auth_time', /no auth_time.*leave out maxAge/],
  'hs256-by-default': ['id_token_algorithm', /HS256.*RS256/],
};

/** Those that keep a client from being made. */
const REFUSED = ['document-moved-to-another-origin'];

const CONFIG = {
  'no-auth-time': { maxAge: 60 },
  'issuer-of-another-origin': { serverConfig: { issuer: FOREIGN_ISSUER } },
};

test('oddities', async (t) => {
  const page = await openApp(t);
  for (const name of Object.keys(ODDITIES).filter((name) => !REFUSED.includes(name))) {
    await t.test(name, () =>
      play(page, [name], async () => {
        const outcome = await signIn(page, appConfig(CONFIG[name]));
        if (!TOLD[name]) return assertSignedIn(outcome);
        const [code, message] = TOLD[name];
        assertError(outcome.tokens, { error: 'ID_TOKEN_INVALID', code });
        assert.match(outcome.tokens.message, message);
        await assertNothingStored(page, 'pic-');
      }),
    );
  }
});

const endings = async ({ oidc }, config) => {
  const client = await oidc({ config });
  const renewed = await client.token.get({ forceRenew: true });
  return { renewed, revoked: await client.token.revoke() };
};

test('a provider that answers anybody needs no cookie for tokens', async (t) => {
  const page = await openApp(t);
  await play(page, ['cors-for-anybody'], async () => {
    const config = appConfig();
    assertSignedIn(await signIn(page, config));
    const { renewed, revoked } = await run(page, endings, config);
    assert.ok(renewed.accessToken, JSON.stringify(renewed));
    assert.equal(revoked.error, undefined, JSON.stringify(revoked));
  });
});

/** What the page's `fetch` was told of cookies, by the last segment of the path. */
function watchCookies() {
  const { fetch } = window;
  window.cookies = {};
  window.fetch = (request) => {
    const { url, credentials } = request;
    if (url) window.cookies[new URL(url).pathname.split('/').at(-1)] = credentials;
    return fetch(request);
  };
}

test('cookies go along only where one is what the request is about', async (t) => {
  const page = await openApp(t, { init: watchCookies });
  await play(page, [], async () => {
    const cookies = () => page.evaluate(() => window.cookies);
    await run(page, authorizeUrl, appConfig());
    assert.deepEqual(await cookies(), { 'openid-configuration': 'omit' });
    assertSignedIn(await signIn(page));
    assert.deepEqual(await cookies(), {
      jwks: 'omit',
      token: 'omit',
      userinfo: 'omit',
    });
    const logout = async ({ oidc }, config) => (await oidc({ config })).user.logout();
    await run(page, logout, appConfig());
    const { revoke, 'end-session': endSession } = await cookies();
    assert.deepEqual([revoke, endSession], ['omit', 'include']);
  });
});

const failing = async ({ oidc }, config) => {
  const client = await oidc({ config });
  return 'error' in client ? client : {};
};

test("an issuer that is not the document's is refused, and the text says what to pin", async (t) => {
  const page = await openApp(t);
  for (const issuer of [
    FOREIGN_ISSUER,
    `${provider.url}/tenant`,
    `${provider.issuer}/INVALID`,
    provider.issuer.replace('localhost', '127.0.0.1'),
  ]) {
    const members = { metadata: { issuer } };
    const failure = await run(page, failing, appConfig({ serverConfig: members }));
    assert.equal(failure.code, 'discovery_issuer_mismatch', issuer);
    assert.ok(failure.message.includes(`set serverConfig.issuer to "${issuer}"`), failure.message);
    const pinned = { ...members, issuer: FOREIGN_ISSUER };
    const outcome = await run(page, failing, appConfig({ serverConfig: pinned }));
    assert.equal(outcome.code, issuer === FOREIGN_ISSUER ? undefined : 'discovery_issuer_mismatch');
  }
});

test('a document of another origin, to which a redirect leads, is not believed', async (t) => {
  const page = await openApp(t);
  await play(page, ['document-moved-to-another-origin'], async () => {
    // The issuer could be pinned as well: the document of another origin may name whom it likes.
    for (const issuer of [undefined, provider.issuer]) {
      const failure = await run(page, failing, appConfig({ serverConfig: { issuer } }));
      assert.equal(failure.code, 'discovery_invalid', failure.message);
      assert.match(failure.message, /redirects to another origin/);
    }
    const asked = provider.requestsTo('openid-configuration');
    assert.equal(asked.length, 4, 'by the early request, too');
    await assertNothingStored(page, 'pic-');
  });
});

test("endpoints of the page's own origin are not the provider's", async (t) => {
  const page = await openApp(t);
  provider.reset();
  for (const name of ['token_endpoint', 'userinfo_endpoint', 'jwks_uri']) {
    const metadata = { [name]: `${world.app}/here` };
    const failure = await run(page, failing, appConfig({ serverConfig: { metadata } }));
    assert.equal(failure.code, 'discovery_invalid', name);
    assert.match(failure.message, /this page's own origin/);
  }
});

test('plain http is for this machine alone, for both clients', async (t) => {
  const page = await openApp(t);
  const path = '/.well-known/openid-configuration';
  const outcomes = async ({ oidc, journey }, { config, wellknown }) => {
    config.serverConfig = { wellknown, timeout: 300 };
    const client = await oidc({ config });
    const thrown = await journey({ config }).catch((error) => error);
    return [client.code, thrown.code];
  };
  for (const [host, isGood] of [
    ['idp.example', false],
    ['10.0.0.1', false],
    ['localhost.example', false],
    ['idp.localhost', true],
    ['127.0.0.9', true],
    ['[::1]', true],
  ]) {
    const wellknown = `http://${host}:1${path}`;
    const codes = await run(page, outcomes, { config: appConfig(), wellknown });
    const isRefused = codes.map((code) => code === 'config_invalid');
    assert.deepEqual(isRefused, [!isGood, !isGood], `${host}: ${codes}`);
  }
});

test('the app completes the metadata', async (t) => {
  const page = await openApp(t);
  await play(page, ['no-revocation-endpoint'], async () => {
    assertSignedIn(await signIn(page));
    const revoke = async ({ oidc }, config) => (await oidc({ config })).token.revoke();
    assert.equal((await run(page, revoke, appConfig())).code, 'endpoint_missing');
    assertSignedIn(await signIn(page));
    const metadata = { revocation_endpoint: `${provider.issuer}/revoke` };
    const revoked = await run(page, revoke, appConfig({ serverConfig: { metadata } }));
    assert.equal(revoked.error, undefined, JSON.stringify(revoked));
    assert.equal(provider.requestsTo('revoke').length, 2);
  });
  const junk = appConfig({ serverConfig: { metadata: 'revocation_endpoint' } });
  assert.equal((await run(page, failing, junk)).code, 'config_invalid');
});

const claims = async ({ oidc }, config) => (await oidc({ config })).user.claims();

test('a stored ID token that was changed is not believed', async (t) => {
  const page = await openApp(t);
  await play(page, [], async () => {
    assertSignedIn(await signIn(page));
    assert.equal((await run(page, claims, appConfig())).sub, 'alice');
    const record = JSON.parse((await storage(page))[TOKENS]);
    const [header, payload, signature] = record.idToken.split('.');
    const changed = JSON.parse(Buffer.from(payload, 'base64url'));
    changed.sub = 'mallory';
    const forged = Buffer.from(JSON.stringify(changed)).toString('base64url');
    record.idToken = [header, forged, signature].join('.');
    await page.evaluate(
      ([key, text]) => localStorage.setItem(key, text),
      [TOKENS, JSON.stringify(record)],
    );
    const failure = await run(page, claims, appConfig());
    assertError(failure, { error: 'ID_TOKEN_INVALID', code: 'id_token_signature' });
  });
});

test('a request without an answer is told by its endpoint, and not by its query', async (t) => {
  const page = await openApp(t);
  const metadata = { userinfo_endpoint: `${world.nowhere}/userinfo?key=s3cret` };
  const config = appConfig({ serverConfig: { metadata } });
  await play(page, [], async () => {
    const { info } = await signIn(page, config);
    assertError(info, { error: 'User Info retrieval failure', code: 'network_failed' });
    assert.ok(info.message.includes(`${world.nowhere}/userinfo.`), info.message);
    assert.match(info.message, /CORS.*Web origins/);
    assert.ok(!info.message.includes('s3cret'));
  });
  const wellknown = `${world.nowhere}/.well-known/openid-configuration`;
  const failure = await run(page, failing, appConfig({ serverConfig: { wellknown } }));
  assert.match(failure.message, /No answer from http.*CORS/);
  assert.equal(await run(page, authorizeUrl, appConfig()).then((url) => typeof url), 'string');
});

/** `diagnose()` at Keycloak: a good configuration, and faults that are made in Keycloak's administration. */
import assert from 'node:assert/strict';
import { newContext, openApp, run, storage } from '../../e2e/support.js';
import { test } from '../support/test.js';
import { administer, appConfig, signedIn, useKeycloak } from './support.js';

useKeycloak();

const diagnose = (page, config = appConfig()) =>
  run(page, async (_, config) => (await import('/pkg/diagnose.js')).diagnose({ config }), config);

/** The findings that are a problem or a warning. */
const bad = (report) => report.filter(({ result }) => /problem|warning/.test(result));

test('a good configuration: no problem', async (t) => {
  const page = await openApp(t);
  const report = await diagnose(page);
  assert.deepEqual(bad(report), []);
  assert.equal(report.find(({ check }) => check === 'cookies').result, 'unknown');
  assert.deepEqual(await storage(page), {});
});

test('a signed-in user: no problem, and the frame gets the cookies', async (t) => {
  const { page } = await signedIn(t);
  const before = await storage(page);
  const after = await diagnose(page);
  assert.deepEqual(bad(after), []);
  assert.equal(after.find(({ check }) => check === 'cookies').result, 'ok');
  assert.deepEqual(await storage(page), before);
});

/** Keycloak's origin by another name of this machine. */
const elsewhere = () =>
  new URL(appConfig().serverConfig.wellknown).origin.replace('localhost', '127.0.0.1');

/** The client of the app, or the realm, with other settings: the first finding that is bad, and its texts. */
const FAULTS = {
  'the redirect URI is not registered': {
    client: { redirectUris: [] },
    expect: ['authorization', /redirect/, /Valid redirect URIs/],
  },
  'the app is no web origin': {
    client: { webOrigins: [] },
    expect: ['token-cors', /may not read/, /Web origins/],
  },
  'the client is disabled': {
    client: { enabled: false },
    expect: ['authorization'],
  },
  'the client has a secret': {
    client: { publicClient: false },
    expect: ['token-cors', /unauthorized_client|invalid_client/, /Client authentication/],
  },
  'the client has no standard flow': {
    client: { standardFlowEnabled: false },
    expect: ['authorization', /unauthorized_client/, /Standard flow/],
  },
  'the client is bound to DPoP': {
    client: { attributes: { 'dpop.bound.access.tokens': 'true' } },
    expect: ['dpop', /dpop: true/],
  },
  'the client has another PKCE method': {
    client: { attributes: { 'pkce.code.challenge.method': 'plain' } },
    expect: ['authorization', /invalid_request/],
  },
  'the client demands pushed requests': {
    client: { attributes: { 'require.pushed.authorization.requests': 'true' } },
    expect: ['authorization', /[Pp]ushed/],
  },
  'the client has not the scope': {
    scope: 'profile',
    expect: ['authorization', /invalid_scope/, /ask for less/],
  },
  'the realm has another name for itself': {
    realm: () => ({ attributes: { frontendUrl: elsewhere() } }),
    expect: ['issuer', /set serverConfig\.issuer to \\"http:\/\/127\.0\.0\.1/],
  },
  'the realm is disabled': {
    realm: () => ({ enabled: false }),
    expect: ['authorization', /access_denied/],
  },
  'the realm demands https': {
    realm: () => ({ sslRequired: 'all' }),
    expect: ['document'],
  },
};

for (const [name, { client, realm, scope, expect }] of Object.entries(FAULTS)) {
  test(`${name}: ${expect[0]}`, async (t) => {
    const [{ id, ...before }] = await administer('clients?clientId=app');
    const restore = await change();
    try {
      const page = await openApp(t, { context: await newContext(t) });
      const report = await diagnose(page);
      const [first] = bad(report);
      const [check, ...texts] = expect;
      assert.equal(first?.check, check, JSON.stringify(bad(report), null, 1));
      for (const text of texts) assert.match(JSON.stringify(first), text);
    } finally {
      await restore();
    }

    /** Makes the fault; returns what takes it back. */
    async function change() {
      const put = (path, json) => administer(path, { method: 'PUT', json });
      if (client) {
        const attributes = { ...before.attributes, ...client.attributes };
        await put(`clients/${id}`, { ...before, ...client, attributes });
        // An attribute that is left out stays.
        const names = Object.keys(client.attributes ?? {});
        const former = names.map((name) => [name, before.attributes[name] ?? '']);
        const restored = { ...before.attributes, ...Object.fromEntries(former) };
        return () => put(`clients/${id}`, { ...before, attributes: restored });
      }
      if (realm) {
        await put('', realm());
        return () =>
          put('', { enabled: true, sslRequired: 'none', attributes: { frontendUrl: '' } });
      }
      const scopes = await administer(`clients/${id}/default-client-scopes`);
      const path = `clients/${id}/default-client-scopes/${scopes.find(({ name }) => name === scope).id}`;
      await administer(path, { method: 'DELETE' });
      return () => put(path);
    }
  });
}

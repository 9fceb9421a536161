/** What Keycloak signs: ID tokens by each algorithm that it has, and user details. */
import assert from 'node:assert/strict';
import { call } from '../../e2e/oidc-support.js';
import { test } from '../support/test.js';
import { ALGORITHMS } from './realm.js';
import { appConfig, assertGood, signedIn, useKeycloak } from './support.js';

useKeycloak();

const headerOf = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url'));

for (const [family, algorithms] of Object.entries(ALGORITHMS)) {
  test(`ID tokens by ${family}: ${algorithms.join(', ')}`, async (t) => {
    const { page, user } = await signedIn(t);
    for (const algorithm of algorithms) {
      const config = appConfig({ clientId: algorithm });
      const tokens = await call(page, 'token.get', [{ backgroundRenew: true }], config);
      assert.ok(tokens.idToken, `${algorithm}: ${JSON.stringify(tokens)}`);
      assert.equal(headerOf(tokens.idToken).alg, algorithm);
      await assertGood(tokens, user);
    }
  });
}

test('user details, plain and signed', async (t) => {
  const { page, user } = await signedIn(t);
  const plain = await call(page, 'user.info', [], appConfig());
  assert.equal(plain.sub, user.id);
  assert.equal(plain.email, `${user.username}@example.com`);
  const config = appConfig({ clientId: 'signed-userinfo' });
  const tokens = await call(page, 'token.get', [{ backgroundRenew: true }], config);
  await assertGood(tokens, user);
  const answered = page.waitForResponse((response) => response.url().endsWith('/userinfo'));
  const signed = await call(page, 'user.info', [], config);
  assert.match((await answered).headers()['content-type'], /^application\/jwt/);
  assert.equal(signed.sub, user.id, JSON.stringify(signed));
  assert.equal(signed.email, plain.email);
});

/** The provider itself: while it is honest, it refuses what a conformant provider refuses. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startProvider } from './provider.js';

const REDIRECT_URI = 'http://localhost:8080/signed-in';
const VERIFIER = 'a verifier that only this client knows';
const REQUEST = {
  client_id: 'app',
  redirect_uri: REDIRECT_URI,
  response_type: 'code',
  scope: 'openid',
  state: 'state',
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
};

let provider;
before(async () => {
  const uris = { redirectUris: [REDIRECT_URI], postLogoutRedirectUris: [] };
  provider = await startProvider({ clientId: 'app', ...uris });
});
after(() => provider.close());

const authorize = (changes) =>
  fetch(`${provider.issuer}/authorize?${new URLSearchParams({ ...REQUEST, ...changes })}`, {
    redirect: 'manual',
  });

async function redeem(changes) {
  const response = await fetch(`${provider.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: 'app',
      grant_type: 'authorization_code',
      redirect_uri: REDIRECT_URI,
      code_verifier: VERIFIER,
      ...changes,
    }),
  });
  return response.json();
}

async function newCode() {
  const { headers } = await authorize();
  return new URL(headers.get('location')).searchParams.get('code');
}

test('an authorization request that is wrong', async () => {
  assert.equal((await authorize()).status, 302);
  for (const [name, value] of Object.entries({
    client_id: 'another',
    redirect_uri: `${REDIRECT_URI}/`,
    response_type: 'token',
    scope: 'profile',
    state: '',
    code_challenge: VERIFIER,
    code_challenge_method: 'plain',
  })) {
    const response = await authorize({ [name]: value });
    assert.deepEqual([response.status, await response.text()], [400, `Wrong: ${name}`]);
  }
});

test('a code that is not the one, or not for this client', async () => {
  for (const changes of [
    { code: 'guessed' },
    { code: await newCode(), code_verifier: 'guessed' },
    { code: await newCode(), redirect_uri: `${REDIRECT_URI}/` },
  ]) {
    assert.equal((await redeem(changes)).error, 'invalid_grant');
  }
});

test('a code, and a refresh token, are good once', async () => {
  const code = await newCode();
  const { refresh_token } = await redeem({ code });
  assert.equal((await redeem({ code })).error, 'invalid_grant');
  const renew = { grant_type: 'refresh_token', refresh_token };
  assert.ok((await redeem(renew)).access_token);
  assert.equal((await redeem(renew)).error, 'invalid_grant');
});

test('an access token that is revoked', async () => {
  const { access_token } = await redeem({ code: await newCode() });
  const headers = { authorization: `Bearer ${access_token}` };
  const userinfo = async () => (await fetch(`${provider.issuer}/userinfo`, { headers })).status;
  assert.equal(await userinfo(), 200);
  const body = new URLSearchParams({ token: access_token });
  await fetch(`${provider.issuer}/revoke`, { method: 'POST', body });
  assert.equal(await userinfo(), 401);
});

import { createHash, randomBytes } from 'node:crypto';
import { AM_AT_IDP } from '../am-at-idp.js';
import { ask } from '../own-requests.js';
import { pageOf } from './app.js';

const random = () => randomBytes(16).toString('base64url');

/** The provider that was chosen, one of `params.providers`. */
export function selectIdP({ provider }, { params: { providers } }) {
  return providers.includes(provider) ? provider : 'unknown';
}

/**
 * The authorization request, for a RedirectCallback. By `params`: `{ method }` how the app sends it,
 * `GET` or `POST`; `{ formPost }` whether the answer is posted to AM, who then tells the app.
 */
export function authorizeAtIdP(_inputs, context) {
  const { method, formPost } = context.params;
  const { origin } = new URL(context.realm.issuer);
  const [state, nonce, verifier] = [random(), random(), random() + random() + random()];
  const app = pageOf(context);
  const redirectUri = formPost ? `${origin}/am/oauth2/client/form_post/idp` : app;
  if (formPost) context.returns.expect(state, app);
  const request = {
    client_id: AM_AT_IDP.client_id,
    response_type: 'code',
    scope: 'openid profile email',
    redirect_uri: redirectUri,
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(formPost && { response_mode: 'form_post' }),
  };
  const redirect = redirectTo(`${origin}/idp/auth`, method, request);
  return { outcome: 'redirect', ...redirect, state, verifier, redirectUri };
}

/** What a RedirectCallback says: the request in its URL, or for `POST` in its data. */
export function redirectTo(url, redirectMethod, request) {
  return redirectMethod === 'POST'
    ? { redirectUrl: url, redirectMethod, redirectData: request }
    : {
        redirectUrl: `${url}?${new URLSearchParams(request)}`,
        redirectMethod,
        redirectData: undefined,
      };
}

/**
 * The answer of the provider, in the query or by its `form_post_entry`: `success` with the user, who
 * is made if need be; `interrupted` without a code; else `failed`.
 */
export async function returnFromIdP({ state, verifier, redirectUri }, { query, realm, returns }) {
  const answer = query.has('form_post_entry')
    ? (returns.take(query.get('form_post_entry')) ?? {})
    : Object.fromEntries(query);
  if (!answer.code) return 'interrupted';
  if (answer.state !== state) return 'failed';
  const issuer = `${new URL(realm.issuer).origin}/idp`;
  const claims = await fetchClaims(issuer, {
    code: answer.code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
  });
  return claims ? { outcome: 'success', username: userFor(claims, realm) } : 'failed';
}

/** The claims of userinfo for a code, or `undefined` if the provider refuses. */
async function fetchClaims(issuer, params) {
  const { client_id, client_secret } = AM_AT_IDP;
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id,
    client_secret,
    ...params,
  });
  const token = await ask(`${issuer}/token`, { method: 'POST', body });
  if (token.status !== 200) return undefined;
  const { access_token } = JSON.parse(token.text);
  const headers = { Authorization: `Bearer ${access_token}` };
  return JSON.parse((await ask(`${issuer}/me`, { headers })).text);
}

/** The user with the same email address, else a new one without a password. */
export function userFor({ sub, ...claims }, { users }) {
  const known = users.findByEmail(claims.email);
  if (!known) users.create(sub, { claims: { ...claims, preferred_username: sub } });
  return known ?? sub;
}

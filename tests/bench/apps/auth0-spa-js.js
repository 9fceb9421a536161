/**
 * @auth0/auth0-spa-js: OpenID Connect alone, without discovery. It refuses its frame in an isolated
 * page, so it signs in by the redirect, which is followed here.
 */
import { createAuth0Client } from '@auth0/auth0-spa-js';

let client;

/** The tokens are in memory: a reload costs a sign-in. */
export const forgets = true;

export async function ready(origin) {
  client = await createAuth0Client({
    domain: origin,
    clientId: 'bench',
    useRefreshTokens: true,
    authorizationParams: { redirect_uri: `${origin}/callback.html`, scope: 'openid' },
  });
}

export async function signIn() {
  const landed = await fetch(await url());
  await client.handleRedirectCallback(landed.url);
  return get();
}

export const get = () => client.getTokenSilently();

export async function url() {
  let built;
  await client.loginWithRedirect({
    openUrl: (to) => {
      built = to;
    },
  });
  return built;
}

export const renewByRefresh = async () => () => client.getTokenSilently({ cacheMode: 'off' });

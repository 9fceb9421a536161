/** @forgerock/journey-client and @forgerock/oidc-client. */
import { journey } from '@forgerock/journey-client';
import { oidc } from '@forgerock/oidc-client';

let walk;
let client;

export async function ready(origin) {
  const wellknown = `${origin}/am/oauth2/alpha/.well-known/openid-configuration`;
  const config = {
    clientId: 'bench',
    redirectUri: `${origin}/callback.html`,
    scope: 'openid',
    serverConfig: { wellknown },
  };
  [walk, client] = await Promise.all([
    journey({ config: { serverConfig: { wellknown } } }),
    oidc({ config }),
  ]);
  return client;
}

export const signIn = () => client.token.get({ backgroundRenew: true });

export const get = () => client.token.get();

export const url = () => client.authorize.url();

export async function login() {
  const step = await walk.start();
  step.getCallbackOfType('NameCallback').setName('demo');
  step.getCallbackOfType('PasswordCallback').setPassword('secret');
  return (await walk.next(step)).getSessionToken();
}

export const renewByFrame = async () => () =>
  client.token.get({ backgroundRenew: true, forceRenew: true });

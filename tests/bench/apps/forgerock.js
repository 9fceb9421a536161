/** @forgerock/journey-client and @forgerock/oidc-client. */
import { journey } from '@forgerock/journey-client';
import { oidc } from '@forgerock/oidc-client';

let walk;
let client;
let signInStep;

const serverConfig = (origin) => ({
  wellknown: `${origin}/am/oauth2/alpha/.well-known/openid-configuration`,
});

const makeJourney = (origin) => journey({ config: { serverConfig: serverConfig(origin) } });

const makeClient = (origin) =>
  oidc({
    config: {
      clientId: 'bench',
      redirectUri: `${origin}/callback.html`,
      scope: 'openid',
      serverConfig: serverConfig(origin),
    },
  });

export async function ready(origin) {
  [walk, client] = await Promise.all([makeJourney(origin), makeClient(origin)]);
  return client;
}

export async function openForm(origin) {
  client = makeClient(origin);
  walk = await makeJourney(origin);
  signInStep = await walk.start();
}

export async function submit() {
  await answer(signInStep);
  return (await client).token.get({ backgroundRenew: true });
}

export async function warm(origin) {
  client = await makeClient(origin);
  return client.token.get();
}

export const signIn = () => client.token.get({ backgroundRenew: true });

export const get = () => client.token.get();

export const url = () => client.authorize.url();

function answer(step) {
  step.getCallbackOfType('NameCallback').setName('demo');
  step.getCallbackOfType('PasswordCallback').setPassword('secret');
  return walk.next(step);
}

export const login = async () => (await answer(await walk.start())).getSessionToken();

export const renewByFrame = async () => () =>
  client.token.get({ backgroundRenew: true, forceRenew: true });

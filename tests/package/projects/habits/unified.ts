/** The configuration that an app shares with its Android and iOS versions, as the vendor's sample reads it. */
import { callbackType, journey } from '@forgerock/journey-client';
import type {
  JourneyResult,
  NameCallback,
  PasswordCallback,
} from '@forgerock/journey-client/types';
import { oidc } from '@forgerock/oidc-client';
import { makeJourneyConfig, makeOidcConfig } from '@forgerock/sdk-utilities';
import { wellknown } from './config.js';

const json: unknown = {
  timeout: 30_000,
  log: 'ERROR',
  journey: { serverUrl: new URL('/am', wellknown).href, realm: 'root' },
  oidc: {
    clientId: 'journey-oidc-demo',
    discoveryEndpoint: wellknown,
    scopes: ['openid', 'profile', 'email'],
    redirectUri: `${location.origin}/callback.html`,
    refreshThreshold: 30,
    additionalParameters: { locale: 'en' },
  },
};

/** Makes the page's clients. */
export async function createClients() {
  const journeyClient = await journey({ config: makeJourneyConfig(json) });
  const client = await oidc({ config: makeOidcConfig(json) });
  if ('error' in client) throw new Error(client.error);
  return { journeyClient, client };
}

export type Clients = Awaited<ReturnType<typeof createClients>>;

/** Signs in by the journey, and gets tokens; who that is. */
export async function signIn({ journeyClient, client }: Clients) {
  let step: JourneyResult = await journeyClient.start({ journey: 'Login' });
  while (step.type === 'Step') {
    for (const callback of step.callbacks) {
      if (callback.getType() === callbackType.NameCallback) {
        (callback as NameCallback).setName('demo');
      } else if (callback.getType() === callbackType.PasswordCallback) {
        (callback as PasswordCallback).setPassword('Ch4ng3it!');
      }
    }
    step = await journeyClient.next(step);
  }
  if (step.type !== 'LoginSuccess') throw new Error(JSON.stringify(step));
  const response = await client.authorize.background();
  if ('error' in response) throw new Error(response.error_description);
  const tokens = await client.token.exchange(response.code, response.state);
  if ('error' in tokens) throw new Error(tokens.error);
  const user = await client.user.info();
  return 'sub' in user ? user.sub : user.error;
}

/** @forgerock/javascript-sdk, the generation before. */
import {
  CallbackType,
  Config,
  FRAuth,
  FRUser,
  HttpClient,
  OAuth2Client,
  TokenManager,
  UserManager,
} from '@forgerock/javascript-sdk';

/** What an app has of it in its bundle. */
export const used = [FRUser, HttpClient, OAuth2Client, UserManager];

export async function ready(origin) {
  await Config.setAsync({
    clientId: 'bench',
    redirectUri: `${origin}/callback.html`,
    scope: 'openid',
    realmPath: 'alpha',
    serverConfig: {
      wellknown: `${origin}/am/oauth2/alpha/.well-known/openid-configuration`,
    },
  });
}

export const signIn = () => TokenManager.getTokens();

export const get = () => TokenManager.getTokens();

export async function login() {
  const step = await FRAuth.start();
  step.getCallbackOfType(CallbackType.NameCallback).setName('demo');
  step.getCallbackOfType(CallbackType.PasswordCallback).setPassword('secret');
  return (await FRAuth.next(step)).getSessionToken();
}

export const renewByFrame = async () => () => TokenManager.getTokens({ forceRenew: true });

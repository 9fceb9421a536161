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

let signInStep;

export async function openForm(origin) {
  await ready(origin);
  signInStep = await FRAuth.start();
}

export async function submit() {
  await answer(signInStep);
  return TokenManager.getTokens();
}

export async function warm(origin) {
  await ready(origin);
  return TokenManager.getTokens();
}

export const signIn = () => TokenManager.getTokens();

export const get = () => TokenManager.getTokens();

function answer(step) {
  step.getCallbackOfType(CallbackType.NameCallback).setName('demo');
  step.getCallbackOfType(CallbackType.PasswordCallback).setPassword('secret');
  return FRAuth.next(step);
}

export const login = async () => (await answer(await FRAuth.start())).getSessionToken();

export const renewByFrame = async () => () => TokenManager.getTokens({ forceRenew: true });

/** Programs as the documented clients' guides show them. Checked by `tsc`, never run. */
import {
  type AuthorizationError,
  type BaseCallback,
  ChoiceCallback,
  callbackType,
  type GenericError,
  HiddenValueCallback,
  type JourneyStep,
  journey,
  KbaCreateCallback,
  type NameCallback,
  type OauthTokens,
  type OidcClient,
  type OidcConfig,
  oidc,
  type PasswordCallback,
  PollingWaitCallback,
  SelectIdPCallback,
  TextOutputCallback,
  type TokenExchangeErrorResponse,
} from 'journey-oidc';

const config: OidcConfig = {
  serverConfig: {
    wellknown: 'https://am.example/am/oauth2/alpha/.well-known/openid-configuration',
  },
  clientId: 'app',
  redirectUri: `${location.origin}/callback.html`,
  scope: 'openid profile email',
  responseType: 'code',
  oauthThreshold: 60_000,
  log: 'debug',
};

declare const view: {
  form(step: JourneyStep): Promise<void>;
  error(error: GenericError): void;
  tokens(tokens: OauthTokens): void;
};

/** The redirect: off to the provider, and back. */
export async function redirectApp(params: URLSearchParams): Promise<void> {
  const client: OidcClient = await oidc({ config });
  if ('error' in client) throw new Error(`Failed to create the client: ${client.error}`);

  const [code, state] = [params.get('code'), params.get('state')];
  if (code && state) {
    const response = await client.token.exchange(code, state);
    return showTokens(response);
  }
  const url = await client.authorize.url();
  if (typeof url !== 'string' && 'error' in url) {
    return view.error(url);
  }
  location.assign(url);
}

/** The background first, the redirect when a user is needed. */
export async function backgroundApp(): Promise<void> {
  const client = await oidc({ config, logger: { level: 'warn' } });
  if ('error' in client) throw new Error(client.message);

  const response = await client.authorize.background();
  if ('error' in response) {
    view.error(response);
    if (response.redirectUrl) location.assign(response.redirectUrl);
    else console.error('Authorization failed', response.error_description);
  } else if ('code' in response) {
    const tokens = await client.token.exchange(response.code, response.state);
    if ('error' in tokens) return view.error(tokens);
    view.tokens(tokens);
  }
}

/** Helpers that take what `oidc()` resolved to. */
export async function withHelpers(): Promise<void> {
  const client = await oidc({ config });
  if ('error' in client) return;
  await renew(client);
  await signOut(client);
}

async function renew(client: OidcClient): Promise<void> {
  const tokens = await client.token?.get({
    backgroundRenew: true,
    forceRenew: true,
    authorizeOptions: { clientId: 'app', scope: 'openid', responseType: 'code' },
    storageOptions: { type: 'sessionStorage' },
  });
  if (tokens) showTokens(tokens);
}

async function signOut(client: OidcClient): Promise<void> {
  if ('error' in client) return;
  const user = await client.user.info();
  if (!('error' in user)) console.log(user.sub, user.name);
  const revoked = await client.token.revoke();
  if ('error' in revoked) return console.error(revoked.revokeResponse, revoked.deleteResponse);
  const result = await client.user.logout();
  if ('error' in result) return console.error(result.sessionResponse);
  location.assign('/');
}

function showTokens(
  response: OauthTokens | TokenExchangeErrorResponse | GenericError | AuthorizationError,
): void {
  if ('error' in response) {
    view.error(response);
  } else {
    view.tokens(response);
  }
}

/** A journey in a loop, each callback by its class. */
export async function journeyApp(): Promise<void> {
  const client = await journey({ config: { serverConfig: config.serverConfig } });
  let step = await client.start({ journey: 'Login', query: { locale: 'de' } });
  while (step.type === 'Step') {
    step.callbacks.forEach(fill);
    await view.form(step);
    step = await client.next(step);
  }
  switch (step.type) {
    case 'LoginSuccess':
      console.log('Session token', step.getSessionToken(), step.getSuccessUrl());
      break;
    case 'LoginFailure':
      console.error(step.getCode(), step.getMessage(), step.getProcessedMessage());
      break;
    default:
      view.error(step);
  }
  const error = await client.terminate();
  if (error && 'error' in error) console.error(error.message);
}

function fill(callback: BaseCallback): void {
  switch (callback.getType()) {
    case callbackType.NameCallback:
      (callback as NameCallback).setName('demo');
      break;
    case 'PasswordCallback': {
      const password = callback as PasswordCallback;
      for (const { policyRequirement, params } of password.getFailedPolicies()) {
        console.log(policyRequirement, params?.minLength);
      }
      password.setPassword('secret');
      break;
    }
    default:
      console.log('Not shown here', callback.getOutputByName('prompt', ''));
  }
}

/** Callbacks picked from a step by type, with the class as type argument. */
export async function pickingApp(): Promise<void> {
  try {
    const client = await journey({ config });
    const step = await client.start();
    if ('error' in step || step.type !== 'Step') return;
    const name = step.getCallbackOfType<NameCallback>(callbackType.NameCallback);
    name.setName('demo');
    for (const callback of step.getCallbacksOfType<PasswordCallback>('PasswordCallback')) {
      callback.setPassword('secret');
    }
    const next = await client.next(step, { query: { noSession: true } });
    if (next.type === 'LoginFailure') console.error(next.payload.message);
  } catch (error) {
    console.error('Failed to create the client', error);
  }
}

/** The quick start of the documented client's README. */
export async function authenticateUser(): Promise<void> {
  try {
    const client = await journey({
      config: {
        serverConfig: {
          wellknown: 'https://am.example.com/am/oauth2/alpha/.well-known/openid-configuration',
        },
      },
    });
    let step = await client.start({ journey: 'Login' });
    while (step?.type === 'Step') {
      const nameCallbacks = step.getCallbacksOfType(callbackType.NameCallback);
      for (const cb of nameCallbacks) {
        cb.setName('demo');
      }
      const passwordCallbacks = step.getCallbacksOfType(callbackType.PasswordCallback);
      for (const cb of passwordCallbacks) {
        cb.setPassword('password');
      }
      step = await client.next(step);
    }
    if (step?.type === 'LoginSuccess') {
      console.log('Login successful!', step.getSessionToken());
    } else if (step?.type === 'LoginFailure') {
      console.error('Login failed:', step.payload.message);
    }
  } catch (error) {
    console.error('Failed to initialize client:', error);
  }
}

/** A renderer that tells callbacks by their class. */
export function describe(callback: BaseCallback): string {
  if (callback instanceof HiddenValueCallback) {
    callback.setInputValue('found out by the page');
    return '';
  }
  if (callback instanceof ChoiceCallback || callback instanceof KbaCreateCallback) {
    return callback.getPrompt();
  }
  if (callback instanceof TextOutputCallback && callback.getMessageType() !== '4') {
    return callback.getMessage();
  }
  if (callback instanceof SelectIdPCallback) {
    const [first] = callback.getProviders();
    if (first) callback.setProvider(first.provider);
    return first?.uiConfig.buttonDisplayName ?? '';
  }
  if (callback instanceof PollingWaitCallback) {
    return `${callback.getMessage()} (${callback.getWaitTime() / 1000} s)`;
  }
  return callback.getType();
}

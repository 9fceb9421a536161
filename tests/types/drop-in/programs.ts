/**
 * Programs written for `@forgerock/journey-client` and `@forgerock/oidc-client`, in the style of their
 * documentation: nothing in them knows this package. Checked by `tsc`, never run.
 */
import { callbackType, journey } from '@forgerock/journey-client';
import { Device } from '@forgerock/journey-client/device';
import { Policy } from '@forgerock/journey-client/policy';
import { QRCode } from '@forgerock/journey-client/qr-code';
import { RecoveryCodes } from '@forgerock/journey-client/recovery-codes';
import type {
  BaseCallback,
  ChoiceCallback,
  DeviceProfileCallback,
  JourneyClient,
  JourneyClientConfig,
  JourneyLoginFailure,
  JourneyResult,
  JourneyStep,
  NameCallback,
  PasswordCallback,
  RequestMiddleware,
} from '@forgerock/journey-client/types';
import { createCallback, StepType } from '@forgerock/journey-client/types';
import { WebAuthn, WebAuthnStepType } from '@forgerock/journey-client/webauthn';
import { oidc } from '@forgerock/oidc-client';
import type {
  AuthorizationError,
  CustomLogger,
  GenericError,
  GetAuthorizationUrlOptions,
  OauthTokens,
  OidcClient,
  OidcConfig,
  RequestMiddleware as OidcMiddleware,
  SessionCheckOptions,
  StorageConfig,
  TokenExchangeErrorResponse,
} from '@forgerock/oidc-client/types';

const wellknown = 'https://am.example/am/oauth2/alpha/.well-known/openid-configuration';

/** A journey, from its configuration to the session token. */
export async function signIn(draw: (step: JourneyStep) => Promise<void>): Promise<string> {
  const config: JourneyClientConfig = { serverConfig: { wellknown } };
  const requestMiddleware: RequestMiddleware[] = [
    (req, action, next) => {
      switch (action.type) {
        case 'JOURNEY_START':
          req.url.searchParams.set('noSession', 'true');
          break;
        case 'JOURNEY_NEXT':
          req.headers.append('x-tracking', 'next');
      }
      next();
    },
  ];
  const client: JourneyClient = await journey({ config, requestMiddleware });
  let step: JourneyResult = await client.start({ journey: 'Login', query: { locale: 'de' } });
  while (step.type === StepType.Step) {
    step.callbacks.forEach(answer);
    await draw(step);
    step = await client.next(step);
  }
  if (step.type === 'LoginSuccess') return step.getSessionToken() ?? '';
  if (step.type === 'LoginFailure') throw new Error(reasonOf(step));
  const error: GenericError = step;
  throw new Error(`${error.error}: ${error.message}`);
}

function answer(callback: BaseCallback): void {
  switch (callback.getType()) {
    case callbackType.NameCallback:
      (callback as NameCallback).setName('demo');
      break;
    case callbackType.PasswordCallback:
      (callback as PasswordCallback).setPassword('secret');
      break;
    case callbackType.ChoiceCallback:
      (callback as ChoiceCallback).setChoiceIndex(0);
  }
}

function reasonOf(failure: JourneyLoginFailure): string {
  const [first] = Policy.parseErrors(failure.payload, {
    UNIQUE: (property) => `${property} is taken`,
  });
  return first?.messages[0] ?? failure.getMessage() ?? `${failure.getCode()}`;
}

/** The helpers of the subpaths. */
export async function help(client: JourneyClient, step: JourneyStep): Promise<JourneyResult> {
  if (QRCode.isQRCodeStep(step)) {
    const { message, uri, use } = QRCode.getQRCodeData(step);
    console.log(message, uri, use);
  } else if (RecoveryCodes.isDisplayStep(step)) {
    console.log(RecoveryCodes.getDeviceName(step), RecoveryCodes.getCodes(step).join());
  } else if (WebAuthn.getWebAuthnStepType(step) === WebAuthnStepType.Registration) {
    await WebAuthn.register(step, 'My device');
  } else if (WebAuthn.getWebAuthnStepType(step) === WebAuthnStepType.Authentication) {
    await WebAuthn.authenticate(step);
  }
  const [profile] = step.getCallbacksOfType<DeviceProfileCallback>('DeviceProfileCallback');
  if (profile) {
    const location = profile.isLocationRequired();
    const metadata = profile.isMetadataRequired();
    profile.setProfile(await new Device().getProfile({ location, metadata }));
  }
  return client.next(step);
}

/** Away to another site, and back. */
export async function goOn(client: JourneyClient): Promise<void> {
  const step = await client.resume(window.location.href, { journey: 'Login' });
  if ('error' in step) return console.error(step.error);
  if (step.type === 'Step' && step.getCallbacksOfType('RedirectCallback').length > 0) {
    await client.redirect(step);
  }
  const failure = await client.terminate({ query: { realm: 'alpha' } });
  if (failure && 'error' in failure) console.error(failure.message);
}

/** A step made by hand, for a story of a component. */
export const story: JourneyStep = {
  type: StepType.Step,
  payload: { authId: 'x', callbacks: [], stage: 'Story' },
  callbacks: [createCallback({ type: 'NameCallback', output: [], input: [] })],
  getCallbackOfType: <T extends BaseCallback>() => story.callbacks[0] as T,
  getCallbacksOfType: <T extends BaseCallback>() => story.callbacks as T[],
  setCallbackValue: () => undefined,
  getDescription: () => undefined,
  getHeader: () => 'Sign in',
  getStage: () => 'Story',
};

const config: OidcConfig = {
  clientId: 'app',
  redirectUri: 'https://app.example/callback',
  scope: 'openid profile',
  serverConfig: { wellknown, timeout: 5000 },
  responseType: 'code',
  oauthThreshold: 60_000,
};

/** Tokens: in the background, else by a redirect. */
export async function authorize(): Promise<OauthTokens | undefined> {
  const oidcClient = await oidc({ config });
  if ('error' in oidcClient) throw new Error(`No client: ${oidcClient.error}`);
  const response = await oidcClient.authorize.background();
  if ('error' in response) {
    const refused: AuthorizationError = response;
    if (refused.redirectUrl) window.location.assign(refused.redirectUrl);
    else console.error(refused.error_description);
    return undefined;
  }
  const tokens = await oidcClient.token.exchange(response.code, response.state);
  if ('error' in tokens) {
    const failed: TokenExchangeErrorResponse | GenericError = tokens;
    console.error(failed.type, failed.message);
    return undefined;
  }
  return tokens;
}

/** The page of the redirect URI. */
export async function callback(oidcClient: OidcClient, params: URLSearchParams): Promise<void> {
  if ('error' in oidcClient) return;
  const options: GetAuthorizationUrlOptions = {
    clientId: config.clientId,
    redirectUri: config.redirectUri,
    scope: 'openid',
    responseType: 'code',
    prompt: 'login',
    query: { acr_values: 'mfa' },
  };
  const [code, state] = [params.get('code'), params.get('state')];
  if (!code || !state) {
    const url = await oidcClient.authorize.url(options);
    if (typeof url === 'string') window.location.assign(url);
    else console.error(url.error, url.message);
    return;
  }
  await oidcClient.token.exchange(code, state, { prefix: 'pic' });
  const tokens = await oidcClient.token.get({
    backgroundRenew: true,
    authorizeOptions: options,
    storageOptions: { type: 'sessionStorage', name: 'app', prefix: 'pic' },
  });
  if ('accessToken' in tokens) console.log(tokens.accessToken, tokens.expiresAt);
  const session: SessionCheckOptions = { responseType: 'id_token', subject: 'demo' };
  const result = await oidcClient.user.session(session);
  if (!('error' in result)) console.log(result.claims?.sub);
}

/** Storage, logger and middleware of the app's own. */
export async function customised(store: Map<string, string>): Promise<OidcClient> {
  const storage: StorageConfig = {
    type: 'custom',
    name: 'app',
    custom: {
      get: async (key) => store.get(key) ?? null,
      set: async (key, value) => void store.set(key, value),
      remove: async (key) => void store.delete(key),
    },
  };
  const custom: CustomLogger = {
    error: (...args) => console.error(...args),
    warn: (...args) => console.warn(...args),
    info: (...args) => console.info(...args),
    debug: (...args) => console.debug(...args),
  };
  const requestMiddleware: OidcMiddleware<'AUTHORIZE' | 'TOKEN_EXCHANGE'>[] = [
    (req, action, next) => {
      if (action.type === 'AUTHORIZE') req.url.searchParams.set('ui_locales', 'de');
      next();
    },
  ];
  return oidc({ config, storage, requestMiddleware, logger: { level: 'debug', custom } });
}

/** The end. */
export async function signOut(oidcClient: OidcClient): Promise<void> {
  const info = await oidcClient.user?.info();
  if (info && !('error' in info)) console.log(info.sub, info.email);
  const result = await oidcClient.user?.logout();
  if (result && 'error' in result) console.error(result.error);
  else window.location.assign('/');
}

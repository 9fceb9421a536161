/** Programs in the documented style, and what must not compile. Checked by `tsc`, never run. */
import {
  type AuthorizationError,
  BaseCallback,
  callbackType,
  type createCallback,
  type GenericError,
  type JourneyClient,
  type JourneyResult,
  journey,
  journeyClient,
  NameCallback,
  type OauthTokens,
  type OidcClient,
  type OidcConfig,
  oidc,
  type PasswordCallback,
  StepType,
  type UserInfoResponse,
} from 'journey-oidc';

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(equal: Equal<A, B>): void => void equal;

const config: OidcConfig = {
  serverConfig: { wellknown: 'https://op.example/.well-known/openid-configuration' },
  clientId: 'app',
  redirectUri: 'https://app.example/callback.html',
};

export async function documentedLoop(): Promise<string | undefined> {
  await journeyClient.configure({ config });
  let step = await journeyClient.start();
  while (step?.type === 'Step') {
    step.getCallbackOfType(callbackType.NameCallback).setName('demo');
    step.getCallbackOfType('PasswordCallback').setPassword('secret');
    step = await journeyClient.next(step);
  }
  if (step.type === StepType.LoginSuccess) {
    same<string | undefined, ReturnType<typeof step.getSuccessUrl>>(true);
    return step.getSessionToken();
  }
  if (step.type === 'LoginFailure') {
    return step.payload.message;
  }
  same<typeof step, GenericError>(true);
  return step.message;
}

export async function tokens(): Promise<OauthTokens | undefined> {
  const client = await oidc({ config, storage: { type: 'sessionStorage' } });
  if ('error' in client && client.error !== undefined) {
    same<typeof client.code, string>(true);
    return undefined;
  }
  const authorization = await client.authorize.background();
  if ('error' in authorization) {
    same<AuthorizationError['redirectUrl'], string | undefined>(true);
    return undefined;
  }
  await client.token.exchange(authorization.code, authorization.state);
  const result = await client.token.get({ backgroundRenew: true, signal: AbortSignal.timeout(1) });
  if ('error' in result) return undefined;
  const info = await client.user.info();
  if (!('error' in info)) same<typeof info.sub, string>(true);
  await client.user.logout();
  return result;
}

export async function optionalStyle(client: Awaited<ReturnType<typeof oidc>>): Promise<void> {
  await client.token?.get();
  await client.user?.info();
  const info: UserInfoResponse | GenericError | undefined = await client.user?.info();
  void info;
}

export async function handBuiltSteps(client: JourneyClient): Promise<JourneyResult> {
  return client.next({ payload: { authId: 'a', callbacks: [] } });
}

export async function inference(client: JourneyClient): Promise<void> {
  const step = await client.start({ journey: 'Login', query: { ForceAuth: true, locale: 'de' } });
  if (step.type !== 'Step') return;
  same<NameCallback[], ReturnType<typeof names>>(true);
  same<PasswordCallback, ReturnType<typeof password>>(true);
  function names() {
    return step.type === 'Step' ? step.getCallbacksOfType('NameCallback') : [];
  }
  function password() {
    if (step.type !== 'Step') throw new Error();
    return step.getCallbackOfType('PasswordCallback');
  }
  const custom: BaseCallback = step.getCallbackOfType('MyCallback');
  class MyCallback extends BaseCallback {}
  const mine: MyCallback[] = step.getCallbacksOfType<MyCallback>('MyCallback');
  void [custom, mine];
}

export function classes(): void {
  const callback = new NameCallback({ type: 'NameCallback', output: [] });
  same<string, ReturnType<typeof callback.getPrompt>>(true);
  same<BaseCallback, ReturnType<typeof createCallback>>(true);
  const flag: boolean = callback.getOutputByName('required', false);
  const kind: StepType.Step = StepType.Step;
  void [flag, kind];
}

export async function mustNotCompile(client: OidcClient): Promise<void> {
  // @ts-expect-error a client id is required
  await oidc({ config: { serverConfig: config.serverConfig, redirectUri: 'x' } });
  // @ts-expect-error no such storage
  await oidc({ config, storage: { type: 'cookies' } });
  // @ts-expect-error tokens in URLs are not offered
  await oidc({ config: { ...config, responseType: 'token' } });
  // @ts-expect-error the state is required
  await client.token.exchange('code');
  // @ts-expect-error a result may be an error
  (await client.token.get()).accessToken.length;
  // @ts-expect-error the server is required
  await journey({ config: {} });
  // @ts-expect-error not a log level
  await journey({ config, logger: { level: 'loud' } });
  // @ts-expect-error a failure is no step
  await journeyClient.next({ type: 'LoginFailure' });
}

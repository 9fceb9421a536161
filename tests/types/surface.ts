/** Programs in the documented style, and what must not compile. Checked by `tsc`, never run. */
import type * as sdk from 'journey-oidc';
import {
  type AdviceHandler,
  AttributeInputCallback,
  type AuthorizationError,
  type AuthResponse,
  BaseCallback,
  type CallbackFactory,
  type CallbackType,
  ChoiceCallback,
  callbackType,
  createCallback,
  type DeviceProfileData,
  type ErrorCode,
  type ExchangeOptions,
  type FailedPolicyRequirement,
  type GenericError,
  type GetAuthorizationUrlOptions,
  type GetTokensOptions,
  type IdPValue,
  type JourneyClient,
  type JourneyClientConfig,
  type JourneyLoginFailure,
  type JourneyResult,
  type JourneyStep,
  journey,
  journeyClient,
  type MessageCreator,
  NameCallback,
  type OauthTokens,
  type OidcClient,
  type OidcClientError,
  type OidcClientMethods,
  type OidcConfig,
  type OptionalAuthorizeOptions,
  oidc,
  type PasswordCallback,
  PolicyKey,
  type PolicyRequirement,
  type ProcessedPropertyError,
  type ResponseType,
  StepType,
  type StorageConfig,
  type SuspendedTextOutputCallback,
  type TextOutputCallback,
  type TokenExchangeErrorResponse,
  type UserInfoResponse,
} from 'journey-oidc';
import * as implementation from '../../pkg/callbacks/callbacks.js';

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

/** Approves what a policy of AM advises. */
export async function stepUp(): Promise<OidcClient> {
  return oidc({
    config,
    onAdvice: async ({ query, advices, url, signal }) => {
      same<string[] | undefined, (typeof advices)[string] | undefined>(true);
      return signal.aborted || !url ? false : journeyClient.start({ query, signal });
    },
  });
}

/** A handler returns what became of the journey. */
export const wrongHandler: AdviceHandler =
  // @ts-expect-error
  () => 'approved';

export async function tokens(): Promise<OauthTokens | undefined> {
  const client = await oidc({ config, storage: { type: 'sessionStorage' } });
  if ('error' in client) throw new Error(client.message);
  same<typeof client, OidcClientMethods>(true);
  await client.token.get();
  const authorization = await client.authorize.background();
  if ('error' in authorization) {
    same<typeof authorization, AuthorizationError>(true);
    same<AuthorizationError['redirectUrl'], string | undefined>(true);
    return undefined;
  }
  const { code, state, iss } = authorization;
  await client.token.exchange(code, state, { iss, signal: AbortSignal.timeout(1) });
  const result = await client.token.get({ backgroundRenew: true, signal: AbortSignal.timeout(1) });
  if ('error' in result) return undefined;
  const info = await client.user.info();
  if (!('error' in info)) same<typeof info.sub, string>(true);
  await client.user.logout();
  return result;
}

export async function clientType(): Promise<string | undefined> {
  const client: OidcClient = await oidc({ config });
  same<OidcClient, Awaited<ReturnType<typeof oidc>>>(true);
  await client.token?.get();
  if (client.error !== undefined) {
    same<typeof client, OidcClientError>(true);
    const failure: GenericError = client;
    return failure.code;
  }
  same<typeof client, OidcClientMethods>(true);
  if ('error' in client) return client.message;
  return withClient(client);
}

async function withClient(client: OidcClient): Promise<string> {
  if ('error' in client)
    return `${client.code}: ${client.message} (${client.status ?? client.type})`;
  const tokens = await client.token.get();
  return 'error' in tokens ? tokens.message : (tokens.idToken ?? tokens.accessToken);
}

export async function optionalStyle(client: OidcClient): Promise<void> {
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
  const policy: PolicyKey.Unique = PolicyKey.Unique;
  const response: AuthResponse = { type: StepType.LoginFailure };
  const suspended = createCallback({ type: 'X', output: [] }) as SuspendedTextOutputCallback;
  const text: TextOutputCallback = suspended;
  void [flag, kind, policy, response, text];
}

/** The classes as written, against the classes as documented: the same members, typed alike. */
export function implemented(): void {
  type Sdk = Pick<typeof sdk, keyof typeof implementation>;
  type Members<Classes> = {
    [Name in keyof Classes]: Classes[Name] extends abstract new (
      ...args: never[]
    ) => infer Instance
      ? keyof Instance
      : never;
  };
  const documented: Sdk = implementation;
  same<Members<Sdk>, Members<typeof implementation>>(true);
  same<
    keyof typeof implementation,
    Extract<keyof typeof sdk, keyof typeof implementation | `${string}Callback`>
  >(true);
  void documented;
}

export function callbackTypes(step: JourneyStep, types: CallbackType[]): void {
  same<keyof typeof callbackType, CallbackType>(true);
  same<typeof callbackType.NameCallback, 'NameCallback'>(true);
  const choice = step.getCallbackOfType(callbackType.ChoiceCallback);
  same<typeof choice, ChoiceCallback>(true);
  const text = step.getCallbackOfType('StringAttributeInputCallback');
  same<typeof text, AttributeInputCallback<string>>(true);
  text.setValue('x');
  step.getCallbackOfType('BooleanAttributeInputCallback').setValue(true);
  step.getCallbackOfType('NumberAttributeInputCallback').setValue(7);
  const data = step.getCallbackOfType('MetadataCallback').getData<{ challenge: string }>();
  same<typeof data.challenge, string>(true);
  const providers: IdPValue[] = step.getCallbackOfType('SelectIdPCallback').getProviders();
  const created: Date | null = step.getCallbackOfType('TermsAndConditionsCallback').getCreateDate();
  const { envId } = step.getCallbackOfType('PingOneProtectInitializeCallback').getConfig();
  same<typeof envId, string>(true);
  const profile: DeviceProfileData = { identifier: 'x', location: {} };
  step.getCallbackOfType('DeviceProfileCallback').setProfile(profile);
  const username = step.getCallbackOfType('ValidatedCreateUsernameCallback');
  const failed: PolicyRequirement[] = username.getFailedPolicies();
  const names: string[] | undefined = username.getPolicies().policyRequirements;
  step.setCallbackValue('NameCallback', 'demo');
  step.setCallbackValue('TheirsCallback', { any: 'thing' });
  for (const callback of types.flatMap((type) => step.getCallbacksOfType(type))) {
    const base: BaseCallback = callback;
    void base;
  }
  void [providers, created, failed, names];
}

/** Classes of the app's own. */
export async function ownClasses(): Promise<void> {
  class FlagCallback extends BaseCallback {
    setFlag(flag: boolean): void {
      this.setInputValue(flag);
    }
  }
  class TrimmedNameCallback extends NameCallback {
    override setName(name: string): void {
      super.setName(name.trim());
    }
  }
  const callbackFactory: CallbackFactory = (callback) => {
    if (callback.type === 'FlagCallback') return new FlagCallback(callback);
    return callback.type === 'NameCallback' ? new TrimmedNameCallback(callback) : undefined;
  };
  await journey({ config: { ...config, callbackFactory } });
  const step = await journeyClient.start();
  if (step.type !== 'Step') return;
  step.getCallbackOfType<FlagCallback>('FlagCallback').setFlag(true);
  const flags = step.callbacks.filter((callback) => callback instanceof FlagCallback);
  same<typeof flags, FlagCallback[]>(true);
}

export async function options(client: OidcClientMethods): Promise<void> {
  const legacy = {
    callbackFactory: () => undefined,
    middleware: [],
    platformHeader: true,
    prefix: 'x',
    realmPath: 'alpha',
    tokenStore: 'localStorage',
    tree: 'Login',
    type: 'x',
  };
  const complete: GetAuthorizationUrlOptions = {
    ...legacy,
    clientId: 'app',
    redirectUri: 'https://app.example/callback.html',
    scope: 'openid',
    responseType: 'code',
    responseMode: 'query',
    login: 'redirect',
    state: 'ignored',
    verifier: 'ignored',
    successParams: ['code'],
    errorParams: ['error'],
    oauthThreshold: 1,
    serverConfig: { baseUrl: 'https://am.example', paths: {} },
  };
  same<ResponseType, 'code'>(true);
  same<typeof complete.clientId, string>(true);
  const partial: OptionalAuthorizeOptions = { query: { locale: 'de' }, state: 'ignored' };
  const url: string | GenericError = await client.authorize.url(complete);
  await client.authorize.background(partial);
  const storage: Partial<StorageConfig> = { type: 'memory', prefix: 'app' };
  const get: GetTokensOptions = { storageOptions: storage, authorizeOptions: complete };
  await client.token.get(get);
  const exchange: ExchangeOptions = { ...storage, iss: 'https://op.example' };
  const outcome: OauthTokens | TokenExchangeErrorResponse = await client.token.exchange(
    'code',
    'state',
    exchange,
  );
  await oidc({ config: { ...config, ...legacy } });
  const journeyConfig: JourneyClientConfig = {
    ...legacy,
    serverConfig: { ...config.serverConfig, issuer: 'https://op.example', timeout: 1 },
    clientId: 'app',
    redirectUri: 'x',
    scope: 'openid',
    oauthThreshold: 1,
  };
  await journey({ config: journeyConfig });
  void [url, outcome];
}

export function policies(callback: PasswordCallback, failure: JourneyLoginFailure): void {
  const minimum: number | undefined = callback.getFailedPolicies()[0]?.params?.minLength;
  const name: string | undefined = callback.getPolicies()[0];
  const key: PolicyKey = PolicyKey.MinimumLength;
  const texts: Record<PolicyKey, string> | undefined = undefined;
  const creator: MessageCreator = { [PolicyKey.Unique]: (property) => `${property} is taken` };
  const processed: ProcessedPropertyError[] = failure.getProcessedMessage(creator);
  const detail: FailedPolicyRequirement | undefined = processed[0]?.detail;
  failure.getProcessedMessage({ [key]: (property, params) => `${property} ${params?.minLength}` });
  same<Extract<PolicyKey, 'MIN_LENGTH'>, 'MIN_LENGTH'>(true);
  void [minimum, name, texts, detail];
}

export async function mustNotCompile(
  client: OidcClientMethods,
  unguarded: OidcClient,
  policy: PasswordCallback,
): Promise<void> {
  // @ts-expect-error the client may be an error
  await unguarded.token.get();
  // @ts-expect-error an error has no methods
  await unguarded.user?.info().then((info) => info.sub.length);
  // @ts-expect-error a client has no message
  unguarded.message.length;
  // @ts-expect-error an ID token may be absent
  (await client.token.get()).idToken.length;
  // @ts-expect-error tokens in URLs are not offered
  await client.authorize.url({ responseType: 'token' });
  // @ts-expect-error no such way back
  await client.authorize.background({ responseMode: 'web_message' });
  // @ts-expect-error a complete authorization names its scope
  const complete: GetAuthorizationUrlOptions = { clientId: 'app', redirectUri: 'x' };
  // @ts-expect-error no such option
  await client.authorize.url({ redirectURI: 'x' });
  // @ts-expect-error no such storage
  await client.token.get({ storageOptions: { type: 'cookies' } });
  // @ts-expect-error the issuer is a string
  await client.token.exchange('code', 'state', { iss: 7 });
  // @ts-expect-error no such setting
  await journey({ config: { serverConfig: config.serverConfig, realm: 'alpha' } });
  // @ts-expect-error the issuer is a string
  await journey({ config: { serverConfig: { wellknown: 'x', issuer: 7 } } });
  // @ts-expect-error failed policies are objects
  policy.getFailedPolicies()[0]?.toUpperCase();
  // @ts-expect-error no such policy
  const key: PolicyKey = 'TOO_SHORT';
  void [complete, key];
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

/** Codes are told apart by the compiler. */
export function codes(error: GenericError): string {
  const known: ErrorCode = error.code;
  switch (error.code) {
    case 'offline':
    case 'wasm_blocked_by_csp':
      return known;
    // @ts-expect-error no such code
    case 'offlien':
      return '';
    default:
      same<Extract<typeof error.code, 'offline'>, never>(true);
      return error.code;
  }
}

export async function callbacksMustNotCompile(step: JourneyStep): Promise<void> {
  // @ts-expect-error a name is no password
  step.getCallbackOfType('NameCallback').setPassword('x');
  // @ts-expect-error each of a list
  step.getCallbacksOfType('NameCallback').setName('x');
  // @ts-expect-error an unknown type has the base class only
  step.getCallbackOfType('TheirsCallback').getPrompt();
  // @ts-expect-error the class of a known type
  const wrong: PasswordCallback = step.getCallbackOfType('NameCallback');
  // @ts-expect-error a choice by index is a number
  step.getCallbackOfType('ChoiceCallback').setChoiceIndex('0');
  // @ts-expect-error no such method: `setChoiceIndex` or `setChoiceValue`
  step.getCallbackOfType('ChoiceCallback').setChoice(0);
  // @ts-expect-error a text attribute
  step.getCallbackOfType('StringAttributeInputCallback').setValue(true);
  // @ts-expect-error the attributes of a profile are texts, numbers, yes or no
  new AttributeInputCallback<Date>({ type: 'x', output: [] });
  // @ts-expect-error a class needs its payload
  new ChoiceCallback();
  // @ts-expect-error no such type
  callbackType.AttributeInputCallback;
  // @ts-expect-error the names of types are fixed
  callbackType.NameCallback = 'NameCallback';
  // @ts-expect-error a type of this package's
  const type: CallbackType = 'TheirsCallback';
  // @ts-expect-error there may be no date
  step.getCallbackOfType('TermsAndConditionsCallback').getCreateDate().getTime();
  // @ts-expect-error a profile names the device
  step.getCallbackOfType('DeviceProfileCallback').setProfile({ location: {} });
  // @ts-expect-error a callback is no text
  const factory: CallbackFactory = () => 'NameCallback';
  // @ts-expect-error nor is a factory
  await journey({ config: { ...config, callbackFactory: 'x' } });
  // @ts-expect-error two kinds
  const kind: StepType.Step = StepType.LoginSuccess;
  // @ts-expect-error two policies
  const policy: PolicyKey.Unique = PolicyKey.Required;
  void [wrong, type, factory, kind, policy];
}

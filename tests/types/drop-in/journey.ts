/**
 * The types of `@forgerock/journey-client`, row by row: its shapes against ours
 * (docs/compatibility.md). `false` marks a difference that is meant. Checked by `tsc`, never run.
 */
import type * as main from '@forgerock/journey-client';
import { callbackType, journey, type PolicyKey, StepType } from '@forgerock/journey-client';
import type {
  CollectParameters,
  DeviceProfileData,
  Geolocation,
  ProfileConfigOptions,
} from '@forgerock/journey-client/device';
import type { MessageCreator, ProcessedPropertyError } from '@forgerock/journey-client/policy';
import type { QRCodeData } from '@forgerock/journey-client/qr-code';
import type {
  AuthResponse,
  BaseCallback,
  Callback,
  CallbackFactory,
  CallbackType,
  createCallback,
  FailedPolicyRequirement,
  FailureDetail,
  GenericError,
  IdPValue,
  InternalJourneyClientConfig,
  JourneyClient,
  JourneyClientConfig,
  JourneyLoginFailure,
  JourneyLoginSuccess,
  JourneyResult,
  JourneyServerConfig,
  JourneyStep,
  NameCallback,
  NameValue,
  NextOptions,
  PolicyKey as PolicyKeyOfTypes,
  PolicyParams,
  PolicyRequirement,
  RequestMiddleware,
  ResolvedServerConfig,
  ResumeOptions,
  StartParam,
  Step,
  StepDetail,
  StepType as StepTypeOfTypes,
} from '@forgerock/journey-client/types';
import * as types from '@forgerock/journey-client/types';
import type {
  AttestationType,
  OutcomeWithName,
  RelyingParty,
  UserVerificationType,
  WebAuthnAuthenticationMetadata,
  WebAuthnCallbacks,
  WebAuthnRegistrationMetadata,
} from '@forgerock/journey-client/webauthn';
import { reads, takes } from './expect.js';

type Types =
  | 'BooleanAttributeInputCallback'
  | 'ChoiceCallback'
  | 'ConfirmationCallback'
  | 'DeviceProfileCallback'
  | 'HiddenValueCallback'
  | 'KbaCreateCallback'
  | 'MetadataCallback'
  | 'NameCallback'
  | 'NumberAttributeInputCallback'
  | 'PasswordCallback'
  | 'PingOneProtectEvaluationCallback'
  | 'PingOneProtectInitializeCallback'
  | 'PollingWaitCallback'
  | 'ReCaptchaCallback'
  | 'ReCaptchaEnterpriseCallback'
  | 'RedirectCallback'
  | 'SelectIdPCallback'
  | 'StringAttributeInputCallback'
  | 'SuspendedTextOutputCallback'
  | 'TermsAndConditionsCallback'
  | 'TextInputCallback'
  | 'TextOutputCallback'
  | 'ValidatedCreatePasswordCallback'
  | 'ValidatedCreateUsernameCallback';

interface DocumentedCallback {
  _id?: number;
  input?: { name: string; value: unknown }[];
  output: { name: string; value: unknown }[];
  type: Types;
}

interface DocumentedFailed {
  policyRequirements: { params?: Partial<PolicyParams>; policyRequirement: string }[];
  property: string;
}

interface DocumentedPayload {
  authId?: string;
  callbacks?: DocumentedCallback[];
  code?: number;
  description?: string;
  detail?: {
    failedPolicyRequirements?: DocumentedFailed[];
    failureUrl?: string;
    result?: boolean;
  };
  header?: string;
  message?: string;
  ok?: string;
  realm?: string;
  reason?: string;
  stage?: string;
  status?: number;
  successUrl?: string;
  tokenId?: string;
}

interface DocumentedStep {
  type: 'Step';
  payload: DocumentedPayload;
  callbacks: BaseCallback[];
  getCallbackOfType<T extends BaseCallback>(type: Types): T;
  getCallbacksOfType<T extends BaseCallback>(type: Types): T[];
  setCallbackValue(type: Types, value: unknown): void;
  getDescription(): string | undefined;
  getHeader(): string | undefined;
  getStage(): string | undefined;
}

type Query = { query?: Record<string, string> };

// JourneyClient
interface DocumentedClient {
  subscribe(listener: () => void): () => void;
  start(options?: { journey: string } & Query): Promise<JourneyResult>;
  next(step: JourneyStep, options?: Query): Promise<JourneyResult>;
  resume(url: string, options?: { journey?: string } & Query): Promise<JourneyResult>;
  // biome-ignore lint/suspicious/noConfusingVoidType: as documented.
  terminate(options?: Query): Promise<void | GenericError>;
}
reads<JourneyClient, DocumentedClient>(true);
reads<Awaited<ReturnType<typeof journey>>, JourneyClient>(true);
// It may resolve to an error, and with `navigate: false` to the URL.
reads<JourneyClient['redirect'], (step: JourneyStep) => Promise<unknown>>(true);

// JourneyResult: never `undefined`, told apart by `type`
reads<JourneyResult, JourneyStep | JourneyLoginSuccess | JourneyLoginFailure | GenericError>(true);
export function narrowed(result: JourneyResult): string | undefined {
  if ('error' in result) return result.message;
  switch (result.type) {
    case StepType.Step:
      return result.getStage();
    case StepType.LoginSuccess:
      return result.getSessionToken();
    case StepType.LoginFailure:
      return result.getMessage();
  }
}

// StartParam, NextOptions, ResumeOptions
takes<StartParam, { journey: string } & Query>(true);
takes<NextOptions, Query>(true);
takes<ResumeOptions, { journey?: string } & Query>(true);

// Configuration
takes<JourneyServerConfig, { wellknown: string; timeout?: number }>(true);
takes<
  JourneyClientConfig,
  {
    serverConfig: { wellknown: string; timeout?: number };
    log?: 'none' | 'error' | 'warn' | 'info' | 'debug';
    callbackFactory?: (callback: Callback) => BaseCallback;
    clientId?: string;
    middleware?: unknown[];
    realmPath?: string;
    redirectUri?: string;
    scope?: string;
    tokenStore?: string;
    tree?: string;
    type?: string;
    oauthThreshold?: number;
    platformHeader?: boolean;
    prefix?: string;
  }
>(true);
takes<InternalJourneyClientConfig, { serverConfig: ResolvedServerConfig; error?: GenericError }>(
  true,
);
reads<ResolvedServerConfig, { baseUrl: string; paths: { authenticate: string; sessions: string } }>(
  true,
);

// What AM sends. A payload of ours may have types of callbacks that nobody documents (W25).
takes<Step, DocumentedPayload>(true);
reads<Omit<Step, 'callbacks'>, Omit<DocumentedPayload, 'callbacks'>>(true);
takes<Callback, DocumentedCallback>(true);
reads<Callback['type'], Types>(false);
reads<NameValue, { name: string; value: unknown }>(true);
reads<CallbackType, Types>(true);
takes<CallbackType, Types>(true);
reads<keyof typeof callbackType, Types>(true);
reads<AuthResponse, { type: StepType }>(true);
reads<StepType.Step | StepType.LoginSuccess | StepType.LoginFailure, StepType>(true);
reads<typeof StepTypeOfTypes, typeof StepType>(true);
reads<FailureDetail, { failureUrl?: string }>(true);
reads<StepDetail, NonNullable<DocumentedPayload['detail']>>(true);
reads<FailedPolicyRequirement, DocumentedFailed>(true);
takes<FailedPolicyRequirement, DocumentedFailed>(true);
reads<PolicyRequirement, { params?: Partial<PolicyParams>; policyRequirement: string }>(true);
reads<
  PolicyParams,
  {
    [name: string]: unknown;
    disallowedFields: string;
    duplicateValue: string;
    forbiddenChars: string;
    maxLength: number;
    minLength: number;
    numCaps: number;
    numNums: number;
  }
>(true);
reads<typeof PolicyKeyOfTypes, typeof PolicyKey>(true);

// Middleware
export const middleware: RequestMiddleware<'JOURNEY_START' | 'JOURNEY_NEXT'>[] = [
  (req, action, next) => {
    if (action.type === 'JOURNEY_START') req.url.searchParams.set('locale', 'de');
    req.headers.append('Accept-Language', 'de');
    next();
  },
];
export const withMiddleware = (config: JourneyClientConfig) =>
  journey({ config, requestMiddleware: middleware });

// Policies
reads<MessageCreator, Record<string, (name: string, params?: Record<string, unknown>) => string>>(
  true,
);
takes<
  MessageCreator,
  { [policy: string]: (name: string, params?: { [name: string]: unknown }) => string }
>(true);
reads<ProcessedPropertyError, { detail: FailedPolicyRequirement; messages: string[] }>(true);

// Devices
interface DocumentedProfile {
  identifier: string;
  metadata?: {
    hardware: { [name: string]: unknown; display: { [name: string]: unknown } };
    browser: { [name: string]: unknown };
    platform: { [name: string]: unknown };
  };
  location?: { latitude: number; longitude: number } | Record<string, unknown>;
}
reads<DeviceProfileData, DocumentedProfile>(true);
takes<Parameters<main.DeviceProfileCallback['setProfile']>[0], DocumentedProfile>(true);
reads<Geolocation, { latitude: number; longitude: number }>(true);
takes<CollectParameters, { location: boolean; metadata: boolean }>(true);
takes<ProfileConfigOptions, { [category: string]: string[] }>(true);

// IdPValue, CallbackFactory
reads<IdPValue, { provider: string; uiConfig: { [name: string]: string } }>(true);
takes<CallbackFactory, (callback: Callback) => BaseCallback>(true);
reads<ReturnType<typeof createCallback>, BaseCallback>(true);

// JourneyStep, JourneyLoginSuccess, JourneyLoginFailure
reads<Omit<JourneyStep, 'payload'>, Omit<DocumentedStep, 'payload'>>(true);
reads<
  JourneyLoginSuccess,
  {
    type: 'LoginSuccess';
    getRealm(): string | undefined;
    getSessionToken(): string | undefined;
    getSuccessUrl(): string | undefined;
  }
>(true);
reads<
  JourneyLoginFailure,
  {
    type: 'LoginFailure';
    getCode(): number;
    getDetail(): StepDetail | undefined;
    getMessage(): string | undefined;
    getProcessedMessage(creator?: MessageCreator): ProcessedPropertyError[];
    getReason(): string | undefined;
  }
>(true);

// W25: by the type alone, or with the class as type argument
export function byType(step: JourneyStep): void {
  for (const callback of step.getCallbacksOfType(callbackType.NameCallback)) callback.setName('x');
  step.getCallbackOfType<NameCallback>(callbackType.NameCallback).setName('x');
  const one: NameCallback = step.getCallbackOfType('NameCallback');
  const unknown: BaseCallback = step.getCallbackOfType('TheirsCallback');
  const any: CallbackType = callbackType.ChoiceCallback;
  const some: BaseCallback[] = step.getCallbacksOfType(any);
  void [one, unknown, some];
}
export const resumed = (client: JourneyClient) => client.resume(new URL(location.href));
export const started = (client: JourneyClient) => client.start();

// WebAuthn
takes<
  WebAuthnRegistrationMetadata,
  {
    attestationPreference: 'none' | 'indirect' | 'direct';
    authenticatorSelection: string;
    challenge: string;
    excludeCredentials: string;
    pubKeyCredParams: string;
    relyingPartyId: string;
    relyingPartyName: string;
    userId: string;
    userName: string;
    timeout: number;
    displayName?: string;
    supportsJsonResponse?: boolean;
  }
>(true);
takes<
  WebAuthnAuthenticationMetadata,
  {
    challenge: string;
    relyingPartyId: string;
    timeout: number;
    userVerification: 'discouraged' | 'preferred' | 'required';
    acceptableCredentials?: string;
    allowCredentials?: string;
    mediation?: string;
    supportsJsonResponse?: boolean;
  }
>(true);
reads<
  WebAuthnCallbacks,
  {
    hiddenCallback?: main.HiddenValueCallback;
    metadataCallback?: main.MetadataCallback;
    textOutputCallback?: main.TextOutputCallback;
  }
>(true);
reads<RelyingParty, { name: string; id?: string }>(true);
reads<AttestationType, 'direct' | 'indirect' | 'none'>(true);
reads<UserVerificationType, 'discouraged' | 'preferred' | 'required'>(true);
reads<OutcomeWithName<'c', 'a', 'k', 'n'>, 'c::a::k::n'>(true);

// QRCodeData
reads<QRCodeData, { message: string; use: string; uri: string }>(true);

// @ts-expect-error the clients are no part of ./types
types.journey;
// @ts-expect-error nor is callbackType
types.callbackType;
// @ts-expect-error a URL or its text
export const notResumed = (client: JourneyClient) => client.resume(location);
// @ts-expect-error the class of another type
export const wrong = (step: JourneyStep): NameCallback => step.getCallbackOfType('ChoiceCallback');

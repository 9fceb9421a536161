/**
 * The types of `@forgerock/oidc-client`, row by row: its shapes against ours
 * (docs/compatibility.md). `false` marks a difference that is meant. Checked by `tsc`, never run.
 */
import * as main from '@forgerock/oidc-client';
import { oidc } from '@forgerock/oidc-client';
import type {
  ActionTypes,
  AuthorizationError,
  AuthorizationSuccess,
  AuthorizeErrorResponse,
  AuthorizeSuccessResponse,
  BuildAuthorizationData,
  CustomLogger,
  GenericError,
  GetAuthorizationUrlOptions,
  GetTokensOptions,
  LogLevel,
  LogoutErrorResult,
  LogoutSuccessResult,
  OauthTokens,
  OidcClient,
  OidcConfig,
  OptionalAuthorizeOptions,
  PushAuthorizationResponse,
  RequestMiddleware,
  ResponseType,
  RevokeErrorResult,
  RevokeSuccessResult,
  SessionCheckOptions,
  SessionCheckResponseType,
  SessionCheckSuccess,
  StorageConfig,
  TokenExchangeErrorResponse,
  TokenExchangeResponse,
  TokenRequestOptions,
  UserInfoResponse,
  WellknownResponse,
} from '@forgerock/oidc-client/types';
import * as types from '@forgerock/oidc-client/types';
import { reads, takes } from './expect.js';

type Level = 'none' | 'error' | 'warn' | 'info' | 'debug';

type ErrorTypes =
  | 'argument_error'
  | 'auth_error'
  | 'davinci_error'
  | 'fido_error'
  | 'exchange_error'
  | 'internal_error'
  | 'network_error'
  | 'parse_error'
  | 'state_error'
  | 'unknown_error'
  | 'wellknown_error';

interface DocumentedError {
  error: string;
  type: ErrorTypes;
  message?: string;
  code?: string | number;
  status?: number | string;
}

interface Hints {
  loginHint?: string;
  nonce?: string;
  display?: 'page' | 'popup' | 'touch' | 'wap';
  prompt?: 'none' | 'login' | 'consent' | 'select_account';
  uiLocales?: string;
  acrValues?: string;
  query?: Record<string, string>;
}

interface Legacy {
  middleware?: unknown[];
  realmPath?: string;
  tokenStore?: string;
  tree?: string;
  type?: string;
  platformHeader?: boolean;
  prefix?: string;
}

interface DocumentedConfig extends Hints, Legacy {
  serverConfig: { wellknown: string; timeout?: number; paths?: Record<string, string> };
  clientId: string;
  redirectUri: string;
  scope: string;
  responseType?: 'code';
  oauthThreshold?: number;
  par?: boolean;
  signOutRedirectUri?: string;
  log?: Level;
}

interface DocumentedUrlOptions extends Hints, Legacy {
  clientId: string;
  scope: string;
  redirectUri: string;
  responseType: 'code';
  responseMode?: 'fragment' | 'form_post' | 'pi.flow' | 'query';
  login?: 'redirect' | 'embedded';
  state?: string;
  verifier?: string;
  successParams?: string[];
  errorParams?: string[];
  serverConfig?: { baseUrl: string; paths?: Record<string, string>; timeout?: number };
}

interface DocumentedStorage {
  get(key: string): Promise<string | null | DocumentedError>;
  // biome-ignore lint/suspicious/noConfusingVoidType: as documented.
  set(key: string, value: string): Promise<void | DocumentedError>;
  // biome-ignore lint/suspicious/noConfusingVoidType: as documented.
  remove(key: string): Promise<void | DocumentedError>;
}

type DocumentedStorageConfig =
  | { type: 'localStorage' | 'sessionStorage'; prefix?: string; name: string }
  | { type: 'custom'; prefix?: string; name: string; custom: DocumentedStorage };

type Client = Extract<OidcClient, { error?: undefined }>;
type Result<Method extends (...args: never[]) => unknown> = Awaited<ReturnType<Method>>;

// OidcClient: both styles compile, with and without a guard.
reads<Awaited<ReturnType<typeof oidc>>, OidcClient>(true);
reads<Client['error'], undefined>(true);
reads<Client['type'], undefined>(true);
export async function bothStyles(client: OidcClient): Promise<void> {
  await client.token?.get();
  if ('error' in client) return console.error(client.error, client.type);
  await client.token.get();
  await client.token?.get();
  const end: () => void = client.subscribe(() => undefined);
  end();
}

// OidcConfig, OauthTokens
takes<OidcConfig, DocumentedConfig>(true);
// Tokens in URLs are not offered.
takes<OidcConfig['responseType'], 'code' | 'token'>(false);
reads<Omit<OauthTokens, 'idToken'>, { accessToken: string; refreshToken?: string }>(true);
reads<OauthTokens, { expiresAt?: number; expiryTimestamp?: number }>(true);
// Without the scope `openid` there is no ID token.
reads<OauthTokens['idToken'], string>(false);

// GetTokensOptions, GetAuthorizationUrlOptions, OptionalAuthorizeOptions, BuildAuthorizationData
interface DocumentedGet {
  authorizeOptions?: DocumentedUrlOptions;
  backgroundRenew?: boolean;
  forceRenew?: boolean;
  storageOptions?: Partial<DocumentedStorageConfig>;
}
takes<GetTokensOptions, DocumentedGet>(true);
takes<GetAuthorizationUrlOptions, DocumentedUrlOptions>(true);
takes<OptionalAuthorizeOptions, Partial<DocumentedUrlOptions>>(true);
reads<BuildAuthorizationData, [string, GetAuthorizationUrlOptions]>(true);
reads<ResponseType, 'code' | 'token'>(true);

// AuthorizationSuccess, AuthorizationError
reads<AuthorizationSuccess, { code: string; state: string }>(true);
reads<
  AuthorizationError,
  { error: string; error_description: string; redirectUrl?: string; type: ErrorTypes }
>(true);

// The bodies of `pi.flow`
reads<
  AuthorizeSuccessResponse,
  {
    _links?: object;
    _embedded?: object;
    id?: string;
    environment?: { id: string };
    session?: { id: string };
    resumeUrl?: string;
    status?: string;
    createdAt?: string;
    expiresAt?: string;
    authorizeResponse?: { code: string; state: string };
  }
>(true);
reads<
  AuthorizeErrorResponse,
  { id?: string; code?: string; message?: string; details?: [{ code: string; message: string }] }
>(true);

// Token and pushed requests
reads<
  TokenExchangeResponse,
  {
    access_token: string;
    id_token: string;
    refresh_token?: string;
    expires_in?: number;
    scope?: string;
    token_type?: string;
  }
>(true);
reads<TokenExchangeErrorResponse, { error: string; message: string; type: ErrorTypes }>(true);
takes<
  TokenRequestOptions,
  { code: string; config: DocumentedConfig; endpoint: string; verifier?: string }
>(true);
reads<PushAuthorizationResponse, { request_uri: string; expires_in: number }>(true);

// Revocation and logout
reads<RevokeSuccessResult, { revokeResponse: null; deleteResponse: null }>(true);
reads<LogoutSuccessResult, { sessionResponse: null; revokeResponse: null; deleteResponse: null }>(
  true,
);
interface DocumentedParts {
  error: string;
  revokeResponse?: DocumentedError | null;
  deleteResponse?: DocumentedError | null;
}
// A part may be absent: the same type says that nobody is signed in.
reads<RevokeErrorResult, DocumentedParts>(true);
reads<LogoutErrorResult, DocumentedParts & { sessionResponse?: DocumentedError | null }>(true);
reads<Result<Client['token']['revoke']>, RevokeSuccessResult | RevokeErrorResult>(true);
reads<Result<Client['user']['logout']>, LogoutSuccessResult | LogoutErrorResult>(true);

// UserInfoResponse, sessions
reads<UserInfoResponse, { sub: string; [claim: string]: unknown }>(true);
reads<SessionCheckResponseType, 'id_token' | 'none'>(true);
takes<SessionCheckResponseType, 'id_token' | 'none'>(true);
takes<
  SessionCheckOptions,
  { responseType?: 'id_token' | 'none'; redirectUri?: string; subject?: string; scope?: string }
>(true);
interface Claims {
  iss?: string;
  sub?: string;
  aud?: string | string[];
  jti?: string;
  nbf?: number;
  exp?: number;
  iat?: number;
  [claim: string]: unknown;
}
reads<SessionCheckSuccess, { responseType: 'id_token' | 'none'; claims?: Claims }>(true);

// GenericError and its types
reads<GenericError, DocumentedError>(true);
reads<GenericError['type'], ErrorTypes>(true);
takes<GenericError['type'], ErrorTypes>(true);
// All members are always there: an error that an app makes itself needs them too.
takes<GenericError, DocumentedError>(false);

// WellknownResponse
type Lists<Name extends string> = { [List in `${Name}_supported`]?: string[] };
reads<
  WellknownResponse,
  {
    issuer: string;
    authorization_endpoint: string;
    token_endpoint: string;
    userinfo_endpoint: string;
    end_session_endpoint: string;
    introspection_endpoint: string;
    revocation_endpoint: string;
    pushed_authorization_request_endpoint?: string;
    ping_end_idp_session_endpoint?: string;
    jwks_uri?: string;
    device_authorization_endpoint?: string;
    claims_parameter_supported?: boolean;
    request_parameter_supported?: boolean;
    request_uri_parameter_supported?: boolean;
    require_pushed_authorization_requests?: boolean;
  }
>(true);
type ListNames =
  | 'scopes'
  | 'response_types'
  | 'response_modes'
  | 'grant_types'
  | 'subject_types'
  | 'id_token_signing_alg_values'
  | 'userinfo_signing_alg_values'
  | 'request_object_signing_alg_values'
  | 'token_endpoint_auth_methods'
  | 'token_endpoint_auth_signing_alg_values'
  | 'claim_types'
  | 'claims'
  | 'code_challenge_methods';
reads<WellknownResponse, Lists<ListNames>>(true);
reads<`${ListNames}_supported`, keyof WellknownResponse>(true);

// StorageConfig, RequestMiddleware, ActionTypes, logging
takes<StorageConfig, DocumentedStorageConfig>(true);
interface DocumentedRequest extends Omit<RequestInit, 'headers' | 'body'> {
  url: URL;
  headers: Headers;
}
type DocumentedMiddleware = (
  req: DocumentedRequest,
  action: { type: ActionTypes; payload: unknown },
  next: () => DocumentedRequest,
) => void;
takes<RequestMiddleware<ActionTypes, unknown>, DocumentedMiddleware>(true);
takes<
  ActionTypes,
  | 'JOURNEY_START'
  | 'JOURNEY_NEXT'
  | 'JOURNEY_TERMINATE'
  | 'DAVINCI_START'
  | 'DAVINCI_NEXT'
  | 'DAVINCI_FLOW'
  | 'DAVINCI_SUCCESS'
  | 'DAVINCI_ERROR'
  | 'DAVINCI_FAILURE'
  | 'DAVINCI_RESUME'
  | 'DAVINCI_POLL'
  | 'AUTHORIZE'
  | 'PAR'
  | 'TOKEN_EXCHANGE'
  | 'REVOKE'
  | 'USER_INFO'
  | 'END_SESSION'
>(true);
type Log = (...args: (string | number | object)[]) => void;
reads<CustomLogger, { error: Log; warn: Log; info: Log; debug: Log }>(true);
takes<CustomLogger, { error: Log; warn: Log; info: Log; debug: Log }>(true);
reads<LogLevel, Level>(true);
takes<LogLevel, Level>(true);

// The factory
interface DocumentedInput {
  config: DocumentedConfig;
  requestMiddleware?: DocumentedMiddleware[];
  logger?: { level: Level; custom?: { error: Log; warn: Log; info: Log; debug: Log } };
  storage?: Partial<DocumentedStorageConfig>;
}
export const made = (input: DocumentedInput): Promise<OidcClient> => oidc(input);

// @ts-expect-error the clients are no part of ./types
types.oidc;
// @ts-expect-error Redux is not used here
export type NoStore = main.ClientStore;
// @ts-expect-error likewise
export type NoState = main.RootState;
// @ts-expect-error likewise
export type NoDispatch = main.AppDispatch;
// @ts-expect-error likewise
main.createClientStore;

/** The options that both clients have. */
import type { CallbackFactory } from './callbacks.js';

// ----------------------------------------------------------------------------------------- Logging

/** How much is logged, from nothing to everything. No level logs a secret. */
export type LogLevel = 'none' | 'error' | 'warn' | 'info' | 'debug';

/** Receives log messages instead of the console. */
export interface CustomLogger {
  /** Why a call failed. */
  error(...args: (string | number | object)[]): void;
  /** What the app should know, such as ignored settings. */
  warn(...args: (string | number | object)[]): void;
  /** What happened. */
  info(...args: (string | number | object)[]): void;
  /** Each request, by endpoint and outcome. */
  debug(...args: (string | number | object)[]): void;
}

/** The `logger` argument of {@link oidc} and {@link journey}. */
export interface LoggerConfig {
  /** Default: `log` of the configuration, or `error`. */
  level?: LogLevel;
  /** For a missing method the console's is used. */
  custom?: Partial<CustomLogger>;
}

// -------------------------------------------------------------------------------- Ignored settings

/**
 * Options of earlier clients that have no effect here. They are accepted, so that an existing
 * configuration needs no change.
 */
export interface IgnoredConfig {
  /** Ignored, except by {@link journey}. */
  callbackFactory?: CallbackFactory;
  /** Ignored. */
  middleware?: unknown;
  /** Ignored. */
  platformHeader?: unknown;
  /** Ignored; {@link StorageConfig} has the prefix of stored tokens. */
  prefix?: unknown;
  /** Ignored: the realm is in the well-known URL. */
  realmPath?: unknown;
  /** Ignored; see {@link StorageConfig}. */
  tokenStore?: unknown;
  /** Ignored; see {@link StartParam}. */
  tree?: unknown;
  /** Ignored. */
  type?: unknown;
}

// ------------------------------------------------------------------------------- Provider metadata

/** Members of a provider's metadata. */
export type ProviderMetadata = {
  [Name in keyof WellknownResponse]?: WellknownResponse[Name] | null;
} & Record<string, unknown>;

/**
 * A provider's metadata ([OpenID Connect Discovery 1.0 section
 * 3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata)).
 */
export interface WellknownResponse {
  /** The provider's identifier: `iss` of responses and ID tokens is compared with it exactly. */
  issuer: string;
  /** RFC 6749 section 3.1. */
  authorization_endpoint: string;
  /** RFC 6749 section 3.2. */
  token_endpoint: string;
  /** OpenID Connect Core section 5.3. */
  userinfo_endpoint: string;
  /** OpenID Connect RP-Initiated Logout 1.0 section 2.1. */
  end_session_endpoint: string;
  /** RFC 7662; not used in browsers. */
  introspection_endpoint: string;
  /** RFC 7009. */
  revocation_endpoint: string;
  /** RFC 9126 section 5. */
  pushed_authorization_request_endpoint?: string;
  /** Specific to Ping: ends the session without asking the user. */
  ping_end_idp_session_endpoint?: string;
  /** The keys that ID tokens are verified with (RFC 7517 section 5). */
  jwks_uri?: string;
  /** RFC 8628; not used in browsers. */
  device_authorization_endpoint?: string;
  /** Whether `claims` may be sent (OpenID Connect Core section 5.5). */
  claims_parameter_supported?: boolean;
  /** Whether `request` may be sent; not used. */
  request_parameter_supported?: boolean;
  /** Whether `request_uri` may be sent; used for PAR only. */
  request_uri_parameter_supported?: boolean;
  /** Whether authorization requests must be pushed (RFC 9126 section 5). */
  require_pushed_authorization_requests?: boolean;
  /** For `acrValues`. */
  acr_values_supported?: string[];
  /** Such as `normal`. */
  claim_types_supported?: string[];
  /** The claims that the provider may return. */
  claims_supported?: string[];
  /** RFC 8414 section 2; `S256` is always used. */
  code_challenge_methods_supported?: string[];
  /** Such as `authorization_code` and `refresh_token`. */
  grant_types_supported?: string[];
  /** Such as `RS256`. */
  id_token_signing_alg_values_supported?: string[];
  /** Not used. */
  request_object_signing_alg_values_supported?: string[];
  /** If it has `pi.flow`, background authorizations are sent by fetch. */
  response_modes_supported?: string[];
  /** Includes `code`. */
  response_types_supported?: string[];
  /** For `scope`. */
  scopes_supported?: string[];
  /** `public` or `pairwise`. */
  subject_types_supported?: string[];
  /** Includes `none`: the client is public. */
  token_endpoint_auth_methods_supported?: string[];
  /** Not used. */
  token_endpoint_auth_signing_alg_values_supported?: string[];
  /** Signed user details are verified. */
  userinfo_signing_alg_values_supported?: string[];
}

// -------------------------------------------------------------------------------------- Middleware

/** What a request is for. */
export type ActionTypes =
  | 'AUTHORIZE'
  | 'PAR'
  | 'TOKEN_EXCHANGE'
  | 'REVOKE'
  | 'USER_INFO'
  | 'END_SESSION'
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
  | 'DAVINCI_POLL';

/**
 * A request that middleware may change. Further members that are plain data (`cache`, `mode`, `priority`)
 * are passed to `fetch` unchanged.
 */
export interface ModifiedFetchArgs {
  /**
   * The URL. When a request carries a token or a password, middleware can't change its origin: the call
   * fails with the code `request_origin`.
   */
  get url(): URL;
  /** A string is parsed. */
  set url(url: URL | string);
  /** `GET` or `POST`. */
  method?: string;
  /**
   * Header fields. For a journey, `Accept`, `Accept-API-Version`, `Content-Type` and `X-Requested-With` are
   * set again after the middleware.
   */
  headers: Headers;
  /** `include` for requests that need the provider's cookie, otherwise `omit`. */
  credentials?: RequestCredentials;
  /** `URLSearchParams` for form posts, JSON for journeys. */
  body?: URLSearchParams | string;
  /** Milliseconds for this request. */
  timeout?: number;
  /** Parameters to add to the query. */
  params?: Record<string, string | number | boolean>;
  [option: string]: unknown;
}

/**
 * Is called with every request, and may change it; requests for the provider's metadata and keys and of
 * `session.info()` have no action and are left out. It may be async: the request waits for it. `next()` runs
 * the next middleware and returns the same `req`. `next()` does not send the request, and the request is
 * sent without it too. A middleware that throws aborts the request (`middleware_failed`).
 */
export type RequestMiddleware<Type extends string = ActionTypes, Payload = unknown> = (
  req: ModifiedFetchArgs,
  action: { readonly type: Type; readonly payload: Payload },
  next: () => ModifiedFetchArgs,
) => void | Promise<void>;

/**
 * Is called with a copy of the response to every request that a {@link RequestMiddleware} is called with. Its
 * result and its errors are ignored.
 */
export type ResponseHook<Type extends string = ActionTypes, Payload = unknown> = (
  response: Response,
  action: { readonly type: Type; readonly payload: Payload },
) => void | Promise<void>;

// ----------------------------------------------------------------------------------------- Storage

/**
 * The app's own storage. A method fails by rejecting, or by resolving to an object with a member `error`.
 */
export interface CustomStorageObject {
  /** The string stored under the key; `null`, `undefined` or `''` for none. */
  get(key: string): Promise<string | null | undefined | { error: unknown }>;
  /** Stores a string. */
  set(key: string, value: string): Promise<unknown>;
  /** Removes what is stored. */
  remove(key: string): Promise<unknown>;
}

/** Where tokens are kept. The key is `<prefix>-<name>`. */
export type StorageConfig = {
  /** Default `pic`. */
  prefix?: string;
  /** Default: the client id. */
  name?: string;
} & (
  | {
      /** Default `localStorage`: shared by all tabs. `memory` lasts as long as the page. */
      type?: 'localStorage' | 'sessionStorage' | 'memory';
      /** Only for the type `custom`. */
      custom?: undefined;
    }
  | {
      /** The app's own. */
      type: 'custom';
      /** Reads, stores and removes. */
      custom: CustomStorageObject;
    }
);

// ---------------------------------------------------------------------------------------- Requests

/** Query parameters for AM; falsy values are left out. */
export type Query = Record<string, string | number | boolean | undefined>;

/**
 * journey-oidc: sign-in for web apps.
 *
 * - {@link journey} and {@link journeyClient} walk a PingAM or PingOne Advanced Identity Cloud
 *   authentication journey.
 * - {@link oidc} is an OpenID Connect client for any provider.
 *
 * Both share one WebAssembly core, which is loaded on first use. Importing does nothing.
 *
 * @module
 */

// ---------------------------------------------------------------------------------------- Errors

/** Whose fault an error is. */
export type ErrorType =
  | 'argument_error'
  | 'auth_error'
  | 'davinci_error'
  | 'exchange_error'
  | 'fido_error'
  | 'internal_error'
  | 'network_error'
  | 'parse_error'
  | 'state_error'
  | 'unknown_error'
  | 'wellknown_error';

/**
 * What went wrong, exactly; stable. The page docs/errors.md says what to do about each. Later versions
 * may have more.
 */
export type ErrorCode =
  | 'aborted'
  | 'access_denied'
  | 'account_selection_required'
  | 'answer_invalid'
  | 'answer_not_json'
  | 'argument_invalid'
  | 'callback_factory_failed'
  | 'config_invalid'
  | 'consent_required'
  | 'discovery_invalid'
  | 'discovery_issuer_mismatch'
  | 'endpoint_missing'
  | 'frame_blocked'
  | 'frame_timeout'
  | 'frame_unexpected_page'
  | 'http_error'
  | 'id_token_algorithm'
  | 'id_token_at_hash'
  | 'id_token_audience'
  | 'id_token_auth_time'
  | 'id_token_expired'
  | 'id_token_issuer'
  | 'id_token_malformed'
  | 'id_token_missing'
  | 'id_token_nonce'
  | 'id_token_signature'
  | 'id_token_subject'
  | 'id_token_time'
  | 'insecure_context'
  | 'inside_own_frame'
  | 'insufficient_scope'
  | 'interaction_required'
  | 'internal_error'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_request_object'
  | 'invalid_request_uri'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_token'
  | 'iss_mismatch'
  | 'iss_missing'
  | 'jwks_unavailable'
  | 'landing_mismatch'
  | 'lock_timeout'
  | 'login_required'
  | 'middleware_failed'
  | 'network_failed'
  | 'not_configured'
  | 'not_signed_in'
  | 'oauth_error'
  | 'offline'
  | 'popup_blocked'
  | 'popup_closed'
  | 'popup_timeout'
  | 'request_not_supported'
  | 'request_origin'
  | 'request_uri_not_supported'
  | 'server_error'
  | 'session_unconfirmed'
  | 'signed_out'
  | 'signing_out'
  | 'state_mismatch'
  | 'state_missing'
  | 'state_unknown'
  | 'storage_blocked'
  | 'storage_failed'
  | 'storage_full'
  | 'temporarily_unavailable'
  | 'timeout'
  | 'token_rejected'
  | 'transaction_expired'
  | 'unauthorized_client'
  | 'unsupported_environment'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'unsupported_token_type'
  | 'userinfo_subject'
  | 'wasm_blocked_by_csp'
  | 'wasm_not_found'
  | 'wasm_unsupported'
  | 'wasm_wrong_content';

/**
 * What a failed call resolves to. Tell it from a result with `'error' in result`.
 *
 * `error` is the documented text that existing apps compare; `code` is stable and finer. Neither
 * holds a secret, nor does any other member.
 */
export interface GenericError {
  /** The documented text, or the provider's own OAuth error. */
  error: string;
  /** The stable reason, such as `offline` or `id_token_signature`. */
  code: ErrorCode;
  /** Whose fault it is. */
  type: ErrorType;
  /** What happened and what to do. */
  message: string;
  /** The provider's own text, where it sent one; otherwise the same as `message`. */
  error_description: string;
  /** The HTTP status; or `FETCH_ERROR`, `TIMEOUT_ERROR`, `PARSING_ERROR` when there was none. */
  status?: number | string;
  /**
   * What caused it: for an OAuth error, the provider's `{ error, error_description }` (RFC 6749
   * sections 4.1.2.1 and 5.2).
   */
  cause?: unknown;
}

/** The members of {@link GenericError}, absent: with them, `'error' in result` tells results apart. */
export type NoError = { [Member in keyof GenericError]?: undefined };

/** Options of every call that takes time. */
export interface CallOptions {
  /**
   * Gives the call up: it resolves to an error with the code `aborted`. A `start()`, `next()`,
   * `logout()`, `terminate()`, `revoke()`, exchange or renewal that is under way still comes to its
   * end, so that nothing is lost or half done; only this caller stops waiting.
   */
  signal?: AbortSignal;
}

// ---------------------------------------------------------------------------------------- Logging

/** How much is logged, from nothing to everything. No level logs a secret. */
export type LogLevel = 'none' | 'error' | 'warn' | 'info' | 'debug';

/** Takes log messages in the place of the console. */
export interface CustomLogger {
  /** What keeps a call from its result. */
  error(...args: (string | number | object)[]): void;
  /** What the app should know, such as ignored settings. */
  warn(...args: (string | number | object)[]): void;
  /** What happened. */
  info(...args: (string | number | object)[]): void;
  /** Each request, by endpoint and outcome. */
  debug(...args: (string | number | object)[]): void;
}

/** The factories' `logger` argument. */
export interface LoggerConfig {
  /** Default: the configuration's `log`, else `error`. */
  level?: LogLevel;
  /** A missing method falls back to the console's. */
  custom?: Partial<CustomLogger>;
}

// ------------------------------------------------------------------------------- Ignored settings

/**
 * Configuration of earlier clients that has no effect here. It is accepted, so that an app's
 * existing configuration can be used as it is.
 */
export interface IgnoredConfig {
  /** Ignored, except by {@link journey}. */
  callbackFactory?: CallbackFactory;
  /** Ignored. */
  middleware?: unknown;
  /** Ignored. */
  platformHeader?: unknown;
  /** Ignored; for the prefix of stored tokens see {@link StorageConfig}. */
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

// -------------------------------------------------------------------------------------------- OIDC

/** Where the provider is. */
export interface OidcServerConfig {
  /** The URL of the provider's metadata (OpenID Connect Discovery 1.0 section 4). */
  wellknown: string;
  /**
   * The exact issuer, of whatever origin. Without it, it is the URL of the document without its suffix
   * (OpenID Connect Discovery 1.0 section 4.3), where one slash at the issuer's end counts for nothing,
   * and AM's names of one realm are one.
   */
  issuer?: string;
  /**
   * Members that complete or replace the document's, and are checked like those; `null` takes one away.
   */
  metadata?: ProviderMetadata;
  /** Milliseconds for each request; default 30 000. */
  timeout?: number;
  /**
   * Milliseconds for what is asked in a hidden frame; default 10 000 for a background authorization,
   * 3 000 for a session check.
   */
  frameTimeout?: number;
  /** Ignored: the provider's metadata says where its endpoints are. */
  paths?: JourneyServerConfig['paths'];
}

/** Members of a provider's metadata. */
export type ProviderMetadata = {
  [Name in keyof WellknownResponse]?: WellknownResponse[Name] | null;
} & Record<string, unknown>;

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
 * A request that middleware may change. Further members are handed to `fetch` as they are, when they
 * are plain data (`cache`, `mode`, `priority`).
 */
export interface ModifiedFetchArgs {
  /** Where to. A request that carries a token or a password stays at its origin. */
  get url(): URL;
  /** A text is parsed. */
  set url(url: URL | string);
  /** `GET` or `POST`. */
  method?: string;
  /**
   * Header fields. Journeys set four of their own afterwards (`Accept`, `Accept-API-Version`,
   * `Content-Type`, `X-Requested-With`).
   */
  headers: Headers;
  /** `include` where a cookie is what the request is about, otherwise `omit`. */
  credentials?: RequestCredentials;
  /** `URLSearchParams` for form posts, JSON text for journeys. */
  body?: URLSearchParams | string;
  /** Milliseconds for this request. */
  timeout?: number;
  /** Added to the query. */
  params?: Record<string, string | number | boolean>;
  [option: string]: unknown;
}

/**
 * Sees every request except those that have no action, the ones for the provider's metadata and keys
 * and of `session.info()`, and may change it. May be async: the request waits for it. `next()` runs the
 * next middleware and returns the same `req`; it never sends, and without it the request is sent all
 * the same. One that throws aborts the request.
 */
export type RequestMiddleware<Type extends string = ActionTypes, Payload = unknown> = (
  req: ModifiedFetchArgs,
  action: { readonly type: Type; readonly payload: Payload },
  next: () => ModifiedFetchArgs,
) => void | Promise<void>;

/**
 * Sees a copy of every response that a {@link RequestMiddleware} saw the request of. Its result and
 * its errors count for nothing.
 */
export type ResponseHook<Type extends string = ActionTypes, Payload = unknown> = (
  response: Response,
  action: { readonly type: Type; readonly payload: Payload },
) => void | Promise<void>;

/** Only `code` is supported: other flows return tokens in URLs. */
export type ResponseType = 'code';

/**
 * Parameters of an authorization request (OpenID Connect Core section 3.1.2.1), as the app names
 * them.
 */
export interface AuthorizeHints {
  /** `login_hint` */
  loginHint?: string;
  /** `nonce`; without it a fresh one is made for each authorization. */
  nonce?: string;
  /** `display` */
  display?: AuthDisplayValue;
  /** `prompt`; background authorizations always send `none`. */
  prompt?: AuthPromptValue | (string & {});
  /** `ui_locales`, space-separated */
  uiLocales?: string;
  /** `acr_values`, space-separated */
  acrValues?: string;
  /**
   * `max_age`: the oldest sign-in that is good enough, in **seconds**; compared with the ID token's
   * `auth_time`.
   */
  maxAge?: number;
  /** `claims` (OpenID Connect Core section 5.5): the object, or its JSON. */
  claims?: Record<string, unknown> | string;
  /** `resource` (RFC 8707): the API, or the APIs, that the access token is for. */
  resource?: string | string[];
  /** Further parameters; they never replace the client's own. */
  query?: Record<string, string | number | boolean>;
}

/** The configuration of an {@link oidc} client. */
export interface OidcConfig extends AuthorizeHints, IgnoredConfig {
  /** Where the provider is. */
  serverConfig: OidcServerConfig;
  /** The OAuth 2.0 client id (RFC 6749 section 2.2). The client is public: it has no secret. */
  clientId: string;
  /** Where the provider sends its responses; registered there, character by character. */
  redirectUri: string;
  /** Space-separated scopes (RFC 6749 section 3.3); default `openid`. */
  scope?: string;
  /** Default `code`, the only one. */
  responseType?: ResponseType;
  /** Renewal is due this many **milliseconds** before a token expires; default 30 000. */
  oauthThreshold?: number;
  /**
   * How tokens are renewed: by refresh token, by background authorization, or by whichever works,
   * refresh token first (`auto`, the default). Background authorization follows where the provider
   * refuses the refresh token or the user, and no other error.
   */
  renew?: 'auto' | 'refresh' | 'background';
  /**
   * Renews tokens ahead of their expiry, also when the tab is shown again and when the network is
   * back, for as long as the page lives, at most once a second; default `false`: they are renewed
   * when asked for.
   */
  autoRenew?: boolean;
  /**
   * Whether authorization requests are pushed to the provider first (RFC 9126). Default: where the
   * provider's metadata demands it.
   */
  par?: boolean;
  /**
   * The origins, such as `https://api.example.com`, whose APIs {@link OidcClientMethods.fetch} sends
   * the access token to; default: none.
   */
  apiOrigins?: string[];
  /**
   * Where the hidden frame of a background authorization or a session check lands: a page of this
   * origin that runs no script, such as this package's `callback.html`. Default: the `redirectUri`.
   */
  backgroundRedirectUri?: string;
  /**
   * Where `authorize.popup()` lands: this package's `popup.html`, served by the app beside its
   * `popup.js`. Default: the `redirectUri`.
   */
  popupRedirectUri?: string;
  /**
   * The pages to which the app's own server forwards responses, where they are not the redirect URI's:
   * a response that comes to any other page is refused with the code `landing_mismatch`.
   */
  forwardedTo?: string | string[];
  /**
   * `response_mode` of every authorization that it fits: `form_post` is for redirects alone, `pi.flow` for
   * background authorizations. Default: the provider's, which is `query`, or for background
   * authorizations `pi.flow` where the provider offers it, and then the hidden frame where this client
   * may not use that.
   */
  responseMode?: 'query' | 'fragment' | 'pi.flow' | 'form_post';
  /**
   * Where the provider sends the person after a logout: `post_logout_redirect_uri` (OpenID Connect
   * RP-Initiated Logout 1.0 section 2); registered there.
   */
  signOutRedirectUri?: string;
  /**
   * Where the provider sends the hidden frame in which `user.logout()` ends the session: this package's
   * `callback.html`, registered as a `post_logout_redirect_uri`. Default: the `signOutRedirectUri`.
   */
  backgroundSignOutRedirectUri?: string;
  /** How much is logged; default `error`. */
  log?: LogLevel;
}

/**
 * The app's own storage. An object with a member `error` and a rejection both say that it failed.
 */
export interface CustomStorageObject {
  /** The text stored under the key; `null`, `undefined` or `''` for none. */
  get(key: string): Promise<string | null | undefined | { error: unknown }>;
  /** Stores a text. */
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

/** What a policy of AM wants of the person before an API's request may pass. */
export interface PolicyAdvice {
  /** The URL of the request that was refused. */
  url: string;
  /**
   * The advices by their names, such as `TransactionConditionAdvice` (the transaction's id) or
   * `AuthenticateToServiceConditionAdvice` (the journey).
   */
  advices: Record<string, string[]>;
  /** For `start({ query })` of a journey client: begins the journey that satisfies the policy. */
  query: {
    /** What the other one is. */
    authIndexType: 'composite_advice';
    /** The advices in XML. */
    authIndexValue: string;
  };
  /** The signal of the request. */
  signal: AbortSignal;
}

/**
 * Goes through the journey that a policy advises, with the person. The request is repeated, once, if
 * it resolves to a LoginSuccess or to `true`; otherwise the app gets the API's refusal. What it
 * throws, `fetch()` rejects with. It is called for one request at a time.
 *
 * @example
 * const onAdvice = async ({ query }) => walkThrough(await journeyClient.start({ query }));
 */
export type AdviceHandler = (
  advice: PolicyAdvice,
) => JourneyResult | boolean | undefined | Promise<JourneyResult | boolean | undefined>;

/** The argument of {@link oidc}. */
export interface OidcInput<ActionType extends string = ActionTypes> {
  /** The client and its provider. */
  config: OidcConfig;
  /** Where tokens are kept; default `localStorage`. */
  storage?: Partial<StorageConfig>;
  /** Where and how much is logged. */
  logger?: LoggerConfig;
  /** Sees and changes requests, in this order. */
  requestMiddleware?: RequestMiddleware<ActionType>[];
  /** Sees responses. */
  onResponse?: ResponseHook<ActionType>;
  /**
   * Called when an API that {@link OidcClientMethods.fetch} sends a token to answers 401 or 403 with
   * AM's advice: PingGateway's `WWW-Authenticate: SSOADVICE`, or JSON that is AM's policy decision or
   * has a URL with `authIndexType=composite_advice`. With it, requests carry
   * `X-Authenticate-Response: header`, which makes PingGateway answer so, and a repeated one carries
   * the transaction's id as `_txid` in its query; the API's CORS settings must allow that header, and
   * expose `WWW-Authenticate`.
   */
  onAdvice?: AdviceHandler;
}

/** Options of an authorization; they win over the configuration. */
export interface AuthorizeOptions extends AuthorizeHints, CallOptions, IgnoredConfig {
  /** Another client id. */
  clientId?: string;
  /** Another redirect URI, such as a page without scripts for background calls. */
  redirectUri?: string;
  /** Other scopes, space-separated. */
  scope?: string;
  /** `response_type`; default `code`, the only one. */
  responseType?: ResponseType;
  /**
   * `response_mode` (OAuth 2.0 Multiple Response Type Encoding Practices section 2.1); default: the provider's, which is `query`, or for background authorizations
   * `pi.flow` where the provider offers it. `form_post` is for a redirect to a server of the app's.
   */
  responseMode?: 'query' | 'fragment' | 'pi.flow' | 'form_post';
  /**
   * What the app wants back from `authorize.callback()` or `popup()`: plain data, such as the page to
   * return to. Kept in `sessionStorage`, never sent.
   */
  appState?: unknown;
  /** Ignored: each authorization has a fresh state. */
  state?: unknown;
  /** Ignored: each authorization has a fresh code verifier (RFC 7636). */
  verifier?: unknown;
  /** Ignored: `url()` is for a redirect, `background()` for a hidden frame. */
  login?: unknown;
  /** Ignored: the response is recognised by the redirect URI. */
  successParams?: unknown;
  /** Ignored: the response is recognised by the redirect URI. */
  errorParams?: unknown;
  /** Ignored; it is part of the configuration. */
  oauthThreshold?: unknown;
  /** Ignored; it is part of the configuration. */
  serverConfig?: unknown;
}

/** {@link AuthorizeOptions} that leave nothing to the configuration. */
export type GetAuthorizationUrlOptions = AuthorizeOptions &
  Required<Pick<AuthorizeOptions, 'clientId' | 'redirectUri' | 'scope' | 'responseType'>>;

/** The same as {@link AuthorizeOptions}. */
export type OptionalAuthorizeOptions = AuthorizeOptions;

/** What a background authorization brought: for {@link OidcClientMethods.token}`.exchange()`. */
export interface AuthorizationSuccess {
  /** The authorization code (RFC 6749 section 4.1.2). */
  code: string;
  /** The state it belongs to. */
  state: string;
  /** The issuer that answered (RFC 9207), where the provider says so. */
  iss?: string;
}

/** A failed call that may have used a hidden frame. */
export interface FrameError extends GenericError {
  /** How long the hidden frame was waited for, in milliseconds, when nothing came back in it. */
  elapsed?: number;
  /** How far the hidden frame had come then; `loaded`: a page of the provider's stayed in it. */
  stage?: 'opening' | 'loading' | 'loaded';
}

/** Why an authorization failed. */
export interface AuthorizationError extends FrameError {
  /**
   * Where the app can send the user to sign in, when the provider asks for that, or when neither
   * refresh token nor background authorization has renewed the tokens.
   */
  redirectUrl?: string;
  /** What the app gave as `appState`, when the provider refused. */
  appState?: unknown;
}

/** An authorize URL and the options it was made of. */
export type BuildAuthorizationData = [string, GetAuthorizationUrlOptions];

/** What PingOne answers to an authorization request by fetch (`response_mode=pi.flow`). */
export interface AuthorizeSuccessResponse {
  /** PingOne's links. */
  _links?: Record<string, unknown>;
  /** PingOne's embedded resources. */
  _embedded?: Record<string, unknown>;
  /** The flow's id. */
  id?: string;
  /** The PingOne environment. */
  environment?: {
    /** Its id. */
    id: string;
  };
  /** The PingOne session. */
  session?: {
    /** Its id. */
    id: string;
  };
  /** Where the flow would go on. */
  resumeUrl?: string;
  /** Such as `COMPLETED`. */
  status?: string;
  /** ISO 8601. */
  createdAt?: string;
  /** ISO 8601. */
  expiresAt?: string;
  /** The authorization response. */
  authorizeResponse?: {
    /** The authorization code. */
    code: string;
    /** The state that it belongs to. */
    state: string;
  };
}

/** What PingOne answers when it refuses one. */
export interface AuthorizeErrorResponse {
  /** The error's id. */
  id?: string;
  /** The kind of error. */
  code?: string;
  /** The same in words. */
  message?: string;
  /** What is wrong; the first entry counts. */
  details?: [
    {
      /** The reason, such as `LOGIN_REQUIRED`. */
      code: string;
      /** The same in words. */
      message: string;
    },
  ];
}

/** A provider's answer to a token request (RFC 6749 section 5.1). */
export interface TokenExchangeResponse {
  /** For requests to APIs. */
  access_token: string;
  /** Who signed in (OpenID Connect Core section 3.1.3.3). */
  id_token: string;
  /** For renewal. */
  refresh_token?: string;
  /** Seconds. */
  expires_in?: number;
  /** The scope that was granted, space-separated. */
  scope?: string;
  /** Such as `Bearer`. */
  token_type?: string;
}

/** What a token request is made of. */
export interface TokenRequestOptions {
  /** The authorization code. */
  code: string;
  /** The client. */
  config: OidcConfig;
  /** The URL of the token endpoint. */
  endpoint: string;
  /** The code verifier (RFC 7636 section 4.1). */
  verifier?: string;
}

/** A provider's answer to a pushed authorization request (RFC 9126 section 2.2). */
export interface PushAuthorizationResponse {
  /** Stands for the request in the authorization URL. */
  request_uri: string;
  /** Seconds. */
  expires_in: number;
}

/** A provider's metadata (OpenID Connect Discovery 1.0 section 3). */
export interface WellknownResponse {
  /** The provider's name for itself: compared exactly with `iss` everywhere. */
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
  /** Ping's own: ends the session without asking the person. */
  ping_end_idp_session_endpoint?: string;
  /** The keys that ID tokens are verified with (RFC 7517 section 5). */
  jwks_uri?: string;
  /** RFC 8628; not used in browsers. */
  device_authorization_endpoint?: string;
  /** Whether `claims` may be sent (OpenID Connect Core section 5.5). */
  claims_parameter_supported?: boolean;
  /** Whether `request` may be sent; not used. */
  request_parameter_supported?: boolean;
  /** Whether `request_uri` may be sent; not used but for PAR. */
  request_uri_parameter_supported?: boolean;
  /** Whether authorization requests must be pushed (RFC 9126 section 5). */
  require_pushed_authorization_requests?: boolean;
  /** For `acrValues`. */
  acr_values_supported?: string[];
  /** Such as `normal`. */
  claim_types_supported?: string[];
  /** The claims it may give. */
  claims_supported?: string[];
  /** RFC 8414 section 2; `S256` is always used. */
  code_challenge_methods_supported?: string[];
  /** Such as `authorization_code` and `refresh_token`. */
  grant_types_supported?: string[];
  /** Such as `RS256`. */
  id_token_signing_alg_values_supported?: string[];
  /** Not used. */
  request_object_signing_alg_values_supported?: string[];
  /** With `pi.flow`, background authorizations go by fetch. */
  response_modes_supported?: string[];
  /** With `code`. */
  response_types_supported?: string[];
  /** For `scope`. */
  scopes_supported?: string[];
  /** `public` or `pairwise`. */
  subject_types_supported?: string[];
  /** With `none`: the client is public. */
  token_endpoint_auth_methods_supported?: string[];
  /** Not used. */
  token_endpoint_auth_signing_alg_values_supported?: string[];
  /** Signed user details are verified. */
  userinfo_signing_alg_values_supported?: string[];
}

/** Options of `authorize.popup()`. */
export interface PopupOptions extends AuthorizeOptions {
  /** The width of the window in CSS pixels; default 480. */
  width?: number;
  /** The height of the window in CSS pixels; default 640. */
  height?: number;
}

/** What a sign-in by redirect or window brought. */
export interface SignInResult extends OauthTokens {
  /** What the app gave as `appState`. */
  appState?: unknown;
}

/** The tokens of one sign-in. */
export interface OauthTokens {
  /** For requests to APIs (RFC 6749 section 1.4). */
  accessToken: string;
  /**
   * Who signed in, verified (OpenID Connect Core 3.1.3.7). Optional, unlike in the documented
   * client, whose type promises it always: without the scope `openid` there is none.
   */
  idToken?: string;
  /** For renewal (RFC 6749 section 1.5). */
  refreshToken?: string;
  /**
   * The lifetime in **seconds** at the time of receipt, in spite of the name; 0 for tokens that were
   * over when they came. Absent where neither the provider nor the access token told one.
   */
  expiresAt?: number;
  /** When the access token expires: milliseconds since 1970, by the device's clock. */
  expiryTimestamp?: number;
  /** The scope that was granted, space-separated; where the provider is silent, the one asked for. */
  scope?: string;
  /** The type of the access token, such as `Bearer`. */
  tokenType?: string;
  /** The APIs that the access token is for, where the app named some (RFC 8707). */
  resource?: string[];
  /** The issuer whose ID token was verified. */
  issuer?: string;
  /** True when the stored tokens are returned although renewal is due and was not asked for. */
  expired?: true;
  /** False when the tokens could not be stored: they last as long as this page. */
  persisted?: false;
}

/** Options of `token.get()`. */
export interface GetTokensOptions extends CallOptions {
  /** Renew when there are no tokens, or they are about to expire. */
  backgroundRenew?: boolean;
  /** Renew whatever is stored, and whatever the provider has said before. */
  forceRenew?: boolean;
  /**
   * For a renewal by background authorization. Where a user is signed in, `openid` is added to the
   * scope: the new tokens must be about the same user.
   */
  authorizeOptions?: Omit<AuthorizeOptions, 'signal'>;
  /** Ignored: the client's own storage is used. */
  storageOptions?: Partial<StorageConfig>;
}

/** Options of `token.exchange()`. */
export interface ExchangeOptions extends CallOptions {
  /** Ignored: authorizations are kept by their state. */
  prefix?: string;
  /** Ignored. */
  name?: string;
  /** Ignored. */
  type?: StorageConfig['type'];
  /** Ignored. */
  custom?: CustomStorageObject;
  /**
   * The `iss` parameter of the authorization response (RFC 9207), `null` when it had none: compared
   * with the issuer. Where it isn't handed over, the page's address and the one that the page was loaded
   * with are looked at, if they have this `state`. A provider that promises `iss` must have sent one
   * (`iss_missing`), except for what `authorize.background()` has brought.
   */
  iss?: string | null;
}

/** Why an exchange failed. */
export type TokenExchangeErrorResponse = GenericError;

/** User details (OpenID Connect Core section 5.3.2). */
export interface UserInfoResponse {
  /** The person; the same as in the ID token. */
  sub: string;
  [claim: string]: unknown;
}

/** Options of `user.session()`. */
export interface SessionCheckOptions extends CallOptions {
  /**
   * `none` (the default): whether there is a session; that it is the one of the stored ID token holds as
   * far as the provider goes by `id_token_hint` (OpenID Connect Core section 3.1.2.1). `id_token`: whose
   * session it is.
   */
  responseType?: SessionCheckResponseType;
  /**
   * Asks for the response type `none` or `id_token` itself, where the provider's metadata lists it.
   * Default: asks for a code, which every provider knows, and for `id_token` exchanges it; the tokens are
   * not kept.
   */
  withoutCode?: boolean;
  /** Where the hidden frame lands; default: the configuration's. `''` asks AM by fetch (`none` only; others only where their metadata list the response type `none`). */
  redirectUri?: string;
  /** The person that it should be (`id_token` only). */
  subject?: string;
  /** Space-separated scopes; default `openid`. `offline_access` is left out. */
  scope?: string;
}

/** What a session check asks for. */
export type SessionCheckResponseType = 'id_token' | 'none';

/** The claims of a verified ID token (RFC 7519 section 4.1, OpenID Connect Core section 2). */
export interface JWTPayload {
  /** Who issued it. */
  iss?: string;
  /** The person. */
  sub?: string;
  /** The client, or a list with the client. */
  aud?: string | string[];
  /** Its id. */
  jti?: string;
  /** Seconds since 1970. */
  nbf?: number;
  /** Seconds since 1970. */
  exp?: number;
  /** Seconds since 1970. */
  iat?: number;
  [claim: string]: unknown;
}

/** There is a session. */
export type SessionCheckSuccess =
  | {
      /** There is a session. */
      responseType: 'none';
      /** Nothing is told about it. */
      claims?: undefined;
    }
  | {
      /** There is a session. */
      responseType: 'id_token';
      /** Whose it is: the claims of a verified ID token. */
      claims: JWTPayload;
    };

/** Options of `user.logout()`. */
export interface LogoutOptions extends CallOptions {
  /**
   * Revokes the tokens, and then sends the browser itself to the provider, which ends the session and
   * sends it to the `signOutRedirectUri`. For providers whose session a `fetch` can't end.
   */
  redirect?: boolean;
  /** Comes back with the `signOutRedirectUri`; default: random. */
  state?: string;
}

/** What happened to the sign-in. */
export type OidcEvent = {
  /** True when another tab did it. */
  readonly fromOtherTab: boolean;
} & (
  | {
      /**
       * `signed_in`: there are new tokens. `signed_out`: the tokens are forgotten; the provider's session
       * may still be ending. A sign-in begun now waits for that in this tab; from another tab, let the
       * user begin. `tokens_renewed`.
       * `tokens_expired`: the access token's life is over, and it was not renewed.
       */
      readonly type: 'signed_in' | 'signed_out' | 'tokens_renewed' | 'tokens_expired';
      /** Nothing went wrong. */
      readonly error?: undefined;
    }
  | {
      /** The tokens could not be renewed; what is stored is still stored. */
      readonly type: 'renewal_failed';
      /** Why. */
      readonly error: GenericError;
    }
);

/**
 * What is known of a part of a sign-out: `true` was confirmed, `false` was not needed or not possible,
 * `'unconfirmed'` was tried, and nothing says what came of it.
 */
export type Done = boolean | 'unconfirmed';

/** What `token.revoke()` did. */
export interface RevokeSuccessResult {
  /** Nothing went wrong. */
  revokeResponse: null;
  /** Nothing went wrong. */
  deleteResponse: null;
  /** Which parts were needed, and done. */
  done: {
    /** The tokens were revoked at the provider. */
    revoke: boolean;
    /** The tokens were removed from this browser. */
    delete: boolean;
  };
}

/** What `user.logout()` did. */
export interface LogoutSuccessResult {
  /** Nothing went wrong. */
  sessionResponse: null;
  /** Nothing went wrong. */
  revokeResponse: null;
  /** Nothing went wrong. */
  deleteResponse: null;
  /** Which parts are confirmed. */
  done: {
    /**
     * The session at the provider has ended. `'unconfirmed'`: the provider's answer can't be read, or
     * says nothing; with `redirect`, the browser was sent there.
     */
    session: Done;
    /** The tokens were revoked at the provider; `why` says why not. */
    revoke: boolean;
    /** Tokens and session token were removed from this browser. */
    delete: boolean;
  };
  /** Why a part is not confirmed, where that is known. */
  why?: {
    /** Such as `endpoint_missing` or `network_failed`. */
    session?: ErrorCode;
    /** `endpoint_missing`, or that the provider does not revoke for this client. */
    revoke?: ErrorCode;
  };
}

/**
 * A revocation that failed in part: each member is what went wrong, or `null`. The tokens are forgotten
 * here all the same, unless `deleteResponse` says otherwise.
 */
export interface RevokeErrorResult extends GenericError {
  /** Which parts are confirmed. */
  done?: {
    /** The tokens were revoked at the provider. */
    revoke: boolean;
    /** The tokens were removed from this browser. */
    delete: boolean;
  };
  /** The revocation at the provider. */
  revokeResponse?: GenericError | null;
  /** The removal from this browser's storage. */
  deleteResponse?: GenericError | null;
}

/** A logout that failed in part: each member is what went wrong, or `null`. */
export interface LogoutErrorResult extends Omit<RevokeErrorResult, 'done'> {
  /** Which parts are confirmed. */
  done?: LogoutSuccessResult['done'];
  /** The end of the session at the provider. */
  sessionResponse?: GenericError | null;
}

/** An OpenID Connect client. No method ever rejects, except `fetch()`. */
export interface OidcClientMethods extends NoError {
  /**
   * Calls the listener at each {@link OidcEvent} of this tab and of others, when what happened has
   * been stored. Listeners may call the client, and end their subscription. Returns the end of the
   * subscription, which may be called more than once.
   */
  subscribe(listener: (event: OidcEvent) => void): () => void;
  /** Authorization requests (RFC 6749 section 4.1, with PKCE, RFC 7636). */
  authorize: {
    /**
     * The URL that a person is sent to to sign in. Its state, nonce and code verifier are
     * remembered for an hour in `sessionStorage`, each authorization on its own.
     *
     * Errors: `Invalid options`, `AuthorizationUrlError`; with pushed requests (RFC 9126) `PAR_ERROR`
     * and `PAR_NOT_CONFIGURED`.
     */
    url(options?: AuthorizeOptions): Promise<string | GenericError>;
    /**
     * Asks the provider in a hidden frame, without the person (`prompt=none`, OpenID Connect Core
     * section 3.1.2.1).
     *
     * Errors: the provider's own, such as `login_required`, with a `redirectUrl`;
     * `CONFIGURATION_ERROR` when another page stays in the frame; `iframe_timeout`; `offline`;
     * `State mismatch`; `Landing mismatch`; `Issuer mismatch` (RFC 9207).
     */
    background(options?: AuthorizeOptions): Promise<AuthorizationSuccess | AuthorizationError>;
    /**
     * Sends the browser to the provider to sign in. The page is left; only an error is worth looking
     * at. On the page of the redirect URI, `callback()` goes on.
     *
     * Errors: those of `url()`.
     */
    redirect(options?: AuthorizeOptions): Promise<undefined | AuthorizationError>;
    /**
     * Signs in in a window. To be called directly in the handler of a click, before any `await`:
     * browsers block other windows.
     *
     * Errors: `popup_blocked`, `popup_closed`, `popup_timeout` (10 minutes), the provider's own, and
     * those of `token.exchange()`.
     */
    popup(options?: PopupOptions): Promise<SignInResult | AuthorizationError>;
    /**
     * Comes back from the provider: checks the response in the URL (`state`, page, `iss`), exchanges its
     * code, verifies the ID token, stores the tokens, and takes the response out of the address bar.
     * Calling it again with the same URL, at once or after a reload, gives the tokens again.
     */
    callback: {
      /**
       * Deals with one response. Without a `url`: with the page's own.
       *
       * Errors: `State mismatch` with the code `state_missing` or `state_unknown` when it is no
       * response to this client in this tab; the provider's own; those of `token.exchange()`.
       */
      (url?: string | URL, options?: CallOptions): Promise<SignInResult | AuthorizationError>;
      /**
       * True when the URL (default: the page's own) answers an authorization that this client began
       * in this tab, and is its redirect URI's.
       */
      matches(url?: string | URL): boolean;
    };
  };
  /** The tokens. */
  token: {
    /**
     * Exchanges a code for tokens (RFC 6749 section 4.1.3), verifies the ID token (OpenID Connect
     * Core section 3.1.3.7), and stores them.
     *
     * Errors: `State mismatch`, `Landing mismatch`, `Issuer mismatch`, `Token Exchange failure`,
     * `ID_TOKEN_INVALID`.
     */
    exchange(
      code: string,
      state: string,
      options?: ExchangeOptions,
    ): Promise<OauthTokens | TokenExchangeErrorResponse>;
    /**
     * The stored tokens; with `backgroundRenew` valid ones, whatever it takes: renewal by refresh
     * token (RFC 6749 section 6) or by background authorization. Calls that overlap, in any tab,
     * share one renewal. That no user is signed in at the provider is believed for 60 seconds, unless
     * `forceRenew` is set. What is replaced is not revoked.
     *
     * Errors: `No tokens found`, `Error occurred while retrieving tokens`, and those of
     * `authorize.background()` and `exchange()`.
     */
    get(options?: GetTokensOptions): Promise<OauthTokens | AuthorizationError>;
    /**
     * Revokes the refresh and the access token (RFC 7009) and forgets all tokens, whatever comes of
     * that: also without a revocation endpoint, which is an error all the same.
     *
     * Errors: `No access token found`, `Wellknown missing revocation endpoint`,
     * `Inner request error`.
     */
    revoke(options?: CallOptions): Promise<RevokeSuccessResult | RevokeErrorResult>;
  };
  /** The person. */
  user: {
    /**
     * User details (OpenID Connect Core section 5.3).
     *
     * Errors: `No access token found`, `User Info retrieval failure`.
     */
    info(options?: CallOptions): Promise<UserInfoResponse | GenericError>;
    /**
     * What the stored ID token says, verified (OpenID Connect Core section 2). Asks nobody; it may have
     * expired.
     *
     * Errors: `No access token found`, `no_id_token`, `ID_TOKEN_INVALID`.
     */
    claims(options?: CallOptions): Promise<JWTPayload | GenericError>;
    /**
     * Asks the provider, in a hidden frame or by fetch, whether there is a session (`prompt=none`,
     * OpenID Connect Core section 3.1.2.1). It never signs anybody out, and stores and revokes nothing.
     *
     * Only the code `login_required` says that the session is over. `session_unconfirmed` is the
     * provider's "nobody is signed in" in a page whose hidden frames have not reached the session since
     * the sign-in: its cookie may be blocked there. All other codes say nothing of the session either.
     *
     * Errors: the provider's own, such as `login_required`; `no_id_token_hint`,
     * `missing_redirect_uri`, `iframe_timeout`, `session_check_error`, `state_mismatch`,
     * `no_id_token`, `invalid_jwt`, `nonce_mismatch`, `subject_mismatch`, `ID_TOKEN_INVALID`,
     * `Issuer mismatch`, `Landing mismatch`.
     */
    session(options?: SessionCheckOptions): Promise<SessionCheckSuccess | FrameError>;
    /**
     * Signs out: forgets all tokens and the session token at once, then ends the session at the
     * provider (OpenID Connect RP-Initiated Logout), then revokes the tokens. `done` says what is
     * confirmed: at AM its sessions endpoint says so, elsewhere an answer that can be read, or the
     * hidden frame of `backgroundSignOutRedirectUri`. A provider that wants to ask the user needs
     * `redirect`.
     *
     * Errors: `Token_Error` when nobody is signed in, `Inner request error`.
     */
    logout(options?: LogoutOptions): Promise<LogoutSuccessResult | LogoutErrorResult>;
  };
  /**
   * The browser's `fetch`, with a valid access token for the origins in `apiOrigins` (RFC 6750); to
   * others it adds nothing. Tokens are renewed first where they need it, but nobody is signed in by
   * it: without tokens it rejects. After a 401 it tries once more with new tokens, and after an
   * advice of AM once more when {@link OidcInput.onAdvice} has satisfied it; not where another user has
   * signed in since the first try, nor after a response of an origin outside the list: then it resolves
   * to that response. With a token, redirects are refused unless `init.redirect` is `follow`.
   *
   * Rejects as `fetch` does, and with a `TypeError` whose `cause` is a {@link GenericError} when no
   * token can be had.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
}

/** What {@link oidc} resolves to when it fails: the error, and no methods. */
export interface OidcClientError extends GenericError {
  /** Absent. */
  subscribe?: undefined;
  /** Absent. */
  authorize?: undefined;
  /** Absent. */
  token?: undefined;
  /** Absent. */
  user?: undefined;
  /** Absent. */
  fetch?: undefined;
}

/**
 * What {@link oidc} resolves to. After `if ('error' in client) throw …` it is a client; without
 * that, `client.token?.get()` compiles.
 */
export type OidcClient = OidcClientMethods | OidcClientError;

/**
 * Makes an OpenID Connect client. Resolves to an error value for bad configuration, an unreachable
 * provider or blocked storage; never rejects.
 *
 * @example
 * const client = await oidc({ config });
 * if ('error' in client) throw new Error(client.message);
 * const tokens = await client.token.get({ backgroundRenew: true });
 */
export function oidc<ActionType extends string = ActionTypes>(
  input: OidcInput<ActionType>,
): Promise<OidcClient>;

/** `oidc` of the unified SDK configuration. */
export interface UnifiedOidcConfig {
  /** The well-known URL. */
  discoveryEndpoint: string;
  /** For {@link makeOidcConfig} required. */
  clientId?: string;
  /** For {@link makeOidcConfig} required. */
  redirectUri?: string;
  /** For {@link makeOidcConfig} required. */
  scopes?: string[];
  /** Where the provider sends the user after a logout. */
  signOutRedirectUri?: string;
  /** **Seconds** before the expiry of a token at which its renewal is due. */
  refreshThreshold?: number;
  /** `login_hint` */
  loginHint?: string;
  /** `nonce` */
  nonce?: string;
  /** `display` */
  display?: AuthDisplayValue;
  /** `prompt` */
  prompt?: AuthPromptValue;
  /** `ui_locales` */
  uiLocales?: string;
  /** `acr_values` */
  acrValues?: string;
  /** Further parameters of authorization requests. */
  additionalParameters?: Record<string, string>;
}

/** `journey` of the unified SDK configuration. */
export interface UnifiedJourneyConfig {
  /** Not used: the well-known URL says where AM is. */
  serverUrl?: string;
  /** The realm, which is in the well-known URL too. */
  realm?: string;
  /** Not used. */
  cookieName?: string;
}

/** The JSON file that an app shares with its Android and iOS versions. */
export interface UnifiedSdkConfig {
  /** Milliseconds for each request. */
  timeout?: number;
  /** How much is logged. */
  log?: Uppercase<LogLevel>;
  /** For journeys. */
  journey?: UnifiedJourneyConfig;
  /** The provider, and the client. */
  oidc?: UnifiedOidcConfig;
}

/** How the provider shows itself (OpenID Connect Core section 3.1.2.1). */
export type AuthDisplayValue = 'page' | 'popup' | 'touch' | 'wap';

/** What the provider asks the user (OpenID Connect Core section 3.1.2.1). */
export type AuthPromptValue = 'none' | 'login' | 'consent' | 'select_account';

/**
 * Reads the unified SDK configuration ({@link UnifiedSdkConfig}) for an {@link oidc} client. Unknown
 * fields are ignored, optional ones may be `null`.
 *
 * | JSON | {@link OidcConfig} |
 * |---|---|
 * | `oidc.clientId`, `oidc.redirectUri` (required, not empty) | the same names |
 * | `oidc.discoveryEndpoint` (required, not empty) | `serverConfig.wellknown` |
 * | `oidc.scopes` (required, not empty): list of texts | `scope`, space-separated |
 * | `oidc.refreshThreshold`: **seconds**, 0 or more | `oauthThreshold`: milliseconds |
 * | `oidc.signOutRedirectUri`, `loginHint`, `nonce`, `display`, `prompt`, `uiLocales`, `acrValues` | the same names |
 * | `oidc.additionalParameters`: object of texts | `query` |
 * | `timeout`: milliseconds, 0 or more | `serverConfig.timeout` |
 * | `log`: `NONE`, `ERROR`, `WARN`, `INFO` or `DEBUG` | `log`, in lower case |
 * | `journey.realm` | `realmPath` |
 *
 * @param json the parsed file
 * @throws Error `Invalid unified SDK config: <field>: <message>, …`: every field of a wrong type or
 * value and a missing `discoveryEndpoint` at once; then, one at a time, a missing `oidc`,
 * `clientId`, `redirectUri` or `scopes`
 */
export function makeOidcConfig(json: unknown): OidcConfig;

/**
 * Reads the unified SDK configuration ({@link UnifiedSdkConfig}) for a {@link journey} client, of the
 * same file as {@link makeOidcConfig}. All fields are checked; `oidc.discoveryEndpoint`, `timeout`,
 * `log` and `journey.realm` are used, and nothing else of `oidc` is required.
 *
 * @param json the parsed file
 * @throws Error as {@link makeOidcConfig}, without the last three
 */
export function makeJourneyConfig(json: unknown): JourneyClientConfig;

// --------------------------------------------------------------------------------------- Journeys

/** Where the server is. */
export interface JourneyServerConfig {
  /** The realm's well-known URL; https, or http on this machine. */
  wellknown: string;
  /** As for `oidc()`: {@link OidcServerConfig.issuer}. */
  issuer?: string;
  /** As for `oidc()`: {@link OidcServerConfig.metadata}. */
  metadata?: ProviderMetadata;
  /** Milliseconds for each request; default 30 000. */
  timeout?: number;
  /**
   * Paths in the place of those that follow from the issuer; needed where the issuer's path has no
   * `/oauth2`.
   */
  paths?: {
    /** Default: the issuer's path with `/json` for `/oauth2`, and `/authenticate`. */
    authenticate?: string;
    /** Default: the same with `/sessions/`; without `/oauth2`, beside a given `authenticate`. */
    sessions?: string;
  };
}

/** AM's endpoints, as the documented client names them; no call here takes or returns them. */
export interface ResolvedServerConfig {
  /** AM's origin. */
  baseUrl: string;
  /** Paths below it. */
  paths: {
    /** The journeys' endpoint. */
    authenticate: string;
    /** The sessions' endpoint. */
    sessions: string;
  };
}

/** The documented client's own state; no call here takes or returns it. */
export interface InternalJourneyClientConfig {
  /** AM's endpoints. */
  serverConfig: ResolvedServerConfig;
  /** Why there are none. */
  error?: GenericError;
}

/** The configuration of a journey client. */
export interface JourneyClientConfig extends IgnoredConfig {
  /** Where the server is. */
  serverConfig: JourneyServerConfig;
  /** Where the session token is kept; default `sessionStorage`. */
  session?: {
    /** Default `sessionStorage`. */
    type?: 'sessionStorage' | 'localStorage' | 'memory' | 'none';
    /**
     * The name of AM's session cookie: the session token is then sent to AM's `/json` endpoints in a
     * header of that name too, for sites where browsers block the cookie.
     */
    cookieName?: string;
  };
  /** Makes the objects of the app's own types of callbacks. */
  callbackFactory?: CallbackFactory;
  /** How much is logged; default `error`. */
  log?: LogLevel;
  /** Ignored: for {@link oidc}. */
  clientId?: unknown;
  /** Ignored: for {@link oidc}. */
  redirectUri?: unknown;
  /** Ignored: for {@link oidc}. */
  scope?: unknown;
  /** Ignored: for {@link oidc}. */
  oauthThreshold?: unknown;
}

/** The argument of {@link journey}. */
export interface JourneyInput<ActionType extends string = ActionTypes> {
  /** The server. */
  config: JourneyClientConfig;
  /** Where and how much is logged. */
  logger?: LoggerConfig;
  /** Sees and changes requests, in this order. */
  requestMiddleware?: RequestMiddleware<ActionType>[];
  /** Sees responses. */
  onResponse?: ResponseHook<ActionType>;
}

/** Query parameters for AM; what JavaScript counts as false is left out. */
export type Query = Record<string, string | number | boolean | undefined>;

/** Options of `next()` and `terminate()`. */
export interface NextOptions extends CallOptions {
  /** Further query parameters. */
  query?: Query;
}

/** Options of `start()`. */
export interface StartParam extends NextOptions {
  /** The journey; without it the realm's default one. */
  journey?: string;
}

/** A name and a value of a callback. */
export interface NameValue {
  /** The name, such as `prompt` or `IDToken1`. */
  name: string;
  /** Any JSON. */
  value: unknown;
}

/** A callback as AM sends it. */
export interface Callback {
  /** AM's number for it. */
  _id?: number;
  /** What is answered: the setters write here. */
  input?: NameValue[];
  /** What AM says: the getters read here. */
  output: NameValue[];
  /** The type, such as `NameCallback`. */
  type: CallbackType | (string & {});
}

/** What a policy demands; which members there are depends on the policy. */
export interface PolicyParams {
  [name: string]: unknown;
  /** Other fields whose values are not allowed in it. */
  disallowedFields: string;
  /** The value that was found twice. */
  duplicateValue: string;
  /** The characters that are not allowed. */
  forbiddenChars: string;
  /** Characters. */
  maxLength: number;
  /** Characters. */
  minLength: number;
  /** Capital letters. */
  numCaps: number;
  /** Digits. */
  numNums: number;
}

/** An unmet policy. */
export interface PolicyRequirement {
  /** What it demands. */
  params?: Partial<PolicyParams>;
  /** Its name: a {@link PolicyKey}, or one of the server's own. */
  policyRequirement: string;
}

/** The unmet policies of one property. */
export interface FailedPolicyRequirement {
  /** Each that was not met. */
  policyRequirements: PolicyRequirement[];
  /** The property, such as `mail`. */
  property: string;
}

/** The policies of a value that AM's identity management checks. */
export interface ValidationPolicies {
  // biome-ignore lint/suspicious/noExplicitAny: AM's own, as the documented client types it.
  [member: string]: any;
  /** All names. */
  policyRequirements?: string[];
  /** Each policy, with what it demands. */
  policies?: {
    policyId?: string;
    policyRequirements?: string[];
    params?: { [name: string]: unknown };
  }[];
}

/** Where AM would send a browser after a failure. */
export interface FailureDetail {
  /** An absolute URL or a path. */
  failureUrl?: string;
}

/** Why a journey failed. */
export interface StepDetail extends FailureDetail {
  /** The policies that a value did not meet. */
  failedPolicyRequirements?: FailedPolicyRequirement[];
  /** `false` when policies failed. */
  result?: boolean;
}

/** What AM answers. */
export interface Step {
  /** The state of the journey: a secret of this browser, sent back with the answers. */
  authId?: string;
  /** What to answer. */
  callbacks?: Callback[];
  /** A failure's code: mostly the HTTP status. */
  code?: number;
  /** A text for the page. */
  description?: string;
  /** More about a failure. */
  detail?: StepDetail;
  /** The page's heading. */
  header?: string;
  /** A failure's text for the person. */
  message?: string;
  /** AM's own. */
  ok?: string;
  /** The realm, such as `/alpha`. */
  realm?: string;
  /** A failure's HTTP reason, such as `Unauthorized`. */
  reason?: string;
  /** Which page this is, where the journey says so. */
  stage?: string;
  /** The HTTP status, where AM repeats it. */
  status?: number;
  /** Where AM would send a browser. */
  successUrl?: string;
  /** The session token: a secret. */
  tokenId?: string;
}

/** The kinds of results. */
export const StepType: {
  /** {@link JourneyLoginFailure} */
  readonly LoginFailure: 'LoginFailure';
  /** {@link JourneyLoginSuccess} */
  readonly LoginSuccess: 'LoginSuccess';
  /** {@link JourneyStep} */
  readonly Step: 'Step';
};
/** The kinds of results. */
export type StepType = (typeof StepType)[keyof typeof StepType];
export namespace StepType {
  /** The type of a failure's `type`. */
  export type LoginFailure = 'LoginFailure';
  /** The type of a success's `type`. */
  export type LoginSuccess = 'LoginSuccess';
  /** The type of a step's `type`. */
  export type Step = 'Step';
}

/** What all results of a journey have but errors. */
export interface AuthResponse {
  /** The kind of result. */
  type: StepType;
}

/** Which class a type of callback has. */
export interface CallbackClasses {
  BooleanAttributeInputCallback: AttributeInputCallback<boolean>;
  ChoiceCallback: ChoiceCallback;
  ConfirmationCallback: ConfirmationCallback;
  DeviceProfileCallback: DeviceProfileCallback;
  HiddenValueCallback: HiddenValueCallback;
  KbaCreateCallback: KbaCreateCallback;
  MetadataCallback: MetadataCallback;
  NameCallback: NameCallback;
  NumberAttributeInputCallback: AttributeInputCallback<number>;
  PasswordCallback: PasswordCallback;
  PingOneProtectEvaluationCallback: PingOneProtectEvaluationCallback;
  PingOneProtectInitializeCallback: PingOneProtectInitializeCallback;
  PollingWaitCallback: PollingWaitCallback;
  ReCaptchaCallback: ReCaptchaCallback;
  ReCaptchaEnterpriseCallback: ReCaptchaEnterpriseCallback;
  RedirectCallback: RedirectCallback;
  SelectIdPCallback: SelectIdPCallback;
  StringAttributeInputCallback: AttributeInputCallback<string>;
  SuspendedTextOutputCallback: SuspendedTextOutputCallback;
  TermsAndConditionsCallback: TermsAndConditionsCallback;
  TextInputCallback: TextInputCallback;
  TextOutputCallback: TextOutputCallback;
  ValidatedCreatePasswordCallback: ValidatedCreatePasswordCallback;
  ValidatedCreateUsernameCallback: ValidatedCreateUsernameCallback;
}

/** The types of callbacks that have a class of their own. */
export type CallbackType = keyof CallbackClasses;

/** The names of the callback types. */
export const callbackType: { readonly [Type in CallbackType]: Type };

/** Callbacks to answer. */
export interface JourneyStep {
  /** Tells it from other results. */
  type: 'Step';
  /** What AM sent, live: the callbacks write into it, and `next()` sends it. */
  payload: Step;
  /** One object per callback, in order; what is no object is left out. */
  callbacks: BaseCallback[];
  // The two forms of each have the same type parameters: only so TypeScript gives the parameter of a
  // function in a literal a type (`getCallbackOfType: (type) => …`, in an app's tests).
  /** The only callback of a type. Throws when there are none or several. */
  getCallbackOfType<T extends BaseCallback | CallbackType = BaseCallback>(
    type: T & CallbackType,
  ): T extends CallbackType ? CallbackClasses[T] : never;
  getCallbackOfType<T extends BaseCallback | CallbackType = BaseCallback>(
    type: string,
  ): T extends BaseCallback ? T : BaseCallback;
  /** Every callback of a type. */
  getCallbacksOfType<T extends BaseCallback | CallbackType = BaseCallback>(
    type: T & CallbackType,
  ): (T extends CallbackType ? CallbackClasses[T] : never)[];
  getCallbacksOfType<T extends BaseCallback | CallbackType = BaseCallback>(
    type: string,
  ): (T extends BaseCallback ? T : BaseCallback)[];
  /** Sets the first input of the only callback of a type. Throws when there are none or several. */
  setCallbackValue(type: CallbackType | (string & {}), value: unknown): void;
  /** AM's `description`, as it is in the payload now. */
  getDescription(): string | undefined;
  /** AM's `header`, as it is in the payload now. */
  getHeader(): string | undefined;
  /** AM's `stage`, as it is in the payload now. */
  getStage(): string | undefined;
}

/** Signed in. */
export interface JourneyLoginSuccess {
  /** Tells it from other results. */
  type: 'LoginSuccess';
  /** What AM sent, frozen. */
  payload: Readonly<Step>;
  /** The realm, such as `/alpha`. */
  getRealm(): string | undefined;
  /** AM's session token; absent with `noSession`, or where AM keeps it in its cookie alone. */
  getSessionToken(): string | undefined;
  /** Where AM would send a browser. */
  getSuccessUrl(): string | undefined;
}

/** Refused. */
export interface JourneyLoginFailure {
  /** Tells it from other results. */
  type: 'LoginFailure';
  /** What AM sent, frozen. */
  payload: Readonly<Step>;
  /** The HTTP status; absent where an app's test made the object. */
  status?: number;
  /** AM's code; `NaN` when absent. */
  getCode(): number;
  /** AM's `detail`. */
  getDetail(): StepDetail | undefined;
  /** AM's `message`: a text for the person. */
  getMessage(): string | undefined;
  /** The failed policies in words. */
  getProcessedMessage(messageCreator?: MessageCreator): ProcessedPropertyError[];
  /** AM's `reason`, such as `Unauthorized`. */
  getReason(): string | undefined;
}

/** The result of `start()` and `next()`; told apart by `type`. */
export type JourneyResult = JourneyStep | JourneyLoginSuccess | JourneyLoginFailure | GenericError;

/** A journey client. */
export interface JourneyClient {
  /**
   * Begins a journey. An existing session answers with success at once.
   *
   * Errors: `request_failed` (an outage; wrong credentials are a `LoginFailure`),
   * `no_response_data`.
   */
  start(options?: StartParam): Promise<JourneyResult>;
  /**
   * Submits a step. Reads nothing but its `payload`. Submitting the same step twice at once is one
   * request.
   *
   * Errors: as `start()`; `invalid_step` for anything that is not a step.
   */
  next(step: Pick<JourneyStep, 'payload'>, options?: NextOptions): Promise<JourneyResult>;
  /**
   * Leaves for the page of the step's `RedirectCallback`, such as a social identity provider, and keeps
   * the step, without what was entered in it, for `resume()`: for 10 minutes, in `sessionStorage`.
   * Resolves to `undefined`, or with `navigate: false` to the URL.
   *
   * Throws when the step has not one `RedirectCallback` with a URL, as documented.
   *
   * Errors: `invalid_redirect` for a URL that is no web page's.
   */
  redirect(
    step: Pick<JourneyStep, 'payload' | 'getCallbackOfType'>,
    options?: RedirectOptions,
  ): Promise<undefined | string | GenericError>;
  /**
   * Goes on after the person has come back by a URL: at the step that `redirect()` kept, or, with a
   * `suspendedId` such as of a link in an e-mail, where the journey was suspended. Asked again with the
   * same URL it gives the same result, until the journey goes on or is over.
   *
   * The URL must be the response to that step: with the `state` that was kept, where it has a `state`, a
   * `code` or an `error` ([RFC 6749 section 10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)),
   * and with the `RelayState` that was kept, where AM has taken the response. An `error` of another
   * response begins anew.
   *
   * Rejects with a `TypeError` when the URL is none, and throws when the step is needed and not there,
   * too old, or another response's (`state_missing`, `state_mismatch`), as documented.
   *
   * Errors: as `start()`.
   */
  resume(url: string | URL, options?: ResumeOptions): Promise<JourneyResult>;
  /**
   * Waits as long as the step's `PollingWaitCallback` says, from 100 ms to 2^31 - 1 ms, and submits the
   * step, again and again, until another kind of step or result comes.
   *
   * Errors: as `next()`; `aborted` by the signal.
   */
  poll(step: JourneyStep, options?: PollOptions): Promise<JourneyResult>;
  /** Calls the listener after each result. Returns the end of the subscription. */
  subscribe(listener: (event: JourneyEvent) => void): () => void;
  /**
   * What the last call resolved to, one that was given up aside; `undefined` before the first and after
   * `terminate()`.
   */
  getState(): JourneyResult | undefined;
  /** The session that the journey ended in. */
  session: {
    /** What is kept of it in this browser. */
    get(): StoredSession | undefined;
    /**
     * What AM knows of it.
     *
     * Errors: `session_info_failed`, of type `auth_error` when there is no session.
     */
    info(options?: CallOptions): Promise<SessionInfo | GenericError>;
  };
  /**
   * Signs out: forgets the session token and the tokens of every {@link oidc} client of the same
   * issuer, revokes those tokens, and ends the session on the server. Resolves to `undefined` when
   * the server has ended the session. One that had already ended is known by its session token alone,
   * with `session.cookieName`; by the cookie it looks like one whose cookie is blocked.
   *
   * Errors: `terminate_failed`, whose `parts` say what failed; with the code `session_unconfirmed`,
   * nothing says whether the session is over.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: as documented, so that apps' mocks fit.
  terminate(options?: NextOptions): Promise<void | TerminateError>;
}

/** Options of `redirect()`. */
export interface RedirectOptions extends CallOptions {
  /** `false`: don't go there, resolve to the URL. */
  navigate?: boolean;
}

/** Options of `resume()`. */
export interface ResumeOptions extends NextOptions {
  /** The journey to begin, where there is no step to come back to. */
  journey?: string;
}

/** Options of `poll()`. */
export interface PollOptions extends NextOptions {
  /** Called with each polling step, before it is waited for. */
  onTick?(step: JourneyStep): void;
}

/** What happened to a journey: the type of its new state, and the state. */
export interface JourneyEvent {
  /** `error` for an error value; `terminated` after `terminate()`. */
  readonly type: 'Step' | 'LoginSuccess' | 'LoginFailure' | 'error' | 'terminated';
  /** What the call resolved to. */
  readonly result: JourneyResult | TerminateError | undefined;
}

/** What is kept of a session. */
export interface StoredSession {
  /** The session token. */
  tokenId: string;
  /** Where AM would send the person. */
  successUrl?: string | null;
  /** The realm. */
  realm?: string | null;
}

/** What AM knows of a session. Times are in the form of ISO 8601. */
export interface SessionInfo {
  /** The account. */
  username?: string;
  /** The person's entry in AM's directory. */
  universalId?: string;
  /** The realm, such as `/alpha`. */
  realm?: string;
  /** The last use. */
  latestAccessTime?: string;
  /** When it ends if it is not used. */
  maxIdleExpirationTime?: string;
  /** When it ends in any case. */
  maxSessionExpirationTime?: string;
  /** What journeys have put into it. */
  properties?: Record<string, unknown>;
  [member: string]: unknown;
}

/** A sign-out that failed in part. */
export interface TerminateError extends GenericError {
  /** What went wrong with each part, or `null`. */
  parts?: {
    /** The end of the session on the server. */
    session: GenericError | null;
    /** The revocation of the tokens. */
    tokens: GenericError | null;
  };
}

/**
 * Makes a journey client.
 *
 * Rejects with an `Error` that has a `code`: for a bad well-known URL, an unreachable server, or a
 * provider that is not AM.
 *
 * @example
 * const client = await journey({ config });
 * let step = await client.start({ journey: 'Login' });
 */
export function journey<ActionType extends string = ActionTypes>(
  input: JourneyInput<ActionType>,
): Promise<JourneyClient>;

/**
 * True for a well-known URL that {@link journey} takes: https, or http on this machine, and the path
 * ends with `/.well-known/openid-configuration`.
 */
export function isValidWellknownUrl(url: string): boolean;

/**
 * The error value for whatever a request for a well-known document failed with; an error value is
 * returned as it is.
 */
export function createWellknownError(error?: unknown): GenericError;

/**
 * A ready-made journey client for the whole page. Its methods resolve to the error
 * `not_configured` until `configure()` has been called.
 *
 * @example
 * await journeyClient.configure({ config });
 * let step = await journeyClient.start();
 */
export const journeyClient: JourneyClient & {
  /**
   * Configures the client. Resolves to `undefined`, or to the error for which {@link journey} would
   * have rejected; the earlier configuration then stays. Calls made meanwhile wait for it.
   */
  configure(input: JourneyInput): Promise<undefined | GenericError>;
};

// --------------------------------------------------------------------------------------- Callbacks

/**
 * A callback of any type; the class of those that have none of their own. What AM sends beyond the
 * documented members is in `payload`.
 */
export class BaseCallback {
  /** Wraps a callback's payload, which stays the same object. */
  constructor(payload: Callback);
  /** What AM sent, live: the same object as in the step's payload. */
  payload: Callback;
  /** The type, such as `NameCallback`. */
  getType(): CallbackType | (string & {});
  /** The value of the input that an index or a name selects. Throws when there is none. */
  getInputValue(selector?: number | string): unknown;
  /** Sets the input that an index, a name or an expression selects. Throws when there is none. */
  setInputValue(value: unknown, selector?: number | string | RegExp): void;
  /** The value of the output that an index or a name selects. Throws when there is none. */
  getOutputValue(selector?: number | string): unknown;
  /** The value of the first output of a name, else the default. */
  getOutputByName<T>(name: string, defaultValue: T): T;
}

/** Asks for an attribute of a profile: a text, a number, or yes or no. */
export class AttributeInputCallback<
  T extends string | number | boolean = string | number | boolean,
> extends BaseCallback {
  /** The attribute, such as `givenName`: AM's `name`, else `''`. */
  getName(): string;
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** Whether an answer is needed: AM's `required`, else `false`. */
  isRequired(): boolean;
  /** The policies that the value must meet: AM's `policies`, else `{}`. */
  getPolicies(): ValidationPolicies;
  /**
   * The policies that the last value failed: AM's `failedPolicies`, objects or JSON texts, else
   * `[]`. Throws when one is not JSON.
   */
  getFailedPolicies(): PolicyRequirement[];
  /** Answers: the first input. */
  setValue(value: T): void;
  /** Whether AM only checks the value and asks again: the input `…validateOnly`. */
  setValidateOnly(value: boolean): void;
}

/** Asks to choose one of a list. */
export class ChoiceCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** The index of what is chosen at first: AM's `defaultChoice`, else 0. */
  getDefaultChoice(): number;
  /** AM's `choices`, else `[]`. */
  getChoices(): string[];
  /** Chooses by index. Throws unless it is a whole number of the list. */
  setChoiceIndex(index: number): void;
  /** Chooses by text. Throws unless it is in the list. */
  setChoiceValue(value: string): void;
}

/** Asks to confirm: buttons. */
export class ConfirmationCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** The index of what is chosen at first: AM's `defaultOption`, else 0. */
  getDefaultOption(): number;
  /** AM's `messageType`, else 0: 0 information, 1 warning, 2 error. */
  getMessageType(): number;
  /** The texts of the buttons: AM's `options`, else `[]`. */
  getOptions(): string[];
  /** AM's `optionType`, else 0: 0 yes and no, 1 and cancel, 2 OK and cancel, -1 the `options`. */
  getOptionType(): number;
  /** Chooses by index. Throws unless it is a whole number of the list. */
  setOptionIndex(index: number): void;
  /** Chooses by text. Throws unless it is in the list. */
  setOptionValue(value: string): void;
}

/** Asks for what is known about the device. */
export class DeviceProfileCallback extends BaseCallback {
  /** What to show meanwhile: AM's `message`, else `''`. */
  getMessage(): string;
  /** Whether `metadata` is wanted: AM's `metadata`, else `false`. */
  isMetadataRequired(): boolean;
  /** Whether `location` is wanted: AM's `location`, else `false`. */
  isLocationRequired(): boolean;
  /** Answers, as JSON: the first input. */
  setProfile(profile: DeviceProfileData): void;
}

/** Takes a value that the page finds out; AM's `id` says which. */
export class HiddenValueCallback extends BaseCallback {}

/** Asks for a security question and its answer. */
export class KbaCreateCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** Questions to choose from: AM's `predefinedQuestions`, else `[]`. */
  getPredefinedQuestions(): string[];
  /** Whether a question of one's own is allowed: AM's `allowUserDefinedQuestions`, else `false`. */
  isAllowedUserDefinedQuestions(): boolean;
  /** The input `…question`. Throws when there is none. */
  setQuestion(question: string): void;
  /** The input `…answer`. Throws when there is none. */
  setAnswer(answer: string): void;
}

/** Brings data for the page; nothing is asked. */
export class MetadataCallback extends BaseCallback {
  /** AM's `data`, else `{}`. */
  getData<T = { [name: string]: unknown }>(): T;
}

/** Asks for a username. */
export class NameCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** Answers: the first input. */
  setName(name: string): void;
}

/** Asks for a password. */
export class PasswordCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** The policies that a password must meet: AM's `policies`, else `[]`. */
  getPolicies(): string[];
  /** The policies that the last one failed: AM's `failedPolicies`, objects or texts, else `[]`. */
  getFailedPolicies(): PolicyRequirement[];
  /** Answers: the first input. */
  setPassword(password: string): void;
}

/** Asks for the signals that PingOne Protect has collected. */
export class PingOneProtectEvaluationCallback extends BaseCallback {
  /** Whether to stop collecting: AM's `pauseBehavioralData`, else `false`. */
  getPauseBehavioralData(): boolean;
  /** Answers with the signals: the input `…signals`. */
  setData(data: string): void;
  /** Says what went wrong: the input `…clientError`. */
  setClientError(message: string): void;
}

/** Asks to start PingOne Protect. */
export class PingOneProtectInitializeCallback extends BaseCallback {
  /** AM's `signalsInitializationOptions` as sent; without them, of the outputs named like members. */
  getConfig(): ProtectConfig;
  /** Says what went wrong: the input `…clientError`. */
  setClientError(message: string): void;
}

/** Asks to wait and then to submit the step as it is. */
export class PollingWaitCallback extends BaseCallback {
  /** What to show meanwhile: AM's `message`, else `''`. */
  getMessage(): string;
  /** Milliseconds: AM's `waitTime`, else 0; `NaN` when it is no number. */
  getWaitTime(): number;
}

/** Asks for the answer of a captcha. */
export class ReCaptchaCallback extends BaseCallback {
  /** AM's `recaptchaSiteKey`, else `''`. */
  getSiteKey(): string;
  /** Answers with the captcha's token: the first input. */
  setResult(result: string): void;
}

/** Asks for the answer of reCAPTCHA Enterprise. */
export class ReCaptchaEnterpriseCallback extends BaseCallback {
  /** AM's `recaptchaSiteKey`, else `''`. */
  getSiteKey(): string;
  /** Where the captcha's script is: AM's `captchaApiUri`, else `''`. */
  getApiUrl(): string;
  /** The class of its element: AM's `captchaDivClass`, else `''`. */
  getElementClass(): string;
  /** Answers with the captcha's token: the first input. */
  setResult(result: string): void;
  /** Says what went wrong: the input `…clientError`. */
  setClientError(error: string): void;
  /** More for the assessment: the input `…payload`. */
  setPayload(payload: unknown): void;
  /** What the person does, such as `login`: the input `…action`. */
  setAction(action: string): void;
}

/** Asks to go to another provider and to come back. */
export class RedirectCallback extends BaseCallback {
  /** Where to: AM's `redirectUrl`, else `''`. */
  getRedirectUrl(): string;
}

/** Asks to choose an identity provider. */
export class SelectIdPCallback extends BaseCallback {
  /** AM's `providers`, else `[]`. */
  getProviders(): IdPValue[];
  /** Chooses by the member `provider`. Throws unless it is in the list. */
  setProvider(name: string): void;
}

/** Says that the journey goes on elsewhere, such as with a link in an email. */
export class SuspendedTextOutputCallback extends TextOutputCallback {}

/** Asks to accept terms and conditions. */
export class TermsAndConditionsCallback extends BaseCallback {
  /** Their text: AM's `terms`, else `''`. */
  getTerms(): string;
  /** AM's `version`, else `''`. */
  getVersion(): string;
  /** AM's `createDate`; `null` when it is none. */
  getCreateDate(): Date | null;
  /** Answers: the first input. */
  setAccepted(accepted?: boolean): void;
}

/** Asks for a text. */
export class TextInputCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** Answers: the first input. */
  setInput(input: string): void;
}

/** Brings a text; nothing is asked. */
export class TextOutputCallback extends BaseCallback {
  /** The text: AM's `message`, else `''`. For `'4'` it is a script, not to be shown. */
  getMessage(): string;
  /** AM's `messageType`, else `''`: `'0'` information, `'1'` warning, `'2'` error, `'4'` script. */
  getMessageType(): string;
}

/** Asks for a new password. */
export class ValidatedCreatePasswordCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** Whether an answer is needed: AM's `required`, else `false`. */
  isRequired(): boolean;
  /** The policies that the value must meet: AM's `policies`, else `{}`. */
  getPolicies(): ValidationPolicies;
  /**
   * The policies that the last value failed: AM's `failedPolicies`, objects or JSON texts, else
   * `[]`. Throws when one is not JSON.
   */
  getFailedPolicies(): PolicyRequirement[];
  /** Answers: the first input. */
  setPassword(password: string): void;
  /** Whether AM only checks the value and asks again: the input `…validateOnly`. */
  setValidateOnly(value: boolean): void;
}

/** Asks for a new username. */
export class ValidatedCreateUsernameCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** Whether an answer is needed: AM's `required`, else `false`. */
  isRequired(): boolean;
  /** The policies that the value must meet: AM's `policies`, else `{}`. */
  getPolicies(): ValidationPolicies;
  /**
   * The policies that the last value failed: AM's `failedPolicies`, objects or JSON texts, else
   * `[]`. Throws when one is not JSON.
   */
  getFailedPolicies(): PolicyRequirement[];
  /** Answers: the first input. */
  setName(name: string): void;
  /** Whether AM only checks the value and asks again: the input `…validateOnly`. */
  setValidateOnly(value: boolean): void;
}

/** The object for a callback: of its own class, or a {@link BaseCallback}. Never throws. */
export function createCallback(callback: Callback): BaseCallback;

/**
 * Makes the objects of callbacks that have no class here, or that are to have another one. For
 * `undefined` the callback gets what {@link createCallback} makes. Called once per callback of a
 * step, with the object in the step's payload. If it throws, `start()` and `next()` resolve to the
 * error `callback_factory_failed`, with what was thrown as its `cause`.
 *
 * @example
 * class FlagCallback extends BaseCallback {
 *   setFlag(flag) { this.setInputValue(flag); }
 * }
 * const callbackFactory = (callback) =>
 *   callback.type === 'FlagCallback' ? new FlagCallback(callback) : undefined;
 * const client = await journey({ config: { ...config, callbackFactory } });
 */
// As a method: a factory that is typed for the documented client, which knows fewer types, fits too.
export type CallbackFactory = {
  make(callback: Callback): BaseCallback | undefined;
}['make'];

/** An identity provider to choose. */
export interface IdPValue {
  /** Its name in AM. */
  provider: string;
  /** How its button looks, such as `buttonDisplayName`. */
  uiConfig: { [name: string]: string };
}

/** What the device is; made by `Device`. */
export interface DeviceProfileData {
  /** The same for this browser every time. */
  identifier: string;
  /** What the browser tells of itself, where AM asks for it. */
  metadata?: {
    /** Memory, processors, touch points. */
    hardware: {
      [name: string]: unknown;
      /** The screen, in CSS pixels. */
      display: { [name: string]: unknown };
    };
    /** Name, version, plugins. */
    browser: { [name: string]: unknown };
    /** Operating system, language, fonts, and the timezone's offset in minutes. */
    platform: { [name: string]: unknown };
  };
  /** Empty when the person or the browser doesn't tell. */
  location?: Geolocation | Record<string, unknown>;
}

/** Where the device is, in degrees. */
export interface Geolocation {
  /** -90 to 90. */
  latitude: number;
  /** -180 to 180. */
  longitude: number;
}

/** Options for PingOne Protect's own SDK. */
export interface ProtectConfig {
  [option: string]: unknown;
  /** The PingOne environment. */
  envId: string;
  /** Whether it logs. */
  consoleLogEnabled?: boolean;
  /** What is not to be collected. */
  deviceAttributesToIgnore?: string[];
  /** The server's host, where it is not PingOne's. */
  customHost?: string;
  /** Whether metadata is collected only when asked for. */
  lazyMetadata?: boolean;
  /** Whether behaviour is collected. */
  behavioralDataCollection?: boolean;
  /** Days. */
  deviceKeyRsyncIntervals?: number;
  /** Whether the device is tied to its keys. */
  enableTrust?: boolean;
  /** Whether the history of visits is left away. */
  disableTags?: boolean;
  /** Whether data stay within this origin. */
  disableHub?: boolean;
}

// ---------------------------------------------------------------------------------------- Policies

/** Makes the message for a failed policy, by its name. */
export interface MessageCreator {
  [policy: string]: (propertyName: string, params?: { [name: string]: unknown }) => string;
}

/** The failed policies of one property, in words. */
export interface ProcessedPropertyError {
  /** The property and its failed policies, as AM sent them. */
  detail: FailedPolicyRequirement;
  /** A sentence for each. */
  messages: string[];
}

/** The names of AM's policies. */
export const PolicyKey: {
  /** Characters that are not allowed. */
  readonly CannotContainCharacters: 'CANNOT_CONTAIN_CHARACTERS';
  /** A value twice. */
  readonly CannotContainDuplicates: 'CANNOT_CONTAIN_DUPLICATES';
  /** Another field's value. */
  readonly CannotContainOthers: 'CANNOT_CONTAIN_OTHERS';
  /** Too few capital letters. */
  readonly LeastCapitalLetters: 'AT_LEAST_X_CAPITAL_LETTERS';
  /** Too few digits. */
  readonly LeastNumbers: 'AT_LEAST_X_NUMBERS';
  /** It does not match an expression. */
  readonly MatchRegexp: 'MATCH_REGEXP';
  /** Too long. */
  readonly MaximumLength: 'MAX_LENGTH';
  /** Too large. */
  readonly MaximumNumber: 'MAXIMUM_NUMBER_VALUE';
  /** Too short. */
  readonly MinimumLength: 'MIN_LENGTH';
  /** Too small. */
  readonly MinimumNumber: 'MINIMUM_NUMBER_VALUE';
  /** It is missing. */
  readonly Required: 'REQUIRED';
  /** It is taken. */
  readonly Unique: 'UNIQUE';
  /** For a policy that has no message here. */
  readonly UnknownPolicy: 'UNKNOWN_POLICY';
  /** An item of a list is not valid. */
  readonly ValidArrayItems: 'VALID_ARRAY_ITEMS';
  /** Not a date. */
  readonly ValidDate: 'VALID_DATE';
  /** Not an e-mail address. */
  readonly ValidEmailAddress: 'VALID_EMAIL_ADDRESS_FORMAT';
  /** Not a name. */
  readonly ValidNameFormat: 'VALID_NAME_FORMAT';
  /** Not a number. */
  readonly ValidNumber: 'VALID_NUMBER';
  /** Not a phone number. */
  readonly ValidPhoneFormat: 'VALID_PHONE_FORMAT';
  /** Not a query filter. */
  readonly ValidQueryFilter: 'VALID_QUERY_FILTER';
  /** Of another type. */
  readonly ValidType: 'VALID_TYPE';
};
/** The name of one of AM's policies. */
export type PolicyKey = (typeof PolicyKey)[keyof typeof PolicyKey];
/** The types of its members. */
export namespace PolicyKey {
  export type CannotContainCharacters = 'CANNOT_CONTAIN_CHARACTERS';
  export type CannotContainDuplicates = 'CANNOT_CONTAIN_DUPLICATES';
  export type CannotContainOthers = 'CANNOT_CONTAIN_OTHERS';
  export type LeastCapitalLetters = 'AT_LEAST_X_CAPITAL_LETTERS';
  export type LeastNumbers = 'AT_LEAST_X_NUMBERS';
  export type MatchRegexp = 'MATCH_REGEXP';
  export type MaximumLength = 'MAX_LENGTH';
  export type MaximumNumber = 'MAXIMUM_NUMBER_VALUE';
  export type MinimumLength = 'MIN_LENGTH';
  export type MinimumNumber = 'MINIMUM_NUMBER_VALUE';
  export type Required = 'REQUIRED';
  export type Unique = 'UNIQUE';
  export type UnknownPolicy = 'UNKNOWN_POLICY';
  export type ValidArrayItems = 'VALID_ARRAY_ITEMS';
  export type ValidDate = 'VALID_DATE';
  export type ValidEmailAddress = 'VALID_EMAIL_ADDRESS_FORMAT';
  export type ValidNameFormat = 'VALID_NAME_FORMAT';
  export type ValidNumber = 'VALID_NUMBER';
  export type ValidPhoneFormat = 'VALID_PHONE_FORMAT';
  export type ValidQueryFilter = 'VALID_QUERY_FILTER';
  export type ValidType = 'VALID_TYPE';
}

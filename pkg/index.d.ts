/**
 * journey-oidc: sign-in for web apps.
 *
 * - {@link journey} and {@link journeyClient} run the authentication journeys of PingAM and PingOne
 *   Advanced Identity Cloud.
 * - {@link oidc} is an OpenID Connect client for any provider.
 *
 * Both share one WebAssembly core, which is loaded on first use. Importing has no effect.
 *
 * @module
 */

// ---------------------------------------------------------------------------------------- Errors

/** What kind of error it is, or which side caused it. */
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
 * The exact reason of an error. Codes are stable; later versions may add some. The page docs/errors.md says
 * what to do about each.
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
 * What a failed call resolves to. Test for it with `'error' in result`.
 *
 * `error` is the documented text that existing apps compare; `code` is stable and more exact. No member
 * contains a secret.
 */
export interface GenericError {
  /** The documented text, or the provider's own OAuth error. */
  error: string;
  /** The stable reason, such as `offline` or `id_token_signature`. */
  code: ErrorCode;
  /** The kind of error. */
  type: ErrorType;
  /** What happened and what to do, for developers. */
  message: string;
  /** The provider's own text, where it sent one; otherwise the same as `message`. */
  error_description: string;
  /** The HTTP status; `FETCH_ERROR`, `TIMEOUT_ERROR` or `PARSING_ERROR` when there was none. */
  status?: number | string;
  /**
   * What caused it: for an OAuth error, the provider's `{ error, error_description }`
   * ([RFC 6749 section 4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1) and
   * [5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)); otherwise what the app's own code threw.
   */
  cause?: unknown;
}

/** The members of {@link GenericError} as absent, so that TypeScript can narrow by `'error' in result`. */
export type NoError = { [Member in keyof GenericError]?: undefined };

/** Options of every asynchronous call. */
export interface CallOptions {
  /**
   * Cancels the call: it resolves to an error with the code `aborted`. A `start()`, `next()`, `logout()`,
   * `terminate()`, `revoke()`, exchange or renewal that has begun still completes, so that nothing is lost
   * or half done; only this caller stops waiting.
   */
  signal?: AbortSignal;
}

// ---------------------------------------------------------------------------------------- Logging

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

// ------------------------------------------------------------------------------- Ignored settings

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

// -------------------------------------------------------------------------------------------- OIDC

/** Where the provider is. */
export interface OidcServerConfig {
  /**
   * The URL of the provider's metadata ([OpenID Connect Discovery 1.0 section
   * 4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig)).
   */
  wellknown: string;
  /**
   * The exact issuer; it may be of another origin than the document. Default: the URL of the document
   * without its suffix ([OpenID Connect Discovery 1.0 section
   * 4.3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation)). For
   * the default, one slash at the end is ignored, and the names that AM has for one realm are equal.
   */
  issuer?: string;
  /**
   * Members that add to or replace those of the document, and are checked like them; `null` removes one.
   */
  metadata?: ProviderMetadata;
  /** Milliseconds for each request; default 30 000. */
  timeout?: number;
  /**
   * Milliseconds for each use of a hidden frame; default 10 000 for a background authorization, 3 000 for
   * a session check.
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

/** Only `code` is supported: other flows return tokens in URLs. */
export type ResponseType = 'code';

/**
 * Parameters of an authorization request ([OpenID Connect Core section
 * 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
 */
export interface AuthorizeHints {
  /** `login_hint` */
  loginHint?: string;
  /** `nonce`; default: a new random one for each authorization. */
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
   * `max_age`: how long ago the sign-in may be, in **seconds**; compared with the ID token's `auth_time`.
   */
  maxAge?: number;
  /**
   * `claims` ([OpenID Connect Core section
   * 5.5](https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter)): the object, or its JSON.
   */
  claims?: Record<string, unknown> | string;
  /**
   * `resource` ([RFC 8707 section 2](https://www.rfc-editor.org/rfc/rfc8707#section-2)): the API or APIs that
   * the access token is for.
   */
  resource?: string | string[];
  /** Further parameters; they never replace the client's own. */
  query?: Record<string, string | number | boolean>;
}

/** The configuration of an {@link oidc} client. */
export interface OidcConfig extends AuthorizeHints, IgnoredConfig {
  /** Where the provider is. */
  serverConfig: OidcServerConfig;
  /**
   * The OAuth 2.0 client id ([RFC 6749 section 2.2](https://www.rfc-editor.org/rfc/rfc6749#section-2.2)). The
   * client is public: it has no secret.
   */
  clientId: string;
  /** Where the provider sends its responses; exactly as it is registered there. */
  redirectUri: string;
  /**
   * Space-separated scopes ([RFC 6749 section 3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3));
   * default `openid`.
   */
  scope?: string;
  /** Default and only value: `code`. */
  responseType?: ResponseType;
  /** Renewal is due this many **milliseconds** before a token expires; default 30 000. */
  oauthThreshold?: number;
  /**
   * How tokens are renewed: by refresh token, by background authorization, or by refresh token first and then
   * by background authorization (`auto`, the default). With `auto`, background authorization follows only
   * when the provider refuses the refresh token or the user, not after other errors.
   */
  renew?: 'auto' | 'refresh' | 'background';
  /**
   * Whether tokens are renewed before they expire without a call, also when the tab is shown again and when
   * the network is back, at most once a second. Default `false`: `token.get()` renews them.
   */
  autoRenew?: boolean;
  /**
   * Whether authorization requests are pushed to the provider first
   * ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)). Default: when the provider's metadata requires it.
   */
  par?: boolean;
  /**
   * The origins, such as `https://api.example.com`, whose APIs {@link OidcClientMethods.fetch} sends
   * the access token to; default: none.
   */
  apiOrigins?: string[];
  /**
   * The redirect URI for hidden frames (background authorizations and session checks): a page of this origin
   * that runs no script, such as this package's `callback.html`. Default: the `redirectUri`.
   */
  backgroundRedirectUri?: string;
  /**
   * The redirect URI for `authorize.popup()`: this package's `popup.html`, served by the app beside
   * `popup.js`. Default: the `redirectUri`.
   */
  popupRedirectUri?: string;
  /**
   * Further pages at which a response is accepted, because the app's own server forwards responses there
   * from the redirect URI. A response at any other page is refused with the code `landing_mismatch`.
   */
  forwardedTo?: string | string[];
  /**
   * `response_mode` of authorizations. `form_post` is used for redirects only, `pi.flow` for background
   * authorizations only. Default: the provider's default, which is `query`; for background authorizations
   * `pi.flow` when the provider offers it, and the hidden frame when the client may not use `pi.flow`.
   */
  responseMode?: 'query' | 'fragment' | 'pi.flow' | 'form_post';
  /**
   * Where the provider sends the user after a logout: `post_logout_redirect_uri` ([OpenID Connect
   * RP-Initiated Logout 1.0 section
   * 2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)); it must be registered there.
   */
  signOutRedirectUri?: string;
  /**
   * Where the provider sends the hidden frame by which `user.logout()` ends the session: this package's
   * `callback.html`, registered as a `post_logout_redirect_uri`. Default: the `signOutRedirectUri`.
   */
  backgroundSignOutRedirectUri?: string;
  /** How much is logged; default `error`. */
  log?: LogLevel;
}

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

/** What a policy of AM requires of the user before it allows a request to an API. */
export interface PolicyAdvice {
  /** The URL of the request that was refused. */
  url: string;
  /**
   * The values of each advice by its name, such as `TransactionConditionAdvice` (the transaction's id) or
   * `AuthenticateToServiceConditionAdvice` (the journey).
   */
  advices: Record<string, string[]>;
  /** For `start({ query })` of a journey client: starts the journey that satisfies the policy. */
  query: {
    /** Says that `authIndexValue` has advices. */
    authIndexType: 'composite_advice';
    /** The advices in XML. */
    authIndexValue: string;
  };
  /** The signal of the request. */
  signal: AbortSignal;
}

/**
 * Runs the journey that a policy advises. When it resolves to a LoginSuccess or to `true`, the request is
 * repeated once; otherwise the app gets the API's refusal. When it throws, `fetch()` rejects with that error.
 * It is called for one request at a time.
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
  /** Called with requests, in this order, and may change them. */
  requestMiddleware?: RequestMiddleware<ActionType>[];
  /** Called with responses. */
  onResponse?: ResponseHook<ActionType>;
  /**
   * Called when an API that {@link OidcClientMethods.fetch} sends a token to responds with 401 or 403 and
   * AM's advice: PingGateway's `WWW-Authenticate: SSOADVICE`, or JSON that is AM's policy decision or
   * has a URL with `authIndexType=composite_advice`. When this option is set, requests carry
   * `X-Authenticate-Response: header`, by which PingGateway sends the advice in a header, and a repeated
   * request carries the transaction's id as `_txid` in its query. The API's CORS settings must allow that
   * header and expose `WWW-Authenticate`.
   */
  onAdvice?: AdviceHandler;
}

/** Options of one authorization; they override the configuration. */
export interface AuthorizeOptions extends AuthorizeHints, CallOptions, IgnoredConfig {
  /** Another client id. */
  clientId?: string;
  /** Another redirect URI, such as a page without scripts for background calls. */
  redirectUri?: string;
  /** Other scopes, space-separated. */
  scope?: string;
  /** `response_type`; default and only value: `code`. */
  responseType?: ResponseType;
  /**
   * `response_mode` ([OAuth 2.0 Multiple Response Type Encoding Practices section
   * 2.1](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#ResponseModes)). Default: the
   * provider's default, which is `query`; for background authorizations `pi.flow` when the provider offers it.
   * `form_post` is for a redirect to a server of the app.
   */
  responseMode?: 'query' | 'fragment' | 'pi.flow' | 'form_post';
  /**
   * Data that `authorize.callback()` or `popup()` returns with the result: plain data, such as the page to
   * return to. It is kept in `sessionStorage` and never sent.
   */
  appState?: unknown;
  /** Ignored: each authorization has a new state. */
  state?: unknown;
  /** Ignored: each authorization has a new code verifier (RFC 7636). */
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

/** {@link AuthorizeOptions} that are complete without the configuration. */
export type GetAuthorizationUrlOptions = AuthorizeOptions &
  Required<Pick<AuthorizeOptions, 'clientId' | 'redirectUri' | 'scope' | 'responseType'>>;

/** The same as {@link AuthorizeOptions}. */
export type OptionalAuthorizeOptions = AuthorizeOptions;

/** The result of a background authorization, for {@link OidcClientMethods.token}`.exchange()`. */
export interface AuthorizationSuccess {
  /** The authorization code ([RFC 6749 section 4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)). */
  code: string;
  /** The state it belongs to. */
  state: string;
  /** The issuer that responded ([RFC 9207](https://www.rfc-editor.org/rfc/rfc9207)), if the provider sends it. */
  iss?: string;
}

/** A failed call that may have used a hidden frame. */
export interface FrameError extends GenericError {
  /** When no response came back in the hidden frame: how long the call waited, in milliseconds. */
  elapsed?: number;
  /** How far the hidden frame was by then; `loaded`: it shows a page of the provider. */
  stage?: 'opening' | 'loading' | 'loaded';
}

/** Why an authorization failed. */
export interface AuthorizationError extends FrameError {
  /**
   * Where the app can send the user to sign in. Present when the provider requires that, or when neither
   * refresh token nor background authorization renewed the tokens.
   */
  redirectUrl?: string;
  /** The `appState` of the call, when the provider refused. */
  appState?: unknown;
}

/** An authorization URL and the options that it was made from. */
export type BuildAuthorizationData = [string, GetAuthorizationUrlOptions];

/** PingOne's response to an authorization request by fetch (`response_mode=pi.flow`). */
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
  /** The URL at which the flow continues. */
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

/** PingOne's response when it refuses an authorization request by fetch. */
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

/** A provider's response to a token request ([RFC 6749 section 5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)). */
export interface TokenExchangeResponse {
  /** For requests to APIs. */
  access_token: string;
  /** The ID token (OpenID Connect Core section 3.1.3.3). */
  id_token: string;
  /** For renewal. */
  refresh_token?: string;
  /** The lifetime of the access token in seconds. */
  expires_in?: number;
  /** The scope that was granted, space-separated. */
  scope?: string;
  /** Such as `Bearer`. */
  token_type?: string;
}

/** The parts of a token request. */
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

/** A provider's response to a pushed authorization request ([RFC 9126 section 2.2](https://www.rfc-editor.org/rfc/rfc9126#section-2.2)). */
export interface PushAuthorizationResponse {
  /** Replaces the parameters in the authorization URL. */
  request_uri: string;
  /** The lifetime of the `request_uri` in seconds. */
  expires_in: number;
}

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

/** Options of `authorize.popup()`. */
export interface PopupOptions extends AuthorizeOptions {
  /** The width of the window in CSS pixels; default 480. */
  width?: number;
  /** The height of the window in CSS pixels; default 640. */
  height?: number;
}

/** The result of a sign-in by redirect or popup. */
export interface SignInResult extends OauthTokens {
  /** The `appState` of the call that began the sign-in. */
  appState?: unknown;
}

/** The tokens of one sign-in. */
export interface OauthTokens {
  /** For requests to APIs ([RFC 6749 section 1.4](https://www.rfc-editor.org/rfc/rfc6749#section-1.4)). */
  accessToken: string;
  /**
   * The verified ID token ([OpenID Connect Core section
   * 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)). Optional, unlike in
   * the type of the documented client: without the scope `openid` there is none.
   */
  idToken?: string;
  /** For renewal ([RFC 6749 section 1.5](https://www.rfc-editor.org/rfc/rfc6749#section-1.5)). */
  refreshToken?: string;
  /**
   * Despite its name, the lifetime in **seconds** at the time of receipt; 0 for tokens that had expired when
   * they were received. Absent when neither the provider nor the access token states a lifetime.
   */
  expiresAt?: number;
  /** When the access token expires: milliseconds since 1970, by the device's clock. */
  expiryTimestamp?: number;
  /** The granted scope, space-separated; the requested one when the provider does not state it. */
  scope?: string;
  /** The type of the access token, such as `Bearer`. */
  tokenType?: string;
  /** The APIs that the access token is for, if the app named some ([RFC 8707](https://www.rfc-editor.org/rfc/rfc8707)). */
  resource?: string[];
  /** The issuer whose ID token was verified. */
  issuer?: string;
  /** True when renewal of these stored tokens is due, and the call did not request it. */
  expired?: true;
  /** False when the tokens could not be stored: they are kept in memory until the page is left. */
  persisted?: false;
}

/** Options of `token.get()`. */
export interface GetTokensOptions extends CallOptions {
  /** Renew when there are no tokens, or when they are about to expire. */
  backgroundRenew?: boolean;
  /** Renew in any case, also when the stored tokens are valid or the provider refused shortly before. */
  forceRenew?: boolean;
  /**
   * For a renewal by background authorization. When a user is signed in, `openid` is added to the scope: the
   * new tokens must be for the same user.
   */
  authorizeOptions?: Omit<AuthorizeOptions, 'signal'>;
  /** Ignored: the client's own storage is used. */
  storageOptions?: Partial<StorageConfig>;
}

/** Options of `token.exchange()`. */
export interface ExchangeOptions extends CallOptions {
  /** Ignored: authorizations are stored by their state. */
  prefix?: string;
  /** Ignored. */
  name?: string;
  /** Ignored. */
  type?: StorageConfig['type'];
  /** Ignored. */
  custom?: CustomStorageObject;
  /**
   * The `iss` parameter of the authorization response ([RFC 9207 section
   * 2](https://www.rfc-editor.org/rfc/rfc9207#section-2)), `null` when it had none; it is compared with the
   * issuer. Default: `iss` in the current address of the page or in the address that the page was loaded with,
   * if that has this `state`. When the provider's metadata says that it sends `iss` and there is none, the
   * exchange fails with the code `iss_missing`, except for a response of `authorize.background()`.
   */
  iss?: string | null;
}

/** Why an exchange failed. */
export type TokenExchangeErrorResponse = GenericError;

/**
 * User details ([OpenID Connect Core section
 * 5.3.2](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse)).
 */
export interface UserInfoResponse {
  /** Identifies the user; the same as in the ID token. */
  sub: string;
  [claim: string]: unknown;
}

/** Options of `user.session()`. */
export interface SessionCheckOptions extends CallOptions {
  /**
   * `none` (the default): checks whether there is a session. The provider gets the stored ID token as
   * `id_token_hint` ([OpenID Connect Core section
   * 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)); whether the session is that
   * user's depends on how the provider treats the hint. `id_token`: also returns whose session it is.
   */
  responseType?: SessionCheckResponseType;
  /**
   * Sends the response type `none` or `id_token` itself, if the provider's metadata lists it. Default: sends
   * `code`, which every provider supports, and for `id_token` exchanges the code; the tokens are not stored.
   */
  withoutCode?: boolean;
  /**
   * The redirect URI of the hidden frame; default: that of the configuration. With `''` the check is sent by
   * fetch (`none` only): to AM, or to a provider whose metadata lists the response type `none`.
   */
  redirectUri?: string;
  /** The expected `sub` (`id_token` only). */
  subject?: string;
  /** Space-separated scopes; default `openid`. `offline_access` is left out. */
  scope?: string;
}

/** What a session check asks for. */
export type SessionCheckResponseType = 'id_token' | 'none';

/**
 * The claims of a verified ID token ([RFC 7519 section
 * 4.1](https://www.rfc-editor.org/rfc/rfc7519#section-4.1), [OpenID Connect Core section
 * 2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)).
 */
export interface JWTPayload {
  /** The issuer. */
  iss?: string;
  /** The user. */
  sub?: string;
  /** The client, or a list that has the client. */
  aud?: string | string[];
  /** The id of the token. */
  jti?: string;
  /** Not valid before: seconds since 1970. */
  nbf?: number;
  /** When it expires: seconds since 1970. */
  exp?: number;
  /** When it was issued: seconds since 1970. */
  iat?: number;
  [claim: string]: unknown;
}

/** There is a session. */
export type SessionCheckSuccess =
  | {
      /** There is a session. */
      responseType: 'none';
      /** Absent. */
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
   * Revokes the tokens, and then sends the browser to the provider, which ends the session and sends the
   * browser to the `signOutRedirectUri`. For providers whose session can't be ended by `fetch`.
   */
  redirect?: boolean;
  /** `state`: the provider returns it to the `signOutRedirectUri`; default: random. */
  state?: string;
}

/** What happened to the sign-in. */
export type OidcEvent = {
  /** True when it happened in another tab. */
  readonly fromOtherTab: boolean;
} & (
  | {
      /**
       * `signed_in`: there are new tokens of a sign-in. `signed_out`: the tokens are removed; the provider's
       * session may still be ending. In the tab that signs out, a new sign-in waits for that; after
       * `signed_out` from another tab, let the user start it. `tokens_renewed`: there are new tokens of a
       * renewal. `tokens_expired`: the access token has expired and was not renewed.
       */
      readonly type: 'signed_in' | 'signed_out' | 'tokens_renewed' | 'tokens_expired';
      /** Absent. */
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
 * The outcome of a part of a sign-out: `true`, it is confirmed; `false`, it was not needed or not possible;
 * `'unconfirmed'`, it was tried, and the outcome is unknown.
 */
export type Done = boolean | 'unconfirmed';

/** The result of `token.revoke()`. */
export interface RevokeSuccessResult {
  /** No error. */
  revokeResponse: null;
  /** No error. */
  deleteResponse: null;
  /** Which parts are confirmed. */
  done: {
    /** The tokens were revoked at the provider. */
    revoke: boolean;
    /** The tokens were removed from this browser. */
    delete: boolean;
  };
}

/** The result of `user.logout()`. */
export interface LogoutSuccessResult {
  /** No error. */
  sessionResponse: null;
  /** No error. */
  revokeResponse: null;
  /** No error. */
  deleteResponse: null;
  /** Which parts are confirmed. */
  done: {
    /**
     * The session at the provider has ended. `'unconfirmed'`: the provider's response can't be read or does
     * not say so; with `redirect`, the browser was sent there.
     */
    session: Done;
    /** The tokens were revoked at the provider; if not, `why` has the reason. */
    revoke: boolean;
    /** The tokens and the session token were removed from this browser. */
    delete: boolean;
  };
  /** Why a part is not confirmed, if that is known. */
  why?: {
    /** Such as `endpoint_missing` or `network_failed`. */
    session?: ErrorCode;
    /** `endpoint_missing`, or the provider's error when it does not let this client revoke. */
    revoke?: ErrorCode;
  };
}

/**
 * A revocation that failed in part: each member is the error of that part, or `null`. The tokens are removed
 * from this browser all the same, unless `deleteResponse` is an error.
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

/** A logout that failed in part: each member is the error of that part, or `null`. */
export interface LogoutErrorResult extends Omit<RevokeErrorResult, 'done'> {
  /** Which parts are confirmed. */
  done?: LogoutSuccessResult['done'];
  /** The end of the session at the provider. */
  sessionResponse?: GenericError | null;
}

/** An OpenID Connect client. Its methods never reject, except `fetch()`. */
export interface OidcClientMethods extends NoError {
  /**
   * Calls the listener for each {@link OidcEvent} of this tab and of others, after the change has been
   * stored. Listeners may call the client, and unsubscribe. Returns a function that ends the subscription;
   * calling it again has no effect.
   */
  subscribe(listener: (event: OidcEvent) => void): () => void;
  /**
   * Authorization requests ([RFC 6749 section 4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1) with
   * PKCE, [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)).
   */
  authorize: {
    /**
     * Makes the URL to which the app sends the user to sign in. The state, nonce and code verifier of each
     * authorization are kept in `sessionStorage` for an hour.
     *
     * Errors: `Invalid options`, `AuthorizationUrlError`; with pushed requests
     * ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)) `PAR_ERROR` and `PAR_NOT_CONFIGURED`.
     */
    url(options?: AuthorizeOptions): Promise<string | GenericError>;
    /**
     * Asks the provider for a code in a hidden frame, without asking the user (`prompt=none`, [OpenID Connect
     * Core section 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
     *
     * Errors: the provider's own, such as `login_required`, with a `redirectUrl`;
     * `CONFIGURATION_ERROR` when the provider shows a page in the frame; `iframe_timeout`; `offline`;
     * `State mismatch`; `Landing mismatch`; `Issuer mismatch`
     * ([RFC 9207](https://www.rfc-editor.org/rfc/rfc9207)).
     */
    background(options?: AuthorizeOptions): Promise<AuthorizationSuccess | AuthorizationError>;
    /**
     * Sends the browser to the provider to sign in. The page is left, so only an error needs handling. On
     * the page of the redirect URI, call `callback()`.
     *
     * Errors: those of `url()`.
     */
    redirect(options?: AuthorizeOptions): Promise<undefined | AuthorizationError>;
    /**
     * Signs in in a popup window. Call it directly in the handler of a click, before any `await`: browsers
     * block other popups.
     *
     * Errors: `popup_blocked`, `popup_closed`, `popup_timeout` (10 minutes), the provider's own, and
     * those of `token.exchange()`.
     */
    popup(options?: PopupOptions): Promise<SignInResult | AuthorizationError>;
    /**
     * Completes a sign-in on the page of the redirect URI: checks the response in the URL (`state`, page,
     * `iss`), exchanges its code, verifies the ID token, stores the tokens, and removes the response from the
     * address bar. Calling it again with the same URL, at once or after a reload, returns the tokens again.
     */
    callback: {
      /**
       * Handles the response in the URL; default: the URL of the page.
       *
       * Errors: `State mismatch` with the code `state_missing` or `state_unknown` when it is no
       * response to this client in this tab; the provider's own; those of `token.exchange()`.
       */
      (url?: string | URL, options?: CallOptions): Promise<SignInResult | AuthorizationError>;
      /**
       * True when the URL (default: that of the page) has the response to an authorization that this client
       * began in this tab, and is at its redirect URI.
       */
      matches(url?: string | URL): boolean;
    };
  };
  /** The tokens. */
  token: {
    /**
     * Exchanges a code for tokens ([RFC 6749 section
     * 4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)), verifies the ID token ([OpenID Connect
     * Core section 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)), and
     * stores the tokens.
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
     * Returns the stored tokens. With `backgroundRenew`, expired or missing tokens are renewed first: by
     * refresh token ([RFC 6749 section 6](https://www.rfc-editor.org/rfc/rfc6749#section-6)) or by background
     * authorization. Calls that overlap share one renewal, in all tabs. After the provider has said that no
     * user is signed in, calls fail for 60 seconds without asking again, unless `forceRenew` is set. Tokens
     * that are replaced are not revoked.
     *
     * Errors: `No tokens found`, `Error occurred while retrieving tokens`, and those of
     * `authorize.background()` and `exchange()`.
     */
    get(options?: GetTokensOptions): Promise<OauthTokens | AuthorizationError>;
    /**
     * Revokes the refresh and the access token ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)) and
     * removes all tokens from this browser. They are removed also when the revocation fails or the provider
     * has no revocation endpoint; both are errors.
     *
     * Errors: `No access token found`, `Wellknown missing revocation endpoint`,
     * `Inner request error`.
     */
    revoke(options?: CallOptions): Promise<RevokeSuccessResult | RevokeErrorResult>;
  };
  /** The user. */
  user: {
    /**
     * Requests the user details ([OpenID Connect Core section
     * 5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)).
     *
     * Errors: `No access token found`, `User Info retrieval failure`.
     */
    info(options?: CallOptions): Promise<UserInfoResponse | GenericError>;
    /**
     * Returns the claims of the stored ID token ([OpenID Connect Core section
     * 2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)) after verifying it. No user details
     * are requested; the ID token may have expired.
     *
     * Errors: `No access token found`, `no_id_token`, `ID_TOKEN_INVALID`.
     */
    claims(options?: CallOptions): Promise<JWTPayload | GenericError>;
    /**
     * Asks the provider, in a hidden frame or by fetch, whether there is a session (`prompt=none`, [OpenID
     * Connect Core section 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)). It
     * never signs the user out, and neither stores nor revokes tokens.
     *
     * Only the code `login_required` means that the session is over. `session_unconfirmed`: the provider says
     * that no user is signed in, but no hidden frame of this page has reached the session since the sign-in,
     * so the browser may block the provider's cookie there. Other codes do not say whether the session is
     * over.
     *
     * Errors: the provider's own, such as `login_required`; `no_id_token_hint`,
     * `missing_redirect_uri`, `iframe_timeout`, `session_check_error`, `state_mismatch`,
     * `no_id_token`, `invalid_jwt`, `nonce_mismatch`, `subject_mismatch`, `ID_TOKEN_INVALID`,
     * `Issuer mismatch`, `Landing mismatch`.
     */
    session(options?: SessionCheckOptions): Promise<SessionCheckSuccess | FrameError>;
    /**
     * Signs out: removes all tokens and the session token from this browser, then ends the session at the
     * provider ([OpenID Connect RP-Initiated
     * Logout](https://openid.net/specs/openid-connect-rpinitiated-1_0.html)), then revokes the tokens. `done`
     * says which parts are confirmed. The end of the session is confirmed by AM's sessions endpoint; by other
     * providers' responses if the page can read them, or by the hidden frame that comes back to
     * `backgroundSignOutRedirectUri`. A provider that asks the user before it signs out needs `redirect`.
     *
     * Errors: `Token_Error` when no user is signed in, `Inner request error`.
     */
    logout(options?: LogoutOptions): Promise<LogoutSuccessResult | LogoutErrorResult>;
  };
  /**
   * The browser's `fetch`, with a valid access token for the origins in `apiOrigins`
   * ([RFC 6750 section 2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)). Requests to other origins
   * are sent unchanged. Tokens are renewed first if needed; without stored tokens the call rejects.
   *
   * A request is repeated once with new tokens after a 401, and once after an advice of AM that
   * {@link OidcInput.onAdvice} has satisfied. It is not repeated when another user has signed in since, or
   * when the response came from an origin outside the list: then the call resolves to that response. A
   * request with a token fails on a redirect, unless `init.redirect` is `follow`.
   *
   * Rejects as `fetch` does, and with a `TypeError` whose `cause` is a {@link GenericError} when no
   * token can be had.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
}

/** What {@link oidc} resolves to when it fails: the error, without methods. */
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
 * What {@link oidc} resolves to. After `if ('error' in client) throw …` it is a client; without that check,
 * `client.token?.get()` compiles.
 */
export type OidcClient = OidcClientMethods | OidcClientError;

/**
 * Makes an OpenID Connect client. Resolves to an error value when the configuration is invalid, the provider
 * can't be reached, or the storage is blocked; never rejects.
 *
 * @example
 * const client = await oidc({ config });
 * if ('error' in client) throw new Error(client.message);
 * const tokens = await client.token.get({ backgroundRenew: true });
 */
export function oidc<ActionType extends string = ActionTypes>(
  input: OidcInput<ActionType>,
): Promise<OidcClient>;

/** The member `oidc` of the unified SDK configuration. */
export interface UnifiedOidcConfig {
  /** The well-known URL. */
  discoveryEndpoint: string;
  /** Required by {@link makeOidcConfig}. */
  clientId?: string;
  /** Required by {@link makeOidcConfig}. */
  redirectUri?: string;
  /** Required by {@link makeOidcConfig}. */
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

/** The member `journey` of the unified SDK configuration. */
export interface UnifiedJourneyConfig {
  /** Not used: the well-known URL says where AM is. */
  serverUrl?: string;
  /** The realm, which the well-known URL has too. */
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

/** How the provider displays its pages (OpenID Connect Core section 3.1.2.1). */
export type AuthDisplayValue = 'page' | 'popup' | 'touch' | 'wap';

/** What the provider asks the user for (OpenID Connect Core section 3.1.2.1). */
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
 * Reads the unified SDK configuration ({@link UnifiedSdkConfig}) for a {@link journey} client, from the
 * same file as {@link makeOidcConfig}. All fields are checked. `oidc.discoveryEndpoint`, `timeout`, `log` and
 * `journey.realm` are used; no other member of `oidc` is required.
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
   * Paths that replace those derived from the issuer; required when the issuer's path has no `/oauth2`.
   */
  paths?: {
    /** Default: the issuer's path with `/oauth2` replaced by `/json`, and `/authenticate` added. */
    authenticate?: string;
    /**
     * Default: the same with `/sessions/` added; if the issuer's path has no `/oauth2`, beside the given
     * `authenticate`.
     */
    sessions?: string;
  };
}

/** AM's endpoints, as a type of the documented client; no call here takes or returns it. */
export interface ResolvedServerConfig {
  /** AM's origin. */
  baseUrl: string;
  /** Paths below it. */
  paths: {
    /** The authenticate endpoint. */
    authenticate: string;
    /** The sessions endpoint. */
    sessions: string;
  };
}

/** The internal state of the documented client; no call here takes or returns it. */
export interface InternalJourneyClientConfig {
  /** AM's endpoints. */
  serverConfig: ResolvedServerConfig;
  /** Why they are not known. */
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
     * The name of AM's session cookie. If given, the session token is also sent to AM's `/json` endpoints in a
     * header of that name, for sites where browsers block the cookie.
     */
    cookieName?: string;
  };
  /** Makes the callback objects for the app's own callback types. */
  callbackFactory?: CallbackFactory;
  /** How much is logged; default `error`. */
  log?: LogLevel;
  /** Ignored; {@link oidc} uses it. */
  clientId?: unknown;
  /** Ignored; {@link oidc} uses it. */
  redirectUri?: unknown;
  /** Ignored; {@link oidc} uses it. */
  scope?: unknown;
  /** Ignored; {@link oidc} uses it. */
  oauthThreshold?: unknown;
}

/** The argument of {@link journey}. */
export interface JourneyInput<ActionType extends string = ActionTypes> {
  /** The server. */
  config: JourneyClientConfig;
  /** Where and how much is logged. */
  logger?: LoggerConfig;
  /** Called with requests, in this order, and may change them. */
  requestMiddleware?: RequestMiddleware<ActionType>[];
  /** Called with responses. */
  onResponse?: ResponseHook<ActionType>;
}

/** Query parameters for AM; falsy values are left out. */
export type Query = Record<string, string | number | boolean | undefined>;

/** Options of `next()` and `terminate()`. */
export interface NextOptions extends CallOptions {
  /** Further query parameters. */
  query?: Query;
}

/** Options of `start()`. */
export interface StartParam extends NextOptions {
  /** The name of the journey; default: the realm's default journey. */
  journey?: string;
}

/** A name and a value of a callback. */
export interface NameValue {
  /** The name, such as `prompt` or `IDToken1`. */
  name: string;
  /** Any JSON value. */
  value: unknown;
}

/** A callback as AM sends it. */
export interface Callback {
  /** AM's number of the callback. */
  _id?: number;
  /** The answers: setters write here. */
  input?: NameValue[];
  /** AM's data: getters read here. */
  output: NameValue[];
  /** The type, such as `NameCallback`. */
  type: CallbackType | (string & {});
}

/** The parameters of a policy; which members are present depends on the policy. */
export interface PolicyParams {
  [name: string]: unknown;
  /** Fields whose values the value must not contain. */
  disallowedFields: string;
  /** The value that was found twice. */
  duplicateValue: string;
  /** The characters that are not allowed. */
  forbiddenChars: string;
  /** The greatest number of characters. */
  maxLength: number;
  /** The least number of characters. */
  minLength: number;
  /** The least number of capital letters. */
  numCaps: number;
  /** The least number of digits. */
  numNums: number;
}

/** A failed policy. */
export interface PolicyRequirement {
  /** Its parameters. */
  params?: Partial<PolicyParams>;
  /** Its name: a {@link PolicyKey}, or a name that the server defines. */
  policyRequirement: string;
}

/** The failed policies of one property. */
export interface FailedPolicyRequirement {
  /** The failed policies. */
  policyRequirements: PolicyRequirement[];
  /** The property, such as `mail`. */
  property: string;
}

/** The policies by which AM's identity management checks a value. */
export interface ValidationPolicies {
  // biome-ignore lint/suspicious/noExplicitAny: AM's own, as the documented client types it.
  [member: string]: any;
  /** The names of all requirements. */
  policyRequirements?: string[];
  /** Each policy with its parameters. */
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
  /** The policies that a value failed. */
  failedPolicyRequirements?: FailedPolicyRequirement[];
  /** `false` when policies failed. */
  result?: boolean;
}

/** AM's response to a request of a journey. */
export interface Step {
  /** The state of the journey, a secret; it is sent back with the answers. */
  authId?: string;
  /** The callbacks to answer. */
  callbacks?: Callback[];
  /** The code of a failure, usually the HTTP status. */
  code?: number;
  /** A text for the page. */
  description?: string;
  /** Details of a failure. */
  detail?: StepDetail;
  /** The page's heading. */
  header?: string;
  /** The text of a failure, for the user. */
  message?: string;
  /** Sent by AM; not used here. */
  ok?: string;
  /** The realm, such as `/alpha`. */
  realm?: string;
  /** The HTTP reason of a failure, such as `Unauthorized`. */
  reason?: string;
  /** The stage of the page, if the journey sets one. */
  stage?: string;
  /** The HTTP status, if AM repeats it. */
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

/** What all results of a journey except errors have in common. */
export interface AuthResponse {
  /** The kind of result. */
  type: StepType;
}

/** The class of each callback type. */
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

/** The callback types that have a class of their own. */
export type CallbackType = keyof CallbackClasses;

/** The names of the callback types. */
export const callbackType: { readonly [Type in CallbackType]: Type };

/** A step: its callbacks are to be answered. */
export interface JourneyStep {
  /** Tells it from other results. */
  type: 'Step';
  /** What AM sent. The callback objects write into it, and `next()` sends it. */
  payload: Step;
  /** One object per callback, in order; entries that are not objects are left out. */
  callbacks: BaseCallback[];
  // The two forms of each have the same type parameters: only so TypeScript gives the parameter of a
  // function in a literal a type (`getCallbackOfType: (type) => …`, in an app's tests).
  /** Returns the only callback of a type. Throws an `Error` when there is none or more than one. */
  getCallbackOfType<T extends BaseCallback | CallbackType = BaseCallback>(
    type: T & CallbackType,
  ): T extends CallbackType ? CallbackClasses[T] : never;
  getCallbackOfType<T extends BaseCallback | CallbackType = BaseCallback>(
    type: string,
  ): T extends BaseCallback ? T : BaseCallback;
  /** Returns every callback of a type. */
  getCallbacksOfType<T extends BaseCallback | CallbackType = BaseCallback>(
    type: T & CallbackType,
  ): (T extends CallbackType ? CallbackClasses[T] : never)[];
  getCallbacksOfType<T extends BaseCallback | CallbackType = BaseCallback>(
    type: string,
  ): (T extends BaseCallback ? T : BaseCallback)[];
  /**
   * Sets the first input of the only callback of a type. Throws an `Error` when there is none or more than
   * one.
   */
  setCallbackValue(type: CallbackType | (string & {}), value: unknown): void;
  /** AM's `description`, as it is in the payload now. */
  getDescription(): string | undefined;
  /** AM's `header`, as it is in the payload now. */
  getHeader(): string | undefined;
  /** AM's `stage`, as it is in the payload now. */
  getStage(): string | undefined;
}

/** The end of a journey: the user is signed in. */
export interface JourneyLoginSuccess {
  /** Tells it from other results. */
  type: 'LoginSuccess';
  /** What AM sent, frozen. */
  payload: Readonly<Step>;
  /** The realm, such as `/alpha`. */
  getRealm(): string | undefined;
  /** AM's session token; absent with `noSession`, or when AM sends it in its cookie only. */
  getSessionToken(): string | undefined;
  /** Where AM would send a browser. */
  getSuccessUrl(): string | undefined;
}

/** The end of a journey: the sign-in is refused. */
export interface JourneyLoginFailure {
  /** Tells it from other results. */
  type: 'LoginFailure';
  /** What AM sent, frozen. */
  payload: Readonly<Step>;
  /** The HTTP status; absent in objects that an app's test made. */
  status?: number;
  /** AM's code; `NaN` when absent. */
  getCode(): number;
  /** AM's `detail`. */
  getDetail(): StepDetail | undefined;
  /** AM's `message`: a text for the user. */
  getMessage(): string | undefined;
  /** The failed policies as messages for the user. */
  getProcessedMessage(messageCreator?: MessageCreator): ProcessedPropertyError[];
  /** AM's `reason`, such as `Unauthorized`. */
  getReason(): string | undefined;
}

/** The result of `start()` and `next()`, discriminated by `type`. */
export type JourneyResult = JourneyStep | JourneyLoginSuccess | JourneyLoginFailure | GenericError;

/** A journey client. */
export interface JourneyClient {
  /**
   * Starts a journey. With an existing session AM responds with a success at once.
   *
   * Errors: `request_failed` when the server can't be reached or fails (wrong credentials are a
   * `LoginFailure`), `no_response_data`.
   */
  start(options?: StartParam): Promise<JourneyResult>;
  /**
   * Submits a step; only its `payload` is used. When the same step is submitted again while the first call is
   * pending, only one request is sent.
   *
   * Errors: those of `start()`; `invalid_step` for a value that is not a step.
   */
  next(step: Pick<JourneyStep, 'payload'>, options?: NextOptions): Promise<JourneyResult>;
  /**
   * Sends the browser to the URL of the step's `RedirectCallback`, such as a social identity provider. For
   * `resume()` the step is kept in `sessionStorage` for 10 minutes, without what the user entered. Resolves to
   * `undefined`, or with `navigate: false` to the URL.
   *
   * Rejects with an `Error`, as the documented client does, when the step does not have exactly one
   * `RedirectCallback` with a URL.
   *
   * Errors: `invalid_redirect` when the URL is not `http:` or `https:`.
   */
  redirect(
    step: Pick<JourneyStep, 'payload' | 'getCallbackOfType'>,
    options?: RedirectOptions,
  ): Promise<undefined | string | GenericError>;
  /**
   * Continues a journey when the user has come back by a URL: at the step that `redirect()` kept, or, if the
   * URL has a `suspendedId` (such as a link in an e-mail), where the journey was suspended. Calling it again
   * with the same URL returns the same result, until the journey continues or ends.
   *
   * The URL must be the response to that step. If it has a `state`, a `code` or an `error`, its `state` must be
   * the one that was kept ([RFC 6749 section
   * 10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)); if it comes from AM, so must its
   * `RelayState`. An `error` without that `state` starts the journey again.
   *
   * Rejects with a `TypeError` when the URL is not valid; and with an `Error`, as the documented client does,
   * when the step is required and missing, too old, or the URL is the response to another one
   * (`state_missing`, `state_mismatch`).
   *
   * Errors: those of `start()`.
   */
  resume(url: string | URL, options?: ResumeOptions): Promise<JourneyResult>;
  /**
   * Waits for the time in the step's `PollingWaitCallback` (100 ms to 2^31 - 1 ms), submits the step, and
   * repeats both until the response is another kind of step or result.
   *
   * Errors: those of `next()`; `aborted` when the signal is aborted.
   */
  poll(step: JourneyStep, options?: PollOptions): Promise<JourneyResult>;
  /** Calls the listener after each result. Returns a function that ends the subscription. */
  subscribe(listener: (event: JourneyEvent) => void): () => void;
  /**
   * Returns the result of the last call that was not cancelled; `undefined` before the first call and after
   * `terminate()`.
   */
  getState(): JourneyResult | undefined;
  /** The session that the journey began. */
  session: {
    /** Returns what is stored about it in this browser. */
    get(): StoredSession | undefined;
    /**
     * Asks AM about the session.
     *
     * Errors: `session_info_failed`, of type `auth_error` when there is no session.
     */
    info(options?: CallOptions): Promise<SessionInfo | GenericError>;
  };
  /**
   * Signs out: removes the session token and the tokens of every {@link oidc} client of the same issuer from
   * this browser, revokes those tokens, and ends the session at AM. Resolves to `undefined` when AM confirms
   * that the session has ended. That a session had already ended is known only if the session token is sent
   * (`session.cookieName`): by the cookie, AM's response is the same as for a blocked cookie.
   *
   * Errors: `terminate_failed`, whose `parts` have the error of each part; with the code
   * `session_unconfirmed` it is not known whether the session is over.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: as documented, so that apps' mocks fit.
  terminate(options?: NextOptions): Promise<void | TerminateError>;
}

/** Options of `redirect()`. */
export interface RedirectOptions extends CallOptions {
  /** `false`: resolve to the URL instead of leaving the page. */
  navigate?: boolean;
}

/** Options of `resume()`. */
export interface ResumeOptions extends NextOptions {
  /** The journey to start when there is no step to continue. */
  journey?: string;
}

/** Options of `poll()`. */
export interface PollOptions extends NextOptions {
  /** Called with each polling step before the wait. */
  onTick?(step: JourneyStep): void;
}

/** An event of a journey: the type of the new result, and the result. */
export interface JourneyEvent {
  /** `error` for an error value; `terminated` after `terminate()`. */
  readonly type: 'Step' | 'LoginSuccess' | 'LoginFailure' | 'error' | 'terminated';
  /** What the call resolved to. */
  readonly result: JourneyResult | TerminateError | undefined;
}

/** What this browser stores about a session. */
export interface StoredSession {
  /** The session token. */
  tokenId: string;
  /** Where AM would send a browser. */
  successUrl?: string | null;
  /** The realm. */
  realm?: string | null;
}

/** AM's information about a session. Times are in the form of ISO 8601. */
export interface SessionInfo {
  /** The account. */
  username?: string;
  /** The user's entry in AM's directory. */
  universalId?: string;
  /** The realm, such as `/alpha`. */
  realm?: string;
  /** When it was last used. */
  latestAccessTime?: string;
  /** When it ends if it is not used. */
  maxIdleExpirationTime?: string;
  /** When it ends in any case. */
  maxSessionExpirationTime?: string;
  /** Properties that journeys have set. */
  properties?: Record<string, unknown>;
  [member: string]: unknown;
}

/** A sign-out that failed in part. */
export interface TerminateError extends GenericError {
  /** The error of each part, or `null`. */
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
 * Rejects with an `Error` that has the members of {@link GenericError} when the configuration or the
 * well-known URL is not valid, the server can't be reached, or the provider is not AM.
 *
 * @example
 * const client = await journey({ config });
 * let step = await client.start({ journey: 'Login' });
 */
export function journey<ActionType extends string = ActionTypes>(
  input: JourneyInput<ActionType>,
): Promise<JourneyClient>;

/**
 * Returns whether {@link journey} accepts a well-known URL: https, or http on this machine, with a path that
 * ends with `/.well-known/openid-configuration`.
 */
export function isValidWellknownUrl(url: string): boolean;

/**
 * Makes the error value for a failed request for a well-known document, from whatever it failed with. An error
 * value is returned unchanged.
 */
export function createWellknownError(error?: unknown): GenericError;

/**
 * A journey client for the whole page. Its methods resolve to an error with the code `not_configured` until
 * `configure()` has been called.
 *
 * @example
 * await journeyClient.configure({ config });
 * let step = await journeyClient.start();
 */
export const journeyClient: JourneyClient & {
  /**
   * Configures the client. Resolves to `undefined`, or to the error with which {@link journey} would reject;
   * an earlier configuration then stays in use. Calls made while it is pending wait for it.
   */
  configure(input: JourneyInput): Promise<undefined | GenericError>;
};

// --------------------------------------------------------------------------------------- Callbacks

/**
 * The base class of callbacks, and the class of callback types that have no class of their own. All that AM
 * sent is in `payload`.
 */
export class BaseCallback {
  /** Makes the object for a callback's payload, without copying it. */
  constructor(payload: Callback);
  /** What AM sent: the same object as in the step's payload. */
  payload: Callback;
  /** The type, such as `NameCallback`. */
  getType(): CallbackType | (string & {});
  /** Returns the value of the input with an index or a name. Throws an `Error` when there is none. */
  getInputValue(selector?: number | string): unknown;
  /**
   * Sets the value of the input with an index, a name, or a name that matches an expression. Throws an `Error`
   * when there is none.
   */
  setInputValue(value: unknown, selector?: number | string | RegExp): void;
  /** Returns the value of the output with an index or a name. Throws an `Error` when there is none. */
  getOutputValue(selector?: number | string): unknown;
  /** Returns the value of the first output with a name, or the default. */
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

/** Asks for a profile of the device. */
export class DeviceProfileCallback extends BaseCallback {
  /** What to show meanwhile: AM's `message`, else `''`. */
  getMessage(): string;
  /** Whether `metadata` is wanted: AM's `metadata`, else `false`. */
  isMetadataRequired(): boolean;
  /** Whether `location` is wanted: AM's `location`, else `false`. */
  isLocationRequired(): boolean;
  /** Answers with the profile as JSON: the first input. */
  setProfile(profile: DeviceProfileData): void;
}

/** Takes a value that the page determines; AM's `id` says which. */
export class HiddenValueCallback extends BaseCallback {}

/** Asks for a security question and its answer. */
export class KbaCreateCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** Questions to choose from: AM's `predefinedQuestions`, else `[]`. */
  getPredefinedQuestions(): string[];
  /** Whether the user may write a question: AM's `allowUserDefinedQuestions`, else `false`. */
  isAllowedUserDefinedQuestions(): boolean;
  /** The input `…question`. Throws when there is none. */
  setQuestion(question: string): void;
  /** The input `…answer`. Throws when there is none. */
  setAnswer(answer: string): void;
}

/** Has data for the page; there is nothing to answer. */
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
  /** AM's `signalsInitializationOptions` as sent; without them, the outputs that have the members' names. */
  getConfig(): ProtectConfig;
  /** Says what went wrong: the input `…clientError`. */
  setClientError(message: string): void;
}

/** Asks to wait and then to submit the step as it is. */
export class PollingWaitCallback extends BaseCallback {
  /** What to show meanwhile: AM's `message`, else `''`. */
  getMessage(): string;
  /** How long to wait, in milliseconds: AM's `waitTime`, else 0; `NaN` when it is not a number. */
  getWaitTime(): number;
}

/** Asks for the result of a captcha. */
export class ReCaptchaCallback extends BaseCallback {
  /** AM's `recaptchaSiteKey`, else `''`. */
  getSiteKey(): string;
  /** Answers with the captcha's token: the first input. */
  setResult(result: string): void;
}

/** Asks for the result of reCAPTCHA Enterprise. */
export class ReCaptchaEnterpriseCallback extends BaseCallback {
  /** AM's `recaptchaSiteKey`, else `''`. */
  getSiteKey(): string;
  /** The URL of the captcha's script: AM's `captchaApiUri`, else `''`. */
  getApiUrl(): string;
  /** The class of its element: AM's `captchaDivClass`, else `''`. */
  getElementClass(): string;
  /** Answers with the captcha's token: the first input. */
  setResult(result: string): void;
  /** Says what went wrong: the input `…clientError`. */
  setClientError(error: string): void;
  /** Sets further data for the assessment: the input `…payload`. */
  setPayload(payload: unknown): void;
  /** Sets the user's action, such as `login`: the input `…action`. */
  setAction(action: string): void;
}

/** Sends the user to another provider, from which the user comes back. */
export class RedirectCallback extends BaseCallback {
  /** The URL of the provider: AM's `redirectUrl`, else `''`. */
  getRedirectUrl(): string;
}

/** Asks to choose an identity provider. */
export class SelectIdPCallback extends BaseCallback {
  /** AM's `providers`, else `[]`. */
  getProviders(): IdPValue[];
  /** Chooses by the member `provider`. Throws unless it is in the list. */
  setProvider(name: string): void;
}

/** Says that the journey continues elsewhere, such as by a link in an e-mail. */
export class SuspendedTextOutputCallback extends TextOutputCallback {}

/** Asks to accept terms and conditions. */
export class TermsAndConditionsCallback extends BaseCallback {
  /** Their text: AM's `terms`, else `''`. */
  getTerms(): string;
  /** AM's `version`, else `''`. */
  getVersion(): string;
  /** AM's `createDate`; `null` when it is not a date. */
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

/** Shows a text; there is nothing to answer. */
export class TextOutputCallback extends BaseCallback {
  /** The text: AM's `message`, else `''`. With the message type `'4'` it is a script: do not show it. */
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

/** Makes the object for a callback: of its type's class, or a {@link BaseCallback}. Never throws. */
export function createCallback(callback: Callback): BaseCallback;

/**
 * Makes the objects for callback types that have no class here, or that need another one. When it returns
 * `undefined`, {@link createCallback} makes the object. It is called once for each callback of a step, with the
 * object in the step's payload. If it throws, `start()` and `next()` resolve to an error with the code
 * `callback_factory_failed` and the thrown value as its `cause`.
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

/** The profile of a device, made by `Device`. */
export interface DeviceProfileData {
  /** Stays the same in this browser. */
  identifier: string;
  /** What the browser reports about itself, if AM asks for it. */
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
  /** Empty when the user or the browser refuses. */
  location?: Geolocation | Record<string, unknown>;
}

/** The place of the device, in degrees. */
export interface Geolocation {
  /** Degrees north: -90 to 90. */
  latitude: number;
  /** Degrees east: -180 to 180. */
  longitude: number;
}

/** Options for the SDK of PingOne Protect. */
export interface ProtectConfig {
  [option: string]: unknown;
  /** The PingOne environment. */
  envId: string;
  /** Whether it logs. */
  consoleLogEnabled?: boolean;
  /** The attributes that are not collected. */
  deviceAttributesToIgnore?: string[];
  /** The host of the server, if it is not PingOne's. */
  customHost?: string;
  /** Whether metadata is collected only when asked for. */
  lazyMetadata?: boolean;
  /** Whether behaviour is collected. */
  behavioralDataCollection?: boolean;
  /** How often the device keys are synchronised, in days. */
  deviceKeyRsyncIntervals?: number;
  /** Whether the device is bound to its keys. */
  enableTrust?: boolean;
  /** Whether the history of visits is not collected. */
  disableTags?: boolean;
  /** Whether data stays within this origin. */
  disableHub?: boolean;
}

// ---------------------------------------------------------------------------------------- Policies

/** For each policy by its name, a function that makes the message when it fails. */
export interface MessageCreator {
  [policy: string]: (propertyName: string, params?: { [name: string]: unknown }) => string;
}

/** The failed policies of one property, with messages. */
export interface ProcessedPropertyError {
  /** The property and its failed policies, as AM sent them. */
  detail: FailedPolicyRequirement;
  /** A message for each failed policy. */
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

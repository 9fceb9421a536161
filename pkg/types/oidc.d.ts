/** The OpenID Connect client. */
import type { CallOptions, Done, ErrorCode, GenericError, NoError } from './errors.js';
import type { JourneyResult, JourneyServerConfig } from './journey.js';
import type {
  ActionTypes,
  CustomStorageObject,
  IgnoredConfig,
  LoggerConfig,
  LogLevel,
  ProviderMetadata,
  RequestMiddleware,
  ResponseHook,
  StorageConfig,
} from './options.js';

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
   * DPoP ([RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)): tokens are bound to a key of this browser,
   * whose private part no script can read, and are of no use without it. `true` is
   * `{ algorithm: 'ES256', required: true }`; default: off.
   */
  dpop?: boolean | DpopOptions;
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
  /**
   * When the core is loaded, on a page that starts with valid tokens in `localStorage`. `true`: at once.
   * `false`: not before a call needs it. Default: before the tokens are due for renewal and, for listeners and
   * `autoRenew`, as soon as the page is loaded and idle.
   */
  preload?: boolean;
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
  /** The type of the access token: `Bearer`, or `DPoP` for one that is bound to a key of this browser. */
  tokenType?: string;
  /**
   * The thumbprint of the key that the access token is bound to
   * ([RFC 9449 section 6.1](https://www.rfc-editor.org/rfc/rfc9449#section-6.1)).
   */
  jkt?: string;
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

/** DPoP ([RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)), spelled out. */
export interface DpopOptions {
  /** The algorithm of the key; default: `ES256`, which is the only one. */
  algorithm?: 'ES256';
  /**
   * Whether tokens that are not bound to the key are refused (`dpop_not_bound`); default: true. With `false`
   * they are accepted, and `tokenType` is `Bearer`.
   */
  required?: boolean;
}

/** A request that the app sends itself, for `token.proof()`. */
export interface ProofRequest extends CallOptions {
  /** The URL, of one of the `apiOrigins`; relative to the page's. */
  url: string | URL;
  /** The method, in upper or lower case. */
  method: string;
  /**
   * The newest `DPoP-Nonce` of the API
   * ([RFC 9449 section 9](https://www.rfc-editor.org/rfc/rfc9449#section-9)). It is remembered for the
   * requests after this one.
   */
  nonce?: string;
}

/**
 * The headers for one request that the app sends itself: the access token, and the proof, for this method and URL
 * and for one use, if the token is bound to a key.
 */
export type ProofHeaders =
  | {
      /** `DPoP` and the access token. */
      Authorization: string;
      /** The proof. */
      DPoP: string;
    }
  | {
      /** `Bearer` and the access token. */
      Authorization: string;
    };

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
    /**
     * The headers for a request that the app sends itself, by its own HTTP library: the access token, renewed
     * first if needed, and a DPoP proof
     * ([RFC 9449 section 7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)) where the client has
     * `dpop`. Ask for each request anew, also for one that is repeated.
     *
     * Errors: `argument_invalid` for a URL of none of the `apiOrigins`; those of {@link OidcClientMethods.token}
     * `get()`; `dpop_key_lost`.
     */
    proof(request: ProofRequest): Promise<ProofHeaders | GenericError>;
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
   * With `dpop`, each request has a proof; it is repeated once with the nonce that the API demands.
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

/** How the provider displays its pages (OpenID Connect Core section 3.1.2.1). */
export type AuthDisplayValue = 'page' | 'popup' | 'touch' | 'wap';

/** What the provider asks the user for (OpenID Connect Core section 3.1.2.1). */
export type AuthPromptValue = 'none' | 'login' | 'consent' | 'select_account';

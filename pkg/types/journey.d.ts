/** The journey client. */
import type {
  BaseCallback,
  CallbackClasses,
  CallbackFactory,
  CallbackType,
  MessageCreator,
  ProcessedPropertyError,
  Step,
  StepDetail,
} from './callbacks.js';
import type { CallOptions, GenericError } from './errors.js';
import type {
  ActionTypes,
  IgnoredConfig,
  LoggerConfig,
  LogLevel,
  ProviderMetadata,
  Query,
  RequestMiddleware,
  ResponseHook,
} from './options.js';

// ---------------------------------------------------------------------------------------- Journeys

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
  /**
   * Whether {@link journeyClient}'s `configure()` loads the core. `true`: it does. `false`: the first call that
   * needs it does, and returns what is wrong with the configuration. Default: `true`, unless a user is signed in.
   */
  preload?: boolean;
}

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
   * this browser, revokes those tokens, and ends the session at AM. Another user's tokens stay, if it is known
   * whose the session is. Resolves to `undefined` when AM confirms that the session has ended. That a session had already ended is known only if the session token is sent
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
   * an earlier configuration then stays in use. Calls made while it is pending wait for it. Where a user is
   * signed in, the first call makes the client, and returns that error: see {@link JourneyInput.preload}.
   */
  configure(input: JourneyInput): Promise<undefined | GenericError>;
};

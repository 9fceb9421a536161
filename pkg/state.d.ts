/**
 * Who is signed in, and a journey, as stores for any framework.
 *
 * @module
 */
import type {
  AuthorizationError,
  AuthorizeOptions,
  GenericError,
  GetTokensOptions,
  JourneyClient,
  JourneyInput,
  JourneyLoginFailure,
  JourneyLoginSuccess,
  JourneyStep,
  JWTPayload,
  LogoutErrorResult,
  LogoutOptions,
  LogoutSuccessResult,
  OauthTokens,
  OidcClient,
  OidcInput,
  oidc,
  PopupOptions,
  Query,
  SignInResult,
} from './index.js';

export type {
  AuthorizationError,
  AuthorizeOptions,
  GenericError,
  GetTokensOptions,
  JourneyClient,
  JourneyInput,
  JourneyLoginFailure,
  JourneyLoginSuccess,
  JourneyStep,
  JWTPayload,
  LogoutErrorResult,
  LogoutOptions,
  LogoutSuccessResult,
  OauthTokens,
  OidcClient,
  OidcInput,
  PopupOptions,
  Query,
  SignInResult,
};

/** Who is signed in. Each change makes another object, which is frozen. */
export type SignInState =
  | {
      /** It is not known yet; on a server always. */
      readonly status: 'loading';
      /** Absent. */
      readonly wasSignedIn?: undefined;
      /** Absent. */
      readonly claims?: undefined;
      /** Absent. */
      readonly error?: undefined;
    }
  | {
      /** No user is signed in, or the user must sign in again. */
      readonly status: 'signed-out';
      /**
       * Whether a user was signed in on this page before. Then let the user start the sign-in, by a button: one that
       * begins by itself may use the session that is just being ended.
       */
      readonly wasSignedIn: boolean;
      /** Absent. */
      readonly claims?: undefined;
      /** Absent. */
      readonly error?: undefined;
    }
  | {
      /** A user is signed in. Expired tokens are renewed first. */
      readonly status: 'signed-in';
      /** Absent. */
      readonly wasSignedIn?: undefined;
      /** The claims of the ID token; absent when there is none (no `openid` in the scope). */
      readonly claims?: JWTPayload | undefined;
      /** Absent. */
      readonly error?: undefined;
    }
  | {
      /**
       * The client could not be made, the sign-in failed, expired tokens could not be renewed, or what is stored
       * could not be read.
       */
      readonly status: 'error';
      /** Absent. */
      readonly wasSignedIn?: undefined;
      /** Absent. */
      readonly claims?: undefined;
      /** Why. */
      readonly error: GenericError;
    };

/** The options of {@link createSignIn}: those of `oidc()`, and two more. */
export interface SignInInput extends OidcInput {
  /** `oidc` of `journey-oidc/url`, for apps with that entry. */
  oidc?: typeof oidc;
  /** Called once on the page of the redirect URI, with the tokens and the `appState` of the sign-in. */
  onSignedIn?(result: SignInResult): void;
}

/** A store of who is signed in, with what changes it. Its functions need no `this`. */
export interface SignIn {
  /** The state. The same object until it changes. */
  getSnapshot(): SignInState;
  /** The state on a server, and of the first rendering in the browser. */
  getServerSnapshot(): SignInState;
  /**
   * Calls the listener at once, and after each change, here and in other tabs. Returns a function that ends the
   * subscription. The first subscription in a browser makes the client.
   */
  subscribe(listener: (state: SignInState) => void): () => void;
  /**
   * Sends the browser to the provider to sign in, or with `popup` opens a window, which must be directly in a
   * click. A redirect that is under way is not begun again, unless a call has a `signal`. While this tab signs out, it waits for the end, or resolves to the code `signing_out`.
   *
   * Errors: those of `authorize.redirect()` and `authorize.popup()`; those of `oidc()`.
   */
  signIn(options?: AuthorizeOptions & { popup?: false }): Promise<undefined | AuthorizationError>;
  signIn(options: PopupOptions & { popup: true }): Promise<SignInResult | AuthorizationError>;
  /**
   * Signs out.
   *
   * Errors: those of `user.logout()`; those of `oidc()`.
   */
  signOut(options?: LogoutOptions): Promise<LogoutSuccessResult | LogoutErrorResult>;
  /**
   * Returns valid tokens; they are renewed if needed.
   *
   * Errors: those of `token.get()`; those of `oidc()`.
   */
  getToken(options?: GetTokensOptions): Promise<OauthTokens | AuthorizationError>;
  /** `fetch()` of the client, with a valid access token for `apiOrigins`. It rejects as that does. */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /**
   * The client itself, when it has handled a response in the page's address.
   *
   * Errors: those of `oidc()`; the next call makes the client again.
   */
  getClient(): Promise<OidcClient>;
  /** The input of `oidc()`. `journey()` takes it, too: a {@link createJourney} is of the same server by it. */
  readonly input: OidcInput;
}

/**
 * Makes a store of who is signed in. On the page of the redirect URI it completes the sign-in by itself.
 * Importing and making it have no effect until it is used in a browser, so that a server can render it.
 *
 * @example
 * const signIn = createSignIn({ config });
 * signIn.subscribe(({ status, claims }) => console.log(status, claims?.sub));
 */
export function createSignIn(input: SignInInput): SignIn;

/** Where a journey is. Each change makes another object, which is frozen. */
export interface JourneyState {
  /** The step that is to be answered, also while its answer is sent. */
  readonly step?: JourneyStep | undefined;
  /** Whether a call runs; on a server always. */
  readonly pending: boolean;
  /** Why the last call failed. */
  readonly error?: GenericError | undefined;
  /** Why AM has refused the last sign-in. The journey has begun again, unless AM refused it at once. */
  readonly failure?: JourneyLoginFailure | undefined;
  /** The user is signed in; where there is a {@link SignIn}, it has tokens. */
  readonly success?: JourneyLoginSuccess | undefined;
}

/** The options of `useJourney()` of `journey-oidc/react` and `journey-oidc/vue`. */
export interface UseJourneyOptions {
  /** The name of the journey; without it the realm's default journey. */
  journey?: string | undefined;
  /** Further query parameters for AM, such as `{ locale: 'de' }`. */
  query?: Query | undefined;
  /**
   * Another client than the one that is made by the configuration of the sign-in; without a sign-in, the default is
   * `journeyClient` of `journey-oidc`, which the page configures. With `journey-oidc/url` give it that entry's.
   */
  client?: JourneyClient | undefined;
}

/** The options of {@link createJourney}. */
export interface JourneyOptions extends Omit<UseJourneyOptions, 'client'> {
  /** As of {@link UseJourneyOptions}, or the input of `journey()`. */
  client?: JourneyClient | JourneyInput | undefined;
  /** Gets tokens after the journey's success; and its `input` is the default for `client`. */
  signIn?: SignIn | undefined;
}

/** A store of a journey that an app renders itself. Its functions need no `this`. */
export interface Journey {
  /** The state. The same object until it changes. */
  getSnapshot(): JourneyState;
  /** The state on a server, and of the first rendering in the browser. */
  getServerSnapshot(): JourneyState;
  /**
   * Calls the listener at once, and after each change. Returns a function that ends the subscription. The first
   * subscription in a browser starts the journey; when nothing listens any more, the journey is given up.
   */
  subscribe(listener: (state: JourneyState) => void): () => void;
  /**
   * Sends the step, whose callbacks the app has answered; does nothing while a call runs. It resolves when the
   * result is in the state.
   */
  submit(): Promise<void>;
  /** Begins the journey again. It resolves when the result is in the state. */
  restart(): Promise<void>;
}

/**
 * Makes a store of a journey, for an app with fields of its own. When AM refuses the sign-in after an answer, the
 * journey begins again. Making it has no effect until something subscribes to it in a browser.
 *
 * @example
 * const signIn = createSignIn({ config });
 * const journey = createJourney({ journey: 'Login', signIn });
 * journey.subscribe(({ step, failure }) => console.log(step?.callbacks, failure?.getMessage()));
 */
export function createJourney(options?: JourneyOptions): Journey;

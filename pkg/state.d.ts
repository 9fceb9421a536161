/**
 * Who is signed in, as a store for any framework.
 *
 * @module
 */
import type {
  AuthorizationError,
  AuthorizeOptions,
  GenericError,
  GetTokensOptions,
  JWTPayload,
  LogoutErrorResult,
  LogoutOptions,
  LogoutSuccessResult,
  OauthTokens,
  OidcInput,
  oidc,
  PopupOptions,
  SignInResult,
} from './index.js';

export type {
  AuthorizationError,
  AuthorizeOptions,
  GenericError,
  GetTokensOptions,
  JWTPayload,
  LogoutErrorResult,
  LogoutOptions,
  LogoutSuccessResult,
  OauthTokens,
  OidcInput,
  PopupOptions,
  SignInResult,
};

/** Who is signed in. Each change makes another object, which is frozen. */
export type SignInState =
  | {
      /** It is not known yet; on a server always. */
      readonly status: 'loading';
      /** Absent. */
      readonly claims?: undefined;
      /** Absent. */
      readonly error?: undefined;
    }
  | {
      /** No user is signed in. */
      readonly status: 'signed-out';
      /** Absent. */
      readonly claims?: undefined;
      /** Absent. */
      readonly error?: undefined;
    }
  | {
      /** A user is signed in. */
      readonly status: 'signed-in';
      /** The claims of the ID token; absent when there is none (no `openid` in the scope). */
      readonly claims?: JWTPayload | undefined;
      /** Absent. */
      readonly error?: undefined;
    }
  | {
      /** The client could not be made, the sign-in failed, or what is stored could not be read. */
      readonly status: 'error';
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
   * click. While this tab signs out, it waits for the end, or resolves to the code `signing_out`.
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

/**
 * Sign-in for React 18 and 19: hooks and components over `journey-oidc/state`.
 *
 * @example
 * const auth = createSignIn({ config });
 *
 * root.render(
 *   <SignInProvider signIn={auth}>
 *     <Protected fallback={<JourneyForm journey="Login" />}>
 *       <Account />
 *     </Protected>
 *   </SignInProvider>,
 * );
 *
 * @module
 */
import type { ReactElement, ReactNode } from 'react';
import type { JourneyForm as FormElement, FormMessages, Renderers } from './form.js';
import type {
  GenericError,
  JourneyClient,
  JourneyLoginFailure,
  JourneyLoginSuccess,
  JourneyStep,
  Query,
} from './index.js';
import type { Journey, JourneyState, SignIn, SignInState, UseJourneyOptions } from './state.js';

export type {
  FormElement,
  FormMessages,
  GenericError,
  Journey,
  JourneyClient,
  JourneyLoginFailure,
  JourneyLoginSuccess,
  JourneyState,
  JourneyStep,
  Query,
  ReactElement,
  ReactNode,
  Renderers,
  SignIn,
  SignInState,
  UseJourneyOptions,
};

/** The properties of {@link SignInProvider}. */
export interface SignInProviderProps {
  /** What `createSignIn()` of `journey-oidc/state` has made, outside of components: one for the page. */
  signIn: SignIn;
  /** What may use it. */
  children?: ReactNode;
}

/**
 * Gives what is in it the sign-in. On the page of the redirect URI it completes the sign-in.
 */
export function SignInProvider(props: SignInProviderProps): ReactElement;

/** What {@link useSignIn} returns: the state, and what changes it. */
export type UseSignIn = SignInState & Pick<SignIn, 'signIn' | 'signOut'>;

/**
 * Who is signed in, with `signIn()` and `signOut()`. The same object until the state changes.
 *
 * Throws an `Error` without a {@link SignInProvider} around the component; so do `useToken()` and `useFetch()`.
 */
export function useSignIn(): UseSignIn;

/** Returns the function that returns valid tokens, `getToken()` of the sign-in. It is always the same one. */
export function useToken(): SignIn['getToken'];

/**
 * Returns a `fetch()` that sends a valid access token to the `apiOrigins` of the configuration. It is always the
 * same one.
 */
export function useFetch(): SignIn['fetch'];

/** What {@link useJourney} returns: the state, and what changes it. */
export type UseJourney = JourneyState & Pick<Journey, 'submit' | 'restart'>;

/**
 * A journey with the app's own fields. It starts when the component is shown; with a {@link SignInProvider}, the
 * user has tokens at the journey's success. Another `journey` or `query` begins again.
 *
 * @example
 * const { step, submit, pending, error, failure } = useJourney({ journey: 'Login' });
 */
export function useJourney(options?: UseJourneyOptions): UseJourney;

/** The properties of {@link Protected}. */
export interface ProtectedProps {
  /** What only a user who is signed in sees. */
  children?: ReactNode;
  /** What is shown where no user is signed in; it may begin a sign-in by itself. */
  fallback: ReactNode;
  /** What is shown until it is known, on a server too; default nothing. */
  loading?: ReactNode;
  /**
   * Renders what is shown instead of `fallback` after a sign-out and after an error, where a sign-in must not begin
   * by itself: `signIn()` shows the fallback. Default: the error's message and a button, "Sign in again".
   */
  again?: (props: { error?: GenericError | undefined; signIn: () => void }) => ReactNode;
}

/**
 * Shows its children to a user who is signed in.
 *
 * Throws an `Error` without a {@link SignInProvider} around it.
 */
export function Protected(props: ProtectedProps): ReactNode;

/** The properties of {@link JourneyForm}: those of the element `<journey-form>`, and its events. */
export interface JourneyFormProps extends UseJourneyOptions {
  /** Words that replace the English ones. */
  messages?: Partial<FormMessages> | undefined;
  /** The app's own functions that render callbacks. */
  renderers?: Renderers | undefined;
  /** Makes HTML in AM's texts harmless. */
  html?: FormElement['html'];
  /** A step is shown. */
  onStep?: ((step: JourneyStep) => void) | undefined;
  /** The user is signed in; with a {@link SignInProvider}, there are tokens. */
  onSuccess?: ((success: JourneyLoginSuccess) => void) | undefined;
  /** The sign-in is refused. The form says so. */
  onFailure?: ((failure: JourneyLoginFailure) => void) | undefined;
  /** A call failed, or the form could not be loaded. The form says the former. */
  onError?: ((error: GenericError) => void) | undefined;
}

/** The sign-in form of `journey-oidc/form`. Its modules are loaded when it is shown. */
export function JourneyForm(props: JourneyFormProps): ReactElement;

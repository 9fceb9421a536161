/**
 * Sign-in for Vue 3.4 and newer: a plugin, composables and components over `journey-oidc/state`.
 *
 * @example
 * createApp(App).use(signInPlugin, createSignIn({ config })).mount('#app');
 *
 * @module
 */
import type {
  AllowedComponentProps,
  ComponentCustomProps,
  ComputedRef,
  ObjectPlugin,
  VNode,
  VNodeProps,
} from 'vue';
import type { JourneyForm as FormElement, FormMessages, Renderers } from './form.js';
import type {
  GenericError,
  JourneyClient,
  JourneyLoginFailure,
  JourneyLoginSuccess,
  JourneyStep,
  JWTPayload,
  Query,
} from './index.js';
import type { Journey, JourneyState, SignIn, SignInState, UseJourneyOptions } from './state.js';

export type {
  AllowedComponentProps,
  ComponentCustomProps,
  ComputedRef,
  FormElement,
  FormMessages,
  GenericError,
  Journey,
  JourneyClient,
  JourneyLoginFailure,
  JourneyLoginSuccess,
  JourneyState,
  JourneyStep,
  JWTPayload,
  ObjectPlugin,
  Query,
  Renderers,
  SignIn,
  SignInState,
  UseJourneyOptions,
  VNode,
  VNodeProps,
};

/**
 * Gives an app the sign-in, which `createSignIn()` of `journey-oidc/state` has made. On the page of the redirect
 * URI it completes the sign-in.
 */
export const signInPlugin: ObjectPlugin<[signIn: SignIn]>;

/** What {@link useSignIn} returns: the state, and what changes it. */
export interface UseSignIn extends Pick<SignIn, 'signIn' | 'signOut'> {
  /** Who is signed in; `loading` on a server. */
  status: ComputedRef<SignInState['status']>;
  /** The claims of the ID token. */
  claims: ComputedRef<JWTPayload | undefined>;
  /** Why the status is `error`. */
  error: ComputedRef<GenericError | undefined>;
  /**
   * Whether no user is signed in, and one was on this page before. Then let the user start the sign-in, by a
   * button: one that begins by itself may use the session that is just being ended.
   */
  wasSignedIn: ComputedRef<boolean>;
}

/**
 * Who is signed in, with `signIn()` and `signOut()`.
 *
 * Throws an `Error` in an app without {@link signInPlugin}; so do `useToken()` and `useFetch()`.
 */
export function useSignIn(): UseSignIn;

/** Returns the function that returns valid tokens, `getToken()` of the sign-in. */
export function useToken(): SignIn['getToken'];

/** Returns a `fetch()` that sends a valid access token to the `apiOrigins` of the configuration. */
export function useFetch(): SignIn['fetch'];

/** What {@link useJourney} returns: the state, and what changes it. */
export interface UseJourney extends Pick<Journey, 'submit' | 'restart'> {
  /** The step that is to be answered, also while its answer is sent. */
  step: ComputedRef<JourneyStep | undefined>;
  /** Whether a call runs. */
  pending: ComputedRef<boolean>;
  /** Why the last call failed. */
  error: ComputedRef<GenericError | undefined>;
  /** Why AM has refused the last sign-in. */
  failure: ComputedRef<JourneyLoginFailure | undefined>;
  /** The user is signed in; with {@link signInPlugin}, there are tokens. */
  success: ComputedRef<JourneyLoginSuccess | undefined>;
}

/**
 * A journey with the app's own fields. It starts when the component is mounted; with {@link signInPlugin}, the user
 * has tokens at the journey's success. The options are read once.
 *
 * @example
 * const { step, submit, pending, error, failure } = useJourney({ journey: 'Login' });
 */
export function useJourney(options?: UseJourneyOptions): UseJourney;

/** The slots of {@link Protected}. */
export interface ProtectedSlots {
  /** What only a user who is signed in sees. */
  default?: () => VNode[];
  /** What is shown where no user is signed in; it may begin a sign-in by itself. */
  fallback?: () => VNode[];
  /** What is shown until it is known, on a server too; default nothing. */
  loading?: () => VNode[];
  /**
   * What is shown instead of `fallback` after a sign-out and after an error, where a sign-in must not begin by
   * itself: `signIn()` shows the fallback. Default: the error's message and a button, "Sign in again".
   */
  again?: (props: { error?: GenericError | undefined; signIn: () => void }) => VNode[];
}

/**
 * Shows its default slot to a user who is signed in.
 *
 * Throws an `Error` in an app without {@link signInPlugin}.
 */
export const Protected: new () => {
  $props: AllowedComponentProps & ComponentCustomProps & VNodeProps;
  $slots: ProtectedSlots;
};

/** The properties of {@link JourneyForm}: those of the element `<journey-form>`, and its events. */
export interface JourneyFormProps extends UseJourneyOptions {
  /** Words that replace the English ones. */
  messages?: Partial<FormMessages> | undefined;
  /** The app's own functions that render callbacks. */
  renderers?: Renderers | undefined;
  /** Makes HTML in AM's texts harmless. */
  html?: FormElement['html'];
  /** `@step`: a step is shown. */
  onStep?: ((step: JourneyStep) => unknown) | undefined;
  /** `@success`: the user is signed in; with {@link signInPlugin}, there are tokens. */
  onSuccess?: ((success: JourneyLoginSuccess) => unknown) | undefined;
  /** `@failure`: the sign-in is refused. The form says so. */
  onFailure?: ((failure: JourneyLoginFailure) => unknown) | undefined;
  /** `@error`: a call failed, or the form could not be loaded. The form says the former. */
  onError?: ((error: GenericError) => unknown) | undefined;
}

/** The sign-in form of `journey-oidc/form`, as a component. Its modules are loaded when it is shown. */
export const JourneyForm: new () => {
  $props: JourneyFormProps & AllowedComponentProps & ComponentCustomProps & VNodeProps;
};

'use client';

import {
  createContext,
  createElement,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { mountForm } from './form/mount.js';
import { createJourney } from './state.js';

const SignInContext = /* @__PURE__ */ createContext(
  /** @type {import('./state.js').SignIn | undefined} */ (undefined),
);

/** @type {typeof import('./react.js').SignInProvider} */
export function SignInProvider({ signIn, children }) {
  // On the page of the redirect URI this completes the sign-in, whatever else is rendered.
  useEffect(() => signIn.subscribe(() => {}), [signIn]);
  return createElement(SignInContext.Provider, { value: signIn }, children);
}

/** @param {string} name of the hook */
function useStore(name) {
  const signIn = useContext(SignInContext);
  if (!signIn) throw new Error(`${name} needs a <SignInProvider> around the component.`);
  return signIn;
}

/** @type {typeof import('./react.js').useSignIn} */
export function useSignIn() {
  const { subscribe, getSnapshot, getServerSnapshot, signIn, signOut } = useStore('useSignIn()');
  const state = useSyncExternalStore(subscribe, getSnapshot, getServerSnapshot);
  return useMemo(() => ({ ...state, signIn, signOut }), [state, signIn, signOut]);
}

/** @type {typeof import('./react.js').useToken} */
export function useToken() {
  return useStore('useToken()').getToken;
}

/** @type {typeof import('./react.js').useFetch} */
export function useFetch() {
  return useStore('useFetch()').fetch;
}

/** @type {typeof import('./react.js').useJourney} */
export function useJourney({ journey, query, client } = {}) {
  const signIn = useContext(SignInContext);
  // Apps write the query where they call this: another object at each rendering.
  const queryText = JSON.stringify(query);
  const store = useMemo(
    () => createJourney({ journey, query: queryText && JSON.parse(queryText), signIn, client }),
    [journey, queryText, signIn, client],
  );
  const { subscribe, getSnapshot, getServerSnapshot, submit, restart } = store;
  const state = useSyncExternalStore(subscribe, getSnapshot, getServerSnapshot);
  return useMemo(() => ({ ...state, submit, restart }), [state, submit, restart]);
}

/** @type {typeof import('./react.js').Protected} */
export function Protected({ children, fallback, loading, again }) {
  const { status, error, wasSignedIn } = useSignIn();
  if (status === 'signed-in') return children;
  if (status === 'loading') return loading;
  return createElement(SignedOut, { fallback, again, error, mustAsk: wasSignedIn });
}

/**
 * What is shown instead of protected content. A fallback may begin a sign-in by itself, so that after a sign-out
 * or a failure the user is asked first.
 *
 * @param {Pick<import('./react.js').ProtectedProps, 'fallback' | 'again'> & {
 *   error?: import('./index.js').GenericError, mustAsk?: boolean }} props
 */
function SignedOut({ fallback, again = askAgain, error, mustAsk }) {
  const [isAsked, setIsAsked] = useState(false);
  if (isAsked || !(error || mustAsk)) return fallback;
  return again({ error, signIn: () => setIsAsked(true) });
}

/** @type {NonNullable<import('./react.js').ProtectedProps['again']>} */
function askAgain({ error, signIn }) {
  return createElement(
    'div',
    null,
    error && createElement('p', { role: 'alert' }, error.message),
    createElement('button', { type: 'button', onClick: signIn }, 'Sign in again'),
  );
}

/** The property for each event of the form. */
const HANDLERS = /** @type {const} */ ({
  step: 'onStep',
  success: 'onSuccess',
  failure: 'onFailure',
  error: 'onError',
});

/** @type {typeof import('./react.js').JourneyForm} */
export function JourneyForm(props) {
  const signIn = useContext(SignInContext);
  const host = useRef(/** @type {HTMLDivElement | null} */ (null));
  const form = useRef(/** @type {ReturnType<typeof mountForm> | undefined} */ (undefined));
  const latest = useRef(props);
  useEffect(() => {
    const mounted = mountForm(/** @type {HTMLElement} */ (host.current), signIn, (type, detail) =>
      latest.current[HANDLERS[type]]?.(detail),
    );
    form.current = mounted;
    return mounted.remove;
  }, [signIn]);
  useEffect(() => {
    latest.current = props;
    form.current?.update(props);
  });
  return createElement('div', { ref: host });
}

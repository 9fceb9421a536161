/** When the core is loaded: at the first call that needs it, or while the page has nothing to do. */
import { isCoreThere, mayAsk } from './early.js';
import { AUTHORIZATION_AGE, AUTHORIZATIONS, MAX_TIMEOUT, SIGN_INS } from './names.js';
import { isSigningOut, keys, signOutsBegun } from './sign-out.js';

/** How long before the end of a lease the core is loaded, in milliseconds. */
const AHEAD = 60_000;

/**
 * A client that is made when it is first needed. Where that fails, the call fails that needed it, and the
 * next one tries again.
 *
 * @param {() => Promise<any>} make resolves to a client, or to an error value
 */
export function createLater(make) {
  /** @type {any} */
  let client;
  /** @type {Promise<any> | undefined} */
  let making;

  const open = () => {
    making ??= make().then((made) => {
      if ('error' in made) making = undefined;
      else client = made;
      return made;
    });
    return making;
  };

  return {
    open,

    isThere: () => client !== undefined,

    /**
     * Makes a call, which returns a promise. It begins at once where the client is there, unless a
     * sign-out is about to begin.
     *
     * @param {string} name
     * @param {unknown[]} args
     */
    async call(name, ...args) {
      if (isSigningOut()) await signOutsBegun();
      const made = client ?? (await open());
      return 'error' in made ? made : made[name](...args);
    },

    /**
     * Calls a method that returns its result; `undefined` where there is no client.
     *
     * @param {string} name
     * @param {unknown[]} args
     */
    callAtOnce: (name, ...args) => client?.[name](...args),
  };
}

/**
 * Whether a lease can do for the core on this page: not where a response may have come, or is awaited, since
 * `matches()` says at once whether it is the client's.
 */
export function mayWait() {
  if (!mayAsk() || isCoreThere() || /[?&#]state=/.test(location.href)) return false;
  try {
    return keys(sessionStorage, AUTHORIZATIONS).every((key) => {
      const { done, createdAt } = JSON.parse(sessionStorage.getItem(key) ?? '');
      return done || Date.now() - createdAt > AUTHORIZATION_AGE;
    });
  } catch {
    return false;
  }
}

/** Whether any client has noted that a user is signed in. */
export function isSomebodySignedIn() {
  try {
    return Boolean(mayAsk()) && keys(localStorage, SIGN_INS).length > 0;
  } catch {
    return false;
  }
}

/**
 * Loads the core ahead of the call that will need it: in time for the end of a lease, or as soon as the page
 * is loaded and has nothing to do.
 *
 * @param {() => unknown} open
 * @param {number | undefined} until when the lease ends; `undefined`: never
 */
export function preload(open, until = Number.POSITIVE_INFINITY) {
  if (until === Number.POSITIVE_INFINITY) return;
  const wait = Math.max(until - AHEAD - Date.now(), 0);
  setTimeout(() => whenIdle(open), Math.min(wait, MAX_TIMEOUT));
}

/** @param {() => unknown} work */
function whenIdle(work) {
  if (document.readyState === 'complete') {
    // Safari has no `requestIdleCallback`.
    (window.requestIdleCallback ?? setTimeout)(() => work());
  } else {
    addEventListener('load', () => whenIdle(work), { once: true });
  }
}

/**
 * Calls `ended` when another tab has signed out: at once, and when the browser shows the page again as it was
 * left.
 *
 * @param {{ entry: string, id: string }} lease
 * @param {() => unknown} ended
 */
export function follow({ entry, id }, ended) {
  const look = () => localStorage.getItem(entry)?.includes(id) || ended();
  addEventListener('storage', look);
  addEventListener('pageshow', (event) => event.persisted && look());
}

/**
 * Signing out while the core is not there yet: what the user has here goes even where the core can't be loaded,
 * and nothing overtakes the sign-out while it is being loaded.
 */
import { failure } from './failure.js';
import { AUTHORIZATIONS, DOCUMENTS, JOURNEY_STEP, LEASES, SESSIONS, SIGN_INS } from './names.js';

/** How long a sign-out waits for the core, and other calls for the sign-out, in milliseconds. */
const LONGEST_WAIT = 10_000;

/** A note of a sign-in: `src/page/sign_ins.rs`. That of AM's session has no `clientId`. */
/** @typedef {{ id: string, storage: string, key: string, clientId?: string }} Note */

/** The sign-outs whose core is being loaded. @type {Set<Promise<void>>} */
const loading = new Set();

export const isSigningOut = () => loading.size > 0;

/** Waits until the sign-outs have begun in the core, or could not. */
export async function signOutsBegun() {
  await inTime(Promise.all(loading));
}

/**
 * What a promise resolves to; after {@link LONGEST_WAIT} an error value.
 *
 * @param {Promise<any>} promise
 */
async function inTime(promise) {
  const message =
    "The rest of journey-oidc, or the provider's metadata, did not arrive within 10 seconds. Try again.";
  const late = failure('Loading failed', 'timeout', 'network_error', message);
  let timer;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, LONGEST_WAIT, late);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Makes the call that signs out. Calls that wait for {@link signOutsBegun} run after it has begun.
 *
 * @param {() => Promise<any>} open resolves to the client, or to an error value
 * @param {(client: any) => Promise<any>} run
 * @param {(error: any) => any} otherwise what it resolves to where there is no client
 */
export async function signOut(open, run, otherwise) {
  let begun = () => {};
  /** @type {Promise<void>} */
  const beginning = new Promise((resolve) => {
    begun = resolve;
  });
  loading.add(beginning);
  /** @type {Promise<any> | undefined} */
  let result;
  try {
    const client = await inTime(open());
    result = 'error' in client ? otherwise(client) : run(client);
  } finally {
    loading.delete(beginning);
    begun();
  }
  return result;
}

/**
 * What `logout()` and `revoke()` resolve to where the core can't be loaded: the tokens of the lease are removed
 * all the same. Those of a later sign-in stay, and those of other clients: only the core knows their users.
 *
 * @param {string} name
 * @param {{ key: string, text: string, entry: string, id: string }} lease
 * @param {any} error
 */
export function endLocally(name, { key, text, entry, id }, error) {
  const isLogout = name === 'logout';
  let isDone = false;
  try {
    if (localStorage.getItem(key) === text) localStorage.removeItem(key);
    const isThere = notesOf(entry).some((note) => note.id === id);
    const kept = forget(
      entry,
      (note) => note.id === id || (isLogout && isThere && note.clientId === undefined),
    );
    isDone = localStorage.getItem(key) === null && !(isLogout && kept > 0);
    if (isLogout) removeAll(DOCUMENTS);
  } catch {
    // It is not done.
  }
  return {
    ...error,
    ...(isLogout && { sessionResponse: error }),
    revokeResponse: error,
    deleteResponse: isDone ? null : error,
    done: { ...(isLogout && { session: false }), revoke: false, delete: isDone },
  };
}

/**
 * Removes all sign-ins at an AM, for a `terminate()` where the core can't be loaded: whose they are is unknown.
 *
 * @param {any} config of the journey client
 */
export function terminateLocally(config) {
  try {
    const { wellknown } = config.serverConfig;
    const issuer = config.serverConfig.issuer ?? wellknown.replace(/\/\.well-known\/[^/]*$/, '');
    // AM's document may have another name of the realm.
    const { origin } = new URL(issuer);
    const ofAm = (/** @type {string} */ prefix) => {
      const all = keys(localStorage, prefix);
      return all.includes(prefix + issuer)
        ? [prefix + issuer]
        : all.filter((key) => `${key}/`.startsWith(`${prefix}${origin}/`));
    };
    for (const entry of ofAm(SIGN_INS)) forget(entry, () => true);
    // A session in this storage has no note in the entry.
    for (const key of ofAm(SESSIONS)) localStorage.removeItem(key);
    removeAll(DOCUMENTS);
    removeAll(JOURNEY_STEP);
  } catch {
    // The call returns an error in any case.
  }
}

/**
 * Removes the sign-ins of an entry that have ended, with all that is stored for them; returns how many stay.
 *
 * @param {string} entry
 * @param {(note: Note) => boolean} isEnded
 */
function forget(entry, isEnded) {
  const notes = notesOf(entry);
  const kept = notes.filter((note) => !isEnded(note));
  for (const { storage, key, clientId } of notes.filter(isEnded)) {
    if (storage === 'local') localStorage.removeItem(key);
    if (storage === 'session') sessionStorage.removeItem(key);
    if (clientId === undefined) continue;
    localStorage.removeItem(LEASES + clientId);
    removeAll(AUTHORIZATIONS + clientId);
  }
  if (kept.length > 0) localStorage.setItem(entry, JSON.stringify(kept));
  else localStorage.removeItem(entry);
  return kept.length;
}

/** @param {string} entry @returns {Note[]} */
const notesOf = (entry) => JSON.parse(localStorage.getItem(entry) ?? '[]');

/** Removes what the tab keeps under a prefix. @param {string} prefix */
function removeAll(prefix) {
  for (const key of keys(sessionStorage, prefix)) sessionStorage.removeItem(key);
}

/** @param {Storage} storage @param {string} prefix */
export const keys = (storage, prefix) =>
  Object.keys(storage).filter((key) => key.startsWith(prefix));

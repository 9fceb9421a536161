/**
 * A client that outlives the instance it was made in. After a trap it is made again from the same input: by
 * the next call, or after a pause if it has listeners. Built into `pkg/wasm/core.js`.
 */

import { createHooks } from '../page/hooks.js';
import { fetchWithToken, prove } from './fetch.js';
import { asFailure, ask } from './instance.js';
import { createJourneyMethods } from './journey.js';
import { createGet } from './lease.js';

/** The methods of each factory's handle that return a promise: `src/web/oidc.rs`, `src/web/journey.rs`. */
const CALLS = {
  createOidc:
    'authorizeUrl authorizeBackground authorizeRedirect authorizePopup callback exchange get revoke ' +
    'userInfo userClaims userSession logout authorization',
  createJourney: 'start next redirect resume sessionInfo terminate',
};

/** The methods of a handle that return their result, not a promise. */
const AT_ONCE = ['isApi', 'isUnsaved', 'lease', 'matches', 'session', 'watch'];

/** @type {import('../wasm/core.js').Core['connect']} */
export async function connect(load, factory, input, isWatched) {
  /** @type {import('../wasm/core.js').Core} */
  let instance;
  /** @type {any} */
  let core;
  /** @type {Promise<any> | undefined} */
  let reviving;
  /** Milliseconds until the next instance for listeners. Grows, since that may trap at once each time. */
  let pause = 0;

  const isAlive = () => core && !instance.hasTrapped;

  const make = async () => {
    try {
      const present = await load();
      const given = withHooks(input());
      const made = await ask((settle) => present[factory](given, settle));
      if ('error' in made) return made;
      instance = present;
      core = made;
      if (isWatched()) core.watch(true);
      keepWatching();
      return core;
    } catch (thrown) {
      return asFailure(thrown);
    }
  };

  const revive = () => {
    reviving ??= make().finally(() => {
      reviving = undefined;
    });
    return reviving;
  };

  /** An instance knows only the clients that are listened to: it must not keep the others alive. */
  const keepWatching = () => {
    instance.watchers[isWatched() ? 'add' : 'delete'](keepWatching);
    if (isAlive() || !isWatched()) return;
    setTimeout(() => isAlive() || revive().then(keepWatching), pause);
    pause = pause * 2 + 1000;
  };

  /** @param {string} name @param {unknown[]} args */
  const call = async (name, args) => {
    try {
      const client = isAlive() ? core : await revive();
      return 'error' in client ? client : await ask((settle) => client.call(name, args, settle));
    } catch (thrown) {
      return asFailure(thrown);
    }
  };

  /** @param {string} name @param {unknown[]} args */
  const callAtOnce = (name, args) => {
    try {
      return isAlive() ? core[name](...args) : undefined;
    } catch {
      return undefined;
    } finally {
      keepWatching();
    }
  };

  const first = await make();
  if ('error' in first) return first;
  /** @type {any} */
  const client = {};
  /** @param {string[]} names @param {(name: string, args: unknown[]) => unknown} how */
  const add = (names, how) => {
    for (const name of names) client[name] = (/** @type {unknown[]} */ ...args) => how(name, args);
  };
  add(CALLS[factory].split(' '), call);
  add(AT_ONCE, callAtOnce);
  if (factory === 'createJourney') {
    return createJourneyMethods(client, /** @type {any} */ (input()).toResult);
  }
  const { get, forget } = createGet(client);
  /** @param {string} name */
  const ending =
    (name) =>
    (/** @type {unknown[]} */ ...args) => {
      forget();
      return call(name, args);
    };
  return {
    ...client,
    get,
    logout: ending('logout'),
    revoke: ending('revoke'),
    /** @type {(...given: [RequestInfo | URL, RequestInit?, any?]) => Promise<Response>} */
    fetch: (request, init, advise) => fetchWithToken(client, request, init, advise),
    /** @type {(request: import('../index.js').ProofRequest) => Promise<object>} */
    proof: (request) => prove(client, request),
  };
}

/**
 * The input of a factory, with what the core calls around its requests.
 *
 * @param {any} input
 */
function withHooks(input) {
  return { ...input, hooks: { ...createHooks(input), early: input.early } };
}

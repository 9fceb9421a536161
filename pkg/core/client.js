/**
 * A client that outlives the instance it was made in. After a trap it is made again from the same input: by
 * the next call, or after a pause if it has listeners. Built into `pkg/wasm/core.js`.
 */

import { asFailure } from '../entry/failure.js';
import { createHooks } from '../page/hooks.js';
import { fetchWithToken } from './fetch.js';
import { createJourneyMethods } from './journey.js';
import { createGet } from './lease.js';

/** The class of each factory's handle, and the enum of its calls: `src/web/oidc.rs`, `src/web/journey.rs`. */
const HANDLES = {
  createOidc: ['OidcCore', 'OidcCall'],
  createJourney: ['JourneyCore', 'JourneyCall'],
};

/** The methods of a handle besides `call` that return a promise. */
const METHODS = ['authorizePopup', 'next', 'redirect'];

/**
 * The input of calls that take more than options.
 *
 * @type {Record<string, (...args: any[]) => object>}
 */
const INPUTS = {
  callback: (url, options) => ({ ...options, url }),
  exchange: (code, state, options) => ({ ...options, code, state }),
  authorization: (url, before, isRefused, options) => ({ ...options, url, before, isRefused }),
  resume: (url, options) => ({ ...options, url }),
};

/** The methods of a handle that return their result, not a promise. */
const AT_ONCE = ['isApi', 'isUnsaved', 'matches', 'session', 'watch'];

/** @type {import('../wasm/core.js').Core['connect']} */
export async function connect(load, factory, input, isWatched) {
  /** @type {import('./instance.js').Instance} */
  let instance;
  /** @type {any} */
  let core;
  /** @type {Promise<any> | undefined} */
  let reviving;
  /** Milliseconds until the next instance for listeners. Grows, since that may trap at once each time. */
  let pause = 0;
  const [handle, calls] = /** @type {[string, string]} */ (HANDLES[factory]);

  const isAlive = () => core && !instance.hasTrapped;

  const make = async () => {
    try {
      const present = await load();
      const given = withHooks(input());
      const made = await present.ask(() => present.glue[handle].create(given));
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

  /** @param {(client: any) => Promise<any>} run */
  const call = async (run) => {
    try {
      const client = isAlive() ? core : await revive();
      return 'error' in client ? client : await instance.ask(() => run(client));
    } catch (thrown) {
      return asFailure(thrown);
    }
  };

  /** @param {string} name @param {unknown[]} args */
  const callAtOnce = (name, args) => {
    try {
      const value = isAlive() ? core[name](...args) : undefined;
      return isAlive() ? value : undefined;
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
  for (const [key, value] of Object.entries(instance.glue[calls])) {
    // The enum leads from its numbers to the names too.
    if (typeof value !== 'number') continue;
    const name = key.charAt(0).toLowerCase() + key.slice(1);
    const toInput = INPUTS[name] ?? ((/** @type {unknown} */ options) => options);
    client[name] = (/** @type {unknown[]} */ ...args) =>
      call((core) => core.call(value, toInput(...args)));
  }
  for (const name of METHODS) {
    client[name] = (/** @type {unknown[]} */ ...args) => call((core) => core[name](...args));
  }
  for (const name of AT_ONCE) {
    client[name] = (/** @type {unknown[]} */ ...args) => callAtOnce(name, args);
  }
  if (factory === 'createJourney') {
    return createJourneyMethods(client, /** @type {any} */ (input()).toResult);
  }
  const { get, forget } = createGet(client);
  /** @param {(options: unknown) => unknown} end */
  const ending = (end) => (/** @type {unknown} */ options) => {
    forget();
    return end(options);
  };
  return {
    ...client,
    get,
    logout: ending(client.logout),
    revoke: ending(client.revoke),
    /** @type {(...given: [RequestInfo | URL, RequestInit?, any?]) => Promise<Response>} */
    fetch: (request, init, advise) => fetchWithToken(client, request, init, advise),
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

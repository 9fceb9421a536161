/**
 * A handle on a client that outlives the instance it was made in. After a trap the client is made again from
 * the same input: by the next call, or after a pause if it has listeners.
 */
import { asFailure } from '../entry/failure.js';
import { createHooks } from '../page/hooks.js';
import { aborted } from './abort.js';

/**
 * The class of each factory's client, and the enums of its calls, in the second those whose code is in the second
 * part of the core: `src/web/oidc.rs`, `src/web/journey.rs`.
 */
const CLASSES = {
  createOidc: ['OidcCore', 'OidcCall', ''],
  createJourney: ['JourneyCore', 'JourneyCall', 'LateJourneyCall'],
};

/**
 * @param {(part?: 'oidc') => Promise<import('../wasm/core.js').Core>} load gives the live instance, with the part
 *   of the core that has the client, or with both
 * @param {'createOidc' | 'createJourney'} factory
 * @param {() => any} input the argument of the factory
 * @param {() => boolean} isWatched whether there are listeners
 */
export function createHandle(load, factory, input, isWatched) {
  const [className, callsName, lateName] = /** @type {[string, string, string]} */ (
    CLASSES[factory]
  );
  /** @type {import('./instance.js').Instance} */
  let instance;
  /** @type {any} */
  let core;
  /** Milliseconds until the next instance for listeners. Grows, since that may trap at once each time. */
  let pause = 0;

  const isAlive = () => core && !instance.hasTrapped;

  /** An instance knows only the clients that are listened to: it must not keep the others alive. */
  const keepWatching = () => {
    instance.watchers[isWatched() ? 'add' : 'delete'](keepWatching);
    if (isAlive() || !isWatched()) return;
    setTimeout(() => isAlive() || open().then(keepWatching), pause);
    pause = pause * 2 + 1000;
  };

  /** The client, made in the live instance; or an error value. */
  const open = once(async () => {
    try {
      const present = await load();
      const given = withHooks(input());
      const made = await present.ask(() => present.glue[className].create(given));
      if ('error' in made) return made;
      instance = present;
      core = made;
      if (isWatched()) core.watch(true);
      keepWatching();
      return core;
    } catch (thrown) {
      return asFailure(thrown);
    }
  });

  return {
    open,

    /** The calls of the client: their names, their numbers, and whether they are late ones. */
    calls: () =>
      [callsName, lateName].flatMap((name) =>
        // The enum leads from the numbers to the names too.
        Object.entries(instance.glue[name] ?? {})
          .filter(([, value]) => typeof value === 'number')
          .map(([call, number]) => ({ call, number, isLate: name === lateName })),
      ),

    /**
     * Makes a call, which returns a promise: of `null` when its signal was aborted.
     *
     * @param {(client: any) => Promise<any>} run
     * @param {boolean} [isLate] whether its code is in the second part of the core
     */
    async call(run, isLate = false) {
      try {
        let client = isAlive() ? core : await open();
        // Again where the instance has trapped meanwhile.
        while (isLate && !('error' in client) && !instance.isComplete) {
          await load('oidc');
          client = isAlive() ? core : await open();
        }
        const result = 'error' in client ? client : await instance.ask(() => run(client));
        return result === null ? aborted() : result;
      } catch (thrown) {
        return asFailure(thrown);
      }
    },

    /**
     * Calls a method that returns its result; `undefined` after a trap.
     *
     * @param {string} name
     * @param {unknown[]} args
     */
    callAtOnce(name, ...args) {
      try {
        const value = isAlive() ? core[name](...args) : undefined;
        return isAlive() ? value : undefined;
      } catch {
        return undefined;
      } finally {
        keepWatching();
      }
    },
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

/**
 * Work that is done once at a time: overlapping calls get the same promise.
 *
 * @param {() => Promise<any>} work
 */
function once(work) {
  /** @type {Promise<any> | undefined} */
  let pending;
  return () => {
    pending ??= work().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}

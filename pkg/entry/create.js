import { asFailure } from './failure.js';
import { load } from './load.js';

/**
 * The argument of a factory as it is now: the core may be needed minutes later, or again after a trap, when the
 * app has changed its objects. Functions, and the app's own storage, are the app's own.
 *
 * @param {any} input
 */
export function snapshot(input) {
  const { config, storage } = input ?? {};
  try {
    const plain = config && JSON.parse(JSON.stringify(config));
    if (config?.callbackFactory) plain.callbackFactory = config.callbackFactory;
    return { ...input, config: plain, storage: storage && { ...storage } };
  } catch {
    // The core says what is wrong.
    return input;
  }
}

/**
 * A handle on a client of the core, or the error value for which there is none. It outlives traps.
 *
 * @param {import('./load.js').Source} source
 * @param {'createOidc' | 'createJourney'} factory
 * @param {() => unknown} input makes the core's argument of the app's
 * @param {() => boolean} [isWatched] whether somebody wants to hear of events
 * @returns {Promise<any>}
 */
export async function create(source, factory, input, isWatched = () => false) {
  const needed = factory === 'createOidc' ? 'oidc' : 'core';
  /** @param {import('./load.js').Part} [part] */
  const core = (part = needed) => load(source, part);
  try {
    return await (await core()).connect(core, factory, input, isWatched);
  } catch (thrown) {
    return asFailure(thrown);
  }
}

import { asFailure } from './failure.js';
import { load } from './load.js';

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
  const core = () => load(source);
  try {
    return await (await core()).connect(core, factory, input, isWatched);
  } catch (thrown) {
    return asFailure(thrown);
  }
}

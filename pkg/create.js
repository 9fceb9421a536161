import { asFailure } from './failure.js';
import { load } from './load.js';

/**
 * A handle of the core, or the error value for which there is none.
 *
 * @param {import('./load.js').Source} source
 * @param {'createOidc' | 'createJourney'} factory
 * @param {() => unknown} input makes the core's argument of the app's
 * @returns {Promise<any>}
 */
export async function create(source, factory, input) {
  try {
    return await (await load(source))[factory](input());
  } catch (thrown) {
    return asFailure(thrown);
  }
}

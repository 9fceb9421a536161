import { askEarly } from './early.js';
import { asFailure } from './failure.js';
import { createHooks } from './hooks.js';
import { isLoaded, load } from './load.js';

/**
 * A handle of the core, or the error value for which there is none.
 *
 * @param {'createOidc' | 'createJourney'} factory
 * @param {any} input the app's
 * @param {object} [more] what the core needs beyond that
 * @returns {Promise<any>}
 */
export async function create(factory, input, more) {
  let giveUp = () => {};
  try {
    // The core has what it knows, and asks at once for the rest.
    if (!isLoaded()) giveUp = askEarly(input);
    return await (await load())[factory]({ ...input, hooks: createHooks(input), ...more });
  } catch (thrown) {
    return asFailure(thrown);
  } finally {
    giveUp();
  }
}

/** `poll()` of the journey client. */
import { numberOf } from '../callbacks/values.js';
import { MAX_TIMEOUT } from '../entry/names.js';
import { aborted, until } from './abort.js';

/** How long to wait where the step doesn't say it, in milliseconds. */
const DEFAULT_WAIT = 8000;

/** The shortest wait, in milliseconds: requests may not be too frequent. */
const SHORTEST_WAIT = 100;

/**
 * Waits as the step says and submits it, until it is no polling step any more.
 *
 * @param {import('../index.js').JourneyClient['next']} next
 * @param {any} step
 * @param {import('../index.js').PollOptions} [options]
 */
export async function poll(next, step, options = {}) {
  let result = step;
  while (result.type === 'Step') {
    const [waiting] = result.getCallbacksOfType('PollingWaitCallback');
    if (!waiting || options.signal?.aborted) break;
    options.onTick?.(result);
    await pause(waitOf(waiting), options.signal);
    if (options.signal?.aborted) break;
    result = await next(result, options);
  }
  return options.signal?.aborted ? aborted() : result;
}

/** @param {any} callback */
function waitOf(callback) {
  const asked = numberOf(callback.getOutputByName('waitTime', 0));
  return asked > 0 ? Math.min(Math.max(asked, SHORTEST_WAIT), MAX_TIMEOUT) : DEFAULT_WAIT;
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} [signal] ends the wait
 */
function pause(milliseconds, signal) {
  return until(signal, () => new Promise((resolve) => setTimeout(resolve, milliseconds)));
}

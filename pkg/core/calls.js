/**
 * The calls of a journey client that are pending, by what they ask for. Callers that ask for the same share
 * one call, and get the same result.
 */
import { until } from './abort.js';

/**
 * @typedef {object} Call
 * @property {Promise<any>} result
 * @property {Promise<any>} [told] the same, after the listeners were notified: what callers wait for
 * @property {boolean} isTold whether the listeners were notified
 * @property {number} drops how many calls of `drop()` there were when it began
 */

/** @param {(result: any) => void} notify called with each result, before the callers have it */
export function createCalls(notify) {
  /** @type {Map<unknown, Call>} */
  const calls = new Map();
  /** A key whose result is kept after the call. @type {unknown} */
  let kept;
  let drops = 0;

  /** @param {unknown} key @param {Promise<any>} result */
  const add = (key, result) => {
    /** @type {Call} */
    const call = { result, isTold: false, drops };
    calls.set(key, call);
    /** @param {any} [value] */
    const end = (value) => {
      const isKept = key === kept && value && !('error' in value);
      if (!isKept && calls.get(key) === call) calls.delete(key);
    };
    result.then(end, () => end());
    return call;
  };

  return {
    /**
     * The call with this key, or a new one. No caller's signal cancels a shared call: it ends only the wait of
     * its caller. Callers without a signal get the same promise.
     *
     * @param {unknown} key
     * @param {AbortSignal | undefined} signal
     * @param {() => Promise<any>} begin
     * @returns {Promise<any>}
     */
    share: (key, signal, begin) =>
      until(signal, () => {
        const call = calls.get(key) ?? add(key, begin());
        /** @param {any} result */
        const hear = (result) => {
          if (call.isTold || call.drops !== drops || signal?.aborted) return;
          call.isTold = true;
          notify(result);
        };
        call.result.then(hear, () => {});
        // Made after the first `hear`, so that this runs before the callers go on.
        call.told ??= call.result.then((result) => result);
        return call.told;
      }),

    /** Keeps the result for this key, and no other's. @param {unknown} [key] */
    keep(key) {
      if (key === kept) return;
      calls.delete(kept);
      kept = key;
    },

    /** Shares no pending call with a later caller, and notifies of no pending call's result. */
    drop() {
      drops += 1;
      calls.clear();
    },
  };
}

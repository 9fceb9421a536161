/** Waiting for a call until its `AbortSignal` is aborted. */
import { failure } from '../entry/failure.js';

/**
 * The result of `begin`, or the error `aborted` when `signal` is aborted first.
 *
 * @param {AbortSignal | undefined} signal
 * @param {() => Promise<any>} begin
 * @returns {Promise<any>}
 */
export function until(signal, begin) {
  if (signal?.aborted) return Promise.resolve(aborted());
  // An object without `addEventListener` is no signal, and is ignored.
  if (typeof signal?.addEventListener !== 'function') return begin();
  return new Promise((resolve, reject) => {
    const giveUp = () => resolve(aborted());
    signal.addEventListener('abort', giveUp);
    const unlisten = () => signal.removeEventListener('abort', giveUp);
    begin().then(resolve, reject).finally(unlisten);
  });
}

export function aborted() {
  return failure('aborted', 'aborted', 'unknown_error', 'The call was aborted by its signal.');
}

/** Why work of the page fails, in the words of `PageFault` in `src/web/fault.rs`: a test compares the two. */
export const FAULTS = /** @type {const} */ ([
  'blocked',
  'closed',
  'failed',
  'full',
  'offline',
  'timeout',
  'unexpectedPage',
]);

/**
 * What work of the page rejects with, and throws.
 *
 * @typedef {typeof FAULTS[number]} Fault
 */

/**
 * `offline` where the browser says that it has no network, otherwise `fault`.
 *
 * @param {Fault} fault
 * @returns {Fault}
 */
export function faultOr(fault) {
  return navigator.onLine === false ? 'offline' : fault;
}

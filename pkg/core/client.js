/** The clients that an entry gives their documented shape: the methods of the core, on a handle. */
import { createHandle } from './handle.js';
import { createJourneyMethods } from './journey.js';
import { resultMaker } from './result.js';

/**
 * The input of calls that take more than options.
 *
 * @type {Record<string, (...args: any[]) => object>}
 */
const INPUTS = {
  callback: (url, options) => ({ ...options, url }),
  exchange: (code, state, options) => ({ ...options, code, state }),
  resume: (url, options) => ({ ...options, url }),
};

/** The methods of a handle besides `call` that return a promise. */
const METHODS = ['authorizePopup', 'next'];

/** The methods of a handle that return their result, not a promise. */
const AT_ONCE = ['isApi', 'isUnsaved', 'matches', 'session', 'watch'];

/** @type {import('../wasm/core.js').Core['connect']} */
export async function connect(load, factory, input, isWatched) {
  const handle = createHandle(load, factory, input, isWatched);
  const first = await handle.open();
  if ('error' in first) return first;
  /** @type {any} */
  const client = {};
  for (const { call, number, isLate } of handle.calls()) {
    const name = call.charAt(0).toLowerCase() + call.slice(1);
    const toInput = INPUTS[name] ?? ((/** @type {unknown[]} */ ...[options]) => options);
    const method = isLate ? 'callLate' : 'call';
    client[name] = (/** @type {unknown[]} */ ...args) =>
      handle.call((core) => core[method](number, toInput(...args)), isLate);
  }
  for (const name of METHODS) {
    client[name] = (/** @type {unknown[]} */ ...args) => handle.call((core) => core[name](...args));
  }
  for (const name of AT_ONCE) {
    client[name] = (/** @type {unknown[]} */ ...args) => handle.callAtOnce(name, ...args);
  }
  return factory === 'createJourney'
    ? createJourneyMethods(
        client,
        resultMaker(/** @type {any} */ (input()).config?.callbackFactory),
      )
    : client;
}

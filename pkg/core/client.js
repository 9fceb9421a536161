/** The clients that an entry gives their documented shape: the methods of the core, on a handle. */
import { createHandle } from './handle.js';
import { createJourneyMethods } from './journey.js';
import { createOidcMethods } from './oidc.js';

/** The methods of each factory's handle that return a promise: `src/web/oidc.rs`, `src/web/journey.rs`. */
const CALLS = {
  createOidc:
    'authorizeUrl authorizeBackground authorizeRedirect authorizePopup callback exchange get revoke ' +
    'userInfo userClaims userSession logout authorization',
  createJourney: 'start next redirect resume sessionInfo terminate',
};

/** The methods of a handle that return their result, not a promise. */
const AT_ONCE = ['isApi', 'isUnsaved', 'lease', 'matches', 'session', 'watch'];

/** @type {import('../wasm/core.js').Core['connect']} */
export async function connect(load, factory, input, isWatched) {
  const handle = createHandle(load, factory, input, isWatched);
  const first = await handle.open();
  if ('error' in first) return first;
  /** @type {any} */
  const client = {};
  for (const name of CALLS[factory].split(' ')) {
    client[name] = (/** @type {unknown[]} */ ...args) => handle.call(name, args);
  }
  for (const name of AT_ONCE) {
    client[name] = (/** @type {unknown[]} */ ...args) => handle.callAtOnce(name, args);
  }
  return factory === 'createJourney'
    ? createJourneyMethods(client, /** @type {any} */ (input()).toResult)
    : createOidcMethods(client);
}

import { embedded } from './entry/embedded.js';
import { createJourney, createJourneyClient } from './entry/journey.js';
import { createOidc } from './entry/oidc.js';

export { callbackType } from './callbacks/callbacks.js';
export * from './types.js';

/** @type {typeof import('./index.js').oidc} */
export const oidc = (input) => createOidc(embedded, input);

/** @type {typeof import('./index.js').journey} */
export const journey = (input) => createJourney(embedded, input);

export const journeyClient = /* @__PURE__ */ createJourneyClient(embedded);

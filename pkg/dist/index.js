import { embedded as o } from './entry/embedded.js';
import { createJourneyClient as e, createJourney as r } from './entry/journey.js';
import { createOidc as t } from './entry/oidc.js';
export { callbackType } from './callbacks/callbacks.js';
export * from './types.js';
export const oidc = (r) => t(o, r);
export const journey = (e) => r(o, e);
export const journeyClient = /* @__PURE__ */ e(o);

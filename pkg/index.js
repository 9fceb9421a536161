export * from './callbacks.js';
export { makeOidcConfig } from './config.js';
export { journey, journeyClient } from './journey.js';
export { oidc } from './oidc.js';
export { PolicyKey } from './policies.js';
export { StepType } from './step.js';
export { createWellknownError, isValidWellknownUrl } from './wellknown.js';

export {
  BaseCallback,
  callbackType,
  createCallback,
  NameCallback,
  PasswordCallback,
} from './callbacks.js';
export { makeOidcConfig } from './config.js';
export { journey, journeyClient } from './journey.js';
export { oidc } from './oidc.js';
export { PolicyKey } from './policy.js';
export { StepType } from './step.js';

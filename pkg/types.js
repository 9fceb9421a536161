export {
  AttributeInputCallback,
  BaseCallback,
  ChoiceCallback,
  ConfirmationCallback,
  createCallback,
  DeviceProfileCallback,
  HiddenValueCallback,
  KbaCreateCallback,
  MetadataCallback,
  NameCallback,
  PasswordCallback,
  PingOneProtectEvaluationCallback,
  PingOneProtectInitializeCallback,
  PollingWaitCallback,
  ReCaptchaCallback,
  ReCaptchaEnterpriseCallback,
  RedirectCallback,
  SelectIdPCallback,
  SuspendedTextOutputCallback,
  TermsAndConditionsCallback,
  TextInputCallback,
  TextOutputCallback,
  ValidatedCreatePasswordCallback,
  ValidatedCreateUsernameCallback,
} from './callbacks.js';
export { makeJourneyConfig, makeOidcConfig } from './config.js';
export { PolicyKey } from './policies.js';
export { StepType } from './step.js';
export { createWellknownError, isValidWellknownUrl } from './wellknown.js';

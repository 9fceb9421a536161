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
} from './callbacks/callbacks.js';
export { PolicyKey } from './callbacks/policies.js';
export { StepType } from './callbacks/step.js';
export { makeJourneyConfig, makeOidcConfig } from './entry/config.js';
export { createWellknownError, isValidWellknownUrl } from './entry/wellknown.js';

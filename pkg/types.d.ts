/**
 * The types, and the values that need no client.
 *
 * @module
 */
export type * from './index.js';
export {
  AttributeInputCallback,
  BaseCallback,
  ChoiceCallback,
  ConfirmationCallback,
  createCallback,
  createWellknownError,
  DeviceProfileCallback,
  HiddenValueCallback,
  isValidWellknownUrl,
  KbaCreateCallback,
  MetadataCallback,
  makeJourneyConfig,
  makeOidcConfig,
  NameCallback,
  PasswordCallback,
  PingOneProtectEvaluationCallback,
  PingOneProtectInitializeCallback,
  PolicyKey,
  PollingWaitCallback,
  ReCaptchaCallback,
  ReCaptchaEnterpriseCallback,
  RedirectCallback,
  SelectIdPCallback,
  StepType,
  SuspendedTextOutputCallback,
  TermsAndConditionsCallback,
  TextInputCallback,
  TextOutputCallback,
  ValidatedCreatePasswordCallback,
  ValidatedCreateUsernameCallback,
} from './index.js';

/** Steps, their callbacks and policies. */

// --------------------------------------------------------------------------------------- Callbacks

/** A name and a value of a callback. */
export interface NameValue {
  /** The name, such as `prompt` or `IDToken1`. */
  name: string;
  /** Any JSON value. */
  value: unknown;
}

/** A callback as AM sends it. */
export interface Callback {
  /** AM's number of the callback. */
  _id?: number;
  /** The answers: setters write here. */
  input?: NameValue[];
  /** AM's data: getters read here. */
  output: NameValue[];
  /** The type, such as `NameCallback`. */
  type: CallbackType | (string & {});
}

/** The parameters of a policy; which members are present depends on the policy. */
export interface PolicyParams {
  [name: string]: unknown;
  /** Fields whose values the value must not contain. */
  disallowedFields: string;
  /** The value that was found twice. */
  duplicateValue: string;
  /** The characters that are not allowed. */
  forbiddenChars: string;
  /** The greatest number of characters. */
  maxLength: number;
  /** The least number of characters. */
  minLength: number;
  /** The least number of capital letters. */
  numCaps: number;
  /** The least number of digits. */
  numNums: number;
}

/** A failed policy. */
export interface PolicyRequirement {
  /** Its parameters. */
  params?: Partial<PolicyParams>;
  /** Its name: a {@link PolicyKey}, or a name that the server defines. */
  policyRequirement: string;
}

/** The failed policies of one property. */
export interface FailedPolicyRequirement {
  /** The failed policies. */
  policyRequirements: PolicyRequirement[];
  /** The property, such as `mail`. */
  property: string;
}

/** The policies by which AM's identity management checks a value. */
export interface ValidationPolicies {
  // biome-ignore lint/suspicious/noExplicitAny: AM's own, as the documented client types it.
  [member: string]: any;
  /** The names of all requirements. */
  policyRequirements?: string[];
  /** Each policy with its parameters. */
  policies?: {
    policyId?: string;
    policyRequirements?: string[];
    params?: { [name: string]: unknown };
  }[];
}

/** Where AM would send a browser after a failure. */
export interface FailureDetail {
  /** An absolute URL or a path. */
  failureUrl?: string;
}

/** Why a journey failed. */
export interface StepDetail extends FailureDetail {
  /** The policies that a value failed. */
  failedPolicyRequirements?: FailedPolicyRequirement[];
  /** `false` when policies failed. */
  result?: boolean;
}

/** AM's response to a request of a journey. */
export interface Step {
  /** The state of the journey, a secret; it is sent back with the answers. */
  authId?: string;
  /** The callbacks to answer. */
  callbacks?: Callback[];
  /** The code of a failure, usually the HTTP status. */
  code?: number;
  /** A text for the page. */
  description?: string;
  /** Details of a failure. */
  detail?: StepDetail;
  /** The page's heading. */
  header?: string;
  /** The text of a failure, for the user. */
  message?: string;
  /** Sent by AM; not used here. */
  ok?: string;
  /** The realm, such as `/alpha`. */
  realm?: string;
  /** The HTTP reason of a failure, such as `Unauthorized`. */
  reason?: string;
  /** The stage of the page, if the journey sets one. */
  stage?: string;
  /** The HTTP status, if AM repeats it. */
  status?: number;
  /** Where AM would send a browser. */
  successUrl?: string;
  /** The session token: a secret. */
  tokenId?: string;
}

/** The kinds of results. */
export const StepType: {
  /** {@link JourneyLoginFailure} */
  readonly LoginFailure: 'LoginFailure';
  /** {@link JourneyLoginSuccess} */
  readonly LoginSuccess: 'LoginSuccess';
  /** {@link JourneyStep} */
  readonly Step: 'Step';
};

/** The kinds of results. */
export type StepType = (typeof StepType)[keyof typeof StepType];

export namespace StepType {
  /** The type of a failure's `type`. */
  export type LoginFailure = 'LoginFailure';
  /** The type of a success's `type`. */
  export type LoginSuccess = 'LoginSuccess';
  /** The type of a step's `type`. */
  export type Step = 'Step';
}

/** What all results of a journey except errors have in common. */
export interface AuthResponse {
  /** The kind of result. */
  type: StepType;
}

/** The class of each callback type. */
export interface CallbackClasses {
  BooleanAttributeInputCallback: AttributeInputCallback<boolean>;
  ChoiceCallback: ChoiceCallback;
  ConfirmationCallback: ConfirmationCallback;
  DeviceProfileCallback: DeviceProfileCallback;
  HiddenValueCallback: HiddenValueCallback;
  KbaCreateCallback: KbaCreateCallback;
  MetadataCallback: MetadataCallback;
  NameCallback: NameCallback;
  NumberAttributeInputCallback: AttributeInputCallback<number>;
  PasswordCallback: PasswordCallback;
  PingOneProtectEvaluationCallback: PingOneProtectEvaluationCallback;
  PingOneProtectInitializeCallback: PingOneProtectInitializeCallback;
  PollingWaitCallback: PollingWaitCallback;
  ReCaptchaCallback: ReCaptchaCallback;
  ReCaptchaEnterpriseCallback: ReCaptchaEnterpriseCallback;
  RedirectCallback: RedirectCallback;
  SelectIdPCallback: SelectIdPCallback;
  StringAttributeInputCallback: AttributeInputCallback<string>;
  SuspendedTextOutputCallback: SuspendedTextOutputCallback;
  TermsAndConditionsCallback: TermsAndConditionsCallback;
  TextInputCallback: TextInputCallback;
  TextOutputCallback: TextOutputCallback;
  ValidatedCreatePasswordCallback: ValidatedCreatePasswordCallback;
  ValidatedCreateUsernameCallback: ValidatedCreateUsernameCallback;
}

/** The callback types that have a class of their own. */
export type CallbackType = keyof CallbackClasses;

/** The names of the callback types. */
export const callbackType: { readonly [Type in CallbackType]: Type };

/**
 * The base class of callbacks, and the class of callback types that have no class of their own. All that AM
 * sent is in `payload`.
 */
export class BaseCallback {
  /** Makes the object for a callback's payload, without copying it. */
  constructor(payload: Callback);
  /** What AM sent: the same object as in the step's payload. */
  payload: Callback;
  /** The type, such as `NameCallback`. */
  getType(): CallbackType | (string & {});
  /** Returns the value of the input with an index or a name. Throws an `Error` when there is none. */
  getInputValue(selector?: number | string): unknown;
  /**
   * Sets the value of the input with an index, a name, or a name that matches an expression. Throws an `Error`
   * when there is none.
   */
  setInputValue(value: unknown, selector?: number | string | RegExp): void;
  /** Returns the value of the output with an index or a name. Throws an `Error` when there is none. */
  getOutputValue(selector?: number | string): unknown;
  /** Returns the value of the first output with a name, or the default. */
  getOutputByName<T>(name: string, defaultValue: T): T;
}

/** Asks for an attribute of a profile: a text, a number, or yes or no. */
export class AttributeInputCallback<
  T extends string | number | boolean = string | number | boolean,
> extends BaseCallback {
  /** The attribute, such as `givenName`: AM's `name`, else `''`. */
  getName(): string;
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** Whether an answer is needed: AM's `required`, else `false`. */
  isRequired(): boolean;
  /** The policies that the value must meet: AM's `policies`, else `{}`. */
  getPolicies(): ValidationPolicies;
  /**
   * The policies that the last value failed: AM's `failedPolicies`, objects or JSON texts, else
   * `[]`. Throws when one is not JSON.
   */
  getFailedPolicies(): PolicyRequirement[];
  /** Answers: the first input. */
  setValue(value: T): void;
  /** Whether AM only checks the value and asks again: the input `…validateOnly`. */
  setValidateOnly(value: boolean): void;
}

/** Asks to choose one of a list. */
export class ChoiceCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** The index of what is chosen at first: AM's `defaultChoice`, else 0. */
  getDefaultChoice(): number;
  /** AM's `choices`, else `[]`. */
  getChoices(): string[];
  /** Chooses by index. Throws unless it is a whole number of the list. */
  setChoiceIndex(index: number): void;
  /** Chooses by text. Throws unless it is in the list. */
  setChoiceValue(value: string): void;
}

/** Asks to confirm: buttons. */
export class ConfirmationCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** The index of what is chosen at first: AM's `defaultOption`, else 0. */
  getDefaultOption(): number;
  /** AM's `messageType`, else 0: 0 information, 1 warning, 2 error. */
  getMessageType(): number;
  /** The texts of the buttons: AM's `options`, else `[]`. */
  getOptions(): string[];
  /** AM's `optionType`, else 0: 0 yes and no, 1 and cancel, 2 OK and cancel, -1 the `options`. */
  getOptionType(): number;
  /** Chooses by index. Throws unless it is a whole number of the list. */
  setOptionIndex(index: number): void;
  /** Chooses by text. Throws unless it is in the list. */
  setOptionValue(value: string): void;
}

/** Asks for a profile of the device. */
export class DeviceProfileCallback extends BaseCallback {
  /** What to show meanwhile: AM's `message`, else `''`. */
  getMessage(): string;
  /** Whether `metadata` is wanted: AM's `metadata`, else `false`. */
  isMetadataRequired(): boolean;
  /** Whether `location` is wanted: AM's `location`, else `false`. */
  isLocationRequired(): boolean;
  /** Answers with the profile as JSON: the first input. */
  setProfile(profile: DeviceProfileData): void;
}

/** Takes a value that the page determines; AM's `id` says which. */
export class HiddenValueCallback extends BaseCallback {}

/** Asks for a security question and its answer. */
export class KbaCreateCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** Questions to choose from: AM's `predefinedQuestions`, else `[]`. */
  getPredefinedQuestions(): string[];
  /** Whether the user may write a question: AM's `allowUserDefinedQuestions`, else `false`. */
  isAllowedUserDefinedQuestions(): boolean;
  /** The input `…question`. Throws when there is none. */
  setQuestion(question: string): void;
  /** The input `…answer`. Throws when there is none. */
  setAnswer(answer: string): void;
}

/** Has data for the page; there is nothing to answer. */
export class MetadataCallback extends BaseCallback {
  /** AM's `data`, else `{}`. */
  getData<T = { [name: string]: unknown }>(): T;
}

/** Asks for a username. */
export class NameCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** Answers: the first input. */
  setName(name: string): void;
}

/** Asks for a password. */
export class PasswordCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** The policies that a password must meet: AM's `policies`, else `[]`. */
  getPolicies(): string[];
  /** The policies that the last one failed: AM's `failedPolicies`, objects or texts, else `[]`. */
  getFailedPolicies(): PolicyRequirement[];
  /** Answers: the first input. */
  setPassword(password: string): void;
}

/** Asks for the signals that PingOne Protect has collected. */
export class PingOneProtectEvaluationCallback extends BaseCallback {
  /** Whether to stop collecting: AM's `pauseBehavioralData`, else `false`. */
  getPauseBehavioralData(): boolean;
  /** Answers with the signals: the input `…signals`. */
  setData(data: string): void;
  /** Says what went wrong: the input `…clientError`. */
  setClientError(message: string): void;
}

/** Asks to start PingOne Protect. */
export class PingOneProtectInitializeCallback extends BaseCallback {
  /** AM's `signalsInitializationOptions` as sent; without them, the outputs that have the members' names. */
  getConfig(): ProtectConfig;
  /** Says what went wrong: the input `…clientError`. */
  setClientError(message: string): void;
}

/** Asks to wait and then to submit the step as it is. */
export class PollingWaitCallback extends BaseCallback {
  /** What to show meanwhile: AM's `message`, else `''`. */
  getMessage(): string;
  /** How long to wait, in milliseconds: AM's `waitTime`, else 0; `NaN` when it is not a number. */
  getWaitTime(): number;
}

/** Asks for the result of a captcha. */
export class ReCaptchaCallback extends BaseCallback {
  /** AM's `recaptchaSiteKey`, else `''`. */
  getSiteKey(): string;
  /** Answers with the captcha's token: the first input. */
  setResult(result: string): void;
}

/** Asks for the result of reCAPTCHA Enterprise. */
export class ReCaptchaEnterpriseCallback extends BaseCallback {
  /** AM's `recaptchaSiteKey`, else `''`. */
  getSiteKey(): string;
  /** The URL of the captcha's script: AM's `captchaApiUri`, else `''`. */
  getApiUrl(): string;
  /** The class of its element: AM's `captchaDivClass`, else `''`. */
  getElementClass(): string;
  /** Answers with the captcha's token: the first input. */
  setResult(result: string): void;
  /** Says what went wrong: the input `…clientError`. */
  setClientError(error: string): void;
  /** Sets further data for the assessment: the input `…payload`. */
  setPayload(payload: unknown): void;
  /** Sets the user's action, such as `login`: the input `…action`. */
  setAction(action: string): void;
}

/** Sends the user to another provider, from which the user comes back. */
export class RedirectCallback extends BaseCallback {
  /** The URL of the provider: AM's `redirectUrl`, else `''`. */
  getRedirectUrl(): string;
}

/** Asks to choose an identity provider. */
export class SelectIdPCallback extends BaseCallback {
  /** AM's `providers`, else `[]`. */
  getProviders(): IdPValue[];
  /** Chooses by the member `provider`. Throws unless it is in the list. */
  setProvider(name: string): void;
}

/** Says that the journey continues elsewhere, such as by a link in an e-mail. */
export class SuspendedTextOutputCallback extends TextOutputCallback {}

/** Asks to accept terms and conditions. */
export class TermsAndConditionsCallback extends BaseCallback {
  /** Their text: AM's `terms`, else `''`. */
  getTerms(): string;
  /** AM's `version`, else `''`. */
  getVersion(): string;
  /** AM's `createDate`; `null` when it is not a date. */
  getCreateDate(): Date | null;
  /** Answers: the first input. */
  setAccepted(accepted?: boolean): void;
}

/** Asks for a text. */
export class TextInputCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** Answers: the first input. */
  setInput(input: string): void;
}

/** Shows a text; there is nothing to answer. */
export class TextOutputCallback extends BaseCallback {
  /** The text: AM's `message`, else `''`. With the message type `'4'` it is a script: do not show it. */
  getMessage(): string;
  /** AM's `messageType`, else `''`: `'0'` information, `'1'` warning, `'2'` error, `'4'` script. */
  getMessageType(): string;
}

/** Asks for a new password. */
export class ValidatedCreatePasswordCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** Whether an answer is needed: AM's `required`, else `false`. */
  isRequired(): boolean;
  /** The policies that the value must meet: AM's `policies`, else `{}`. */
  getPolicies(): ValidationPolicies;
  /**
   * The policies that the last value failed: AM's `failedPolicies`, objects or JSON texts, else
   * `[]`. Throws when one is not JSON.
   */
  getFailedPolicies(): PolicyRequirement[];
  /** Answers: the first input. */
  setPassword(password: string): void;
  /** Whether AM only checks the value and asks again: the input `…validateOnly`. */
  setValidateOnly(value: boolean): void;
}

/** Asks for a new username. */
export class ValidatedCreateUsernameCallback extends BaseCallback {
  /** The label: AM's `prompt`, else `''`. */
  getPrompt(): string;
  /** Whether an answer is needed: AM's `required`, else `false`. */
  isRequired(): boolean;
  /** The policies that the value must meet: AM's `policies`, else `{}`. */
  getPolicies(): ValidationPolicies;
  /**
   * The policies that the last value failed: AM's `failedPolicies`, objects or JSON texts, else
   * `[]`. Throws when one is not JSON.
   */
  getFailedPolicies(): PolicyRequirement[];
  /** Answers: the first input. */
  setName(name: string): void;
  /** Whether AM only checks the value and asks again: the input `…validateOnly`. */
  setValidateOnly(value: boolean): void;
}

/** Makes the object for a callback: of its type's class, or a {@link BaseCallback}. Never throws. */
export function createCallback(callback: Callback): BaseCallback;

/**
 * Makes the objects for callback types that have no class here, or that need another one. When it returns
 * `undefined`, {@link createCallback} makes the object. It is called once for each callback of a step, with the
 * object in the step's payload. If it throws, `start()` and `next()` resolve to an error with the code
 * `callback_factory_failed` and the thrown value as its `cause`.
 *
 * @example
 * class FlagCallback extends BaseCallback {
 *   setFlag(flag) { this.setInputValue(flag); }
 * }
 * const callbackFactory = (callback) =>
 *   callback.type === 'FlagCallback' ? new FlagCallback(callback) : undefined;
 * const client = await journey({ config: { ...config, callbackFactory } });
 */
// As a method: a factory that is typed for the documented client, which knows fewer types, fits too.
export type CallbackFactory = {
  make(callback: Callback): BaseCallback | undefined;
}['make'];

/** An identity provider to choose. */
export interface IdPValue {
  /** Its name in AM. */
  provider: string;
  /** How its button looks, such as `buttonDisplayName`. */
  uiConfig: { [name: string]: string };
}

/** The profile of a device, made by `Device`. */
export interface DeviceProfileData {
  /** Stays the same in this browser. */
  identifier: string;
  /** What the browser reports about itself, if AM asks for it. */
  metadata?: {
    /** Memory, processors, touch points. */
    hardware: {
      [name: string]: unknown;
      /** The screen, in CSS pixels. */
      display: { [name: string]: unknown };
    };
    /** Name, version, plugins. */
    browser: { [name: string]: unknown };
    /** Operating system, language, fonts, and the timezone's offset in minutes. */
    platform: { [name: string]: unknown };
  };
  /** Empty when the user or the browser refuses. */
  location?: Geolocation | Record<string, unknown>;
}

/** The place of the device, in degrees. */
export interface Geolocation {
  /** Degrees north: -90 to 90. */
  latitude: number;
  /** Degrees east: -180 to 180. */
  longitude: number;
}

/** Options for the SDK of PingOne Protect. */
export interface ProtectConfig {
  [option: string]: unknown;
  /** The PingOne environment. */
  envId: string;
  /** Whether it logs. */
  consoleLogEnabled?: boolean;
  /** The attributes that are not collected. */
  deviceAttributesToIgnore?: string[];
  /** The host of the server, if it is not PingOne's. */
  customHost?: string;
  /** Whether metadata is collected only when asked for. */
  lazyMetadata?: boolean;
  /** Whether behaviour is collected. */
  behavioralDataCollection?: boolean;
  /** How often the device keys are synchronised, in days. */
  deviceKeyRsyncIntervals?: number;
  /** Whether the device is bound to its keys. */
  enableTrust?: boolean;
  /** Whether the history of visits is not collected. */
  disableTags?: boolean;
  /** Whether data stays within this origin. */
  disableHub?: boolean;
}

// ---------------------------------------------------------------------------------------- Policies

/** For each policy by its name, a function that makes the message when it fails. */
export interface MessageCreator {
  [policy: string]: (propertyName: string, params?: { [name: string]: unknown }) => string;
}

/** The failed policies of one property, with messages. */
export interface ProcessedPropertyError {
  /** The property and its failed policies, as AM sent them. */
  detail: FailedPolicyRequirement;
  /** A message for each failed policy. */
  messages: string[];
}

/** The names of AM's policies. */
export const PolicyKey: {
  /** Characters that are not allowed. */
  readonly CannotContainCharacters: 'CANNOT_CONTAIN_CHARACTERS';
  /** A value twice. */
  readonly CannotContainDuplicates: 'CANNOT_CONTAIN_DUPLICATES';
  /** Another field's value. */
  readonly CannotContainOthers: 'CANNOT_CONTAIN_OTHERS';
  /** Too few capital letters. */
  readonly LeastCapitalLetters: 'AT_LEAST_X_CAPITAL_LETTERS';
  /** Too few digits. */
  readonly LeastNumbers: 'AT_LEAST_X_NUMBERS';
  /** It does not match an expression. */
  readonly MatchRegexp: 'MATCH_REGEXP';
  /** Too long. */
  readonly MaximumLength: 'MAX_LENGTH';
  /** Too large. */
  readonly MaximumNumber: 'MAXIMUM_NUMBER_VALUE';
  /** Too short. */
  readonly MinimumLength: 'MIN_LENGTH';
  /** Too small. */
  readonly MinimumNumber: 'MINIMUM_NUMBER_VALUE';
  /** It is missing. */
  readonly Required: 'REQUIRED';
  /** It is taken. */
  readonly Unique: 'UNIQUE';
  /** For a policy that has no message here. */
  readonly UnknownPolicy: 'UNKNOWN_POLICY';
  /** An item of a list is not valid. */
  readonly ValidArrayItems: 'VALID_ARRAY_ITEMS';
  /** Not a date. */
  readonly ValidDate: 'VALID_DATE';
  /** Not an e-mail address. */
  readonly ValidEmailAddress: 'VALID_EMAIL_ADDRESS_FORMAT';
  /** Not a name. */
  readonly ValidNameFormat: 'VALID_NAME_FORMAT';
  /** Not a number. */
  readonly ValidNumber: 'VALID_NUMBER';
  /** Not a phone number. */
  readonly ValidPhoneFormat: 'VALID_PHONE_FORMAT';
  /** Not a query filter. */
  readonly ValidQueryFilter: 'VALID_QUERY_FILTER';
  /** Of another type. */
  readonly ValidType: 'VALID_TYPE';
};

/** The name of one of AM's policies. */
export type PolicyKey = (typeof PolicyKey)[keyof typeof PolicyKey];

/** The types of its members. */
export namespace PolicyKey {
  export type CannotContainCharacters = 'CANNOT_CONTAIN_CHARACTERS';
  export type CannotContainDuplicates = 'CANNOT_CONTAIN_DUPLICATES';
  export type CannotContainOthers = 'CANNOT_CONTAIN_OTHERS';
  export type LeastCapitalLetters = 'AT_LEAST_X_CAPITAL_LETTERS';
  export type LeastNumbers = 'AT_LEAST_X_NUMBERS';
  export type MatchRegexp = 'MATCH_REGEXP';
  export type MaximumLength = 'MAX_LENGTH';
  export type MaximumNumber = 'MAXIMUM_NUMBER_VALUE';
  export type MinimumLength = 'MIN_LENGTH';
  export type MinimumNumber = 'MINIMUM_NUMBER_VALUE';
  export type Required = 'REQUIRED';
  export type Unique = 'UNIQUE';
  export type UnknownPolicy = 'UNKNOWN_POLICY';
  export type ValidArrayItems = 'VALID_ARRAY_ITEMS';
  export type ValidDate = 'VALID_DATE';
  export type ValidEmailAddress = 'VALID_EMAIL_ADDRESS_FORMAT';
  export type ValidNameFormat = 'VALID_NAME_FORMAT';
  export type ValidNumber = 'VALID_NUMBER';
  export type ValidPhoneFormat = 'VALID_PHONE_FORMAT';
  export type ValidQueryFilter = 'VALID_QUERY_FILTER';
  export type ValidType = 'VALID_TYPE';
}

import { parsePolicy } from './policies.js';
import { numberOf, textOf } from './values.js';

/** A callback of any type, over the one live payload of its step. */
export class BaseCallback {
  /** @param {import('../index.js').Callback} payload */
  constructor(payload) {
    this.payload = payload;
  }

  getType() {
    return this.payload.type;
  }

  /** @param {Selector} selector */
  getInputValue(selector = 0) {
    return select(this.payload, 'input', selector).value;
  }

  /** @param {unknown} value @param {Selector} selector */
  setInputValue(value, selector = 0) {
    select(this.payload, 'input', selector).value = value;
  }

  /** @param {Selector} selector */
  getOutputValue(selector = 0) {
    return select(this.payload, 'output', selector).value;
  }

  /**
   * @template T
   * @param {string} name
   * @param {T} defaultValue
   * @returns {T}
   */
  getOutputByName(name, defaultValue) {
    const { output } = this.payload;
    const found = Array.isArray(output) ? output.find((entry) => entry?.name === name) : undefined;
    return found ? /** @type {T} */ (found.value) : defaultValue;
  }
}

/** What the callbacks have in common whose value AM's identity management checks. */
class ValidatedCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }

  isRequired() {
    return this.getOutputByName('required', false);
  }

  /** @returns {Record<string, any>} */
  getPolicies() {
    return this.getOutputByName('policies', {});
  }

  /** @param {boolean} value */
  setValidateOnly(value) {
    this.setInputValue(value, /validateOnly/);
  }
}

/** @template {string | number | boolean} [T=string | number | boolean] */
export class AttributeInputCallback extends ValidatedCallback {
  getName() {
    return this.getOutputByName('name', '');
  }

  getFailedPolicies() {
    return parseFailedPolicies(this, 'AttributeInputCallback');
  }

  /** @param {T} value */
  setValue(value) {
    this.setInputValue(value);
  }
}

export class ChoiceCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }

  getDefaultChoice() {
    return this.getOutputByName('defaultChoice', 0);
  }

  /** @returns {string[]} */
  getChoices() {
    return this.getOutputByName('choices', []);
  }

  /** @param {number} index */
  setChoiceIndex(index) {
    if (!isIndexOf(this.getChoices(), index)) {
      fail(`${textOf(index)} is out of bounds`);
    }
    this.setInputValue(index);
  }

  /** @param {string} value */
  setChoiceValue(value) {
    this.setInputValue(indexOf(this.getChoices(), value));
  }
}

export class ConfirmationCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }

  getDefaultOption() {
    return numberOf(this.getOutputByName('defaultOption', 0));
  }

  getMessageType() {
    return numberOf(this.getOutputByName('messageType', 0));
  }

  /** @returns {string[]} */
  getOptions() {
    return this.getOutputByName('options', []);
  }

  getOptionType() {
    return numberOf(this.getOutputByName('optionType', 0));
  }

  /** @param {number} index */
  setOptionIndex(index) {
    const options = this.getOptions();
    if (!isIndexOf(options, index)) {
      fail(`"${textOf(index)}" is not a valid choice (0-${(options?.length || 1) - 1})`);
    }
    this.setInputValue(index);
  }

  /** @param {string} value */
  setOptionValue(value) {
    this.setInputValue(indexOf(this.getOptions(), value));
  }
}

export class DeviceProfileCallback extends BaseCallback {
  getMessage() {
    return this.getOutputByName('message', '');
  }

  isMetadataRequired() {
    return this.getOutputByName('metadata', false);
  }

  isLocationRequired() {
    return this.getOutputByName('location', false);
  }

  /** @param {import('../index.js').DeviceProfileData} profile */
  setProfile(profile) {
    this.setInputValue(JSON.stringify(profile));
  }
}

export class HiddenValueCallback extends BaseCallback {}

export class KbaCreateCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }

  /** @returns {string[]} */
  getPredefinedQuestions() {
    return this.getOutputByName('predefinedQuestions', []);
  }

  isAllowedUserDefinedQuestions() {
    return this.getOutputByName('allowUserDefinedQuestions', false);
  }

  /** @param {string} question */
  setQuestion(question) {
    setByEnding(this, 'question', question);
  }

  /** @param {string} answer */
  setAnswer(answer) {
    setByEnding(this, 'answer', answer);
  }
}

export class MetadataCallback extends BaseCallback {
  /** @returns {any} */
  getData() {
    return this.getOutputByName('data', {});
  }
}

export class NameCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }

  /** @param {string} name */
  setName(name) {
    this.setInputValue(name);
  }
}

export class PasswordCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }

  /** @returns {string[]} */
  getPolicies() {
    return this.getOutputByName('policies', []);
  }

  getFailedPolicies() {
    /** @type {unknown} */
    const failed = this.getOutputByName('failedPolicies', []);
    return Array.isArray(failed) ? failed.map(parsePolicy) : [];
  }

  /** @param {string} password */
  setPassword(password) {
    this.setInputValue(password);
  }
}

export class PingOneProtectEvaluationCallback extends BaseCallback {
  getPauseBehavioralData() {
    return this.getOutputByName('pauseBehavioralData', false);
  }

  /** @param {string} data */
  setData(data) {
    this.setInputValue(data, /signals/);
  }

  /** @param {string} message */
  setClientError(message) {
    this.setInputValue(message, /clientError/);
  }
}

export class PingOneProtectInitializeCallback extends BaseCallback {
  /** @returns {import('../index.js').ProtectConfig} */
  getConfig() {
    /** @type {any} */
    const options = this.getOutputByName('signalsInitializationOptions', undefined);
    if (options && typeof options === 'object' && !Array.isArray(options)) {
      return options;
    }
    return {
      envId: this.getOutputByName('envId', ''),
      consoleLogEnabled: this.getOutputByName('consoleLogEnabled', false),
      deviceAttributesToIgnore: this.getOutputByName('deviceAttributesToIgnore', []),
      customHost: this.getOutputByName('customHost', ''),
      lazyMetadata: this.getOutputByName('lazyMetadata', false),
      behavioralDataCollection: this.getOutputByName('behavioralDataCollection', true),
      deviceKeyRsyncIntervals: this.getOutputByName('deviceKeyRsyncIntervals', 14),
      enableTrust: this.getOutputByName('enableTrust', false),
      disableTags: this.getOutputByName('disableTags', false),
      disableHub: this.getOutputByName('disableHub', false),
    };
  }

  /** @param {string} message */
  setClientError(message) {
    this.setInputValue(message, /clientError/);
  }
}

export class PollingWaitCallback extends BaseCallback {
  getMessage() {
    return this.getOutputByName('message', '');
  }

  getWaitTime() {
    return numberOf(this.getOutputByName('waitTime', 0));
  }
}

export class ReCaptchaCallback extends BaseCallback {
  getSiteKey() {
    return this.getOutputByName('recaptchaSiteKey', '');
  }

  /** @param {string} result */
  setResult(result) {
    this.setInputValue(result);
  }
}

export class ReCaptchaEnterpriseCallback extends BaseCallback {
  getSiteKey() {
    return this.getOutputByName('recaptchaSiteKey', '');
  }

  getApiUrl() {
    return this.getOutputByName('captchaApiUri', '');
  }

  getElementClass() {
    return this.getOutputByName('captchaDivClass', '');
  }

  /** @param {string} result */
  setResult(result) {
    this.setInputValue(result);
  }

  /** @param {string} error */
  setClientError(error) {
    this.setInputValue(error, /clientError$/);
  }

  /** @param {unknown} payload */
  setPayload(payload) {
    this.setInputValue(payload, /payload$/);
  }

  /** @param {string} action */
  setAction(action) {
    this.setInputValue(action, /action$/);
  }
}

export class RedirectCallback extends BaseCallback {
  getRedirectUrl() {
    return this.getOutputByName('redirectUrl', '');
  }
}

export class SelectIdPCallback extends BaseCallback {
  /** @returns {import('../index.js').IdPValue[]} */
  getProviders() {
    return this.getOutputByName('providers', []);
  }

  /** @param {string} name */
  setProvider(name) {
    indexOf(this.getProviders(), name, (entry) => entry?.provider);
    this.setInputValue(name);
  }
}

export class TermsAndConditionsCallback extends BaseCallback {
  getTerms() {
    return this.getOutputByName('terms', '');
  }

  getVersion() {
    return this.getOutputByName('version', '');
  }

  getCreateDate() {
    const date = new Date(textOf(this.getOutputByName('createDate', '') ?? ''));
    return Number.isNaN(date.getTime()) ? null : date;
  }

  /** @param {boolean} accepted */
  setAccepted(accepted = true) {
    this.setInputValue(accepted);
  }
}

export class TextInputCallback extends BaseCallback {
  getPrompt() {
    return this.getOutputByName('prompt', '');
  }

  /** @param {string} input */
  setInput(input) {
    this.setInputValue(input);
  }
}

export class TextOutputCallback extends BaseCallback {
  getMessage() {
    return this.getOutputByName('message', '');
  }

  getMessageType() {
    return this.getOutputByName('messageType', '');
  }
}

export class SuspendedTextOutputCallback extends TextOutputCallback {}

export class ValidatedCreatePasswordCallback extends ValidatedCallback {
  getFailedPolicies() {
    return parseFailedPolicies(this, 'ValidatedCreatePasswordCallback');
  }

  /** @param {string} password */
  setPassword(password) {
    this.setInputValue(password);
  }
}

export class ValidatedCreateUsernameCallback extends ValidatedCallback {
  getFailedPolicies() {
    return parseFailedPolicies(this, 'ValidatedCreateUsernameCallback');
  }

  /** @param {string} name */
  setName(name) {
    this.setInputValue(name);
  }
}

/** @satisfies {Record<import('../index.js').CallbackType, typeof BaseCallback>} */
const classes = {
  BooleanAttributeInputCallback: AttributeInputCallback,
  ChoiceCallback,
  ConfirmationCallback,
  DeviceProfileCallback,
  HiddenValueCallback,
  KbaCreateCallback,
  MetadataCallback,
  NameCallback,
  NumberAttributeInputCallback: AttributeInputCallback,
  PasswordCallback,
  PingOneProtectEvaluationCallback,
  PingOneProtectInitializeCallback,
  PollingWaitCallback,
  ReCaptchaCallback,
  ReCaptchaEnterpriseCallback,
  RedirectCallback,
  SelectIdPCallback,
  StringAttributeInputCallback: AttributeInputCallback,
  SuspendedTextOutputCallback,
  TermsAndConditionsCallback,
  TextInputCallback,
  TextOutputCallback,
  ValidatedCreatePasswordCallback,
  ValidatedCreateUsernameCallback,
};

/** @type {any} */
export const callbackType = Object.freeze(
  Object.fromEntries(Object.keys(classes).map((name) => [name, name])),
);

/** @type {typeof import('../index.js').createCallback} */
export function createCallback(payload) {
  const type = textOf(payload?.type);
  const Class = Object.hasOwn(classes, type)
    ? classes[/** @type {keyof typeof classes} */ (type)]
    : BaseCallback;
  return new Class(payload);
}

/** @typedef {import('../index.js').NameValue} NameValue */
/** @typedef {number | string | RegExp} Selector an index, a name, or what a name matches */

/**
 * The entry that a selector names, the first of several.
 *
 * @param {import('../index.js').Callback} payload
 * @param {'input' | 'output'} side
 * @param {Selector} selector
 */
function select(payload, side, selector) {
  const entries = payload[side];
  if (!Array.isArray(entries)) {
    return fail(`No NameValue array was provided to search (selector ${textOf(selector)})`);
  }
  if (typeof selector !== 'number') {
    return find(entries, selector) ?? fail(`Missing callback ${side} entry "${selector}"`);
  }
  /** @type {any} */
  const entry = entries[selector];
  return Object(entry) === entry ? entry : fail(`Selector index ${selector} is out of range`);
}

/** @param {NameValue[]} entries @param {string | RegExp} selector */
function find(entries, selector) {
  if (typeof selector === 'string') {
    return entries.find((entry) => entry?.name === selector);
  }
  // An expression, of whichever realm.
  if (typeof selector?.[Symbol.search] === 'function') {
    // Unlike `test()`, `search()` begins at the start whatever the expression's flags.
    return entries.find((entry) => textOf(entry?.name ?? '').search(selector) >= 0);
  }
  return fail('Invalid selector value type');
}

/** @param {KbaCreateCallback} callback @param {string} ending @param {string} value */
function setByEnding(callback, ending, value) {
  const { input } = callback.payload;
  if (!Array.isArray(input)) {
    return fail('KBA payload is missing input');
  }
  const entry = find(input, new RegExp(`${ending}$`));
  callback.setInputValue(value, entry?.name ?? fail(`No input has name ending in "${ending}"`));
}

/** @param {unknown} list @param {number} index */
function isIndexOf(list, index) {
  return Number.isInteger(index) && index in Object(list);
}

/**
 * @param {any[]} list
 * @param {string} choice
 * @param {(entry: any) => string} nameOf
 */
function indexOf(list, choice, nameOf = (entry) => entry) {
  const index = Array.isArray(list) ? list.findIndex((entry) => nameOf(entry) === choice) : -1;
  return index < 0 ? fail(`"${textOf(choice)}" is not a valid choice`) : index;
}

/**
 * The failed policies, sent as objects or as the JSON text of them.
 *
 * @param {BaseCallback} callback
 * @param {string} name
 */
function parseFailedPolicies(callback, name) {
  /** @type {unknown[]} */
  const failed = callback.getOutputByName('failedPolicies', []);
  try {
    return failed.map((policy) =>
      parsePolicy(typeof policy === 'string' ? JSON.parse(policy) : policy),
    );
  } catch {
    return fail(
      `Unable to parse "failed policies" from the ForgeRock server. The JSON within \`${name}\` was either malformed or missing.`,
    );
  }
}

/** @param {string} message @returns {never} */
function fail(message) {
  throw new Error(message);
}

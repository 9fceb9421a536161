import { parsePolicy } from './policy.js';

/** A callback of any type, over the one live payload of its step. */
export class BaseCallback {
  /** @param {import('./index.js').Callback} payload */
  constructor(payload) {
    this.payload = payload;
  }

  getType() {
    return this.payload.type;
  }

  /** @param {number | string} selector */
  getInputValue(selector = 0) {
    return select(this.payload.input, selector).value;
  }

  /** @param {unknown} value @param {number | string | RegExp} selector */
  setInputValue(value, selector = 0) {
    select(this.payload.input, selector).value = value;
  }

  /** @param {number | string} selector */
  getOutputValue(selector = 0) {
    return select(this.payload.output, selector).value;
  }

  /** @param {string} name @param {any} defaultValue */
  getOutputByName(name, defaultValue) {
    const output = this.payload.output?.find((entry) => entry?.name === name);
    return output ? output.value : defaultValue;
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
  getFailedPolicies() {
    const failed = this.getOutputByName('failedPolicies', []);
    return (Array.isArray(failed) ? failed : []).map(parsePolicy);
  }

  getPolicies() {
    return this.getOutputByName('policies', []);
  }

  getPrompt() {
    return this.getOutputByName('prompt', '');
  }

  /** @param {string} password */
  setPassword(password) {
    this.setInputValue(password);
  }
}

/** @type {Record<string, typeof BaseCallback>} */
const classes = { NameCallback, PasswordCallback };

/** @type {any} */
export const callbackType = Object.freeze(
  Object.fromEntries(Object.keys(classes).map((name) => [name, name])),
);

/** @type {typeof import('./index.js').createCallback} */
export function createCallback(payload) {
  const Class = Object.hasOwn(classes, payload?.type) ? classes[payload.type] : undefined;
  return new (Class ?? BaseCallback)(payload);
}

/**
 * The entry that a selector names: an index, a name, or the first name that an expression matches.
 *
 * @param {import('./index.js').NameValue[] | undefined} entries
 * @param {number | string | RegExp} selector
 */
function select(entries, selector) {
  if (!Array.isArray(entries)) {
    throw new Error(`No NameValue array was provided to search (selector ${selector})`);
  }
  if (typeof selector === 'number') {
    const entry = entries[selector];
    if (!entry) {
      throw new Error(`Selector index ${selector} is out of range`);
    }
    return entry;
  }
  if (typeof selector !== 'string' && !(selector instanceof RegExp)) {
    throw new Error('Invalid selector value type');
  }
  const entry = entries.find((candidate) =>
    typeof selector === 'string' ? candidate?.name === selector : selector.test(candidate?.name),
  );
  if (!entry) {
    throw new Error(`Missing callback input entry "${selector}"`);
  }
  return entry;
}

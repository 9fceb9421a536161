import { el, fill, hiddenText } from '../dom.js';
import { button, checkbox, field, textField } from '../parts.js';
import { policyErrors, policyHints } from '../policies.js';
import { offersPasskeys } from './passkey.js';

/** A prompt that asks for a code which is used once, in English or German. */
const ONE_TIME_CODE =
  /\b(one[- ]?time (pass)?(code|word)|(verification|security) code|otp)\b|(einmal|bestätigungs|sicherheits)-?(code|passwort|kennwort)/i;

/** What browsers can fill in, by the names of AM's attributes. */
const AUTOCOMPLETE = new Map([
  ['userName', 'username'],
  ['givenName', 'given-name'],
  ['sn', 'family-name'],
  ['mail', 'email'],
  ['telephoneNumber', 'tel'],
  ['postalAddress', 'street-address'],
  ['city', 'address-level2'],
  ['postalCode', 'postal-code'],
  ['country', 'country-name'],
]);
const INPUT_MODES = new Map([
  ['mail', 'email'],
  ['telephoneNumber', 'tel'],
]);

/** For names that are not words. */
const PLAIN = { autocapitalize: 'none', spellcheck: false };
const USERNAME = { ...PLAIN, name: 'username', autocomplete: 'username' };

/** @typedef {import('../../form.js').RenderContext} Context */

/** @param {import('../../index.js').NameCallback} callback @param {Context} context */
export function name(callback, context) {
  const { id, messages, username, step } = context;
  const label = callback.getPrompt() || messages.username;
  if (ONE_TIME_CODE.test(label)) return oneTimeCode(callback, context, label);
  const input = textField({
    ...USERNAME,
    id,
    autocomplete: offersPasskeys(step) ? 'username webauthn' : 'username',
    required: true,
    value: username || callback.getInputValue(),
  });
  return {
    nodes: [field(input, label, { messages })],
    write: (/** @type {typeof callback} */ to) => to.setName(input.value),
  };
}

/** @param {import('../../index.js').PasswordCallback} callback @param {Context} context */
export function password(callback, context) {
  const label = callback.getPrompt() || context.messages.password;
  if (ONE_TIME_CODE.test(label)) return oneTimeCode(callback, context, label);
  return passwordField(callback, context, { label, autocomplete: 'current-password' });
}

/**
 * @param {import('../../index.js').ValidatedCreatePasswordCallback} callback
 * @param {Context} context
 */
export function newPassword(callback, context) {
  const label = callback.getPrompt() || context.messages.password;
  const required = callback.isRequired();
  return passwordField(callback, context, { label, autocomplete: 'new-password', required });
}

/**
 * @param {import('../../index.js').ValidatedCreateUsernameCallback} callback
 * @param {Context} context
 */
export function newUsername(callback, context) {
  const { id, messages } = context;
  const input = textField({ ...USERNAME, id, value: callback.getInputValue() ?? '' });
  return {
    nodes: [checkedField(callback, input, messages.username, context)],
    write: (/** @type {typeof callback} */ to) => to.setName(input.value),
  };
}

/** @param {import('../../index.js').TextInputCallback} callback @param {Context} context */
export function textInput(callback, context) {
  const { id, messages } = context;
  const label = callback.getPrompt() || messages.text;
  if (ONE_TIME_CODE.test(label)) return oneTimeCode(callback, context, label);
  const input = textField({ id, value: callback.getInputValue() ?? '' });
  return {
    nodes: [field(input, label, { messages })],
    write: (/** @type {typeof callback} */ to) => to.setInput(input.value),
  };
}

/**
 * @param {import('../../index.js').AttributeInputCallback<string>} callback
 * @param {Context} context
 */
export function stringAttribute(callback, context) {
  const attribute = callback.getName();
  const input = textField({
    id: context.id,
    name: attribute,
    autocomplete: AUTOCOMPLETE.get(attribute) ?? 'on',
    inputMode: INPUT_MODES.get(attribute) ?? 'text',
    value: callback.getInputValue() ?? '',
  });
  return {
    nodes: [checkedField(callback, input, attribute, context)],
    write: (/** @type {typeof callback} */ to) => to.setValue(input.value),
  };
}

/**
 * @param {import('../../index.js').AttributeInputCallback<number>} callback
 * @param {Context} context
 */
export function numberAttribute(callback, context) {
  const attribute = callback.getName();
  const props = { id: context.id, name: attribute, type: 'number', step: 'any' };
  const input = textField({ ...props, value: callback.getInputValue() ?? '' });
  return {
    nodes: [checkedField(callback, input, attribute, context)],
    write(/** @type {typeof callback} */ to) {
      // Without an answer AM keeps what it has.
      if (input.value) to.setValue(input.valueAsNumber);
    },
  };
}

/**
 * @param {import('../../index.js').AttributeInputCallback<boolean>} callback
 * @param {Context} context
 */
export function booleanAttribute(callback, { id }) {
  const props = { id, name: callback.getName(), checked: callback.getInputValue() === true };
  const { box, node } = checkbox(props, callback.getPrompt() || callback.getName());
  return {
    nodes: [node],
    write: (/** @type {typeof callback} */ to) => to.setValue(box.checked),
  };
}

/**
 * A field whose value AM checks: with what it asks for, and what it found.
 *
 * @param {any} callback
 * @param {HTMLInputElement} input
 * @param {string} fallback the label where AM sends none
 * @param {Context} context
 */
function checkedField(callback, input, fallback, { messages }) {
  const label = callback.getPrompt() || fallback;
  input.required = callback.isRequired();
  return field(input, input.required ? label : fill(messages.optional, { label }), {
    messages,
    hints: policyHints(callback, messages),
    errors: policyErrors(callback, label, messages),
  });
}

/**
 * @param {any} callback
 * @param {Context} context
 * @param {{ label: string, autocomplete: string, required?: boolean }} options
 */
function passwordField(callback, { id, messages }, { label, autocomplete, required = true }) {
  const input = textField({ id, name: 'password', type: 'password', autocomplete, required });
  const toggle = button('', { type: 'button' });
  /** @param {boolean} isShown */
  const show = (isShown) => {
    input.type = isShown ? 'text' : 'password';
    toggle.replaceChildren(isShown ? messages.hide : messages.show, hiddenText(` ${label}`));
  };
  toggle.onclick = () => show(input.type === 'password');
  show(false);
  const options = {
    messages,
    hints: policyHints(callback, messages),
    errors: policyErrors(callback, label, messages),
    content: el('div', { className: 'jf-with-button' }, input, toggle),
  };
  return {
    nodes: [field(input, label, options)],
    write(/** @type {any} */ to) {
      show(false);
      to.setPassword(input.value);
    },
  };
}

/** @param {any} callback @param {Context} context @param {string} label */
function oneTimeCode(callback, { id, messages }, label) {
  const input = textField({
    ...PLAIN,
    id,
    className: 'jf-input jf-code',
    autocomplete: 'one-time-code',
    inputMode: 'numeric',
    required: true,
  });
  const errors = callback.getFailedPolicies ? policyErrors(callback, label, messages) : [];
  return {
    nodes: [field(input, label, { messages, errors })],
    write: (/** @type {any} */ to) => to.setInputValue(input.value.trim()),
  };
}

import { el, fill, hiddenText } from '../dom.js';
import { action, checkbox, field, textField } from '../parts.js';
import { policyErrors, policyHints } from '../policies.js';
import { offersPasskeys } from './passkey.js';

/** For names that are not words. */
const PLAIN = { autocapitalize: 'none', spellcheck: false };
const USERNAME = { ...PLAIN, name: 'username', autocomplete: 'username' };
const CODE = {
  ...PLAIN,
  className: 'jf-input jf-code',
  autocomplete: 'one-time-code',
  inputMode: 'numeric',
  type: 'text',
  required: true,
};

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

/**
 * @typedef {import('../../form.js').RenderContext} Context
 * @typedef {import('../../form.js').FormField<any>} Field
 */

/** @param {import('../../index.js').NameCallback} callback @param {Context} context */
export const name = (callback, context) =>
  entry(callback, context, context.messages.username, {
    ...USERNAME,
    ...(offersPasskeys(context.step) && { autocomplete: 'username webauthn' }),
    required: true,
    value: context.username || callback.getInputValue(),
  });

/** @param {import('../../index.js').PasswordCallback} callback @param {Context} context */
export const password = (callback, context) =>
  passwordEntry(callback, context, { autocomplete: 'current-password', required: true });

/**
 * @param {import('../../index.js').ValidatedCreatePasswordCallback} callback
 * @param {Context} context
 */
export const newPassword = (callback, context) =>
  passwordEntry(callback, context, { autocomplete: 'new-password' });

/**
 * @param {import('../../index.js').ValidatedCreateUsernameCallback} callback
 * @param {Context} context
 */
export const newUsername = (callback, context) =>
  entry(callback, context, context.messages.username, USERNAME);

/** @param {import('../../index.js').TextInputCallback} callback @param {Context} context */
export const textInput = (callback, context) => entry(callback, context, context.messages.text, {});

/**
 * @param {import('../../index.js').AttributeInputCallback<string>} callback
 * @param {Context} context
 */
export function stringAttribute(callback, context) {
  const attribute = callback.getName();
  const autocomplete = AUTOCOMPLETE.get(attribute) ?? 'on';
  const inputMode = /email|tel/.test(autocomplete) ? autocomplete : 'text';
  return entry(callback, context, attribute, { name: attribute, autocomplete, inputMode });
}

/**
 * @param {import('../../index.js').AttributeInputCallback<number>} callback
 * @param {Context} context
 */
export function numberAttribute(callback, context) {
  const attribute = callback.getName();
  const props = { name: attribute, type: 'number', step: 'any' };
  return entry(callback, context, attribute, props);
}

/**
 * @param {import('../../index.js').AttributeInputCallback<boolean>} callback
 * @param {Context} context
 * @returns {Field}
 */
export function booleanAttribute(callback, { id }) {
  const attribute = callback.getName();
  const checked = callback.getInputValue() === true;
  const { box, node } = checkbox(
    { id, checked, name: attribute },
    callback.getPrompt() || attribute,
  );
  return { nodes: [node], write: (to) => to.setInputValue(box.checked) };
}

/** @param {any} callback @param {Context} context @param {Record<string, any>} props */
const passwordEntry = (callback, context, props) =>
  entry(callback, context, context.messages.password, {
    name: 'password',
    type: 'password',
    ...props,
  });

/**
 * A field to write into; with what AM asks of the answer, and what it found.
 *
 * @param {any} callback
 * @param {Context} context
 * @param {string} fallback the label where AM sends none
 * @param {Record<string, any>} props of the input
 * @returns {Field}
 */
function entry(callback, { id, messages }, fallback, props) {
  const label = callback.getPrompt() || fallback;
  const isCode = messages.oneTimeCode.test(label);
  const isRequired = callback.isRequired?.();
  const value = callback.getInputValue() ?? '';
  const input = textField({ id, value, required: isRequired, ...props, ...(isCode && CODE) });
  const { toggle, hide } = revealing(input, label, messages);
  const options = {
    hints: policyHints(callback, messages),
    errors: policyErrors(callback, label, messages),
    ...(toggle && { content: el('div', 'jf-with-button', input, toggle) }),
  };
  const shownLabel = isRequired === false ? fill(messages.optional, { label }) : label;
  return {
    nodes: [field(input, shownLabel, options)],
    write(to) {
      hide?.();
      if (input.type !== 'number') to.setInputValue(isCode ? input.value.trim() : input.value);
      // Without an answer AM keeps what it has.
      else if (input.value) to.setInputValue(input.valueAsNumber);
    },
  };
}

/**
 * A button that shows a password.
 *
 * @param {HTMLInputElement} input
 * @param {string} label
 * @param {import('../../form.js').FormMessages} messages
 */
function revealing(input, label, { show, hide }) {
  if (input.type !== 'password') return {};
  const toggle = action('', () => set(input.type === 'password'));
  /** @param {boolean} isShown */
  const set = (isShown) => {
    input.type = isShown ? 'text' : 'password';
    toggle.replaceChildren(isShown ? hide : show, hiddenText(` ${label}`));
  };
  set(false);
  return { toggle, hide: () => set(false) };
}

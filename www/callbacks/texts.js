import { el, hiddenText } from '../dom.js';
import { checkbox, field } from '../field.js';
import { WebAuthn } from '../pkg/webauthn.js';
import { policyErrors, policyHints } from './policies.js';

/** A prompt that asks for a code which is used once. */
const ONE_TIME_CODE = /\b(one[- ]?time (pass)?(code|word)|(verification|security) code|otp)\b/i;

/** What browsers can fill in, by the names of AM's attributes. */
const AUTOCOMPLETE = {
  userName: 'username',
  givenName: 'given-name',
  sn: 'family-name',
  mail: 'email',
  telephoneNumber: 'tel',
  postalAddress: 'street-address',
  city: 'address-level2',
  postalCode: 'postal-code',
  country: 'country-name',
};
const INPUT_MODES = { mail: 'email', telephoneNumber: 'tel' };

export function name(callback, { id, username, step }) {
  const label = callback.getPrompt() || 'User Name';
  if (ONE_TIME_CODE.test(label)) return oneTimeCode(callback, { id, label });
  const input = el('input', {
    ...plain,
    id,
    name: 'username',
    autocomplete: offersPasskeys(step) ? 'username webauthn' : 'username',
    required: true,
    value: username || callback.getInputValue(),
  });
  const write = (to) => to.setName(input.value);
  return { nodes: [field(input, label)], isSignIn: true, write };
}

export function password(callback, { id }) {
  const label = callback.getPrompt() || 'Password';
  if (ONE_TIME_CODE.test(label)) return oneTimeCode(callback, { id, label });
  const props = { id, label, autocomplete: 'current-password', required: true };
  return { ...passwordField(callback, props), isSignIn: true };
}

export function newPassword(callback, { id }) {
  const label = callback.getPrompt() || 'Password';
  const required = callback.isRequired();
  return passwordField(callback, { id, label, autocomplete: 'new-password', required });
}

export function newUsername(callback, { id }) {
  const props = { ...plain, name: 'username', autocomplete: 'username' };
  const input = el('input', { ...props, id, value: callback.getInputValue() ?? '' });
  return {
    nodes: [checkedField(callback, input, 'User Name')],
    write: (to) => to.setName(input.value),
  };
}

export function textInput(callback, { id }) {
  const label = callback.getPrompt() || 'Text';
  if (ONE_TIME_CODE.test(label)) return oneTimeCode(callback, { id, label });
  const input = el('input', { id, value: callback.getInputValue() ?? '' });
  return { nodes: [field(input, label)], write: (to) => to.setInput(input.value) };
}

export function stringAttribute(callback, { id }) {
  const attribute = callback.getName();
  const input = el('input', {
    id,
    name: attribute,
    autocomplete: own(AUTOCOMPLETE, attribute) ?? 'on',
    inputMode: own(INPUT_MODES, attribute) ?? 'text',
    value: callback.getInputValue() ?? '',
  });
  return {
    nodes: [checkedField(callback, input, attribute)],
    write: (to) => to.setValue(input.value),
  };
}

export function numberAttribute(callback, { id }) {
  const props = { id, name: callback.getName(), type: 'number', step: 'any' };
  const input = el('input', { ...props, value: callback.getInputValue() ?? '' });
  return {
    nodes: [checkedField(callback, input, callback.getName())],
    // Without an answer AM keeps what it has.
    write: (to) => input.value && to.setValue(input.valueAsNumber),
  };
}

export function booleanAttribute(callback, { id }) {
  const props = { id, name: callback.getName(), type: 'checkbox' };
  const input = el('input', { ...props, checked: callback.getInputValue() === true });
  const label = callback.getPrompt() || callback.getName();
  return { nodes: [checkbox(input, label)], write: (to) => to.setValue(input.checked) };
}

const plain = { autocapitalize: 'none', spellcheck: false };

/** A field whose value AM checks: with what it asks for, and what it found. */
function checkedField(callback, input, fallback) {
  const label = callback.getPrompt() || fallback;
  input.required = callback.isRequired();
  return field(input, input.required ? label : `${label} (optional)`, {
    hints: policyHints(callback),
    errors: policyErrors(callback, label),
  });
}

function passwordField(callback, { id, label, autocomplete, required }) {
  const input = el('input', { id, name: 'password', type: 'password', autocomplete, required });
  const { toggle, hide } = revealButton(input);
  const content = el('div', { className: 'with-button' }, input, toggle);
  const hints = policyHints(callback);
  const errors = policyErrors(callback, label);
  return {
    nodes: [field(input, label, { hints, errors, content })],
    write(to) {
      hide();
      to.setPassword(input.value);
    },
  };
}

function oneTimeCode(callback, { id, label }) {
  const input = el('input', {
    ...plain,
    id,
    className: 'code',
    autocomplete: 'one-time-code',
    inputMode: 'numeric',
    required: true,
  });
  const errors = callback.getFailedPolicies ? policyErrors(callback, label) : [];
  return {
    nodes: [field(input, label, { errors })],
    write: (to) => to.setInputValue(input.value.trim()),
  };
}

function revealButton(input) {
  const toggle = el('button', { type: 'button', className: 'small' });
  const show = (isShown) => {
    input.type = isShown ? 'text' : 'password';
    toggle.replaceChildren(isShown ? 'Hide' : 'Show', hiddenText(' password'));
  };
  toggle.onclick = () => show(input.type === 'password');
  show(false);
  return { toggle, hide: () => show(false) };
}

function offersPasskeys(step) {
  return WebAuthn.getMetadataCallback(step)?.getData().mediation === 'conditional';
}

function own(table, key) {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

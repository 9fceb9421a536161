import { button, buttons, checkbox, dropDown, field, group } from '../parts.js';
import { asksForPasskey } from './passkey.js';

/** More than so many are a drop-down list. */
const MAX_RADIO_BUTTONS = 4;

/** The options that AM has no texts for, by the option type; each `[message, value]`. */
const YES = /** @type {const} */ (['yes', 0]);
const NO = /** @type {const} */ (['no', 1]);
const CANCEL = /** @type {const} */ (['cancel', 2]);
const OK = /** @type {const} */ (['ok', 3]);
const OPTIONS = [
  [YES, NO],
  [YES, NO, CANCEL],
  [OK, CANCEL],
];

/** @typedef {import('../../form.js').RenderContext} Context */

/** @param {import('../../index.js').ChoiceCallback} callback @param {Context} context */
export function choice(callback, { id, messages }) {
  const label = callback.getPrompt() || messages.choose;
  const choices = callback.getChoices();
  const chosen = callback.getDefaultChoice() ?? 0;
  if (choices.length > MAX_RADIO_BUTTONS) {
    const select = dropDown(id, [...choices.entries()]);
    select.selectedIndex = chosen;
    return {
      nodes: [field(select, label, { messages })],
      write: (/** @type {typeof callback} */ to) => to.setChoiceIndex(select.selectedIndex),
    };
  }
  const rows = choices.map((text, index) =>
    checkbox({ id: `${id}-${index}`, type: 'radio', name: id, checked: index === chosen }, text),
  );
  return {
    nodes: [group(label, ...rows.map(({ node }) => node))],
    write: (/** @type {typeof callback} */ to) =>
      to.setChoiceIndex(rows.findIndex(({ box }) => box.checked)),
  };
}

/**
 * Buttons, the default one first: Enter presses it. The others leave the step without its fields.
 *
 * @param {import('../../index.js').ConfirmationCallback} callback
 * @param {Context} context
 */
export function confirmation(callback, { step, messages }) {
  const isAlternative = hasOtherWay(step);
  const options = optionsOf(callback, messages);
  const first = options.length === 1 ? 0 : callback.getDefaultOption();
  const made = options.map(([text, value], index) => {
    const primary = index === first && !isAlternative;
    return { node: button(text, { primary, formNoValidate: !primary }), value };
  });
  const inOrder = [
    ...made.slice(first, first + 1),
    ...made.slice(0, first),
    ...made.slice(first + 1),
  ].map(({ node }) => node);
  const prompt = callback.getPrompt() || (isAlternative && messages.anotherWay);
  return {
    nodes: prompt ? [group(prompt, buttons(...inOrder))] : inOrder,
    submits: true,
    write(/** @type {typeof callback} */ to, /** @type {unknown} */ pressed) {
      const value = made.find(({ node }) => node === pressed)?.value;
      if (value !== undefined) to.setInputValue(value);
    },
  };
}

/**
 * @param {import('../../index.js').ConfirmationCallback} callback
 * @param {import('../../form.js').FormMessages} messages
 * @returns {[text: string, value: number][]}
 */
function optionsOf(callback, messages) {
  const texts = callback.getOptions() ?? [];
  if (texts.length) return texts.map((text, index) => [text, index]);
  const options = OPTIONS[callback.getOptionType()] ?? [OK];
  return options.map(([name, value]) => [messages[name], value]);
}

/**
 * Whether the step continues by something else than these buttons.
 *
 * @param {import('../../index.js').JourneyStep} step
 */
const hasOtherWay = (step) =>
  asksForPasskey(step) || step.getCallbacksOfType('PollingWaitCallback').length > 0;

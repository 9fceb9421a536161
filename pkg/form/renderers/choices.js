import { button, buttons, checkbox, dropDown, field, group, primary } from '../parts.js';
import { asksForPasskey } from './passkey.js';

/** More than so many are a drop-down list. */
const MAX_RADIO_BUTTONS = 4;

/** The options that AM has no texts for, by the option type: the names of messages, by AM's values. */
const OPTIONS = [
  ['yes', 'no'],
  ['yes', 'no', 'cancel'],
  ['ok', '', 'cancel'],
];

/**
 * @typedef {import('../../form.js').RenderContext} Context
 * @typedef {import('../../form.js').FormField<any>} Field
 */

/**
 * @param {import('../../index.js').ChoiceCallback} callback
 * @param {Context} context
 * @returns {Field}
 */
export function choice(callback, { id, messages }) {
  const label = callback.getPrompt() || messages.choose;
  const choices = callback.getChoices();
  const chosen = callback.getDefaultChoice() ?? 0;
  if (choices.length > MAX_RADIO_BUTTONS) {
    const select = dropDown(id, [...choices.entries()]);
    select.selectedIndex = chosen;
    return {
      nodes: [field(select, label)],
      write: (to) => to.setChoiceIndex(select.selectedIndex),
    };
  }
  const rows = choices.map((text, index) =>
    checkbox({ id: `${id}-${index}`, type: 'radio', name: id, checked: index === chosen }, text),
  );
  return {
    nodes: [group(label, ...rows.map(({ node }) => node))],
    write: (to) => to.setChoiceIndex(rows.findIndex(({ box }) => box.checked)),
  };
}

/**
 * Buttons, the default one first: Enter presses it. The others leave the step without its fields.
 *
 * @param {import('../../index.js').ConfirmationCallback} callback
 * @param {Context} context
 * @returns {Field}
 */
export function confirmation(callback, { step, messages }) {
  // Whether the step continues by something else than these buttons.
  const isAlternative =
    asksForPasskey(step) || step.getCallbacksOfType('PollingWaitCallback').length > 0;
  const texts = callback.getOptions() ?? [];
  /** @type {(string | undefined)[]} */
  const options = texts.length
    ? texts
    : (OPTIONS[callback.getOptionType()] ?? ['ok']).map(
        (name) => /** @type {any} */ (messages)[name],
      );
  const first = options.length === 1 ? 0 : callback.getDefaultOption();
  /** @type {Map<HTMLElement, number>} */
  const made = new Map();
  for (const [value, text] of options.entries()) {
    if (!text) continue;
    const isMain = value === first && !isAlternative;
    made.set(isMain ? primary(text) : button(text, { formNoValidate: true }), value);
  }
  const inOrder = [...made.keys()].sort(
    (one, other) => Number(made.get(other) === first) - Number(made.get(one) === first),
  );
  const prompt = callback.getPrompt() || (isAlternative && messages.anotherWay);
  return {
    nodes: prompt ? [group(prompt, buttons(...inOrder))] : inOrder,
    submits: true,
    write(to, pressed) {
      const value = pressed && made.get(pressed);
      if (value !== undefined) to.setInputValue(value);
    },
  };
}

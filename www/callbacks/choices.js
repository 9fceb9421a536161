import { el } from '../dom.js';
import { dropDown, field, group, submitButton } from '../field.js';
import { WebAuthn, WebAuthnStepType } from '../pkg/webauthn.js';

/** More than so many are a drop-down list. */
const MAX_RADIO_BUTTONS = 4;

/** The options that AM has no texts for, by the option type; each `[text, value]`. */
const YES = ['Yes', 0];
const NO = ['No', 1];
const CANCEL = ['Cancel', 2];
const OK = ['OK', 3];
const OPTIONS = [
  [YES, NO],
  [YES, NO, CANCEL],
  [OK, CANCEL],
];

export function choice(callback, { id }) {
  const label = callback.getPrompt() || 'Choose';
  const choices = callback.getChoices();
  const chosen = callback.getDefaultChoice() ?? 0;
  if (choices.length > MAX_RADIO_BUTTONS) {
    const select = dropDown(id, [...choices.entries()]);
    select.selectedIndex = chosen;
    const write = (to) => to.setChoiceIndex(select.selectedIndex);
    return { nodes: [field(select, label)], write };
  }
  const buttons = choices.map((_, index) =>
    el('input', { id: `${id}-${index}`, type: 'radio', name: id, checked: index === chosen }),
  );
  const rows = choices.map((text, index) =>
    el('label', { className: 'check', htmlFor: buttons[index].id }, buttons[index], ` ${text}`),
  );
  return {
    nodes: [group(label, ...rows)],
    write: (to) => to.setChoiceIndex(buttons.findIndex(({ checked }) => checked)),
  };
}

/** Buttons, the default one first: Enter presses it. The others leave the step without its fields. */
export function confirmation(callback, { step }) {
  const isAlternative = hasOtherWay(step);
  const first = callback.getDefaultOption();
  const options = optionsOf(callback);
  const buttons = new Map();
  for (const [at, [text, value]] of options.entries()) {
    const isDefault = at === first || options.length === 1;
    const isPrimary = isDefault && !isAlternative;
    const props = { className: isPrimary ? 'primary' : '', formNoValidate: !isPrimary };
    buttons.set(submitButton(text, props), { value, isDefault });
  }
  const inOrder = [...buttons.keys()].sort(
    (one, other) => buttons.get(other).isDefault - buttons.get(one).isDefault,
  );
  const prompt = callback.getPrompt() || (isAlternative && 'Or try another way');
  return {
    nodes: prompt ? [group(prompt, el('div', { className: 'buttons' }, ...inOrder))] : inOrder,
    submits: true,
    write(to, pressed) {
      if (buttons.has(pressed)) to.setInputValue(buttons.get(pressed).value);
    },
  };
}

function optionsOf(callback) {
  const texts = callback.getOptions() ?? [];
  if (texts.length) return texts.map((text, index) => [text, index]);
  return OPTIONS[callback.getOptionType()] ?? [OK];
}

/** Whether the step goes on by something else than these buttons. */
function hasOtherWay(step) {
  return (
    WebAuthn.getWebAuthnStepType(step) !== WebAuthnStepType.None ||
    step.getCallbacksOfType('PollingWaitCallback').length > 0
  );
}

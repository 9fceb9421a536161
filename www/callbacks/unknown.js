import { el } from '../dom.js';
import { checkbox, code, dropDown, field, note, paragraph } from '../field.js';

/** Any other type, by what its outputs and inputs look like. */
export function unknown(callback, { id }) {
  const type = callback.getType();
  const prompt = callback.getOutputByName('prompt', '');
  const message = callback.getOutputByName('message', '');
  const inputs = callback.payload.input ?? [];
  const fields = inputs.map((input, index) => {
    const label = labelOf(input.name) || prompt || type;
    return genericField(callback, index, { id: `${id}-${index}`, label });
  });
  const isPromptUnused = prompt && !fields.some(({ label }) => label === prompt);
  return {
    nodes: [
      note(
        'info',
        'This page has no form for the callback ',
        code(type),
        '. It sends what is here:',
      ),
      ...paragraph(message),
      ...paragraph(isPromptUnused && prompt),
      ...fields.map(({ node }) => node),
    ],
    write(to) {
      for (const [index, { read }] of fields.entries()) to.setInputValue(read(), index);
    },
  };
}

/** One input. The answer keeps the type that the server's own value has. */
function genericField(callback, index, { id, label }) {
  const value = callback.getInputValue(index);
  const choices = callback.getOutputByName('choices', undefined);
  if (index === 0 && Array.isArray(choices)) {
    const select = dropDown(
      id,
      choices.map((text, at) => [at, String(text)]),
    );
    select.selectedIndex = Number(callback.getOutputByName('defaultChoice', value)) || 0;
    return { label, node: field(select, label), read: () => select.selectedIndex };
  }
  if (typeof value === 'boolean') {
    const box = el('input', { id, type: 'checkbox', checked: value });
    return { label, node: checkbox(box, label), read: () => box.checked };
  }
  if (value && typeof value === 'object') {
    // Nothing that a user could write.
    return {
      label,
      node: field(el('output', { id }, JSON.stringify(value)), label),
      read: () => value,
    };
  }
  const isNumber = typeof value === 'number';
  const input = el('input', { id, type: isNumber ? 'number' : 'text', value: value ?? '' });
  if (isNumber) input.step = 'any';
  const read = () => (isNumber ? Number(input.value) : input.value);
  return { label, node: field(input, label), read };
}

/** `IDToken1answer` is "Answer"; a plain `IDToken1` has no label of its own. */
function labelOf(name) {
  const suffix = String(name).replace(/^IDToken\d+/, '');
  return suffix && suffix[0].toUpperCase() + suffix.slice(1);
}

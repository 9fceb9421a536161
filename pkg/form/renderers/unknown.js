import { el } from '../dom.js';
import { checkbox, dropDown, field, note, paragraph, textField } from '../parts.js';

/**
 * Any other type, by what its outputs and inputs look like.
 *
 * @param {import('../../index.js').BaseCallback} callback
 * @param {import('../../form.js').RenderContext} context
 */
export function unknown(callback, context) {
  const { id, messages, rich } = context;
  const type = callback.getType();
  const prompt = callback.getOutputByName('prompt', '');
  const message = callback.getOutputByName('message', '');
  const inputs = callback.payload.input ?? [];
  const fields = inputs.map((input, index) => {
    const label = labelOf(input.name) || prompt || type;
    return genericField(callback, index, { ...context, id: `${id}-${index}` }, label);
  });
  const isPromptUnused = prompt && !fields.some(({ label }) => label === prompt);
  const [before, after] = messages.unknown.split('{type}');
  return {
    nodes: [
      note('info', messages, before ?? '', el('code', {}, type), after ?? ''),
      ...(message ? [el('div', { className: 'jf-text' }, ...rich(message))] : []),
      ...paragraph(isPromptUnused && prompt),
      ...fields.map(({ node }) => node),
    ],
    write(/** @type {typeof callback} */ to) {
      for (const [index, { read }] of fields.entries()) to.setInputValue(read(), index);
    },
  };
}

/**
 * One input. The answer keeps the type that the server's own value has.
 *
 * @param {import('../../index.js').BaseCallback} callback
 * @param {number} index
 * @param {import('../../form.js').RenderContext} context
 * @param {string} label
 */
function genericField(callback, index, { id, messages }, label) {
  const value = /** @type {any} */ (callback.getInputValue(index));
  const choices = callback.getOutputByName('choices', /** @type {unknown} */ (undefined));
  if (index === 0 && Array.isArray(choices)) {
    const select = dropDown(
      id,
      choices.map(String).map((text, at) => [at, text]),
    );
    select.selectedIndex = Number(callback.getOutputByName('defaultChoice', value)) || 0;
    return { label, node: field(select, label, { messages }), read: () => select.selectedIndex };
  }
  if (typeof value === 'boolean') {
    const { box, node } = checkbox({ id, checked: value }, label);
    return { label, node, read: () => box.checked };
  }
  if (value && typeof value === 'object') {
    // Nothing that a user could write.
    const output = el('output', { id }, JSON.stringify(value));
    return { label, node: field(output, label, { messages }), read: () => value };
  }
  const isNumber = typeof value === 'number';
  const props = isNumber ? { type: 'number', step: 'any' } : {};
  const input = textField({ id, ...props, value: value ?? '' });
  const read = () => (isNumber ? Number(input.value) : input.value);
  return { label, node: field(input, label, { messages }), read };
}

/**
 * `IDToken1answer` is "Answer"; a plain `IDToken1` has no label of its own.
 *
 * @param {string} name
 */
function labelOf(name) {
  const suffix = String(name).replace(/^IDToken\d+/, '');
  return suffix.charAt(0).toUpperCase() + suffix.slice(1);
}

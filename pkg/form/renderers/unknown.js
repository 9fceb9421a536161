import { el } from '../dom.js';
import { checkbox, field, note, text, textField } from '../parts.js';

/**
 * Any other type, by what its outputs and inputs look like.
 *
 * @param {import('../../index.js').BaseCallback} callback
 * @param {import('../../form.js').RenderContext} context
 * @returns {import('../../form.js').FormField<any>}
 */
export function unknown(callback, { id, messages, rich }) {
  const type = callback.getType();
  const prompt = callback.getOutputByName('prompt', '');
  const message = callback.getOutputByName('message', '');
  const fields = (callback.payload.input ?? []).map(({ name }, index) =>
    genericField(callback, index, `${id}-${index}`, labelOf(name) || prompt || type),
  );
  const [before = '', after = ''] = messages.unknown.split('{type}');
  return {
    nodes: [
      note('info', messages, before, el('code', '', type), after),
      ...[message, prompt].filter(Boolean).map((each) => text(...rich(each))),
      ...fields.map(({ node }) => node),
    ],
    write(to) {
      for (const [index, { read }] of fields.entries()) to.setInputValue(read(), index);
    },
  };
}

/**
 * One input. The answer keeps the type that the server's own value has.
 *
 * @param {import('../../index.js').BaseCallback} callback
 * @param {number} index
 * @param {string} id
 * @param {string} label
 * @returns {{ node: Node, read(): unknown }}
 */
function genericField(callback, index, id, label) {
  const value = /** @type {any} */ (callback.getInputValue(index));
  if (typeof value === 'boolean') {
    const { box, node } = checkbox({ id, checked: value }, label);
    return { node, read: () => box.checked };
  }
  if (value && typeof value === 'object') {
    // Nothing that a user could write.
    return { node: field(el('output', { id }, JSON.stringify(value)), label), read: () => value };
  }
  const isNumber = typeof value === 'number';
  const props = isNumber ? { type: 'number', step: 'any' } : {};
  const input = textField({ id, ...props, value: value ?? '' });
  return {
    node: field(input, label),
    read: () => (isNumber ? Number(input.value) : input.value),
  };
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

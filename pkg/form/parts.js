import { el, fill, hiddenText } from './dom.js';

/**
 * An input with its label, hints, and what was wrong with the answer before.
 *
 * @param {HTMLElement} input it has an id
 * @param {string} label
 * @param {object} options
 * @param {import('../form.js').FormMessages} options.messages
 * @param {string[]} [options.hints]
 * @param {string[]} [options.errors]
 * @param {Node} [options.content] the input with what belongs beside it
 */
export function field(input, label, { messages, hints = [], errors = [], content = input }) {
  const notes = [
    ...list(
      `${input.id}-hints`,
      'jf-hints',
      hints.map((text) => [text]),
    ),
    ...list(
      `${input.id}-errors`,
      'jf-errors',
      errors.map((text) => [hiddenText(`${messages.error} `), text]),
    ),
  ];
  if (notes.length) input.setAttribute('aria-describedby', notes.map(({ id }) => id).join(' '));
  if (errors.length) input.setAttribute('aria-invalid', 'true');
  const props = { className: 'jf-label', htmlFor: input.id };
  return el('div', { className: 'jf-field' }, el('label', props, label), ...notes, content);
}

/**
 * @param {string} id
 * @param {string} className
 * @param {(Node | string)[][]} items
 */
function list(id, className, items) {
  if (items.length === 0) return [];
  return [el('ul', { id, className }, ...items.map((item) => el('li', {}, ...item)))];
}

/**
 * A text field; further properties in `props`.
 *
 * @param {Record<string, any>} props
 */
export const textField = (props) => el('input', { className: 'jf-input', ...props });

/**
 * A group of controls under one label.
 *
 * @param {string} legend
 * @param {...Node} content
 */
export const group = (legend, ...content) =>
  el(
    'fieldset',
    { className: 'jf-group' },
    el('legend', { className: 'jf-label' }, legend),
    ...content,
  );

/**
 * A checkbox, or a radio button, with its label.
 *
 * @param {Record<string, any>} props
 * @param {string} label
 */
export function checkbox(props, label) {
  const box = el('input', { type: 'checkbox', ...props });
  return { box, node: el('label', { className: 'jf-check', htmlFor: box.id }, box, ` ${label}`) };
}

/**
 * A drop-down list.
 *
 * @param {string} id
 * @param {[value: string | number, text: string][]} choices
 */
export const dropDown = (id, choices) =>
  el(
    'select',
    { id, className: 'jf-input' },
    ...choices.map(([value, text]) => el('option', { value }, text)),
  );

/**
 * A button that submits the step, unless `props` has another type. The first one of a form is the one that
 * Enter presses.
 *
 * @param {string} label
 * @param {Record<string, any>} [props]
 */
export const button = (label, { primary = false, ...props } = {}) =>
  el('button', { className: primary ? 'jf-button jf-primary' : 'jf-button', ...props }, label);

/** @param {...Node} buttons */
export const buttons = (...buttons) => el('div', { className: 'jf-buttons' }, ...buttons);

/**
 * A paragraph; nothing where there is no text.
 *
 * @param {string | undefined | false} text
 * @param {Record<string, any>} [props]
 */
export const paragraph = (text, props = { className: 'jf-text' }) =>
  text ? [el('p', props, text)] : [];

/**
 * A text that stands out.
 *
 * @param {'info' | 'warning' | 'error'} kind
 * @param {import('../form.js').FormMessages} messages
 * @param {...(Node | string)} content
 */
export function note(kind, messages, ...content) {
  const said = kind === 'info' ? [] : [hiddenText(`${messages[kind]} `)];
  return el('div', { className: `jf-note jf-${kind}` }, ...said, ...content);
}

/**
 * A button that copies a text.
 *
 * @param {string} what the name of the text
 * @param {string} copied
 * @param {import('../form.js').RenderContext} context
 */
export function copyButton(what, copied, { messages, announce }) {
  const node = button(messages.copy, { type: 'button' });
  node.append(hiddenText(` ${what}`));
  node.onclick = () =>
    navigator.clipboard.writeText(copied).then(
      () => announce(fill(messages.copied, { what })),
      () => announce(messages.notCopied),
    );
  return node;
}

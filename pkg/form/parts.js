import { el, fill, hiddenText } from './dom.js';

/**
 * An input with its label, hints, and what was wrong with the answer before.
 *
 * @param {HTMLElement} input it has an id
 * @param {string} label
 * @param {object} [options]
 * @param {string[]} [options.hints]
 * @param {string[]} [options.errors]
 * @param {Node} [options.content] the input with what belongs beside it
 */
export function field(input, label, { hints = [], errors = [], content = input } = {}) {
  const { id } = input;
  const notes = [
    ...list(`${id}-hints`, 'jf-hints', hints),
    ...list(`${id}-errors`, 'jf-errors', errors),
  ];
  if (notes.length) input.setAttribute('aria-describedby', notes.map((note) => note.id).join(' '));
  if (errors.length) input.setAttribute('aria-invalid', 'true');
  const props = { className: 'jf-label', htmlFor: id };
  return el('div', 'jf-field', el('label', props, label), ...notes, content);
}

/** @param {string} id @param {string} className @param {string[]} texts */
const list = (id, className, texts) =>
  texts.length ? [el('ul', { id, className }, ...items(texts))] : [];

/** @param {(string | Node)[]} contents */
export const items = (contents) => contents.map((content) => el('li', '', content));

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
  el('fieldset', 'jf-group', el('legend', 'jf-label', legend), ...content);

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
 * A button that submits the step. The first one of a form is the one that Enter presses.
 *
 * @param {string} label
 * @param {Record<string, any>} [props]
 */
export const button = (label, props) => el('button', { className: 'jf-button', ...props }, label);

/** The button that continues. @param {string} label @param {Record<string, any>} [props] */
export const primary = (label, props) =>
  button(label, { className: 'jf-button jf-primary', ...props });

/**
 * A button that does something in the page.
 *
 * @param {string} label
 * @param {() => unknown} onclick
 */
export const action = (label, onclick) => button(label, { type: 'button', onclick });

/** @param {...Node} buttons */
export const buttons = (...buttons) => el('div', 'jf-buttons', ...buttons);

/** @param {...(Node | string)} content */
export const text = (...content) => el('div', 'jf-text', ...content);

/** @param {string} content */
export const hint = (content) => el('p', 'jf-hint', content);

/**
 * A text that stands out.
 *
 * @param {'info' | 'warning' | 'error'} kind
 * @param {import('../form.js').FormMessages} messages
 * @param {...(Node | string)} content
 */
export function note(kind, messages, ...content) {
  const said = kind === 'info' ? [] : [hiddenText(`${messages[kind]} `)];
  return el('div', `jf-note jf-${kind}`, ...said, ...content);
}

/**
 * A button that copies a text.
 *
 * @param {string} what the name of the text
 * @param {string} copied
 * @param {import('../form.js').RenderContext} context
 */
export function copyButton(what, copied, { messages, announce }) {
  const node = action(messages.copy, () =>
    navigator.clipboard.writeText(copied).then(
      () => announce(fill(messages.copied, { what })),
      () => announce(messages.notCopied),
    ),
  );
  node.append(hiddenText(` ${what}`));
  return node;
}

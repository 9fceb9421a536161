import { el, hiddenText } from './dom.js';

/**
 * An input with its label, hints, and what was wrong with the answer before.
 *
 * @param input it has an id
 * @param label its text
 * @param options.hints, options.errors texts
 * @param options.content the input with what belongs beside it
 */
export function field(input, label, { hints = [], errors = [], content = input } = {}) {
  const notes = [
    ...list(`${input.id}-hints`, 'hints', hints),
    ...list(`${input.id}-errors`, 'errors', errors.map(withError)),
  ];
  if (notes.length) input.setAttribute('aria-describedby', notes.map(({ id }) => id).join(' '));
  if (errors.length) input.setAttribute('aria-invalid', 'true');
  return el(
    'div',
    { className: 'field' },
    el('label', { htmlFor: input.id }, label),
    ...notes,
    content,
  );
}

/** A group of controls under one label. */
export function group(legend, ...content) {
  return el('fieldset', { className: 'group' }, el('legend', {}, legend), ...content);
}

export function checkbox(input, label) {
  return el('label', { className: 'check', htmlFor: input.id }, input, ` ${label}`);
}

/** A drop-down list; `choices` are `[value, text]`. */
export function dropDown(id, choices) {
  return el('select', { id }, ...choices.map(([value, text]) => el('option', { value }, text)));
}

/** A button that submits the step; the first of a form is the one that Enter presses. */
export function submitButton(label, props = {}) {
  return el('button', { type: 'submit', ...props }, label);
}

export function paragraph(text, props = {}) {
  return text ? [el('p', props, text)] : [];
}

/** A text that stands out: `info`, `warning` or `error`. */
export function note(kind, ...content) {
  const said = kind === 'info' ? [] : [hiddenText(`${kind === 'error' ? 'Error' : 'Warning'}: `)];
  return el('div', { className: `note ${kind}` }, ...said, ...content);
}

export function code(text) {
  return el('code', {}, text);
}

function list(id, className, texts) {
  if (texts.length === 0) return [];
  return [el('ul', { id, className }, ...texts.map((text) => el('li', {}, ...[text].flat())))];
}

function withError(text) {
  return [hiddenText('Error: '), text];
}

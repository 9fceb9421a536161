/**
 * Makes an element. Each of `props` is a property if there is one of that name, else an attribute.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in node) Object.assign(node, { [name]: value });
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/**
 * Text for screen readers alone.
 *
 * @param {string} text
 */
export const hiddenText = (text) => el('span', { className: 'jf-hidden' }, text);

/**
 * A text with values in it: `{name}` is replaced.
 *
 * @param {string} text
 * @param {Record<string, string>} values
 */
export const fill = (text, values) =>
  text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

/**
 * Runs `work` with the button and the others of its form out of action. They get `aria-disabled`, since
 * `disabled` would lose the focus. Does nothing while another work runs.
 *
 * @param {HTMLButtonElement} button
 * @param {() => unknown} work
 */
export async function whileBusy(button, work) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  const buttons = [...(button.form?.querySelectorAll('button') ?? [button])];
  for (const each of buttons) each.setAttribute('aria-disabled', 'true');
  button.setAttribute('aria-busy', 'true');
  try {
    await work();
  } finally {
    for (const each of buttons) each.removeAttribute('aria-disabled');
    button.removeAttribute('aria-busy');
  }
}

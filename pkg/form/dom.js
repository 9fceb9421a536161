/**
 * Makes an element.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string | Record<string, any>} [props] its class; or properties, and attributes where there is no
 *   property of that name
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, props = '', ...children) {
  const node = document.createElement(tag);
  setAll(node, typeof props === 'string' ? { className: props } : props);
  node.append(...children);
  return node;
}

/** @param {any} node @param {Record<string, any>} props */
function setAll(node, props) {
  for (const [name, value] of Object.entries(props)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
}

/**
 * Text for screen readers alone.
 *
 * @param {string} text
 */
export const hiddenText = (text) => el('span', 'jf-hidden', text);

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
  if (button.hasAttribute('aria-disabled')) return;
  const buttons = button.form?.querySelectorAll('button') ?? [button];
  for (const each of buttons) each.setAttribute('aria-disabled', 'true');
  button.setAttribute('aria-busy', 'true');
  try {
    await work();
  } finally {
    for (const each of buttons) each.removeAttribute('aria-disabled');
    button.removeAttribute('aria-busy');
  }
}

const view = document.querySelector('#view');
const alertBox = document.querySelector('#alert');
const status = document.querySelector('#status');
const journeyChoice = document.querySelector('#journey-choice');

const SHOWN_MS = 5000;
let forgetting;

/** Makes an element. Each of `props` is a property if there is one of that name, else an attribute. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** Text for screen readers alone. */
export function hiddenText(text) {
  return el('span', { className: 'visually-hidden' }, text);
}

/** Shows another view in the card; the alert of the earlier one goes. */
export function showView(title, node, { hasJourneyChoice = false } = {}) {
  document.title = `${title} · journey-oidc demo`;
  clearAlert();
  view.replaceChildren(node);
  journeyChoice.hidden = !hasJourneyChoice;
}

/** Says a result for a while, to eyes and screen readers, without moving the focus. */
export function announce(text) {
  clearTimeout(forgetting);
  status.textContent = text;
  if (text) forgetting = setTimeout(announce, SHOWN_MS, '');
}

/** Says what went wrong, and moves the focus there. */
export function showAlert(title, ...details) {
  announce('');
  alertBox.replaceChildren(el('strong', {}, title), ...details);
  alertBox.focus();
}

export function clearAlert() {
  alertBox.replaceChildren();
}

/** An error value of the package, in words. */
export function describe({ message, code }) {
  return [el('span', {}, message), ' ', el('code', {}, code)];
}

/**
 * Runs `work` with the button, and the others beside it, out of action. They get `aria-disabled`,
 * since `disabled` would lose the focus.
 */
export async function whileBusy(button, work) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  announce('');
  const buttons = (button.form ?? button.closest('fieldset, .actions')).querySelectorAll('button');
  for (const each of buttons) each.setAttribute('aria-disabled', 'true');
  button.setAttribute('aria-busy', 'true');
  try {
    await work();
  } finally {
    for (const each of buttons) each.removeAttribute('aria-disabled');
    button.removeAttribute('aria-busy');
  }
}

/** A button that does some work, and takes the alert of earlier work away. */
export function action(label, work, className = '') {
  const button = el('button', { type: 'button', className }, label);
  button.onclick = () =>
    whileBusy(button, () => {
      clearAlert();
      return work();
    });
  return button;
}

/** A button that copies a text; what the text is, is its name for screen readers. */
export function copyButton(what, copied) {
  const text = el('span', {}, 'Copy');
  const props = { type: 'button', className: 'small' };
  const button = el('button', props, text, hiddenText(` ${what}`));
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(copied);
      announce(`${what} copied`);
      text.textContent = 'Copied';
      setTimeout(() => text.replaceChildren('Copy'), 2000);
    } catch {
      announce('The browser forbids copying. Select the text and copy it by hand.');
    }
  };
  return button;
}

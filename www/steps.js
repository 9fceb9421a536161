import { el, hiddenText, whileBusy } from './dom.js';

/**
 * How each type of callback is shown. A renderer takes `(callback, { id, username })` and returns
 * `{ nodes, write? }`: `write()` puts what the person entered into the callback.
 */
const renderers = new Map([
  ['NameCallback', renderName],
  ['PasswordCallback', renderPassword],
]);

/** A form for a step. `submit(step)` is called with the callbacks answered. */
export function renderStep(step, { username, submit }) {
  const fields = step.callbacks.map((callback, index) => {
    const render = renderers.get(callback.getType()) ?? renderGeneric;
    return render(callback, { id: `callback-${index}`, username });
  });
  const asksPassword = step.getCallbacksOfType('PasswordCallback').length > 0;
  const button = el('button', { className: 'primary' }, asksPassword ? 'Sign in' : 'Next');
  const send = async () => {
    for (const field of fields) field.write?.();
    await submit(step);
  };
  const onsubmit = (event) => {
    event.preventDefault();
    whileBusy(button, send);
  };
  return el(
    'form',
    { className: 'step', onsubmit },
    el('h2', {}, step.getHeader() ?? 'Sign in'),
    ...paragraph(step.getDescription()),
    ...usernameForPasswordManagers(step, username),
    ...fields.flatMap(({ nodes }) => nodes),
    button,
    el('p', { className: 'hint' }, 'Try it as ', code('demo'), ' with ', code('Ch4ng3it!')),
  );
}

function renderName(callback, { id, username }) {
  const input = el('input', {
    id,
    name: 'username',
    autocomplete: 'username',
    autocapitalize: 'none',
    spellcheck: false,
    required: true,
    value: username || callback.getInputValue(),
  });
  return {
    nodes: [labelled(callback.getPrompt() || 'User Name', input)],
    write: () => callback.setName(input.value),
  };
}

function renderPassword(callback, { id }) {
  const input = el('input', {
    id,
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
  });
  const { toggle, hide } = revealButton(input);
  const row = el('div', { className: 'with-button' }, input, toggle);
  return {
    nodes: [labelled(callback.getPrompt() || 'Password', input, row)],
    write() {
      hide();
      callback.setPassword(input.value);
    },
  };
}

function revealButton(input) {
  const toggle = el('button', { type: 'button', className: 'small' });
  const show = (isShown) => {
    input.type = isShown ? 'text' : 'password';
    toggle.replaceChildren(isShown ? 'Hide' : 'Show', hiddenText(' password'));
  };
  toggle.onclick = () => show(input.type === 'password');
  show(false);
  return { toggle, hide: () => show(false) };
}

/** Password managers store the pair, also when a journey asks for it on two pages. */
function usernameForPasswordManagers(step, username) {
  if (!username || step.getCallbacksOfType('NameCallback').length > 0) return [];
  const props = { name: 'username', autocomplete: 'username', readOnly: true, hidden: true };
  return [el('input', { ...props, value: username })];
}

/** Any type that has no renderer of its own, by what its outputs and inputs look like. */
function renderGeneric(callback, { id }) {
  const prompt = callback.getOutputByName('prompt', '');
  const message = callback.getOutputByName('message', '');
  const inputs = callback.payload.input ?? [];
  const fields = inputs.map((input, index) => {
    const label = labelOf(input.name) || prompt || callback.getType();
    return genericField(callback, index, { id: `${id}-${index}`, label });
  });
  const isPromptUnused = prompt && !fields.some(({ label }) => label === prompt);
  return {
    nodes: [
      ...paragraph(message),
      ...paragraph(isPromptUnused && prompt),
      ...fields.map(({ node }) => node),
    ],
    write() {
      for (const field of fields) field.write();
    },
  };
}

/** One input. The answer keeps the type that the server's own value has. */
function genericField(callback, index, { id, label }) {
  const value = callback.getInputValue(index);
  const choices = callback.getOutputByName('choices', undefined);
  const write = (answer) => callback.setInputValue(answer, index);
  if (index === 0 && Array.isArray(choices)) {
    const options = choices.map((text, at) => el('option', { value: at }, String(text)));
    const select = el('select', { id }, ...options);
    select.selectedIndex = Number(callback.getOutputByName('defaultChoice', value)) || 0;
    return { label, node: labelled(label, select), write: () => write(select.selectedIndex) };
  }
  if (typeof value === 'boolean') {
    const box = el('input', { id, type: 'checkbox', checked: value });
    const node = el('label', { className: 'check', htmlFor: id }, box, ` ${label}`);
    return { label, node, write: () => write(box.checked) };
  }
  const isNumber = typeof value === 'number';
  const input = el('input', { id, type: isNumber ? 'number' : 'text', value: value ?? '' });
  const read = () => (isNumber ? Number(input.value) : input.value);
  return { label, node: labelled(label, input), write: () => write(read()) };
}

/** `IDToken1answer` is "Answer"; a plain `IDToken1` has no label of its own. */
function labelOf(name) {
  const suffix = String(name).replace(/^IDToken\d+/, '');
  return suffix && suffix[0].toUpperCase() + suffix.slice(1);
}

function labelled(text, input, content = input) {
  return el('div', { className: 'field' }, el('label', { htmlFor: input.id }, text), content);
}

function paragraph(text) {
  return text ? [el('p', {}, text)] : [];
}

function code(text) {
  return el('code', {}, text);
}

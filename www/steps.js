import { renderCallback } from './callbacks/index.js';
import { el, whileBusy } from './dom.js';
import { code, paragraph, submitButton } from './field.js';

/**
 * A form for a step.
 *
 * @param options.username the name given at an earlier step
 * @param options.signal aborts when the journey is given up
 * @param options.submit called with the step, its callbacks answered
 * @param options.poll called with a step that goes on by itself, and `{ signal, onTick }`
 * @param options.leave called with a step that goes on at another page
 * @param options.restart begins the journey again
 */
export function renderStep(step, { username, signal, submit, poll, leave, restart }) {
  const left = abortedWith(signal);
  // The step to send: while the page waits, the server gives newer ones.
  let current = step;
  const send = async (button) => {
    left.abort();
    for (const [index, { write }] of fields.entries()) {
      await write?.(current.callbacks[index], button);
    }
    await submit(current);
  };
  const context = { username, step, signal: left.signal, send, leave, restart };
  context.poll = ({ signal, onTick }) =>
    poll(step, {
      signal,
      onTick(newer) {
        current = newer;
        onTick(newer);
      },
    });
  const fields = step.callbacks.map((callback, index) =>
    renderCallback(callback, { ...context, id: `callback-${index}` }),
  );
  const form = el('form', { className: 'step' }, ...contentOf(step, fields, username));
  form.onsubmit = (event) => {
    event.preventDefault();
    const button = event.submitter ?? form.querySelector('[type="submit"]');
    whileBusy(button, () => send(button));
  };
  for (const { start } of fields) start?.();
  return form;
}

function contentOf(step, fields, username) {
  const heading = fields.find((field) => field.heading)?.heading ?? 'Sign in';
  const nodes = fields.flatMap((field) => field.nodes);
  return [
    el('h2', { tabIndex: -1 }, step.getHeader() ?? heading),
    ...paragraph(step.getDescription()),
    ...usernameForPasswordManagers(step, username),
    ...(nodes.length ? nodes : paragraph('There is nothing to enter at this step.')),
    ...(fields.some(({ submits }) => submits) ? [] : [nextButton(step)]),
    ...fields.flatMap(({ after = [] }) => after),
    ...hint(fields),
  ];
}

function nextButton(step) {
  const asksPassword = step.getCallbacksOfType('PasswordCallback').length > 0;
  return submitButton(asksPassword ? 'Sign in' : 'Next', { className: 'primary' });
}

/** Password managers store the pair, also when a journey asks for it on two pages. */
function usernameForPasswordManagers(step, username) {
  const types = ['NameCallback', 'ValidatedCreateUsernameCallback'];
  const isAsked = types.some((type) => step.getCallbacksOfType(type).length > 0);
  if (!username || isAsked) return [];
  const props = { name: 'username', autocomplete: 'username', readOnly: true, hidden: true };
  return [el('input', { ...props, value: username })];
}

function hint(fields) {
  if (!fields.some(({ isSignIn }) => isSignIn)) return [];
  return [el('p', { className: 'hint' }, 'Try it as ', code('demo'), ' with ', code('Ch4ng3it!'))];
}

/** A controller that aborts with a signal. */
function abortedWith(signal) {
  const controller = new AbortController();
  signal.addEventListener('abort', () => controller.abort());
  return controller;
}

import { el, whileBusy } from './dom.js';
import { button, paragraph } from './parts.js';
import { renderCallback } from './renderers/index.js';

/**
 * @typedef {import('../index.js').JourneyStep} Step
 * @typedef {import('../form.js').FormField} Field
 * @typedef {import('../form.js').RenderContext} Context
 */

/**
 * What a form for a step needs.
 *
 * @typedef {object} Options
 * @property {Pick<Context, 'messages' | 'username' | 'locale' | 'isAnswer' | 'rich' | 'restart' | 'announce' | 'showAlert'>} context
 * @property {AbortSignal} signal aborts when the journey is given up
 * @property {string} prefix of all ids
 * @property {Record<string, any>} renderers the app's
 * @property {(step: Step, fields: Field[], pressed?: HTMLElement) => Promise<boolean>} send sends a step whose
 *   callbacks are answered; whether that failed, so that the form stays
 * @property {(step: Step, options: { signal: AbortSignal, onTick(newer: Step): void }) => Promise<void>} poll
 *   waits at a step that continues by itself
 * @property {(step: Step) => Promise<void>} leave goes where a step says
 */

/**
 * A form for a step.
 *
 * @param {Step} step
 * @param {Options} options
 */
export function renderStep(step, { context, signal, prefix, renderers, send, poll, leave }) {
  let left = new AbortController();
  signal.addEventListener('abort', () => left.abort());
  // The step to send: while the form waits, the server gives newer ones.
  let current = step;
  let isSending = false;

  /** @param {HTMLElement} [pressed] */
  async function submit(pressed) {
    if (isSending) return;
    isSending = true;
    left.abort();
    try {
      for (const [index, { write }] of fields.entries()) {
        const callback = current.callbacks[index];
        if (callback) await write?.(callback, pressed);
      }
      if (await send(current, fields, pressed)) left = new AbortController();
    } finally {
      isSending = false;
    }
  }

  /** @param {number} index @returns {Context} */
  const contextOf = (index) => ({
    ...context,
    id: `${prefix}-${index}`,
    step,
    submit,
    leave: () => leave(step),
    poll: (onTick) =>
      poll(current, {
        signal: left.signal,
        onTick(newer) {
          current = newer;
          onTick(newer);
        },
      }),
    get signal() {
      return left.signal;
    },
  });

  /** @type {Field[]} */
  const fields = step.callbacks.map((callback, index) =>
    renderCallback(callback, contextOf(index), renderers),
  );
  const form = el('form', { className: 'jf-step' }, ...contentOf(step, fields, context, prefix));
  form.setAttribute('aria-labelledby', `${prefix}-title`);
  form.onsubmit = (event) => {
    event.preventDefault();
    const pressed = /** @type {HTMLButtonElement | null} */ (
      event.submitter ?? form.querySelector('[type="submit"]')
    );
    if (pressed) whileBusy(pressed, () => submit(pressed));
    else submit();
  };
  return { form, fields };
}

/**
 * @param {Step} step
 * @param {Field[]} fields
 * @param {Options['context']} context
 * @param {string} prefix
 */
function contentOf(step, fields, { messages, username, rich }, prefix) {
  const heading = fields.find((field) => field.heading)?.heading ?? messages.signIn;
  const header = step.getHeader();
  const description = step.getDescription();
  const nodes = fields.flatMap((field) => field.nodes ?? []);
  const title = { className: 'jf-title', id: `${prefix}-title`, tabIndex: -1 };
  return [
    el('h2', title, ...(header ? rich(header) : [heading])),
    ...(description ? [el('div', { className: 'jf-text' }, ...rich(description))] : []),
    ...usernameForPasswordManagers(step, username),
    ...(nodes.length || fields.some(({ submits }) => submits)
      ? nodes
      : paragraph(messages.nothingToEnter)),
    ...(fields.some(({ submits }) => submits) ? [] : [nextButton(step, messages)]),
    ...fields.flatMap(({ after = [] }) => after),
  ];
}

/** @param {Step} step @param {import('../form.js').FormMessages} messages */
function nextButton(step, messages) {
  const asksPassword = step.getCallbacksOfType('PasswordCallback').length > 0;
  return button(asksPassword ? messages.signIn : messages.next, { primary: true });
}

/**
 * Password managers store the pair, also when a journey asks for it on two pages.
 *
 * @param {Step} step
 * @param {string} username
 */
function usernameForPasswordManagers(step, username) {
  const types = ['NameCallback', 'ValidatedCreateUsernameCallback'];
  const isAsked = types.some((type) => step.getCallbacksOfType(type).length > 0);
  if (!username || isAsked) return [];
  const props = { name: 'username', autocomplete: 'username', readOnly: true, hidden: true };
  return [el('input', { ...props, value: username })];
}

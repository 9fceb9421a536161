import { el, whileBusy } from './dom.js';
import { primary, text } from './parts.js';
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
 * @property {(step: Step, signal: AbortSignal, onTick: (newer: Step) => void) => Promise<void>} poll waits at a
 *   step that continues by itself
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

  /** @type {Field[]} */
  const fields = step.callbacks.map((callback, index) =>
    renderCallback(
      callback,
      {
        ...context,
        id: `${prefix}-${index}`,
        step,
        submit,
        leave: () => leave(step),
        poll: (onTick) =>
          poll(current, left.signal, (newer) => {
            current = newer;
            onTick(newer);
          }),
        get signal() {
          return left.signal;
        },
      },
      renderers,
    ),
  );
  const title = `${prefix}-title`;
  const form = el('form', 'jf-step', ...contentOf(step, fields, context, title));
  form.setAttribute('aria-labelledby', title);
  form.onsubmit = (event) => {
    event.preventDefault();
    const pressed = /** @type {HTMLButtonElement | null} */ (
      event.submitter ?? form.querySelector('button:not([type="button"])')
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
 * @param {string} id of the heading
 */
function contentOf(step, fields, { messages, username, rich }, id) {
  const submits = fields.some((field) => field.submits);
  const nodes = fields.flatMap((field) => field.nodes ?? []);
  const header = step.getHeader();
  const heading = header
    ? rich(header)
    : [fields.find((field) => field.heading)?.heading ?? messages.signIn];
  const description = step.getDescription();
  return [
    el('h2', { className: 'jf-title', id, tabIndex: -1 }, ...heading),
    ...(description ? [text(...rich(description))] : []),
    ...usernameForPasswordManagers(username, nodes),
    ...(nodes.length || submits ? nodes : [text(messages.nothingToEnter)]),
    ...(submits ? [] : [primary(has(nodes, PASSWORD) ? messages.signIn : messages.next)]),
    ...fields.flatMap(({ after = [] }) => after),
  ];
}

const PASSWORD = '[autocomplete="current-password"]';

/**
 * Password managers store the pair, also when a journey asks for it on two pages.
 *
 * @param {string} value
 * @param {Node[]} nodes
 */
function usernameForPasswordManagers(value, nodes) {
  if (!value || has(nodes, '[name="username"]')) return [];
  const props = { name: 'username', autocomplete: 'username', readOnly: true, hidden: true };
  return [el('input', { ...props, value })];
}

/**
 * Whether a field is among the nodes.
 *
 * @param {Node[]} nodes
 * @param {string} selector
 */
const has = (nodes, selector) =>
  nodes.some((node) => node instanceof Element && node.querySelector(selector));

import { el } from '../dom.js';
import { action } from '../parts.js';

const TICK_MS = 100;

/**
 * Waits for something that is done elsewhere; the step continues by itself.
 *
 * @param {import('../../index.js').PollingWaitCallback} callback
 * @param {import('../../form.js').RenderContext} context
 * @returns {import('../../form.js').FormField<any>}
 */
export function pollingWait(callback, { step, messages, signal, poll, restart }) {
  const props = { className: 'jf-text', role: 'status' };
  const message = el('p', props, callback.getMessage() || messages.waiting);
  const progress = el('progress', { value: 0, 'aria-label': messages.timeLeft });
  const isCancelSent = step.getCallbacksOfType('ConfirmationCallback').length > 0;
  /** @type {number | undefined} */
  let timer;
  signal.addEventListener('abort', () => clearInterval(timer));
  /** @param {import('../../index.js').JourneyStep} current */
  const onTick = (current) => {
    const [newer] = current.getCallbacksOfType('PollingWaitCallback');
    const text = newer?.getMessage();
    // Announced again only if it is another.
    if (text && text !== message.textContent) message.textContent = text;
    clearInterval(timer);
    const started = performance.now();
    // As long as the client waits where AM doesn't say.
    progress.max = newer?.getWaitTime() || 8000;
    timer = setInterval(() => {
      progress.value = Math.min(performance.now() - started, progress.max);
    }, TICK_MS);
  };
  return {
    heading: messages.waiting,
    nodes: [message, progress, ...(isCancelSent ? [] : [action(messages.cancel, restart)])],
    submits: true,
    start: () => poll(onTick),
  };
}

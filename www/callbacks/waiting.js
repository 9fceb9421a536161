import { el } from '../dom.js';

const TICK_MS = 100;

/** Waits for something that is done elsewhere; the step goes on by itself. */
export function pollingWait(callback, { step, signal, poll, restart }) {
  const message = el('p', { role: 'status' }, callback.getMessage() || 'Please wait…');
  const progress = el('progress', { value: 0, 'aria-label': 'Time until the next look' });
  const cancel = el('button', { type: 'button', onclick: restart }, 'Cancel');
  const isCancelSent = step.getCallbacksOfType('ConfirmationCallback').length > 0;
  let stopTicking;
  const onTick = (current) => {
    const text = current.getCallbacksOfType('PollingWaitCallback')[0].getMessage();
    // Said again only if it is another.
    if (text && text !== message.textContent) message.textContent = text;
    stopTicking?.();
    stopTicking = tick(progress, waitTimeOf(current), signal);
  };
  return {
    heading: 'Please wait',
    nodes: [message, progress, ...(isCancelSent ? [] : [cancel])],
    submits: true,
    start: () => poll({ signal, onTick }),
  };
}

/** Fills the bar in so many milliseconds; what it returns ends that. */
function tick(progress, milliseconds, signal) {
  const started = performance.now();
  progress.max = milliseconds;
  const timer = setInterval(() => {
    progress.value = performance.now() - started;
  }, TICK_MS);
  const stop = () => clearInterval(timer);
  signal.addEventListener('abort', stop);
  return stop;
}

/** How long a step is waited at, in milliseconds; as the package counts where it doesn't say. */
function waitTimeOf(step) {
  const [callback] = step.getCallbacksOfType('PollingWaitCallback');
  return callback.getWaitTime() > 0 ? callback.getWaitTime() : 8000;
}

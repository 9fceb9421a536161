import { RecoveryCodes } from '../../recovery-codes.js';
import { el, fill } from '../dom.js';
import { action, buttons, checkbox, copyButton, items, text } from '../parts.js';

/**
 * A step of one callback: AM sends the codes beside other texts.
 *
 * @param {import('../../index.js').TextOutputCallback} callback
 * @returns {any}
 */
const stepOf = (callback) => ({
  /** @param {string} type */
  getCallbacksOfType: (type) => (callback.getType() === type ? [callback] : []),
});

/** @param {import('../../index.js').TextOutputCallback} callback */
export const showsRecoveryCodes = (callback) => RecoveryCodes.isDisplayStep(stepOf(callback));

/**
 * The codes, shown this once.
 *
 * @param {import('../../index.js').TextOutputCallback} callback
 * @param {import('../../form.js').RenderContext} context
 */
export function recoveryCodes(callback, context) {
  const { id, messages } = context;
  const codes = RecoveryCodes.getCodes(stepOf(callback));
  const device = plainText(RecoveryCodes.getDeviceName(stepOf(callback)));
  const lines = codes.join('\n');
  return {
    heading: messages.recoveryCodes,
    nodes: [
      text(fill(messages.recoveryHint, { device })),
      el('ul', 'jf-recovery-codes', ...items(codes.map((code) => el('code', '', code)))),
      buttons(
        copyButton(messages.codes, lines, context),
        action(messages.download, () => download(lines)),
        action(messages.print, () => print()),
      ),
      checkbox({ id, required: true }, messages.keptCodes).node,
    ],
  };
}

/** @param {string} lines */
function download(lines) {
  const href = URL.createObjectURL(new Blob([lines]));
  el('a', { href, download: 'recovery-codes.txt' }).click();
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/** AM sends HTML. @param {string} html */
const plainText = (html) =>
  new DOMParser().parseFromString(html, 'text/html').body.textContent ?? '';

import { RecoveryCodes } from '../../recovery-codes.js';
import { el, fill } from '../dom.js';
import { button, buttons, checkbox, copyButton, paragraph } from '../parts.js';

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
  const text = codes.join('\n');
  const items = codes.map((code) => el('li', {}, el('code', {}, code)));
  return {
    heading: messages.recoveryCodes,
    nodes: [
      ...paragraph(fill(messages.recoveryHint, { device })),
      el('ul', { className: 'jf-recovery-codes' }, ...items),
      buttons(
        copyButton(messages.codes, text, context),
        button(messages.download, { type: 'button', onclick: () => download(text) }),
        button(messages.print, { type: 'button', onclick: () => window.print() }),
      ),
      checkbox({ id, required: true }, messages.keptCodes).node,
    ],
  };
}

/** @param {string} text */
function download(text) {
  const href = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }));
  el('a', { href, download: 'recovery-codes.txt' }).click();
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/** AM sends HTML. @param {string} html */
const plainText = (html) =>
  new DOMParser().parseFromString(html, 'text/html').body.textContent ?? '';

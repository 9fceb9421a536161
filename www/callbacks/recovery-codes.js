import { copyButton, el } from '../dom.js';
import { checkbox, code } from '../field.js';
import { RecoveryCodes } from '../pkg/recovery-codes.js';

/** A step of one callback: AM sends the codes beside other texts. */
const stepOf = (callback) => ({
  getCallbacksOfType: (type) => (callback.getType() === type ? [callback] : []),
});

export function showsRecoveryCodes(callback) {
  return RecoveryCodes.isDisplayStep(stepOf(callback));
}

/** The codes, shown this once. */
export function recoveryCodes(callback, { id }) {
  const codes = RecoveryCodes.getCodes(stepOf(callback));
  const device = plainText(RecoveryCodes.getDeviceName(stepOf(callback)));
  const print = el('button', { type: 'button', onclick: () => window.print() }, 'Print');
  const box = el('input', { id, type: 'checkbox', required: true });
  return {
    heading: 'Your recovery codes',
    nodes: [
      el(
        'p',
        {},
        'Each of them signs you in once when you don’t have ',
        el('strong', {}, device),
        '. They are not shown again: keep them in a safe place.',
      ),
      el('ul', { className: 'recovery-codes' }, ...codes.map((text) => el('li', {}, code(text)))),
      el('div', { className: 'buttons' }, copyButton('Codes', codes.join('\n')), print),
      checkbox(box, 'I have kept them'),
    ],
  };
}

/** AM sends HTML. */
function plainText(html) {
  return new DOMParser().parseFromString(html, 'text/html').body.textContent;
}

import { QRCode } from '../../qr-code.js';
import { el } from '../dom.js';
import { button, note, paragraph } from '../parts.js';
import { isForPasskey, passkey } from './passkey.js';
import { qrCode } from './qr-code.js';
import { recoveryCodes, showsRecoveryCodes } from './recovery-codes.js';

/** AM's types of messages; a script is JavaScript of AM's own pages. */
const KINDS = /** @type {const} */ (['info', 'warning', 'error']);
const SCRIPT = 4;

/** @typedef {import('../../form.js').RenderContext} Context */

/**
 * @param {import('../../index.js').TextOutputCallback} callback
 * @param {Context} context
 * @returns {import('../../form.js').FormField}
 */
export function textOutput(callback, context) {
  if (showsRecoveryCodes(callback)) return recoveryCodes(callback, context);
  if (isForPasskey(callback, context.step)) return passkey(context);
  const type = Number(callback.getMessageType());
  const message = callback.getMessage();
  if (type === SCRIPT) return scriptedQrCode(callback, context);
  if (!message) return {};
  const kind = KINDS[type] ?? 'info';
  const text = context.rich(message);
  return {
    nodes: [
      kind === 'info'
        ? el('div', { className: 'jf-text' }, ...text)
        : note(kind, context.messages, ...text),
    ],
  };
}

/** @param {import('../../index.js').TextOutputCallback} callback @param {Context} context */
export function suspended(callback, { messages, rich, restart }) {
  return {
    heading: messages.byLink,
    nodes: [
      note('info', messages, ...rich(callback.getMessage())),
      ...paragraph(messages.byLinkHint, { className: 'jf-hint' }),
      button(messages.startAgain, { type: 'button', onclick: restart }),
    ],
    submits: true,
  };
}

/**
 * Nothing, but for a device to register.
 *
 * @param {import('../../index.js').HiddenValueCallback} callback
 * @param {Context} context
 */
export function hiddenValue(callback, context) {
  const { step } = context;
  if (!QRCode.isQRCodeStep(step)) return {};
  const { uri, use } = QRCode.getQRCodeData(step);
  return isHiddenIn(callback, uri) ? qrCode({ uri, use }, context) : {};
}

/**
 * A script is never run. AM's older module has the device's URI in one, and nowhere else.
 *
 * @param {import('../../index.js').TextOutputCallback} callback
 * @param {Context} context
 */
function scriptedQrCode(callback, context) {
  const { step } = context;
  if (!QRCode.isQRCodeStep(step) || !callback.getMessage().includes('auth://')) return {};
  const { uri, use } = QRCode.getQRCodeData(step);
  const hidden = step.getCallbacksOfType('HiddenValueCallback');
  return hidden.some((other) => isHiddenIn(other, uri)) ? {} : qrCode({ uri, use }, context);
}

/** @param {import('../../index.js').BaseCallback} callback @param {string} uri */
const isHiddenIn = (callback, uri) => callback.getOutputByName('value', '') === uri;

/**
 * Nothing, but for a passkey.
 *
 * @param {import('../../index.js').MetadataCallback} callback
 * @param {Context} context
 */
export const metadata = (callback, context) =>
  isForPasskey(callback, context.step) ? passkey(context) : {};

import { QRCode } from '../../qr-code.js';
import { action, hint, note, text } from '../parts.js';
import { isForPasskey, passkey } from './passkey.js';
import { qrCode } from './qr-code.js';
import { recoveryCodes, showsRecoveryCodes } from './recovery-codes.js';

/** AM's types of messages; a script is JavaScript of AM's own pages. */
const KINDS = /** @type {const} */ (['info', 'warning', 'error']);
const SCRIPT = 4;

/**
 * @typedef {import('../../form.js').RenderContext} Context
 * @typedef {import('../../form.js').FormField<any>} Field
 */

/**
 * @param {import('../../index.js').TextOutputCallback} callback
 * @param {Context} context
 * @returns {Field}
 */
export function textOutput(callback, context) {
  if (showsRecoveryCodes(callback)) return recoveryCodes(callback, context);
  if (isForPasskey(callback, context.step)) return passkey(context);
  if (holdsUri(callback, context.step)) return qrCode(context);
  const type = Number(callback.getMessageType());
  const message = callback.getMessage();
  if (type === SCRIPT || !message) return {};
  const kind = KINDS[type] ?? 'info';
  const nodes = context.rich(message);
  return { nodes: [kind === 'info' ? text(...nodes) : note(kind, context.messages, ...nodes)] };
}

/**
 * @param {import('../../index.js').TextOutputCallback} callback
 * @param {Context} context
 * @returns {Field}
 */
export const suspended = (callback, { messages, rich, restart }) => ({
  heading: messages.byLink,
  nodes: [
    note('info', messages, ...rich(callback.getMessage())),
    hint(messages.byLinkHint),
    action(messages.startAgain, restart),
  ],
  submits: true,
});

/**
 * Nothing, but for a device to register.
 *
 * @param {import('../../index.js').HiddenValueCallback} callback
 * @param {Context} context
 * @returns {Field}
 */
export const hiddenValue = (callback, context) =>
  holdsUri(callback, context.step) ? qrCode(context) : {};

/**
 * Whether a callback has the URI of a device to register: a hidden one, or in AM's older module a script, which
 * is never run.
 *
 * @param {import('../../index.js').BaseCallback} callback
 * @param {import('../../index.js').JourneyStep} step
 */
function holdsUri(callback, step) {
  if (!QRCode.isQRCodeStep(step)) return false;
  const all = ['HiddenValueCallback', 'TextOutputCallback'].flatMap((type) =>
    step.getCallbacksOfType(type),
  );
  return callback === all.find((one) => dataOf(one).includes('auth://'));
}

/** @param {import('../../index.js').BaseCallback} callback */
const dataOf = (callback) =>
  String(callback.getOutputByName('value', callback.getOutputByName('message', '')));

/**
 * Nothing, but for a passkey.
 *
 * @param {import('../../index.js').MetadataCallback} callback
 * @param {Context} context
 */
export const metadata = (callback, context) =>
  isForPasskey(callback, context.step) ? passkey(context) : {};

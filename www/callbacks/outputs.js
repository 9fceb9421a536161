import { el } from '../dom.js';
import { note } from '../field.js';
import { QRCode } from '../pkg/qr-code.js';
import { WebAuthn, WebAuthnStepType } from '../pkg/webauthn.js';
import { passkey } from './passkey.js';
import { qrCode } from './qr-code.js';
import { recoveryCodes, showsRecoveryCodes } from './recovery-codes.js';

/** AM's types of messages; a script is JavaScript of AM's own pages. */
const KINDS = ['info', 'warning', 'error'];
const SCRIPT = 4;

const nothing = { nodes: [] };

export function textOutput(callback, context) {
  if (showsRecoveryCodes(callback)) return recoveryCodes(callback, context);
  if (isForPasskey(callback, context.step)) return passkey(context);
  const type = Number(callback.getMessageType());
  const message = callback.getMessage();
  if (type === SCRIPT) return scriptedQrCode(callback, context.step);
  if (!message) return nothing;
  const kind = KINDS[type] ?? 'info';
  const isPlain = kind === 'info';
  return { nodes: [isPlain ? el('p', { className: 'message' }, message) : note(kind, message)] };
}

export function suspended(callback, { restart }) {
  const again = el('button', { type: 'button', onclick: restart }, 'Start again');
  const text = 'The journey goes on by the link that was sent to you. You can close this page.';
  return {
    heading: 'Go on by your link',
    nodes: [note('info', callback.getMessage()), el('p', { className: 'hint' }, text), again],
    submits: true,
  };
}

/** Nothing, but for a device to register. */
export function hiddenValue(callback, { step }) {
  if (!QRCode.isQRCodeStep(step)) return nothing;
  const { uri, use } = QRCode.getQRCodeData(step);
  return isHiddenIn(callback, uri) ? qrCode({ uri, use }) : nothing;
}

/** A script is never run. AM's older module has the device's URI in one, and nowhere else. */
function scriptedQrCode(callback, step) {
  if (!QRCode.isQRCodeStep(step) || !callback.getMessage().includes('auth://')) return nothing;
  const { uri, use } = QRCode.getQRCodeData(step);
  const hidden = step.getCallbacksOfType('HiddenValueCallback');
  return hidden.some((other) => isHiddenIn(other, uri)) ? nothing : qrCode({ uri, use });
}

const isHiddenIn = (callback, uri) => callback.getOutputByName('value', '') === uri;

/** Nothing, but for a passkey. */
export function metadata(callback, context) {
  return isForPasskey(callback, context.step) ? passkey(context) : nothing;
}

function isForPasskey(callback, step) {
  if (WebAuthn.getWebAuthnStepType(step) === WebAuthnStepType.None) return false;
  const { metadataCallback, textOutputCallback } = WebAuthn.getCallbacks(step);
  return callback === (metadataCallback ?? textOutputCallback);
}

import { WebAuthn, WebAuthnStepType } from '../../webauthn.js';
import { el, fill, whileBusy } from '../dom.js';
import { button, field, paragraph, textField } from '../parts.js';

/**
 * @typedef {import('../../form.js').RenderContext} Context
 * @typedef {import('../../index.js').JourneyStep} Step
 */

/** @param {Step} step */
export const asksForPasskey = (step) =>
  WebAuthn.getWebAuthnStepType(step) !== WebAuthnStepType.None;

/** Whether the browser is to offer passkeys where it fills in fields. @param {Step} step */
export const offersPasskeys = (step) =>
  WebAuthn.getMetadataCallback(step)?.getData().mediation === 'conditional';

/**
 * Whether a callback has the data of a passkey.
 *
 * @param {import('../../index.js').BaseCallback} callback
 * @param {Step} step
 */
export function isForPasskey(callback, step) {
  if (!asksForPasskey(step)) return false;
  const { metadataCallback, textOutputCallback } = WebAuthn.getCallbacks(step);
  return callback === (metadataCallback ?? textOutputCallback);
}

/**
 * Asks the browser for a passkey, and sends what came of it.
 *
 * @param {Context} context
 * @returns {import('../../form.js').FormField}
 */
export function passkey(context) {
  const { id, step, signal, messages, submit, showAlert } = context;
  if (offersPasskeys(step)) return passkeyInField(context);
  const registers = WebAuthn.getWebAuthnStepType(step) === WebAuthnStepType.Registration;
  const heading = registers ? messages.createPasskey : messages.usePasskey;
  const deviceName = textField({ id, autocomplete: 'off' });
  const label = fill(messages.optional, { label: messages.deviceName });
  const ask = button(heading, { type: 'button', primary: true });
  const without = button(messages.withoutPasskey, { hidden: true });
  ask.onclick = () =>
    whileBusy(ask, async () => {
      try {
        await (registers
          ? WebAuthn.register(step, deviceName.value.trim(), signal)
          : WebAuthn.authenticate(step, signal));
      } catch (error) {
        if (signal.aborted) return;
        ask.textContent = messages.tryAgain;
        // The server has an answer for the failure, too.
        without.hidden = step.getCallbacksOfType('ConfirmationCallback').length > 0;
        const { name, message } = /** @type {Error} */ (error);
        return showAlert(messages.noPasskey, messages.passkeyErrors[name] ?? message, name);
      }
      if (!signal.aborted) await submit(ask);
    });
  return {
    heading,
    nodes: [
      ...paragraph(registers ? messages.createPasskeyHint : messages.usePasskeyHint),
      ...(registers ? [field(deviceName, label, { messages })] : []),
      el('div', { className: 'jf-buttons' }, ask, without),
    ],
    submits: true,
  };
}

/**
 * Passkeys among what the browser offers to fill in.
 *
 * @param {Context} context
 */
function passkeyInField({ step, signal, messages, submit }) {
  return {
    nodes: paragraph(messages.passkeyInField, { className: 'jf-hint' }),
    start: () =>
      WebAuthn.authenticate(step, signal).then(
        () => submit(),
        () => {},
      ),
  };
}

import { WebAuthn, WebAuthnStepType } from '../../webauthn.js';
import { fill, whileBusy } from '../dom.js';
import { button, buttons, field, hint, primary, text, textField } from '../parts.js';

/**
 * @typedef {import('../../form.js').RenderContext} Context
 * @typedef {import('../../form.js').FormField<any>} Field
 * @typedef {import('../../index.js').JourneyStep} Step
 */

/** @param {Step} step */
export const asksForPasskey = (step) => WebAuthn.getWebAuthnStepType(step) > WebAuthnStepType.None;

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
  const { metadataCallback, textOutputCallback } = WebAuthn.getCallbacks(step);
  return asksForPasskey(step) && callback === (metadataCallback ?? textOutputCallback);
}

/**
 * Asks the browser for a passkey, and sends what came of it.
 *
 * @param {Context} context
 * @returns {Field}
 */
export function passkey(context) {
  const { id, step, messages, submit, showAlert } = context;
  if (offersPasskeys(step)) return passkeyInField(context);
  const registers = WebAuthn.getWebAuthnStepType(step) === WebAuthnStepType.Registration;
  const heading = registers ? messages.createPasskey : messages.usePasskey;
  const name = textField({ id, autocomplete: 'off' });
  const without = button(messages.withoutPasskey, { hidden: true });
  const ask = primary(heading, { type: 'button' });
  ask.onclick = () =>
    whileBusy(ask, async () => {
      const { signal } = context;
      try {
        await (registers
          ? WebAuthn.register(step, name.value.trim(), signal)
          : WebAuthn.authenticate(step, signal));
      } catch (error) {
        if (signal.aborted) return;
        ask.textContent = messages.tryAgain;
        // The server has an answer for the failure, too.
        without.hidden = step.getCallbacksOfType('ConfirmationCallback').length > 0;
        const { name: reason } = /** @type {Error} */ (error);
        const text = messages.passkeyErrors[reason] ?? messages.failedHint;
        return showAlert(messages.noPasskey, text, reason);
      }
      if (!signal.aborted) await submit(ask);
    });
  return {
    heading,
    nodes: [
      text(registers ? messages.createPasskeyHint : messages.usePasskeyHint),
      ...(registers ? [field(name, fill(messages.optional, { label: messages.deviceName }))] : []),
      buttons(ask, without),
    ],
    submits: true,
  };
}

/**
 * Passkeys among what the browser offers to fill in.
 *
 * @param {Context} context
 */
const passkeyInField = ({ step, signal, messages, submit }) => ({
  nodes: [hint(messages.passkeyInField)],
  start: () =>
    WebAuthn.authenticate(step, signal).then(
      () => submit(),
      () => {},
    ),
});

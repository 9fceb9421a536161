import { clearAlert, el, showAlert, whileBusy } from '../dom.js';
import { field } from '../field.js';
import { WebAuthn, WebAuthnStepType } from '../pkg/webauthn.js';

/** What went wrong, by the name of the error. */
const FAILURES = {
  AbortError: 'It was stopped.',
  ConstraintError: 'This device can’t do what the server asks for.',
  InvalidStateError: 'This device has a passkey for this account already.',
  NotAllowedError: 'It was cancelled, took too long, or there is no passkey for this page here.',
  NotSupportedError: 'This browser has no passkeys, or none of the kind that the server asks for.',
  SecurityError: 'The server’s passkeys are not for the address of this page.',
};

const TEXTS = {
  [WebAuthnStepType.Authentication]: {
    heading: 'Use a passkey',
    text: 'Your device asks for your fingerprint, face or PIN, or for your security key.',
    button: 'Use a passkey',
  },
  [WebAuthnStepType.Registration]: {
    heading: 'Create a passkey',
    text: 'Then you can sign in by your fingerprint, face, PIN or security key.',
    button: 'Create a passkey',
  },
};

/** Asks the browser for a passkey, and sends what came of it. */
export function passkey({ id, step, signal, send }) {
  const type = WebAuthn.getWebAuthnStepType(step);
  const isOffer = WebAuthn.getMetadataCallback(step)?.getData().mediation === 'conditional';
  if (isOffer) return passkeyInField({ step, signal, send });
  const { heading, text, button: label } = TEXTS[type];
  const isRegistration = type === WebAuthnStepType.Registration;
  const deviceName = el('input', { id, autocomplete: 'off' });
  const button = el('button', { type: 'button', className: 'primary' }, label);
  const without = el('button', { type: 'submit', hidden: true }, 'Go on without a passkey');
  button.onclick = () =>
    whileBusy(button, async () => {
      clearAlert();
      const ceremony = isRegistration
        ? WebAuthn.register(step, deviceName.value.trim(), signal)
        : WebAuthn.authenticate(step, signal);
      const error = await ceremony.then(
        () => undefined,
        (error) => error,
      );
      if (signal.aborted) return;
      if (!error) return send(button);
      button.textContent = 'Try again';
      // The server has an answer for the failure, too.
      without.hidden = hasOtherWay(step);
      showAlert('No passkey', ...explain(error));
    });
  return {
    heading,
    nodes: [
      el('p', {}, text),
      ...(isRegistration ? [field(deviceName, 'Name for this device (optional)')] : []),
      button,
      without,
    ],
    submits: true,
  };
}

/** Passkeys among what the browser offers to fill in. */
function passkeyInField({ step, signal, send }) {
  const text = el(
    'p',
    { className: 'hint' },
    'A passkey is offered in the field, if you have one.',
  );
  const start = () =>
    WebAuthn.authenticate(step, signal).then(
      () => send(),
      () => {},
    );
  return { nodes: [text], start };
}

function hasOtherWay(step) {
  return step.getCallbacksOfType('ConfirmationCallback').length > 0;
}

function explain({ name, message }) {
  const known = Object.hasOwn(FAILURES, name) ? FAILURES[name] : message;
  return [el('span', {}, known), ' ', el('code', {}, name)];
}

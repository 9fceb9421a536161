/** @type {typeof import('./qr-code.js').QRCode} */
export const QRCode = {
  isQRCodeStep: (step) => findUri(step) !== undefined,

  getQRCodeData(step) {
    const uri = findUri(step);
    if (uri === undefined && step.getCallbacksOfType('HiddenValueCallback').length === 0) {
      throw new Error(
        'QR Code step must contain a HiddenValueCallback. Use `QRCode.isQRCodeStep` to guard.',
      );
    }
    const text = textsOf(step).find((callback) => !isScript(callback));
    return {
      message: text?.getOutputByName('message', '') ?? '',
      use: /^(?!mfauth:).*otpauth:\/\//s.test(uri ?? '') ? 'otp' : 'push',
      uri: uri ?? '',
    };
  },
};

/**
 * The URI of the hidden callback that AM's nodes send, or of the script of its older modules.
 *
 * @param {import('./qr-code.js').CallbackStep} step
 * @returns {string | undefined}
 */
function findUri(step) {
  return [
    ...step
      .getCallbacksOfType('HiddenValueCallback')
      .map((callback) => callback.getOutputByName('value', /** @type {any} */ (''))),
    ...textsOf(step).filter(isScript).map(textInScript),
  ].find((value) => typeof value === 'string' && /(?:otp|push|mf)auth:\/\//.test(value));
}

/** @param {import('./qr-code.js').CallbackStep} step */
const textsOf = (step) => step.getCallbacksOfType('TextOutputCallback');

/**
 * Whether the message is JavaScript.
 *
 * @param {import('./index.js').BaseCallback} callback
 */
const isScript = (callback) => {
  const type = callback.getOutputByName('messageType', /** @type {unknown} */ (''));
  return type === '4' || type === 4;
};

/**
 * What the script makes a QR code of: `text: 'otpauth://…'`, a JavaScript literal with its escapes. The
 * script is read, never run.
 *
 * @param {import('./index.js').BaseCallback} callback
 */
function textInScript(callback) {
  const script = callback.getOutputByName('message', /** @type {unknown} */ (''));
  const [, , literal] =
    /\btext:\s*(['"])((?:\\.|(?!\1)[^\\])*)\1/s.exec(typeof script === 'string' ? script : '') ??
    [];
  return literal?.replace(/\\(?:x(\w\w)|u(\w{4})|(.))/gs, (_, short, long, character) =>
    character === undefined ? String.fromCharCode(Number.parseInt(short ?? long, 16)) : character,
  );
}

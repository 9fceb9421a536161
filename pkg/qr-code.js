/** @type {typeof import('./qr-code.js').QRCode} */
export const QRCode = {
  isQRCodeStep: (step) => findUri(step) !== undefined,

  getQRCodeData(step) {
    if (step.getCallbacksOfType('HiddenValueCallback').length === 0) {
      throw new Error(
        'QR Code step must contain a HiddenValueCallback. Use `QRCode.isQRCodeStep` to guard.',
      );
    }
    const uri = findUri(step) ?? '';
    const text = step
      .getCallbacksOfType('TextOutputCallback')
      .find((callback) => String(callback.getOutputByName('messageType', '')) !== SCRIPT);
    return {
      message: text?.getOutputByName('message', '') ?? '',
      use: /^(?!mfauth:).*otpauth:\/\//s.test(uri) ? 'otp' : 'push',
      uri,
    };
  },
};

/** The type of a message that is JavaScript. */
const SCRIPT = '4';

/**
 * @param {import('./qr-code.js').CallbackStep} step
 * @returns {string | undefined}
 */
function findUri(step) {
  return step
    .getCallbacksOfType('HiddenValueCallback')
    .map((callback) => callback.getOutputByName('value', /** @type {any} */ ('')))
    .find((value) => typeof value === 'string' && /(?:otp|push|mf)auth:\/\//.test(value));
}

export const QRCode = {
  isQRCodeStep: (t) => void 0 !== e(t),
  getQRCodeData(s) {
    const u = e(s);
    if (void 0 === u && 0 === s.getCallbacksOfType('HiddenValueCallback').length)
      throw new Error(
        'QR Code step must contain a HiddenValueCallback. Use `QRCode.isQRCodeStep` to guard.',
      );
    const o = t(s).find((e) => !a(e));
    return {
      message: o?.getOutputByName('message', '') ?? '',
      use: /^(?!mfauth:).*otpauth:\/\//s.test(u ?? '') ? 'otp' : 'push',
      uri: u ?? '',
    };
  },
};
function e(e) {
  return [
    ...e.getCallbacksOfType('HiddenValueCallback').map((e) => e.getOutputByName('value', '')),
    ...t(e).filter(a).map(s),
  ].find((e) => 'string' == typeof e && /(?:otp|push|mf)auth:\/\//.test(e));
}
const t = (e) => e.getCallbacksOfType('TextOutputCallback'),
  a = (e) => {
    const t = e.getOutputByName('messageType', '');
    return '4' === t || 4 === t;
  };
function s(e) {
  const t = e.getOutputByName('message', ''),
    [, , a] = /\btext:\s*(['"])((?:\\.|(?!\1)[^\\])*)\1/s.exec('string' == typeof t ? t : '') ?? [];
  return a?.replace(/\\(?:x(\w\w)|u(\w{4})|(.))/gs, (e, t, a, s) =>
    void 0 === s ? String.fromCharCode(Number.parseInt(t ?? a, 16)) : s,
  );
}

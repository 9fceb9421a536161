import { textOf as e } from './callbacks/values.js';
export const RecoveryCodes = {
  isDisplayStep: (e) => '' !== t(e),
  getCodes: (e) => r(t(e)),
  getDeviceName(e) {
    const r = t(e),
      s = /<em(?:\s[^<>]*)?>([^<]*)<\/em>/.exec(r)?.[1];
    return s ?? (r && 'New Security Key');
  },
};
function t(t) {
  return (
    t
      .getCallbacksOfType('TextOutputCallback')
      .map((t) => e(t.getOutputByName('message', '')))
      .find((e) => /Recovery Codes|recovery codes/.test(e) && r(e).length) ?? ''
  );
}
function r(e) {
  return Array.from(e.matchAll(/\s"([\w-]+)\\n"/g), ([, e = '']) => e);
}

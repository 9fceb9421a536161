import { textOf } from './callbacks/values.js';

/** @type {typeof import('./recovery-codes.js').RecoveryCodes} */
export const RecoveryCodes = {
  isDisplayStep: (step) => findScript(step) !== '',

  getCodes: (step) => codesIn(findScript(step)),

  getDeviceName(step) {
    const script = findScript(step);
    const name = /<em(?:\s[^<>]*)?>([^<]*)<\/em>/.exec(script)?.[1];
    return name ?? (script && 'New Security Key');
  },
};

/**
 * AM's script that shows the codes: the text that speaks of them, and has some.
 *
 * @param {import('./recovery-codes.js').CallbackStep} step
 */
function findScript(step) {
  const messages = step
    .getCallbacksOfType('TextOutputCallback')
    .map((callback) => textOf(callback.getOutputByName('message', '')));
  return (
    messages.find((text) => /Recovery Codes|recovery codes/.test(text) && codesIn(text).length) ??
    ''
  );
}

/**
 * In the script each code is alone in the literal of its line: `"code\n" +`.
 *
 * @param {string} script
 */
function codesIn(script) {
  return Array.from(script.matchAll(/\s"([\w-]+)\\n"/g), ([, code = '']) => code);
}

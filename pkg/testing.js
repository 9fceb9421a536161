import { createResult, StepType } from './callbacks/step.js';

/** @type {typeof import('./testing.js').createStep} */
export const createStep = (payload = {}, callbackFactory) =>
  createResult({ type: StepType.Step, payload: copy(payload) }, callbackFactory);

/** @type {typeof import('./testing.js').createLoginSuccess} */
export const createLoginSuccess = (payload = {}) =>
  createResult({ type: StepType.LoginSuccess, payload: copy(payload) });

/** @type {typeof import('./testing.js').createLoginFailure} */
export const createLoginFailure = (payload = {}, status = payload.code ?? 401) =>
  createResult({ type: StepType.LoginFailure, payload: copy(payload), status });

/**
 * As if it had come from the server: what is written into a result stays out of the test's own data.
 *
 * @param {unknown} payload
 */
function copy(payload) {
  return JSON.parse(JSON.stringify(payload));
}

import { createResult as e, StepType as t } from './callbacks/step.js';
export const createStep = (a = {}, c) => e({ type: t.Step, payload: o(a) }, c);
export const createLoginSuccess = (a = {}) => e({ type: t.LoginSuccess, payload: o(a) });
export const createLoginFailure = (a = {}, c = a.code ?? 401) =>
  e({ type: t.LoginFailure, payload: o(a), status: c });
function o(e) {
  return JSON.parse(JSON.stringify(e));
}

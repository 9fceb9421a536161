import { createCallback as e } from './callbacks.js';
import { Policy as t } from './policies.js';
import { numberOf as a, textOf as r } from './values.js';
export const StepType = Object.freeze({
  LoginFailure: 'LoginFailure',
  LoginSuccess: 'LoginSuccess',
  Step: 'Step',
});
export function createResult(o, c) {
  switch (o.type) {
    case StepType.Step:
      return ((t, a) => {
        const s = (Array.isArray(t.callbacks) ? t.callbacks : [])
            .filter((e) => e && 'object' == typeof e)
            .map((t) => a?.(t) || e(t)),
          o = (e) => s.filter((t) => t.getType() === e),
          c = (e) => {
            const t = o(e);
            if (1 !== t.length)
              throw new Error(`Expected 1 callback of type "${r(e)}", but found ${t.length}`);
            return t[0];
          };
        return {
          payload: t,
          callbacks: s,
          type: StepType.Step,
          getCallbackOfType: c,
          getCallbacksOfType: o,
          setCallbackValue: (e, t) => c(e).setInputValue(t),
          getDescription: () => t.description,
          getHeader: () => t.header,
          getStage: () => t.stage,
        };
      })(o.payload, c);
    case StepType.LoginSuccess:
      return {
        payload: (p = s(o.payload)),
        type: StepType.LoginSuccess,
        getRealm: () => p.realm,
        getSessionToken: () => p.tokenId,
        getSuccessUrl: () => p.successUrl,
      };
    case StepType.LoginFailure:
      return ((e, r) => ({
        payload: e,
        type: StepType.LoginFailure,
        status: r,
        getCode: () => a(e.code),
        getDetail: () => e.detail,
        getMessage: () => e.message,
        getProcessedMessage: (a) => t.parseErrors(e, a),
        getReason: () => e.reason,
      }))(s(o.payload), o.status);
    default:
      return o;
  }
  var p;
}
function s(e) {
  return e && 'object' == typeof e && (Object.values(e).forEach(s), Object.freeze(e)), e;
}

import { createCallback } from './callbacks.js';
import { Policy } from './policies.js';
import { numberOf, textOf } from './values.js';

export const StepType = Object.freeze({
  LoginFailure: 'LoginFailure',
  LoginSuccess: 'LoginSuccess',
  Step: 'Step',
});

/**
 * The object that an app gets for a result of the core; error values pass through.
 *
 * @param {any} result `{ type, payload, status? }`, or an error value
 * @param {import('../index.js').CallbackFactory} [factory] the app's own
 * @returns {any}
 */
export function createResult(result, factory) {
  switch (result.type) {
    case StepType.Step:
      return createStep(result.payload, factory);
    case StepType.LoginSuccess:
      return createSuccess(freeze(result.payload));
    case StepType.LoginFailure:
      return createFailure(freeze(result.payload), result.status);
    default:
      return result;
  }
}

/**
 * @param {import('../index.js').Step} payload
 * @param {import('../index.js').CallbackFactory} [factory]
 * @returns {import('../index.js').JourneyStep}
 */
function createStep(payload, factory) {
  const sent = Array.isArray(payload.callbacks) ? payload.callbacks : [];
  const callbacks = sent
    .filter((callback) => callback && typeof callback === 'object')
    .map((callback) => factory?.(callback) || createCallback(callback));
  /** @param {string} type @returns {any[]} */
  const getCallbacksOfType = (type) => callbacks.filter((callback) => callback.getType() === type);
  /** @param {string} type */
  const getCallbackOfType = (type) => {
    const found = getCallbacksOfType(type);
    if (found.length !== 1) {
      throw new Error(`Expected 1 callback of type "${textOf(type)}", but found ${found.length}`);
    }
    return found[0];
  };
  return {
    payload,
    callbacks,
    type: StepType.Step,
    getCallbackOfType,
    getCallbacksOfType,
    setCallbackValue: (type, value) => getCallbackOfType(type).setInputValue(value),
    getDescription: () => payload.description,
    getHeader: () => payload.header,
    getStage: () => payload.stage,
  };
}

/**
 * @param {import('../index.js').Step} payload
 * @returns {import('../index.js').JourneyLoginSuccess}
 */
function createSuccess(payload) {
  return {
    payload,
    type: StepType.LoginSuccess,
    getRealm: () => payload.realm,
    getSessionToken: () => payload.tokenId,
    getSuccessUrl: () => payload.successUrl,
  };
}

/**
 * @param {import('../index.js').Step} payload
 * @param {number} status
 * @returns {import('../index.js').JourneyLoginFailure}
 */
function createFailure(payload, status) {
  return {
    payload,
    type: StepType.LoginFailure,
    status,
    getCode: () => numberOf(payload.code),
    getDetail: () => payload.detail,
    getMessage: () => payload.message,
    getProcessedMessage: (messageCreator) => Policy.parseErrors(payload, messageCreator),
    getReason: () => payload.reason,
  };
}

/**
 * Freezes plain data and all that is in it.
 *
 * @param {any} data
 */
function freeze(data) {
  if (data && typeof data === 'object') {
    Object.values(data).forEach(freeze);
    Object.freeze(data);
  }
  return data;
}

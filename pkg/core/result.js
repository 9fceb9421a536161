import { createResult } from '../callbacks/step.js';
import { textOf } from '../callbacks/values.js';
import { failure } from '../entry/failure.js';

/**
 * Makes results of what the core returns. A factory that throws must not make the call reject.
 *
 * @param {import('../index.js').CallbackFactory} [factory]
 */
export function resultMaker(factory) {
  /** @param {any} result */
  return (result) => {
    try {
      return createResult(result, factory);
    } catch (cause) {
      const name = 'callback_factory_failed';
      return {
        ...failure(name, name, 'argument_error', `callbackFactory threw: ${textOf(cause)}`),
        cause,
      };
    }
  };
}

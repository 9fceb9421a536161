/**
 * Results of a journey for an app's tests and stories: what `start()` and `next()` resolve to, made from
 * what AM would send. No WebAssembly is loaded.
 *
 * @module
 */
import type {
  CallbackFactory,
  JourneyLoginFailure,
  JourneyLoginSuccess,
  JourneyStep,
  Step,
} from './index.js';

export type { CallbackFactory, JourneyLoginFailure, JourneyLoginSuccess, JourneyStep, Step };

/**
 * Makes a step with the callbacks of a payload. The payload is copied.
 *
 * @example
 * const step = createStep({
 *   callbacks: [
 *     {
 *       type: 'NameCallback',
 *       output: [{ name: 'prompt', value: 'User Name' }],
 *       input: [{ name: 'IDToken1', value: '' }],
 *     },
 *   ],
 * });
 */
export function createStep(payload?: Step, callbackFactory?: CallbackFactory): JourneyStep;

/**
 * Makes the end of a journey at which the user is signed in.
 *
 * @example
 * const success = createLoginSuccess({ tokenId: 'session', successUrl: '/console', realm: '/alpha' });
 */
export function createLoginSuccess(payload?: Step): JourneyLoginSuccess;

/**
 * Makes the end of a journey at which the sign-in is refused. `status` is the HTTP status; default: the
 * payload's `code`, or 401.
 *
 * @example
 * const failure = createLoginFailure({ code: 401, reason: 'Unauthorized', message: 'Login failure' });
 */
export function createLoginFailure(payload?: Step, status?: number): JourneyLoginFailure;

/**
 * Results of a journey, for an app's tests and stories: what `start()` and `next()` resolve to, made of
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
 * A step with the callbacks of a payload, of which it takes a copy.
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
 * The end of a journey: signed in.
 *
 * @example
 * const success = createLoginSuccess({ tokenId: 'session', successUrl: '/console', realm: '/alpha' });
 */
export function createLoginSuccess(payload?: Step): JourneyLoginSuccess;

/**
 * The end of a journey: refused. The HTTP status is the payload's `code` unless it is given, or 401.
 *
 * @example
 * const failure = createLoginFailure({ code: 401, reason: 'Unauthorized', message: 'Login failure' });
 */
export function createLoginFailure(payload?: Step, status?: number): JourneyLoginFailure;

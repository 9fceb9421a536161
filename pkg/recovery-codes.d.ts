/**
 * Recovery codes, for the day the device is lost.
 *
 * @module
 */
import type { BaseCallback, JourneyStep, TextOutputCallback } from './index.js';

export type { BaseCallback, JourneyStep, TextOutputCallback };

/** What is read of a step. */
export type CallbackStep = Pick<JourneyStep, 'getCallbacksOfType'>;

/**
 * Reads the step of AM's Recovery Code Display node, which AM sends as JavaScript. It is read as
 * text, never run.
 *
 * @example
 * if (RecoveryCodes.isDisplayStep(step)) {
 *   const codes = RecoveryCodes.getCodes(step);
 * }
 */
export const RecoveryCodes: {
  /** Whether a step shows recovery codes: a text that speaks of them and has at least one. */
  isDisplayStep(step: CallbackStep): boolean;
  /** The codes; `[]` for any other step. They are secrets: never log them. */
  getCodes(step: CallbackStep): string[];
  /**
   * The name of the device that the codes are for, as AM has it in its HTML; `New Security Key` when
   * AM doesn't say, `''` for any other step.
   */
  getDeviceName(step: CallbackStep): string;
};

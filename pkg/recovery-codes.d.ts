/**
 * Recovery codes, for users who have lost their device.
 *
 * @module
 */
import type { BaseCallback, JourneyStep, TextOutputCallback } from './index.js';

export type { BaseCallback, JourneyStep, TextOutputCallback };

/** The members of a step that are used. */
export type CallbackStep = Pick<JourneyStep, 'getCallbacksOfType'>;

/**
 * Reads the step of AM's Recovery Code Display node, which AM sends as JavaScript. The script is read as
 * text and never run.
 *
 * @example
 * if (RecoveryCodes.isDisplayStep(step)) {
 *   const codes = RecoveryCodes.getCodes(step);
 * }
 */
export const RecoveryCodes: {
  /** Whether a step shows recovery codes: a text that mentions them and has at least one. */
  isDisplayStep(step: CallbackStep): boolean;
  /** The codes; `[]` for any other step. They are secrets: never log them. */
  getCodes(step: CallbackStep): string[];
  /**
   * The name of the device that the codes are for, as in AM's HTML; `New Security Key` when AM does not name
   * it, `''` for any other step.
   */
  getDeviceName(step: CallbackStep): string;
};

/**
 * QR codes that register a device for one-time passwords or push messages.
 *
 * @module
 */
import type { BaseCallback, JourneyStep } from './index.js';

export type { BaseCallback, JourneyStep };

/** The members of a step that are used. */
export type CallbackStep = Pick<JourneyStep, 'getCallbacksOfType'>;

/** What to show. */
export interface QRCodeData {
  /** AM's instructions; `''` when there are none. */
  message: string;
  /** `otp` for `otpauth://`, otherwise `push`: also for `mfauth://`, which registers for both. */
  use: 'otp' | 'push';
  /** The content of the QR code; `''` when the step has none. It is a secret: never log it. */
  uri: string;
}

/**
 * Reads the steps of AM's OATH, Push and Combined MFA Registration nodes, which have the URI in a
 * HiddenValueCallback, and of its older OATH module, which has it in a script that draws the image
 * (`text: 'otpauth://…'` in a TextOutputCallback of the type 4). Scripts are read, never run.
 *
 * @example
 * if (QRCode.isQRCodeStep(step)) {
 *   const { message, uri } = QRCode.getQRCodeData(step);
 * }
 */
export const QRCode: {
  /** Whether a step has a QR code: an `otpauth://`, `pushauth://` or `mfauth://` URI. */
  isQRCodeStep(step: CallbackStep): boolean;
  /**
   * What to show.
   *
   * @throws Error for a step with neither a QR code nor any HiddenValueCallback
   */
  getQRCodeData(step: CallbackStep): QRCodeData;
};

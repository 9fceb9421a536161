import { group, note } from '../parts.js';

/** @typedef {import('../../form.js').RenderContext} Context */

/** What AM is told where the app has no renderer. */
const MISSING = 'The page has no renderer for this callback.';

/**
 * The captcha's script comes from elsewhere, so that only the app can show it: by a renderer.
 *
 * @param {unknown} _
 * @param {Context} context
 */
export const reCaptcha = (_, { messages }) => ({
  nodes: [group(messages.captcha, note('warning', messages, messages.captchaMissing))],
  write: (/** @type {any} */ to) => to.setClientError?.(MISSING),
});

/**
 * PingOne Protect shows nothing. The app's renderer starts its SDK, or gets its signals.
 *
 * @param {unknown} _
 * @param {Context} context
 */
export const protect = (_, { step, submit }) => ({
  submits: step.callbacks.length === 1,
  write: (/** @type {any} */ to) => to.setClientError(MISSING),
  start: () => step.callbacks.length === 1 && submit(),
});

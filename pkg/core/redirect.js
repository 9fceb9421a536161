import { payloadOf } from './payload.js';

/**
 * `redirect()` of the journey client: leaves the page for the URL of the step's `RedirectCallback`.
 *
 * @param {any} client
 * @param {any} step
 * @param {import('../index.js').RedirectOptions} [options]
 */
export async function redirect(client, step, options) {
  const callback = step.getCallbackOfType('RedirectCallback');
  if (!callback) throw new Error('RedirectCallback not found on step');
  const url = callback.getRedirectUrl?.() ?? callback.getOutputByName?.('redirectUrl', '');
  if (typeof url !== 'string' || !url) {
    throw new Error('Redirect URL not found on RedirectCallback');
  }
  const isForm = callback.getOutputByName?.('redirectMethod', 'GET') === 'POST';
  const form = isForm ? callback.getOutputByName('redirectData', {}) : undefined;
  return (await client.redirect(payloadOf(step), { ...options, url, form })) ?? undefined;
}

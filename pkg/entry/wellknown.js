import { textOf } from '../callbacks/values.js';

/** @type {typeof import('../index.js').isValidWellknownUrl} */
export function isValidWellknownUrl(url) {
  try {
    const parsed = new URL(url);
    return isSecure(parsed) && parsed.pathname.endsWith('/.well-known/openid-configuration');
  } catch {
    return false;
  }
}

/**
 * Whether codes and tokens may be sent there: https, or http to this machine; `src/url.rs` has the same rule.
 *
 * @param {URL} url
 */
export const isSecure = ({ protocol, hostname }) =>
  protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));

/** @param {string} hostname as `URL` has it */
const isLoopback = (hostname) => /^(.+\.)?localhost$|^127(\.\d+){3}$|^\[::1]$/.test(hostname);

/** @type {typeof import('../index.js').createWellknownError} */
export function createWellknownError(error) {
  if (['type', 'message', 'error'].every((name) => has(error, name))) {
    return /** @type {any} */ (error);
  }
  const message = error ? messageOf(error) : 'No response received from well-known endpoint';
  return {
    error: 'Well-known configuration fetch failed',
    code: 'network_failed',
    type: 'wellknown_error',
    message,
    error_description: message,
    status: 'unknown',
  };
}

/** @param {any} value @param {string} name */
const has = (value, name) => typeof value === 'object' && value !== null && name in value;

/** @param {any} error */
function messageOf(error) {
  const { data } = error;
  const told = [error.message, error.error, data?.message, data?.error, data?.error_description];
  const text = told.find((one) => typeof one === 'string' && one);
  if (text) return text;
  return error.status === undefined
    ? 'An unknown error occurred'
    : `HTTP error ${textOf(error.status)}`;
}

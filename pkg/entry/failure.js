/**
 * The error value that every failed call resolves to.
 *
 * @param {string} error
 * @param {import('../index.js').ErrorCode} code
 * @param {import('../index.js').ErrorType} type
 * @param {string} message
 * @returns {import('../index.js').GenericError}
 */
export function failure(error, code, type, message) {
  return { error, code, type, message, error_description: message };
}

/**
 * What a call gives for a failed load: the error value; anything else is a fault of ours.
 *
 * @param {unknown} thrown
 * @returns {import('../index.js').GenericError}
 */
export function asFailure(thrown) {
  if (thrown && typeof thrown === 'object' && 'error' in thrown && 'code' in thrown) {
    return /** @type {import('../index.js').GenericError} */ (thrown);
  }
  const message = 'journey-oidc failed unexpectedly. Please report it, with the cause.';
  let cause;
  try {
    cause = String(thrown);
  } catch {
    // What has no text.
  }
  return { ...failure('Internal error', 'internal_error', 'internal_error', message), cause };
}

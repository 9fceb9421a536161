/**
 * The JSON text of a step's payload; empty where it has none that can be serialised.
 *
 * @param {any} step
 */
export function payloadOf(step) {
  try {
    return JSON.stringify(step.payload) ?? '';
  } catch {
    return '';
  }
}

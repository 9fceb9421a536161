/**
 * Tells the app's logger, or the console, where that has no function for the level.
 *
 * @param {any} custom
 * @param {'error' | 'warn' | 'info' | 'debug'} level
 * @param {string} text
 */
export function log(custom, level, text) {
  try {
    const sink = custom?.[level];
    if (typeof sink === 'function') sink.call(custom, text);
    else console[level](text);
  } catch {
    // A logger that throws must not stop a sign-in.
  }
}

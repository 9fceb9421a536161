/**
 * A value in words. What AM sends may be an object whose own `toString` is no function: that has none,
 * and no getter may throw because of it.
 *
 * @param {unknown} value
 */
export function textOf(value) {
  try {
    return String(value);
  } catch {
    return '[object Object]';
  }
}

/**
 * A value as a number; `NaN` for what is none.
 *
 * @param {unknown} value
 */
export function numberOf(value) {
  try {
    return Number(value);
  } catch {
    return Number.NaN;
  }
}

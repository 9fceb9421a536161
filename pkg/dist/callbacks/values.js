export function textOf(t) {
  try {
    return String(t);
  } catch {
    return '[object Object]';
  }
}
export function numberOf(t) {
  try {
    return Number(t);
  } catch {
    return Number.NaN;
  }
}

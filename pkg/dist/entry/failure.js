export function failure(r, e, t, n) {
  return { error: r, code: e, type: t, message: n, error_description: n };
}
export function asFailure(r) {
  if (r && 'object' == typeof r && 'error' in r && 'code' in r) return r;
  let e;
  try {
    e = String(r);
  } catch {}
  return {
    ...failure(
      'Internal error',
      'internal_error',
      'internal_error',
      'journey-oidc failed unexpectedly. Please report it, with the cause.',
    ),
    cause: e,
  };
}

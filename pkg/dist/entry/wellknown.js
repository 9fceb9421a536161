import { textOf as e } from '../callbacks/values.js';
export function isValidWellknownUrl(e) {
  try {
    const { protocol: n, hostname: o, pathname: t } = new URL(e);
    return (
      ('https:' === n || ('http:' === n && r(o))) && t.endsWith('/.well-known/openid-configuration')
    );
  } catch {
    return !1;
  }
}
const r = (e) => /^(.+\.)?localhost$|^127(\.\d+){3}$|^\[::1]$/.test(e);
export function createWellknownError(r) {
  if (['type', 'message', 'error'].every((e) => n(r, e))) return r;
  const o = r
    ? ((r) => {
        const { data: n } = r,
          o = [r.message, r.error, n?.message, n?.error, n?.error_description],
          t = o.find((e) => 'string' == typeof e && e);
        return (
          t || (void 0 === r.status ? 'An unknown error occurred' : `HTTP error ${e(r.status)}`)
        );
      })(r)
    : 'No response received from well-known endpoint';
  return {
    error: 'Well-known configuration fetch failed',
    code: 'network_failed',
    type: 'wellknown_error',
    message: o,
    error_description: o,
    status: 'unknown',
  };
}
const n = (e, r) => 'object' == typeof e && null !== e && r in e;

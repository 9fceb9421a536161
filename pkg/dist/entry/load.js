import { failure as e } from './failure.js';
let o;
export async function load(t) {
  o ??= (async (o) => {
    if ('undefined' == typeof window || 'undefined' == typeof isSecureContext)
      throw e(
        'Unsupported environment',
        'unsupported_environment',
        'internal_error',
        'There is no browser here. Call this in a browser, not on a server; for tests with jsdom or happy-dom see docs/testing.md.',
      );
    if ('undefined' == typeof WebAssembly)
      throw unsupported('it has no WebAssembly, or has it turned off.');
    const [t, n] = await Promise.all([
      found('undefined' == typeof window ? Promise.reject() : import('../../wasm/core.js')),
      o(),
    ]);
    return () =>
      compiled(
        () => t.start(n),
        (e) => e,
      );
  })(t);
  const n = o;
  try {
    return await (await n)();
  } catch (e) {
    o === n && (o = void 0);
    const { name: t, message: r } = e;
    throw 'LinkError' === t ? wrongContent(r) : e;
  }
}
export function found(e) {
  return e.catch((e) => {
    throw notFound(e?.message);
  });
}
export function notFound(e) {
  return t('wasm_not_found', `A file of journey-oidc could not be loaded: ${e}`);
}
export function unsupported(e) {
  return t('wasm_unsupported', `This browser can't run journey-oidc: ${e}`);
}
export function wrongContent(e) {
  return t('wasm_wrong_content', `The core.wasm can't be used: ${e}`);
}
function t(o, t, n = 'Loading failed') {
  return e(n, o, 'internal_error', t);
}
export async function compiled(e, o) {
  try {
    return await e();
  } catch (e) {
    const n = e;
    if (/unsafe-eval|content security policy|\bCSP\b/i.test(n?.message))
      throw t(
        'wasm_blocked_by_csp',
        "Add 'wasm-unsafe-eval' to the script-src of this page's Content-Security-Policy.",
        'Blocked by Content-Security-Policy',
      );
    throw o(n);
  }
}

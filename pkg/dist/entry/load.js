import { asFailure as e, failure as o } from './failure.js';
let t;
export async function load(n) {
  t ??= (async (t) => {
    if ('undefined' == typeof window || 'undefined' == typeof isSecureContext)
      throw o(
        'Unsupported environment',
        'unsupported_environment',
        'internal_error',
        'There is no browser here. Call this in a browser, not on a server; for tests with jsdom or happy-dom see docs/testing.md.',
      );
    if ('undefined' == typeof WebAssembly)
      throw unsupported('it has no WebAssembly, or has it turned off.');
    const [n, r] = await Promise.all([
      found('undefined' == typeof window ? Promise.reject() : import('../../wasm/core.js')),
      t(),
    ]);
    return () =>
      compiled(
        () => n.start(r, e),
        (e) => e,
      );
  })(n);
  const r = t;
  try {
    return await (await r)();
  } catch (e) {
    t === r && (t = void 0);
    const { name: o, message: n } = e;
    throw 'LinkError' === o ? wrongContent(n) : e;
  }
}
export function found(e) {
  return e.catch((e) => {
    throw notFound(e?.message);
  });
}
export function notFound(e) {
  return n('wasm_not_found', `A file of journey-oidc could not be loaded: ${e}`);
}
export function unsupported(e) {
  return n('wasm_unsupported', `This browser can't run journey-oidc: ${e}`);
}
export function wrongContent(e) {
  return n('wasm_wrong_content', `The core.wasm can't be used: ${e}`);
}
function n(e, t, n = 'Loading failed') {
  return o(n, e, 'internal_error', t);
}
export async function compiled(e, o) {
  try {
    return await e();
  } catch (e) {
    const t = e;
    if (/unsafe-eval|content security policy|\bCSP\b/i.test(t?.message))
      throw n(
        'wasm_blocked_by_csp',
        "Add 'wasm-unsafe-eval' to the script-src of this page's Content-Security-Policy.",
        'Blocked by Content-Security-Policy',
      );
    throw o(t);
  }
}

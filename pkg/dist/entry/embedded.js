import { compiled as e, found as i, unsupported as n } from './load.js';
export async function embedded() {
  const { default: o } = await i(
    'undefined' == typeof window ? Promise.reject() : import('../../wasm/inline.js'),
  );
  return e(
    async () => WebAssembly.compile(await o()),
    (e) => n(e?.message),
  );
}

import { compiled, found, unsupported } from './load.js';

/**
 * The core from inside the package's JavaScript.
 *
 * @type {import('./load.js').Source}
 */
export async function embedded() {
  const { default: unpack } = await found(
    // As in `load.js`.
    typeof window === 'undefined' ? Promise.reject() : import('../wasm/inline.js'),
  );
  return compiled(
    async () => WebAssembly.compile(await unpack()),
    (cause) => unsupported(cause?.message),
  );
}

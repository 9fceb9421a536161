import { compiled, found, unsupported } from './load.js';

const WASM = { headers: { 'content-type': 'application/wasm' } };

/**
 * The core from inside the package's JavaScript.
 *
 * @type {import('./load.js').Source}
 */
export async function embedded() {
  const { default: unpack } = await found(import('./wasm/inline.js'));
  return compiled(
    () => WebAssembly.compileStreaming(new Response(unpack(), WASM)),
    (cause) => unsupported(cause?.message),
  );
}

/**
 * The same as `journey-oidc`, with the WebAssembly in a file of its own, which is compiled while it
 * arrives: a tenth fewer bytes from servers that compress it, twice as many from those that do not. It works
 * with bundlers that support `new URL('./core.wasm', import.meta.url)`, such as Vite and webpack. With others,
 * serve `journey-oidc/core.wasm` and give its URL to {@link init}.
 *
 * @module
 */
import type { GenericError } from './index.js';

export * from './index.js';

/**
 * Loads the WebAssembly from another place than beside the package's JavaScript, or before the first use.
 * Calling it is optional otherwise. It has no effect when the WebAssembly is loaded already.
 *
 * @param from the URL of `core.wasm`, its bytes, a `Response` with them, or the compiled module; or a
 *   promise of one of those. It must be the file of the same version. Default: what was given last, or the
 *   file beside the package's JavaScript.
 * @returns `undefined`, or the error when it can't be loaded, with `code` `wasm_not_found`,
 *   `wasm_wrong_content`, `wasm_blocked_by_csp`, `wasm_unsupported` or `unsupported_environment`. Loading is
 *   tried again by another `init()` and by the next call.
 */
export function init(
  from?:
    | string
    | URL
    | BufferSource
    | WebAssembly.Module
    | Response
    | Promise<BufferSource | WebAssembly.Module | Response>,
): Promise<GenericError | undefined>;

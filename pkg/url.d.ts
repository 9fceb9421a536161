/**
 * The same as `journey-oidc`, with the WebAssembly in a file of its own, which is compiled while it
 * arrives: a tenth fewer bytes from servers that compress it, twice as many from those that don't. For
 * bundlers that understand `new URL('./core.wasm', import.meta.url)`, such as Vite and webpack;
 * elsewhere, serve `journey-oidc/core.wasm` yourself and tell {@link init} where.
 *
 * @module
 */
import type { GenericError } from './index.js';

export * from './index.js';

/**
 * Loads the WebAssembly: from elsewhere than beside the package's JavaScript, or ahead of the first
 * use. Nobody needs to call it who wants neither. When it is loaded already, nothing happens.
 *
 * @param from the URL of `core.wasm`, its bytes, a `Response` with them, or the compiled module; or a
 *   promise of one of those. It must be the file of this very version. By default what was last
 *   given, or the file beside the package's JavaScript.
 * @returns the error when it can't be loaded, with `code` `wasm_not_found`, `wasm_wrong_content`,
 *   `wasm_blocked_by_csp`, `wasm_unsupported` or `unsupported_environment`. It may be tried again:
 *   by another `init()`, or by the next call.
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

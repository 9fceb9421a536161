/**
 * The same as `journey-oidc`, with the WebAssembly in a file of its own, which is compiled while it
 * arrives: a tenth fewer bytes from servers that compress it, twice as many from those that do not. It works
 * with bundlers that support `new URL('./core.wasm', import.meta.url)`, such as Vite and webpack. With others,
 * serve `journey-oidc/core.wasm` and `journey-oidc/oidc.wasm` and give their URLs to {@link init}.
 *
 * @module
 */
import type { GenericError } from './index.js';

export * from './index.js';

/**
 * A file of the package: its URL, its bytes, a `Response` with them, or the compiled module; or a promise of one of
 * the latter. It must be of the same version.
 */
export type CoreFile =
  | string
  | URL
  | BufferSource
  | WebAssembly.Module
  | Response
  | Promise<BufferSource | WebAssembly.Module | Response>;

/** The two files of the WebAssembly. Default of each: what was given last, or the file beside the package's JavaScript. */
export interface CoreFiles {
  /** `core.wasm`: what a journey needs until the user is signed in. */
  core?: CoreFile;
  /** `oidc.wasm`: what `oidc()`, `session.info()` and `terminate()` need beside it. */
  oidc?: CoreFile;
}

/**
 * Loads the WebAssembly from another place than beside the package's JavaScript, or before the first use.
 * Calling it is optional otherwise, and nothing needs to wait for it: the clients wait for what they need. It has no
 * effect on files that are loaded already.
 *
 * @param from where the files are
 * @returns `undefined`, or the error when it can't be loaded, with `code` `wasm_not_found`,
 *   `wasm_wrong_content`, `wasm_blocked_by_csp`, `wasm_unsupported` or `unsupported_environment`. Loading is
 *   tried again by another `init()` and by the next call.
 */
export function init(from?: CoreFiles): Promise<GenericError | undefined>;

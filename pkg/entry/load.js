import { failure } from './failure.js';

/**
 * Where the core comes from: gives its compiled module, or rejects with an error value.
 *
 * @typedef {() => Promise<WebAssembly.Module>} Source
 */

/** @type {Promise<() => Promise<import('../wasm/core.js').Core>> | undefined} */
let loading;

/**
 * The live instance of the core, which is loaded on first use and once, whichever entry asks first.
 * A failed load may be tried again.
 *
 * @param {Source} source
 * @returns {Promise<import('../wasm/core.js').Core>} rejects with an error value
 */
export async function load(source) {
  loading ??= fetchCore(source);
  const attempt = loading;
  try {
    return await (await attempt)();
  } catch (thrown) {
    if (loading === attempt) loading = undefined;
    const { name, message } = /** @type {any} */ (thrown);
    throw name === 'LinkError' ? wrongContent(message) : thrown;
  }
}

/** @param {Source} source */
async function fetchCore(source) {
  // jsdom and happy-dom have a window, but not this.
  if (typeof window === 'undefined' || typeof isSecureContext === 'undefined') {
    throw failure(
      'Unsupported environment',
      'unsupported_environment',
      'internal_error',
      'There is no browser here. Call this in a browser, not on a server; for tests with jsdom or happy-dom see docs/testing.md.',
    );
  }
  if (typeof WebAssembly === 'undefined') {
    throw unsupported('it has no WebAssembly, or has it turned off.');
  }
  const [core, module] = await Promise.all([
    // Bundlers know `typeof window` when they build for a server: they leave the core out there.
    found(typeof window === 'undefined' ? Promise.reject() : import('../wasm/core.js')),
    source(),
  ]);
  return () =>
    compiled(
      () => core.start(module),
      (cause) => cause,
    );
}

/**
 * A file that may be missing.
 *
 * @template T
 * @param {Promise<T>} file
 * @returns {Promise<T>}
 */
export function found(file) {
  return file.catch((cause) => {
    throw notFound(cause?.message);
  });
}

/** @param {string} reason */
export function notFound(reason) {
  return loadFailure('wasm_not_found', `A file of journey-oidc could not be loaded: ${reason}`);
}

/** @param {string} reason */
export function unsupported(reason) {
  return loadFailure('wasm_unsupported', `This browser can't run journey-oidc: ${reason}`);
}

/** @param {string} reason */
export function wrongContent(reason) {
  return loadFailure('wasm_wrong_content', `The core.wasm can't be used: ${reason}`);
}

/**
 * @param {import('../index.js').ErrorCode} code
 * @param {string} message
 * @param {string} [error]
 */
function loadFailure(code, message, error = 'Loading failed') {
  return failure(error, code, 'internal_error', message);
}

/**
 * Compiles the core, or instantiates it, which is when WebKit asks the policy.
 *
 * @template T
 * @param {() => Promise<T>} compile
 * @param {(cause: any) => unknown} otherwise what to reject with when it is no policy that forbids it
 */
export async function compiled(compile, otherwise) {
  try {
    return await compile();
  } catch (thrown) {
    const cause = /** @type {any} */ (thrown);
    if (/unsafe-eval|content security policy|\bCSP\b/i.test(cause?.message)) {
      throw loadFailure(
        'wasm_blocked_by_csp',
        "Add 'wasm-unsafe-eval' to the script-src of this page's Content-Security-Policy.",
        'Blocked by Content-Security-Policy',
      );
    }
    throw otherwise(cause);
  }
}

import { failure } from './failure.js';

/**
 * A part of the core: `core` is what a journey needs until it has ended, `oidc` all else. See
 * docs/decisions.md#a-core-in-two-parts
 *
 * @typedef {'core' | 'oidc'} Part
 */

/**
 * Where the core comes from: gives the compiled module of a part, or rejects with an error value.
 *
 * @typedef {(part: Part) => Promise<WebAssembly.Module>} Source
 */

/** What is being loaded, or was. @type {Map<Part, Promise<any>>} */
const loads = new Map();

/** Whether a client was asked for that needs only the first part: that of a form. */
let isFormWanted = false;

/**
 * The live instance of the core, with one part or both. Each is loaded on first use and once, whichever entry asks
 * first. A failed load may be tried again.
 *
 * @param {Source} source
 * @param {Part} part `oidc`: both, at once; but where a form is wanted, its part comes first
 * @returns {Promise<import('../wasm/core.js').Core>} rejects with an error value
 */
export async function load(source, part) {
  checkBrowser();
  const first = () => attempt('core', () => fetchFirst(source), start);
  if (part === 'core') {
    isFormWanted = true;
    return first();
  }
  // Begins it; a failure of it is that of the use below.
  first().catch(() => {});
  const fetchSecond = async () => {
    // The app may ask for a form right after this client. The glue arrives while the first part does: what is asked
    // for then follows it.
    await undefined;
    if (isFormWanted) await glue().catch(() => {});
    return source('oidc');
  };
  return attempt('oidc', fetchSecond, async (module) => {
    // A fresh instance, if the one before has trapped meanwhile.
    const core = await first();
    await core.complete(module);
    return core;
  });
}

/**
 * Loads a part, or uses what was loaded; a failure of either makes the next attempt load it again.
 *
 * @template T
 * @param {Part} part
 * @param {() => Promise<T>} fetchPart
 * @param {(loaded: T) => Promise<import('../wasm/core.js').Core>} use
 */
async function attempt(part, fetchPart, use) {
  const loading = loads.get(part) ?? fetchPart();
  loads.set(part, loading);
  try {
    const loaded = await loading;
    return await compiled(
      () => use(loaded),
      (cause) => cause,
    );
  } catch (thrown) {
    if (loads.get(part) === loading) loads.delete(part);
    const { name, message } = /** @type {any} */ (thrown);
    throw name === 'LinkError' ? wrongContent(message) : thrown;
  }
}

function checkBrowser() {
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
}

// Bundlers know `typeof window` when they build for a server: they leave the core out there.
const glue = () => (typeof window === 'undefined' ? Promise.reject() : import('../wasm/core.js'));

/** The glue, and the first part. @param {Source} source */
const fetchFirst = (source) => Promise.all([found(glue()), source('core')]);

/** @param {Awaited<ReturnType<typeof fetchFirst>>} loaded */
const start = ([core, module]) => core.start(module);

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
  return loadFailure('wasm_wrong_content', `A file of the core can't be used: ${reason}`);
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

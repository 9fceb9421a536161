import { failure } from './failure.js';

/** @type {Promise<typeof import('./wasm/core.js')> | undefined} */
let loading;

let loaded = false;

/** Whether the core can be called at once. */
export const isLoaded = () => loaded;

/**
 * The core, loaded on first use and once. A failed load may be tried again.
 *
 * @returns {Promise<typeof import('./wasm/core.js')>} rejects with an error value
 */
export function load() {
  loading ??= instantiate().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function instantiate() {
  if (typeof window === 'undefined') {
    throw failure(
      'Unsupported environment',
      'unsupported_environment',
      'internal_error',
      'There is no browser here. Call this in the browser, not on the server.',
    );
  }
  if (typeof WebAssembly === 'undefined') {
    throw failure(
      'Unsupported browser',
      'wasm_unsupported',
      'internal_error',
      'This browser has no WebAssembly, or it is turned off.',
    );
  }
  const [core, packed] = await Promise.all([
    import('./wasm/core.js'),
    import('./wasm/inline.js'),
  ]).catch((cause) => {
    throw failure(
      'Loading failed',
      'wasm_not_found',
      'internal_error',
      `A file of journey-oidc could not be loaded: ${cause?.message}`,
    );
  });
  await core.default({ module_or_path: await compile(packed.packed) });
  packed.drop();
  loaded = true;
  return core;
}

/** @param {string} packed the module, deflated, in base64 */
async function compile(packed) {
  try {
    const bytes = fromBase64(packed);
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return await WebAssembly.compileStreaming(
      new Response(unpacked, { headers: { 'content-type': 'application/wasm' } }),
    );
  } catch (cause) {
    throw compileFailure(/** @type {Error} */ (cause));
  }
}

/**
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
function fromBase64(text) {
  if ('fromBase64' in Uint8Array) return /** @type {any} */ (Uint8Array).fromBase64(text);
  const decoded = atob(text);
  const bytes = new Uint8Array(decoded.length);
  // A callback per character, as of `Uint8Array.from`, takes ten times as long.
  for (let index = 0; index < decoded.length; index += 1) bytes[index] = decoded.charCodeAt(index);
  return bytes;
}

/** @param {Error} cause */
function compileFailure(cause) {
  if (/unsafe-eval|content security policy|\bCSP\b/i.test(cause?.message)) {
    return failure(
      'Blocked by Content-Security-Policy',
      'wasm_blocked_by_csp',
      'internal_error',
      "Add 'wasm-unsafe-eval' to the script-src of this page's Content-Security-Policy.",
    );
  }
  return failure(
    'Loading failed',
    'wasm_wrong_content',
    'internal_error',
    `The WebAssembly module could not be compiled: ${cause?.message}`,
  );
}

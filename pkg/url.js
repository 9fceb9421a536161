import { asFailure } from './entry/failure.js';
import { createJourney, createJourneyClient } from './entry/journey.js';
import { compiled, found, load, notFound, wrongContent } from './entry/load.js';
import { createOidc } from './entry/oidc.js';

export { callbackType } from './callbacks/callbacks.js';
export * from './types.js';

/** @type {typeof import('./url.js').oidc} */
export const oidc = (input) => createOidc(separate, input);

/** @type {typeof import('./url.js').journey} */
export const journey = (input) => createJourney(separate, input);

export const journeyClient = /* @__PURE__ */ createJourneyClient(separate);

/**
 * What `init()` was given.
 *
 * @type {import('./url.js').CoreFiles}
 */
let given = {};

/** @type {typeof import('./url.js').init} */
export async function init(from) {
  given = { ...given, ...from };
  try {
    await load(separate, 'core');
    // A form needs only the first, and its bytes should not wait for those of the other.
    await load(separate, 'oidc');
  } catch (thrown) {
    return asFailure(thrown);
  }
}

/**
 * The core from files of its own.
 *
 * @type {import('./entry/load.js').Source}
 */
async function separate(part) {
  const from = given[part] ?? (part === 'core' ? coreUrl() : oidcUrl());
  // What has an address is a URL, what has a status is a response, of whichever realm.
  const isUrl = typeof from === 'string' || 'href' in from;
  /** @type {any} */
  const got = await found(Promise.resolve(isUrl ? fetch(/** @type {any} */ (from)) : from));
  if (typeof got.status !== 'number') {
    return isModule(got) ? got : compileBytes(got, 'what init() was given');
  }
  const { status, url } = got;
  if (status < 200 || status > 299) throw notFound(`${url} has the HTTP status ${status}.`);
  // With any other type, or with parameters beside it, it can't be compiled while it arrives.
  if (got.headers?.get('content-type')?.toLowerCase() === 'application/wasm') {
    try {
      return await WebAssembly.compileStreaming(got);
    } catch (thrown) {
      // A polyfill's is refused before it is read. What was read, and fails, is not read again.
      if (got.bodyUsed) return compiled(() => Promise.reject(thrown), brokenOff(url));
    }
  }
  return compileBytes(await found(got.arrayBuffer()), url);
}

// As bundlers find files.
const coreUrl = () => new URL('./wasm/core.wasm', import.meta.url);
const oidcUrl = () => new URL('./wasm/oidc.wasm', import.meta.url);

/** @param {unknown} given */
const isModule = (given) => Object.prototype.toString.call(given) === '[object WebAssembly.Module]';

/**
 * @param {BufferSource} source
 * @param {string} name
 */
function compileBytes(source, name) {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  const start = new TextDecoder().decode(bytes.subarray(0, 32)).trimStart();
  if (start.startsWith('<')) {
    throw wrongContent(`your server answered HTML for the .wasm (${name}).`);
  }
  return compiled(() => WebAssembly.compile(source), brokenOff(name));
}

/**
 * What has gone wrong with a file that is there.
 *
 * @param {string} name
 */
function brokenOff(name) {
  return (/** @type {any} */ cause) =>
    cause?.name === 'CompileError'
      ? wrongContent(`${name} is none, or is broken off: ${cause.message}`)
      : notFound(cause?.message);
}

import { compiled, found, unsupported } from './load.js';

/**
 * The core from inside the package's JavaScript.
 *
 * @type {import('./load.js').Source}
 */
export async function embedded(part) {
  const { size, text } = await found(part === 'core' ? inline() : inlineOidc());
  return compiled(
    async () => WebAssembly.compile(await unpack(decode(read(text)), size)),
    (cause) => unsupported(cause?.message),
  );
}

// As in `load.js`, for bundlers.
const inline = () =>
  typeof window === 'undefined' ? Promise.reject() : import('../wasm/inline.js');
const inlineOidc = () =>
  typeof window === 'undefined' ? Promise.reject() : import('../wasm/inline-oidc.js');

/**
 * The text that a function returns, from its source where that is as it was written. A function that is never
 * called has no text in the heap: docs/decisions.md#the-wasm-is-inside-the-javascript-by-default
 *
 * @param {() => string} text
 */
const read = (text) => /[\w+/]{64}[\w+/=]*/.exec(`${text}`)?.[0] ?? text();

/**
 * In a plain loop, where the browser can't: a callback per character takes ten times as long.
 *
 * @param {string} base64
 * @returns {Uint8Array<ArrayBuffer>}
 */
function decode(base64) {
  if ('fromBase64' in Uint8Array) return /** @type {any} */ (Uint8Array).fromBase64(base64);
  const characters = atob(base64);
  const bytes = new Uint8Array(characters.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = characters.charCodeAt(at);
  return bytes;
}

/**
 * Without `Response`, which apps and their tests replace; compiling what arrives in a stream of memory is no faster.
 *
 * @param {Uint8Array<ArrayBuffer>} compressed
 * @param {number} size of what is in it
 */
async function unpack(compressed, size) {
  const { readable, writable } = new DecompressionStream('deflate-raw');
  const writer = writable.getWriter();
  writer.write(compressed);
  writer.close();
  const reader = readable.getReader();
  const bytes = new Uint8Array(size);
  for (let at = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return bytes;
    bytes.set(value, at);
    at += value.length;
  }
}

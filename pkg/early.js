import { isValidWellknownUrl } from './wellknown.js';

/** Responses that were asked for while the wasm loads, by URL. @type {Map<string, Early>} */
const early = new Map();

/** @typedef {{ response: Promise<Response>, abort: AbortController }} Early */

/**
 * Asks for a well-known document before the core can: the same request, which the core then takes
 * in the place of its own, and checks. Where this page may not ask, or has kept the document, it is
 * left to the core.
 *
 * @param {any} input the argument of a factory
 * @returns {() => void} gives up what nobody has taken
 */
export function askEarly(input) {
  const wellknown = input?.config?.serverConfig?.wellknown;
  if (
    typeof window === 'undefined' ||
    !isSecureContext ||
    isOwnFrame() ||
    !isValidWellknownUrl(wellknown) ||
    isKept(wellknown)
  ) {
    return () => {};
  }
  const abort = new AbortController();
  const headers = { Accept: 'application/json' };
  const request = new Request(wellknown, { headers, signal: abort.signal });
  if (early.has(request.url)) return () => {};
  const asked = { response: send(request), abort };
  // Whoever takes it hears of its failure.
  asked.response.catch(() => {});
  early.set(request.url, asked);
  return () => {
    if (early.get(request.url) === asked) {
      early.delete(request.url);
      abort.abort();
    }
  };
}

/**
 * The response to a request of the core, if it was asked for early.
 *
 * @param {Request} request
 */
export function takeEarly({ url, signal }) {
  const asked = early.get(url);
  if (!asked) return undefined;
  early.delete(url);
  signal.onabort = () => asked.abort.abort();
  return asked.response;
}

/** @param {Request} request */
async function send(request) {
  return fetch(request);
}

/** The hidden frame of a background authorization, where no client is made. */
function isOwnFrame() {
  return window.name === 'journey-oidc-frame';
}

/** @param {string} url */
function isKept(url) {
  try {
    return sessionStorage.getItem(`pic-document-${new URL(url).href}`) !== null;
  } catch {
    return false;
  }
}

import { ACCEPT, DOCUMENTS, FRAME, STORAGES } from './names.js';
import { isValidWellknownUrl } from './wellknown.js';

/** @typedef {{ response: Promise<Response>, abort: AbortController }} Asked */

/** What was asked while the wasm loads, by URL. @type {Map<string, Asked>} */
const early = new Map();

/** The parts of the core that are there. @type {Set<import('./load.js').Part>} */
const loaded = new Set();

/** Whether both parts are there. */
export const isCoreThere = () => loaded.has('oidc');

/**
 * Makes a client, and asks for its well-known document while the core is still being loaded: the
 * same request, whose response the core then takes in the place of its own, and checks.
 *
 * @param {import('./load.js').Part} part of the core, which the client needs
 * @param {any} input the argument of the factory
 * @param {() => Promise<any>} create
 */
export async function askingEarly(part, input, create) {
  // A core that is there asks at once by itself, for what it doesn't know.
  const giveUp = loaded.has(part) ? () => {} : askEarly(input);
  const client = await create();
  if (!('error' in client)) loaded.add('core').add(part);
  giveUp();
  return client;
}

/**
 * Asks, unless this page may not, or has kept the document.
 *
 * @param {any} input
 * @returns {() => void} gives up what nobody has taken
 */
function askEarly(input) {
  const wellknown = input?.config?.serverConfig?.wellknown;
  const { type = STORAGES[0] } = input?.storage ?? {};
  if (!mayAsk() || !STORAGES.includes(type) || !isValidWellknownUrl(wellknown)) {
    return () => {};
  }
  const { href } = new URL(wellknown);
  if (early.has(href) || isKept(href)) return () => {};
  const asked = ask(href);
  early.set(href, asked);
  return () => {
    if (early.get(href) === asked) {
      early.delete(href);
      asked.abort.abort();
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

/** Not on a server, nor in jsdom, and not where the core makes no client. */
export function mayAsk() {
  const { isSecureContext, window } = globalThis;
  return window && isSecureContext && window.name !== FRAME;
}

/** @param {string} href @returns {Asked} */
function ask(href) {
  const abort = new AbortController();
  const send = async () =>
    fetch(
      new Request(href, {
        headers: { Accept: ACCEPT },
        credentials: 'omit',
        signal: abort.signal,
      }),
    );
  const response = send();
  // Whoever takes it hears of its failure.
  response.catch(() => {});
  return { response, abort };
}

/** @param {string} href */
function isKept(href) {
  try {
    return sessionStorage.getItem(`${DOCUMENTS}${href}`) !== null;
  } catch {
    return false;
  }
}

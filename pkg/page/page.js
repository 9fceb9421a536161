/**
 * What the core asks of the page, through `src/web`, and gets at once. Nothing is decided here.
 *
 * Built into `pkg/wasm/core.js`, through `instance.js`.
 */
import { FRAME, storageFault } from './work.js';

/**
 * Tells the app's logger, or the console, where that has no function for the level.
 *
 * @param {any} custom
 * @param {'error' | 'warn' | 'info' | 'debug'} level
 * @param {string} text
 */
export function log(custom, level, text) {
  try {
    const sink = custom?.[level];
    if (typeof sink === 'function') sink.call(custom, text);
    // biome-ignore lint/suspicious/noConsole: where logs go unless the app says otherwise
    else console[level](text);
  } catch {
    // A logger that throws must not stop a sign-in.
  }
}

/**
 * Asks a storage that the page has; throws the name of a fault.
 *
 * @param {'local' | 'session' | 'memory'} area
 * @param {string} action
 * @param {string} key
 * @param {string} text
 */
export function storage(area, action, key, text) {
  let store = memory;
  try {
    if (area !== 'memory') store = window[`${area}Storage`];
  } catch {
    throw 'blocked';
  }
  if (!store) throw 'blocked';
  try {
    switch (action) {
      case 'get':
        return store.getItem(key);
      case 'set':
        return store.setItem(key, text);
      case 'remove':
        return store.removeItem(key);
      default: {
        const keys =
          store === memory
            ? [...texts.keys()]
            : Array.from({ length: store.length }, (_, index) => store.key(index));
        return JSON.stringify(keys.filter((name) => name?.startsWith(key)));
      }
    }
  } catch (thrown) {
    throw storageFault(thrown);
  }
}

/**
 * What is done, or told, at once; nothing where the page can't.
 *
 * @param {keyof typeof ACTS} name
 * @param {string} text
 * @param {string} more
 */
export function act(name, text, more) {
  try {
    /** @type {(text: string, more: string) => unknown} */
    const run = ACTS[name];
    return run(text, more);
  } catch {
    return undefined;
  }
}

const ACTS = /** @satisfies {Record<string, (text: string, more: string) => unknown>} */ ({
  base: () => location.href,
  loaded: () => performance.getEntriesByType('navigation')[0]?.name,

  /** The parts of a URL, a line each; those of the query and the fragment without their signs. */
  url(text, base) {
    const { href, origin, protocol, host, pathname, search, hash } = new URL(
      text,
      base || undefined,
    );
    return [href, origin, protocol, host, pathname, search.slice(1), hash.slice(1)].join('\n');
  },

  /** The parameters of a query, as a list of names and values. */
  pairs: (query) => [...new URLSearchParams(`?${query}`)],

  isSecure: () => isSecureContext,
  isOwnFrame: () => parent !== window && window.name === FRAME,
  navigate: (url) => location.assign(url),
  replaceAddress: (url) => history.replaceState(history.state, '', url),

  /** Posts a form, whose answer takes the place of the page. */
  submit(url, fields) {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = url;
    form.hidden = true;
    for (const [name, value] of new URLSearchParams(fields)) {
      const input = document.createElement('input');
      Object.assign(input, { type: 'hidden', name, value });
      form.appendChild(input);
    }
    document.body.appendChild(form);
    // A field may be called `submit`.
    HTMLFormElement.prototype.submit.call(form);
  },

  tell(name, message) {
    const channel = new BroadcastChannel(name);
    channel.postMessage(message);
    channel.close();
  },
});

/** @type {Map<string, string>} */
const texts = new Map();

/**
 * What is kept in memory, with the part of the interface `Storage` that is used. Lasts as long as
 * the page, and longer than an instance that traps.
 *
 * @type {any}
 */
const memory = {
  /** @param {string} key */
  getItem: (key) => texts.get(key) ?? null,
  /** @param {string} key @param {string} text */
  setItem: (key, text) => texts.set(key, text),
  /** @param {string} key */
  removeItem: (key) => texts.delete(key),
};

/** The browser's storages, this page's memory, and an app's own storage. */

/** @typedef {import('./work.js').Take} Take */

/** @typedef {'localStorage' | 'sessionStorage' | 'memory'} Area */

/** What is kept in memory. Lasts as long as the page, and longer than an instance that traps. @type {Map<string, string>} */
const texts = new Map();

/**
 * {@link texts}, with the part of the interface `Storage` that is used.
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
  /** @param {number} index */
  key: (index) => [...texts.keys()][index],
  get length() {
    return texts.size;
  },
};

/**
 * What `use` returns of a storage.
 *
 * @template T
 * @param {Area} area
 * @param {(storage: Storage) => T} use
 * @returns {T} throws a fault
 */
function within(area, use) {
  let storage;
  try {
    storage = area === 'memory' ? memory : window[area];
    return use(storage);
  } catch (thrown) {
    throw storage ? faultOf(thrown) : 'blocked';
  }
}

/**
 * The stored text; nothing where there is none.
 *
 * @param {Area} area
 * @param {string} key
 */
export function read(area, key) {
  return within(area, (storage) => storage.getItem(key));
}

/**
 * @param {Area} area
 * @param {string} key
 * @param {string} text
 */
export function write(area, key, text) {
  within(area, (storage) => storage.setItem(key, text));
}

/**
 * @param {Area} area
 * @param {string} key
 */
export function remove(area, key) {
  within(area, (storage) => storage.removeItem(key));
}

/**
 * The keys that begin with `prefix`.
 *
 * @param {Area} area
 * @param {string} prefix
 */
export function keys(area, prefix) {
  return within(area, (storage) =>
    Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter((name) =>
      name?.startsWith(prefix),
    ),
  );
}

/**
 * Calls `changed` with the key when another tab has changed what is stored under it, and with an empty text
 * when one may have: no news comes to a page in the back/forward cache, and listening to these events
 * keeps none out of it.
 *
 * @param {Take} take
 * @param {string} key
 * @param {(key: string) => void} changed
 */
export function watch(take, key, changed) {
  /** @param {any} event */
  const look = ({ type, persisted, key: name }) => {
    if (persisted) changed('');
    // Without a key all is gone.
    if (type === 'storage' && (name ?? key) === key) changed(key);
  };
  for (const type of ['storage', 'pageshow']) {
    window.addEventListener(type, look);
    take(() => window.removeEventListener(type, look));
  }
}

/**
 * Calls an app's own storage. What that returns for a read may be the text or the parsed record;
 * nothing, `null` and an empty text are all none. An object with an `error` is a failure.
 *
 * @param {any} storage
 * @param {'get' | 'set' | 'remove'} action
 * @param {string[]} args the key, and what is to be stored
 */
export async function custom(storage, action, ...args) {
  try {
    const result = (await storage[action](...args)) || undefined;
    if (result?.error !== undefined) throw new Error();
    return typeof result === 'object' ? JSON.stringify(result) : result;
  } catch (thrown) {
    throw faultOf(thrown);
  }
}

/**
 * @param {any} thrown what a storage has thrown
 * @returns {import('./fault.js').Fault}
 */
function faultOf(thrown) {
  if (/^(QuotaExceededError|NS_ERROR_DOM_QUOTA_REACHED)$/.test(thrown?.name)) return 'full';
  return thrown?.name === 'SecurityError' ? 'blocked' : 'failed';
}

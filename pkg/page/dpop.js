/**
 * The DPoP keys of this browser (RFC 9449). The browser makes them and signs with them; no script can read
 * their private part. Loaded when a client with `dpop` first needs a key.
 */

/** @typedef {{ pair: CryptoKeyPair, jwk: JsonWebKey, lasts: boolean }} Key `lasts`: it is stored */
/** @typedef {'find' | 'make' | 'keep' | 'makeInPage' | 'take'} Action `KeyAction` in `src/platform.rs` */

const DATABASE = 'journey-oidc';
const STORE = 'dpop-keys';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** The keys that this page has used last, by name. @type {Map<string, Key>} */
const used = new Map();

/**
 * Finds, makes or takes the key with this name. A key that could not be stored stays the key of this page.
 *
 * @param {string} name
 * @param {Action} action
 * @returns {Promise<string | undefined>} `{ jwk, lasts }` as JSON
 */
export async function key(name, action) {
  const before = used.get(name);
  const isTaken = action === 'take';
  if (isTaken) used.delete(name);
  const find = isTaken ? take : findOrMake;
  const found = await find(name, action, before);
  if (!found) return undefined;
  used.set(isTaken ? `${name}|${found.jwk.x}` : name, found);
  return JSON.stringify({ jwk: found.jwk, lasts: found.lasts });
}

/**
 * @param {string} name
 * @param {Action} _action
 * @param {Key} [before] the key that this page has used last
 * @returns {Promise<Key | undefined>}
 */
async function take(name, _action, before) {
  const stored = await remove(name).catch(() => undefined);
  if (stored && before?.lasts !== false) return describe(stored, false);
  return before && { ...before, lasts: false };
}

/**
 * @param {string} name
 * @param {Action} action
 * @param {Key} [before]
 * @returns {Promise<Key | undefined>}
 */
async function findOrMake(name, action, before) {
  if (before?.lasts === false) return before;
  if (action === 'makeInPage') return describe(await generate(), false);
  try {
    const stored = await ask('readonly', (store) => store.get(name));
    if (stored) return await describe(stored, true);
  } catch {
    // A key that was stored once may be again: it is not replaced.
    if (before) return { ...before, lasts: action === 'find' };
  }
  if (action !== 'make' && action !== 'keep') return undefined;
  const pair = action === 'keep' && before ? before.pair : await generate();
  try {
    return await describe(await add(name, pair), true);
  } catch {
    return describe(pair, false);
  }
}

/**
 * Signs a text with the key whose coordinate `x` this is; nothing where the key is gone.
 *
 * @param {string} name
 * @param {string} x
 * @param {string} text
 */
export async function sign(name, x, text) {
  if (used.get(name)?.jwk.x !== x) await key(name, 'find');
  const found = used.get(name);
  if (found?.jwk.x !== x) return undefined;
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array(await crypto.subtle.sign(ALGORITHM, found.pair.privateKey, bytes));
}

/**
 * Drops a key from the memory of this page.
 *
 * @param {string} name
 */
export async function forget(name) {
  used.delete(name);
}

function generate() {
  return crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
}

/**
 * @param {CryptoKeyPair} pair
 * @param {boolean} lasts
 * @returns {Promise<Key>}
 */
async function describe(pair, lasts) {
  return { pair, jwk: await crypto.subtle.exportKey('jwk', pair.publicKey), lasts };
}

/**
 * Stores a key, unless one is stored: a transaction of one tab waits for that of another. Returns the one
 * that is stored.
 *
 * @param {string} name
 * @param {CryptoKeyPair} pair
 */
async function add(name, pair) {
  let stored = pair;
  await ask('readwrite', (store) => {
    const read = store.get(name);
    read.onsuccess = () => {
      if (read.result) stored = read.result;
      else write(store, pair, name);
    };
    return read;
  });
  return stored;
}

/**
 * Deletes a stored key, and returns it.
 *
 * @param {string} name
 * @returns {Promise<CryptoKeyPair | undefined>}
 */
function remove(name) {
  return ask('readwrite', (store) => {
    const read = store.get(name);
    store.delete(name);
    return read;
  });
}

/**
 * Stores a key; ends the transaction where the browser can't copy keys. What an event handler throws would be
 * an uncaught error of the page.
 *
 * @param {IDBObjectStore} store
 * @param {CryptoKeyPair} pair
 * @param {string} name
 */
function write(store, pair, name) {
  try {
    store.put(pair, name);
  } catch {
    store.transaction.abort();
  }
}

/**
 * Runs one transaction, and closes the database: an open one would keep others from deleting it.
 *
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} run
 * @returns {Promise<any>} the result of the request, once the transaction is complete
 */
async function ask(mode, run) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = run(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

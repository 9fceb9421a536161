/**
 * What the core uses of the page: one function for each thing, which `src/web/page.rs` declares with the
 * same name and types. Nothing is decided here.
 */
import { listen, tell } from './channel.js';
import { digest, verify } from './crypto.js';
import { frame } from './frame.js';
import * as location from './location.js';
import { held, hold, lock } from './lock.js';
import { log } from './log.js';
import { holdWindow, popupLocations } from './popup.js';
import { prepare, send } from './request.js';
import * as storage from './storage.js';
import * as timer from './timer.js';
import { createWork } from './work.js';

/** An app's own storage is waited for this many milliseconds. */
const CUSTOM_TIMEOUT = 30_000;

/** The browser's database of keys is waited for this many milliseconds. */
const KEY_TIMEOUT = 10_000;

/** The page, for one instance of the core: `endAll` ends for good what that has begun. */
export function createPage() {
  const { begin, follow, live, endAll } = createWork();

  /**
   * What is done, or told, at once; nothing where the page can't.
   *
   * @template {unknown[]} A
   * @template R
   * @param {(...args: A) => R} run
   */
  const tried = (run) =>
    live((/** @type {A} */ ...args) => {
      try {
        return run(...args);
      } catch {
        return undefined;
      }
    });

  /** @param {(keys: typeof import('./dpop.js')) => Promise<unknown>} run */
  const withKeys = (run) =>
    begin((take) => timer.within(take, KEY_TIMEOUT, import('./dpop.js').then(run)));

  return {
    endAll,

    /** @param {string} url @param {any} init @param {string | undefined} form @param {string | undefined} body @param {boolean} stays @param {string} action @param {number} time @param {any} hooks */
    send: (url, init, form, body, stays, action, time, hooks) =>
      begin((take) => send(take, url, init, form, body, stays, action, time, hooks)),
    /** @param {any} request @param {string} action @param {number} time @param {any} hooks */
    prepare: (request, action, time, hooks) =>
      begin((take) => prepare(take, request, action, time, hooks)),

    /** @param {string} url @param {number} time */
    frame: (url, time) => follow((take) => frame(take, url, time)),
    /** @param {any} popup @param {string} url @param {string} channel @param {number} time */
    popup: (popup, url, channel, time) =>
      follow((take) => popupLocations(take, popup, url, channel, time)),
    /** @param {any} popup */
    holdWindow: (popup) => begin(async (take) => holdWindow(take, popup)),

    /** @param {string} name @param {number} time */
    lock: (name, time) => begin((take) => lock(take, name, time)),
    /** @param {string} name @param {number} time */
    hold: (name, time) => begin((take) => hold(take, name, time)),
    /** @param {string} prefix */
    held: (prefix) => begin(() => held(prefix)),

    /** @param {number} time */
    pause: (time) => begin((take) => timer.pause(take, time)),
    /** @param {number} time */
    wake: (time) => begin((take) => timer.wake(take, time)),
    /** @param {number} time */
    returned: (time) => begin((take) => timer.returned(take, time)),
    left: () => begin(timer.left),
    /** @param {any} signal */
    aborted: (signal) => begin((take) => timer.aborted(take, signal)),

    /** @param {string} name @param {(message: string) => void} heard */
    listen: (name, heard) => begin(async (take) => void listen(take, name, heard)),
    tell: tried(tell),

    read: live(storage.read),
    write: live(storage.write),
    remove: live(storage.remove),
    keys: live(storage.keys),
    /** @param {string} key @param {(key: string) => void} changed */
    watch: (key, changed) => begin(async (take) => storage.watch(take, key, changed)),
    /** @param {any} of @param {'get' | 'set' | 'remove'} action @param {string} key @param {string | undefined} text */
    custom: (of, action, key, text) =>
      begin((take) => timer.within(take, CUSTOM_TIMEOUT, storage.custom(of, action, key, text))),

    /** @param {string} name @param {import('./dpop.js').Action} action */
    dpopKey: (name, action) => withKeys((keys) => keys.key(name, action)),
    /** @param {string} name @param {string} x @param {string} text */
    dpopSign: (name, x, text) => withKeys((keys) => keys.sign(name, x, text)),
    /** @param {string} name */
    dpopForget: (name) => withKeys((keys) => keys.forget(name)),

    /** @param {string} algorithm @param {string} key @param {Uint8Array<ArrayBuffer>} data @param {Uint8Array<ArrayBuffer>} signature */
    verify: (algorithm, key, data, signature) =>
      begin(() => verify(algorithm, key, data, signature)),
    /** @param {string} algorithm @param {string} text */
    digest: (algorithm, text) => begin(() => digest(algorithm, text)),

    baseUrl: tried(location.baseUrl),
    loadedUrl: tried(location.loadedUrl),
    isSecure: tried(location.isSecure),
    isOwnFrame: tried(location.isOwnFrame),
    navigate: tried(location.navigate),
    replaceAddress: tried(location.replaceAddress),
    submit: tried(location.submit),

    log,
  };
}

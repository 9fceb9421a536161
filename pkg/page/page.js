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

/** @typedef {import('./work.js').Take} Take */

/** An app's own storage is waited for this many milliseconds. */
const CUSTOM_TIMEOUT = 30_000;

/** The browser's database of keys is waited for this many milliseconds. */
const KEY_TIMEOUT = 10_000;

/** The page, for one instance of the core: `endAll` ends for good what that has begun. */
export function createPage() {
  const { begin, follow, live, endAll } = createWork();

  /**
   * Work with one result.
   *
   * @template {unknown[]} A
   * @param {(take: Take, ...args: A) => Promise<unknown>} run
   */
  const work =
    (run) =>
    (/** @type {A} */ ...args) =>
      begin((take) => run(take, ...args));

  /**
   * The same, which takes nothing of the browser that must be released.
   *
   * @template {unknown[]} A
   * @param {(...args: A) => Promise<unknown>} run
   */
  const plain = (run) => work((_take, /** @type {A} */ ...args) => run(...args));

  /**
   * The same, for which the page waits no longer than a time.
   *
   * @template {unknown[]} A
   * @param {number} time
   * @param {(...args: A) => Promise<unknown>} run
   */
  const within = (time, run) =>
    work((take, /** @type {A} */ ...args) => timer.within(take, time, run(...args)));

  /**
   * What lasts until the core ends it.
   *
   * @template {unknown[]} A
   * @param {(take: Take, ...args: A) => unknown} run
   */
  const lasting = (run) => work(async (take, /** @type {A} */ ...args) => void run(take, ...args));

  /**
   * Work with one location after the other.
   *
   * @template {unknown[]} A
   * @param {(take: Take, ...args: A) => AsyncGenerator<string>} run
   */
  const locations =
    (run) =>
    (/** @type {A} */ ...args) =>
      follow((take) => run(take, ...args));

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

  /**
   * Work with the keys, whose module only clients with DPoP load.
   *
   * @template {unknown[]} A
   * @param {(keys: typeof import('./dpop.js')) => (...args: A) => Promise<unknown>} pick
   */
  const withKeys = (pick) =>
    within(KEY_TIMEOUT, async (/** @type {A} */ ...args) =>
      pick(await import('./dpop.js'))(...args),
    );

  return {
    endAll,

    send: work(send),
    prepare: work(prepare),

    frame: locations(frame),
    popup: locations(popupLocations),
    holdWindow: lasting(holdWindow),

    lock: work(lock),
    hold: work(hold),
    held: plain(held),

    pause: work(timer.pause),
    wake: work(timer.wake),
    returned: work(timer.returned),
    left: work(timer.left),
    aborted: work(timer.aborted),

    listen: lasting(listen),
    tell: tried(tell),

    read: live(storage.read),
    write: live(storage.write),
    remove: live(storage.remove),
    keys: live(storage.keys),
    watch: lasting(storage.watch),
    custom: within(CUSTOM_TIMEOUT, storage.custom),

    dpopKey: withKeys((keys) => keys.key),
    dpopSign: withKeys((keys) => keys.sign),
    dpopForget: withKeys((keys) => keys.forget),

    verify: plain(verify),
    digest: plain(digest),

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

/**
 * One instance of the core at a time. When it traps, its pending calls come to their end, all work
 * that it has begun ends, and the next call gets a fresh instance: docs/decisions.md#traps-are-survived
 *
 * Built into `pkg/wasm/core.js`: the glue of wasm-bindgen reaches the page through this module
 * (`scripts/build.mjs`).
 */
import * as work from '../page/work.js';

/**
 * What lets each pending call of the present instance fail.
 *
 * @type {Set<() => void>}
 */
const pending = new Set();

/**
 * What the present instance has trapped with.
 *
 * @type {{ thrown: unknown } | undefined}
 */
let trapped;

/** @type {Promise<object> | undefined} */
let live;

/** Tells that the present instance has trapped. */
let end = () => {};

/**
 * Tells the present instance what it waits for.
 *
 * @type {(number: number, holds: boolean, value: unknown) => void}
 */
let tell;

/**
 * The error value of a trap; known from the first start on.
 *
 * @type {(thrown: unknown) => object}
 */
export let asFailure;

/**
 * Makes the function that gives the live instance.
 *
 * @param {object} glue
 * @param {string} glue.version which wasm this glue is for
 * @param {() => WebAssembly.Imports} glue.getImports
 * @param {(instance: WebAssembly.Instance, module: WebAssembly.Module) => unknown} glue.finish
 * @param {() => void} glue.retire makes what the instance has given out do nothing
 * @param {typeof tell} glue.tell tells it what has come of something
 * @param {object} glue.core the factories
 */
export function starter({ version, getImports, finish, retire, core, ...glue }) {
  /** @param {WebAssembly.Module} module */
  const instantiate = async (module) => {
    const [section] = WebAssembly.Module.customSections(module, 'version');
    if (!section || new TextDecoder().decode(section) !== version) {
      throw new WebAssembly.LinkError('it is of another version');
    }
    giveAllBack();
    const instance = await WebAssembly.instantiate(module, getImports());
    trapped = undefined;
    const present = { ...core, hasTrapped: false, watchers: new Set() };
    end = () => {
      tell = () => {};
      retire();
      present.hasTrapped = true;
      for (const keepWatching of present.watchers) keepWatching();
    };
    // Another one for each instance: see `teller`.
    tell = (...told) => glue.tell(...told);
    // What the last one has made of itself since it trapped is of no use in this one.
    retire();
    finish(instance, module);
    return present;
  };
  /** @type {typeof import('../wasm/core.js').start} */
  return (module, toFailure) => {
    asFailure = toFailure;
    live ??= instantiate(module).catch((error) => {
      live = undefined;
      throw error;
    });
    return /** @type {Promise<any>} */ (live);
  };
}

/**
 * The exports of an instance, which trap whenever anything is thrown out of one.
 *
 * @param {WebAssembly.Exports} exports
 */
export function guard(exports) {
  return Object.fromEntries(
    Object.entries(exports).map(([name, value]) => [
      name,
      typeof value === 'function' ? guarded(value) : value,
    ]),
  );
}

/** @param {Function} run */
function guarded(run) {
  return (/** @type {unknown[]} */ ...args) => {
    // Under another call of the instance, which goes on until it wants something.
    if (trapped) throw trapped.thrown;
    try {
      return run(...args);
    } catch (thrown) {
      trap(thrown);
      throw thrown;
    }
  };
}

/** @param {unknown} thrown */
function trap(thrown) {
  if (trapped) return;
  trapped = { thrown };
  live = undefined;
  end();
  giveAllBack();
}

function giveAllBack() {
  for (const fail of pending) fail();
  pending.clear();
  work.endAll();
}

/**
 * Runs what the browser calls; a trap has been told to whom it concerns.
 *
 * @template {unknown[]} T
 * @param {(...args: T) => unknown} run
 * @param {T} args
 */
function quietly(run, ...args) {
  try {
    run(...args);
  } catch (thrown) {
    if (!trapped) throw thrown;
  }
}

/** @param {(held: any) => void} cleanup */
export function registry(cleanup) {
  return new FinalizationRegistry((value) => quietly(cleanup, value));
}

/**
 * What comes of a call, also when the instance traps.
 *
 * @param {(settle: (value: unknown) => void) => void} call
 * @returns {Promise<any>}
 */
export function ask(call) {
  /** @type {(value: unknown) => void} */
  let resolve = () => {};
  const made = new Promise((settle) => {
    resolve = settle;
  });
  const fail = () => resolve(asFailure(trapped?.thrown));
  pending.add(fail);
  call((value) => {
    pending.delete(fail);
    resolve(value);
  });
  return made;
}

/**
 * Tells the instance of now, and no later one, what comes under a number.
 *
 * @param {number} number
 */
function teller(number) {
  const present = tell;
  return (/** @type {boolean} */ holds, /** @type {unknown} */ value) => {
    if (present === tell) quietly(tell, number, holds, value);
  };
}

/**
 * Has the next result of work told under a number.
 *
 * @param {{ next: () => Promise<unknown> }} begun
 * @param {number} number
 */
export function next(begun, number) {
  const told = teller(number);
  begun.next().then(
    (value) => told(true, value),
    (fault) => told(false, fault),
  );
}

/** Lets the instance go on in a microtask. */
export function soon() {
  const told = teller(0);
  queueMicrotask(() => told(true, undefined));
}

/**
 * Has each text that work tells told under a number.
 *
 * @param {'listen' | 'watch'} name
 * @param {string} text
 * @param {number} number
 */
export function listen(name, text, number) {
  const told = teller(number);
  return begin(name, text, '', Number.POSITIVE_INFINITY, (/** @type {string} */ text) =>
    told(true, text),
  );
}

/** @type {typeof work.begin} */
export function begin(...args) {
  if (trapped) throw trapped.thrown;
  return work.begin(...args);
}

export { act, log, storage } from '../page/page.js';

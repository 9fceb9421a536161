/**
 * One instance of the core at a time. When it traps, its pending calls come to their end, all work
 * that it has begun ends, and the next call gets a fresh instance (decision 14).
 *
 * Built into `pkg/wasm/core.js`: the glue of wasm-bindgen reaches the page through this module
 * (`scripts/build.mjs`).
 */
import * as work from './work.js';

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
 * @param {object} glue.core the factories
 */
export function starter({ version, getImports, finish, retire, core }) {
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
      retire();
      present.hasTrapped = true;
      for (const tell of present.watchers) tell();
    };
    finish(instance, module);
    return present;
  };
  /** @type {typeof import('../../pkg/wasm/core.js').start} */
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
 * @param {Function} run
 * @param {unknown[]} args
 */
export function quietly(run, ...args) {
  try {
    return run(...args);
  } catch (thrown) {
    if (!trapped) throw thrown;
  }
}

/** @param {(held: any) => void} cleanup */
export function registry(cleanup) {
  return new FinalizationRegistry((value) => quietly(cleanup, value));
}

/**
 * A call's promise, which a trap resolves.
 *
 * @param {(resolve: Function, reject: Function) => void} executor
 */
export function promise(executor) {
  if (trapped) throw trapped.thrown;
  /** @type {(value: unknown) => void} */
  let resolve = () => {};
  const made = new Promise((settle) => {
    resolve = settle;
  });
  const fail = () => resolve(asFailure(trapped?.thrown));
  /** @param {unknown} value */
  const settle = (value) => {
    pending.delete(fail);
    resolve(value);
  };
  pending.add(fail);
  // Not inside of `new Promise()`, which would keep what is thrown.
  executor(settle, (/** @type {unknown} */ reason) => settle(Promise.reject(reason)));
  return made;
}

/** @type {typeof work.begin} */
export function begin(...args) {
  if (trapped) throw trapped.thrown;
  return work.begin(...args);
}

export { act, log, storage } from './page.js';

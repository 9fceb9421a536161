/**
 * One instance of the core at a time, and what it holds of the browser. When it traps, its pending
 * calls come to their end, all that it holds is given back, and the next call gets a fresh instance
 * (decision 14).
 *
 * Built into `pkg/wasm/core.js`: the glue of wasm-bindgen takes from the browser through this module
 * (`scripts/build.mjs`).
 */

/**
 * What is held, and what gives it back.
 *
 * @type {Map<any, (thing: any) => void>}
 */
const held = new Map();

/**
 * Controllers of work that has come to its end are dropped without a word.
 *
 * @type {Set<WeakRef<AbortController>>}
 */
const controllers = new Set();

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
  for (const [thing, giveBack] of held) {
    held.delete(thing);
    try {
      giveBack(thing);
    } catch {
      // The rest is given back all the same.
    }
  }
  for (const controller of controllers) controller.deref()?.abort();
  controllers.clear();
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
 * @template T
 * @param {T} thing
 * @param {(thing: T) => void} giveBack
 */
function hold(thing, giveBack) {
  if (trapped) {
    giveBack(thing);
    throw trapped.thrown;
  }
  held.set(thing, giveBack);
  return thing;
}

/**
 * A promise that a trap resolves. It is a call's, or what a lock is held for.
 *
 * @param {(resolve: Function, reject: Function) => void} executor
 */
export function promise(executor) {
  /** @type {(value: unknown) => void} */
  let resolve = () => {};
  const made = new Promise((settle) => {
    resolve = settle;
  });
  /** @param {unknown} value */
  const settle = (value) => {
    held.delete(settle);
    resolve(value);
  };
  hold(settle, () => resolve(asFailure(trapped?.thrown)));
  // Not inside of `new Promise()`, which would keep what is thrown.
  executor(settle, (/** @type {unknown} */ reason) => settle(Promise.reject(reason)));
  return made;
}

/** @param {() => void} callback @param {number} milliseconds */
export function startTimer(callback, milliseconds) {
  return hold(setTimeout(callback, milliseconds), clearTimeout);
}

/** @param {ReturnType<typeof setTimeout>} timer */
export function endTimer(timer) {
  held.delete(timer);
  clearTimeout(timer);
}

/** @param {EventTarget} target @param {string} type @param {() => void} listener */
export function listen(target, type, listener) {
  target.addEventListener(type, listener);
  hold(listener, () => target.removeEventListener(type, listener));
}

/** @param {EventTarget} target @param {string} type @param {() => void} listener */
export function unlisten(target, type, listener) {
  held.delete(listener);
  target.removeEventListener(type, listener);
}

/** @param {Node} parent @param {ChildNode} child */
export function append(parent, child) {
  parent.appendChild(child);
  return hold(child, remove);
}

/** @param {ChildNode} child */
export function remove(child) {
  held.delete(child);
  child.remove();
}

/** @param {string} name */
export function channel(name) {
  return hold(new BroadcastChannel(name), close);
}

/** @param {BroadcastChannel | Window} thing */
export function close(thing) {
  held.delete(thing);
  thing.close();
}

export function controller() {
  const made = new AbortController();
  for (const other of controllers) if (!other.deref()) controllers.delete(other);
  controllers.add(new WeakRef(made));
  return made;
}

/**
 * Sets a member, also one that every object inherits: that can't be assigned when it is frozen.
 *
 * @param {any} object @param {string} name @param {unknown} value
 */
export function set(object, name, value) {
  const descriptor = { value, configurable: true, enumerable: true, writable: true };
  if (name in object) Object.defineProperty(object, name, descriptor);
  else object[name] = value;
}

/** @type {Map<string, string>} */
const texts = new Map();

/** What is kept in memory, with the part of the interface `Storage` that is used. */
export const memory = {
  get length() {
    return texts.size;
  },
  /** @param {number} index */
  key: (index) => [...texts.keys()][index] ?? null,
  /** @param {string} key */
  getItem: (key) => texts.get(key) ?? null,
  /** @param {string} key @param {string} text */
  setItem: (key, text) => texts.set(key, text),
  /** @param {string} key */
  removeItem: (key) => texts.delete(key),
};

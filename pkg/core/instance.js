/**
 * One instance of the core at a time, with a page of its own. When it traps, its pending calls resolve to
 * `internal_error`, all work that it has begun ends, and the next call gets a fresh instance:
 * docs/decisions.md#traps-are-survived
 */
import { asFailure } from '../entry/failure.js';
import { createPage } from '../page/page.js';

/**
 * An instance: what the glue exports, and how it ends.
 *
 * @typedef {object} Instance
 * @property {any} glue
 * @property {boolean} hasTrapped
 * @property {boolean} isComplete whether the second part is there
 * @property {(second: WebAssembly.Module) => Promise<void>} complete adds the second part
 * @property {Set<() => void>} watchers called when it traps
 * @property {(call: () => Promise<any>) => Promise<any>} ask what a call resolves to, or the error value
 */

/**
 * Makes the glue of wasm-bindgen for one instance, whose imports use `page`: `scripts/build.mjs`. `exports` is
 * what JavaScript calls of it, `attach` gives it the exports of the WebAssembly.
 *
 * @typedef {(page: ReturnType<typeof createPage>) => {
 *   exports: any,
 *   imports: WebAssembly.Imports,
 *   attach: (wasm: object) => void,
 * }} CreateGlue
 */

/**
 * Makes the function that gives the live instance, of the first part of the core.
 *
 * @param {string} version which wasm this glue is for
 * @param {CreateGlue} createGlue
 * @param {import('../wasm/core.js').Core['connect']} connect
 */
export function starter(version, createGlue, connect) {
  /** @type {Promise<Instance> | undefined} */
  let live;

  /** @param {WebAssembly.Module} module */
  const start = async (module) => {
    const instance = await instantiate(module, version, createGlue, () => {
      live = undefined;
    });
    return Object.assign(instance, { connect });
  };

  return (/** @type {WebAssembly.Module} */ module) => {
    live ??= start(module).catch((error) => {
      live = undefined;
      throw error;
    });
    return live;
  };
}

/**
 * @param {WebAssembly.Module} first
 * @param {string} version
 * @param {CreateGlue} createGlue
 * @param {() => void} forget called when it traps
 * @returns {Promise<Instance>}
 */
async function instantiate(first, version, createGlue, forget) {
  const page = createPage();
  /** What lets each pending call fail. @type {Set<() => void>} */
  const pending = new Set();
  /** What it has trapped with. @type {{ thrown: unknown } | undefined} */
  let trapped;
  /** How many calls into the instance are on the stack. */
  let depth = 0;

  /** @param {unknown} thrown */
  const trap = (thrown) => {
    if (trapped) return;
    trapped = { thrown };
    instance.hasTrapped = true;
    forget();
    for (const fail of pending) fail();
    pending.clear();
    page.endAll();
    for (const keepWatching of instance.watchers) keepWatching();
  };

  /**
   * An export, which traps when anything is thrown out of it. What the browser still calls of a dead
   * instance, promises, listeners and finalizers, does nothing, and returns 0. Under another call of the
   * instance it throws, so that this one ends too.
   *
   * @param {Function} run
   */
  const guarded =
    (run) =>
    (/** @type {unknown[]} */ ...args) => {
      if (trapped) {
        if (depth) throw trapped.thrown;
        return 0;
      }
      depth += 1;
      try {
        return run(...args);
      } catch (thrown) {
        trap(thrown);
        if (depth > 1) throw thrown;
        return 0;
      } finally {
        depth -= 1;
      }
    };

  const glue = createGlue(page);
  /** The exports of the parts that are there, for the glue. @type {Record<string, any>} */
  const wasm = {};

  /**
   * @param {WebAssembly.Module} module
   * @param {WebAssembly.Imports} imports
   */
  const add = async (module, imports) => {
    checkVersion(module, version);
    const { exports } = await WebAssembly.instantiate(module, imports);
    for (const [name, value] of Object.entries(exports)) {
      // What is a number is for the second part alone: `scripts/split.mjs`.
      if (!Number.isNaN(Number(name))) continue;
      wasm[name] = typeof value === 'function' ? guarded(value) : value;
    }
    return exports;
  };

  const exports = await add(first, glue.imports);
  /** @type {Promise<void> | undefined} */
  let completing;

  /** @type {Instance} */
  const instance = {
    glue: undefined,
    hasTrapped: false,
    isComplete: false,
    complete(second) {
      const complete = async () => {
        await add(second, { ...glue.imports, first: /** @type {any} */ (exports) });
        instance.isComplete = true;
      };
      completing ??= complete().catch((error) => {
        completing = undefined;
        throw error;
      });
      return completing;
    },
    watchers: new Set(),
    ask: (call) =>
      new Promise((resolve) => {
        /** @param {unknown} value */
        const settle = (value) => {
          pending.delete(fail);
          resolve(value);
        };
        /** @param {unknown} thrown */
        const reject = (thrown) => settle(asFailure(thrown));
        const fail = () => reject(trapped?.thrown);
        pending.add(fail);
        try {
          call().then(settle, reject);
        } catch (thrown) {
          reject(thrown);
        }
      }),
  };

  glue.attach(wasm);
  if (trapped) throw /** @type {{ thrown: unknown }} */ (trapped).thrown;
  instance.glue = glue.exports;
  return instance;
}

/**
 * @param {WebAssembly.Module} module
 * @param {string} version
 */
function checkVersion(module, version) {
  const [section] = WebAssembly.Module.customSections(module, 'version');
  if (!section || new TextDecoder().decode(section) !== version) {
    throw new WebAssembly.LinkError('it is of another version');
  }
}

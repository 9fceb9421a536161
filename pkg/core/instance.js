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
 * Makes the function that gives the live instance.
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
    const [section] = WebAssembly.Module.customSections(module, 'version');
    if (!section || new TextDecoder().decode(section) !== version) {
      throw new WebAssembly.LinkError('it is of another version');
    }
    const instance = await instantiate(module, createGlue, () => {
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
 * @param {WebAssembly.Module} module
 * @param {CreateGlue} createGlue
 * @param {() => void} forget called when it traps
 * @returns {Promise<Instance>}
 */
async function instantiate(module, createGlue, forget) {
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

  /** @type {Instance} */
  const instance = {
    glue: undefined,
    hasTrapped: false,
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

  const glue = createGlue(page);
  const { exports } = await WebAssembly.instantiate(module, glue.imports);
  const entries = Object.entries(exports).map(([name, value]) => [
    name,
    typeof value === 'function' ? guarded(value) : value,
  ]);
  glue.attach(Object.fromEntries(entries));
  if (trapped) throw /** @type {{ thrown: unknown }} */ (trapped).thrown;
  instance.glue = glue.exports;
  return instance;
}

/**
 * A state with listeners: a Svelte store, and what React's `useSyncExternalStore` takes.
 *
 * @template State
 * @param {State} first the state on a server, too
 * @param {() => void} begin called at each subscription in a browser
 * @param {() => void} [end] called when nothing listens any more
 */
export function createStore(first, begin, end) {
  /** @type {Set<(state: State) => void>} */
  const listeners = new Set();
  let state = Object.freeze(first);

  return {
    getSnapshot: () => /** @type {State} */ (state),
    getServerSnapshot: () => first,

    /** @param {State} next */
    change(next) {
      state = Object.freeze(next);
      for (const listener of [...listeners]) listener(state);
    },

    /** @param {(state: State) => void} listener */
    subscribe(listener) {
      // The same function may listen twice.
      const entry = (/** @type {State} */ next) => listener(next);
      listeners.add(entry);
      entry(state);
      if (typeof window !== 'undefined') begin();
      return () => {
        listeners.delete(entry);
        if (listeners.size === 0) end?.();
      };
    },
  };
}

/** The listeners of one client. */
export function createEvents() {
  /** @type {Set<{ listener: (event: any) => void }>} */
  const entries = new Set();
  return {
    isEmpty: () => entries.size === 0,

    /** @param {(event: any) => void} listener @returns {() => void} the end of it */
    add(listener) {
      const entry = { listener };
      entries.add(entry);
      return () => entries.delete(entry);
    },

    /**
     * Calls every listener, in order, when the core has come to rest. One that throws is reported by
     * the browser, and stops no other.
     *
     * @param {object} event
     */
    tell(event) {
      Object.freeze(event);
      for (const entry of entries) {
        queueMicrotask(() => entries.has(entry) && entry.listener(event));
      }
    },
  };
}

/** The work that the page does for one instance of the core. Nothing is decided here. */

/**
 * Notes how something that is taken of the browser is released; returns what releases it, once.
 *
 * @typedef {(release: () => unknown) => () => void} Take
 */

/**
 * Pending work, as `src/web/page.rs` knows it. `next()` promises its result; of a frame or a window, one
 * location after the other. `end()` releases what it holds.
 *
 * @typedef {{ next: () => Promise<any>, end: () => void }} Work
 */

/** What the instance is told that has trapped and asks for more. */
const OVER = 'The instance has trapped.';

export function createWork() {
  /** What ends the pending work. @type {Set<() => void>} */
  const pending = new Set();
  let isOver = false;

  /** @param {(take: Take) => any} start */
  const open = (start) => {
    if (isOver) throw new Error(OVER);
    /** @type {Set<() => void>} */
    const held = new Set();
    /** @type {Take} */
    const take = (undo) => {
      const release = () => {
        if (!held.delete(release)) return;
        try {
          undo();
        } catch {
          // The rest is released all the same.
        }
      };
      held.add(release);
      // What is taken when the work has ended is released at once.
      if (!pending.has(end)) release();
      return release;
    };
    const end = () => {
      pending.delete(end);
      for (const release of held) release();
    };
    pending.add(end);
    return { begun: start(take), take, end };
  };

  /**
   * A promise that the end of the work settles too: whoever waits for it could not be freed otherwise.
   *
   * @template T
   * @param {Take} take
   * @param {Promise<T>} result
   * @returns {Promise<T>}
   */
  const untilEnd = (take, result) =>
    new Promise((resolve, reject) => {
      const forget = take(() => reject());
      result.then(resolve, reject).finally(forget);
    });

  return {
    /**
     * Begins work that has one result.
     *
     * @param {(take: Take) => Promise<unknown>} start
     * @returns {Work}
     */
    begin(start) {
      const { begun, take, end } = open(start);
      const result = untilEnd(take, begun);
      // When it is cancelled, perhaps nobody waits for it.
      result.catch(() => {});
      return { next: () => result, end };
    },

    /**
     * Begins work that has one result after the other.
     *
     * @param {(take: Take) => AsyncGenerator<string>} start
     * @returns {Work}
     */
    follow(start) {
      const { begun, take, end } = open(start);
      return { next: async () => (await untilEnd(take, begun.next())).value, end };
    },

    /**
     * A function that the instance calls no more when it has trapped.
     *
     * @template {unknown[]} A
     * @template R
     * @param {(...args: A) => R} run
     * @returns {(...args: A) => R}
     */
    live:
      (run) =>
      (...args) => {
        if (isOver) throw new Error(OVER);
        return run(...args);
      },

    /** Ends all work, for good. */
    endAll() {
      isOver = true;
      for (const end of pending) end();
    },
  };
}

/** Locks that all tabs of the origin share ([Web Locks](https://www.w3.org/TR/web-locks/)). */
import { startTimer } from './timer.js';

/** @typedef {import('./work.js').Take} Take */

/**
 * Waits for a lock, and keeps it until what `keep` returns is settled.
 *
 * @param {Take} take
 * @param {string} name
 * @param {number} time
 * @param {() => Promise<void>} keep
 * @returns {Promise<boolean>} whether it is held in time; rejects where the browser has no locks
 */
function request(take, name, time, keep) {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const cancel = take(() => controller.abort());
    const stop = startTimer(take, time, () => {
      cancel();
      resolve(false);
    });
    const granted = () => {
      stop();
      resolve(true);
      return keep();
    };
    navigator.locks.request(name, { signal: controller.signal }, granted).catch(reject);
  });
}

/**
 * Waits for a lock, which is kept to the end of this work.
 *
 * @param {Take} take
 * @param {string} name
 * @param {number} time
 */
export function lock(take, name, time) {
  return request(take, name, time, () => new Promise((release) => take(() => release())));
}

/**
 * Takes a lock, which is kept for a time also when this work, or all, has ended: its name tells other
 * tabs what was written.
 *
 * @param {Take} take
 * @param {string} name
 * @param {number} time
 */
export function hold(take, name, time) {
  return request(take, name, time, () => new Promise((release) => setTimeout(release, time)));
}

/**
 * The last name, in their order, of the locks held in any tab that begin with `prefix`.
 *
 * @param {string} prefix
 */
export async function held(prefix) {
  const { held = [] } = await navigator.locks.query();
  const names = held.map(({ name }) => /** @type {string} */ (name));
  return names
    .filter((name) => name.startsWith(prefix))
    .sort()
    .pop();
}

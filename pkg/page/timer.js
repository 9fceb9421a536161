/** Times and events. All times are in milliseconds. */
import { MAX_TIMEOUT } from '../entry/names.js';

/** @typedef {import('./work.js').Take} Take */

const NEVER = Number.POSITIVE_INFINITY;

/**
 * @param {Take} take
 * @param {number} time
 * @param {() => void} callback
 * @returns {() => void} stops it
 */
export function startTimer(take, time, callback) {
  if (time === NEVER) return () => {};
  const timer = setTimeout(callback, Math.min(time, MAX_TIMEOUT));
  return take(() => clearTimeout(timer));
}

/**
 * What comes of work; rejects with `'timeout'` when its time is over.
 *
 * @template T
 * @param {Take} take
 * @param {number} time
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
export function within(take, time, work) {
  return new Promise((resolve, reject) => {
    /** @type {import('./fault.js').Fault} */
    const fault = 'timeout';
    const stop = startTimer(take, time, () => reject(fault));
    work.then(resolve, reject).finally(stop);
  });
}

/**
 * Waits for a time, or until one of the events.
 *
 * @param {Take} take
 * @param {number} time
 * @param {[target: EventTarget, type: string][]} events
 * @returns {Promise<void>}
 */
export function pause(take, time, ...events) {
  return new Promise((resolve) => {
    const done = () => {
      for (const stop of stops) stop();
      resolve();
    };
    const stops = events.map(([target, type]) => {
      target.addEventListener(type, done);
      return take(() => target.removeEventListener(type, done));
    });
    stops.push(startTimer(take, time, done));
  });
}

/**
 * Waits for a time, or until the tab is shown again or the network is back.
 *
 * @param {Take} take
 * @param {number} time
 */
export function wake(take, time) {
  return pause(
    take,
    time,
    [window, 'online'],
    [window, 'pageshow'],
    [document, 'visibilitychange'],
  );
}

/**
 * Waits for a time, or until the browser shows the page again as it was left: from its back/forward cache.
 *
 * @param {Take} take
 * @param {number} time
 * @returns {Promise<void>}
 */
export function returned(take, time) {
  return new Promise((resolve) => {
    /** @param {PageTransitionEvent} event */
    const shown = ({ persisted }) => persisted && done();
    const done = () => {
      stopListening();
      stop();
      resolve();
    };
    window.addEventListener('pageshow', shown);
    const stopListening = take(() => window.removeEventListener('pageshow', shown));
    const stop = startTimer(take, time, done);
  });
}

/**
 * Waits until the page is left.
 *
 * @param {Take} take
 */
export function left(take) {
  return pause(take, NEVER, [window, 'pagehide']);
}

/**
 * Waits until the app's signal aborts; for ever where it is none.
 *
 * @param {Take} take
 * @param {any} signal
 */
export async function aborted(take, signal) {
  try {
    if (signal.aborted) return;
    await pause(take, NEVER, [signal, 'abort']);
  } catch {
    await new Promise(() => {});
  }
}

/**
 * Measures milliseconds by the clock that goes on further: the device's goes on while the device
 * sleeps, but may be set; the page's can't be set, but may stand still.
 */
export function stopwatch() {
  const wall = Date.now();
  const steady = performance.now();
  return () => Math.max(Date.now() - wall, performance.now() - steady);
}

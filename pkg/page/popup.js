/** Windows of a sign-in. */
import { listen } from './channel.js';
import { faultOr } from './fault.js';
import { locationOf } from './location.js';
import { pause, stopwatch } from './timer.js';

/** @typedef {import('./work.js').Take} Take */

/**
 * Holds a window, which is closed at the end.
 *
 * @param {Take} take
 * @param {any} popup
 */
export function holdWindow(take, popup) {
  take(() => popup.close());
}

/**
 * The locations that a window comes to, where they can be read, or that are told on a channel.
 *
 * @param {Take} take
 * @param {any} popup
 * @param {string} url
 * @param {string} channel
 * @param {number} time
 */
export async function* popupLocations(take, popup, url, channel, time) {
  let told = '';
  /** @type {[EventTarget, string][]} */
  const news = [];
  try {
    const heard = listen(take, channel, (text) => {
      told = text;
    });
    news.push([heard, 'message']);
  } catch {
    // Then the location must do.
  }
  popup.location.replace(url);
  const elapsed = stopwatch();
  let last = '';
  let leftSince = Number.POSITIVE_INFINITY;
  for (;;) {
    const location = told || locationOf(() => popup);
    told = '';
    if (location && location !== last) {
      last = location;
      yield location;
    }
    // A window that a page with a Cross-Origin-Opener-Policy has cut off from us looks closed. One
    // that the user closed gives the focus back to this page: it counts as closed after two seconds of that.
    const isLeft = popup.closed && document.hasFocus();
    leftSince = isLeft ? Math.min(leftSince, elapsed()) : Number.POSITIVE_INFINITY;
    if (elapsed() - leftSince >= 2000) {
      /** @type {import('./fault.js').Fault} */
      const fault = 'closed';
      throw fault;
    }
    if (elapsed() >= time) throw faultOr('timeout');
    await pause(take, 100, ...news);
  }
}

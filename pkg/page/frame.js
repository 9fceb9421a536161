/** Hidden frames. */
import { FRAME } from '../entry/names.js';
import { faultOr } from './fault.js';
import { locationOf } from './location.js';
import { pause, stopwatch } from './timer.js';

/**
 * The locations that a hidden frame comes to, where they can be read.
 *
 * @param {import('./work.js').Take} take
 * @param {string} url
 * @param {number} time
 */
export async function* frame(take, url, time) {
  const element = document.createElement('iframe');
  const attributes = {
    name: FRAME,
    title: 'Background sign-in',
    'aria-hidden': 'true',
    tabindex: '-1',
    hidden: '',
  };
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  let isLoaded = false;
  element.onload = () => {
    isLoaded = true;
  };
  document.body.appendChild(element);
  take(() => element.remove());
  // Not as its `src`: the URL may hold an ID token, which neither the page's elements nor its
  // performance entries need to show. WebKit has an entry for what takes the place of a frame's very
  // first document. An opened document is the second, and has the page's address but for its fragment.
  const [own] = window.location.href.split('#');
  element.contentDocument?.open().close();
  element.contentWindow?.location.replace(url);
  const elapsed = stopwatch();
  let last = '';
  let foreignSince = Number.POSITIVE_INFINITY;
  for (;;) {
    const location = locationOf(() => element.contentWindow);
    if (location === '' || location?.startsWith('about:') || location === own) {
      isLoaded = false;
    } else if (location && location !== last) {
      last = location;
      yield location;
    }
    // The page we wait for is told by its location alone; any other, once it has loaded. One that
    // stays is not on its way to ours: docs/decisions.md#our-own-landing-in-a-frame
    if (isLoaded) foreignSince = elapsed();
    isLoaded = false;
    if (elapsed() - foreignSince >= 400) throw faultOr('unexpectedPage');
    if (elapsed() >= time) throw faultOr('timeout');
    await pause(take, 4, [element, 'load']);
  }
}

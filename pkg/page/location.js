/** The page's own address, and where it goes. */
import { FRAME } from '../entry/names.js';

export const baseUrl = () => location.href;

/** The address that the page was loaded with; the app may have replaced it. */
export const loadedUrl = () => performance.getEntriesByType('navigation')[0]?.name;

export const isSecure = () => isSecureContext;

/** Whether this page is in one of our frames. */
export const isOwnFrame = () => parent !== window && window.name === FRAME;

/** @param {string} url */
export const navigate = (url) => location.assign(url);

/** @param {string} url */
export const replaceAddress = (url) => history.replaceState(history.state, '', url);

/**
 * Posts a form, whose answer takes the place of the page.
 *
 * @param {string} url
 * @param {string} fields
 */
export function submit(url, fields) {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = url;
  form.hidden = true;
  for (const [name, value] of new URLSearchParams(fields)) {
    const input = document.createElement('input');
    Object.assign(input, { type: 'hidden', name, value });
    form.appendChild(input);
  }
  document.body.appendChild(form);
  // A field may be called `submit`.
  HTMLFormElement.prototype.submit.call(form);
}

/**
 * The location of a window; none while a page of another origin is shown.
 *
 * @param {() => Window | null} of
 */
export function locationOf(of) {
  try {
    return of()?.location.href;
  } catch {
    return undefined;
  }
}

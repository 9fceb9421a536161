/** Requests, and the app's middleware. */
import { faultOr } from './fault.js';
import { within } from './timer.js';

/** @typedef {import('./work.js').Take} Take */

/** Bodies of `keepalive` requests under way must not have more bytes than 64 KiB, all together. */
const MAX_KEEPALIVE = 60_000;

/**
 * Sends a request, and reads its answer.
 *
 * @param {Take} take
 * @param {string} url
 * @param {any} init the options of `fetch`
 * @param {string | undefined} form the body, as a form; the browser names its type
 * @param {string | undefined} body the body, as it is
 * @param {boolean} stays whether an answer of another origin, to which a redirect led, is left unread
 * @param {string} action what the request is for, as the middleware knows it; empty where it sees none
 * @param {number} time
 * @param {any} hooks
 * @returns {Promise<{ status: number, body: string }>}
 */
export async function send(take, url, init, form, body, stays, action, time, hooks) {
  const controller = new AbortController();
  let isRead = false;
  // What has come to its end is not aborted: the app may still be reading its copy.
  const settled = take(() => isRead || controller.abort());
  const sending = exchange();
  return within(take, time, sending);

  async function exchange() {
    try {
      const { length } = form ?? body ?? '';
      if (length > MAX_KEEPALIVE) init.keepalive = false;
      const make = () =>
        new Request(url, {
          ...init,
          body: form === undefined ? body : new URLSearchParams(form),
          signal: controller.signal,
        });
      const request = make();
      const early = !action && init.cache !== 'reload' && hooks?.early?.(request);
      // The page's own `fetch`, looked up at each call: apps and tests may replace it.
      const sending = Promise.resolve(early || fetch(request));
      const response = await sending.catch((/** @type {unknown} */ thrown) => {
        // All requests of a page share these bytes, so the browser may have refused it. It doesn't
        // say so; what is sent twice is a revocation.
        if (!init.keepalive || !length || controller.signal.aborted) throw thrown;
        init.keepalive = false;
        return fetch(make());
      });
      // Of another realm, or a mock's, it is no instance of this one's class.
      if (typeof response?.status !== 'number' || typeof response.text !== 'function') {
        throw new TypeError('No response');
      }
      // A replaced `fetch` may go on when it is aborted.
      controller.signal.throwIfAborted();
      if (action && hooks?.seen) show(hooks.seen, response, action);
      if (stays && hasLeft(response.url, url)) return { status: 302, body: '' };
      const answer = await response.text();
      isRead = true;
      settled();
      return { status: response.type === 'opaqueredirect' ? 302 : response.status, body: answer };
    } catch {
      throw faultOr('failed');
    }
  }
}

/**
 * Lets the app's middleware change a request. Rejects with what that throws, `{ message }`.
 *
 * @param {Take} take
 * @param {any} request
 * @param {string} action
 * @param {number} time
 * @param {any} hooks
 * @returns {Promise<string>} the request, as JSON
 */
export function prepare(take, request, action, time, hooks) {
  return within(take, time, run());

  async function run() {
    try {
      return JSON.stringify(await hooks.prepare(request, action));
    } catch (thrown) {
      throw { message: messageOf(thrown) };
    }
  }
}

/**
 * Whether a redirect led to another origin. A mock's response has no URL.
 *
 * @param {string} to
 * @param {string} from
 */
function hasLeft(to, from) {
  return Boolean(to) && new URL(to).origin !== new URL(from).origin;
}

/**
 * What something thrown says, where it says anything.
 *
 * @param {any} thrown
 */
function messageOf(thrown) {
  try {
    return typeof thrown === 'string' ? thrown : thrown.message;
  } catch {
    return undefined;
  }
}

/**
 * Shows the app a response; what it does with it is its own affair.
 *
 * @param {(response: Response, action: string) => unknown} seen
 * @param {Response} response
 * @param {string} action
 */
function show(seen, response, action) {
  try {
    seen(response.clone(), action);
  } catch {
    // It must not stop a sign-in.
  }
}

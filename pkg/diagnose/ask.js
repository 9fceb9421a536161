/** Requests whose failures are told apart, and what the page's policy blocks. */
import { MAX_TIMEOUT } from '../entry/names.js';

/**
 * What came of a request: an answer, or why there is none that can be read. `policy`: the page's
 * Content-Security-Policy; `cors`: the server answers, but not to this origin.
 *
 * @typedef {{ fault?: undefined, status: number, headers: Headers, text: string, json: any }} Answer
 * @typedef {{ fault: 'offline' | 'timeout' | 'policy' | 'cors' | 'unreachable', headers?: undefined }} Unread
 */

/**
 * Sends requests, and notes what the page's policy blocks until `end()`.
 *
 * @param {number} time in milliseconds, for each request
 */
export function createAsk(time) {
  /** @type {RequestInit} */
  const plain = { cache: 'no-store', credentials: 'omit' };
  /** @type {{ directive: string, url: string }[]} */
  const blocked = [];
  /** @param {SecurityPolicyViolationEvent} event */
  const note = ({ disposition, effectiveDirective: directive, blockedURI: url }) => {
    if (disposition === 'enforce') blocked.push({ directive, url });
  };
  document.addEventListener('securitypolicyviolation', note);

  /**
   * The origins that the policy has blocked so far.
   *
   * @param {'connect-src' | 'frame-src'} directive
   */
  const blockedBy = async (directive) => {
    // The event comes in a task after the failure.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return blocked.filter((one) => one.directive === directive).map(({ url }) => originOf(url));
  };

  /**
   * @param {string} url
   * @param {RequestInit} [init]
   * @returns {Promise<Answer | Unread>}
   */
  const ask = async (url, init) => {
    try {
      const response = await fetch(url, { ...plain, ...init, signal: AbortSignal.timeout(time) });
      const text = await response.text();
      const { status, headers } = response;
      return { status, headers, text, json: parse(text) };
    } catch (/** @type {any} */ thrown) {
      if (navigator.onLine === false) return { fault: 'offline' };
      // Chrome before 124 calls it `AbortError`.
      if (/^(Abort|Timeout)/.test(thrown.name)) return { fault: 'timeout' };
      if ((await blockedBy('connect-src')).includes(originOf(url))) return { fault: 'policy' };
      // Without CORS any answer does, and none is read.
      const anyAnswer = fetch(url, {
        ...plain,
        mode: 'no-cors',
        signal: AbortSignal.timeout(time),
      });
      return anyAnswer.then(
        () => ({ fault: 'cors' }),
        () => ({ fault: 'unreachable' }),
      );
    }
  };

  return {
    ask,
    /**
     * Sends a form, as a request that needs no preflight.
     *
     * @param {string} url
     * @param {Record<string, string>} fields
     */
    post: (url, fields) => ask(url, { method: 'POST', body: new URLSearchParams(fields) }),
    blockedBy,
    end: () => document.removeEventListener('securitypolicyviolation', note),
  };
}

/** @typedef {ReturnType<typeof createAsk>} Asking */

/**
 * A timeout of the configuration in milliseconds, or the default where it is not set, or no number.
 *
 * @param {any} value
 */
export const timeOf = (value) => Math.min(value > 0 ? Number(value) : 10_000, MAX_TIMEOUT);

/**
 * `URL.parse`, which not all browsers have yet.
 *
 * @param {any} text
 * @param {string} [base]
 */
export function parseUrl(text, base) {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** @param {string | undefined} url */
export const originOf = (url) => parseUrl(url)?.origin;

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Notes that a request has no answer that can be read.
 *
 * @param {import('./report.js').Report} report
 * @param {import('../diagnose.js').Check} check
 * @param {Unread['fault']} fault
 * @param {string} url
 * @param {string} means
 * @param {import('./remedies.js').Remedies} remedies
 */
export function addUnread(report, check, fault, url, means, remedies) {
  const { host } = new URL(url);
  if (fault === 'policy') {
    const found = 'The Content-Security-Policy blocks the request.';
    return report.add('unknown', check, found, means, 'See connect-src.');
  }
  if (fault === 'cors') {
    const found = `${host} answers, but this origin may not read it.`;
    return report.add('problem', check, found, means, ...remedies.cors());
  }
  const [found, remedy] = FAULTS[fault];
  report.add('problem', check, `${host}: ${found}`, means, remedy);
}

/** What was seen, and what to do. */
const FAULTS = /** @type {const} */ ({
  offline: ['the browser has no network.', 'Connect it.'],
  timeout: [
    'no answer in time.',
    'See whether it is up; if it is slow, raise timeout and frameTimeout.',
  ],
  unreachable: ["it can't be reached.", 'Open the URL in a tab; look at browser extensions too.'],
});

/**
 * An OAuth error in words: its code, and the provider's own text, shortened; else the status.
 *
 * @param {{ status?: number, json?: any }} answer
 */
export function oauthError({ status, json }) {
  const { error, error_description: text } = json ?? {};
  if (typeof error !== 'string') return `status ${status}`;
  const code = error.slice(0, 60);
  return typeof text === 'string' && text ? `${code} (${text.slice(0, 200)})` : code;
}

/** @param {unknown} value @returns {value is string} */
export const isUrl = (value) => typeof value === 'string' && parseUrl(value) !== undefined;

/** What the page itself brings along. */
import { LEEWAY } from '../entry/names.js';
import { originOf, parseUrl } from './ask.js';
import { MEANS } from './report.js';

/** @typedef {import('./report.js').Report} Report */
/** @typedef {import('./ask.js').Asking} Asking */

/* Texts of more than one finding. */
const CALLBACK = 'Set backgroundRedirectUri to callback.html on this origin.';
const REFUSED = 'ID tokens are refused where the clock is wrong.';
const SET_CLOCK = 'Set the clock of the device, or of the server.';

/** As long as the records of most sign-ins. */
const RECORD = 'x'.repeat(16_384);

/**
 * @param {Report} report
 * @param {Asking} asking
 * @param {import('../index.js').OidcConfig} config
 * @param {Partial<import('../index.js').StorageConfig>} storage
 */
export async function checkPage(report, asking, config, storage) {
  checkStorage(report, storage);
  checkLocks(report);
  checkFramed(report);
  checkCopies(report);
  await checkOwnAnswer(report, asking);
  await checkLanding(report, asking, config);
}

/**
 * Writes a record, as a sign-in does, and removes it at once.
 *
 * @param {Report} report
 * @param {Partial<import('../index.js').StorageConfig>} storage
 */
function checkStorage({ ok, add }, { type = 'localStorage' }) {
  if (type !== 'localStorage' && type !== 'sessionStorage') return ok('storage');
  const key = 'pic-diagnose';
  try {
    const area = window[type];
    area.setItem(key, RECORD);
    area.removeItem(key);
  } catch (thrown) {
    const isFull = /quota/i.test(/** @type {any} */ (thrown)?.name);
    return add(
      'problem',
      'storage',
      isFull ? `${type} is full.` : `The browser blocks ${type}.`,
      'Tokens are lost when the page is left.',
      isFull
        ? 'Remove what the app no longer needs.'
        : 'Allow site data, or use the storage type memory.',
    );
  }
  ok('storage');
}

/** @param {Report} report */
function checkLocks({ ok, add }) {
  if (navigator.locks) return ok('locks');
  add(
    'warning',
    'locks',
    'There are no Web Locks.',
    'Two tabs may use one refresh token.',
    'Use a current browser.',
  );
}

/** @param {Report} report */
function checkFramed({ ok, add }) {
  try {
    // Of a page of another origin it can't be read.
    void window.top?.location.href;
    ok('framed');
  } catch {
    add(
      'warning',
      'framed',
      'The page is inside a page of another origin.',
      'Browsers may partition its storage and cookies.',
      'Sign in by authorize.popup(), or in a tab of its own.',
    );
  }
}

/**
 * What the page's own server says about it: the time, and its isolation.
 *
 * @param {Report} report
 * @param {Asking} asking
 */
async function checkOwnAnswer({ ok, add }, { ask }) {
  // Without the query, where a response of the provider may be; the server may want its cookies.
  const init = /** @type {const} */ ({ method: 'HEAD', credentials: 'same-origin' });
  const answer = await ask(location.origin + location.pathname, init);
  const off = Math.round((Date.now() - Date.parse(answer.headers?.get('date') ?? '')) / 1000);
  if (Number.isNaN(off)) {
    add('unknown', 'clock', 'The server of this page does not tell the time.', REFUSED, SET_CLOCK);
  } else {
    const found = `The clock differs by ${off} s.`;
    if (Math.abs(off) < LEEWAY) ok('clock', found);
    else add('problem', 'clock', found, REFUSED, SET_CLOCK);
  }
  const embedder = answer.headers?.get('cross-origin-embedder-policy');
  if (!embedder || embedder === 'unsafe-none') return ok('isolation');
  add(
    'problem',
    'isolation',
    `The page has the COEP header ${embedder}.`,
    MEANS.background,
    'Leave it out, or renew by refresh token.',
  );
}

/**
 * The page at which the hidden frame lands, and who answers for it.
 *
 * @param {Report} report
 * @param {Asking} asking
 * @param {import('../index.js').OidcConfig} config
 */
async function checkLanding({ ok, add }, { ask }, { redirectUri, backgroundRedirectUri }) {
  const name = backgroundRedirectUri ? 'backgroundRedirectUri' : 'redirectUri';
  const given = backgroundRedirectUri ?? redirectUri;
  const url = parseUrl(given, location.href);
  if (!url) return;
  if (url.origin !== location.origin) {
    return add(
      'problem',
      'landing',
      `The ${name} is of the origin ${url.origin}.`,
      MEANS.background,
      CALLBACK,
    );
  }
  const answer = await ask(url.href, { credentials: 'same-origin' });
  checkServiceWorker({ ok, add }, url.href);
  if (answer.fault) return;
  const policy = `${answer.headers.get('x-frame-options')} ${answer.headers.get('content-security-policy')}`;
  if (answer.status >= 400) {
    add(
      'problem',
      'landing',
      `The ${name} answers with the status ${answer.status}.`,
      MEANS.background,
      `Serve a page at ${url.pathname}.`,
    );
  } else if (/\bdeny\b|frame-ancestors\s+'none'/i.test(policy)) {
    add(
      'problem',
      'landing',
      `The ${name} may not be shown in a frame.`,
      MEANS.background,
      `Serve ${url.pathname} with frame-ancestors 'self', or X-Frame-Options: SAMEORIGIN.`,
    );
  } else if (/<script/i.test(answer.text)) {
    add(
      'warning',
      'landing',
      `The page of the ${name} has scripts.`,
      'The hidden frame runs them.',
      CALLBACK,
    );
  } else ok('landing');
}

/**
 * @param {Pick<Report, 'add' | 'ok'>} report
 * @param {string} url what was just asked for
 */
function checkServiceWorker({ ok, add }, url) {
  const entry = /** @type {any} */ (performance.getEntriesByName(url, 'resource').pop());
  if (!navigator.serviceWorker?.controller || !entry?.workerStart) {
    return ok('service-worker');
  }
  add(
    'warning',
    'service-worker',
    'A service worker sees the requests of this page.',
    'Sign-ins fail if it answers them from a cache.',
    'Let it leave the redirect URIs to the network.',
  );
}

/**
 * By the files of the core.
 *
 * @param {Report} report
 */
function checkCopies({ ok, add }) {
  const files = performance.getEntriesByType('resource').map(({ name }) => name.split(/[?#]/)[0]);
  const count = new Set(files.filter((name) => name?.endsWith('/wasm/core.js'))).size;
  if (count === 1) return ok('copies');
  add(
    count ? 'warning' : 'unknown',
    'copies',
    count ? `There are ${count} copies of this package.` : 'Bundled copies are not seen.',
    'Copies share no sign-ins and renewals.',
    'Look for two versions with: npm ls journey-oidc',
  );
}

/**
 * What of the provider the Content-Security-Policy has blocked.
 *
 * @param {Report} report
 * @param {Asking} asking
 * @param {string[]} urls the provider's
 */
export async function checkPolicy({ ok, add }, { blockedBy }, urls) {
  const origins = [...new Set(urls.map(originOf))];
  for (const directive of /** @type {const} */ (['connect-src', 'frame-src'])) {
    const all = await blockedBy(directive);
    const names = origins.filter((origin) => all.includes(origin)).join(' and ');
    if (!names) ok(directive);
    else {
      add(
        'problem',
        directive,
        `The Content-Security-Policy blocks ${names}.`,
        directive === 'connect-src' ? MEANS.signIn : MEANS.background,
        `Add ${names} to ${directive}.`,
      );
    }
  }
}

import { create, snapshot } from './create.js';
import { askingEarly, takeEarly } from './early.js';
import { createEvents } from './events.js';
import { asFailure } from './failure.js';
import { fetchWithToken, prove } from './fetch.js';
import { createLater, follow, mayWait, preload } from './later.js';
import { createLeased, findLease, termsOf } from './lease.js';

/** How long after a change of the storage another tab's message of it may arrive, in milliseconds. */
const ECHO = 1_000;

/**
 * `oidc()` of an entry.
 *
 * @param {import('./load.js').Source} source
 * @param {import('../index.js').OidcInput<any>} argument
 * @returns {Promise<import('../index.js').OidcClient>}
 */
export async function createOidc(source, argument) {
  const input = snapshot(argument);
  const events = createEvents();
  const leaseTerms = termsOf(input);
  const { heard, tellGone } = createHearing(events);
  const make = () => ({ ...input, leaseTerms, early: takeEarly, heard });
  const isWatched = () => !events.isEmpty() || Boolean(input.config.autoRenew);
  // Nothing is asked for a client that won't be made.
  const early = input?.config?.clientId && input.config.redirectUri ? input : undefined;
  const client = createLater(() =>
    askingEarly('oidc', early, () => create(source, 'createOidc', make, isWatched)),
  );
  const lease = mayWait() ? await findLease(leaseTerms, input) : undefined;
  const leased = createLeased(client, lease);
  if (!lease || input.preload) {
    const first = client.open();
    if (!lease && 'error' in (await first)) return first;
  } else {
    follow(lease, () => {
      if (!client.isThere()) tellGone();
      client.open();
    });
    if (input.preload !== false) preload(client.open, isWatched() ? 0 : lease.until);
  }
  return {
    subscribe(listener) {
      const end = events.add(listener);
      client.callAtOnce('watch', true);
      if (lease && input.preload !== false) preload(client.open, 0);
      return () => {
        end();
        client.callAtOnce('watch', !events.isEmpty());
      };
    },
    authorize: {
      url: (options) => client.call('authorizeUrl', options),
      background: (options) => client.call('authorizeBackground', options),
      redirect: (options) => client.call('authorizeRedirect', unlessEvent(options)),
      // The window must be opened in the click itself, before anything is awaited.
      popup: (given) =>
        asResult(() => {
          const options = unlessEvent(given);
          const popup = openWindow(options ?? {});
          return client.call('authorizePopup', popup, options).finally(() => popup?.close());
        }),
      callback: Object.assign(
        /** @param {string | URL} [url] @param {import('../index.js').CallOptions} [options] */
        (url, options) =>
          asResult(() => client.call('callback', String(url ?? location.href), options)),
        {
          /** @param {string | URL} [url] */
          matches: (url) => client.callAtOnce('matches', String(url ?? location.href)) === true,
        },
      ),
    },
    token: {
      exchange: (code, state, options) => client.call('exchange', code, state, options),
      get: (options) => leased.get(options),
      revoke: (options) => leased.end('revoke', options),
      proof: (request) => asResult(() => prove(leased, request)),
    },
    user: {
      info: (options) => client.call('userInfo', options),
      claims: (options) => client.call('userClaims', options),
      session: (options) => client.call('userSession', options),
      logout: (options) => leased.end('logout', unlessEvent(options)),
    },
    fetch: (request, init) => fetchWithToken(leased, request, init, adviser(input.onAdvice)),
  };
}

/**
 * What follows the advice of a response, for an app that answers to some.
 *
 * @param {import('../index.js').AdviceHandler} [onAdvice]
 */
function adviser(onAdvice) {
  /** @param {Response} response @param {Request} request */
  const follow = async (response, request) =>
    (await import('../core/step-up.js')).stepUp(/** @type {any} */ (onAdvice), response, request);
  return onAdvice && follow;
}

/**
 * The options, unless the method itself was made the handler of a click, and this is the event.
 *
 * @param {any} options
 */
function unlessEvent(options) {
  const isEvent = typeof options?.preventDefault === 'function' || options?.nativeEvent;
  return isEvent ? undefined : options;
}

/**
 * Work that begins at once; what it throws because of an odd argument is an error value too.
 *
 * @param {() => any} work
 */
async function asResult(work) {
  try {
    return await work();
  } catch (thrown) {
    return asFailure(thrown);
  }
}

/** @param {import('../index.js').PopupOptions} options */
function openWindow({ width = 480, height = 640 }) {
  const left = window.screenX + Math.max(0, (window.outerWidth - width) / 2);
  const top = window.screenY + Math.max(0, (window.outerHeight - height) / 2);
  const popup = window.open(
    '',
    '',
    `popup,width=${width},height=${height},left=${left},top=${top}`,
  );
  // No page that is shown in it may lead this one elsewhere.
  if (popup) popup.opener = null;
  return popup;
}

/**
 * Emits one event for a sign-out in another tab. In a scope of its own: the core holds `heard`, which must not
 * hold the client.
 *
 * @param {ReturnType<typeof createEvents>} events
 */
function createHearing(events) {
  /** When the lease's sign-in was found to be gone before the core was there. @type {number | undefined} */
  let goneAt;
  return {
    /** @param {any} event of the core, which may hear of that from the other tab, too */
    heard(event) {
      const isKnown = goneAt !== undefined && performance.now() - goneAt < ECHO;
      if (!isKnown || event.type !== 'signed_out') events.tell(event);
    },
    tellGone() {
      if (goneAt !== undefined) return;
      goneAt = performance.now();
      events.tell({ type: 'signed_out', fromOtherTab: true });
    },
  };
}

/**
 * Leases. Tokens that the core has found valid are returned again without it, for as long as it says and
 * while the very same text is stored: what another tab, or another client of this page, writes or removes
 * counts at once. The core keeps a lease for the next page too: `src/oidc/lease.rs`.
 */
import { LEASES, STORAGES, VERSION } from './names.js';
import { endLocally, isSigningOut, signOut } from './sign-out.js';

/**
 * @typedef {object} Lease
 * @property {string} key where the tokens are stored, in `localStorage`
 * @property {string} text what is stored there
 * @property {string} entry where the sign-ins are stored
 * @property {string} id of the sign-in, which must be there
 * @property {string[]} origins to which the access token may be sent
 * @property {import('../index.js').OauthTokens} tokens what the text means
 * @property {number} [from] by the device's clock, in milliseconds; always, where left out
 * @property {number} [until]
 */

/**
 * What a kept lease must have been made for: this version and this configuration. `undefined` for a client
 * that has none, since only the core calls the app's own functions.
 *
 * @param {any} input the argument of the factory
 * @returns {string | undefined}
 */
export function termsOf(input) {
  const { config, storage, requestMiddleware, onResponse } = input ?? {};
  const { type = STORAGES[0], prefix, name } = storage ?? {};
  if (type !== STORAGES[0] || requestMiddleware || onResponse) return undefined;
  try {
    return JSON.stringify([VERSION, config, prefix, name]);
  } catch {
    return undefined;
  }
}

/**
 * The lease that an earlier page has kept, if it holds.
 *
 * @param {string | undefined} terms
 * @param {any} input the argument of the factory
 * @returns {Promise<Lease | undefined>}
 */
export async function findLease(terms, input) {
  try {
    const kept = terms && localStorage.getItem(LEASES + input.config.clientId);
    if (!kept) return undefined;
    const { hash, shown, ...lease } = JSON.parse(kept);
    lease.text = localStorage.getItem(lease.key);
    if (!holds(lease) || (await hashOf(terms + lease.text)) !== hash) return undefined;
    const record = JSON.parse(lease.text);
    const isShown = (/** @type {[string, unknown]} */ [name]) => shown.includes(name);
    lease.tokens = Object.fromEntries(Object.entries(record).filter(isShown));
    return lease;
  } catch {
    // Without it, the core says what is wrong.
    return undefined;
  }
}

/**
 * The calls that a lease answers, and those that end it.
 *
 * @param {ReturnType<typeof import('./later.js').createLater>} client
 * @param {Lease} [lease] a kept one
 */
export function createLeased(client, lease) {
  const kept = lease;
  const held = () => {
    if (!lease || !holds(lease) || isSigningOut()) return undefined;
    // The tokens that could not be stored count more than those that are.
    return client.callAtOnce('isUnsaved') ? undefined : lease;
  };
  return {
    /** @type {NonNullable<import('../index.js').OidcClient['token']>['get']} */
    get: async (options) => {
      const found = isPlain(options) && held();
      if (found) return { ...found.tokens };
      const result = await client.call('get', options);
      if ('error' in result) {
        lease = undefined;
        return result;
      }
      lease = confirmed(result.lease, result.tokens);
      return result.tokens;
    },

    /**
     * What `fetch()` sends with a request: see `OidcCall` in `src/web/oidc.rs`.
     *
     * @param {{ url: string, before?: object }} request
     */
    authorization: async (request) => {
      const found = request.before ? undefined : held();
      if (!found) return client.call('authorization', request);
      if (!found.origins.includes(new URL(request.url).origin)) return undefined;
      return { header: `Bearer ${found.tokens.accessToken}`, tokens: found.tokens };
    },

    /** Whether a URL is of one of the `apiOrigins`. @param {string} url */
    isApi: (url) => client.callAtOnce('isApi', url) ?? kept?.origins.includes(new URL(url).origin),

    /** Makes a call that signs out: no tokens stay in memory. @param {string} name @param {unknown} options */
    end: (name, options) => {
      lease = undefined;
      return signOut(
        client.open,
        (made) => made[name](options),
        (error) => (kept ? endLocally(name, kept, error) : error),
      );
    },
  };
}

/**
 * The lease that comes with tokens, unless another text is stored by now. With the storage's own text: it
 * is compared with itself in a fifth of the time.
 *
 * @param {Omit<Lease, 'tokens'> | undefined} lease
 * @param {any} tokens
 * @returns {Lease | undefined}
 */
function confirmed(lease, tokens) {
  try {
    const text = lease && localStorage.getItem(lease.key);
    return text && text === lease.text ? { ...lease, tokens: { ...tokens }, text } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether nothing is asked for but valid tokens: the core knows all other options. It decides the same for the
 * tokens that it gives a lease with: `get_with_lease` in `src/oidc/lease.rs`.
 *
 * @param {unknown} options
 */
function isPlain(options) {
  return Object.entries(options ?? {}).every(
    ([name, value]) => name === 'backgroundRenew' || value === undefined || value === false,
  );
}

/** @param {Omit<Lease, 'tokens'>} lease */
function holds({ key, text, entry, id, from = 0, until = Number.POSITIVE_INFINITY }) {
  const now = Date.now();
  try {
    return (
      now >= from &&
      now <= until &&
      localStorage.getItem(key) === text &&
      localStorage.getItem(entry)?.includes(id) === true
    );
  } catch {
    // The storage has become unreadable: the core says so.
    return false;
  }
}

/** The SHA-256 of a text, in base64url. @param {string} text */
async function hashOf(text) {
  const bytes = new Uint8Array(
    await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)),
  );
  const names = /** @type {Record<string, string>} */ ({ '+': '-', '/': '_', '=': '' });
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (name) => names[name] ?? '');
}

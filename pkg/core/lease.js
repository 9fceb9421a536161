/**
 * `token.get()`. Tokens that the core has found valid are returned again without asking it, for as
 * long as it says and the very same text is stored: what another tab, or another client of this
 * page, writes or removes counts at once.
 *
 * @param {any} core
 */
export function createGet(core) {
  /** @type {Lease | undefined} */
  let lease;
  return {
    /** @type {NonNullable<import('../index.js').OidcClient['token']>['get']} */
    get: async (options) => {
      if (lease && isPlain(options) && holds(lease, core)) return { ...lease.tokens };
      const result = await core.get(options);
      lease = 'error' in result ? undefined : read(core);
      return result;
    },
    /** Keeps no tokens in memory after a sign-out. */
    forget: () => {
      lease = undefined;
    },
  };
}

/**
 * What the core has found, with the text that it has read this very moment. Not taken out of the core:
 * a storage's own text is compared with itself in a fifth of the time.
 *
 * @param {any} core
 * @returns {Lease | undefined}
 */
function read(core) {
  /** @type {Omit<Lease, 'text'> | undefined} */
  const lease = core.lease();
  try {
    const text = lease && window[lease.storage].getItem(lease.key);
    return text ? { ...lease, text } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @typedef {object} Lease what the core has found in a storage
 * @property {'localStorage' | 'sessionStorage'} storage
 * @property {string} key
 * @property {string} text what is stored
 * @property {import('../index.js').OauthTokens} tokens what that means
 * @property {number} [from] by the device's clock, in milliseconds; always, where left out
 * @property {number} [until]
 */

/**
 * Whether nothing is asked for but tokens.
 *
 * @param {any} options
 */
function isPlain(options) {
  return !options || (!options.forceRenew && !options.signal && !options.authorizeOptions);
}

/**
 * @param {Lease} lease
 * @param {any} core
 */
function holds({ storage, key, text, from = 0, until = Number.POSITIVE_INFINITY }, core) {
  const now = Date.now();
  try {
    return (
      now >= from && now <= until && window[storage].getItem(key) === text && !core.isUnsaved()
    );
  } catch {
    // The storage has become unreadable: the core says so.
    return false;
  }
}

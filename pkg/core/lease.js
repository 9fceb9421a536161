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
      if ('error' in result) {
        lease = undefined;
        return result;
      }
      lease = confirmed(result.lease, result.tokens);
      return result.tokens;
    },
    /** Keeps no tokens in memory after a sign-out. */
    forget: () => {
      lease = undefined;
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
    const text = lease && window[lease.storage].getItem(lease.key);
    return text && text === lease.text ? { ...lease, tokens: { ...tokens }, text } : undefined;
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

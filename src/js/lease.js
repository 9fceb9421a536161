/**
 * `token.get()`. Tokens that the core has found valid are returned again without asking it, for as
 * long as it says and the very same text is stored: what another tab, or another client of this
 * page, writes or removes counts at once.
 *
 * @param {any} core
 * @returns {NonNullable<import('../../pkg/index.js').OidcClient['token']>['get']}
 */
export function createGet(core) {
  /** @type {Lease | undefined} */
  let lease;
  return async (options) => {
    if (lease && isPlain(options) && holds(lease, core)) return { ...lease.tokens };
    const result = await core.get(options);
    lease = 'error' in result ? undefined : core.lease();
    return result;
  };
}

/**
 * @typedef {object} Lease what the core has found in a storage
 * @property {'localStorage' | 'sessionStorage'} storage
 * @property {string} key
 * @property {string} text what is stored
 * @property {import('../../pkg/index.js').OauthTokens} tokens what that means
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

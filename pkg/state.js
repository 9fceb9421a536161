import { oidc as embedded } from './index.js';

/** @typedef {import('./state.js').SignInState} State */

/** @type {State} */
const LOADING = Object.freeze({ status: 'loading' });

/** @type {typeof import('./state.js').createSignIn} */
export function createSignIn({ oidc = embedded, onSignedIn, ...input }) {
  /** @type {Set<(state: State) => void>} */
  const listeners = new Set();
  /** @type {State} */
  let state = LOADING;
  /** @type {import('./index.js').OidcClient | undefined} */
  let client;
  /** @type {Promise<import('./index.js').OidcClient> | undefined} */
  let opening;
  /** The number of changes so far: what was asked before a later one is not shown. */
  let changes = 0;

  /** @param {State} next */
  const change = (next) => {
    changes += 1;
    state = Object.freeze(next);
    for (const listener of [...listeners]) listener(state);
  };

  /**
   * Shows who is signed in, by what is stored.
   *
   * @param {import('./index.js').OidcClientMethods} opened
   * @param {import('./index.js').GenericError} [failure] why a sign-in has failed
   */
  const read = async (opened, failure) => {
    changes += 1;
    const asked = changes;
    const tokens = await opened.token.get();
    const claims = await opened.user.claims();
    if (asked !== changes) return;
    if (!('error' in tokens)) {
      return change({ status: 'signed-in', claims: 'error' in claims ? undefined : claims });
    }
    const error = failure ?? (tokens.code === 'not_signed_in' ? undefined : tokens);
    change(error ? { status: 'error', error } : { status: 'signed-out' });
  };

  const begin = async () => {
    client = await oidc(input);
    if (client.error !== undefined) {
      change({ status: 'error', error: client });
      return client;
    }
    const opened = client;
    opened.subscribe(({ type }) => {
      if (type === 'signed_out') change({ status: 'signed-out' });
      else if (type === 'signed_in' || type === 'tokens_renewed') read(opened);
    });
    if (!opened.authorize.callback.matches()) await read(opened);
    else {
      const result = await opened.authorize.callback();
      const failed = 'error' in result;
      await read(opened, failed ? result : undefined);
      if (!failed) onSignedIn?.(result);
    }
    return client;
  };

  const open = () => {
    opening ??= begin();
    return opening;
  };

  return {
    getSnapshot: () => state,
    getServerSnapshot: () => LOADING,

    subscribe(listener) {
      // The same function may listen twice.
      const entry = (/** @type {State} */ next) => listener(next);
      listeners.add(entry);
      entry(state);
      if (typeof window !== 'undefined') open();
      return () => listeners.delete(entry);
    },

    signIn({ popup = false, ...options } = {}) {
      /** @param {import('./index.js').OidcClient} opened */
      const go = (opened) => {
        if (opened.error !== undefined) return opened;
        return popup ? opened.authorize.popup(options) : opened.authorize.redirect(options);
      };
      // A window opens only directly in a click: without a wait for what is there.
      return /** @type {any} */ (client ? Promise.resolve(go(client)) : open().then(go));
    },

    async signOut(options) {
      const opened = await open();
      return opened.error === undefined ? opened.user.logout(options) : opened;
    },

    async getToken(options) {
      const opened = await open();
      if (opened.error !== undefined) return opened;
      return opened.token.get({ backgroundRenew: true, ...options });
    },

    async fetch(request, init) {
      const opened = await open();
      if (opened.error === undefined) return opened.fetch(request, init);
      throw new TypeError(opened.message, { cause: opened });
    },
  };
}

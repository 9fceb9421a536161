import { oidc as embedded } from '../index.js';
import { createStore } from './store.js';

/** @typedef {import('../state.js').SignInState} State */

/** The codes of renewals that fail because the user must sign in. */
const MUST_SIGN_IN = [
  'not_signed_in',
  'invalid_grant',
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
];

/**
 * @param {object} result
 * @returns {result is import('../index.js').GenericError}
 */
const isError = (result) => 'error' in result;

/** @type {typeof import('../state.js').createSignIn} */
export function createSignIn({ oidc = embedded, onSignedIn, ...input }) {
  const { change, ...store } = createStore(/** @type {State} */ ({ status: 'loading' }), () => {
    if (!hasBegun) open();
  });
  let hasBegun = false;
  let wasSignedIn = false;
  /** @type {import('../index.js').OidcClientMethods | undefined} */
  let client;
  /** @type {Promise<import('../index.js').OidcClient> | undefined} */
  let opening;
  /** The last {@link read}. @type {Promise<void> | undefined} */
  let reading;
  /** The redirect that is under way: effects of React's StrictMode run twice. @type {Promise<any> | undefined} */
  let redirecting;
  /** The number of changes so far: what was asked before a later one is not shown. */
  let changes = 0;

  /** @param {State} next */
  const show = (next) => {
    changes += 1;
    wasSignedIn ||= next.status === 'signed-in';
    change(next);
  };

  /**
   * Shows who is signed in, by what is stored. Expired tokens count only when they are renewed.
   *
   * @param {import('../index.js').OidcClientMethods} opened
   * @param {object} [failures]
   * @param {import('../index.js').GenericError} [failures.signIn] why a sign-in has failed
   * @param {import('../index.js').GenericError} [failures.renewal] why a renewal has failed: it is not repeated
   */
  const read = async (opened, { signIn, renewal } = {}) => {
    changes += 1;
    const asked = changes;
    // The claims come from the core, which listens to the other tabs from then on: tokens of a lease that are
    // asked for before it does may be gone without an event.
    const claims = await opened.user.claims();
    let tokens =
      isError(claims) && claims.code === 'not_signed_in' ? claims : await opened.token.get();
    if (!isError(tokens) && tokens.expired) {
      tokens = signIn ?? renewal ?? (await opened.token.get({ backgroundRenew: true }));
    }
    if (asked !== changes) return;
    if (!isError(tokens)) {
      return show({ status: 'signed-in', claims: isError(claims) ? undefined : claims });
    }
    const error = signIn ?? (MUST_SIGN_IN.includes(tokens.code) ? undefined : tokens);
    show(error ? { status: 'error', error } : { status: 'signed-out', wasSignedIn });
  };

  const begin = async () => {
    const opened = await oidc(input);
    if (opened.error !== undefined) {
      // The next call tries again.
      opening = undefined;
      show({ status: 'error', error: opened });
      return opened;
    }
    client = opened;
    opened.subscribe(({ type, error }) => {
      if (type === 'signed_out') show({ status: 'signed-out', wasSignedIn });
      else reading = read(opened, { renewal: error });
    });
    const matches = opened.authorize.callback.matches();
    const result = matches ? await opened.authorize.callback() : undefined;
    const signIn = result && isError(result) ? result : undefined;
    reading = read(opened, { signIn });
    // An event may begin another one.
    do await reading;
    while (store.getSnapshot().status === 'loading');
    // What it throws is reported by the browser.
    if (result && !isError(result) && onSignedIn) queueMicrotask(() => onSignedIn(result));
    return opened;
  };

  const open = () => {
    hasBegun = true;
    opening ??= begin();
    return opening;
  };

  return {
    ...store,
    input,
    getClient: open,

    signIn({ popup = false, ...options } = {}) {
      /** @param {import('../index.js').OidcClient} opened */
      const go = (opened) => {
        if (opened.error !== undefined) return opened;
        return popup ? opened.authorize.popup(options) : opened.authorize.redirect(options);
      };
      // A window opens only directly in a click: without a wait for what is there.
      const begin = () => (client ? Promise.resolve(go(client)) : open().then(go));
      if (popup || options.signal) return /** @type {any} */ (begin());
      redirecting ??= begin().finally(() => {
        redirecting = undefined;
      });
      return redirecting;
    },

    async signOut(options) {
      const opened = client ?? (await open());
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

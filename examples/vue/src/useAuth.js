import { oidc } from 'journey-oidc';
import { onScopeDispose, shallowReactive } from 'vue';
import { config } from './config.js';

const created = oidc({ config });

/** A user who comes back from the provider's sign-in page, or has tokens from earlier. */
async function arrive(client) {
  return client.authorize.callback.matches() ? client.authorize.callback() : client.user.claims();
}

/**
 * Who is signed in, here and in every other tab.
 *
 * @returns {{ client?: import('journey-oidc').OidcClientMethods, user?: { sub?: string },
 *   error?: { message?: string }, isLoading: boolean, isSignedOut?: boolean }} `isSignedOut`: just
 *   now; shallow: a client is no data to be watched
 */
export function useAuth() {
  const auth = shallowReactive({ isLoading: true });
  let unsubscribe = () => {};

  async function read(client, { error, isSignedOut } = {}) {
    const claims = await client.user.claims();
    const user = 'error' in claims ? undefined : claims;
    Object.assign(auth, { client, user, error, isSignedOut, isLoading: false });
  }

  async function begin() {
    const client = await created;
    if ('error' in client) return Object.assign(auth, { error: client, isLoading: false });
    unsubscribe = client.subscribe(({ type }) => {
      read(client, { isSignedOut: type === 'signed_out' });
    });
    const arrival = await arrive(client);
    const isError = 'error' in arrival && arrival.code !== 'not_signed_in';
    await read(client, { error: isError ? arrival : undefined });
  }

  begin();
  onScopeDispose(() => unsubscribe());
  return auth;
}

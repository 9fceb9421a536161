import { oidc } from 'journey-oidc';
import { useEffect, useState } from 'react';
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
 *   error?: { message?: string }, isLoading: boolean, isSignedOut?: boolean }} `isSignedOut`: just now
 */
export function useAuth() {
  const [auth, setAuth] = useState({ isLoading: true });

  // StrictMode runs this twice, at once: both get the same answer of the provider.
  useEffect(() => {
    let isGone = false;
    let unsubscribe = () => {};

    async function read(client, more) {
      const user = await client.user.claims();
      if (isGone) return;
      setAuth({ client, user: 'error' in user ? undefined : user, isLoading: false, ...more });
    }

    async function begin() {
      const client = await created;
      if (isGone) return;
      if ('error' in client) return setAuth({ error: client, isLoading: false });
      unsubscribe = client.subscribe(({ type }) => {
        read(client, { isSignedOut: type === 'signed_out' });
      });
      const arrival = await arrive(client);
      const isError = 'error' in arrival && arrival.code !== 'not_signed_in';
      await read(client, { error: isError ? arrival : undefined });
    }

    begin();
    return () => {
      isGone = true;
      unsubscribe();
    };
  }, []);

  return auth;
}

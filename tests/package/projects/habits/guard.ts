/** A route guard that sends to the provider whoever is not signed in, and a button on the guarded page. */
import type { OidcClient } from '@forgerock/oidc-client/types';

type Client = Extract<OidcClient, { error?: undefined }>;

/** Asks whenever something has changed. */
export function guard(client: Client): void {
  let isLeaving = false;
  client.subscribe(async () => {
    const tokens = await client.token.get();
    if (!('error' in tokens) || isLeaving) return;
    isLeaving = true;
    const url = await client.authorize.url();
    if (typeof url === 'string') location.assign(url);
  });
}

/** The button. */
export async function signOut(client: Client): Promise<void> {
  const result = await client.user.logout();
  if ('error' in result) throw new Error(result.error);
}

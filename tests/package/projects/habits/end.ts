/** Configuration with a type that the vendor's clients share, and what `terminate()` is documented to give. */
import { journey } from '@forgerock/journey-client';
import type { BaseCallback, Callback, GenericError } from '@forgerock/journey-client/types';
import type { AsyncLegacyConfigOptions, JourneyClientConfig } from '@forgerock/sdk-types';
import { wellknown } from './config.js';

const shared: AsyncLegacyConfigOptions & { serverConfig: { wellknown: string } } = {
  serverConfig: { wellknown, timeout: 20_000 },
  clientId: 'journey-oidc-demo',
  scope: 'openid profile',
  redirectUri: `${location.origin}/callback.html`,
  realmPath: 'root',
  tree: 'Login',
  type: 'service',
};
const config: JourneyClientConfig = {
  ...shared,
  callbackFactory: (callback: Callback): BaseCallback | undefined =>
    void callback.type satisfies undefined,
};

/** Ends AM's session; the error, if there is one. */
export async function end() {
  const client = await journey({ config });
  // biome-ignore lint/suspicious/noConfusingVoidType: as documented.
  const result: void | GenericError = await client.terminate();
  if (result && 'error' in result) return result.error;
  return undefined;
}

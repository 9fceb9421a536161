/** Configuration from the environment of a build: text, or nothing. */
import { journey } from '@forgerock/journey-client';
import { oidc } from '@forgerock/oidc-client';
import { wellknown } from './config.js';

// As bundlers and their types have it.
// biome-ignore lint/suspicious/noExplicitAny: a type that fits everything is the habit.
declare const process: { env: Record<string, any> };
const env = (import.meta as unknown as { env: typeof process.env }).env;

/** What failed, and what both clients warned of. */
export async function environment() {
  const warnings: unknown[] = [];
  const logger = {
    level: 'warn' as const,
    custom: {
      error: console.error,
      warn: (...args: unknown[]) => void warnings.push(...args),
      info: console.info,
      debug: console.debug,
    },
  };
  const serverConfig = {
    wellknown,
    timeout: process.env.TIMEOUT,
    frameTimeout: process.env.FRAME_TIMEOUT,
  };
  const config = {
    serverConfig,
    clientId: 'journey-oidc-demo',
    redirectUri: `${location.origin}/callback.html`,
    scope: 'openid profile',
    oauthThreshold: process.env.THRESHOLD,
    loginHint: env.VITE_NOWHERE,
  };
  const client = await oidc({ config, logger });
  await journey({ config: { serverConfig: { wellknown, timeout: env.VITE_NOWHERE } }, logger });
  return { error: client.error, warnings };
}

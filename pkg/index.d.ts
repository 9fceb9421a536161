/**
 * journey-oidc: sign-in for web apps.
 *
 * - {@link journey} and {@link journeyClient} run the authentication journeys of PingAM and PingOne
 *   Advanced Identity Cloud.
 * - {@link oidc} is an OpenID Connect client for any provider.
 *
 * Both share one WebAssembly core, which is loaded on first use. Importing has no effect.
 *
 * @module
 */

// biome-ignore-all assist/source/organizeImports: the order of docs/api/journey-oidc.md
export * from './types/errors.js';
export * from './types/options.js';
export * from './types/oidc.js';
export * from './types/journey.js';
export * from './types/callbacks.js';
export * from './types/config.js';

/** Configurations, made of the documented SDKs' unified one, and well-known URLs. */
import type { GenericError } from './errors.js';
import type { JourneyClientConfig } from './journey.js';
import type { AuthDisplayValue, AuthPromptValue, OidcConfig } from './oidc.js';
import type { LogLevel } from './options.js';

// ----------------------------------------------------------------------------------- Configuration

/** The member `oidc` of the unified SDK configuration. */
export interface UnifiedOidcConfig {
  /** The well-known URL. */
  discoveryEndpoint: string;
  /** Required by {@link makeOidcConfig}. */
  clientId?: string;
  /** Required by {@link makeOidcConfig}. */
  redirectUri?: string;
  /** Required by {@link makeOidcConfig}. */
  scopes?: string[];
  /** Where the provider sends the user after a logout. */
  signOutRedirectUri?: string;
  /** **Seconds** before the expiry of a token at which its renewal is due. */
  refreshThreshold?: number;
  /** `login_hint` */
  loginHint?: string;
  /** `nonce` */
  nonce?: string;
  /** `display` */
  display?: AuthDisplayValue;
  /** `prompt` */
  prompt?: AuthPromptValue;
  /** `ui_locales` */
  uiLocales?: string;
  /** `acr_values` */
  acrValues?: string;
  /** Further parameters of authorization requests. */
  additionalParameters?: Record<string, string>;
}

/** The member `journey` of the unified SDK configuration. */
export interface UnifiedJourneyConfig {
  /** Not used: the well-known URL says where AM is. */
  serverUrl?: string;
  /** The realm, which the well-known URL has too. */
  realm?: string;
  /** Not used. */
  cookieName?: string;
}

/** The JSON file that an app shares with its Android and iOS versions. */
export interface UnifiedSdkConfig {
  /** Milliseconds for each request. */
  timeout?: number;
  /** How much is logged. */
  log?: Uppercase<LogLevel>;
  /** For journeys. */
  journey?: UnifiedJourneyConfig;
  /** The provider, and the client. */
  oidc?: UnifiedOidcConfig;
}

/**
 * Reads the unified SDK configuration ({@link UnifiedSdkConfig}) for an {@link oidc} client. Unknown
 * fields are ignored, optional ones may be `null`.
 *
 * | JSON | {@link OidcConfig} |
 * |---|---|
 * | `oidc.clientId`, `oidc.redirectUri` (required, not empty) | the same names |
 * | `oidc.discoveryEndpoint` (required, not empty) | `serverConfig.wellknown` |
 * | `oidc.scopes` (required, not empty): list of texts | `scope`, space-separated |
 * | `oidc.refreshThreshold`: **seconds**, 0 or more | `oauthThreshold`: milliseconds |
 * | `oidc.signOutRedirectUri`, `loginHint`, `nonce`, `display`, `prompt`, `uiLocales`, `acrValues` | the same names |
 * | `oidc.additionalParameters`: object of texts | `query` |
 * | `timeout`: milliseconds, 0 or more | `serverConfig.timeout` |
 * | `log`: `NONE`, `ERROR`, `WARN`, `INFO` or `DEBUG` | `log`, in lower case |
 * | `journey.realm` | `realmPath` |
 *
 * @param json the parsed file
 * @throws Error `Invalid unified SDK config: <field>: <message>, …`: every field of a wrong type or
 * value and a missing `discoveryEndpoint` at once; then, one at a time, a missing `oidc`,
 * `clientId`, `redirectUri` or `scopes`
 */
export function makeOidcConfig(json: unknown): OidcConfig;

/**
 * Reads the unified SDK configuration ({@link UnifiedSdkConfig}) for a {@link journey} client, from the
 * same file as {@link makeOidcConfig}. All fields are checked. `oidc.discoveryEndpoint`, `timeout`, `log` and
 * `journey.realm` are used; no other member of `oidc` is required.
 *
 * @param json the parsed file
 * @throws Error as {@link makeOidcConfig}, without the last three
 */
export function makeJourneyConfig(json: unknown): JourneyClientConfig;

/**
 * Returns whether {@link journey} accepts a well-known URL: https, or http on this machine, with a path that
 * ends with `/.well-known/openid-configuration`.
 */
export function isValidWellknownUrl(url: string): boolean;

/**
 * Makes the error value for a failed request for a well-known document, from whatever it failed with. An error
 * value is returned unchanged.
 */
export function createWellknownError(error?: unknown): GenericError;

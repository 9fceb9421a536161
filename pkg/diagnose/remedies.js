/** What the settings are called at the providers that are known. */

/** Where docs/providers.md names them. */
const LINK = 'docs/providers.md#where-the-settings-are';

/**
 * A provider: its name; what its issuer or token endpoint look like; and what it calls the origins that may
 * call it, the redirect URIs, and a client without a secret.
 *
 * @typedef {[name: string, at: RegExp, cors: string, redirect: string, client: string]} Provider
 */

/** @type {Provider[]} */
const PROVIDERS = [
  [
    'AM',
    /\/oauth2\b.*\/access_token$|\/(open)?am\/oauth2\b/,
    'CORS service, with credentials (in Advanced Identity Cloud: Cross-origin resource sharing)',
    'Redirection URIs (Sign-in URLs)',
    'Client type',
  ],
  [
    'Keycloak',
    /\/realms\/[^/]+$|\/openid-connect\/token$/,
    'Web origins',
    'Valid redirect URIs',
    'Client authentication (off), Standard flow (on)',
  ],
  [
    'Entra ID',
    /\.(microsoftonline|ciamlogin|b2clogin)\.com\/|\/sts\.windows\.net\//,
    'Single-page application',
    'Single-page application',
    'Single-page application',
  ],
  ['Auth0', /\.auth0\.com/, 'Allowed Web Origins', 'Allowed Callback URLs', 'Application type'],
  [
    'Okta',
    /\.okta(preview|-emea)?\.com/,
    'Trusted Origins',
    'Sign-in redirect URIs',
    'Single-Page Application',
  ],
  [
    'PingOne',
    /\/auth\.pingone\./,
    'CORS Settings',
    'Redirect URIs',
    'Token endpoint authentication method',
  ],
  [
    'Google',
    /\/accounts\.google\.com/,
    'Authorized JavaScript origins',
    'Authorized redirect URIs',
    'none without a secret: use a server',
  ],
];

/**
 * The remedies at a provider; general ones where it is not known.
 *
 * @param {{ issuer: any, token_endpoint?: any }} document its metadata
 */
export function remediesFor({ issuer, token_endpoint }) {
  const known = PROVIDERS.find(([, at]) => at.test(issuer) || at.test(token_endpoint));
  const [name, , cors, redirect, client] = known ?? [];
  /** @param {string} text @param {string | undefined} setting @returns {[string, string]} */
  const remedy = (text, setting) => [setting ? `${text} In ${name}: ${setting}.` : text, LINK];
  return {
    cors: () => remedy(`Allow the origin ${location.origin} (CORS).`, cors),
    /** @param {string} uri */
    redirect: (uri) => remedy(`Register the redirect URI ${uri}, exactly so.`, redirect),
    client: () =>
      remedy(
        'Register the client as a public one, without a secret, for the authorization code flow.',
        client,
      ),
  };
}

/** @typedef {ReturnType<typeof remediesFor>} Remedies */

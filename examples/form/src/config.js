/** The provider, by default the one that `npm run server` starts in the package's checkout. */
const wellknown =
  import.meta.env.VITE_WELLKNOWN ??
  'http://localhost:9443/am/oauth2/realms/root/.well-known/openid-configuration';

export const config = {
  serverConfig: { wellknown },
  clientId: 'journey-oidc-demo',
  // Where the provider's own sign-in page leads back to: this app.
  redirectUri: `${location.origin}/`,
  // The package's page without scripts, in `public/`: where hidden frames land.
  backgroundRedirectUri: `${location.origin}/callback.html`,
  scope: 'openid profile email',
};

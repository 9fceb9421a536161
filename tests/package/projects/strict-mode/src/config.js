/** A page to which the provider's own sign-in page leads back: the present one. */
export const config = {
  serverConfig: { wellknown: import.meta.env.VITE_WELLKNOWN },
  clientId: 'journey-oidc-demo',
  redirectUri: location.origin + location.pathname,
  backgroundRedirectUri: `${location.origin}/callback.html`,
  scope: 'openid profile email',
};

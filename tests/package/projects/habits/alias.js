export const alias = {
  '@forgerock/journey-client': 'journey-oidc',
  '@forgerock/oidc-client': 'journey-oidc',
  '@forgerock/sdk-utilities': 'journey-oidc',
};

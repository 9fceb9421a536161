/** AM, as the other provider knows it: a client's metadata, without where it may be answered. */
export const AM_AT_IDP = {
  client_id: 'am',
  client_secret: 'a-secret-of-the-development-server',
  token_endpoint_auth_method: 'client_secret_post',
  response_types: ['code'],
  grant_types: ['authorization_code'],
};

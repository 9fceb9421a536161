import { create } from './create.js';

/** @type {typeof import('./index.js').oidc} */
export async function oidc(input) {
  const client = await create('createOidc', input);
  if ('error' in client) {
    return client;
  }
  return {
    authorize: {
      url: (options) => client.authorizeUrl(options),
      background: (options) => client.authorizeBackground(options),
    },
    token: {
      exchange: (code, state, options) => client.exchange(code, state, options),
      get: (options) => client.get(options),
      revoke: (options) => client.revoke(options),
    },
    user: {
      info: (options) => client.userInfo(options),
      logout: (options) => client.logout(options),
    },
  };
}

import { asFailure } from './failure.js';
import { load } from './load.js';

/** @type {typeof import('./index.js').oidc} */
export async function oidc(input) {
  /** @type {any} */
  let client;
  try {
    client = await (await load()).createOidc(input);
  } catch (thrown) {
    client = asFailure(thrown);
  }
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

/**
 * The plainest provider there is: anybody may read its answers (`Access-Control-Allow-Origin: *`, so
 * no request may have cookies), and it can neither revoke tokens nor end sessions. It is
 * oidc-provider with little more than its defaults, and the pages it brings along.
 */
import '../../../server/node-compat.js';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { freePort } from '../support/server.js';

/**
 * Starts the provider.
 *
 * @returns {Promise<{ address: { url: string, inspector: Record<string, string> }, close(): void }>}
 *   `inspector`: the client that may introspect tokens
 */
export async function start() {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const inspector = { client_id: 'inspector', client_secret: randomUUID() };
  const provider = new Provider(url, {
    clients: [
      {
        ...inspector,
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [],
        response_types: [],
        grant_types: [],
      },
    ],
    clientDefaults: { token_endpoint_auth_method: 'none' },
    features: {
      devInteractions: { enabled: true },
      introspection: { enabled: true },
      pushedAuthorizationRequests: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: false },
      rpInitiatedLogout: { enabled: false },
    },
    // Without a page for the consent to it.
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    ttl: { AccessToken: 3600, IdToken: 3600, RefreshToken: 3600, Session: 3600, Grant: 3600 },
  });
  provider.use(allowAnyOrigin);
  const server = createServer(provider.callback());
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address: { url, inspector }, close };
}

/** CORS as most providers have it: for everybody, without cookies. */
async function allowAnyOrigin(ctx, next) {
  if (ctx.method === 'OPTIONS') {
    ctx.set('Access-Control-Allow-Headers', 'authorization, content-type');
    ctx.set('Access-Control-Allow-Methods', 'GET, POST');
    ctx.status = 204;
  } else {
    await next();
  }
  ctx.set('Access-Control-Allow-Origin', '*');
  ctx.remove('Access-Control-Allow-Credentials');
}

import { createServer } from 'node:http';
import { Am } from './am.js';
import { sendAmError } from './am-error.js';

/**
 * Starts the development server, on loopback only.
 *
 * @param options.port the port, 0 for a free one
 * @param options.testMode whether tests may steer the server, see `Control`
 * @param options.demoOrigins origins besides `localhost:8080` that the demo is served from
 * @param options.host the host name in the issuer, `localhost` or `127.0.0.1`
 * @param options.log whether to print a line per request
 * @returns `{ url, port, close(), control }`; `control` only in test mode
 */
export async function startServer({
  port = 9443,
  testMode = false,
  demoOrigins = [],
  host = 'localhost',
  log = false,
} = {}) {
  let am;
  const listener = (req, res) => {
    if (log) logRequest(req, res);
    if (!am) return sendAmError(res, 503, 'The server is starting');
    am.handle(req, res).catch((error) => sendFailure(res, error));
  };
  const servers = await listen(listener, port);
  const actualPort = servers[0].address().port;
  const url = `http://${host}:${actualPort}`;
  // The issuer has the port in it. Nobody knows the port before this function returns it.
  am = await Am.create({ origin: url, testMode, demoOrigins });
  return { url, port: actualPort, close: () => close(servers), control: am.control };
}

/**
 * Listens on both loopback addresses, or on IPv4's alone where there is no IPv6. `localhost` can be
 * either, so a port that is taken on one of them is taken.
 */
async function listen(listener, port, attempts = 5) {
  const first = await listenOn(listener, port, '127.0.0.1');
  try {
    return [first, await listenOn(listener, first.address().port, '::1')];
  } catch (error) {
    if (error.code !== 'EADDRINUSE') return [first];
    await close([first]);
    if (port !== 0 || attempts === 0) throw error;
    return listen(listener, port, attempts - 1);
  }
}

function listenOn(listener, port, address) {
  return new Promise((resolve, reject) => {
    const server = createServer(listener);
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
}

async function close(servers) {
  await Promise.all(
    servers.map((server) => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      return closed;
    }),
  );
}

function logRequest(req, res) {
  const start = Date.now();
  const path = req.url.split('?')[0];
  res.once('close', () => {
    console.log(`${req.method} ${path} ${res.statusCode} ${Date.now() - start} ms`);
  });
}

function sendFailure(res, error) {
  console.error(error.stack);
  if (res.headersSent) res.destroy();
  else sendAmError(res, 500, 'Internal error');
}

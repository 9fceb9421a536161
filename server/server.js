import { Am } from './am.js';
import { sendAmError } from './am-error.js';
import { close, listen } from './loopback.js';

/**
 * Starts the development server, on loopback only.
 *
 * @param options.port the port, 0 for a free one
 * @param options.testMode whether tests may steer the server, see `Control`
 * @param options.demoOrigins origins besides `localhost:8080` that the demo is served from
 * @param options.host the host name in the issuer, `localhost` or `127.0.0.1`
 * @param options.hosts names in a request's `Host` that are answered, besides those of loopback
 * @param options.faults what it does otherwise than AM from the start: names as in `FAULTS`, each
 *   with `=value` where it takes one
 * @param options.log whether to print a line per request
 * @returns `{ url, port, close(), control }`; `control` only in test mode
 */
export async function startServer({
  port = 9443,
  testMode = false,
  demoOrigins = [],
  host = 'localhost',
  hosts = [],
  faults = [],
  log = false,
} = {}) {
  let am;
  const listener = (req, res) => {
    if (log) logRequest(req, res);
    if (!am) return sendAmError(res, 503, 'The server is starting');
    return am.handle(req, res);
  };
  const servers = await listen(listener, port, hosts);
  const actualPort = servers[0].address().port;
  const url = `http://${host}:${actualPort}`;
  // The issuer has the port in it. Nobody knows the port before this function returns it.
  try {
    am = await Am.create({ origin: url, testMode, demoOrigins, faults });
  } catch (error) {
    await close(servers);
    throw error;
  }
  return { url, port: actualPort, close: () => close(servers), control: am.control };
}

function logRequest(req, res) {
  const start = Date.now();
  const path = req.url.split('?')[0];
  res.once('close', () => {
    console.log(`${req.method} ${path} ${res.statusCode} ${Date.now() - start} ms`);
  });
}

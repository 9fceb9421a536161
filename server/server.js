import { Am } from './am.js';
import { sendAmError } from './am-error.js';
import { makeCertificate } from './certificate.js';
import { close, listen } from './loopback.js';

/**
 * Starts the development server, on loopback only unless `listen` says otherwise.
 *
 * @param options.port the port, 0 for a free one
 * @param options.host the host in the issuer, an IPv6 address in brackets
 * @param options.listen the address to listen on, which may be one that other machines reach
 * @param options.hosts names in a request's `Host` that are answered, besides those of loopback
 * @param options.tls `true` for https by a certificate that is made now, or `{ key, cert }` as PEM
 * @param options.log whether to print a line per request
 * @param options.am what else there is: the options of `Am`
 * @returns `{ url, wellknown, port, certificate?, close(), control? }`: `certificate` as PEM;
 *   `control` in test mode or for the program that started it
 */
export async function startServer({
  port = 9443,
  host = 'localhost',
  listen: address,
  hosts = [],
  tls,
  log = false,
  testMode = false,
  origins = [],
  ...am
} = {}) {
  let handler;
  const listener = (req, res) => {
    if (log) logRequest(req, res);
    if (!handler) return sendAmError(res, 503, 'The server is starting');
    return handler.handle(req, res);
  };
  if (address && !isLoopback(address)) console.warn(warningOf(address, testMode));
  const keyPair = tls === true ? makeCertificate(namesOf(host)) : tls;
  const where = { address, tls: keyPair };
  const servers = await listen(listener, port, [...hosts, host], where);
  const actualPort = servers[0].address().port;
  const url = `${tls ? 'https' : 'http'}://${host}:${actualPort}`;
  // The issuer has the port in it. Nobody knows the port before this function returns it.
  try {
    handler = await Am.create({ ...am, origin: url, testMode, origins });
  } catch (error) {
    await close(servers);
    throw error;
  }
  return {
    url,
    wellknown: `${url}/am/oauth2/realms/root/.well-known/openid-configuration`,
    port: actualPort,
    ...(keyPair && { certificate: keyPair.cert }),
    close: () => close(servers),
    control: handler.control,
  };
}

const isLoopback = (address) => /^(127\.|::1$)/.test(address);

function warningOf(address, testMode) {
  const others = testMode ? 'sign in, and control it by /test/' : 'sign in';
  return `Warning: the server listens on ${address}. Whoever reaches this machine can ${others}. It is for development only.`;
}

/** What a made certificate is for. */
function namesOf(host) {
  const name = host.replace(/^\[|\]$/g, '');
  return [...new Set([name, 'localhost', '127.0.0.1', '::1'])];
}

function logRequest(req, res) {
  const start = Date.now();
  const path = req.url.split('?')[0];
  res.once('close', () => {
    console.log(`${req.method} ${path} ${res.statusCode} ${Date.now() - start} ms`);
  });
}

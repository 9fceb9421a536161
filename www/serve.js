import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { close, listen } from '../server/loopback.js';

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
// `dev`: a file is read when it is asked for, so a new build needs no restart.
const page = sirv(folder('.'), { dev: true });
const pkg = sirv(folder('../pkg'), { dev: true });

/** Where the provider sends its responses: files of the package, served beside the page. */
const LANDING = ['/callback.html', '/popup.html', '/popup.js'];

/** What of this folder is the page: not this file, and not `server/`. */
const PAGE_FILES = /^\/(?!serve\.js$)(assets\/)?[\w-]+\.(html|js|css|svg)$/;

/**
 * Serves the demo page, on loopback only, with the package under `/pkg/` as an app would serve it.
 *
 * @param options.port the port, 0 for a free one
 * @param options.serverUrl the origin of the server that the page signs in at
 * @param options.hosts names in a request's `Host` that are answered, besides those of loopback
 * @returns `{ url, port, close() }`
 */
export async function serveDemo({
  port = 8080,
  serverUrl = 'http://localhost:9443',
  hosts = [],
} = {}) {
  const server = new URL(serverUrl);
  const servers = await listen((req, res) => handle(req, res, server), port, hosts);
  const actualPort = servers[0].address().port;
  return {
    url: `http://${server.hostname === '127.0.0.1' ? '127.0.0.1' : 'localhost'}:${actualPort}`,
    port: actualPort,
    close: () => close(servers),
  };
}

/** Any provider on https, or on this machine: for the page that asks which. */
const ANY = 'https: http://localhost:* http://127.0.0.1:*';

function handle(req, res, server) {
  setHeaders(res, req.url.startsWith('/your-server.html') ? ANY : server.origin);
  // The files are small, and sirv throws at some ranges.
  delete req.headers.range;
  const { pathname, search } = new URL(req.url, 'http://localhost');
  const home = sameSiteUrl(req, server);
  if (home && pathname === '/') return redirect(res, `${home}/${search}`);
  if (pathname === '/config.json') return sendJson(res, { serverUrl: server.origin });
  if (pathname === '/' || PAGE_FILES.test(pathname)) {
    return (LANDING.includes(pathname) ? pkg : page)(req, res, () => sendNotFound(res));
  }
  if (pathname.startsWith('/pkg/')) {
    req.url = pathname.slice('/pkg'.length);
    return pkg(req, res, () => sendNotFound(res));
  }
  return sendNotFound(res);
}

/**
 * Where the page has to be instead: `localhost` and `127.0.0.1` are different sites, and between
 * different sites the session cookie is not sent.
 */
function sameSiteUrl(req, server) {
  const { host = '' } = req.headers;
  const isOtherLoopback = server.hostname === 'localhost' && /^(127\.0\.0\.1|\[::1\])/.test(host);
  return isOtherLoopback ? `http://localhost:${req.socket.localPort}` : undefined;
}

function setHeaders(res, providers) {
  const policy = {
    'default-src': "'self'",
    'script-src': "'self' 'wasm-unsafe-eval'",
    'connect-src': `'self' ${providers}`,
    'frame-src': `'self' ${providers}`,
    'style-src': "'self'",
    'img-src': "'self' data:",
    'base-uri': "'none'",
    'object-src': "'none'",
    'form-action': "'self'",
    // The hidden frame lands on callback.html.
    'frame-ancestors': "'self'",
  };
  const directives = Object.entries(policy).map(([name, value]) => `${name} ${value}`);
  res.setHeader('Content-Security-Policy', directives.join('; '));
  res.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Referrer-Policy', 'no-referrer');
  res.setHeader('X-Content-Type-Options', 'nosniff');
}

function sendJson(res, body) {
  res.setHeader('Content-Type', 'application/json');
  res.end(JSON.stringify(body));
}

function redirect(res, location) {
  res.writeHead(307, { Location: location }).end();
}

function sendNotFound(res) {
  res.writeHead(404, { 'Content-Type': 'text/plain;charset=utf-8' }).end('Not found');
}

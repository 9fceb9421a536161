import { sendEmpty } from './http.js';

const HEADERS = [
  'authorization',
  'content-type',
  'accept-api-version',
  'x-requested-with',
  'iplanetdirectorypro',
  'dpop',
];

const LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Which origins may call the server: the demo's, and in test mode every loopback origin. */
export class Origins {
  #allowed;
  #anyLoopback;

  constructor(origins, { anyLoopback }) {
    this.#allowed = new Set(origins);
    this.#anyLoopback = anyLoopback;
  }

  allows(origin) {
    return this.#allowed.has(origin) || (this.#anyLoopback && LOOPBACK.test(origin));
  }
}

/**
 * Sets the CORS headers of a response, and answers a preflight.
 * oidc-provider leaves CORS alone when it finds these headers set.
 * @param options.policy who may read the response: `origin` (those allowed, with credentials), `any`
 *   origin without credentials, or `none`
 * @param options.exposed the headers that a page may read
 * @returns whether the request was a preflight and is answered
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function handleCors(req, res, { origins, maxAge, policy = 'origin', exposed }) {
  const { origin } = req.headers;
  const isPreflight =
    req.method === 'OPTIONS' && req.headers['access-control-request-method'] !== undefined;
  if (policy === 'origin') res.setHeader('Vary', 'Origin');
  if (policy === 'any' || (policy === 'origin' && origin !== undefined && origins.allows(origin))) {
    res.setHeader('Access-Control-Allow-Origin', policy === 'any' ? '*' : origin);
    if (policy === 'origin') res.setHeader('Access-Control-Allow-Credentials', 'true');
    if (isPreflight) setPreflightHeaders(req, res, maxAge);
    else res.setHeader('Access-Control-Expose-Headers', exposed.join(', '));
  }
  // One that allows nothing, or oidc-provider would add its own.
  if (policy === 'none') res.setHeader('Access-Control-Expose-Headers', 'WWW-Authenticate');
  if (isPreflight) sendEmpty(res, 204);
  return isPreflight;
}

function setPreflightHeaders(req, res, maxAge) {
  const asked = (req.headers['access-control-request-headers'] ?? '').toLowerCase().split(',');
  const headers = new Set([...HEADERS, ...asked.map((name) => name.trim()).filter(Boolean)]);
  res.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
  res.setHeader('Access-Control-Allow-Headers', [...headers].join(', '));
  res.setHeader('Access-Control-Max-Age', String(maxAge));
}

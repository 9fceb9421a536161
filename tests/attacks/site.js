/** A server that writes down what it is asked, lets everybody read, and answers as it is told. */
import { createServer } from 'node:http';
import { scripts } from '../e2e/support.js';

/**
 * What a site was asked.
 *
 * @typedef {object} Call
 * @property {string} method
 * @property {string} url path and query
 * @property {string} path
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {string} body
 * @property {string} [token] the bearer token
 */

/**
 * A site of its own.
 *
 * @param {string} host a name that browsers find on loopback
 */
export async function startSite(host) {
  const site = new Site();
  const server = createServer((request, response) => {
    site.serve(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  site.url = `http://${host}:${server.address().port}`;
  site.close = () => {
    server.close();
    server.closeAllConnections();
  };
  return site;
}

export class Site {
  /** Its origin. */
  url = '';
  /** What it was asked, but for preflights. @type {Call[]} */
  requests = [];
  /** Answers a call: `{ status?, headers?, body? }`; an object as body is JSON. */
  answer = () => {};
  #pages = new Map();

  reset() {
    this.requests = [];
    this.answer = () => {};
    this.#pages.clear();
  }

  /** The URL of a page with this in its body. */
  page(html) {
    const path = `/page-${this.#pages.size}.html`;
    this.#pages.set(path, `<!doctype html><title>Site</title><body>${html}</body>`);
    return this.url + path;
  }

  /** All that it was told, as one text. */
  heard() {
    return this.requests.map((call) => JSON.stringify(call)).join('\n');
  }

  async serve(request, response) {
    const { method, url, headers } = request;
    for (const [name, value] of Object.entries(forEverybody(headers))) {
      response.setHeader(name, value);
    }
    if (method === 'OPTIONS') return response.writeHead(204).end();
    const path = url.split('?')[0];
    if (scripts.has(path)) {
      return response.setHeader('content-type', 'text/javascript').end(scripts.get(path));
    }
    if (this.#pages.has(path)) {
      return response.setHeader('content-type', 'text/html').end(this.#pages.get(path));
    }
    if (path === '/favicon.ico') return response.writeHead(404).end();
    const body = Buffer.concat(await request.toArray()).toString();
    const token = headers.authorization?.replace('Bearer ', '');
    const call = { method, url, path, headers, body, token };
    this.requests.push(call);
    const { status = 200, body: answered = {}, headers: more } = (await this.answer(call)) ?? {};
    const isText = typeof answered === 'string';
    const type = isText ? 'text/plain' : 'application/json';
    const text = isText ? answered : JSON.stringify(answered);
    response.writeHead(status, { 'content-type': type, ...more }).end(text);
  }
}

/** CORS headers that let any page read, with its cookies. */
function forEverybody({ origin = '*', 'access-control-request-headers': asked = '' }) {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': asked,
    'access-control-allow-methods': 'GET, POST, PUT, DELETE',
    'access-control-expose-headers': 'www-authenticate',
  };
}

/**
 * Answers as an AM at any context path: `/am1/oauth2/realms/root`, `/am1/json/realms/root`. A session
 * token has the context in its name.
 *
 * @param {Site} site
 * @param {(call: Call) => object | undefined} [authenticate] another body of `authenticate`
 * @param {object} [metadata] other members of the document
 */
export const asAm = (site, authenticate, metadata) => (call) => {
  const [, context] = call.path.split('/');
  const issuer = `${site.url}/${context}/oauth2/realms/root`;
  if (call.path.endsWith('/openid-configuration')) {
    return { body: { ...documentOf(issuer), ...metadata } };
  }
  if (call.path.endsWith('/authenticate')) return { body: authenticate?.(call) ?? login(call) };
  return { body: {} };
};

const documentOf = (issuer) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/access_token`,
  userinfo_endpoint: `${issuer}/userinfo`,
  jwks_uri: `${issuer}/connect/jwk_uri`,
});

/** A login: the name, and then the session. */
function login({ path, body }) {
  if (body.includes('"callbacks"')) {
    return { tokenId: `session-${path.split('/')[1]}`, successUrl: '/console', realm: '/' };
  }
  const input = [{ name: 'IDToken1', value: '' }];
  return { authId: 'an.auth.id', callbacks: [{ type: 'NameCallback', output: [], input }] };
}

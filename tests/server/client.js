import { createHash, randomBytes } from 'node:crypto';
import { startServer } from '../../server/server.js';

export const ORIGIN = 'http://localhost:8080';
export const REDIRECT_URI = `${ORIGIN}/callback.html`;
export const CLIENT_ID = 'journey-oidc-demo';
export const COOKIE = 'iPlanetDirectoryPro';
export const ROOT = 'realms/root';
export const ALPHA = 'realms/root/realms/alpha';

const AM_HEADERS = {
  'Accept-API-Version': 'protocol=1.0,resource=2.1',
  'Content-Type': 'application/json',
  'X-Requested-With': 'forgerock-sdk',
};

/** A test server, closed after the tests of `context` (a `node:test` hook function `after`). */
export async function start(after, options) {
  const server = await startServer({ port: 0, testMode: true, ...options });
  after(() => server.close());
  return server;
}

/** The values of the outputs of a step's callbacks, by name. */
export function outputs({ callbacks }) {
  return callbacks.map(({ output }) =>
    Object.fromEntries(output.map(({ name, value }) => [name, value])),
  );
}

/** A user that the journey Registration takes; the answers to its page. */
export const NEW_USER = {
  IDToken1: 'zoe',
  IDToken2: 'zoe@example.com',
  IDToken3: 21,
  IDToken4: true,
  IDToken5: 'Secr3tWord',
  IDToken6question: "What's your favorite color?",
  IDToken6answer: 'Aquamarine',
  IDToken7: true,
};

/** A browser as far as cookies go, that talks to one realm. */
export class Browser {
  #jar = new Map();

  constructor(server, realm = ROOT) {
    this.server = server;
    this.oauth = `${server.url}/am/oauth2/${realm}`;
    this.json = `${server.url}/am/json/${realm}`;
  }

  get cookie() {
    return this.#jar.get(COOKIE);
  }

  set cookie(value) {
    this.#jar.set(COOKIE, value);
  }

  async fetch(url, { headers, ...init } = {}) {
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      ...init,
      headers: { Origin: ORIGIN, ...(cookie && { Cookie: cookie }), ...headers },
    });
    for (const line of response.headers.getSetCookie()) this.#store(line);
    return response;
  }

  #store(line) {
    const [pair, ...attributes] = line.split(/;\s*/);
    const [name, value] = pair.split(/=(.*)/s);
    if (attributes.some((one) => /^expires=Thu, 01 Jan 1970/i.test(one))) this.#jar.delete(name);
    else this.#jar.set(name, value);
  }

  /** One request to AM's JSON endpoints: `{ status, body }`. */
  async am(path, { body, headers, method = 'POST' } = {}) {
    const response = await this.fetch(`${this.json}${path}`, {
      method,
      headers: { ...AM_HEADERS, ...headers },
      body: typeof body === 'object' ? JSON.stringify(body) : body,
    });
    return { status: response.status, body: await response.json() };
  }

  authenticate(query, body) {
    return this.am(`/authenticate?${query}`, { body });
  }

  /** Runs a journey to its end with these answers, by prompt. */
  async login({ journey = 'Login', query = '', password = 'Ch4ng3it!' } = {}) {
    const answers = { 'User Name': 'demo', Password: password };
    const service = `authIndexType=service&authIndexValue=${journey}`;
    let result = await this.authenticate(`${query}&${service}`);
    while (result.body.authId) {
      for (const callback of result.body.callbacks) {
        callback.input[0].value = answers[callback.output[0].value];
      }
      result = await this.authenticate(query, result.body);
    }
    return result;
  }

  /** Starts a journey: `{ status, body }`. */
  startJourney(journey, query = '') {
    return this.authenticate(`${query}&authIndexType=service&authIndexValue=${journey}`);
  }

  /** Submits a step with these answers, by the name of the input. */
  next(step, answers = {}, query = '') {
    const filled = structuredClone(step);
    for (const { input = [] } of filled.callbacks) {
      for (const entry of input) {
        if (Object.hasOwn(answers, entry.name)) entry.value = answers[entry.name];
      }
    }
    return this.authenticate(query, filled);
  }

  /** Starts a journey and submits its pages with these answers, one after the other. */
  async walk(journey, ...pages) {
    let result = await this.startJourney(journey);
    for (const answers of pages) result = await this.next(result.body, answers);
    return result;
  }

  sessions(action, headers) {
    return this.am(`/sessions/?_action=${action}`, { headers });
  }

  /** Follows one authorize request to where it redirects: `{ status, location, response }`. */
  async authorize(params) {
    const query = new URLSearchParams({
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: 'openid profile email',
      state: 'the-state',
      ...params,
    });
    const response = await this.fetch(`${this.oauth}/authorize?${query}`);
    const location = response.headers.get('location');
    return {
      status: response.status,
      location: location && new URL(location, this.server.url),
      response,
    };
  }

  /** A code from a background authorization, with what is needed to exchange it. */
  async code(params) {
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const { location } = await this.authorize({
      prompt: 'none',
      nonce: 'the-nonce',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...params,
    });
    return { code: location.searchParams.get('code'), code_verifier: verifier, location };
  }

  /** One form POST to an OAuth endpoint: `{ status, body }`. */
  async post(path, form) {
    const response = await this.fetch(`${this.oauth}${path}`, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams({ client_id: CLIENT_ID, ...form }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  exchange({ code, code_verifier }, extra) {
    return this.post('/access_token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier,
      ...extra,
    });
  }

  refresh(refreshToken, extra) {
    return this.post('/access_token', {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      ...extra,
    });
  }

  /** Signs in by a journey and gets tokens in the background. */
  async tokens(params, extra) {
    if (!this.cookie) await this.login();
    const { body } = await this.exchange(await this.code(params), extra);
    return body;
  }

  userinfo(accessToken) {
    return this.fetch(`${this.oauth}/userinfo`, {
      headers: { Authorization: `Bearer ${accessToken}` },
    });
  }

  endSession(params) {
    return this.fetch(`${this.oauth}/connect/endSession?${new URLSearchParams(params)}`);
  }

  /** The error a background authorization ends with, `null` if it has none. */
  async silentError() {
    const { location } = await this.code();
    return location.searchParams.get('error');
  }
}

/**
 * An OpenID provider that is honest, small, and consents to everything at once, until one of its
 * {@link BEHAVIOURS} is on.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { readForm } from '../../server/http.js';
import { Keys } from './keys.js';
import { ODDITIES } from './oddities.js';
import { SWITCHES } from './switches.js';

/** Everything that the provider can be told to do. */
export const BEHAVIOURS = { ...SWITCHES, ...ODDITIES };

const ALICE = 'alice';

/** What each scope tells (OpenID Connect Core section 5.4). */
const CLAIMS = {
  profile: { name: 'Alice Adams', family_name: 'Adams', preferred_username: ALICE },
  email: { email: 'alice@example.com', email_verified: true },
  phone: { phone_number: '+1 555 0100', phone_number_verified: false },
  address: { address: { locality: 'Wonderland', country: 'UK' } },
};

/** What answers, by the last segment of the path. */
const ENDPOINTS = {
  'openid-configuration': 'metadata',
  jwks: 'keys',
  authorize: 'authorize',
  token: 'token',
  userinfo: 'userinfo',
  revoke: 'revoke',
  'end-session': 'endSession',
};

/**
 * Starts a provider on a loopback port.
 *
 * @param {{ clientId: string, redirectUris: string[], postLogoutRedirectUris: string[] }} client
 *   the only client, of the origin of its redirect URIs
 * @param {string} [host] a name that browsers find on loopback
 */
export async function startProvider(client, host = 'localhost') {
  const provider = new Provider(client, await Keys.create());
  const server = createServer((request, response) => {
    provider.serve(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  provider.url = `http://${host}:${server.address().port}`;
  provider.close = () => {
    server.close();
    server.closeAllConnections();
  };
  return provider;
}

export class Provider {
  /** Its origin. */
  url = '';
  /** The names of the switches that are on. */
  switches = new Set();
  /**
   * What else it does, in the form of a switch; besides, `demands` changes what is asked of an
   * authorization request, `authorization` the response to it, and `token` the token endpoint's.
   */
  more = {};
  /** Whose session the browser has; `undefined`: nobody's. */
  user = ALICE;
  /** What the switches have changed: `<switch> <stage>`. */
  applied = new Set();
  /** @type {{ method: string, path: string, params: Record<string, string>, query: string, authorization?: string, host: string }[]} */
  requests = [];

  #client;
  #keys;
  #issued = new Set();
  /** What was granted, by authorization code, access token and refresh token. */
  #granted = { code: new Map(), access: new Map(), refresh: new Map() };

  constructor(client, keys) {
    this.#client = client;
    this.#keys = keys;
  }

  get issuer() {
    return `${this.url}/op`;
  }

  get wellknown() {
    return `${this.issuer}/.well-known/openid-configuration`;
  }

  /** Forgets what was asked, and misbehaves in these ways only. */
  reset(switches = [], more = {}) {
    this.switches = new Set(switches);
    this.more = more;
    this.user = ALICE;
    this.applied.clear();
    this.requests = [];
  }

  /** Every code and token that was issued. */
  secrets() {
    return [...this.#issued];
  }

  /** Whose an access or refresh token is, while it is good. */
  whose(token) {
    const { access, refresh } = this.#granted;
    return (access.get(token) ?? refresh.get(token))?.user;
  }

  /** The requests to an endpoint, by the last segment of its path. */
  requestsTo(endpoint) {
    return this.requests.filter(({ path }) => path.split('/').at(-1) === endpoint);
  }

  async serve(request, response) {
    const cors = await this.#as('cors', this.#cors(request.headers.origin));
    if (request.method === 'OPTIONS') {
      response.writeHead(204, cors).end();
      return;
    }
    const { status = 200, headers, body } = await this.#answer(await this.#record(request));
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const type = typeof body === 'string' ? 'text/plain' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...cors, ...headers }).end(text);
  }

  #cors(origin = '') {
    if (origin !== new URL(this.#client.redirectUris[0]).origin) return {};
    return {
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'accept, authorization, content-type',
      vary: 'origin',
    };
  }

  async #record(request) {
    const { pathname, search, searchParams } = new URL(request.url, this.url);
    const form = request.method === 'POST' ? await readForm(request) : [];
    const params = Object.fromEntries([...searchParams, ...form]);
    const { authorization, host } = request.headers;
    const { method } = request;
    const recorded = { method, path: pathname, params, query: search, authorization, host };
    this.requests.push(recorded);
    return recorded;
  }

  async #answer(request) {
    const endpoint = ENDPOINTS[request.path.split('/').at(-1)];
    return endpoint ? this[endpoint](request) : { status: 404, body: 'Not found' };
  }

  /** A value as the switches that are on want it. */
  async #as(stage, value, request) {
    let changed = value;
    for (const name of this.switches) {
      const misbehave = BEHAVIOURS[name][stage];
      if (!misbehave) continue;
      changed = await misbehave(changed, request);
      this.applied.add(`${name} ${stage}`);
    }
    return this.more[stage]?.(changed, request) ?? changed;
  }

  /** OpenID Connect Discovery section 4. */
  async metadata(request) {
    const at = (name) => `${this.issuer}/${name}`;
    const honest = {
      issuer: this.issuer,
      authorization_endpoint: at('authorize'),
      token_endpoint: at('token'),
      userinfo_endpoint: at('userinfo'),
      revocation_endpoint: at('revoke'),
      end_session_endpoint: at('end-session'),
      jwks_uri: at('jwks'),
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256', 'RS256'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    };
    return this.#as('wellknown', { body: await this.#as('metadata', honest) }, request);
  }

  async keys() {
    return { body: { keys: await this.#as('keys', this.#keys.published()) } };
  }

  /** OpenID Connect Core section 3.1.2, without a page for the user. */
  async authorize({ params }) {
    await this.#as('whenAuthorizing', this.#keys);
    const fault = this.#faultOf(params);
    if (fault) return { status: 400, body: fault };
    const code = this.#issue(randomUUID());
    this.#granted.code.set(code, { ...params, user: this.user });
    const { state } = params;
    const iss = this.issuer;
    const honest = this.user ? { code, state, iss } : { error: 'login_required', state, iss };
    const response = await this.#as('response', honest, params);
    return this.#as('authorization', redirect(params.redirect_uri, response), params);
  }

  #faultOf(params) {
    const { clientId, redirectUris } = this.#client;
    const honest = {
      client_id: params.client_id === clientId,
      redirect_uri: redirectUris.includes(params.redirect_uri),
      response_type: params.response_type === 'code',
      scope: params.scope?.split(' ').includes('openid'),
      state: Boolean(params.state),
      code_challenge: /^[\w-]{43}$/.test(params.code_challenge),
      code_challenge_method: params.code_challenge_method === 'S256',
    };
    const demands = this.more.demands?.(honest) ?? honest;
    const wrong = Object.keys(demands).filter((name) => !demands[name]);
    return wrong.length > 0 && `Wrong: ${wrong.join(', ')}`;
  }

  /** RFC 6749 sections 4.1.3 and 6, RFC 7636 section 4.6. */
  async token({ method, params }) {
    if (method !== 'POST' || params.client_id !== this.#client.clientId) {
      return { status: 400, body: { error: 'invalid_client' } };
    }
    const renewed = params.grant_type === 'refresh_token';
    const grant = renewed
      ? take(this.#granted.refresh, params.refresh_token)
      : this.#redeem(params);
    if (!grant) return { status: 400, body: { error: 'invalid_grant' } };
    const tokens = await this.#as('tokens', await this.#tokens(grant, renewed), params);
    return this.#as('token', { body: tokens }, params);
  }

  #issue(secret) {
    this.#issued.add(secret);
    return secret;
  }

  #redeem({ code, code_verifier = '', redirect_uri }) {
    const grant = take(this.#granted.code, code);
    const challenge = createHash('sha256').update(code_verifier).digest('base64url');
    const fits = grant?.code_challenge === challenge && grant.redirect_uri === redirect_uri;
    return fits ? grant : undefined;
  }

  async #tokens(grant, renewed) {
    const [access, refresh] = [this.#issue(randomUUID()), this.#issue(randomUUID())];
    this.#granted.access.set(access, grant);
    this.#granted.refresh.set(refresh, grant);
    const answer = {
      access_token: access,
      token_type: 'Bearer',
      expires_in: 3600,
      scope: grant.scope,
      refresh_token: refresh,
    };
    // Core section 3.1.2.1.
    if (!grant.scope.split(' ').includes('openid')) return answer;
    return { ...answer, id_token: await this.#idToken(grant, access, renewed) };
  }

  /** OpenID Connect Core sections 2 and 12.2. */
  async #idToken({ nonce, user }, accessToken, renewed) {
    const alg = await this.#as('alg', 'ES256');
    // Core section 3.1.3.6; Ed25519 hashes with SHA-512.
    const hash = createHash(alg.startsWith('Ed') ? 'sha512' : 'sha256')
      .update(accessToken)
      .digest();
    const now = Math.floor(Date.now() / 1000);
    const honest = {
      iss: this.issuer,
      sub: user,
      aud: this.#client.clientId,
      iat: now,
      exp: now + 3600,
      at_hash: hash.subarray(0, hash.length / 2).toString('base64url'),
      ...(!renewed && { nonce }),
    };
    const claims = await this.#as('claims', honest);
    await this.#as('beforeSigning', this.#keys);
    const header = await this.#as('header', this.#keys.header(alg));
    const signed = renewed ? await this.#as('renewedClaims', claims) : claims;
    return this.#issue(await this.#as('jwt', await this.#keys.sign(header, signed)));
  }

  async #header() {
    return this.#keys.header(await this.#as('alg', 'ES256'));
  }

  /** OpenID Connect Core section 5.3. */
  async userinfo({ authorization = '' }) {
    const grant = this.#granted.access.get(/^Bearer (.+)$/.exec(authorization)?.[1]);
    if (!grant) return { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: {} };
    const told = grant.scope.split(' ').map((scope) => CLAIMS[scope]);
    const details = await this.#as('userinfo', Object.assign({ sub: grant.user }, ...told));
    if (!(await this.#as('userinfoSigned', false))) return { body: details };
    const claims = { iss: this.issuer, aud: this.#client.clientId, ...details };
    const jwt = await this.#keys.sign(await this.#header(), claims);
    return {
      headers: { 'content-type': 'application/jwt' },
      body: await this.#as('userinfoJwt', jwt),
    };
  }

  /** RFC 7009. */
  async revoke({ params }) {
    this.#granted.access.delete(params.token);
    this.#granted.refresh.delete(params.token);
    return { body: {} };
  }

  /** OpenID Connect RP-Initiated Logout sections 2 and 3. */
  async endSession({ params }) {
    const { clientId, postLogoutRedirectUris } = this.#client;
    const { client_id = clientId, post_logout_redirect_uri: uri, state } = params;
    if (client_id !== clientId) return { status: 400, body: 'Whose?' };
    if (!uri) return { status: 204 };
    if (!postLogoutRedirectUris.includes(uri)) return { status: 400, body: 'Where to?' };
    return redirect(uri, await this.#as('loggedOut', { state }));
  }
}

/** Removes an entry, and returns it. */
function take(map, key) {
  const value = map.get(key);
  map.delete(key);
  return value;
}

function redirect(to, params) {
  const url = new URL(to);
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return { status: 302, headers: { location: url.href } };
}

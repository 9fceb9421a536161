/** AM, asked directly: what is true at the server, and its administration. */
import { request } from 'node:https';
import { ADMIN, HOSTS, REALM } from './recipe.js';

/** The header that has a session token, named as the cookie is. */
export const SESSION = 'iPlanetDirectoryPro';

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

export class Am {
  /** @param {{ port: number, certificate: { pem: string } }} server where it listens */
  constructor({ port, certificate }) {
    this.port = port;
    this.ca = certificate.pem;
  }

  /**
   * A request, its path below `/am`. Nothing fails by its status.
   *
   * @param {string} path
   * @param {{ method?: string, headers?: Record<string, string>, json?: unknown,
   *   form?: Record<string, string>, timeout?: number }} [options]
   * @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders,
   *   text: string, json?: any }>}
   */
  call(path, { method, headers, json, form, timeout = 60_000 } = {}) {
    const body = json ? JSON.stringify(json) : form && String(new URLSearchParams(form));
    const type = json ? JSON_TYPE : form && FORM_TYPE;
    const options = {
      host: '127.0.0.1',
      port: this.port,
      ca: this.ca,
      servername: HOSTS.am,
      path: `/am${path}`,
      method: method ?? (body ? 'POST' : 'GET'),
      headers: { host: HOSTS.am, ...type, ...headers },
      signal: AbortSignal.timeout(timeout),
    };
    return new Promise((resolve, reject) => {
      const sent = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.on('error', reject).on('end', () => {
          const { statusCode: status, headers } = response;
          resolve({ status, headers, text, json: parsed(text) });
        });
      });
      sent.on('error', reject).end(body);
    });
  }

  /** A session of a user, made without a browser; its token. */
  async signIn({ username, password }, realm = '') {
    const { json, status } = await this.call(`/json${realm}/authenticate`, {
      method: 'POST',
      headers: {
        ...JSON_TYPE,
        'accept-api-version': 'protocol=1.0,resource=2.0',
        'x-openam-username': username,
        'x-openam-password': password,
      },
    });
    if (!json?.tokenId) throw new Error(`AM does not sign ${username} in: ${status}`);
    return json.tokenId;
  }

  /** Its administration. */
  async admin() {
    return new Administration(this, await this.signIn(ADMIN));
  }

  /** Whether a session is alive, by AM's own word. */
  async isAlive(token) {
    return (await this.session(token)).valid;
  }

  /** What AM says of a session: `{ valid: false }`, or whose it is. */
  async session(token) {
    const { status, json, text } = await this.call('/json/sessions?_action=validate', {
      json: {},
      headers: { 'accept-api-version': 'protocol=1.0,resource=1.1', [SESSION]: token },
    });
    if (typeof json?.valid !== 'boolean') throw new Error(`AM does not tell: ${status} ${text}`);
    return json;
  }

  /** Whether AM takes an access token: at userinfo, and at its tokeninfo. */
  async takes(accessToken, realm = '') {
    const headers = { authorization: `Bearer ${accessToken}` };
    const userinfo = await this.call(`/oauth2${realm}/userinfo`, { headers });
    const query = new URLSearchParams({ access_token: accessToken });
    const tokeninfo = await this.call(`/oauth2${realm}/tokeninfo?${query}`);
    const statuses = [userinfo.status, tokeninfo.status];
    if (statuses.every((status) => status === 200)) return true;
    if (statuses.every((status) => status >= 400 && status < 500)) return false;
    throw new Error(`AM does not tell: ${statuses}`);
  }

  /** Whether AM takes a refresh token. It is used by this. */
  async refreshes(refreshToken, client, realm = '') {
    const { status, json, text } = await this.call(`/oauth2${realm}/access_token`, {
      form: { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: client },
    });
    if (status === 200) return true;
    if (json?.error === 'invalid_grant') return false;
    throw new Error(`AM does not tell: ${status} ${text}`);
  }
}

/** AM's administration. A request that fails throws. */
class Administration {
  constructor(am, token) {
    this.am = am;
    this.token = token;
  }

  async send(path, { version = 'protocol=1.0,resource=1.0', ...options }) {
    const headers = { 'accept-api-version': version, [SESSION]: this.token, ...options.headers };
    const { status, json, text } = await this.am.call(path, { ...options, headers });
    if (status >= 400) throw new Error(`${options.method ?? 'POST'} ${path}: ${status} ${text}`);
    return json;
  }

  post(path, json, options) {
    return this.send(path, { ...options, json });
  }

  put(path, json, options) {
    return this.send(path, { ...options, json, method: 'PUT' });
  }

  addUser({ username, password, ...more }, realm = '') {
    return this.post(`/json${realm || '/realms/root'}/users?_action=create`, {
      username,
      userpassword: password,
      mail: `${username}@journeys.test`,
      ...more,
    });
  }

  /**
   * Lets an app use AM: a public client in each realm, and AM's own CORS service, for its origins alone.
   *
   * @param {string} client its id
   * @param {string[]} origins
   * @param {string} [algorithm] of its ID tokens; AM's own default is HS256
   */
  async addApp(client, origins, algorithm = 'RS256') {
    const cors = '/json/global-config/services/cors';
    // A singleton's version is not asked for.
    await this.put(cors, corsFor(origins), { version: 'protocol=1.0' });
    for (const realm of ['/realms/root', `/realms/root/realms/${REALM}`]) {
      const settings = publicClient(client, origins, algorithm);
      await this.post(`/json${realm}/agents/?_action=create`, settings);
    }
  }

  /**
   * Adds a journey, by AM's older name a chain, with modules of its own.
   *
   * @param {string} name
   * @param {{ type: string, criteria?: string, settings?: object }[]} modules `settings` are what
   *   differs from AM's template
   */
  async addJourney(name, modules) {
    const path = '/json/realm-config/authentication';
    const chain = [];
    for (const [index, { type, criteria = 'REQUIRED', settings }] of modules.entries()) {
      const _id = `${name}-${index}`;
      const template = await this.post(`${path}/modules/${type}?_action=template`, {});
      const module = { ...template, ...settings, _id };
      await this.post(`${path}/modules/${type}?_action=create`, module);
      chain.push({ module: _id, criteria, options: {} });
    }
    await this.post(`${path}/chains?_action=create`, {
      _id: name,
      authChainConfiguration: chain,
      loginSuccessUrl: [],
      loginFailureUrl: [],
      loginPostProcessClass: [],
    });
  }

  /** Ends a session. */
  end(token) {
    return this.am.call('/json/sessions?_action=logout', {
      json: {},
      headers: { 'accept-api-version': 'protocol=1.0,resource=1.1', [SESSION]: token },
    });
  }
}

function corsFor(origins) {
  return {
    enabled: true,
    allowedOrigins: [...origins, `https://${HOSTS.am}`],
    acceptedMethods: ['GET', 'POST', 'OPTIONS'],
    acceptedHeaders: [
      'Accept',
      'Accept-API-Version',
      'Authorization',
      'Content-Type',
      SESSION,
      'X-Requested-With',
    ],
    exposedHeaders: ['WWW-Authenticate'],
    allowCredentials: true,
    maxAge: 600,
    expectedHostname: null,
  };
}

function publicClient(id, origins, algorithm) {
  const list = (...values) => values.map((value, index) => `[${index}]=${value}`);
  const name = (member) => `com.forgerock.openam.oauth2provider.${member}`;
  const urls = (path) => list(...origins.map((origin) => origin + path));
  return {
    username: id,
    AgentType: ['OAuth2Client'],
    userpassword: ['unused'],
    [name('clientType')]: ['Public'],
    [name('redirectionURIs')]: urls('/callback.html'),
    [name('postLogoutRedirectURI')]: urls('/signed-out'),
    [name('scopes')]: list('openid', 'profile', 'email'),
    [name('defaultScopes')]: list('openid'),
    [name('responseTypes')]: list('code', 'token', 'id_token', 'none'),
    // AM's word for a public client, too, which sends no secret.
    [name('tokenEndPointAuthMethod')]: ['client_secret_post'],
    [name('idTokenSignedResponseAlg')]: [algorithm],
    isConsentImplied: ['true'],
    sunIdentityServerDeviceStatus: ['Active'],
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

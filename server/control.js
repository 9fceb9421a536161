import { Failures } from './failures.js';
import { readJsonObject, sendEmpty, sendJson } from './http.js';
import { ask } from './own-requests.js';
import { Requests } from './requests.js';
import { createSession, findSession, SESSION_COOKIE } from './sessions.js';
import { checkSettings } from './settings.js';

/** The methods of a server in index.d.ts, besides `close`: those of `Control` that are for its user. */
export const METHODS = [
  'fault',
  'faults',
  'endFaults',
  'fail',
  'failures',
  'clearFailures',
  'setClient',
  'configure',
  'rotateKeys',
  'reset',
  'signIn',
  'authorize',
  'requests',
  'clearRequests',
  'mails',
  'token',
  'session',
  'secrets',
  'sign',
  'forgetNonces',
];

/**
 * How tests control the server: by its methods, and in test mode by requests below `/test/`, see
 * `routes`. It exists only in test mode, and for the program that started the server.
 */
export class Control {
  #am;
  #issued = new Map();
  #failures;

  constructor(am) {
    this.#am = am;
    this.requestLog = new Requests();
    this.#failures = new Failures({ keys: am.keys, onIssue: (...issue) => this.issued(...issue) });
  }

  /** Notes a secret. `kind` is oidc-provider's name of the model, or `IdToken`, or `authId`. */
  issued(kind, value) {
    if (SECRETS.has(kind) && value) this.#issued.set(value, kind);
  }

  /**
   * Lets requests fail.
   * @param failure see `Failures`
   */
  fail(failure) {
    this.#failures.add(failure);
  }

  /** The failures still to come. */
  failures() {
    return this.#failures.list();
  }

  clearFailures() {
    this.#failures.clear();
  }

  /**
   * Switches a fault on, or off with the value `false`.
   * @param name see `FAULTS`
   * @param value for a fault that takes one
   */
  fault(name, value) {
    this.#am.faults.set(name, value);
  }

  /** Every fault, and whether it is on: `{ name, does, seenAt, takes?, value }`. */
  faults() {
    return this.#am.faults.list();
  }

  /** Switches all faults off. */
  endFaults() {
    this.#am.faults.clear();
  }

  /**
   * Creates a client or changes one, in all realms.
   * @param registration see `Clients.merge`
   */
  async setClient(registration) {
    const { metadata } = this.#am.clients.merge(registration);
    await this.#am.realms[0].provider.Client.validate(metadata);
    this.#am.clients.set(registration);
  }

  /**
   * Changes settings, see `SETTINGS`.
   * @throws {TypeError} for one that does not exist
   */
  configure(settings) {
    checkSettings(settings);
    Object.assign(this.#am.settings, settings);
    this.#am.rebuild();
  }

  /**
   * What a token is good for: `{ active, kind: 'access' | 'refresh' | null, audience?, jkt? }`;
   * `audience` is the `resource` it was asked for, `jkt` the key that it is bound to.
   */
  token(value) {
    const kind =
      { AccessToken: 'access', RefreshToken: 'refresh' }[this.#issued.get(value)] ?? null;
    const stored = this.#am.realms
      .map(({ store }) => store.get('AccessToken', value) ?? store.get('RefreshToken', value))
      .find(Boolean);
    const { aud, jkt } = stored ?? {};
    return { active: isLive(stored), kind, ...(aud && { audience: aud }), ...(jkt && { jkt }) };
  }

  /**
   * Signs a user in without asking: a new session, as the cookie that a browser needs for it.
   * @param {string} username
   * @param {{ realm?: string }} [options] `realm`: `/` or `/alpha`
   */
  async signIn(username, { realm: path = '/' } = {}) {
    const realm = this.#am.realms.find((one) => one.path === path);
    if (!realm) throw new TypeError(`Unknown realm ${path}`);
    if (!realm.users.find(username)) throw new TypeError(`Unknown user ${username}`);
    const session = await createSession(realm, username, this.#am.settings.sessionTtl);
    return { name: SESSION_COOKIE, value: session.jti, url: this.#am.origin };
  }

  /**
   * Where an authorization request leads the browser of a user who has signed in: the redirect URI,
   * with the response.
   * @param {string} url the authorization URL
   * @param {string} username
   */
  async authorize(url, username) {
    const { origin, pathname } = new URL(url);
    if (origin !== this.#am.origin) throw new TypeError(`The URL is not one of ${this.#am.origin}`);
    const realm = this.#am.realms.find(({ oauthPrefix }) => pathname.startsWith(oauthPrefix));
    const { name, value } = await this.signIn(username, { realm: realm?.path });
    const { status, headers } = await ask(url, { headers: { Cookie: `${name}=${value}` } });
    const isResponse = headers.location && !headers.location.startsWith('/');
    if (isResponse) return headers.location;
    throw new Error(
      `The authorization request leads to no redirect URI (status ${status}). Open its URL in a browser to see why.`,
    );
  }

  /** Whether a session token is that of a signed-in session: `{ active }`. */
  async session(value) {
    const found = await Promise.all(this.#am.realms.map((realm) => findSession(realm, value)));
    return { active: found.some(Boolean) };
  }

  /** The requests since the last `clearRequests`, see `Requests.record`. */
  requests() {
    return this.requestLog.list();
  }

  clearRequests() {
    this.requestLog.clear();
  }

  /** New signing keys. The JWKS keeps the old ones only if `keep`. */
  async rotateKeys({ keep = false } = {}) {
    await this.#am.keys.rotate({ keep });
    this.#am.rebuild();
  }

  /** A token with these claims as they are, signed by the server's key. */
  sign(claims) {
    return this.#am.keys.sign(claims);
  }

  /** Every secret issued so far: tokens, codes, session tokens, `authId`s. */
  secrets() {
    return [...this.#issued.keys()];
  }

  /** Refuses the nonces that the API has given out. */
  forgetNonces() {
    this.#am.api.forgetNonces();
  }

  /** The emails sent, the newest last: `{ to, subject, link, suspendedId }`, see `Mails`. */
  mails() {
    return this.#am.realms.flatMap(({ mails }) => mails.list());
  }

  /** Everything as at the start, the faults too; only the signing keys stay. */
  reset() {
    this.#failures.clear();
    this.requestLog.clear();
    this.#issued.clear();
    this.#am.reset();
  }

  /** Handles any other request, which may be one that fails. */
  answer(req, res, next) {
    return this.#failures.handle(req, res, next);
  }

  /** Answers a request below `/test/`. */
  async handle(req, res, url) {
    const route = routes[`${req.method} ${url.pathname}`];
    if (!route) return sendJson(res, 404, { error: 'not found' });
    try {
      const body = req.method === 'POST' ? await readJsonObject(req) : undefined;
      const result = await route(this, body, url.searchParams.get('value'));
      return result === undefined ? sendEmpty(res, 204) : sendJson(res, 200, result);
    } catch (error) {
      return sendJson(res, 400, { error: error.error_description ?? error.message });
    }
  }
}

const SECRETS = new Set([
  'AccessToken',
  'AuthorizationCode',
  'IdToken',
  'RefreshToken',
  'Session',
  'authId',
]);

const routes = {
  'POST /test/failures': (control, body) => control.fail(body),
  'GET /test/failures': (control) => control.failures(),
  'DELETE /test/failures': (control) => control.clearFailures(),
  'POST /test/faults': (control, { name, value }) => control.fault(name, value),
  'GET /test/faults': (control) => control.faults(),
  'DELETE /test/faults': (control) => control.endFaults(),
  'POST /test/clients': (control, body) => control.setClient(body),
  'POST /test/settings': (control, body) => control.configure(body),
  'POST /test/sign-in': (control, { username, realm }) => control.signIn(username, { realm }),
  'GET /test/token': (control, _body, value) => control.token(value),
  'GET /test/session': (control, _body, value) => control.session(value),
  'GET /test/requests': (control) => control.requests(),
  'DELETE /test/requests': (control) => control.clearRequests(),
  'POST /test/rotate-keys': (control, body) => control.rotateKeys(body),
  'POST /test/sign': (control, body) => control.sign(body),
  'GET /test/secrets': (control) => control.secrets(),
  'DELETE /test/nonces': (control) => control.forgetNonces(),
  'GET /test/mails': (control) => control.mails(),
  'POST /test/reset': (control) => control.reset(),
};

function isLive(token) {
  return token !== undefined && !token.consumed && token.exp > Date.now() / 1000;
}

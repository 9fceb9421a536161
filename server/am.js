import { ActiveFaults } from './active-faults.js';
import { sendAmError } from './am-error.js';
import { Api } from './api.js';
import { Authenticate } from './authenticate.js';
import { Clients } from './clients.js';
import { Control } from './control.js';
import { handleCors, Origins } from './cors.js';
import { decisions } from './decisions.js';
import { handleEndSession } from './end-session.js';
import { sendJson } from './http.js';
import { IdentityProvider } from './identity-provider.js';
import { handleInteraction } from './interaction.js';
import { loadJourneys } from './journeys.js';
import { Keys } from './keys.js';
import { Realm } from './realm.js';
import { Returns } from './returns.js';
import { handleSessionCheck, isSessionCheck } from './session-check.js';
import { handleSessions, SESSION_COOKIE } from './sessions.js';
import { SETTINGS } from './settings.js';

/** The inner realm is first, since its paths begin with those of the outer one. */
const REALMS = [
  { path: '/alpha', chain: 'realms/root/realms/alpha' },
  { path: '/', chain: 'realms/root' },
];

const DEMO_ORIGINS = ['http://localhost:8080', 'http://127.0.0.1:8080'];

/** The whole of AM, without a socket: realms, clients, keys, and what to do with a request. */
export class Am {
  #answersControl;
  #authenticate;
  #corsMaxAge;
  #idp;
  #initialSettings;
  #returns = new Returns();

  /** Rejects if a client's registration is not valid. */
  static async create(options) {
    const am = new Am({ ...options, keys: await Keys.create() });
    const { Client } = am.realms[0].provider;
    await Promise.all(am.clients.all().map(({ metadata }) => Client.validate(metadata)));
    return am;
  }

  /**
   * @param options.origin the server's own origin
   * @param options.testMode whether requests below `/test/` control the server, see `Control`
   * @param options.inProcess whether the program that started it does, by `control`
   * @param options.origins where apps are served from, besides the demo's own
   * @param options.users those of each realm, see `Users`
   * @param options.clients registrations, see `Clients`
   * @param options.settings what differs from `SETTINGS`
   * @param options.journeys more of them, or others in the place of those that are here
   * @param options.decisions more of them, see decisions.js
   * @param options.faults the faults that are on from the start, see `ActiveFaults`
   */
  constructor({ origin, testMode, inProcess, origins, keys, ...own }) {
    const isControlled = testMode || inProcess;
    this.keys = keys;
    this.origin = origin;
    this.faults = new ActiveFaults(own.faults, () => this.rebuild());
    this.#initialSettings = { ...SETTINGS, ...own.settings };
    this.settings = { ...this.#initialSettings };
    this.clients = new Clients([...DEMO_ORIGINS, ...origins], this.settings, own.clients);
    this.origins = new Origins(this.clients.origins(), { anyLoopback: isControlled });
    this.control = isControlled ? new Control(this) : undefined;
    this.#answersControl = testMode;
    this.#corsMaxAge = isControlled ? 0 : 600;
    const onIssue = (...issue) => this.control?.issued(...issue);
    const onMail = isControlled ? undefined : printMail;
    const { clients, settings } = this;
    const shared = { origin, onIssue, onMail, clients, keys, settings, origins: this.origins };
    this.realms = REALMS.map(
      (realm) => new Realm({ ...realm, ...shared, users: own.users, faults: this.faults }),
    );
    this.#authenticate = new Authenticate({
      journeys: new Map([...loadJourneys(), ...namesOf(own.journeys)]),
      decisions: { ...decisions, ...own.decisions },
      keys,
      settings,
      returns: this.#returns,
      faults: this.faults,
    });
    this.#idp = new IdentityProvider({ origin, keys, origins: this.origins });
    this.api = new Api(this);
  }

  /** Gives the realms new providers, after a change of the keys, settings or faults. */
  rebuild() {
    for (const realm of this.realms) realm.rebuild();
  }

  reset() {
    this.keys.forgetRetired();
    this.clients.reset();
    Object.assign(this.settings, this.#initialSettings);
    this.#returns.clear();
    this.#idp.clear();
    this.api.clear();
    for (const realm of this.realms) realm.clear();
    this.faults.reset();
  }

  async handle(req, res) {
    const url = new URL(req.url, 'http://localhost');
    const isControl = this.#answersControl && url.pathname.startsWith('/test/');
    if (!isControl) this.control?.requestLog.record(req, res, url);
    if (this.#handleCors(req, res, url)) return;
    if (isControl && !this.#isOurs(req)) return sendAmError(res, 403, 'Forbidden');
    if (isControl) return this.control.handle(req, res, url);
    const answer = () => this.#route(req, res, url);
    if (this.control) return this.control.answer(req, res, answer);
    return answer();
  }

  /** Whether a request is of no page, or of one that may use the server: any other page can only send. */
  #isOurs({ headers: { origin } }) {
    return origin === undefined || this.origins.allows(origin);
  }

  #handleCors(req, res, { pathname, searchParams }) {
    const policy = this.faults.as('cors', 'origin', { path: pathname, query: searchParams });
    const exposed = this.faults.as('expose', ['WWW-Authenticate', 'DPoP-Nonce']);
    const maxAge = this.#corsMaxAge;
    return handleCors(req, res, { origins: this.origins, maxAge, policy, exposed });
  }

  async #route(req, res, { pathname, searchParams: query }) {
    const call = { am: this, req, res, pathname, query, ...this.#whose(pathname) };
    if (await this.faults.handle(call)) return;
    return this.#answer(call);
  }

  /** Whose a path is: `{ realm, api: 'oauth' | 'json', path }`, `path` below the API's; or nothing. */
  #whose(pathname) {
    for (const realm of this.realms) {
      const oauth = below(pathname, realm.oauthPrefix);
      if (oauth !== undefined) return { realm, api: 'oauth', path: oauth };
      const json = below(pathname, realm.jsonPrefix);
      if (json !== undefined) return { realm, api: 'json', path: json };
    }
    return {};
  }

  #answer({ req, res, pathname, query, realm, api, path }) {
    if (pathname.startsWith('/am/interaction/')) {
      const asked = this.realms.find((one) => one.path === query.get('realm'));
      return asked ? handleInteraction(asked, req, res) : sendAmError(res, 400, 'Invalid realm');
    }
    if (pathname.startsWith('/api/')) return this.api.handle(req, res, pathname);
    if (pathname.startsWith('/idp/')) return this.#idp.handle(req, res, pathname);
    if (this.#returns.isFor(pathname)) return this.#returns.handle(req, res, pathname);
    if (api === 'oauth') return this.#routeOauth(realm, path, req, res, query);
    if (api === 'json') return this.#routeJson(realm, path, req, res, query);
    return sendAmError(res, 404, 'Resource not found');
  }

  #routeOauth(realm, path, req, res, query) {
    const isCall = req.method === 'GET' || req.method === 'POST';
    if (path === '/connect/endSession' && isCall) {
      return handleEndSession(realm, req, res, query, this);
    }
    if (path === '/authorize' && isSessionCheck(req, query)) {
      return handleSessionCheck(realm, req, res, query, this);
    }
    // PingOne takes a POST whose parameters are in the query, as if it were a GET.
    if (path === '/authorize' && this.settings.piFlow && query.has('client_id')) req.method = 'GET';
    return realm.handleOauth(req, res);
  }

  #routeJson(realm, path, req, res, query) {
    switch (path.replace(/\/$/, '')) {
      case '/authenticate':
        return this.#authenticate.handle(realm, req, res, query);
      case '/sessions':
        return handleSessions(realm, req, res, query, this);
      case '/serverinfo/*':
        return sendJson(res, 200, { cookieName: SESSION_COOKIE, realm: realm.path });
      default:
        return sendAmError(res, 404, 'Resource not found');
    }
  }
}

/** Journeys by name. */
function namesOf(journeys = []) {
  return journeys.map((journey) => [journey.name, journey]);
}

/** The only mailbox of a development server is its terminal. */
function printMail({ to, subject, link }) {
  console.log(`Email to ${to}: ${subject}: ${link}`);
}

/** What follows `prefix` in `pathname`, else `undefined`. */
function below(pathname, prefix) {
  return pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : undefined;
}

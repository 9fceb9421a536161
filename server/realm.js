import { Mails } from './mails.js';
import { createProvider } from './provider.js';
import { dropUnknownSessionCookie } from './sessions.js';
import { Store } from './store.js';
import { Users } from './users.js';

/** One realm of AM: its paths, its users, its sessions and tokens, and the provider over them. */
export class Realm {
  #handle;
  #ownIssuer;
  #shared;
  #journeys = new Map();

  /**
   * @param options.path AM's name of the realm, `/` or `/alpha`
   * @param options.chain the realm in URLs, `realms/root` or `realms/root/realms/alpha`
   * @param options.origin the server's own origin
   * @param options.onIssue called as `(kind, value)` for each secret issued
   * @param options.onMail called with each email, see `Mails`
   */
  constructor({ path, chain, origin, onIssue, onMail, ...shared }) {
    this.path = path;
    this.oauthPrefix = `/am/oauth2/${chain}`;
    this.jsonPrefix = `/am/json/${chain}`;
    this.#ownIssuer = origin + this.oauthPrefix;
    this.onIssue = onIssue;
    this.store = new Store(onIssue, shared.faults);
    this.users = new Users(shared.users);
    this.mails = new Mails(onMail);
    this.#shared = shared;
    this.rebuild();
  }

  /** Everything as at the start. */
  clear() {
    this.store.clear();
    this.users.clear();
    this.mails.clear();
    this.#journeys.clear();
  }

  /** The journeys that a session has been through, those before an upgrade too. */
  journeysOf(session) {
    return this.#journeys.get(session?.jti) ?? [];
  }

  noteJourneys(session, journeys) {
    this.#journeys.set(session.jti, journeys);
  }

  /** Puts a new provider, with the keys of now, over the same sessions and tokens. */
  rebuild() {
    this.issuer = this.#shared.faults.as('issuer', this.#ownIssuer, { realm: this });
    this.provider = createProvider({ realm: this, store: this.store, ...this.#shared });
    this.provider.on('grant.success', (ctx) => this.onIssue('IdToken', ctx.body.id_token));
    this.provider.on('authorization.success', (_ctx, out) => this.onIssue('IdToken', out.id_token));
    this.#handle = this.provider.callback();
  }

  /** Hands a request below `oauthPrefix` to the provider, mounted there. */
  async handleOauth(req, res) {
    await dropUnknownSessionCookie(this, req);
    req.originalUrl = req.url;
    req.url = req.url.slice(this.oauthPrefix.length) || '/';
    await this.#handle(req, res);
  }
}

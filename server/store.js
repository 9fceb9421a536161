import { Provider } from './oidc-provider.js';

const SWEEP_AT = 2000;

/**
 * What one realm's provider remembers, in memory: `model → id → { payload, expires }`. It outlives
 * the provider, so that a provider with other keys can be put over the same sessions and tokens.
 * @see node_modules/oidc-provider/lib/adapters/memory_adapter.js
 */
export class Store {
  #models = new Map();
  #endedSessions = new Set();
  #faults;

  /**
   * @param onIssue called as `(model, id)` for each new entry
   * @param {import('./active-faults.js').ActiveFaults} [faults]
   */
  constructor(onIssue = () => {}, faults = undefined) {
    this.onIssue = onIssue;
    this.#faults = faults;
  }

  clear() {
    this.#models.clear();
    this.#endedSessions.clear();
  }

  #entries(model) {
    if (!this.#models.has(model)) this.#models.set(model, new Map());
    return this.#models.get(model);
  }

  get(model, id) {
    const entry = this.#entries(model).get(id);
    return entry && entry.expires > Date.now() ? structuredClone(entry.payload) : undefined;
  }

  set(model, id, payload, ttl = Number.POSITIVE_INFINITY) {
    // A request that read the session before a logout must not bring it back when it saves it.
    if (model === 'Session' && this.#endedSessions.has(id)) return;
    const entries = this.#entries(model);
    if (!entries.has(id)) this.onIssue(model, id);
    entries.set(id, { payload: structuredClone(payload), expires: Date.now() + ttl * 1000 });
    if (entries.size > SWEEP_AT) this.#sweep(entries);
  }

  #sweep(entries) {
    for (const [id, { expires }] of entries) {
      if (expires <= Date.now()) entries.delete(id);
    }
  }

  #found(model, payload) {
    const route = Provider.ctx?.oidc.route;
    return this.#faults ? this.#faults.as('found', payload, { model, route }) : payload;
  }

  findSessionByUid(uid) {
    for (const [id, { payload }] of this.#entries('Session')) {
      if (payload.uid === uid) return this.get('Session', id);
    }
    return undefined;
  }

  consume(model, id) {
    const entry = this.#entries(model).get(id);
    if (entry) entry.payload.consumed = Math.floor(Date.now() / 1000);
  }

  delete(model, id) {
    const uid = model === 'Session' ? this.get(model, id)?.uid : undefined;
    if (model === 'Session') this.#endedSessions.add(id);
    this.#entries(model).delete(id);
    if (uid !== undefined) this.#faults?.as('sessionEnded', uid, { store: this });
  }

  deleteByGrant(model, grantId) {
    for (const [id, { payload }] of this.#entries(model)) {
      if (payload.grantId === grantId) this.#entries(model).delete(id);
    }
  }

  /** Ends a session, and with it the codes and tokens that came of it. */
  endSession(uid) {
    const session = this.findSessionByUid(uid);
    if (session) this.delete('Session', session.jti);
    this.deleteBySession(uid);
  }

  /** Deletes the codes and tokens of a session: all of them, or those of one client. */
  deleteBySession(uid, clientId) {
    for (const [entries, id] of this.#ofSession(uid, (one) => one === (clientId ?? one))) {
      entries.delete(id);
    }
  }

  /** Whether a client other than this one has a code or token of a session that is still good. */
  isSharedSession(uid, clientId) {
    return this.#ofSession(uid, (one) => one !== clientId).length > 0;
  }

  #ofSession(uid, isMeant) {
    return ['AuthorizationCode', 'AccessToken', 'RefreshToken'].flatMap((model) => {
      const entries = this.#entries(model);
      return [...entries]
        .filter(([, { payload, expires }]) => {
          const isLive = expires > Date.now() && !payload.consumed;
          return isLive && payload.sessionUid === uid && isMeant(payload.clientId);
        })
        .map(([id]) => [entries, id]);
    });
  }

  /** The adapter of one model, as oidc-provider wants it. */
  adapter(model) {
    return {
      upsert: async (id, payload, ttl) => this.set(model, id, payload, ttl),
      find: async (id) => this.#found(model, this.get(model, id)),
      findByUid: async (uid) => this.findSessionByUid(uid),
      findByUserCode: async () => undefined,
      consume: async (id) => this.consume(model, id),
      destroy: async (id) => this.delete(model, id),
      revokeByGrantId: async (grantId) => {
        if (!isAccessTokenRevocation()) this.deleteByGrant(model, grantId);
      },
    };
  }
}

/** AM revokes just the access token it is given; oidc-provider would revoke its whole family. */
function isAccessTokenRevocation() {
  const oidc = Provider.ctx?.oidc;
  return oidc?.route === 'revocation' && oidc.entities.AccessToken !== undefined;
}

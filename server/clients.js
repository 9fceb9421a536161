/** The demo's client. Public, so it needs PKCE and no secret. */
export const DEMO_CLIENT_ID = 'journey-oidc-demo';

const REDIRECT_PATHS = [
  '/callback.html',
  '/',
  '/index.html',
  '/signed-in.html',
  '/popup.html',
  '/your-server.html',
];
const POST_LOGOUT_PATHS = ['/', '/index.html', '/your-server.html', '/callback.html'];

const PUBLIC_CLIENT = {
  application_type: 'web',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token', 'implicit'],
  response_types: ['code', 'id_token', 'code id_token', 'none'],
  require_auth_time: true,
};

function urisOf(origins) {
  return {
    redirect_uris: origins.flatMap((origin) => REDIRECT_PATHS.map((path) => origin + path)),
    post_logout_redirect_uris: origins.flatMap((origin) =>
      POST_LOGOUT_PATHS.map((path) => origin + path),
    ),
  };
}

/** The registered clients of all realms: metadata as in OpenID Connect Registration, and lifetimes. */
export class Clients {
  #clients = new Map();
  #initial;
  #origins;
  #settings;

  /**
   * @param origins where an app may be served from whose registration doesn't say
   * @param settings the lifetimes of a client that has none of its own
   * @param initial the registrations at the start
   */
  constructor(origins, settings, initial = [{ client_id: DEMO_CLIENT_ID }]) {
    this.#origins = origins;
    this.#settings = settings;
    this.#initial = initial;
    this.reset();
  }

  /** Leaves only the clients of the start. */
  reset() {
    this.#clients.clear();
    for (const registration of this.#initial) this.set(registration);
  }

  all() {
    return [...this.#clients.values()];
  }

  /**
   * The origins that the clients' apps are served from. Other schemes than http and https have the
   * origin `null`, which is that of every sandboxed frame: it is never one of these.
   * @see https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
   */
  origins() {
    const uris = this.all().flatMap(({ metadata }) => metadata.redirect_uris);
    const ofApps = [...this.#origins, ...uris].filter(isWeb).map((uri) => new URL(uri).origin);
    return [...new Set(ofApps)];
  }

  /**
   * What `set` with this registration would store. `origins` stands for the demo's redirect URIs on
   * those origins; the lifetimes are in seconds; what is left out is kept, or is as for the demo.
   */
  merge({ origins, accessTokenTtl, refreshTokenTtl, idTokenTtl, ...metadata }) {
    const known = this.#clients.get(metadata.client_id);
    const base = known?.metadata ?? { ...PUBLIC_CLIENT, ...urisOf(this.#origins) };
    const ttl = { accessTokenTtl, refreshTokenTtl, idTokenTtl };
    return {
      metadata: { ...base, ...(origins && urisOf(origins)), ...metadata },
      ttl: { ...known?.ttl, ...definedOnly(ttl) },
    };
  }

  set(registration) {
    this.#clients.set(registration.client_id, this.merge(registration));
  }

  metadata(id) {
    return this.#clients.get(id)?.metadata;
  }

  /** @param name one of `accessTokenTtl`, `refreshTokenTtl`, `idTokenTtl` */
  ttl(id, name) {
    return this.#clients.get(id)?.ttl[name] ?? this.#settings[name];
  }
}

function isWeb(uri) {
  return URL.canParse(uri) && /^https?:$/.test(new URL(uri).protocol);
}

function definedOnly(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/**
 * How a real provider differs from this server, by name: the server behaves so while the fault is on.
 * README.md says what each does, and which provider does so.
 */
export type FaultName =
  | 'dpop-nonce'
  | 'dpop-nonce-hidden'
  | 'dpop-challenge-hidden'
  | 'dpop-ignored'
  | 'dpop-proof-refused'
  | 'dpop-revocation-with-proof'
  | 'dpop-algorithms'
  | 'cors-star'
  | 'cors-not-registered'
  | 'metadata-without-cors'
  | 'end-session-without-cors'
  | 'issuer'
  | 'metadata-openam'
  | 'metadata-hs256-only'
  | 'metadata-pkce-plain-only'
  | 'metadata-implicit-only'
  | 'authorize-shows-page'
  | 'response-without-iss'
  | 'authorize-code-only'
  | 'prompt-none-interaction-required'
  | 'errors-without-iss'
  | 'errors-without-description'
  | 'response-with-client-and-scope'
  | 'pi-flow-refused'
  | 'expires-in'
  | 'token-scope'
  | 'token-type'
  | 'id-token-auth-time-misnamed'
  | 'id-token-audience-repeated'
  | 'id-token-exp-as-text'
  | 'id-token-sub-as-number'
  | 'id-token-without-kid'
  | 'jwks-many-keys'
  | 'jwks-single-without-kid'
  | 'jwks-numeric-kid'
  | 'jwks-empty-members'
  | 'jwks-leading-zeros'
  | 'jwks-short-coordinates'
  | 'jwks-encryption-only'
  | 'id-token-ed25519'
  | 'refresh-refusal'
  | 'refresh-tokens-dead'
  | 'revocation-ends-session'
  | 'revocation-refused'
  | 'revocation-unlisted'
  | 'revocation-missing'
  | 'revocation-of-unknown-refused'
  | 'end-session-elsewhere'
  | 'end-session-openam'
  | 'tokens-end-with-session'
  | 'sessions-versions'
  | 'sessions-missing'
  | 'used-step-408';

/** Lifetimes are in seconds. */
export interface Settings {
  /** Of clients that have none of their own. Default: 3600 */
  accessTokenTtl?: number;
  /** Of clients that have none of their own. Default: 604800, a week */
  refreshTokenTtl?: number;
  /** Of clients that have none of their own. Default: 3600 */
  idTokenTtl?: number;
  /** How long the `authId` of a step is accepted. Default: 300 */
  authIdTtl?: number;
  /** Of an authorization code. Default: 120 */
  codeTtl?: number;
  /** Of a session. Default: 7200 */
  sessionTtl?: number;
  /** How long the link of an email resumes its journey. Default: 900 */
  suspendTtl?: number;
  /** The page of the app that emails and other providers lead to. Default: `/` */
  returnPath?: string;
  /** Whether pushed authorization requests are required (RFC 9126). Default: false */
  requirePar?: boolean;
  /** Whether `response_mode=pi.flow` is offered, as by PingOne. Default: false */
  piFlow?: boolean;
}

/** A user, in both realms. */
export interface User {
  /** Without one the user can sign in only by what needs none, such as another provider. */
  password?: string;
  /**
   * Of the UserInfo endpoint, by the scope that asks for them. `sub` is the user's name.
   * @see https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
   */
  claims?: Record<string, unknown>;
}

/**
 * A client, in both realms: metadata by the names of OpenID Connect Registration. What is left out
 * makes it a public client of all flows that this server has.
 * @see https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata
 */
export interface Client {
  client_id: string;
  /**
   * Where the app is served from: registers `/`, `/index.html`, `/callback.html`, `/signed-in.html`
   * and `/popup.html` of these origins, and those of the demo, as redirect URIs; the first three also
   * for after a sign-out.
   * Default, without `redirect_uris`: `origins` of the server
   */
  origins?: string[];
  redirect_uris?: string[];
  post_logout_redirect_uris?: string[];
  /** In seconds. */
  accessTokenTtl?: number;
  /** In seconds. */
  refreshTokenTtl?: number;
  /** In seconds. */
  idTokenTtl?: number;
  [metadata: string]: unknown;
}

/**
 * A value of a callback: any JSON; `{ "$": name, "otherwise"? }` stands for what the journey has kept
 * under that name.
 */
export type Value = string | number | boolean | null | Value[] | { [member: string]: Value };

/** A page of callbacks. */
export interface PageNode {
  type: 'page';
  header?: string;
  description?: string;
  stage?: string;
  callbacks: {
    /** Such as `NameCallback`. */
    type: string;
    output: Record<string, Value>;
    /** The name that the answer is kept under; or, for several inputs, names by their suffix. */
    input?: string | Record<string, string>;
    /** What the input has at first, or values by suffix. */
    initial?: Value | Record<string, Value>;
    /** Whether the answer is forgotten at the next page. Default: true for passwords */
    secret?: boolean;
  }[];
  /** The next node. Default: the page comes again */
  next?: string;
}

/** Picks the next node. */
export interface DecisionNode {
  type: 'decision';
  /** A name of {@link ServerOptions.decisions}, or of the server's own. */
  decision: string;
  /** What the decision gets as `params`. */
  with?: Record<string, unknown>;
  /** The next node by the outcome. */
  outcomes: Record<string, string>;
}

/** A journey. The nodes `success` and `failure` are its ends, and need no entry. */
export interface Journey {
  name: string;
  description?: string;
  start: string;
  nodes: Record<string, PageNode | DecisionNode>;
}

/**
 * A decision of a journey.
 *
 * @param inputs the answers so far, by the names in the journey; `username` is who signs in
 * @param context `params` of the node, and the `query` of the request
 * @returns the outcome; or `{ outcome, ...kept }`, where `kept` is kept with the answers
 */
export type Decision = (
  // biome-ignore lint/suspicious/noExplicitAny: what the journey's callbacks have brought.
  inputs: Record<string, any>,
  // biome-ignore lint/suspicious/noExplicitAny: what the journey's node says.
  context: { params: any; query: URLSearchParams },
) => Outcome | Promise<Outcome>;

export type Outcome = string | { outcome: string; [kept: string]: unknown };

/** Faults at the start: `name` or `name=value`, or values by name; `false` turns one of AM's off. */
export type Faults = (FaultName | `${FaultName}=${string}`)[] | { [name in FaultName]?: unknown };

/** The options of {@link startServer}, and of a configuration file. */
export interface ServerOptions {
  /** Default: 9443; 0 for a free one */
  port?: number;
  /** The host in the issuer. Default: `localhost` */
  host?: string;
  /** An address to listen on instead of loopback, such as `0.0.0.0` in a container. */
  listen?: string;
  /** Host names that requests may be for, besides `host` and those of loopback. */
  hosts?: string[];
  /** `true`: https, by a certificate that is made now; or that of a key and a certificate, each as PEM or a file of it. */
  tls?: boolean | { key: string; cert: string };
  /** Where apps are served from. Default: `http://localhost:8080` and `http://127.0.0.1:8080`, to which these are added */
  origins?: string[];
  /** By name. Default: `demo` with the password `Ch4ng3it!` */
  users?: Record<string, User>;
  /** Default: `journey-oidc-demo` */
  clients?: Client[];
  /** Lifetimes, and what else can be set. */
  settings?: Settings;
  /** Journeys, files of them, or folders of such files; besides those of the server. */
  journeys?: (Journey | string)[];
  /** The decisions of the journeys, by name; besides those of the server. */
  decisions?: Record<string, Decision>;
  /** Besides those of AM. */
  faults?: Faults;
  /** Whether requests below `/test/` control the server. Default: false */
  testMode?: boolean;
  /** Whether to print a line for each request. Default: false */
  log?: boolean;
}

/** Requests that fail. Without `after`, `delay` alone or `mutate` the server does nothing for them. */
export interface Failure {
  /** Part of the path and query. */
  match: string;
  method?: string;
  /** How many requests fail; -1 for all. Default: 1 */
  times?: number;
  /** Whether the server does first what it was asked, so that only the response fails. */
  after?: boolean;
  /** In milliseconds. With nothing else, the response is only late. */
  delay?: number;
  /** Never responds. */
  hang?: boolean;
  /** Closes the connection. */
  reset?: boolean;
  status?: number;
  headers?: Record<string, string>;
  /** Text, or JSON as its value. */
  body?: unknown;
  /** What is wrong with the ID token of the response; all but the first are signed by the server's key. */
  mutate?:
    | 'id_token_signature'
    | 'id_token_nonce'
    | 'id_token_iss'
    | 'id_token_aud'
    | 'id_token_exp'
    | 'id_token_sub'
    | 'id_token_auth_time'
    | 'id_token_at_hash'
    | 'no_id_token';
}

/** A request that the server got. */
export interface RecordedRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  origin?: string;
  contentType?: string;
  /** Whether it had an `Authorization` header. */
  authorization: boolean;
  /** In milliseconds since 1970. */
  time: number;
  /** Once it has been answered. */
  status?: number;
  /** A form as an object, JSON as its value, or text. */
  body?: unknown;
}

export interface Server {
  /** The origin. */
  readonly url: string;
  readonly port: number;
  /** The well-known URL of the root realm. */
  readonly wellknown: string;
  /** As PEM, with `tls`. */
  readonly certificate?: string;
  close(): Promise<void>;

  /**
   * Turns a fault on, or off.
   * @param value of a fault that takes one; `false` turns it off. Default: its usual value
   * @throws a `TypeError` of the code `ERR_OPTION`, for an unknown fault or a value that it does not take
   */
  fault(name: FaultName, value?: unknown): void;
  /** Every fault; `value` is `false` for those that are off. */
  faults(): {
    name: FaultName;
    does: string;
    seenAt: string[];
    takes?: string | unknown[];
    value: unknown;
  }[];
  /** Turns all faults off, those of AM too. */
  endFaults(): void;
  /** Lets the next requests that match fail. */
  fail(failure: Failure): void;
  /** The failures still to come. */
  failures(): Failure[];
  clearFailures(): void;

  /** Registers a client, or changes one. Rejects if the registration is not valid. */
  setClient(client: Client): Promise<void>;
  /** Changes settings. Throws a `TypeError` for one that does not exist. */
  configure(settings: Settings): void;
  /** Makes new signing keys; the key set keeps the old ones only if `keep`. */
  rotateKeys(options?: { keep?: boolean }): Promise<void>;
  /** Everything as at the start, except the signing keys: nobody is signed in, no tokens. */
  reset(): void;

  /**
   * Signs a user in without asking: a new session, as the cookie that the browser needs for it.
   * @param options `realm`: `/`, the default, or `/alpha`
   */
  signIn(
    username: string,
    options?: { realm?: string },
  ): Promise<{ name: string; value: string; url: string }>;
  /**
   * The redirect URI with the response, where an authorization request leads the browser of a user
   * who is signed in: for tests without a browser. Rejects if it leads nowhere.
   */
  authorize(url: string, username: string): Promise<string>;

  /** What the server was asked, in order, since the last `clearRequests()` or `reset()`. */
  requests(): RecordedRequest[];
  clearRequests(): void;
  /** The emails, the newest last. */
  mails(): { to: string; subject: string; link: string; suspendedId: string }[];
  /** What a token is good for. `audience`: the `resource` it was requested for; `jkt`: the key it is bound to (RFC 9449) */
  token(value: string): {
    active: boolean;
    kind: 'access' | 'refresh' | null;
    audience?: string;
    jkt?: string;
  };
  /** Whether a session token, the value of the cookie, is that of a session. */
  session(value: string): Promise<{ active: boolean }>;
  /** Every secret that was issued: tokens, codes, session tokens, `authId`s; to look for in logs. */
  secrets(): string[];
  /** A token with these claims, signed by the server's key. */
  sign(claims: Record<string, unknown>): Promise<string>;
  /** Refuses the DPoP nonces that the API has given out (RFC 9449 section 9). */
  forgetNonces(): void;
}

/**
 * Starts a server, which only this machine reaches unless `listen` says otherwise.
 *
 * Rejects with a `TypeError` of the code `ERR_OPTION` for a wrong option, with Node's error of the code
 * `EADDRINUSE` where the port is in use, and where a client's registration is not valid.
 */
export function startServer(options?: ServerOptions): Promise<Server>;

/** Every fault: what it does, which providers do so, and the values that it takes. */
export const FAULTS: readonly {
  name: FaultName;
  does: string;
  seenAt: string[];
  values?: unknown[];
  takes?: string;
  usual?: unknown;
}[];

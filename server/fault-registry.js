import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { escapeHtml, page, sendJson, sendPage, sendRedirect } from './http.js';

const KEYCLOAK = 'Keycloak 26.7';
const OPENAM = 'OpenAM 16.1';
const SPRING = 'Spring Authorization Server';
const ZITADEL = 'Zitadel';
const DJANGO = 'django-oauth-toolkit 3.4';
const HYDRA = 'Ory Hydra 2.3';
const DEX = 'Dex';
const BETTER_AUTH = 'better-auth 1.7';
const LEAGUE = 'league/oauth2-server';
const ENTRA = 'Entra ID';
/** What no provider that ran did, but a server that was made to answer so. */
const STAND_IN = 'a stand-in';

/**
 * How real providers differ from this server, by theme. Each entry is `{ name, does, seenAt }`; one
 * that takes a value has `values`, of which the first is the usual one, or `takes`, which says what,
 * and `usual`, and may have `accepts`, which tells whether a value is one. Its functions change what
 * the server does at a stage, as `(value, { setting, ...context }) => value`, where `setting` is the
 * fault's value:
 *
 * - `cors`: who may read a response, `origin` (the demo's, with credentials), `any` (`*`), or
 *   `none`; context: `path`, `query`
 * - `handle`: answers a request in the server's place, `(call, setting) => whether it has`
 * - `issuer`: the issuer of a realm; context: `realm`
 * - `metadata`: the well-known document; context: `realm`
 * - `jwks`: the published keys; context: `keys`
 * - `answer`: `{ status, body }` of the token, revocation and PAR endpoint; context: `oidc`, `realm`
 * - `idToken`: `{ header, claims, jwk }` of an ID token from the token endpoint; context: `keys`,
 *   `access_token`, `isRenewed`
 * - `response`: the parameters of an authorization response; context: `params` of the request
 * - `sessionEnded`: the `uid` of a session that has just ended; context: `store`
 * - `found`: what the store has for a code or token, or `undefined`; context: `model`, `route`
 * - `dpop`: what is demanded of proofs, `{ nonces?, refused? }`: by whom nonces are, and who refuses all
 * - `expose`: the headers that a page may read
 * - `endSession`: the rules of the end session endpoint, see end-session.js
 * - `sessions`: the rules of AM's sessions endpoint, see sessions.js
 * - `usedStep`: AM's answer to a step that was used already, `{ code, message, detail }`
 */
export const FAULTS = [
  // DPoP.
  {
    name: 'dpop-nonce',
    does: 'Proofs need a nonce: at the token and PAR endpoint (`as`), at the UserInfo endpoint and the API (`api`), or at `both`.',
    seenAt: [STAND_IN],
    values: ['both', 'as', 'api'],
    dpop: (rules, { setting }) => ({
      ...rules,
      nonces: setting === 'both' ? ['as', 'api'] : [setting],
    }),
  },
  {
    name: 'dpop-nonce-hidden',
    does: 'Pages can read neither `DPoP-Nonce` nor `WWW-Authenticate`: CORS does not expose them.',
    seenAt: [STAND_IN],
    expose: () => ['Date'],
  },
  {
    name: 'dpop-challenge-hidden',
    does: 'Pages can read `DPoP-Nonce`, but not `WWW-Authenticate`: CORS does not expose it.',
    seenAt: [STAND_IN],
    expose: () => ['DPoP-Nonce'],
  },
  {
    name: 'dpop-ignored',
    does: 'Proofs and `dpop_jkt` are ignored: the tokens are bearer tokens.',
    seenAt: ['providers without DPoP'],
    handle: ({ req }) => {
      delete req.headers.dpop;
      req.url = req.url.replace(/&dpop_jkt=[^&]*/, '');
      return false;
    },
  },
  {
    name: 'dpop-proof-refused',
    does: 'Every proof is refused by `invalid_dpop_proof`: at the token endpoint (`token`) or at the API (`api`).',
    seenAt: [STAND_IN],
    values: ['token', 'api'],
    dpop: (rules, { setting }) => ({ ...rules, refused: setting }),
    handle: ({ req, res, path }, setting) => {
      if (setting !== 'token' || path !== '/access_token' || !req.headers.dpop) return false;
      sendJson(res, 400, { error: 'invalid_dpop_proof' });
      return true;
    },
  },
  {
    name: 'dpop-revocation-with-proof',
    does: 'The revocation endpoint refuses requests without a proof: 400 `invalid_request`.',
    seenAt: [STAND_IN],
    handle: ({ req, res, path }) => {
      if (path !== '/token/revoke' || req.method !== 'POST' || req.headers.dpop) return false;
      sendJson(res, 400, { error: 'invalid_request' });
      return true;
    },
  },
  {
    name: 'dpop-algorithms',
    does: '`dpop_signing_alg_values_supported` has `PS256` only.',
    seenAt: [STAND_IN],
    metadata: (metadata) => ({ ...metadata, dpop_signing_alg_values_supported: ['PS256'] }),
  },

  // Who may read a response.
  {
    name: 'cors-star',
    does: 'Every response has `Access-Control-Allow-Origin: *`, so responses to requests with credentials are unreadable.',
    seenAt: [HYDRA, DEX, BETTER_AUTH],
    cors: () => 'any',
  },
  {
    name: 'cors-not-registered',
    does: 'Only the well-known document and the keys have CORS headers, as when the app is not a *Web origin* of the client.',
    seenAt: [KEYCLOAK],
    cors: (_policy, { path }) => (/\/(openid-configuration|jwk_uri)$/.test(path) ? 'any' : 'none'),
  },
  {
    name: 'metadata-without-cors',
    does: 'The well-known document has no CORS headers.',
    seenAt: [STAND_IN],
    cors: (policy, { path }) => (path.endsWith('/openid-configuration') ? 'none' : policy),
  },
  {
    name: 'end-session-without-cors',
    does: "The end session endpoint has no CORS headers. A `fetch` ends the session, but can't read the response.",
    seenAt: [KEYCLOAK, HYDRA, DEX, BETTER_AUTH],
    cors: (policy, { path }) => (path.endsWith('/connect/endSession') ? 'none' : policy),
  },

  // The well-known document.
  {
    name: 'issuer',
    does: 'The issuer, in the document, responses and ID tokens, is not the URL of the document without its suffix.',
    seenAt: [HYDRA, 'Auth0', ENTRA, 'Oracle IDCS', 'WSO2', OPENAM],
    takes:
      'with one `trailing-slash`, by another `alias` of the realm, an absolute path, or a URL of another origin',
    usual: 'trailing-slash',
    accepts: (value) => URL.canParse(value, 'http://localhost'),
    issuer: (own, { realm, setting }) => {
      const alias = own.replace(/(\/oauth2)\/.*/, realm.path === '/' ? '$1' : `$1${realm.path}`);
      const named = { 'trailing-slash': `${own}/`, alias };
      return named[setting] ?? new URL(setting, own).href;
    },
  },
  {
    name: 'metadata-openam',
    does: 'The metadata lacks `revocation_endpoint`, PAR, `code_challenge_methods_supported`, `grant_types_supported`, `response_modes_supported` and `authorization_response_iss_parameter_supported`, although all but PAR works.',
    seenAt: [OPENAM],
    metadata: ({
      revocation_endpoint: _revocation,
      pushed_authorization_request_endpoint: _par,
      code_challenge_methods_supported: _challenges,
      grant_types_supported: _grants,
      response_modes_supported: _modes,
      authorization_response_iss_parameter_supported: _iss,
      ...rest
    }) => rest,
  },
  {
    name: 'metadata-hs256-only',
    does: '`id_token_signing_alg_values_supported` has `HS256` only.',
    seenAt: [STAND_IN],
    metadata: (metadata) => ({ ...metadata, id_token_signing_alg_values_supported: ['HS256'] }),
  },
  {
    name: 'metadata-pkce-plain-only',
    does: '`code_challenge_methods_supported` has `plain` only.',
    seenAt: [STAND_IN],
    metadata: (metadata) => ({ ...metadata, code_challenge_methods_supported: ['plain'] }),
  },
  {
    name: 'metadata-implicit-only',
    does: '`response_types_supported` has no `code`.',
    seenAt: [STAND_IN],
    metadata: (metadata) => ({ ...metadata, response_types_supported: ['id_token'] }),
  },

  // Authorization.
  {
    name: 'authorize-shows-page',
    does: 'Without a session the authorization endpoint answers `prompt=none` with a page, which may not be shown in a frame.',
    seenAt: [STAND_IN],
    handle: ({ req, res, path, query }) => {
      const isSilent = path === '/authorize' && query.get('prompt') === 'none';
      if (!isSilent || req.headers.cookie) return false;
      res.setHeader('X-Frame-Options', 'DENY');
      sendPage(res, 200, page('Sign in', '<p>Sign in</p>'));
      return true;
    },
  },
  {
    name: 'response-without-iss',
    does: 'No authorization response has `iss`, although the metadata promises it.',
    seenAt: [STAND_IN],
    response: ({ iss: _, ...response }) => response,
  },
  {
    name: 'authorize-code-only',
    does: 'The authorization endpoint refuses any `response_type` but `code`, with this error or a page.',
    seenAt: [KEYCLOAK, ZITADEL, SPRING, DJANGO, HYDRA, DEX, BETTER_AUTH],
    values: ['unsupported_response_type', 'invalid_request', 'unauthorized_client', 'page'],
    metadata: (document) => ({ ...document, response_types_supported: ['code'] }),
    handle: refuseOtherResponseTypes,
  },
  {
    name: 'prompt-none-interaction-required',
    does: '`prompt=none` without a session gets `interaction_required` instead of `login_required`.',
    seenAt: [OPENAM],
    response: (response, { params }) =>
      response.error === 'login_required' && params.prompt === 'none'
        ? { ...response, error: 'interaction_required' }
        : response,
  },
  {
    name: 'errors-without-iss',
    does: 'Error responses of the authorization endpoint have no `iss`, although successes have it.',
    seenAt: [OPENAM],
    response: ({ iss, ...response }) => (response.error ? response : { ...response, iss }),
  },
  {
    name: 'errors-without-description',
    does: 'Error responses of the authorization endpoint have no `error_description`.',
    seenAt: [KEYCLOAK],
    response: ({ error_description: _, ...response }) => response,
  },
  {
    name: 'response-with-client-and-scope',
    does: 'Successful authorization responses also have `client_id` and `scope`.',
    seenAt: [OPENAM],
    response: (response, { params: { client_id, scope } }) =>
      response.error ? response : { ...response, client_id, scope },
  },
  {
    name: 'pi-flow-refused',
    does: '`response_mode=pi.flow` is in the metadata, but the client may not use it; the response is JSON with status 400, a page with status 403, or JSON without CORS headers.',
    seenAt: ['a stand-in for PingOne'],
    values: ['json', 'page', 'no-cors'],
    metadata: (document) => ({
      ...document,
      response_modes_supported: [...(document.response_modes_supported ?? []), 'pi.flow'],
    }),
    cors: (policy, { query, setting }) =>
      setting === 'no-cors' && isPiFlow(query) ? 'none' : policy,
    handle: refusePiFlow,
  },

  // The token endpoint's answer.
  {
    name: 'expires-in',
    does: '`expires_in` is anything but a positive number.',
    seenAt: [STAND_IN],
    takes:
      'any JSON: `0`, `"0"`, `-1`, `"3600.0"`, `" 3600"`, `"3599.5"`, `"abc"`, `null`, `[3600]`',
    usual: 0,
    answer: changeTokens((tokens, { setting }) => ({ ...tokens, expires_in: setting })),
  },
  {
    name: 'token-scope',
    does: '`scope` is a list, empty, or missing.',
    seenAt: [STAND_IN],
    values: ['list', 'empty', 'missing'],
    answer: changeTokens(({ scope = '', ...tokens }, { setting }) => {
      if (setting === 'missing') return tokens;
      return { ...tokens, scope: setting === 'list' ? scope.split(' ') : '' };
    }),
  },
  {
    name: 'token-type',
    does: '`token_type` is written in another way, or is not a string.',
    seenAt: [STAND_IN],
    takes: 'any JSON: `"Bearer "`, `"bearer"`, `7`',
    usual: 'Bearer ',
    answer: changeTokens((tokens, { setting }) => ({ ...tokens, token_type: setting })),
  },

  // ID tokens.
  {
    name: 'id-token-auth-time-misnamed',
    does: 'ID tokens have `auth:time` in place of `auth_time`; those of a refresh have it in milliseconds.',
    seenAt: [OPENAM],
    idToken: changeClaims(({ auth_time, ...claims }, { isRenewed }) => ({
      ...claims,
      'auth:time': isRenewed ? auth_time * 1000 : auth_time,
    })),
  },
  {
    name: 'id-token-audience-repeated',
    does: 'The client is in `aud` twice.',
    seenAt: [STAND_IN],
    idToken: changeClaims((claims) => ({ ...claims, aud: [claims.aud, claims.aud] })),
  },
  {
    name: 'id-token-exp-as-text',
    does: '`exp` is a string, which no client may accept.',
    seenAt: [STAND_IN],
    idToken: changeClaims((claims) => ({ ...claims, exp: String(claims.exp) })),
  },
  {
    name: 'id-token-sub-as-number',
    does: '`sub` is a number, which no client may accept.',
    seenAt: [STAND_IN],
    idToken: changeClaims((claims) => ({ ...claims, sub: 7 })),
  },

  // Keys.
  {
    name: 'id-token-without-kid',
    does: 'ID tokens do not say which key they are signed with.',
    seenAt: [STAND_IN],
    idToken: ({ header: { kid: _, ...header }, ...token }) => ({ ...token, header }),
  },
  {
    name: 'jwks-many-keys',
    does: "Before the server's own keys, the JWKS has this many others of each kind.",
    seenAt: [STAND_IN],
    takes: 'a number up to 500',
    usual: 40,
    accepts: (value) => Number.isInteger(value) && value >= 0 && value <= 500,
    jwks: (list, { setting }) => [...strangers(setting), ...list],
  },
  {
    name: 'jwks-single-without-kid',
    does: 'The JWKS has one key, without a `kid`, while ID tokens have one.',
    seenAt: [STAND_IN],
    values: ['RS256', 'ES256'],
    jwks: (list, { setting }) =>
      list
        .filter(({ alg }) => alg === setting)
        .slice(0, 1)
        .map(without('kid')),
  },
  {
    name: 'jwks-numeric-kid',
    does: '`kid` is a number in the JWKS, in ID tokens, or in both.',
    seenAt: [STAND_IN],
    values: ['both', 'jwks', 'token'],
    jwks: (list, { keys, setting }) =>
      list.map((jwk) => ({ ...jwk, kid: numericKid(keys, jwk.kid, setting !== 'token') })),
    idToken: ({ header, ...token }, { keys, setting }) => ({
      ...token,
      header: { ...header, kid: numericKid(keys, header.kid, setting !== 'jwks') },
    }),
  },
  {
    name: 'jwks-empty-members',
    does: 'Keys have `"use": ""`, `"alg": ""` and `"key_ops": []`.',
    seenAt: [STAND_IN],
    jwks: (list) => list.map((jwk) => ({ ...jwk, use: '', alg: '', key_ops: [] })),
  },
  {
    name: 'jwks-leading-zeros',
    does: 'The `n` and `e` of RSA keys begin with zero octets, which RFC 7518 section 6.3.1 forbids.',
    seenAt: [STAND_IN],
    jwks: (list) =>
      list.map((jwk) =>
        jwk.kty === 'RSA' ? { ...jwk, n: withZeros(jwk.n, 1), e: withZeros(jwk.e, 1) } : jwk,
      ),
  },
  {
    name: 'jwks-short-coordinates',
    does: 'ID tokens are signed by ES256, with a key whose `x` or `y` lacks its leading zero octets, which RFC 7518 section 6.2.1 forbids.',
    seenAt: [STAND_IN],
    jwks: (list, { keys }) => {
      const { kty, crv, x, y, kid } = keys.extra('shortCoordinates');
      return [...list, { kty, crv, x: withZeros(x, 0), y: withZeros(y, 0), kid, use: 'sig' }];
    },
    idToken: ({ claims }, { keys }) => {
      const jwk = keys.extra('shortCoordinates');
      return { claims, jwk, header: { alg: 'ES256', kid: jwk.kid, typ: 'JWT' } };
    },
  },
  {
    name: 'jwks-encryption-only',
    does: 'Every key is for encryption.',
    seenAt: [STAND_IN],
    jwks: (list) => list.map((jwk) => ({ ...jwk, use: 'enc' })),
  },
  {
    name: 'id-token-ed25519',
    does: 'ID tokens are signed by Ed25519, under this name of the algorithm (RFC 9864), or with that in the token and this in the JWKS.',
    seenAt: [BETTER_AUTH, KEYCLOAK],
    values: ['EdDSA', 'Ed25519', 'EdDSA/Ed25519', 'Ed25519/EdDSA'],
    metadata: (document, { setting }) => ({
      ...document,
      id_token_signing_alg_values_supported: [setting.split('/')[0]],
    }),
    jwks: (list, { keys, setting }) => {
      const { kty, crv, x, kid } = keys.extra('ed25519');
      return [...list, { kty, crv, x, kid, alg: setting.split('/').at(-1), use: 'sig' }];
    },
    idToken: ({ claims }, { keys, access_token, setting }) => {
      const jwk = keys.extra('ed25519');
      const hash = createHash('sha512').update(access_token).digest();
      const at_hash = hash.subarray(0, 32).toString('base64url');
      const header = { alg: setting.split('/')[0], kid: jwk.kid, typ: 'JWT' };
      return { header, claims: { ...claims, at_hash }, jwk };
    },
  },

  // Refresh.
  {
    name: 'refresh-refusal',
    does: 'A refresh token that has been used or is no longer valid is refused with another status and error than `400 invalid_grant`.',
    seenAt: [DEX, LEAGUE, BETTER_AUTH, ENTRA],
    takes: 'the status and the error, such as `401 invalid_token`',
    usual: '400 invalid_request',
    accepts: (value) => /^4\d\d \S+$/.test(value),
    answer: (answer, { oidc, setting }) => {
      const isRefusal =
        oidc.params?.grant_type === 'refresh_token' && answer.body?.error === 'invalid_grant';
      if (!isRefusal) return answer;
      const [status, error] = setting.split(' ');
      return { status: Number(status), body: { ...answer.body, error } };
    },
  },
  {
    name: 'refresh-tokens-dead',
    does: 'No refresh token is valid, as after a restart or because of a policy.',
    seenAt: [KEYCLOAK, ENTRA],
    found: (payload, { model, route }) =>
      model === 'RefreshToken' && route === 'token' ? undefined : payload,
  },

  // Revocation.
  {
    name: 'revocation-ends-session',
    does: "The revocation of a refresh token also revokes the client's other tokens of the session; if no other client has tokens, it ends the session (RFC 7009 section 2.1).",
    seenAt: [KEYCLOAK],
    answer: (answer, { oidc, realm: { store } }) => {
      const token = oidc.route === 'revocation' && oidc.entities.RefreshToken;
      if (!token) return answer;
      const { sessionUid, clientId } = token;
      if (store.isSharedSession(sessionUid, clientId)) store.deleteBySession(sessionUid, clientId);
      else store.endSession(sessionUid);
      return answer;
    },
  },
  {
    name: 'revocation-refused',
    does: 'The revocation endpoint refuses public clients: 400 `invalid_client`.',
    seenAt: [SPRING],
    handle: ({ req, res, path }) =>
      isPost(req, path, '/token/revoke') && answerJson(res, 400, { error: 'invalid_client' }),
  },
  {
    name: 'revocation-unlisted',
    does: 'The metadata has no `revocation_endpoint`, although `<issuer>/token/revoke` works.',
    seenAt: [OPENAM],
    metadata: without('revocation_endpoint'),
  },
  {
    name: 'revocation-missing',
    does: 'There is no revocation endpoint.',
    seenAt: [DEX],
    metadata: without('revocation_endpoint'),
    handle: ({ req, res, path }) =>
      isPost(req, path, '/token/revoke') && answerJson(res, 404, { error: 'not_found' }),
  },
  {
    name: 'revocation-of-unknown-refused',
    does: 'The revocation of a token that does not exist any more, such as an access token after its refresh token, is refused: 400 `invalid_request`.',
    seenAt: [BETTER_AUTH],
    answer: (answer, { oidc }) => {
      const { AccessToken, RefreshToken } = oidc.entities;
      const isGone = oidc.route === 'revocation' && !AccessToken && !RefreshToken;
      if (!isGone || answer.status !== 200) return answer;
      return {
        status: 400,
        body: { error: 'invalid_request', error_description: 'token not found' },
      };
    },
  },

  // Logout.
  {
    name: 'end-session-elsewhere',
    does: 'The end session endpoint sends the browser to a page of another origin. That page sends it back, which ends the session and leads to `post_logout_redirect_uri`; or it asks the user first.',
    seenAt: [HYDRA],
    values: ['lands', 'asks'],
    handle: endSessionElsewhere,
  },
  {
    name: 'end-session-openam',
    does: 'The end session endpoint answers GET only, and never clears the cookie; an unregistered `post_logout_redirect_uri` is refused after the session has ended; with a refreshed ID token the response is 204, and the session stays.',
    seenAt: [OPENAM],
    endSession: () => ({
      methods: ['GET'],
      byCookie: false,
      endsFirst: true,
      clearsCookie: false,
      missingHint: 'bad_request',
      wrongUri: 'redirect_uri_mismatch',
    }),
    idToken: (token, { isRenewed }) =>
      isRenewed ? { ...token, claims: { ...token.claims, ops: randomUUID() } } : token,
  },
  {
    name: 'tokens-end-with-session',
    does: 'When a session ends, its tokens are revoked.',
    seenAt: [KEYCLOAK],
    sessionEnded: (uid, { store }) => {
      store.deleteBySession(uid);
      return uid;
    },
  },

  // AM's own endpoints.
  {
    name: 'sessions-versions',
    does: 'The sessions endpoint supports few versions, and responds with 404 to a request for another: `validate` is in 1.1 and 1.2 only, `getSessionInfo` in 2.0 only, which is the version of a request without one. No answer clears the cookie.',
    seenAt: [OPENAM],
    sessions: () => ({
      versions: {
        1.1: ['logout', 'validate'],
        1.2: ['logout', 'validate'],
        '2.0': ['logout', 'getSessionInfo'],
        any: ['logout', 'getSessionInfo'],
      },
      clearsCookie: false,
    }),
  },
  {
    name: 'sessions-missing',
    does: 'There is no sessions endpoint: 404.',
    seenAt: [STAND_IN],
    sessions: (rules) => ({ ...rules, versions: {} }),
  },
  {
    name: 'used-step-408',
    does: 'The response to a used step of a journey is 408 instead of 401.',
    seenAt: [OPENAM],
    usedStep: (error) => ({ ...error, code: 408 }),
  },
];

/** What AM itself does, of all that: `npm run server`, the demo and the browser tests have it on. */
export const AM = [
  'prompt-none-interaction-required',
  'errors-without-iss',
  'response-with-client-and-scope',
];

/** Leaves a member out. */
function without(name) {
  return ({ [name]: _, ...rest }) => rest;
}

/** Changes the answer of the token endpoint where it has tokens. */
function changeTokens(change) {
  return ({ status, body }, context) => {
    const hasTokens = context.oidc.route === 'token' && status === 200;
    return { status, body: hasTokens ? change(body, context) : body };
  };
}

function changeClaims(change) {
  return (token, context) => ({ ...token, claims: change(token.claims, context) });
}

/** A number that stands for one of the server's keys, as it is or as text. */
function numericKid(keys, kid, asNumber) {
  const number = keys.jwks().keys.findIndex((jwk) => jwk.kid === kid) + 1;
  return asNumber ? number : String(number);
}

/** A base64url number with exactly this many leading zero octets. */
function withZeros(number, count) {
  const bytes = Buffer.from(number, 'base64url');
  const significant = bytes.subarray(bytes.findIndex((octet) => octet !== 0));
  return Buffer.concat([Buffer.alloc(count), significant]).toString('base64url');
}

/** Public keys of nobody: so many RSA keys, which are just numbers, and so many EC keys. */
function strangers(count) {
  return Array.from({ length: count }, () => {
    const n = randomBytes(256);
    n[0] |= 0x80;
    n[255] |= 1;
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return [
      { kty: 'RSA', n: n.toString('base64url'), e: 'AQAB', kid: randomUUID(), use: 'sig' },
      { ...publicKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig' },
    ];
  }).flat();
}

const ELSEWHERE = '/elsewhere/sign-out';

/** The same server by its other name, which is another origin and site to a browser. */
function elsewhere(origin) {
  const url = new URL(origin);
  url.hostname = url.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  return url.origin;
}

/** The way there and back: the request's parameters go along, and come back with a verifier. */
function endSessionElsewhere({ am, req, res, pathname, path, query }, setting) {
  if (pathname === ELSEWHERE) {
    const { to, ...params } = Object.fromEntries(query);
    const back = `${am.origin}${to}?${new URLSearchParams({ ...params, logout_verifier: '1' })}`;
    if (setting === 'lands' || req.method === 'POST') sendRedirect(res, back);
    else {
      const html = '<p>Do you want to sign out?</p><form method="post"><button>Yes</button></form>';
      sendPage(res, 200, page('Sign out', html));
    }
    return true;
  }
  if (path !== '/connect/endSession' || query.has('logout_verifier')) return false;
  const there = new URLSearchParams([...query, ['to', pathname]]);
  sendRedirect(res, `${elsewhere(am.origin)}${ELSEWHERE}?${there}`);
  return true;
}

function isPost(req, path, endpoint) {
  return req.method === 'POST' && path === endpoint;
}

function answerJson(res, status, body) {
  sendJson(res, status, body);
  return true;
}

function isPiFlow(query) {
  return query.get('response_mode') === 'pi.flow';
}

function refusePiFlow({ res, path, query }, setting) {
  if (path !== '/authorize' || !isPiFlow(query)) return false;
  if (setting === 'page') sendPage(res, 403, page('Forbidden', '<p>Request rejected.</p>'));
  else {
    const reason = { code: 'INVALID_VALUE', target: 'response_mode', message: 'not allowed' };
    sendJson(res, 400, { code: 'INVALID_DATA', message: 'Invalid', details: [reason] });
  }
  return true;
}

function refuseOtherResponseTypes({ am, res, path, query, realm }, setting) {
  const type = query.get('response_type');
  if (path !== '/authorize' || type === null || type === 'code') return false;
  const uri = query.get('redirect_uri');
  const uris = am.clients.metadata(query.get('client_id'))?.redirect_uris ?? [];
  if (setting === 'page' || !uris.includes(uri)) {
    const html = `<p>Unsupported response type ${escapeHtml(type)}.</p>`;
    sendPage(res, 400, page('Authorization error', html));
    return true;
  }
  const state = query.get('state');
  const url = new URL(uri);
  const params = { error: setting, ...(state !== null && { state }), iss: realm.issuer };
  if (type === 'none')
    url.search = new URLSearchParams([...url.searchParams, ...Object.entries(params)]);
  else url.hash = new URLSearchParams(params);
  sendRedirect(res, url.href);
  return true;
}

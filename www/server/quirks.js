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

/**
 * How real providers differ from this server, by theme. Each entry is `{ name, does, seenAt }`; one
 * that takes a value has `values`, of which the first is the usual one, or `takes`, which says what,
 * and `usual`. Its functions change what the server does at a stage, as
 * `(value, { setting, ...context }) => value`, where `setting` is the quirk's value:
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
 * - `found`: what the store has for a code or token, or `undefined`; context: `model`, `route`
 * - `endSession`: the rules of the end session endpoint, see end-session.js
 * - `versions`: the versions that AM's sessions endpoint knows, `undefined` for any
 * - `usedStep`: AM's answer to a step that was used already, `{ code, message, detail }`
 */
export const QUIRKS = [
  // Who may read a response, and who is sent cookies.
  {
    name: 'cors-any-origin',
    does: 'Every response has `Access-Control-Allow-Origin: *`, so that none can be read whose request had credentials.',
    seenAt: [DEX, HYDRA, ZITADEL, 'most that are not AM'],
    cors: () => 'any',
  },
  {
    name: 'end-session-without-cors',
    does: "The end session endpoint has no CORS headers. A `fetch` ends the session and can't read that.",
    seenAt: [KEYCLOAK],
    cors: (policy, { path }) => (path.endsWith('/connect/endSession') ? 'none' : policy),
  },

  // Authorization.
  {
    name: 'authorize-code-only',
    does: 'The authorization endpoint refuses any `response_type` but `code`, with this error or a page.',
    seenAt: [KEYCLOAK, ZITADEL, SPRING, DJANGO],
    values: ['unsupported_response_type', 'invalid_request', 'unauthorized_client', 'page'],
    metadata: (document) => ({ ...document, response_types_supported: ['code'] }),
    handle: refuseOtherResponseTypes,
  },
  {
    name: 'prompt-none-interaction-required',
    does: '`prompt=none` without a session is answered `interaction_required`, not `login_required`.',
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
    does: '`response_mode=pi.flow` is in the metadata, but not allowed to the client: JSON with status 400, a page with status 403, or JSON without CORS headers.',
    seenAt: ['PingOne'],
    values: ['json', 'page', 'no-cors'],
    metadata: (document) => ({
      ...document,
      response_modes_supported: [...document.response_modes_supported, 'pi.flow'],
    }),
    cors: (policy, { query, setting }) =>
      setting === 'no-cors' && isPiFlow(query) ? 'none' : policy,
    handle: refusePiFlow,
  },

  // Refresh.
  {
    name: 'refresh-refusal',
    does: 'A refresh token that is used or dead is refused with another status and error than `400 invalid_grant`.',
    seenAt: [DEX, LEAGUE, BETTER_AUTH, ENTRA],
    takes: 'the status and the error, such as `401 invalid_token`',
    usual: '400 invalid_request',
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
    does: 'No refresh token is good, as after a restart or when a policy says so.',
    seenAt: [KEYCLOAK, ENTRA],
    found: (payload, { model, route }) =>
      model === 'RefreshToken' && route === 'token' ? undefined : payload,
  },

  // Revocation.
  {
    name: 'revocation-ends-session',
    does: "The revocation of a refresh token takes the client's tokens of the session along, and if no other client has any, ends the session (RFC 7009 section 2.1).",
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
    does: "A token that is gone can't be revoked, 400 `invalid_request`: such as an access token after its refresh token.",
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

  // AM's sessions endpoint.
  {
    name: 'sessions-versions',
    does: "The sessions endpoint knows some versions only, and answers 404 `Resource '' not found` to a request for another, but not to one without a version.",
    seenAt: [OPENAM],
    takes: 'the versions, as a list',
    usual: ['1.1', '1.2', '2.0'],
    versions: (_any, { setting }) => setting.map(String),
  },
];

/** Leaves a member out. */
function without(name) {
  return ({ [name]: _, ...rest }) => rest;
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

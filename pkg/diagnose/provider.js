/** What the provider's document says, and who may call its endpoints. */
import { ACCEPT, ALGORITHMS } from '../entry/names.js';
import { isSecure } from '../entry/wellknown.js';
import { addUnread, isUrl, oauthError, originOf } from './ask.js';
import { MEANS } from './report.js';

/** @typedef {import('./report.js').Report} Report */
/** @typedef {import('./ask.js').Asking} Asking */
/** @typedef {import('./remedies.js').Remedies} Remedies */

/**
 * What is known once the document is there.
 *
 * @typedef {object} Provider
 * @property {Report} report
 * @property {Asking} asking
 * @property {import('../index.js').OidcConfig} config
 * @property {any} document with the members of `serverConfig.metadata`
 * @property {Remedies} remedies
 * @property {boolean} isAm
 */

const SIGN = 'Let ID tokens be signed with RS256 or ES256, not HS256.';

/**
 * What a list of the document has to name one of, and what to do where it does not.
 *
 * @type {[import('../diagnose.js').Check, member: string, wanted: string[], remedy: string][]}
 */
const LISTS = [
  ['response-types', 'response_types_supported', ['code'], 'Allow the authorization code flow.'],
  ['pkce', 'code_challenge_methods_supported', ['S256'], 'Allow S256.'],
  ['algorithms', 'id_token_signing_alg_values_supported', ALGORITHMS, SIGN],
];

/** What is missing without an endpoint that is not required. */
const COSTS = {
  userinfo_endpoint: 'user.info() fails',
  revocation_endpoint: 'tokens are not revoked',
  end_session_endpoint: 'the session at the provider stays',
};

/** The endpoints that are sent requests. */
const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'pushed_authorization_request_endpoint',
  ...Object.keys(COSTS),
];

const NAME_IT = 'If the provider has it, name it in serverConfig.metadata.';

/** What no provider has issued. */
const MADE_UP = 'made-up-by-diagnose';

/**
 * The document, as far as it can be read.
 *
 * @param {Report} report
 * @param {Asking} asking
 * @param {import('../index.js').OidcServerConfig} server
 * @param {Remedies} remedies
 */
export async function checkDocument(report, { ask }, { wellknown, metadata }, remedies) {
  const { ok, add } = report;
  const answer = await ask(wellknown, { headers: { Accept: ACCEPT } });
  if (answer.fault) {
    addUnread(report, 'document', answer.fault, wellknown, MEANS.signIn, remedies);
    return undefined;
  }
  const { status } = answer;
  const document = { ...answer.json, ...metadata };
  if (status < 400 && typeof document.issuer === 'string') {
    ok('document');
    return document;
  }
  const { pathname } = new URL(wellknown);
  add(
    'problem',
    'document',
    status < 400 ? 'The answer is no JSON object with an issuer.' : `The status is ${status}.`,
    MEANS.signIn,
    /\/\.well-known\//.test(pathname)
      ? 'Correct the issuer, or the realm, in serverConfig.wellknown.'
      : 'Set serverConfig.wellknown to the issuer, followed by /.well-known/openid-configuration.',
  );
  return undefined;
}

/**
 * Removes the endpoints that no client takes: those without https, which may be scripts, and those at the page's
 * origin where the issuer is not. `check_endpoints` in `src/protocol/discovery.rs` has the same rule, but not
 * for each document that gets here.
 *
 * @param {Report} report
 * @param {any} document
 * @param {string} issuer the expected one
 */
export function dropUnsafe({ add }, document, issuer) {
  const isHere = (/** @type {string} */ url) => originOf(url) === location.origin;
  const isSafe = (/** @type {unknown} */ url) =>
    isUrl(url) && isSecure(new URL(url)) && (!isHere(url) || isHere(issuer));
  const unsafe = ENDPOINTS.filter((name) => document[name] && !isSafe(document[name]));
  if (unsafe.length === 0) return;
  for (const name of unsafe) delete document[name];
  const found = `Not https, or at this page's own origin: ${unsafe.join(', ')}.`;
  add('problem', 'endpoints', found, MEANS.signIn, 'Correct the document.');
}

/**
 * What the document says.
 *
 * @param {Provider} provider
 */
export function checkMetadata({ report, document, config, isAm }) {
  checkEndpoints(report, document, isAm);
  checkScopes(report, document, config);
  const { ok, add } = report;
  for (const [check, member, wanted, remedy] of LISTS) {
    const names = listOf(document[member]);
    if (!names) ok(check, 'The document does not say.');
    else if (names.some((name) => wanted.includes(name))) ok(check, `${names.join(', ')}.`);
    else {
      const found = `The document has ${names.join(', ')} only.`;
      add('problem', check, found, MEANS.signIn, remedy);
    }
  }
  if (!config.dpop) return;
  const { required } = /** @type {{ required?: boolean }} */ (config.dpop);
  if (document.dpop_signing_alg_values_supported) return ok('dpop');
  add(
    required === false ? 'warning' : 'problem',
    'dpop',
    'The document does not mention DPoP.',
    'Bearer tokens are refused unless dpop.required is false.',
    'Switch it on at the provider, or leave dpop out.',
  );
}

/**
 * @param {Report} report
 * @param {any} document
 * @param {boolean} isAm
 */
function checkEndpoints({ ok, add }, document, isAm) {
  const missing = Object.entries(COSTS).filter(
    // AM has this one without saying so.
    ([name]) => !document[name] && !(isAm && name === 'revocation_endpoint'),
  );
  if (missing.length === 0) return ok('endpoints');
  add(
    'warning',
    'endpoints',
    `The document has no ${missing.map(([name]) => name).join(', ')}.`,
    `So ${missing.map(([, cost]) => cost).join(', and ')}.`,
    NAME_IT,
  );
}

/**
 * @param {Report} report
 * @param {any} document
 * @param {import('../index.js').OidcConfig} config
 */
function checkScopes({ ok, add }, document, config) {
  const scopes = listOf(document.scopes_supported);
  const unknown = scopeOf(config)
    .split(/\s+/)
    .filter((name) => name && scopes && !scopes.includes(name));
  if (unknown.length === 0) ok('scopes');
  else {
    add(
      'warning',
      'scopes',
      `The document does not list ${unknown.join(' ')}.`,
      'The provider may refuse it.',
      'Correct scope; some providers list only some.',
    );
  }
}

/**
 * The scope as text: a list is joined, and none is the default.
 *
 * @param {{ scope?: string | string[] }} config
 */
export const scopeOf = ({ scope }) => [scope ?? ''].flat().join(' ') || 'openid';

/** @param {unknown} value @returns {string[] | undefined} */
const listOf = (value) => (Array.isArray(value) && value.length > 0 ? value : undefined);

/**
 * The keys of ID tokens.
 *
 * @param {Provider} provider
 */
export async function checkKeys({ report, asking, document: { jwks_uri }, remedies }) {
  const { ok, add } = report;
  const means = MEANS.signIn;
  if (!jwks_uri) {
    return add('problem', 'keys', 'The document has no jwks_uri to use.', means, NAME_IT);
  }
  const answer = await asking.ask(jwks_uri);
  if (answer.fault) return addUnread(report, 'keys', answer.fault, jwks_uri, means, remedies);
  const keys = listOf(answer.json?.keys);
  if (!keys) {
    const found = `The status is ${answer.status}, and there are no keys.`;
    return add('problem', 'keys', found, means, 'See the signing keys of the provider.');
  }
  const kinds = [...new Set(keys.filter(isUsable).map(kindOf))];
  if (kinds.length > 0) return ok('keys', `There are keys: ${kinds.join(', ')}.`);
  const found = 'None of the keys verifies signatures.';
  add('problem', 'keys', found, means, SIGN);
}

/** @param {any} key */
const isUsable = (key) => key?.kty && !key.d && key.kty !== 'oct' && (key.use || 'sig') === 'sig';

/** @param {any} key */
const kindOf = ({ kty, crv }) => crv ?? kty;

/**
 * Whether this origin may call the token endpoint, and whether the client is known there: by a made-up code,
 * which is refused.
 *
 * @param {Provider} provider
 * @returns {Promise<boolean>} whether the client is known
 */
export async function checkToken({
  report,
  asking,
  document: { token_endpoint },
  config,
  remedies,
}) {
  const { ok, add } = report;
  if (!token_endpoint) return false;
  const answer = await asking.post(token_endpoint, {
    grant_type: 'authorization_code',
    code: MADE_UP,
    client_id: config.clientId,
    redirect_uri: config.redirectUri,
    // As long as RFC 7636 demands.
    code_verifier: MADE_UP.padEnd(43, '-'),
  });
  const means = MEANS.signIn;
  if (answer.fault) {
    addUnread(report, 'token-cors', answer.fault, token_endpoint, means, remedies);
    return false;
  }
  const error = answer.json?.error;
  const said = oauthError(answer);
  if (error === 'invalid_grant') {
    ok('token-cors', 'The token endpoint knows the client, and this origin may call it.');
    return true;
  }
  if (/dpop/i.test(said)) {
    const found = `The token endpoint demands a DPoP proof: ${said}.`;
    if (!config.dpop) add('problem', 'dpop', found, means, 'Set dpop: true.', 'docs/dpop.md');
    ok('token-cors');
    return true;
  }
  // Entra names the kind of a client's redirect URI by these numbers.
  if (/^(invalid|unauthorized)_client|AADSTS900232[67]/.test(said)) {
    const found = `The token endpoint refuses the client: ${said}.`;
    add('problem', 'token-cors', found, means, ...remedies.client());
    return false;
  }
  add(
    'unknown',
    'token-cors',
    `The token endpoint answers: ${said}.`,
    'Some providers let every origin read errors.',
    remedies.cors()[0],
  );
  return false;
}

/**
 * Whether this origin may call the revocation endpoint: by a made-up token.
 *
 * @param {Provider} provider
 */
export async function checkRevocation({ report, asking, document, config, remedies, isAm }) {
  const { ok, add } = report;
  const known = isAm && document.token_endpoint.replace('/access_token', '/token/revoke');
  const url = document.revocation_endpoint ?? known;
  if (!url) return;
  const answer = await asking.post(url, { token: MADE_UP, client_id: config.clientId });
  if (answer.fault) {
    return addUnread(report, 'revocation-cors', answer.fault, url, MEANS.signOut, remedies);
  }
  const said = oauthError(answer);
  if (answer.status < 300 || /^(invalid_request|invalid_token)\b/.test(said)) {
    return ok('revocation-cors');
  }
  const isRefused = /^((invalid|unauthorized)_client|unsupported_token_type)/.test(said);
  add(
    isRefused ? 'warning' : 'unknown',
    'revocation-cors',
    `The revocation endpoint answers: ${said}.`,
    'Tokens may stay valid.',
    'Allow revocation for public clients.',
  );
}

/**
 * The user details by the app's own client, which sends its access token: only where the app asks for it.
 *
 * @param {Provider} provider
 * @param {import('../index.js').OidcClient | undefined} client
 */
export async function checkUserinfo({ report, document, remedies }, client) {
  const { ok, add } = report;
  if (!document.userinfo_endpoint) return;
  const info = await client?.user?.info();
  if (info && !('error' in info)) return ok('userinfo-cors');
  if (info?.code === 'network_failed') {
    const found = 'This origin may not read the UserInfo endpoint.';
    return add('problem', 'userinfo-cors', found, 'user.info() fails.', ...remedies.cors());
  }
  add(
    'unknown',
    'userinfo-cors',
    info ? `user.info() fails with ${info.code}.` : 'The UserInfo endpoint was not asked.',
    'Only an access token shows whether it can be.',
    'Sign in, and call diagnose({ config, client }).',
  );
}

/**
 * What is known of the end session endpoint, which is not asked: any request could end a session.
 *
 * @param {Provider} provider
 */
export function checkEndSession({ report: { ok, add }, document, isAm }) {
  if (!document.end_session_endpoint) return;
  if (isAm) return ok('end-session', 'The sessions endpoint of AM confirms it.');
  add(
    'unknown',
    'end-session',
    'The end session endpoint was not asked: that could end a session.',
    'Without CORS, done.session is "unconfirmed".',
    'Set backgroundSignOutRedirectUri, and register it.',
    'docs/oidc.md#sign-out',
  );
}

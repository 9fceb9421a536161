/** The client at the provider, by an authorization request that can sign nobody in. */
import { SIGN_INS } from '../entry/names.js';
import { frame } from '../page/frame.js';
import { addUnread, oauthError, originOf, timeOf } from './ask.js';
import { scopeOf } from './provider.js';
import { MEANS } from './report.js';

/** @typedef {import('./provider.js').Provider} Provider */

/** What a provider answers that knows client and redirect URI, and wants the user. */
const NEEDS_USER = /^(login|interaction|consent|account_selection)_required$/;

/**
 * Sends an authorization request with `prompt=none` in a hidden frame, and tells by what comes back what is
 * right and wrong. A code is thrown away: nobody can use it without the verifier, which does not exist.
 *
 * @param {Provider} provider
 * @param {boolean} isClientKnown whether the token endpoint knows the client
 */
export async function checkClient(provider, isClientKnown) {
  const { report, asking, document, config } = provider;
  const endpoint = document.authorization_endpoint;
  if (!endpoint) return;
  const params = paramsOf(config);
  const pushed = await pushWhereNeeded(provider, params);
  if (pushed === null) return;
  const url = new URL(endpoint);
  const sent = pushed ? { client_id: config.clientId, request_uri: pushed } : params;
  for (const [name, value] of Object.entries(sent)) url.searchParams.set(name, value);
  const outcome = await show(url.href, params.state, timeOf(config.serverConfig.frameTimeout));
  if ((await asking.blockedBy('frame-src')).includes(originOf(endpoint))) {
    const found = 'The Content-Security-Policy blocks the hidden frame.';
    report.add('unknown', 'authorization', found, '', 'See frame-src.');
  } else if (typeof outcome === 'string') {
    await addSilence(provider, outcome, params, isClientKnown);
  } else addResponse(provider, outcome, params);
}

/** @param {import('../index.js').OidcConfig} config @returns {Record<string, string>} */
function paramsOf(config) {
  const { clientId, redirectUri, backgroundRedirectUri, query } = config;
  return {
    .../** @type {Record<string, string>} */ (query),
    client_id: clientId,
    redirect_uri: backgroundRedirectUri ?? redirectUri,
    response_type: 'code',
    scope: scopeOf(config),
    prompt: 'none',
    state: random(),
    nonce: random(),
    code_challenge: random(),
    code_challenge_method: 'S256',
  };
}

/** As long as the hash that a challenge is. */
const random = () => crypto.randomUUID().padEnd(43, '-');

/**
 * Pushes the request where the provider or the configuration demands it.
 *
 * @param {Provider} provider
 * @param {Record<string, string>} params
 * @returns {Promise<string | undefined | null>} the `request_uri`; `undefined` where none is needed, `null` where there is none
 */
async function pushWhereNeeded(provider, params) {
  const { report, asking, document, config, remedies } = provider;
  const endpoint = document.pushed_authorization_request_endpoint;
  if (!(config.par ?? document.require_pushed_authorization_requests === true)) {
    report.ok('par');
    return undefined;
  }
  if (!endpoint) {
    const found = 'The document has no pushed_authorization_request_endpoint.';
    report.add('problem', 'par', found, MEANS.signIn, 'Leave par out.');
    return null;
  }
  const answer = await asking.post(endpoint, params);
  if (answer.fault) addUnread(report, 'par', answer.fault, endpoint, MEANS.signIn, remedies);
  else if (typeof answer.json?.request_uri === 'string') {
    report.ok('par');
    return answer.json.request_uri;
  } else addRefusal(provider, 'par', oauthError(answer), params);
  return null;
}

/**
 * @param {Provider} provider
 * @param {'par' | 'authorization'} check
 * @param {string} said
 * @param {Record<string, string>} params
 */
function addRefusal({ report, remedies }, check, said, { scope, redirect_uri = '' }) {
  /** @type {[RegExp, () => string[]][]} */
  const all = [
    [/^(invalid|unauthorized)_client/, remedies.client],
    [/pushed/i, () => ['Set par: true.']],
    [/scope/, () => [`Allow the client the scope ${scope}, or ask for less.`]],
    [/redirect/, () => remedies.redirect(redirect_uri)],
    [/./, () => ['Compare the settings of the client with the configuration.']],
  ];
  const [remedy, link] = all.find(([what]) => what.test(said))?.[1]() ?? [];
  const found = `The provider refuses the request: ${said}.`;
  report.add('problem', check, found, MEANS.signIn, remedy, link);
}

/**
 * What the hidden frame comes back with: the response, or why there is none.
 *
 * @param {string} url
 * @param {string | undefined} state
 * @param {number} time
 * @returns {Promise<URLSearchParams | import('../page/fault.js').Fault>}
 */
async function show(url, state, time) {
  /** @type {(() => unknown)[]} */
  const held = [];
  const take = (/** @type {() => unknown} */ release) => {
    held.push(release);
    return () => void release();
  };
  try {
    for await (const location of frame(take, url, time)) {
      // One that can be read is of this origin.
      const { search, hash } = new URL(location);
      const response = new URLSearchParams(`${search.slice(1)}&${hash.slice(1)}`);
      if (response.get('state') === state) return response;
    }
    return 'failed';
  } catch (thrown) {
    return /** @type {import('../page/fault.js').Fault} */ (thrown);
  } finally {
    for (const release of held) release();
  }
}

/**
 * The provider knows the redirect URI, or it would not have sent the frame there.
 *
 * @param {Provider} provider
 * @param {URLSearchParams} response
 * @param {Record<string, string>} params
 */
function addResponse(provider, response, params) {
  const error = response.get('error');
  checkIss(provider, response);
  checkCookies(provider, error);
  if (error && !NEEDS_USER.test(error)) {
    const said = oauthError({ json: Object.fromEntries(response) });
    return addRefusal(provider, 'authorization', said, params);
  }
  const found = error ? `The provider answers ${error}.` : 'A user is signed in at the provider.';
  provider.report.ok('authorization', found);
}

/**
 * RFC 9207: the response names the issuer that it is from.
 *
 * @param {Provider} provider
 * @param {URLSearchParams} response
 */
function checkIss({ report, document, isAm }, response) {
  const iss = response.get('iss');
  const promised = document.authorization_response_iss_parameter_supported;
  // AM promises it, and leaves it out of errors.
  if (iss ? iss === document.issuer : !promised || (isAm && response.has('error'))) {
    return report.ok('iss');
  }
  report.add(
    'problem',
    'iss',
    iss
      ? `The response names the issuer ${iss}, and the document ${document.issuer}.`
      : 'The document promises iss in responses, and there is none.',
    MEANS.signIn,
    'See whether a proxy changes host names, or drops parameters.',
  );
}

/**
 * Whether the frame has the provider's cookies, by what was seen.
 *
 * @param {Provider} provider
 * @param {string | null} error
 */
function checkCookies({ report, document }, error) {
  if (!error || error === 'consent_required') {
    return report.ok('cookies', 'The hidden frame gets cookies.');
  }
  if (error !== 'login_required' && error !== 'interaction_required') return;
  if (isSignedIn(document.issuer)) {
    return report.add(
      'warning',
      'cookies',
      'A user is signed in here, but not in the hidden frame.',
      MEANS.background,
      'Sign in again. If it stays so, cookies are blocked: renew by refresh token.',
    );
  }
  report.add(
    'unknown',
    'cookies',
    'Nobody is signed in.',
    'Only then it shows whether the hidden frame gets cookies.',
    'Sign in, and check again.',
  );
}

/**
 * Whether a client of the issuer is signed in here.
 *
 * @param {string} issuer
 */
function isSignedIn(issuer) {
  try {
    const key = SIGN_INS + issuer;
    return (localStorage.getItem(key) ?? sessionStorage.getItem(key)) !== null;
  } catch {
    return false;
  }
}

/**
 * No response came back. A provider that knows the redirect URI sends the frame there whatever is the matter,
 * and no rule about frames applies to a redirect; so a page is most likely the provider's error page. A pushed
 * request, where the provider takes one, tells for sure.
 *
 * @param {Provider} provider
 * @param {import('../page/fault.js').Fault} fault
 * @param {Record<string, string>} params
 * @param {boolean} isClientKnown
 */
async function addSilence(provider, fault, params, isClientKnown) {
  const { report, asking, document, config, remedies } = provider;
  if (fault === 'timeout' || fault === 'offline') {
    const url = document.authorization_endpoint;
    return addUnread(report, 'authorization', fault, url, MEANS.background, remedies);
  }
  const endpoint = document.pushed_authorization_request_endpoint;
  const pushed = endpoint && !config.par ? await asking.post(endpoint, params) : undefined;
  if (pushed && !pushed.fault) {
    if (pushed.json?.error) {
      return addRefusal(provider, 'authorization', oauthError(pushed), params);
    }
    if (pushed.status < 300) {
      return report.add(
        'problem',
        'authorization',
        'The provider knows client and redirect URI, but shows a page in the hidden frame.',
        MEANS.background,
        'Let it answer prompt=none there, without X-Frame-Options.',
      );
    }
  }
  const likely = isClientKnown
    ? 'It knows the client, so most likely'
    : 'Most likely the client ID or';
  report.add(
    'problem',
    'authorization',
    `The provider shows a page of its own. ${likely} the redirect URI is not registered.`,
    MEANS.signIn,
    ...remedies.redirect(params.redirect_uri ?? ''),
  );
}

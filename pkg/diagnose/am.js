/** AM's own endpoints, which journeys use. */
import { VERSIONS } from '../entry/names.js';
import { addUnread, originOf } from './ask.js';
import { MEANS } from './report.js';

/** @typedef {import('./provider.js').Provider} Provider */

/** A realm's OAuth endpoints: the context that AM is deployed under, and the realm. */
const TOKEN_ENDPOINT = /^([^?]+?)\/oauth2(\/[^?]+)?\/access_token(\?|$)/;

/** No redirect takes these requests to a server that the app has not named. */
const WITH_COOKIES = /** @type {const} */ ({ credentials: 'include', redirect: 'error' });

/** The name of no journey. */
const NO_JOURNEY = 'journey-oidc-diagnose';

/**
 * AM's endpoints of the realm, where the provider is AM: by its token endpoint, on the origin of the
 * authorization endpoint. `src/am/endpoints.rs` is stricter, but nothing is decided here.
 *
 * @param {any} document
 * @param {import('../index.js').OidcServerConfig} serverConfig
 */
export function amOf({ issuer, token_endpoint, authorization_endpoint }, { paths }) {
  const [, context, realm = ''] = TOKEN_ENDPOINT.exec(token_endpoint) ?? [];
  const isOne = [issuer, authorization_endpoint].every((url) => url?.includes('/oauth2'));
  const isThere = originOf(context) === originOf(authorization_endpoint);
  if (!context || !isOne || !isThere) return undefined;
  const json = `${context}/json${realm}`;
  /** @param {'authenticate' | 'sessions'} name @param {string} otherwise */
  const endpoint = (name, otherwise) =>
    new URL(paths?.[name]?.replace(/^\/?/, '/') ?? otherwise, context).href;
  return {
    serverinfo: `${json}/serverinfo/*`,
    authenticate: endpoint('authenticate', `${json}/authenticate`),
    sessions: endpoint('sessions', `${json}/sessions/`),
  };
}

/**
 * @param {Provider} provider
 * @param {NonNullable<ReturnType<typeof amOf>>} am
 * @param {string | undefined} journey
 */
export async function checkAm(provider, am, journey) {
  await checkRealm(provider, am.serverinfo);
  await checkJourney(provider, am.authenticate, journey);
  await checkSessions(provider, am.sessions);
}

/**
 * @param {Provider} provider
 * @param {string} url
 */
async function checkRealm({ report, asking, config, remedies }, url) {
  const { ok, add } = report;
  const answer = await asking.ask(url, WITH_COOKIES);
  const means = MEANS.journey;
  if (answer.fault) return addUnread(report, 'am-realm', answer.fault, url, means, remedies);
  const { cookieName } = answer.json ?? {};
  if (answer.status >= 400 || !cookieName) {
    const found = `The status is ${answer.status}.`;
    const remedy = 'Correct the realm in serverConfig.wellknown.';
    return add('problem', 'am-realm', found, means, remedy);
  }
  ok('am-realm');
  checkCookie(report, config, String(cookieName).slice(0, 60), new URL(url));
}

/**
 * @param {import('./report.js').Report} report
 * @param {any} config with the `session` of a journey client, where one shares its configuration
 * @param {string} name
 * @param {URL} am
 */
function checkCookie({ ok, add }, { session }, name, { hostname, protocol }) {
  if (session?.cookieName && session.cookieName !== name) {
    return add(
      'problem',
      'am-cookie',
      `AM's cookie is ${name}, and session.cookieName is ${session.cookieName}.`,
      'AM does not read the session token.',
      `Set session.cookieName to ${name}.`,
    );
  }
  if (hostname === location.hostname && protocol === location.protocol) {
    return ok('am-cookie', `AM's cookie ${name} is of this site.`);
  }
  add(
    'unknown',
    'am-cookie',
    `AM's cookie is ${name}; its SameSite can't be read.`,
    'With SameSite=Lax it comes from pages of its own site only.',
    'If both are on one site, nothing is to do; else SameSite=None at AM.',
  );
}

/**
 * Asks for a journey as a client does. Without a name it asks for one that does not exist, which starts nothing.
 *
 * @param {Provider} provider
 * @param {string} url
 * @param {string | undefined} journey
 */
async function checkJourney({ report, asking, remedies }, url, journey) {
  const { ok, add } = report;
  const asked = new URL(url);
  asked.searchParams.set('authIndexType', 'service');
  asked.searchParams.set('authIndexValue', journey ?? NO_JOURNEY);
  const answer = await asking.ask(asked.href, {
    method: 'POST',
    ...WITH_COOKIES,
    headers: headersOf(VERSIONS[0]),
  });
  if (answer.fault) {
    return addUnread(report, 'am-cors', answer.fault, url, MEANS.journey, remedies);
  }
  ok('am-cors');
  if (!journey) return;
  if (answer.status < 400) return ok('am-journey');
  add(
    'problem',
    'am-journey',
    `The status is ${answer.status} for the journey ${journey}.`,
    MEANS.journey,
    'Compare the name with the journeys of the realm.',
  );
}

/**
 * Which version of the sessions endpoint there is, by a request that ends nothing.
 *
 * @param {Provider} provider
 * @param {string} url
 */
async function checkSessions({ report, asking, remedies }, url) {
  const asked = new URL(url);
  asked.searchParams.set('_action', 'validate');
  for (const version of VERSIONS) {
    const init = { method: 'POST', body: '{}', headers: headersOf(version) };
    const answer = await asking.ask(asked.href, init);
    if (answer.fault) {
      return addUnread(report, 'am-sessions', answer.fault, url, MEANS.signOut, remedies);
    }
    if (answer.status !== 404) {
      const name = version?.replace(/.*=/, '') ?? 'the default';
      return report.ok('am-sessions', `The version is ${name}.`);
    }
  }
  const found = 'The status is 404 in every version.';
  report.add('problem', 'am-sessions', found, MEANS.signOut, 'Set serverConfig.paths.sessions.');
}

/** @param {string | null | undefined} version */
const headersOf = (version) => ({
  'Content-Type': 'application/json',
  'X-Requested-With': 'forgerock-sdk',
  ...(version && { 'Accept-API-Version': version }),
});

import { randomBytes } from 'node:crypto';
import { sendAmError } from './am-error.js';
import { cookies, sendJson } from './http.js';

/** AM's session cookie, which is the provider's session cookie too: there is only one session. */
export const SESSION_COOKIE = 'iPlanetDirectoryPro';

const IDLE_SECONDS = 30 * 60;

/** The session token of a request: the header of AM's name, else the cookie. */
export function sessionToken(req) {
  return req.headers[SESSION_COOKIE.toLowerCase()] ?? cookies(req)[SESSION_COOKIE];
}

/** The session with this token if somebody is signed in, else `undefined`. */
export async function findSession(realm, token) {
  const session = await realm.provider.Session.find(token);
  return session?.accountId ? session : undefined;
}

/** The session a request belongs to, else `undefined`. */
export function sessionOf(realm, req) {
  return findSession(realm, sessionToken(req));
}

/** Signs `accountId` in: a new session of the provider, whose id is AM's `tokenId`. */
export async function createSession(realm, accountId, ttl) {
  const session = new realm.provider.Session({ jti: randomBytes(32).toString('base64url') });
  // Transient: the cookie lasts as long as the browser is open, like AM's.
  session.loginAccount({ accountId, transient: true });
  await session.save(ttl);
  return session;
}

export function setSessionCookie(req, res, token) {
  const secure = req.socket.encrypted ? '; Secure' : '';
  const cookie = `${SESSION_COOKIE}=${token}; Path=/; HttpOnly; SameSite=Lax${secure}`;
  res.appendHeader('Set-Cookie', cookie);
}

export function clearSessionCookie(res) {
  res.appendHeader(
    'Set-Cookie',
    `${SESSION_COOKIE}=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax`,
  );
}

/**
 * Takes a session cookie this realm doesn't know out of the request. The provider would replace it
 * by an empty session of its own, and so overwrite the cookie of another realm.
 */
export async function dropUnknownSessionCookie(realm, req) {
  const token = cookies(req)[SESSION_COOKIE];
  if (token === undefined || (await findSession(realm, token))) return;
  req.headers.cookie = req.headers.cookie
    .split(';')
    .filter((pair) => pair.split('=')[0].trim() !== SESSION_COOKIE)
    .join(';');
}

const ACTIONS = { logout, getSessionInfo, validate };

/**
 * What the endpoint does: the actions of each version that it knows (`versions`, `undefined` for all
 * of any version), and whether `logout` clears the cookie.
 */
const RULES = { versions: undefined, clearsCookie: true };

/** `POST …/sessions/?_action=logout | getSessionInfo | validate`. */
export async function handleSessions(realm, req, res, query, { faults }) {
  if (req.method !== 'POST') return sendAmError(res, 405, 'Method not allowed');
  if (!req.headers['x-requested-with'] && !req.headers['accept-api-version']) {
    return sendAmError(res, 403, 'X-Requested-With or Accept-API-Version header is required');
  }
  const name = query.get('_action');
  if (!Object.hasOwn(ACTIONS, name))
    return sendAmError(res, 501, `Action ${name} is not supported`);
  const session = await sessionOf(realm, req);
  if (!session && name !== 'validate') return sendAmError(res, 401, 'Access Denied');
  const rules = faults.as('sessions', RULES);
  const known = rules.versions ? rules.versions[resourceVersion(req)] : Object.keys(ACTIONS);
  if (!known) return sendAmError(res, 404, 'Resource &#39;&#39; not found');
  if (!known.includes(name)) {
    return sendAmError(res, 501, `Action ${name} not implemented for this resource`);
  }
  return ACTIONS[name]({ realm, session, req, res, rules });
}

/**
 * The version of a resource that a request asks for, `any` if it doesn't say.
 * @see https://docs.pingidentity.com/pingam/8/REST-guide/rest-api-versions.html
 */
function resourceVersion(req) {
  return /resource=([\d.]+)/.exec(req.headers['accept-api-version'])?.[1] ?? 'any';
}

async function logout({ session, res, rules }) {
  await session.destroy();
  if (rules.clearsCookie) clearSessionCookie(res);
  sendJson(res, 200, { result: 'Successfully logged out' });
}

/** Whether there is a session, which is no error if there is none. */
function validate({ realm, session, req, res }) {
  if (!sessionToken(req)) return sendAmError(res, 400, 'iPlanetDirectoryCookie not set on request');
  const { accountId: uid } = session ?? {};
  return sendJson(res, 200, session ? { valid: true, uid, realm: realm.path } : { valid: false });
}

function getSessionInfo({ realm, session, res }) {
  const now = Date.now() / 1000;
  sendJson(res, 200, {
    username: session.accountId,
    universalId: universalId(realm, session.accountId),
    realm: realm.path,
    latestAccessTime: isoTime(now),
    maxIdleExpirationTime: isoTime(Math.min(now + IDLE_SECONDS, session.exp)),
    maxSessionExpirationTime: isoTime(session.exp),
    properties: {},
  });
}

function universalId(realm, username) {
  const organization = realm.path === '/' ? '' : `o=${realm.path.slice(1)},ou=services,`;
  return `id=${username},ou=user,${organization}dc=openam,dc=forgerock,dc=org`;
}

function isoTime(seconds) {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}

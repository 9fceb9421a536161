import { readForm, sendEmpty, sendJson, sendRedirect } from './http.js';
import { clearSessionCookie, findSession, sessionOf } from './sessions.js';

/**
 * AM's `…/connect/endSession`, by GET or POST: ends the session of the ID token without asking, and
 * answers 204 without a page, or sends the browser to a registered `post_logout_redirect_uri`.
 * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
 */
export async function handleEndSession(realm, req, res, query, { keys, clients }) {
  const params = req.method === 'POST' ? await readForm(req) : query;
  const hint = await keys
    .verifyHint(params.get('id_token_hint') ?? '', realm.issuer)
    .catch(() => {});
  if (!hint) return sendInvalid(res, 'id_token_hint is missing or invalid');
  const target = params.get('post_logout_redirect_uri');
  if (target !== null && !isRegistered(clients, hint.aud, target)) {
    return sendInvalid(res, 'post_logout_redirect_uri is not registered');
  }
  await endSessionsOf(realm, req, hint);
  clearSessionCookie(res);
  if (target === null) return sendEmpty(res, 204);
  return sendRedirect(res, withState(target, params.get('state')));
}

function isRegistered(clients, clientId, uri) {
  return clients.metadata(clientId)?.post_logout_redirect_uris.includes(uri) ?? false;
}

/** The session the ID token was issued in, and the cookie's if it is the same user's. */
async function endSessionsOf(realm, req, { sub, ops }) {
  const byCookie = await sessionOf(realm, req);
  if (byCookie?.accountId === sub) await byCookie.destroy();
  const byToken = await findSession(realm, realm.store.findSessionByUid(ops)?.jti);
  await byToken?.destroy();
}

function withState(uri, state) {
  const url = new URL(uri);
  if (state !== null) url.searchParams.set('state', state);
  return url.href;
}

function sendInvalid(res, description) {
  sendJson(res, 400, { error: 'invalid_request', error_description: description });
}

import { sendAmError } from './am-error.js';
import { readForm, sendEmpty, sendJson, sendRedirect } from './http.js';
import { clearSessionCookie, findSession, sessionOf } from './sessions.js';

/**
 * What the endpoint does: the `methods` that it answers; whether the session that an ID token is of
 * ends by its `ops` claim alone, or the cookie's of the same user too (`byCookie`); whether a wrong
 * `post_logout_redirect_uri` is told only after that (`endsFirst`); whether the cookie is cleared;
 * the errors for no hint and for a wrong URI.
 */
const RULES = {
  methods: ['GET', 'POST'],
  byCookie: true,
  endsFirst: false,
  clearsCookie: true,
  missingHint: 'invalid_request',
  wrongUri: 'invalid_request',
};

/**
 * AM's `…/connect/endSession`, by GET or POST: ends the session of the ID token without asking, and
 * answers 204 without a page, or sends the browser to a registered `post_logout_redirect_uri`.
 * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
 */
export async function handleEndSession(realm, req, res, query, { keys, clients, faults }) {
  const rules = faults.as('endSession', RULES);
  if (!rules.methods.includes(req.method)) return sendAmError(res, 405, 'Method Not Allowed');
  const params = req.method === 'POST' ? await readForm(req) : query;
  const hint = await keys
    .verifyHint(params.get('id_token_hint') ?? '', realm.issuer)
    .catch(() => {});
  if (!hint) return sendError(res, rules.missingHint, 'id_token_hint is missing or invalid');
  const target = params.get('post_logout_redirect_uri');
  const isWrong = target !== null && !isRegistered(clients, hint.aud, target);
  if (!isWrong || rules.endsFirst) await endSessionsOf(realm, req, hint, rules);
  if (isWrong) {
    return sendError(res, rules.wrongUri, 'post_logout_redirect_uri is not registered');
  }
  if (rules.clearsCookie) clearSessionCookie(res);
  if (target === null) return sendEmpty(res, 204);
  return sendRedirect(res, withState(target, params.get('state')));
}

/** @param audience of an ID token: of this server's, only the client */
function isRegistered(clients, audience, uri) {
  return clients.metadata([audience].flat()[0])?.post_logout_redirect_uris.includes(uri) ?? false;
}

/** Ends the session the ID token was issued in, and the cookie's if it is the same user's. */
async function endSessionsOf(realm, req, { sub, ops }, rules) {
  const byCookie = rules.byCookie ? await sessionOf(realm, req) : undefined;
  if (byCookie?.accountId === sub) await byCookie.destroy();
  const byToken = await findSession(realm, realm.store.findSessionByUid(ops)?.jti);
  await byToken?.destroy();
}

function withState(uri, state) {
  const url = new URL(uri);
  if (state !== null) url.searchParams.set('state', state);
  return url.href;
}

function sendError(res, error, error_description) {
  sendJson(res, 400, { error, error_description });
}

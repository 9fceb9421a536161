import { sendEmpty, sendJson } from './http.js';
import { sessionOf } from './sessions.js';

/** Whether this is AM's session check by fetch: an authorize request that has nowhere to land. */
export function isSessionCheck(req, query) {
  return (
    req.method === 'GET' &&
    query.get('response_type') === 'none' &&
    query.get('prompt') === 'none' &&
    !query.has('redirect_uri')
  );
}

/** Answers 204 if the session is alive and is the ID token's user's, else 400 `login_required`. */
export async function handleSessionCheck(realm, req, res, query, { keys, clients }) {
  if (!clients.metadata(query.get('client_id'))) return sendError(res, 'invalid_client');
  const session = await sessionOf(realm, req);
  if (!session) return sendError(res, 'login_required', 'The request requires login.');
  if (query.has('id_token_hint')) {
    const hint = await keys.verifyHint(query.get('id_token_hint'), realm.issuer).catch(() => {});
    if (!hint) return sendError(res, 'invalid_request', 'id_token_hint is invalid');
    if (hint.sub !== session.accountId) {
      return sendError(res, 'login_required', 'The request requires login.');
    }
  }
  return sendEmpty(res, 204);
}

function sendError(res, error, description = 'Client authentication failed') {
  sendJson(res, 400, { error, error_description: description });
}

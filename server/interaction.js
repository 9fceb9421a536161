import { escapeHtml, page, readForm, sendPage } from './http.js';
import { errors } from './oidc-provider.js';

/**
 * The login page: where the provider sends a user who has to sign in. Afterwards it goes on with
 * the authorization, and its new session is AM's session too.
 * @see https://github.com/panva/node-oidc-provider/blob/v9.x/docs/README.md#user-flows
 */
export async function handleInteraction(realm, req, res) {
  const { provider } = realm;
  try {
    const { prompt, params } = await provider.interactionDetails(req, res);
    if (prompt.name === 'consent') return await finish(provider, req, res, { consent: {} });
    if (req.method !== 'POST') return sendLogin(res, 200, { username: params.login_hint });
    return await submit(realm, req, res, await readForm(req));
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    return sendPage(
      res,
      400,
      page('Sign In', '<p>This sign-in has expired. Go back and try again.</p>'),
    );
  }
}

async function submit({ provider, users }, req, res, form) {
  if (form.has('cancel')) {
    return finish(provider, req, res, {
      error: 'access_denied',
      error_description: 'The user cancelled the sign-in',
    });
  }
  const username = form.get('username') ?? '';
  if (!users.check(username, form.get('password'))) {
    return sendLogin(res, 401, { username, message: 'The user name or password is wrong.' });
  }
  return finish(provider, req, res, { login: { accountId: username, remember: false } });
}

function finish(provider, req, res, result) {
  return provider.interactionFinished(req, res, result, {
    mergeWithLastSubmission: !('error' in result),
  });
}

function sendLogin(res, status, { username = '', message }) {
  sendPage(
    res,
    status,
    page(
      'Sign In',
      `${message ? `<p role="alert">${escapeHtml(message)}</p>` : ''}
<form method="post">
<p><label for="username">User Name</label><br>
<input id="username" name="username" autocomplete="username" value="${escapeHtml(username)}"></p>
<p><label for="password">Password</label><br>
<input id="password" name="password" type="password" autocomplete="current-password"></p>
<p><button>Sign In</button> <button name="cancel" value="1">Cancel</button></p>
</form>`,
    ),
  );
}

import { action, announce, copyButton, describe, el, hiddenText, showAlert } from './dom.js';
import { logEvent } from './log.js';
import { journeyClient } from './pkg/index.js';

const MASK = '••••••••';

/**
 * The signed-in view.
 *
 * @param options.client the OpenID Connect client
 * @param options.tokens its tokens
 * @param options.sessionToken what the journey ended in, if it was in this page
 * @param options.onSignedOut called after a sign-out, with the error if it failed in part
 */
export function renderSignedIn({ client, tokens, sessionToken, onSignedOut }) {
  const heading = el('h2', { tabIndex: -1 }, 'Signed in');
  const tokenList = el('div', { className: 'tokens' });
  const details = el('dl', { className: 'details' });
  const actions = el('div', { className: 'actions' });
  const panel = { client, sessionToken, onSignedOut, heading, tokenList, details, actions };
  setTokens(panel, tokens);
  loadUser(panel);
  return el(
    'div',
    { className: 'signed-in' },
    el('p', { className: 'eyebrow' }, 'Signed in as'),
    heading,
    el('h3', {}, 'Tokens'),
    tokenList,
    actions,
    el('h3', {}, 'User details'),
    details,
  );
}

/** Shows other tokens, or with `undefined` that there are none, and what can be done then. */
function setTokens(panel, tokens) {
  const { tokenList, actions, sessionToken } = panel;
  const rows = tokens ? tokenRows(tokens) : [el('p', { className: 'empty' }, 'No tokens')];
  tokenList.replaceChildren(sessionRow(sessionToken), ...rows);
  actions.replaceChildren(
    ...(tokens
      ? [action('Renew', () => renew(panel)), action('Revoke tokens', () => revoke(panel))]
      : [action('Get tokens again', () => getAgain(panel))]),
    action('End session (journey)', () => endSession(panel)),
    action('Sign out', () => signOut(panel), 'danger'),
  );
}

async function renew(panel) {
  const tokens = await panel.client.token.get({ forceRenew: true });
  if ('error' in tokens) return fail('Not renewed', tokens);
  setTokens(panel, tokens);
  focusAction(panel);
  announce('Tokens renewed');
  await loadUser(panel);
}

async function revoke(panel) {
  const result = await panel.client.token.revoke();
  if ('error' in result) fail('Not revoked', result);
  else succeed('Tokens revoked');
  // After a failure the tokens may be there or not.
  const left = await panel.client.token.get();
  setTokens(panel, 'error' in left ? undefined : left);
  if (!('error' in result)) focusAction(panel);
}

async function getAgain(panel) {
  const tokens = await panel.client.token.get({ backgroundRenew: true });
  if ('error' in tokens) return fail('No tokens', tokens);
  setTokens(panel, tokens);
  focusAction(panel);
  succeed('Got tokens');
  await loadUser(panel);
}

async function signOut(panel) {
  const result = await panel.client.user.logout();
  // Without an ID token, as after a revocation, only the journey can end the server's session.
  if (result.code === 'not_signed_in' || result.done?.session === false) return endSession(panel);
  return panel.onSignedOut('error' in result ? result : undefined);
}

async function endSession({ onSignedOut }) {
  return onSignedOut(await journeyClient.terminate());
}

/** The buttons are new ones: the focus goes to the first, which is where it was. */
function focusAction({ actions }) {
  actions.querySelector('button').focus();
}

function succeed(text) {
  logEvent(text);
  announce(text);
}

function fail(text, error) {
  logEvent(`${text}: ${error.code}`);
  showAlert(text, ...describe(error));
}

async function loadUser({ client, heading, details }) {
  const claims = await client.user.info();
  if ('error' in claims) {
    details.replaceChildren(el('p', { className: 'empty' }, ...describe(claims)));
    return;
  }
  heading.textContent = claims.name ?? claims.preferred_username ?? claims.sub;
  details.replaceChildren(
    ...Object.entries(claims).map(([name, value]) => {
      const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
      return el('div', {}, el('dt', {}, name), el('dd', {}, text));
    }),
  );
}

function tokenRows(tokens) {
  return [
    tokenRow('access-token', 'Access token', tokens.accessToken),
    tokenRow('id-token', 'ID token', tokens.idToken),
    tokenRow('refresh-token', 'Refresh token', tokens.refreshToken),
    row('Type', el('span', { id: 'token-type' }, typeOf(tokens))),
    row('Scope', el('span', { id: 'scope' }, tokens.scope ?? '')),
    row('Expires in', countdown(tokens.expiryTimestamp)),
  ];
}

function typeOf({ jkt, tokenType = '' }) {
  return jkt ? 'DPoP: bound to a key of this browser' : tokenType;
}

function sessionRow(token) {
  if (token) return tokenRow('session-token', 'Session token', token);
  const text = el('span', { id: 'session-token', className: 'muted' }, 'Kept in this tab');
  return row('Session token', text);
}

function row(label, ...content) {
  return el(
    'div',
    { className: 'row' },
    el('span', { className: 'label' }, label),
    el('span', { className: 'value' }, ...content),
  );
}

/** A token that is out of the page's text until it is asked for. */
function tokenRow(id, label, token) {
  if (!token) return row(label, el('span', { id, className: 'muted' }, 'None'));
  const masked = MASK + token.slice(-4);
  const text = el('code', { id }, masked);
  const toggle = el('button', { type: 'button', className: 'small' });
  const copy = copyButton(label, token);
  const name = el('span', { className: 'label' }, label);
  const node = el('div', { className: 'row' }, name, text, toggle, copy);
  const show = (isShown) => {
    node.classList.toggle('shown', isShown);
    text.textContent = isShown ? token : masked;
    toggle.replaceChildren(isShown ? 'Hide' : 'Show', hiddenText(` ${label}`));
  };
  toggle.onclick = () => show(text.textContent === masked);
  show(false);
  return node;
}

function countdown(timestamp) {
  if (!timestamp) return el('span', { id: 'expiry' }, 'Unknown');
  const time = el('time', { id: 'expiry', dateTime: new Date(timestamp).toISOString() });
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((timestamp - Date.now()) / 1000));
    time.textContent = seconds > 0 ? minutes(seconds) : 'Expired';
    time.classList.toggle('expired', seconds === 0);
    return seconds;
  };
  const timer = setInterval(() => {
    if (!time.isConnected) return clearInterval(timer);
    if (tick() > 0) return;
    clearInterval(timer);
    announce('The access token has expired');
  }, 1000);
  tick();
  return time;
}

function minutes(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

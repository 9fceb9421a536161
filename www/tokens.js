/** Tokens, decoded: claims in words, times as times. Nothing is verified here; the package has done that. */
import { copyButton, el } from './dom.js';

/** What claims mean (RFC 7519, OpenID Connect Core, RFC 9068). */
const CLAIMS = {
  iss: 'Issuer',
  sub: 'Subject: the user',
  aud: 'Audience: for whom it is',
  azp: 'Authorized party',
  client_id: 'Client',
  scope: 'Scope',
  iat: 'Issued',
  nbf: 'Not valid before',
  exp: 'Expires',
  auth_time: 'The user signed in',
  acr: 'How the user signed in (class)',
  amr: 'How the user signed in (methods)',
  nonce: 'Nonce of the authorization',
  at_hash: 'Hash of the access token',
  sid: 'Session',
  ops: 'Session of AM',
  cnf: 'Bound to a key (DPoP)',
  jti: 'Token’s own ID',
  name: 'Name',
  given_name: 'Given name',
  family_name: 'Family name',
  preferred_username: 'User name',
  email: 'E-mail',
  email_verified: 'E-mail is verified',
};

const TIMES = ['iat', 'nbf', 'exp', 'auth_time'];

/** Claims that could be used to act as the user, or to take part in the sign-in. */
const SECRET = ['nonce', 'sid', 'ops', 'jti'];

export function renderTokens({ accessToken, idToken, refreshToken, scope, expiryTimestamp }) {
  return [
    ...token('ID token', idToken),
    ...token('Access token', accessToken),
    el('h3', {}, 'Refresh token'),
    el('p', {}, refreshToken ? 'There is one; it is not shown.' : 'There is none.'),
    ...(scope === undefined ? [] : [el('h3', {}, 'Scope'), el('p', {}, scope || 'empty')]),
    ...(expiryTimestamp
      ? [el('h3', {}, 'The access token expires'), el('p', {}, time(expiryTimestamp))]
      : []),
  ];
}

function token(name, text) {
  const heading = el('h3', {}, name);
  if (!text) return [heading, el('p', {}, 'There is none.')];
  const claims = decode(text);
  const copy = el('p', {}, copyButton(name, text));
  if (!claims) {
    return [
      heading,
      el('p', {}, `It is opaque: ${text.length} characters for the API alone.`),
      copy,
    ];
  }
  return [heading, renderClaims(claims), copy];
}

/** Names and values, also of user details. */
export function renderClaims(claims) {
  return el(
    'dl',
    { className: 'details' },
    ...Object.entries(claims).map(([name, value]) =>
      el(
        'div',
        {},
        el('dt', {}, ...(CLAIMS[name] ? [CLAIMS[name], ' '] : []), el('code', {}, name)),
        el('dd', {}, shownValue(name, value)),
      ),
    ),
  );
}

function shownValue(name, value) {
  if (TIMES.includes(name) && typeof value === 'number') return time(value * 1000);
  if (SECRET.includes(name)) return 'There is one; it is not shown.';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

function time(timestamp) {
  const date = new Date(timestamp);
  const off = timestamp - Date.now();
  const [unit, size] = UNITS.find(([, size]) => Math.abs(off) >= size) ?? UNITS.at(-1);
  const text = `${date.toLocaleString('en')} (${RELATIVE.format(Math.round(off / size), unit)})`;
  return el('time', { dateTime: date.toISOString() }, text);
}

/** The claims of a JWT; nothing where it is none. */
function decode(text) {
  try {
    const [, payload] = text.split('.');
    const binary = atob(payload.replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' ? claims : undefined;
  } catch {
    return undefined;
  }
}

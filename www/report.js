/** The report of `diagnose()` as a list. */
import { el } from './dom.js';

const RESULTS = {
  problem: 'Problem',
  warning: 'Warning',
  unknown: 'Can’t be seen',
  ok: 'Fine',
};

/** What each check looks at. */
const LABELS = {
  browser: 'Browser',
  'secure-context': 'Secure context',
  wasm: 'WebAssembly',
  'connect-src': 'Policy: requests',
  'frame-src': 'Policy: frames',
  isolation: 'Isolation (COEP)',
  storage: 'Storage',
  locks: 'Web Locks',
  clock: 'Clock',
  framed: 'Being framed',
  'service-worker': 'Service worker',
  copies: 'Copies of the package',
  configuration: 'Configuration',
  landing: 'Page of the redirect URI',
  document: 'Discovery document',
  issuer: 'Issuer',
  endpoints: 'Endpoints',
  'response-types': 'Response types',
  pkce: 'PKCE',
  scopes: 'Scopes',
  'am-realm': 'AM: realm',
  'am-cors': 'AM: journeys (CORS)',
  'am-journey': 'AM: journey',
  'am-cookie': 'AM: cookie',
  par: 'Pushed requests (PAR)',
  authorization: 'Client and redirect URI',
  iss: 'Issuer of responses',
  cookies: 'Cookies in the hidden frame',
  'token-cors': 'Token endpoint (CORS)',
  dpop: 'DPoP',
  algorithms: 'Signature of ID tokens',
  keys: 'Keys',
  'userinfo-cors': 'User details (CORS)',
  'revocation-cors': 'Revocation (CORS)',
  'end-session': 'End of the session',
  'am-sessions': 'AM: sessions',
};

/** One sentence about all findings. */
export function summary(report) {
  const count = (result) => report.filter((finding) => finding.result === result).length;
  const [problems, warnings, unknown] = ['problem', 'warning', 'unknown'].map(count);
  const parts = [
    problems && `${problems} ${problems === 1 ? 'problem' : 'problems'}`,
    warnings && `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
  ].filter(Boolean);
  const unseen = unknown ? ` ${unknown} can’t be seen from here.` : '';
  return `${parts.length > 0 ? `${parts.join(' and ')}.` : 'Nothing is wrong.'}${unseen}`;
}

/** The findings, those that are fine last and folded. */
export function renderReport(report) {
  const fine = report.filter(({ result }) => result === 'ok');
  const rest = report.filter(({ result }) => result !== 'ok');
  const sorted = ['problem', 'warning', 'unknown'].flatMap((result) =>
    rest.filter((finding) => finding.result === result),
  );
  return [
    el('p', { className: 'summary' }, summary(report)),
    ...(sorted.length > 0 ? [list(sorted)] : []),
    el('details', {}, el('summary', {}, `${fine.length} checks are fine`), list(fine)),
  ];
}

function list(findings) {
  return el('ol', { className: 'findings' }, ...findings.map(item));
}

function item({ check, result, found, means, remedy, link }) {
  return el(
    'li',
    { className: result },
    el('span', { className: 'result' }, RESULTS[result]),
    ' ',
    el('strong', {}, LABELS[check] ?? check),
    ...(found ? [el('p', {}, found)] : []),
    ...(means ? [el('p', { className: 'muted' }, means)] : []),
    ...(remedy ? [el('p', {}, el('strong', {}, 'What to do: '), remedy)] : []),
    ...(result === 'ok' ? [] : [el('p', { className: 'muted' }, 'More: ', el('code', {}, link))]),
  );
}

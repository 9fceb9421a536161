import { el } from './dom.js';

const KEPT = 200;
const region = document.querySelector('#log');
const entries = document.querySelector('#log-entries');

document.querySelector('#clear-log').addEventListener('click', () => entries.replaceChildren());

/** What the events of a client are called. */
export const EVENTS = {
  signed_in: 'Signed in',
  signed_out: 'Signed out',
  tokens_expired: 'Tokens expired',
  tokens_renewed: 'Tokens renewed',
  renewal_failed: 'Renewal failed',
};

/** For both clients: what they log becomes entries. */
export const logger = {
  level: 'debug',
  custom: {
    error: (...parts) => logMessage('error', parts),
    warn: (...parts) => logMessage('warn', parts),
    info: (...parts) => logMessage('info', parts),
    debug: (...parts) => logMessage('debug', parts),
  },
};

/** Logs something that the user did, or that happened to them. */
export function logEvent(text) {
  add('event', el('span', { className: 'text' }, text));
}

function logMessage(level, parts) {
  const text = parts.map(String).join(' ');
  const [, method, url, outcome] = /^([A-Z]+) (https?:\S+) (.+)$/.exec(text) ?? [];
  if (url) add(isFine(outcome) ? 'request' : 'request failed', ...request(method, url, outcome));
  else add(level, el('span', { className: 'text' }, text));
}

function request(method, url, outcome) {
  return [
    el('span', { className: 'method' }, method),
    // Without its query, where secrets could be.
    el('span', { className: 'path' }, new URL(url).pathname),
    el('span', { className: 'outcome' }, outcome),
  ];
}

function isFine(outcome) {
  return /^([23]\d\d|landed)/.test(outcome);
}

function add(kind, ...content) {
  const isAtEnd = region.scrollHeight - region.scrollTop - region.clientHeight < 40;
  const now = new Date();
  const time = el('time', { dateTime: now.toISOString() }, now.toTimeString().slice(0, 8));
  // The spaces keep the parts apart for screen readers, and when the log is copied.
  const parts = [time, ...content].flatMap((part) => [part, ' ']);
  entries.append(el('li', { className: kind }, ...parts));
  if (entries.childElementCount > KEPT) entries.firstElementChild.remove();
  if (isAtEnd) region.scrollTop = region.scrollHeight;
}

import { renderCode } from './code.js';
import {
  action,
  announce,
  clearAlert,
  copyButton,
  describe,
  el,
  showAlert,
  whileBusy,
} from './dom.js';
import { EVENTS, logEvent, logger } from './log.js';
import { journeyClient, oidc } from './pkg/index.js';
import { renderers } from './renderers.js';
import { renderReport, summary } from './report.js';
import {
  fillFromLink,
  hostOf,
  inputOf,
  keepSettings,
  linkTo,
  pages,
  readSettings,
  takeKept,
} from './settings.js';
import { renderClaims, renderTokens } from './tokens.js';

const $ = (selector) => document.querySelector(selector);
const form = $('#settings');
const check = $('#check');
const signedIn = $('#signed-in');
const journeyForm = $('#journey-form');

/** The client that was made last, with the settings it was made of as text. */
let connected = { settings: '', host: '', client: undefined };

/**
 * The settings are those of the click: another page that holds this window can change the fragment while something is
 * awaited.
 */
const SIGN_IN = {
  redirect: async (client, settings) => {
    keepSettings(settings);
    return client.authorize.redirect();
  },
  popup: (client) => client.authorize.popup(),
  frame: byFrame,
  journey: byJourney,
  stored: (client) => client.token.get(),
};

showRegister();
if (isReturn() && takeKept()) comeBack();
else fillFromLink();
showSettings();
form.addEventListener('input', changeSettings);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  whileBusy(check, runCheck);
});
addEventListener('hashchange', () => {
  if (location.href === linkTo(readSettings())) return;
  form.reset();
  fillFromLink();
  changeSettings();
});
$('#copy-link').onclick = copyLink;
for (const button of document.querySelectorAll('[data-by]')) {
  button.onclick = () => whenValid(button, () => signInBy(button.dataset.by));
}

/** Whether the provider has sent the tab here. */
function isReturn() {
  const params = new URLSearchParams(location.search);
  return params.has('state') && (params.has('code') || params.has('error'));
}

async function comeBack() {
  const client = await connect(readSettings());
  if ('error' in client) return showFailure('Not signed in', client);
  showOutcome(await client.authorize.callback(), client);
}

/** Shows other settings, and nothing that came of the earlier ones. */
function changeSettings() {
  clearAlert();
  announce('');
  clearSignedIn();
  journeyForm.replaceChildren();
  $('#report').replaceChildren();
  $('#report-card').hidden = true;
  showSettings();
}

function clearSignedIn() {
  const hadFocus = signedIn.contains(document.activeElement);
  signedIn.replaceChildren();
  if (hadFocus) $('#sign-in-heading').focus();
}

/** What follows from the settings: the address, the names on the buttons, the code. */
function showSettings() {
  const settings = readSettings();
  if (!isReturn()) history.replaceState(null, '', linkTo(settings));
  const host = hostOf(settings);
  check.textContent = host ? `Check ${host}` : 'Check';
  $('#sign-in-at').textContent = host ? `At ${host}` : 'At your server';
  $('#code').replaceChildren(...renderCode(inputOf(settings), settings.journey));
}

function showRegister() {
  const { page, callback, popup } = pages();
  const rows = [
    ['Redirect URI: this page', page],
    ['Redirect URI: hidden frame', callback],
    ['Redirect URI: window', popup],
    ['After a sign-out: this page', page],
    ['After a sign-out: hidden frame', callback],
    ['Origin (CORS)', location.origin],
  ];
  $('#register').replaceChildren(
    ...rows.map(([label, text]) =>
      el(
        'div',
        { className: 'row shown' },
        el('span', { className: 'label' }, label),
        el('code', {}, text),
        copyButton(label, text),
      ),
    ),
  );
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(linkTo(readSettings()));
    announce('Link copied');
  } catch {
    announce('The browser forbids copying. The link is in the address bar.');
  }
}

/** Runs work with a button, if the settings are complete. */
function whenValid(button, work) {
  if (!form.reportValidity()) return;
  whileBusy(button, () => {
    clearAlert();
    return work();
  });
}

async function runCheck() {
  clearAlert();
  const settings = readSettings();
  const { diagnose } = await import('./pkg/diagnose.js');
  const { client } = connected.settings === JSON.stringify(settings) ? connected : {};
  const journey = settings.journey || undefined;
  const report = await diagnose({ ...inputOf(settings), journey, client });
  if (!isCurrent(JSON.stringify(settings))) return logStale();
  logEvent(`Checked: ${summary(report)}`);
  $('#report-heading').textContent = `Report: ${hostOf(settings)}`;
  $('#report').replaceChildren(...renderReport(report));
  $('#report-card').hidden = false;
  $('#report-heading').focus();
}

/** Whether the settings, as text, are still what is entered. */
function isCurrent(settings) {
  return settings === JSON.stringify(readSettings());
}

function logStale() {
  logEvent('A result for earlier settings is not shown');
}

/** Makes the client of the settings. */
async function connect(settings) {
  const client = await oidc({ ...inputOf(settings), logger });
  if ('error' in client) return client;
  connected.unsubscribe?.();
  const unsubscribe = client.subscribe(({ type, fromOtherTab }) => {
    const text = `${EVENTS[type]}${fromOtherTab ? ' in another tab' : ''}`;
    logEvent(text);
    if (type !== 'signed_out') return;
    clearSignedIn();
    if (fromOtherTab) announce(text);
  });
  const text = JSON.stringify(settings);
  connected = { settings: text, host: hostOf(settings), client, unsubscribe };
  return client;
}

async function signInBy(way) {
  const settings = readSettings();
  const isConnected = connected.settings === JSON.stringify(settings);
  // Browsers open a window only in the click itself: nothing may be awaited before.
  const client = isConnected ? connected.client : await connect(settings);
  if ('error' in client) return showFailure('Not connected', client);
  if (way === 'popup' && !isConnected) return announce('Ready: press again to open the window');
  showOutcome(await SIGN_IN[way](client, settings), client);
}

async function byFrame(client) {
  const response = await client.authorize.background();
  if ('error' in response) return response;
  return client.token.exchange(response.code, response.state);
}

/** Shows the form of a journey; the tokens come at its end. */
async function byJourney(client, settings) {
  const { wellknown, journey, issuer } = settings;
  const serverConfig = { wellknown, ...(issuer && { issuer }) };
  const failure = await journeyClient.configure({ config: { serverConfig }, logger });
  if (failure) return failure;
  await import('./pkg/form.js');
  if (!isCurrent(JSON.stringify(settings))) return logStale();
  const element = el('journey-form', { ...(journey && { journey }), tokens: client, renderers });
  element.addEventListener('success', async () => {
    journeyForm.replaceChildren();
    showOutcome(await client.token.get({ backgroundRenew: true }), client);
  });
  element.addEventListener('failure', () => logEvent('Sign-in refused'));
  element.addEventListener('error', ({ detail }) => logEvent(`That did not work: ${detail.code}`));
  journeyForm.replaceChildren(element);
  return undefined;
}

function showFailure(title, error) {
  logEvent(`${title}: ${error.code}`);
  showAlert(title, ...describe(error));
}

/**
 * Shows the client's tokens, or the error as an alert; nothing while a journey asks, or the page is left, or if the
 * settings are others by now.
 */
function showOutcome(outcome, client, failed = 'Not signed in') {
  if (!outcome) return;
  if (client !== connected.client || !isCurrent(connected.settings)) return logStale();
  if ('error' in outcome) return showFailure(failed, outcome);
  const renew = async (renewing) => {
    const renewed = await renewing;
    showOutcome(renewed, client, 'Not renewed');
    if (!('error' in renewed)) announce('Tokens renewed');
  };
  const details = el('div', {});
  const actions = el('div', { className: 'actions' });
  actions.append(
    action('Renew tokens', () =>
      renew(client.token.get({ forceRenew: true, backgroundRenew: true })),
    ),
    action('Renew in a hidden frame', () => renew(byFrame(client))),
    action('Check the session', async () => {
      const result = await client.user.session();
      if (result && 'error' in result) return showFailure('No session seen', result);
      logEvent('The session is alive');
      announce('The session is alive');
    }),
    action('User details', async () => {
      const info = await client.user.info();
      if ('error' in info) return showFailure('No user details', info);
      details.replaceChildren(el('h3', {}, 'User details'), renderClaims(info));
    }),
    action(
      'Sign out here',
      async () => showSignedOut(await client.user.logout(), client),
      'danger',
    ),
    action('Sign out by redirect', async () => {
      const result = await client.user.logout({ redirect: true });
      if (result) showSignedOut(result, client);
    }),
  );
  const heading = el('h3', { tabIndex: -1 }, `Signed in at ${connected.host}`);
  signedIn.replaceChildren(heading, actions, details, ...renderTokens(outcome));
  // The button that had it is gone.
  heading.focus();
}

function showSignedOut(result, client) {
  if (client === connected.client) clearSignedIn();
  if ('error' in result) return showFailure('Signed out here, but not everywhere', result);
  const { session, revoke } = result.done;
  const text = `Signed out. Session ended: ${told(session)}. Tokens revoked: ${told(revoke)}.`;
  logEvent(text);
  announce(text);
}

function told(done) {
  if (done === 'unconfirmed') return 'unconfirmed';
  return done ? 'yes' : 'no';
}

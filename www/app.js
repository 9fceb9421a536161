import { announce, describe, el, showAlert, showView, whileBusy } from './dom.js';
import { logEvent, logger } from './log.js';
import { journeyClient, oidc } from './pkg/index.js';
import { renderSignedIn } from './signed-in.js';
import { renderStep } from './steps.js';

const journeySelect = document.querySelector('#journey');

const EVENTS = {
  signed_in: 'Signed in',
  signed_out: 'Signed out',
  tokens_expired: 'Tokens expired',
  tokens_renewed: 'Tokens renewed',
  renewal_failed: 'Renewal failed',
};

/** The parameters of a URL that a journey goes on by; each list in full. */
const JOURNEY_RETURNS = [
  ['suspendedId'],
  ['code', 'state'],
  ['error', 'state'],
  ['form_post_entry'],
  ['responsekey'],
];

let oidcClient;
let username = '';
let attempt = new AbortController();

chooseJourneyOfUrl();
journeySelect.addEventListener('change', changeJourney);
onClick('#redirect', goToProvider);
onClick('#popup', signInByWindow);
open();

/** Shows whoever is signed in, else the first step of the journey. */
async function open() {
  const failure = await connect();
  if (failure) return showError('Not connected', failure);
  if (oidcClient.authorize.callback.matches()) return comeBack();
  if (isJourneyReturn()) return resume();
  const tokens = await oidcClient.token.get();
  if ('error' in tokens) return start();
  logEvent('Signed in already');
  return showSignedIn({ tokens });
}

/** Back from the provider's page. */
async function comeBack() {
  const result = await oidcClient.authorize.callback();
  if (result.appState) chooseJourney(result.appState);
  return 'error' in result ? showError('Not signed in', result) : showProviderSignIn(result);
}

async function goToProvider() {
  const failure = await oidcClient.authorize.redirect({ appState: journeySelect.value });
  if (failure) showAlert('Not signed in', ...describe(failure));
}

async function signInByWindow() {
  const result = await oidcClient.authorize.popup();
  if ('error' in result) return showAlert('Not signed in', ...describe(result));
  return showProviderSignIn(result);
}

function showProviderSignIn(tokens) {
  attempt.abort();
  return showSignedIn({ tokens });
}

function onClick(selector, work) {
  const button = document.querySelector(selector);
  button.addEventListener('click', () => whileBusy(button, work));
}

/** Makes both clients; the error if that fails. */
async function connect() {
  if (oidcClient) return;
  const { serverUrl, ...failure } = await readConfig();
  if (!serverUrl) return failure;
  const realm = `${serverUrl}/am/oauth2/realms/root`;
  const serverConfig = { wellknown: `${realm}/.well-known/openid-configuration` };
  const config = {
    serverConfig,
    clientId: 'journey-oidc-demo',
    redirectUri: new URL('./', location.href).href,
    backgroundRedirectUri: new URL('callback.html', location.href).href,
    popupRedirectUri: new URL('popup.html', location.href).href,
    scope: 'openid profile email',
  };
  const [error, client] = await Promise.all([
    journeyClient.configure({ config: { serverConfig }, logger }),
    oidc({ config, logger }),
  ]);
  if (error ?? client.error) return error ?? client;
  oidcClient = client;
  oidcClient.subscribe(showEvent);
}

/** What happens to the sign-in, here or in another tab. */
function showEvent({ type, fromOtherTab }) {
  logEvent(`${EVENTS[type]}${fromOtherTab ? ' in another tab' : ''}`);
  if (!fromOtherTab) return;
  if (type === 'signed_in') open();
  if (type === 'signed_out') showSignedOut();
}

/** Nobody is asked to sign in at once: the other tab may still be ending the server's session. */
function showSignedOut() {
  attempt.abort();
  const heading = el('h2', {}, 'Signed out');
  const text = el('p', {}, 'You signed out in another tab.');
  showView('Signed out', el('div', {}, heading, text, openAgain('Sign in again')));
}

function openAgain(label) {
  const button = el('button', { type: 'button', className: 'primary' }, label);
  button.onclick = () => {
    button.setAttribute('aria-busy', 'true');
    open();
  };
  return button;
}

async function readConfig() {
  try {
    return await (await fetch('config.json')).json();
  } catch {
    return { code: 'demo_server', message: "The demo page's own server doesn't answer." };
  }
}

/** Begins the chosen journey; one that is beginning already is given up. */
async function start({ failure, moveFocus = true } = {}) {
  attempt.abort();
  attempt = new AbortController();
  const { signal } = attempt;
  const result = await journeyClient.start({ journey: journeySelect.value, signal });
  if (signal.aborted) return;
  if (result.type === 'LoginFailure')
    return showError('The journey did not begin', asError(result));
  await show(result, moveFocus && !failure);
  if (failure) {
    showAlert(failure.payload.message ?? 'Login failure', 'Check what you entered and try again.');
  }
}

async function submit(step) {
  const { signal } = attempt;
  username = step.getCallbacksOfType('NameCallback')[0]?.getInputValue() ?? username;
  const result = await journeyClient.next(step, { signal });
  if (!signal.aborted) return showAnswer(result);
}

/** Shows what an answer led to; one that was refused is asked for again. */
function showAnswer(result) {
  if (result.type !== 'LoginFailure') return show(result);
  logEvent('Sign-in refused');
  return start({ failure: result });
}

/** Sends a step again and again, as it asks for. */
async function wait(step, options) {
  const result = await journeyClient.poll(step, options);
  if (!options.signal.aborted) return showAnswer(result);
}

/** Goes to the page that a step names. */
async function leave(step) {
  const failure = await journeyClient.redirect(step);
  if (failure) showAlert('Not gone there', ...describe(failure));
}

/** Whether the page was opened by a link or a provider's response, for a journey to go on. */
function isJourneyReturn() {
  const params = new URLSearchParams(location.search);
  return JOURNEY_RETURNS.some((names) => names.every((name) => params.has(name)));
}

/** Goes on with the journey that left this page. */
async function resume() {
  const { href } = location;
  history.replaceState(null, '', location.pathname);
  try {
    return await showAnswer(await journeyClient.resume(href));
  } catch ({ message, code }) {
    return showError('The journey can’t go on', { message, code });
  }
}

/** Shows a result of the journey: a step, the signed-in user, or an error. */
function show(result, moveFocus = true) {
  if (result.type === 'LoginSuccess') return signIn(result.getSessionToken());
  if (result.type !== 'Step') return showError('That did not work', result);
  const { signal } = attempt;
  const form = renderStep(result, { username, signal, submit, poll: wait, leave, restart });
  showView('Sign in', form, { hasJourneyChoice: true });
  if (moveFocus) focusFirst(form);
}

async function signIn(sessionToken) {
  const tokens = await oidcClient.token.get({ backgroundRenew: true });
  if ('error' in tokens) return showError('No tokens', tokens);
  return showSignedIn({ tokens, sessionToken });
}

function showSignedIn({ tokens, sessionToken }) {
  const view = renderSignedIn({ client: oidcClient, tokens, sessionToken, onSignedOut });
  announce('');
  showView('Signed in', view);
  view.querySelector('h2').focus();
}

async function onSignedOut(error) {
  if (error) return showError('Signed out here, but not everywhere', error);
  username = '';
  await start();
  announce('Signed out');
}

function showError(title, error) {
  logEvent(`${title}: ${error.code}`);
  const view = el('div', { className: 'error' }, openAgain('Try again'));
  showView(title, view, { hasJourneyChoice: true });
  showAlert(title, ...describe(error));
}

function asError({ payload, status }) {
  return { message: payload.message ?? 'The server refused.', code: String(status) };
}

function restart() {
  return start();
}

/**
 * The first field that was refused, else the first that is empty: with the user name kept, that is
 * the next one. A step that has something to read before it is answered is read from its heading on.
 */
function focusFirst(form) {
  const fields = [...form.querySelectorAll('input:not([hidden], [type="checkbox"]), select')];
  const first =
    fields.find((field) => field.getAttribute('aria-invalid')) ??
    fields.find(({ value }) => !value) ??
    fields.find(({ type, checked }) => type !== 'radio' || checked);
  (first ?? form.querySelector('h2')).focus();
}

function chooseJourneyOfUrl() {
  chooseJourney(new URLSearchParams(location.search).get('journey'));
}

function chooseJourney(name) {
  if (!name) return;
  const isListed = [...journeySelect.options].some(({ value }) => value === name);
  if (!isListed) journeySelect.add(new Option(name));
  journeySelect.value = name;
}

function changeJourney() {
  const url = new URL(location.href);
  url.searchParams.set('journey', journeySelect.value);
  history.replaceState(null, '', url);
  announce('');
  // The focus stays on the choice, which arrow keys may change several times.
  if (oidcClient) start({ moveFocus: false });
}

import { announce, describe, el, showAlert, showView } from './dom.js';
import { logEvent, logger } from './log.js';
import { journeyClient, oidc } from './pkg/index.js';
import { renderSignedIn } from './signed-in.js';
import { renderStep } from './steps.js';

const journeySelect = document.querySelector('#journey');

let oidcClient;
let username = '';
let attempt = new AbortController();

chooseJourneyOfUrl();
journeySelect.addEventListener('change', changeJourney);
open();

/** Shows whoever is signed in, else the first step of the journey. */
async function open() {
  const failure = await connect();
  if (failure) return showError('Not connected', failure);
  const tokens = await oidcClient.token.get();
  if ('error' in tokens) return start();
  logEvent('Signed in already');
  return showSignedIn({ tokens });
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
    redirectUri: new URL('callback.html', location.href).href,
    scope: 'openid profile email',
  };
  const [error, client] = await Promise.all([
    journeyClient.configure({ config: { serverConfig }, logger }),
    oidc({ config, logger }),
  ]);
  if (error ?? client.error) return error ?? client;
  oidcClient = client;
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
  if (signal.aborted) return;
  if (result.type !== 'LoginFailure') return show(result);
  logEvent('Sign-in refused');
  return start({ failure: result });
}

/** Shows a result of the journey: a step, the signed-in person, or an error. */
function show(result, moveFocus = true) {
  if (result.type === 'LoginSuccess') return signIn(result.getSessionToken());
  if (result.type !== 'Step') return showError('That did not work', result);
  const form = renderStep(result, { username, submit });
  showView('Sign in', form, { hasJourneyChoice: true });
  if (moveFocus) focusFirst(form);
}

async function signIn(sessionToken) {
  const tokens = await oidcClient.token.get({ backgroundRenew: true });
  if ('error' in tokens) return showError('No tokens', tokens);
  logEvent('Signed in');
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
  logEvent('Signed out');
  username = '';
  await start();
  announce('Signed out');
}

function showError(title, error) {
  logEvent(`${title}: ${error.code}`);
  const button = el('button', { type: 'button', className: 'primary' }, 'Try again');
  button.onclick = () => {
    button.setAttribute('aria-busy', 'true');
    open();
  };
  showView(title, el('div', { className: 'error' }, button), { hasJourneyChoice: true });
  showAlert(title, ...describe(error));
}

function asError({ payload, status }) {
  return { message: payload.message ?? 'The server refused.', code: String(status) };
}

/** The first field that is empty: with the user name kept, that is the next one. */
function focusFirst(form) {
  const fields = [...form.querySelectorAll('input:not([hidden]), select')];
  (fields.find(({ value }) => !value) ?? fields[0] ?? form.querySelector('button')).focus();
}

function chooseJourneyOfUrl() {
  const name = new URLSearchParams(location.search).get('journey');
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

import { announce, describe, el, showAlert, showView, whileBusy } from './dom.js';
import { EVENTS, logEvent, logger } from './log.js';
import './pkg/form.js';
import { journeyClient, oidc } from './pkg/index.js';
import { renderers } from './renderers.js';
import { renderSignedIn } from './signed-in.js';

const journeySelect = document.querySelector('#journey');

/** What the demo's user has an answer for, by callback: its prompt. */
const KNOWN = { NameCallback: 'User Name', PasswordCallback: 'Password' };

let oidcClient;
let form;

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
  if (isReturn()) return showForm();
  const tokens = await oidcClient.token.get();
  if ('error' in tokens) return showForm();
  logEvent('Signed in already');
  return showSignedIn({ tokens });
}

/** Back from the provider's page. */
async function comeBack() {
  const result = await oidcClient.authorize.callback();
  if (result.appState) chooseJourney(result.appState);
  return 'error' in result ? showError('Not signed in', result) : showSignedIn({ tokens: result });
}

async function goToProvider() {
  const failure = await oidcClient.authorize.redirect({ appState: journeySelect.value });
  if (failure) showAlert('Not signed in', ...describe(failure));
}

async function signInByWindow() {
  const result = await oidcClient.authorize.popup();
  if ('error' in result) return showAlert('Not signed in', ...describe(result));
  return showSignedIn({ tokens: result });
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
    // Any provider may be tried with the demo, also one without DPoP.
    dpop: { required: false },
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

/** Whether the page was opened by a link or a provider's response, for a journey to continue. */
function isReturn() {
  return [...new URLSearchParams(location.search).keys()].some((name) => name !== 'journey');
}

/** Shows the form, which begins the chosen journey, or continues the one that has left the page. */
function showForm() {
  const hint = el('p', { className: 'hint', slot: 'footer' }, 'Try it as ', el('code', {}, 'demo'));
  hint.append(' with ', el('code', {}, 'Ch4ng3it!'));
  const properties = { journey: journeySelect.value, tokens: oidcClient, renderers };
  form = el('journey-form', properties, hint);
  form.addEventListener('step', ({ detail: { callbacks } }) => {
    hint.hidden = !callbacks.some(
      (callback) => callback.getOutputByName('prompt', '') === KNOWN[callback.getType()],
    );
  });
  form.addEventListener('success', ({ detail }) => signedIn(detail));
  form.addEventListener('failure', () => logEvent('Sign-in refused'));
  form.addEventListener('error', ({ detail }) => logEvent(`That did not work: ${detail.code}`));
  showView('Sign in', form, { hasJourneyChoice: true });
}

async function signedIn(success) {
  showSignedIn({ tokens: await oidcClient.token.get(), sessionToken: success.getSessionToken() });
}

function showSignedIn({ tokens, sessionToken }) {
  const view = renderSignedIn({ client: oidcClient, tokens, sessionToken, onSignedOut });
  announce('');
  showView('Signed in', view);
  view.querySelector('h2').focus();
}

async function onSignedOut(error) {
  if (error) return showError('Signed out here, but not everywhere', error);
  showForm();
  announce('Signed out');
}

function showError(title, error) {
  logEvent(`${title}: ${error.code}`);
  const view = el('div', { className: 'error' }, openAgain('Try again'));
  showView(title, view, { hasJourneyChoice: true });
  showAlert(title, ...describe(error));
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
  if (form?.isConnected) form.journey = journeySelect.value;
  else if (oidcClient) showForm();
}

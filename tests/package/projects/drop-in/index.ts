/** An app of the documented clients, in the style of their guides: nothing in it knows this package. */
import { callbackType, journey } from '@forgerock/journey-client';
import { Policy } from '@forgerock/journey-client/policy';
import type {
  BaseCallback,
  JourneyClient,
  JourneyResult,
  NameCallback,
  PasswordCallback,
  RequestMiddleware,
} from '@forgerock/journey-client/types';
import { WebAuthn, WebAuthnStepType } from '@forgerock/journey-client/webauthn';
import { oidc } from '@forgerock/oidc-client';
import type {
  GenericError,
  OauthTokens,
  OidcClient,
  OidcConfig,
} from '@forgerock/oidc-client/types';
import { wellknown } from './config.js';

const config: OidcConfig = {
  serverConfig: { wellknown },
  clientId: 'journey-oidc-demo',
  redirectUri: `${location.origin}/callback.html`,
  scope: 'openid profile email',
  responseType: 'code',
};

const tracking: RequestMiddleware = (req, action, next) => {
  if (action.type === 'JOURNEY_START') req.url.searchParams.set('locale', 'en');
  next();
};

const form = document.forms[0] as HTMLFormElement;
const output = document.querySelector('output') as HTMLOutputElement;

async function createClient(): Promise<OidcClient> {
  const client = await oidc({ config });
  if ('error' in client) throw new Error(client.error);
  return client;
}

async function walk(client: JourneyClient): Promise<JourneyResult> {
  let step = await client.start({ journey: 'Login' });
  while (step.type === 'Step') {
    if (WebAuthn.getWebAuthnStepType(step) !== WebAuthnStepType.None) throw new Error('A passkey?');
    step.callbacks.forEach(answer);
    step = await client.next(step);
  }
  return step;
}

function answer(callback: BaseCallback): void {
  const value = (name: string) => (form.elements.namedItem(name) as HTMLInputElement).value;
  switch (callback.getType()) {
    case callbackType.NameCallback:
      (callback as NameCallback).setName(value('username'));
      break;
    case callbackType.PasswordCallback:
      (callback as PasswordCallback).setPassword(value('password'));
  }
}

/** In the background: there is a session. */
async function authorize(client: OidcClient): Promise<OauthTokens> {
  const response = await client.authorize?.background();
  if (!response || 'error' in response) throw new Error(response?.error_description);
  const tokens = await client.token?.exchange(response.code, response.state);
  if (!tokens || 'error' in tokens) throw new Error(tokens?.error);
  return tokens;
}

async function showUser(client: OidcClient): Promise<void> {
  const user = await client.user?.info();
  if (user && 'sub' in user) output.value = String(user.sub);
  else showError(user as GenericError);
}

function showError({ error, message }: GenericError): void {
  output.value = `${error}: ${message}`;
}

async function signIn(): Promise<void> {
  const journeyClient = await journey({
    config: { serverConfig: config.serverConfig },
    requestMiddleware: [tracking],
  });
  const result = await walk(journeyClient);
  if (result.type === 'LoginFailure') {
    output.value = [result.getMessage(), ...Policy.parseErrors(result.payload)].join();
  } else if ('error' in result) {
    showError(result);
  } else {
    const client = await createClient();
    await authorize(client);
    await showUser(client);
  }
}

form.onsubmit = (event) => {
  event.preventDefault();
  signIn().catch((error) =>
    showError({ error: error.message, type: 'unknown_error' } as GenericError),
  );
};

form.onreset = async () => {
  const client = await createClient();
  const result = await client.user?.logout();
  output.value = result && 'error' in result ? result.error : 'signed out';
};

// Tokens from an earlier visit.
const client = await createClient();
const tokens = await client.token?.get();
if (tokens && !('error' in tokens)) await showUser(client);
document.body.dataset.started = 'yes';

/** What each page does with the package, whichever entry it comes from. */
import { wellknown } from './config.js';

const config = {
  serverConfig: { wellknown },
  clientId: 'journey-oidc-demo',
  redirectUri: `${location.origin}/callback.html`,
  scope: 'openid profile email',
};

const [form] = document.forms;
const output = document.querySelector('output');

/** @param {typeof import('journey-oidc')} sdk */
export function startApp({ journeyClient, oidc }) {
  let client;
  form.onsubmit = async (event) => {
    event.preventDefault();
    await journeyClient.configure({ config });
    let step = await journeyClient.start();
    while (step?.type === 'Step') {
      step.getCallbackOfType('NameCallback').setName(form.username.value);
      step.getCallbackOfType('PasswordCallback').setPassword(form.password.value);
      step = await journeyClient.next(step);
    }
    client = await oidc({ config });
    if ('error' in client) return show(client);
    const tokens = await client.token.get({ backgroundRenew: true });
    show('error' in tokens ? tokens : await client.user.info());
  };
  form.onreset = async () => show(await client.user.logout());
  if (location.search === '?again') again();

  /** The page of a user who is signed in. */
  async function again() {
    await journeyClient.configure({ config });
    client = await oidc({ config });
    const tokens = await client.token.get();
    show(tokens.accessToken ? { sub: 'demo' } : tokens);
  }
}

function show(result) {
  output.value = result.sub ?? JSON.stringify(result);
}

import 'journey-oidc/form';
import 'journey-oidc/form.css';
import { oidc } from 'journey-oidc';
import { config } from './config.js';

const form = document.querySelector('journey-form');
const signedIn = oidc({ config });

form.client = { config: { serverConfig: config.serverConfig } };
form.tokens = signedIn;
form.addEventListener('success', showAccount);

/** In place of the form: who is signed in, and the way out. */
async function showAccount() {
  const client = await signedIn;
  const user = document.createElement('output');
  const button = Object.assign(document.createElement('button'), { textContent: 'Sign out' });
  button.addEventListener('click', async () => {
    const result = await client.user.logout();
    if ('error' in result) user.textContent = result.message;
    else location.reload();
  });
  form.replaceWith(user, button);
  user.textContent = (await client.user.claims()).sub;
}

import 'journey-oidc/form';
import 'journey-oidc/form.css';
import { oidc } from 'journey-oidc';
import { config } from './config.js';

const form = document.querySelector('journey-form');
const signedIn = oidc({ config });

form.client = { config: { serverConfig: config.serverConfig } };
form.tokens = signedIn;
form.addEventListener('success', showAccount);

/** In place of the form: who is signed in, and the way out, which every tab follows. */
async function showAccount() {
  const client = await signedIn;
  const user = document.createElement('output');
  const button = document.createElement('button');
  button.textContent = 'Sign out';
  button.onclick = () => client.user.logout();
  client.subscribe(({ type }) => {
    if (type !== 'signed_out') return;
    user.textContent = 'Signed out';
    button.textContent = 'Sign in again';
    button.onclick = () => location.reload();
  });
  form.replaceWith(user, button);
  user.textContent = (await client.user.claims()).sub;
}

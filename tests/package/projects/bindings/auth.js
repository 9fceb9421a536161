import { createSignIn } from 'journey-oidc/state';
import { wellknown } from './config.js';

/** On a server there is no location. */
const { origin = 'https://app.example' } = globalThis.location ?? {};

export const createAuth = () =>
  createSignIn({
    config: {
      serverConfig: { wellknown },
      clientId: 'journey-oidc-demo',
      redirectUri: `${origin}/callback.html`,
      scope: 'openid profile email',
    },
  });

/** What hydrates late, when the page has long known who is signed in: the test says when. */
export const late = globalThis.document
  ? new Promise((resolve) => {
      globalThis.hydrateLate = resolve;
    })
  : Promise.resolve();

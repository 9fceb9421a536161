import { createSignIn } from 'journey-oidc/state';
import { wellknown } from './config.js';

/** On a server there is no location. */
const { origin = 'https://app.example' } = globalThis.location ?? {};

/** The sign-in of a page. */
export const createAuth = (page) =>
  createSignIn({
    ...(page === 'hooks' && { oidc: async () => OFFLINE }),
    config: {
      serverConfig: { wellknown },
      clientId: 'journey-oidc-demo',
      redirectUri: `${origin}/${page === 'signed-in' ? page : 'callback'}.html`,
      scope: 'openid profile email',
    },
    onSignedIn({ appState }) {
      globalThis.completed = [...(globalThis.completed ?? []), appState];
    },
  });

const OFFLINE = { error: 'x', code: 'offline', type: 'network_error', message: 'No network' };

let starts = 0;

/** A journey client whose steps say what started them, and how many there were. */
export const scripted = {
  async start({ journey, query }) {
    starts += 1;
    const authId = [journey, query?.locale, starts].join(' ');
    return { type: 'Step', payload: { authId }, callbacks: [] };
  },
};

/** A journey client without a network. */
export const failing = { start: async () => OFFLINE };

/** What hydrates late, when the page has long known who is signed in: the test says when. */
export const late = globalThis.document
  ? new Promise((resolve) => {
      globalThis.hydrateLate = resolve;
    })
  : Promise.resolve();

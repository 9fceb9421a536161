'use client';

import { SignInProvider } from 'journey-oidc/react';
import { createSignIn } from 'journey-oidc/state';
import { wellknown } from '../../config.js';

/** A server has no location. */
const { origin = 'https://app.example' } = globalThis.location ?? {};

const auth = createSignIn({
  config: {
    serverConfig: { wellknown },
    clientId: 'journey-oidc-demo',
    redirectUri: `${origin}/callback.html`,
    scope: 'openid profile email',
  },
});

export function Providers({ children }) {
  return <SignInProvider signIn={auth}>{children}</SignInProvider>;
}

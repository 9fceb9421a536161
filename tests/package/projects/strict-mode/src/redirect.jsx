import { Protected, SignInProvider, useSignIn } from 'journey-oidc/react';
import { createSignIn } from 'journey-oidc/state';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { config } from './config.js';

const auth = createSignIn({
  config,
  onSignedIn: ({ appState }) => {
    document.title = appState;
  },
});

function Welcome() {
  const { signIn } = useSignIn();
  return (
    <button type="button" onClick={() => signIn({ appState: 'Back' })}>
      Use the provider's page
    </button>
  );
}

function Account() {
  const { claims, signOut } = useSignIn();
  return (
    <>
      <output>{claims?.sub}</output>
      <button type="button" onClick={() => signOut()}>
        Sign out
      </button>
    </>
  );
}

createRoot(document.getElementById('app')).render(
  <StrictMode>
    <SignInProvider signIn={auth}>
      <Protected fallback={<Welcome />}>
        <Account />
      </Protected>
    </SignInProvider>
  </StrictMode>,
);

import { useState } from 'react';
import { SignIn } from './SignIn.jsx';
import { useAuth } from './useAuth.js';

export function App() {
  const { client, user, error, isLoading, isSignedOut } = useAuth();
  if (isLoading) return <p>One moment …</p>;
  return (
    <>
      <h1>React and journey-oidc</h1>
      {error && <p role="alert">{error.message}</p>}
      {client && !user && (isSignedOut ? <Goodbye client={client} /> : <Welcome client={client} />)}
      {user && (
        <p>
          Signed in as <output>{user.sub}</output>.{' '}
          <button type="button" onClick={() => client.user.logout()}>
            Sign out
          </button>
        </p>
      )}
    </>
  );
}

/** Two ways in: a journey on this page, and the provider's own page. */
function Welcome({ client }) {
  return (
    <>
      <SignIn oidcClient={client} />
      <button type="button" onClick={() => client.authorize.redirect()}>
        Use the provider's page
      </button>
    </>
  );
}

/** No journey by itself: the provider's session may still be ending, and would sign in again. */
function Goodbye({ client }) {
  const [isBack, setIsBack] = useState(false);
  if (isBack) return <Welcome client={client} />;
  return (
    <p>
      You are signed out.{' '}
      <button type="button" onClick={() => setIsBack(true)}>
        Sign in again
      </button>
    </p>
  );
}

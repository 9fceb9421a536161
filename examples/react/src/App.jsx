import { home } from './config.js';
import { SignIn } from './SignIn.jsx';
import { useAuth } from './useAuth.js';

export function App() {
  const { client, user, error, isLoading } = useAuth();
  if (isLoading) return <p>One moment …</p>;
  return (
    <>
      <h1>React and journey-oidc</h1>
      {error && <p role="alert">{error.message}</p>}
      {client && !user && <Welcome client={client} />}
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
      <button type="button" onClick={() => client.authorize.redirect({ redirectUri: home })}>
        Use the provider's page
      </button>
    </>
  );
}

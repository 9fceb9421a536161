import { JourneyForm, Protected, SignInProvider, useJourney, useSignIn } from 'journey-oidc/react';
import { lazy, StrictMode, Suspense, useState } from 'react';
import { late } from './auth.js';

function Status() {
  const { status } = useSignIn();
  return <p id="late">{status}</p>;
}

const Late = lazy(() => late.then(() => ({ default: Status })));

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

/** Begins the form again at each of its events, if the properties that are made anew did that. */
function Form() {
  const [events, setEvents] = useState([]);
  const add = (name) => () => setEvents((earlier) => [...earlier, name]);
  return (
    <>
      <JourneyForm
        journey="Login"
        query={{ locale: 'en' }}
        messages={{ refused: 'Not you' }}
        onStep={add('step')}
        onSuccess={add('success')}
        onFailure={add('failure')}
        onError={add('error')}
      />
      <pre>{events.join(' ')}</pre>
    </>
  );
}

function OwnFields() {
  const { step, submit, pending, error, failure } = useJourney({
    journey: 'Login',
    query: { locale: 'en' },
  });
  const onSubmit = (event) => {
    event.preventDefault();
    const answers = new FormData(event.currentTarget);
    step.setCallbackValue('NameCallback', answers.get('username'));
    step.setCallbackValue('PasswordCallback', answers.get('password'));
    submit();
  };
  return (
    <form onSubmit={onSubmit}>
      <p>{error?.message ?? failure?.getMessage()}</p>
      <input name="username" aria-label="User Name" />
      <input name="password" aria-label="Password" />
      <button type="submit" disabled={pending}>
        Sign in
      </button>
    </form>
  );
}

export function App({ auth, page }) {
  return (
    <StrictMode>
      <SignInProvider signIn={auth}>
        <Suspense fallback={<p>Later</p>}>
          <Late />
        </Suspense>
        {page === 'form' && <Form />}
        <Protected loading={<p>One moment</p>} fallback={page === 'own' && <OwnFields />}>
          <Account />
        </Protected>
      </SignInProvider>
    </StrictMode>
  );
}

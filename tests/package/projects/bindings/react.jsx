import {
  JourneyForm,
  Protected,
  SignInProvider,
  useJourney,
  useSignIn,
  useToken,
} from 'journey-oidc/react';
import { lazy, StrictMode, Suspense, useEffect, useState } from 'react';
import { failing, late, scripted } from './auth.js';

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

/** As in docs/react.md. */
function Redirect() {
  const { signIn } = useSignIn();
  useEffect(() => {
    signIn({ appState: location.pathname }).then((failure) => {
      if (failure) throw new Error(failure.message);
    });
  }, [signIn]);
  return null;
}

function Hooks() {
  const getToken = useToken();
  const [options, setOptions] = useState({ journey: 'One' });
  const { step, restart } = useJourney({ ...options, client: scripted });
  const [codes, setCodes] = useState([]);
  const add = ({ code }) => setCodes((earlier) => [...earlier, code]);
  const change = (more) => () => setOptions({ ...options, ...more });
  return (
    <>
      <pre id="step">{step?.payload.authId}</pre>
      <pre id="codes">{codes.join(' ')}</pre>
      <button type="button" onClick={restart}>
        Restart
      </button>
      <button type="button" onClick={change({ journey: 'Two' })}>
        Journey
      </button>
      <button type="button" onClick={change({ query: { locale: 'de' } })}>
        Query
      </button>
      <button type="button" onClick={() => getToken().then(add)}>
        Token
      </button>
      <JourneyForm client={failing} onError={add} />
    </>
  );
}

const FALLBACKS = { own: <OwnFields />, 'signed-in': <Redirect />, hooks: <p>Fallback</p> };

const again = ({ error, signIn }) => (
  <button type="button" onClick={signIn}>
    After {error?.code}
  </button>
);

export function App({ auth, page }) {
  return (
    <StrictMode>
      <SignInProvider signIn={auth}>
        <Suspense fallback={<p>Later</p>}>
          <Late />
        </Suspense>
        {page === 'form' && <Form />}
        {page === 'hooks' && <Hooks />}
        <Protected
          loading={<p>One moment</p>}
          fallback={FALLBACKS[page]}
          again={page === 'hooks' ? again : undefined}
        >
          <Account />
        </Protected>
      </SignInProvider>
    </StrictMode>
  );
}

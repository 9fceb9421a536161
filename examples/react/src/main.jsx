import { JourneyForm, Protected, SignInProvider, useFetch, useSignIn } from 'journey-oidc/react';
import { createSignIn } from 'journey-oidc/state';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'journey-oidc/form.css';

const { VITE_WELLKNOWN: wellknown, VITE_API: api } = import.meta.env;
const redirectUri = `${location.origin}/callback.html`;
const registration = { clientId: 'journey-oidc-demo', redirectUri, scope: 'openid profile email' };
const config = { serverConfig: { wellknown }, ...registration, apiOrigins: [new URL(api).origin] };
const auth = createSignIn({ config });

function Account() {
  const { claims, signOut } = useSignIn();
  const fetch = useFetch();
  const [orders, setOrders] = useState('');
  useEffect(() => {
    const load = async () => setOrders(await (await fetch(api)).text());
    load().catch((error) => setOrders(error.message));
  }, [fetch]);
  return (
    <>
      <output>{claims?.sub}</output>
      <pre>{orders}</pre>
      <button type="button" onClick={() => signOut()}>
        Sign out
      </button>
    </>
  );
}

createRoot(document.getElementById('app')).render(
  <StrictMode>
    <SignInProvider signIn={auth}>
      <Protected fallback={<JourneyForm journey="Login" />}>
        <Account />
      </Protected>
    </SignInProvider>
  </StrictMode>,
);

'use client';

import { useEffect, useState } from 'react';
import { wellknown } from '../config.js';

const createConfig = () => ({
  serverConfig: { wellknown },
  clientId: 'journey-oidc-demo',
  redirectUri: `${location.origin}/callback.html`,
  scope: 'openid profile email',
});

/** Signs in by a journey. */
async function signIn({ journeyClient, oidc }, form) {
  const config = createConfig();
  await journeyClient.configure({ config });
  let step = await journeyClient.start();
  while (step?.type === 'Step') {
    step.getCallbackOfType('NameCallback').setName(form.get('username'));
    step.getCallbackOfType('PasswordCallback').setPassword(form.get('password'));
    step = await journeyClient.next(step);
  }
  const client = await oidc({ config });
  if ('error' in client) throw new Error(client.message);
  const tokens = await client.token.get({ backgroundRenew: true });
  if ('error' in tokens) throw new Error(tokens.message);
  return client;
}

/** What the page of a user shows who is signed in. */
async function again({ journeyClient, oidc }) {
  const config = createConfig();
  await journeyClient.configure({ config });
  const client = await oidc({ config });
  const { accessToken } = await client.token.get();
  return { client, user: accessToken && { sub: 'demo' } };
}

/** A page, with the factories of either entry. */
export function SignIn({ sdk }) {
  const [{ client, user }, setState] = useState({});

  useEffect(() => {
    if (location.search === '?again') again(sdk).then(setState);
  }, [sdk]);

  async function onSubmit(event) {
    event.preventDefault();
    const client = await signIn(sdk, new FormData(event.target));
    setState({ client, user: await client.user.info() });
  }

  async function onSignOut() {
    await client.user.logout();
    setState({});
  }

  return (
    <form onSubmit={onSubmit}>
      <label>
        User Name <input name="username" />
      </label>
      <label>
        Password <input name="password" type="password" />
      </label>
      <button type="submit">Sign in</button>
      <button type="button" onClick={onSignOut}>
        Sign out
      </button>
      <output>{user?.sub}</output>
    </form>
  );
}

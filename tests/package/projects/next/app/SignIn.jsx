'use client';

import { useState } from 'react';
import { wellknown } from '../config.js';

/** Signs in by a journey. */
async function signIn({ journeyClient, oidc }, config, form) {
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

/** A page, with the factories of either entry. */
export function SignIn({ sdk }) {
  const [{ client, user }, setState] = useState({});

  async function onSubmit(event) {
    event.preventDefault();
    const config = {
      serverConfig: { wellknown },
      clientId: 'journey-oidc-demo',
      redirectUri: `${location.origin}/callback.html`,
      scope: 'openid profile email',
    };
    const client = await signIn(sdk, config, new FormData(event.target));
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

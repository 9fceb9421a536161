import { journey } from 'journey-oidc';
import { useEffect, useState } from 'react';
import { config } from './config.js';

const created = journey({ config });
// A failure is shown by the component that waits for the client.
created.catch(() => {});

/** Walks the provider's default journey, then gets tokens. */
export function SignIn({ oidcClient }) {
  const [{ step, message }, setState] = useState({});

  useEffect(() => {
    let isGone = false;
    start(oidcClient)
      .catch((error) => ({ message: error.message }))
      .then((state) => !isGone && setState(state));
    return () => {
      isGone = true;
    };
  }, [oidcClient]);

  async function onSubmit(event) {
    event.preventDefault();
    const client = await created;
    setState(await follow(await client.next(step), oidcClient));
  }

  return (
    <form onSubmit={onSubmit}>
      {step?.callbacks.map((callback) => (
        <Field key={callback.payload.input?.[0].name} callback={callback} />
      ))}
      <button type="submit" disabled={!step}>
        Sign in
      </button>
      {message && <p role="alert">{message}</p>}
    </form>
  );
}

async function start(oidcClient) {
  const client = await created;
  return follow(await client.start(), oidcClient);
}

/** What to show after a result: the next step, or what went wrong. */
async function follow(result, oidcClient) {
  if (result.type === 'Step') return { step: result };
  if (result.type === 'LoginFailure') {
    return { ...(await start(oidcClient)), message: result.getMessage() };
  }
  if ('error' in result) return { message: result.message };
  const tokens = await oidcClient.token.get({ backgroundRenew: true });
  return 'error' in tokens ? { message: tokens.message } : {};
}

/** The two callbacks of a plain sign-in; docs/callbacks.md has the others. */
function Field({ callback }) {
  const type = { NameCallback: 'text', PasswordCallback: 'password' }[callback.getType()];
  if (!type) return <p>This example has no field for a {callback.getType()}.</p>;
  return (
    <label>
      {callback.getPrompt()}{' '}
      <input type={type} onChange={({ target }) => callback.setInputValue(target.value)} />
    </label>
  );
}

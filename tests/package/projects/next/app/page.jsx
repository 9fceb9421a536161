import { createCallback, journey, oidc } from 'journey-oidc';
import { Policy } from 'journey-oidc/policy';
import { wellknown } from '../config.js';

// Rendered by the server, for each request.
export const dynamic = 'force-dynamic';

const config = { serverConfig: { wellknown }, clientId: 'app', redirectUri: '/', scope: 'openid' };

/** What works on a server works, and the factories say that they don't. */
export default async function Page() {
  const client = await oidc({ config });
  const thrown = await journey({ config }).catch((error) => error);
  const output = [{ name: 'prompt', value: 'User Name' }];
  const callback = createCallback({ type: 'NameCallback', output });
  return (
    <ul>
      <li>{client.code}</li>
      <li>{thrown.code}</li>
      <li>{callback.getPrompt()}</li>
      <li>{Policy.parsePolicyRequirement('Name', 'REQUIRED')}</li>
    </ul>
  );
}

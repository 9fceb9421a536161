/** A flow of two levels of assurance, for the client `step-up`: the password, and the password again. */
import { administer } from './support.js';

const FLOW = 'two-levels';

/** The executions below each flow, in order. */
const EXECUTIONS = {
  [FLOW]: [
    { provider: 'auth-cookie', requirement: 'ALTERNATIVE' },
    { alias: 'levels', requirement: 'ALTERNATIVE' },
  ],
  levels: [1, 2].map((level) => ({ alias: `level ${level}`, requirement: 'CONDITIONAL' })),
  'level 1': level(1, 'auth-username-password-form'),
  'level 2': level(2, 'auth-password-form'),
};

function level(number, authenticator) {
  const config = { 'loa-condition-level': String(number), 'loa-max-age': '36000' };
  return [
    { provider: 'conditional-level-of-authentication', requirement: 'REQUIRED', config },
    { provider: authenticator, requirement: 'REQUIRED' },
  ];
}

/** Creates the flow, and makes it the client's. */
export async function createStepUpFlow() {
  const flows = 'authentication/flows';
  const json = { alias: FLOW, providerId: 'basic-flow', topLevel: true, builtIn: false };
  await administer(flows, { json });
  for (const [flow, executions] of Object.entries(EXECUTIONS)) {
    const path = `${flows}/${encodeURIComponent(flow)}/executions`;
    for (const { alias, provider, requirement, config } of executions) {
      const json = alias
        ? { alias, type: 'basic-flow', provider: 'registration-page-form' }
        : { provider };
      await administer(`${path}/${alias ? 'flow' : 'execution'}`, { json });
      const all = await administer(path);
      const created = all.findLast((row) =>
        alias ? row.displayName === alias : row.providerId === provider,
      );
      await administer(path, { method: 'PUT', json: { ...created, requirement } });
      if (config) {
        const named = { alias: `${flow} ${provider}`, config };
        await administer(`authentication/executions/${created.id}/config`, { json: named });
      }
    }
  }
  const { id } = (await administer(flows)).find(({ alias }) => alias === FLOW);
  const [client] = await administer('clients?clientId=step-up');
  const bound = { ...client, authenticationFlowBindingOverrides: { browser: id } };
  await administer(`clients/${client.id}`, { method: 'PUT', json: bound });
}

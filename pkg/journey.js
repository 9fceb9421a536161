import { asFailure, failure } from './failure.js';
import { load } from './load.js';
import { createResult } from './step.js';

/** @type {typeof import('./index.js').journey} */
export async function journey(input) {
  /** @type {any} */
  let client;
  try {
    client = await (await load()).createJourney(input);
  } catch (thrown) {
    client = asFailure(thrown);
  }
  if ('error' in client) {
    throw Object.assign(new Error(client.message), client);
  }
  return {
    start: async (options) => createResult(await client.start(options)),
    next: async (step, options) => createResult(await client.next(step?.payload, options)),
    terminate: (options) => client.terminate(options),
  };
}

/** @type {Promise<import('./index.js').JourneyClient | undefined>} */
let configured = Promise.resolve(undefined);

/** @type {typeof import('./index.js').journeyClient} */
export const journeyClient = {
  configure(input) {
    const previous = configured;
    const attempt = journey(input);
    configured = attempt.catch(() => previous);
    return attempt.then(
      () => undefined,
      ({ error, code, type, message, error_description, status, cause }) => ({
        ...asFailure({ error, code, type, message, error_description }),
        ...(status !== undefined && { status }),
        ...(cause !== undefined && { cause }),
      }),
    );
  },
  start: async (options) => (await configured)?.start(options) ?? notConfigured(),
  next: async (step, options) => (await configured)?.next(step, options) ?? notConfigured(),
  async terminate(options) {
    const client = await configured;
    return client ? client.terminate(options) : notConfigured();
  },
};

function notConfigured() {
  return failure(
    'not_configured',
    'not_configured',
    'state_error',
    'Call journeyClient.configure({ config }) first.',
  );
}

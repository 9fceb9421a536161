import { create } from './create.js';
import { failure } from './failure.js';
import { createResult } from './step.js';

/** @type {typeof import('./index.js').journey} */
export async function journey(input) {
  const client = await createClient(input);
  if ('error' in client) {
    throw Object.assign(new Error(client.message), client);
  }
  return client;
}

/**
 * @param {import('./index.js').JourneyInput} input
 * @returns {Promise<import('./index.js').JourneyClient | import('./index.js').GenericError>}
 */
async function createClient(input) {
  const client = await create('createJourney', () => input);
  if ('error' in client) {
    return client;
  }
  const toResult = resultMaker(input.config.callbackFactory);
  return {
    start: async (options) => toResult(await client.start(options)),
    next: async (step, options) => toResult(await client.next(step, options)),
    terminate: (options) => client.terminate(options),
  };
}

/**
 * Makes results of what the core returns. A factory that throws must not make the call reject.
 *
 * @param {import('./index.js').CallbackFactory} [factory]
 */
function resultMaker(factory) {
  /** @param {any} result */
  return (result) => {
    try {
      return createResult(result, factory);
    } catch (cause) {
      const name = 'callback_factory_failed';
      return { ...failure(name, name, 'argument_error', `callbackFactory threw: ${cause}`), cause };
    }
  };
}

/** @type {Promise<import('./index.js').JourneyClient | undefined>} */
let configured = Promise.resolve(undefined);

/** @type {typeof import('./index.js').journeyClient} */
export const journeyClient = {
  async configure(input) {
    const previous = configured;
    const attempt = createClient(input);
    configured = attempt.then((client) => ('error' in client ? previous : client));
    const client = await attempt;
    return 'error' in client ? client : undefined;
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

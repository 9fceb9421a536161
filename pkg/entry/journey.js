import { create, snapshot } from './create.js';
import { askingEarly, takeEarly } from './early.js';
import { createEvents } from './events.js';
import { asFailure, failure } from './failure.js';
import { createLater, isSomebodySignedIn } from './later.js';
import { load } from './load.js';
import { isSigningOut, signOut, signOutsBegun, terminateLocally } from './sign-out.js';

/**
 * `journey()` of an entry.
 *
 * @param {import('./load.js').Source} source
 * @param {import('../index.js').JourneyInput<any>} input
 */
export async function createJourney(source, input) {
  const client = await createClient(source, snapshot(input));
  if ('error' in client) {
    throw Object.assign(new Error(client.message), client);
  }
  return client;
}

/**
 * @param {import('./load.js').Source} source
 * @param {import('../index.js').JourneyInput<any>} input
 * @returns {Promise<import('../index.js').JourneyClient | import('../index.js').GenericError>}
 */
async function createClient(source, input) {
  const make = () => ({ ...input, early: takeEarly });
  const client = await askingEarly('core', input, () => create(source, 'createJourney', make));
  if ('error' in client) return client;
  const complete = () => load(source, 'oidc').then(() => client, asFailure);
  // While the first step is on its way, and the user types.
  complete();
  return {
    ...client,
    /** @param {import('../index.js').StartParam} [options] */
    async start(options) {
      if (isSigningOut()) await signOutsBegun();
      return client.start(options);
    },
    /** @param {import('../index.js').NextOptions} [options] */
    terminate: (options) => endSession(complete, input?.config, options),
  };
}

/**
 * `journeyClient` of an entry.
 *
 * @param {import('./load.js').Source} source
 * @returns {typeof import('../index.js').journeyClient}
 */
export function createJourneyClient(source) {
  /**
   * Gives the client that is configured; `undefined` or an error value where there is none.
   *
   * @type {() => Promise<any>}
   */
  let connect = async () => undefined;
  /** The argument of the last `configure()`. @type {any} */
  let latest;
  /** @type {import('../index.js').JourneyClient | undefined} */
  let current;
  const listeners = createEvents();
  /** @type {(() => void) | undefined} */
  let unsubscribe;

  const connected = async () => {
    const from = connect;
    const client = await from();
    const isLatest = from === connect;
    if (isLatest && client && client !== current && !('error' in client)) {
      unsubscribe?.();
      unsubscribe = client.subscribe(listeners.tell);
      current = client;
    }
    return client ?? notConfigured();
  };

  /** @param {(client: import('../index.js').JourneyClient) => any} call */
  const whenConfigured = async (call) => {
    const client = await connected();
    return 'error' in client ? client : call(client);
  };

  return {
    async configure(argument) {
      const input = snapshot(argument);
      latest = input;
      const later = createLater(() => createClient(source, input));
      const isLater = input?.preload === undefined ? isSomebodySignedIn() : !input.preload;
      if (isLater) {
        // Nothing of the former client's is this one's.
        unsubscribe?.();
        unsubscribe = undefined;
        current = undefined;
        connect = later.open;
        return undefined;
      }
      const [previous, attempt] = [connect, later.open()];
      connect = async () => {
        const client = await attempt;
        return 'error' in client ? previous() : client;
      };
      await connected();
      const client = await attempt;
      return 'error' in client ? client : undefined;
    },
    start: (options) => whenConfigured((client) => client.start(options)),
    next: (step, options) => whenConfigured((client) => client.next(step, options)),
    redirect: (step, options) => whenConfigured((client) => client.redirect(step, options)),
    resume: (url, options) => whenConfigured((client) => client.resume(url, options)),
    poll: (step, options) => whenConfigured((client) => client.poll(step, options)),
    terminate: (options) => endSession(connected, latest?.config, options),
    getState: () => current?.getState(),
    // It may be called before `configure()`.
    subscribe: (listener) => listeners.add(listener),
    session: {
      get: () => current?.session.get(),
      info: (options) => whenConfigured((client) => client.session.info(options)),
    },
  };
}

/**
 * `terminate()`, which removes what it can even where the core can't be loaded.
 *
 * @param {() => Promise<any>} open
 * @param {any} config
 * @param {any} options
 */
function endSession(open, config, options) {
  return signOut(
    open,
    (client) => client.terminate(options),
    (error) => {
      terminateLocally(config);
      return error;
    },
  );
}

function notConfigured() {
  return failure(
    'not_configured',
    'not_configured',
    'state_error',
    'Call journeyClient.configure({ config }) first.',
  );
}

/** The journey client as it is documented, on a handle of the core. */
import { createEvents } from '../entry/events.js';
import { createCalls } from './calls.js';
import { payloadOf } from './payload.js';
import { poll } from './poll.js';
import { redirect } from './redirect.js';

/**
 * @param {any} client
 * @param {(result: any) => any} toResult makes what the app gets of what the core returns
 * @returns {import('../index.js').JourneyClient}
 */
export function createJourneyMethods(client, toResult) {
  const events = createEvents();
  /** @type {import('../index.js').JourneyResult | undefined} */
  let state;
  const calls = createCalls((result) => {
    state = result;
    events.tell({ type: 'error' in result ? 'error' : result.type, result });
  });

  /**
   * @param {unknown} key
   * @param {{ signal?: AbortSignal } | undefined} options
   * @param {(options: object) => Promise<any>} begin
   */
  const share = (key, options, begin) =>
    calls.share(key, options?.signal, () =>
      begin({ ...options, signal: undefined }).then(toResult),
    );

  /** @type {import('../index.js').JourneyClient['next']} */
  const next = (step, options) => {
    calls.keep();
    const payload = payloadOf(step);
    const key = keyOf(() => ['next', payload, options?.query]);
    return share(key, options, (rest) => client.next(payload, rest));
  };

  return {
    subscribe: events.add,
    getState: () => state,
    start: async (options) => {
      calls.keep();
      return share({}, options, (rest) => client.start(rest));
    },
    next,
    redirect: (step, options) => redirect(client, step, options),
    resume: (url, options) => {
      let href;
      try {
        // Only a string may be relative. Any other value that is not a URL must throw.
        ({ href } = new URL(url, typeof url === 'string' ? location.href : undefined));
      } catch (thrown) {
        return Promise.reject(thrown);
      }
      // React's StrictMode resumes a URL twice, the second time perhaps after the result.
      calls.keep(href);
      return share(href, options, (rest) => client.resume(href, rest).then(throwAsDocumented));
    },
    poll: (step, options) => poll(next, step, options),
    terminate: async (options) => {
      calls.drop();
      const failure = await client.terminate(options);
      state = undefined;
      events.tell({ type: 'terminated', result: failure });
      return failure;
    },
    session: {
      get: () => client.session(),
      info: (options) => client.sessionInfo(options),
    },
  };
}

/**
 * The JSON text of a value, as a key. A value that can't be serialised gets a key of its own.
 *
 * @param {() => unknown} read
 */
function keyOf(read) {
  try {
    return JSON.stringify(read());
  } catch {
    return {};
  }
}

/** @param {any} result */
function throwAsDocumented(result) {
  if (result.error === 'resume_failed') throw Object.assign(new Error(result.message), result);
  return result;
}

import { create } from './create.js';
import { askingEarly, takeEarly } from './early.js';
import { createEvents } from './events.js';
import { failure } from './failure.js';
import { createResult } from './step.js';

/**
 * `journey()` of an entry.
 *
 * @param {import('./load.js').Source} source
 * @param {import('./index.js').JourneyInput<any>} input
 */
export async function createJourney(source, input) {
  const client = await createClient(source, input);
  if ('error' in client) {
    throw Object.assign(new Error(client.message), client);
  }
  return client;
}

/**
 * @param {import('./load.js').Source} source
 * @param {import('./index.js').JourneyInput<any>} input
 * @returns {Promise<import('./index.js').JourneyClient | import('./index.js').GenericError>}
 */
async function createClient(source, input) {
  const make = () => ({ ...input, early: takeEarly });
  const client = await askingEarly(input, () => create(source, 'createJourney', make));
  if ('error' in client) {
    return client;
  }
  const events = createEvents();
  /** @type {import('./index.js').JourneyResult | undefined} */
  let state;
  /** @param {any} result */
  const changed = (result) => {
    state = result;
    events.tell({ type: 'error' in result ? 'error' : result.type, result });
  };
  const toResult = resultMaker(input.config.callbackFactory);
  /** The calls under way, and what came of the URL in `resumed`. @type {Map<unknown, any>} */
  const calls = new Map();
  /** The URL that was last gone on with: StrictMode asks for it twice, also when it has come. */
  let resumed = '';
  const goOn = () => {
    calls.delete(resumed);
    resumed = '';
  };
  /** What was asked before `terminate()` changes nothing after it. */
  let terminations = 0;

  /**
   * A call that comes to its end whatever the callers' signals say, and is one for all who ask the same
   * meanwhile: the same promise, for those without a signal.
   *
   * @param {unknown} key
   * @param {{ signal?: AbortSignal } | undefined} options
   * @param {(options: object) => Promise<any>} begin
   * @returns {Promise<any>}
   */
  const ask = (key, options, begin) =>
    until(options?.signal, () => {
      let call = calls.get(key);
      if (!call) {
        const result = begin({ ...options, signal: undefined }).then(toResult);
        call = { result, isTold: false, terminations };
        calls.set(key, call);
        /** @param {any} [result] */
        const end = (result) => {
          const isKept = key === resumed && result && !('error' in result);
          if (!isKept && calls.get(key) === call) calls.delete(key);
        };
        result.then(end, () => end());
      }
      /** Before the caller, who waits for `told`; not for who has given up. @param {any} result */
      const hear = (result) => {
        if (call.isTold || call.terminations !== terminations || options?.signal?.aborted) return;
        call.isTold = true;
        changed(result);
      };
      call.result.then(hear, () => {});
      call.told ??= call.result.then((/** @type {any} */ result) => result);
      return call.told;
    });

  /** @type {import('./index.js').JourneyClient} */
  const methods = {
    subscribe: events.add,
    getState: () => state,
    start: async (options) => {
      goOn();
      return ask({}, options, (rest) => client.start(rest));
    },
    next: (step, options) => {
      goOn();
      const key = textOf(() => ['next', step.payload, options?.query]);
      return ask(key, options, (rest) => client.next(step, rest));
    },
    redirect: (step, options) => leave(client, step, options),
    resume: (url, options) => {
      let href;
      try {
        // Only a text can be relative: what is no URL is none.
        ({ href } = new URL(url, typeof url === 'string' ? location.href : undefined));
      } catch (thrown) {
        return Promise.reject(thrown);
      }
      if (resumed !== href) goOn();
      resumed = href;
      return ask(href, options, (rest) => client.resume(href, rest).then(throwAsDocumented));
    },
    poll: (step, options) => poll(methods.next, step, options),
    terminate: async (options) => {
      terminations += 1;
      calls.clear();
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
  return methods;
}

/**
 * What `begin` comes to, or the error `aborted`.
 *
 * @param {AbortSignal | undefined} signal
 * @param {() => Promise<any>} begin
 * @returns {Promise<any>}
 */
function until(signal, begin) {
  if (!signal) return begin();
  return new Promise((resolve, reject) => {
    const giveUp = () => resolve(aborted());
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp);
    const unlisten = () => signal.removeEventListener('abort', giveUp);
    begin().then(resolve, reject).finally(unlisten);
  });
}

/**
 * A text by which the same data is known; what has none is like nothing else.
 *
 * @param {() => unknown} read
 */
function textOf(read) {
  try {
    return JSON.stringify(read());
  } catch {
    return {};
  }
}

/**
 * @param {any} client
 * @param {any} step
 * @param {import('./index.js').RedirectOptions} [options]
 */
async function leave(client, step, options) {
  const callback = step.getCallbackOfType('RedirectCallback');
  if (!callback) throw new Error('RedirectCallback not found on step');
  const url = callback.getRedirectUrl?.() ?? callback.getOutputByName?.('redirectUrl', '');
  if (typeof url !== 'string' || !url) {
    throw new Error('Redirect URL not found on RedirectCallback');
  }
  const isForm = callback.getOutputByName?.('redirectMethod', 'GET') === 'POST';
  const form = isForm ? callback.getOutputByName('redirectData', {}) : undefined;
  return (await client.redirect(step, url, form, options)) ?? undefined;
}

/** @param {any} result */
function throwAsDocumented(result) {
  if (result.error === 'resume_failed') throw Object.assign(new Error(result.message), result);
  return result;
}

/** A step that doesn't say how long to wait is waited for so long, in milliseconds. */
const DEFAULT_WAIT = 8000;

/**
 * Waits as the step says and submits it, until it is no polling step any more.
 *
 * @param {import('./index.js').JourneyClient['next']} next
 * @param {any} step
 * @param {import('./index.js').PollOptions} [options]
 */
async function poll(next, step, options = {}) {
  let result = step;
  while (result.type === 'Step') {
    const [waiting] = result.getCallbacksOfType('PollingWaitCallback');
    if (!waiting || options.signal?.aborted) break;
    options.onTick?.(result);
    const milliseconds = Number(waiting.getOutputByName('waitTime', 0));
    await pause(milliseconds > 0 ? milliseconds : DEFAULT_WAIT, options.signal);
    if (options.signal?.aborted) break;
    result = await next(result, options);
  }
  return options.signal?.aborted ? aborted() : result;
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} [signal] ends the wait
 */
function pause(milliseconds, signal) {
  return until(signal, () => new Promise((resolve) => setTimeout(resolve, milliseconds)));
}

function aborted() {
  return failure('aborted', 'aborted', 'unknown_error', 'The call was aborted by its signal.');
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

/**
 * `journeyClient` of an entry.
 *
 * @param {import('./load.js').Source} source
 * @returns {typeof import('./index.js').journeyClient}
 */
export function createJourneyClient(source) {
  /** @type {Promise<import('./index.js').JourneyClient | undefined>} */
  let configured = Promise.resolve(undefined);
  /** @type {import('./index.js').JourneyClient | undefined} */
  let current;
  const listeners = createEvents();
  /** @type {(() => void) | undefined} */
  let unsubscribe;

  /** @param {(client: import('./index.js').JourneyClient) => any} call */
  const whenConfigured = async (call) => {
    const client = await configured;
    return client ? call(client) : notConfigured();
  };

  return {
    async configure(input) {
      const previous = configured;
      const attempt = createClient(source, input);
      configured = attempt.then((client) => ('error' in client ? previous : client));
      const client = await attempt;
      const next = await configured;
      if (next !== current) {
        unsubscribe?.();
        unsubscribe = next?.subscribe(listeners.tell);
        current = next;
      }
      return 'error' in client ? client : undefined;
    },
    start: (options) => whenConfigured((client) => client.start(options)),
    next: (step, options) => whenConfigured((client) => client.next(step, options)),
    redirect: (step, options) => whenConfigured((client) => client.redirect(step, options)),
    resume: (url, options) => whenConfigured((client) => client.resume(url, options)),
    poll: (step, options) => whenConfigured((client) => client.poll(step, options)),
    terminate: (options) => whenConfigured((client) => client.terminate(options)),
    getState: () => current?.getState(),
    // It may be called before `configure()`.
    subscribe: (listener) => listeners.add(listener),
    session: {
      get: () => current?.session.get(),
      info: (options) => whenConfigured((client) => client.session.info(options)),
    },
  };
}

function notConfigured() {
  return failure(
    'not_configured',
    'not_configured',
    'state_error',
    'Call journeyClient.configure({ config }) first.',
  );
}

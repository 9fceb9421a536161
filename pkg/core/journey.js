import { numberOf } from '../callbacks/values.js';
import { createEvents } from '../entry/events.js';
import { failure } from '../entry/failure.js';

/**
 * The journey client as it is documented, on a handle of the core. A page needs it no sooner than the
 * core, so it is built into `pkg/wasm/core.js`.
 *
 * @param {any} client
 * @param {(result: any) => any} toResult makes what the app gets of what the core returns
 * @returns {import('../index.js').JourneyClient}
 */
export function createJourneyMethods(client, toResult) {
  const events = createEvents();
  /** @type {import('../index.js').JourneyResult | undefined} */
  let state;
  /** @param {any} result */
  const changed = (result) => {
    state = result;
    events.tell({ type: 'error' in result ? 'error' : result.type, result });
  };
  /** The pending calls, and the result for the URL `resumed`, by what was asked. @type {Map<unknown, any>} */
  const calls = new Map();
  /** The URL of the last `resume()`: React's StrictMode asks twice, the second time perhaps after the result. */
  let resumed = '';
  const goOn = () => {
    calls.delete(resumed);
    resumed = '';
  };
  /** The number of calls of `terminate()`: the result of a call that began before one is not kept. */
  let terminations = 0;

  /**
   * Calls with the same key share one call, which no caller's signal cancels: a signal ends only the wait
   * of its caller. Callers without a signal get the same promise.
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
      /** Runs before the callers go on, who wait for `told`. @param {any} result */
      const hear = (result) => {
        if (call.isTold || call.terminations !== terminations || options?.signal?.aborted) return;
        call.isTold = true;
        changed(result);
      };
      call.result.then(hear, () => {});
      call.told ??= call.result.then((/** @type {any} */ result) => result);
      return call.told;
    });

  /** @type {import('../index.js').JourneyClient} */
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
        // Only a string may be relative. Any other value that is not a URL must throw.
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
 * The result of `begin`, or the error `aborted` when `signal` is aborted first.
 *
 * @param {AbortSignal | undefined} signal
 * @param {() => Promise<any>} begin
 * @returns {Promise<any>}
 */
function until(signal, begin) {
  if (signal?.aborted) return Promise.resolve(aborted());
  // An object without `addEventListener` is no signal, and is ignored.
  if (typeof signal?.addEventListener !== 'function') return begin();
  return new Promise((resolve, reject) => {
    const giveUp = () => resolve(aborted());
    signal.addEventListener('abort', giveUp);
    const unlisten = () => signal.removeEventListener('abort', giveUp);
    begin().then(resolve, reject).finally(unlisten);
  });
}

/**
 * The JSON text of a value, as a key. A value that can't be serialised gets a key of its own.
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
 * @param {import('../index.js').RedirectOptions} [options]
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

/** How long to wait where the step doesn't say it, in milliseconds. */
const DEFAULT_WAIT = 8000;

/** Limits for what AM says, in milliseconds: requests may not be too frequent, and timers overflow. */
const [SHORTEST_WAIT, LONGEST_WAIT] = [100, 2_147_483_647];

/**
 * Waits as the step says and submits it, until it is no polling step any more.
 *
 * @param {import('../index.js').JourneyClient['next']} next
 * @param {any} step
 * @param {import('../index.js').PollOptions} [options]
 */
async function poll(next, step, options = {}) {
  let result = step;
  while (result.type === 'Step') {
    const [waiting] = result.getCallbacksOfType('PollingWaitCallback');
    if (!waiting || options.signal?.aborted) break;
    options.onTick?.(result);
    await pause(waitOf(waiting), options.signal);
    if (options.signal?.aborted) break;
    result = await next(result, options);
  }
  return options.signal?.aborted ? aborted() : result;
}

/** @param {any} callback */
function waitOf(callback) {
  const asked = numberOf(callback.getOutputByName('waitTime', 0));
  return asked > 0 ? Math.min(Math.max(asked, SHORTEST_WAIT), LONGEST_WAIT) : DEFAULT_WAIT;
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

import { asFailure } from '../entry/failure.js';
import { openClient } from '../form/client.js';
import { getTokens } from '../form/tokens.js';
import { createStore } from './store.js';

/**
 * @typedef {import('../state.js').JourneyState} State
 * @typedef {import('../index.js').JourneyClient} Client
 * @typedef {import('../index.js').JourneyLoginFailure} Failure
 * @typedef {import('../index.js').JourneyResult} Result
 */

/** @type {typeof import('../state.js').createJourney} */
export function createJourney({ journey, query, signIn, client = signIn?.input } = {}) {
  const { change, ...store } = createStore(/** @type {State} */ ({ pending: true }), begin, end);
  /** Aborts when another call takes its place. @type {AbortController | undefined} */
  let attempt;
  /** @type {Promise<Client> | undefined} */
  let opening;

  function begin() {
    if (!attempt) start();
  }

  function end() {
    attempt?.abort();
    attempt = undefined;
    change(store.getServerSnapshot());
  }

  function open() {
    opening ??= openClient(client).catch((error) => {
      // The next call tries again.
      opening = undefined;
      throw error;
    });
    return opening;
  }

  /** @param {Failure} [failure] why the journey begins again */
  function start(failure) {
    return run((opened, options) => opened.start({ journey, ...options }), failure);
  }

  /**
   * @param {(client: Client, options: import('../index.js').NextOptions) => Promise<Result>} call
   * @param {Failure} [failure]
   * @param {(refusal: Failure) => unknown} [refuse]
   */
  async function run(
    call,
    failure,
    refuse = (refusal) => change({ failure: refusal, pending: false }),
  ) {
    attempt?.abort();
    attempt = new AbortController();
    const { signal } = attempt;
    const { step } = store.getSnapshot();
    change({ step, failure, pending: true });
    const result = await open()
      .then((opened) => call(opened, { query, signal }))
      .catch(asFailure);
    if (signal.aborted) return;
    if ('error' in result) change({ step, failure, error: result, pending: false });
    else if (result.type === 'Step') change({ step: result, failure, pending: false });
    else if (result.type === 'LoginSuccess') await succeed(result, signal);
    else await refuse(result);
  }

  /**
   * @param {import('../index.js').JourneyLoginSuccess} success
   * @param {AbortSignal} signal
   */
  async function succeed(success, signal) {
    const tokens = signIn && (await getTokens(signIn.getClient()));
    if (signal.aborted) return;
    if (tokens && 'error' in tokens) change({ error: tokens, pending: false });
    else change({ success, pending: false });
  }

  return {
    ...store,

    async submit() {
      const { step, pending } = store.getSnapshot();
      if (step && !pending) {
        await run((opened, options) => opened.next(step, options), undefined, start);
      }
    },

    async restart() {
      await start();
    },
  };
}

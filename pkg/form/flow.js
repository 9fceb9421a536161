import { asFailure } from '../entry/failure.js';
import { openClient } from './client.js';
import { Memory } from './memory.js';
import { messagesOf } from './messages.js';
import { action } from './parts.js';
import { cleanAddress } from './returns.js';
import { renderStep } from './step.js';
import { getTokens } from './tokens.js';
import { View } from './view.js';

/**
 * @typedef {import('../index.js').JourneyClient} Client
 * @typedef {import('../index.js').JourneyResult} Result
 * @typedef {import('../index.js').JourneyStep} Step
 * @typedef {import('../index.js').JourneyLoginFailure} Refusal
 * @typedef {import('../index.js').GenericError} Failure
 * @typedef {import('../form.js').FormField} Field
 */

/** The faults of a connection, which the next attempt may not have. */
const UNREACHABLE = /^(network_failed|offline|timeout)$/;

/** How long a sign-out may take to leave the page, in milliseconds. */
const SIGN_OUT_MS = 10_000;

/** Each element's ids have a number of their own. */
let count = 0;

/** The journey of an element, from the first step to the end, as often as it takes. */
export class Flow {
  /** `idle` until it is begun, and after it was stopped. @type {'idle' | 'running' | 'ended'} */
  state = 'idle';
  #form;
  #memory = new Memory();
  #prefix = `jf${++count}`;
  /** @type {View | undefined} */
  #made;
  /** Aborts when the journey is given up. */
  #attempt = new AbortController();
  /** The client, and what it was made of. @type {{ from: unknown, client: Promise<Client> } | undefined} */
  #opened;
  /** What is shown. @type {{ step: Step, fields: Field[] } | undefined} */
  #shown;
  /** Whether the user has answered a step of this journey. */
  #isAnswer = false;
  #username = '';

  /** @param {import('../form.js').JourneyForm} form */
  constructor(form) {
    this.#form = form;
  }

  stop() {
    this.#attempt.abort();
    this.#shown = undefined;
    this.forget();
    this.state = 'idle';
  }

  /** Forgets what the user has entered. */
  forget() {
    this.#memory.clear();
    this.#username = '';
  }

  /**
   * Begins the journey; one that runs is given up.
   *
   * @param {() => void} [explain] shows why it begins again
   */
  begin(explain) {
    return this.#run((client, options) => client.start(options), explain);
  }

  /**
   * Continues the journey that has left the page.
   *
   * @param {string | URL} url
   */
  resume(url) {
    const { cannotContinue, cannotContinueHint } = this.#messages;
    cleanAddress();
    return this.#run(
      (client, options) => client.resume(url, options),
      undefined,
      (error) => this.begin(() => this.#fail(error, undefined, cannotContinue, cannotContinueHint)),
    );
  }

  /** Shows the present step again, in other words or by other renderers. */
  render() {
    if (!this.#shown) return;
    const { step, fields } = this.#shown;
    this.#memory.keep(step, fields);
    this.#showStep(step, false);
  }

  /**
   * Gives up what runs, and asks for the first result of something else.
   *
   * @param {(client: Client, options: import('../index.js').ResumeOptions) => Promise<Result>} ask
   * @param {() => void} [explain] called when a step is shown
   * @param {(error: Failure) => unknown} [reject] called with what `ask` rejects with
   */
  async #run(ask, explain, reject = (error) => this.#notBegun(error)) {
    this.#attempt.abort();
    this.#attempt = new AbortController();
    this.#isAnswer = false;
    this.state = 'running';
    if (!this.#shown) this.#view.showText(this.#messages.loading);
    const { journey, query } = this.#form;
    const { signal } = this.#attempt;
    let result;
    try {
      result = await ask(await this.#open(), { journey, query, signal });
    } catch (error) {
      if (!signal.aborted) await reject(asFailure(error));
      return;
    }
    if (signal.aborted) return;
    if ('error' in result) return this.#notBegun(result);
    if (result.type === 'LoginFailure') return this.#ended(result);
    await this.#show(result, explain);
  }

  /** The app's client, or one for the app's configuration, or that of the page. */
  async #open() {
    const from = this.#form.client;
    if (this.#opened?.from !== from) this.#opened = undefined;
    this.#opened ??= { from, client: openClient(from) };
    const { client } = this.#opened;
    // After a failure the next attempt makes another.
    client.catch(() => {
      this.#opened = undefined;
    });
    return client;
  }

  /**
   * @param {Exclude<Result, Failure>} result
   * @param {() => void} [explain]
   */
  #show(result, explain) {
    if (result.type === 'LoginSuccess') return this.#succeed(result);
    if (result.type === 'LoginFailure') return this.#refused(result);
    this.#showStep(result, Boolean(explain));
    this.#tell('step', result);
    explain?.();
  }

  /**
   * @param {Step} step
   * @param {boolean} isAfterFailure
   */
  #showStep(step, isAfterFailure) {
    const { renderers = {}, html } = this.#form;
    const { form, fields } = renderStep(step, {
      context: {
        messages: this.#messages,
        username: this.#username,
        isAnswer: this.#isAnswer,
        locale: this.#form.closest('[lang]')?.getAttribute('lang') || undefined,
        rich: (text) => [html?.(text) ?? text],
        restart: () => this.#form.restart(),
        announce: (text) => this.#view.announce(text),
        showAlert: (title, text, code) => this.#view.showAlert(title, [text], code),
      },
      signal: this.#attempt.signal,
      prefix: this.#prefix,
      renderers,
      send: (...args) => this.#send(...args),
      poll: (...args) => this.#poll(...args),
      leave: (current) => this.#leave(current),
    });
    this.#shown = { step, fields };
    this.#memory.restore(step, fields, isAfterFailure);
    this.#view.show(form);
    for (const { start } of fields) start?.();
  }

  /**
   * Shows what an answer led to; whether that is an error, so that the step stays.
   *
   * @param {Result} result
   * @param {() => unknown} [retry]
   */
  async #answered(result, retry) {
    if ('error' in result) this.#fail(result, retry);
    else await this.#show(result);
    return 'error' in result;
  }

  /**
   * @param {Step} step
   * @param {Field[]} fields
   * @param {HTMLElement} [pressed]
   * @returns {Promise<boolean>}
   */
  async #send(step, fields, pressed) {
    const { signal } = this.#attempt;
    this.#memory.keep(step, fields);
    this.#username = nameIn(step) ?? this.#username;
    this.#isAnswer ||= Boolean(pressed);
    this.#view.showAlert();
    const client = await this.#open();
    const result = await client.next(step, { query: this.#form.query, signal });
    if (signal.aborted) return false;
    return this.#answered(result, pressed ? undefined : () => this.#send(step, fields));
  }

  /**
   * @param {Step} step
   * @param {AbortSignal} signal
   * @param {(newer: Step) => void} onTick
   */
  async #poll(step, signal, onTick) {
    let current = step;
    this.#view.showAlert();
    const client = await this.#open();
    const result = await client.poll(step, {
      query: this.#form.query,
      signal,
      onTick(newer) {
        current = newer;
        onTick(newer);
      },
    });
    if (!signal.aborted) await this.#answered(result, () => this.#poll(current, signal, onTick));
  }

  /** @param {Step} step */
  async #leave(step) {
    const client = await this.#open();
    const failed = await client.redirect(step).catch(asFailure);
    if (failed) this.#fail(/** @type {Failure} */ (failed));
  }

  /** @param {import('../index.js').JourneyLoginSuccess} success @returns {Promise<void>} */
  async #succeed(success) {
    const { signal } = this.#attempt;
    const { tokens } = this.#form;
    const got = tokens && (await getTokens(tokens));
    if (signal.aborted) return;
    if (got && 'error' in got) return this.#notBegun(got, () => this.#succeed(success));
    this.#end();
    this.forget();
    this.#view.showText(this.#messages.signedIn);
    this.#tell('success', success);
  }

  /**
   * Begins again, with what the user has entered except passwords; unless that was nothing: then the journey would fail again,
   * and again.
   *
   * @param {Refusal} refusal
   */
  #refused(refusal) {
    this.#memory.clearSecrets();
    if (!this.#isAnswer) return this.#ended(refusal);
    this.#tell('failure', refusal);
    return this.begin(() => this.#explain(refusal));
  }

  /** @param {Refusal} refusal */
  #ended(refusal) {
    this.#end();
    this.#explain(refusal, () => this.begin());
    this.#tell('failure', refusal);
  }

  /**
   * @param {Refusal} refusal
   * @param {() => unknown} [retry]
   */
  #explain(refusal, retry) {
    const { policies, refused, refusedHint, failedHint } = this.#messages;
    const failed = refusal.getProcessedMessage(policies).flatMap(({ messages }) => messages);
    const title = refusal.getMessage() || refused;
    this.#view.showAlert(
      title,
      [...failed, retry ? failedHint : refusedHint],
      undefined,
      this.#button(retry),
    );
  }

  /**
   * Nothing can be shown.
   *
   * @param {Failure} error
   * @param {() => unknown} [retry]
   */
  #notBegun(error, retry = () => this.begin()) {
    if (error.code === 'signing_out') return this.#awaitSignOut();
    this.#end();
    this.#fail(error, retry);
  }

  /**
   * What is shown stays.
   *
   * @param {Failure} error
   * @param {() => unknown} [retry]
   * @param {string} [title]
   * @param {string} [hint]
   */
  #fail(error, retry, title = this.#messages.failed, hint = this.#messages.failedHint) {
    const { code = '' } = error;
    const text = UNREACHABLE.test(code) ? this.#messages.unreachable : hint;
    this.#view.showAlert(title, [text], code, this.#button(retry));
    this.#tell('error', error);
  }

  /** The sign-out leaves the page. Where it doesn't, or the user comes back, the journey begins. */
  #awaitSignOut() {
    const { signal } = this.#attempt;
    this.#view.showText(this.#messages.signingOut);
    const begin = () => signal.aborted || this.begin();
    addEventListener('pageshow', begin, { signal });
    setTimeout(begin, SIGN_OUT_MS);
  }

  /** Leaves nothing to fill in. */
  #end() {
    this.#memory.clearSecrets();
    this.state = 'ended';
    this.#shown = undefined;
    this.#view.show();
  }

  /** A button that tries again. @param {(() => unknown) | undefined} retry */
  #button(retry) {
    return retry && action(this.#messages.tryAgain, retry);
  }

  get #messages() {
    return messagesOf(this.#form.messages);
  }

  get #view() {
    this.#made ??= new View(this.#form);
    return this.#made;
  }

  /** @param {string} type @param {unknown} detail */
  #tell(type, detail) {
    this.#form.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * The name that the user has given.
 *
 * @param {Step} step
 */
function nameIn(step) {
  const types = /** @type {const} */ (['NameCallback', 'ValidatedCreateUsernameCallback']);
  const [callback] = types.flatMap((type) => step.getCallbacksOfType(type));
  const name = callback?.getInputValue();
  return typeof name === 'string' ? name : undefined;
}

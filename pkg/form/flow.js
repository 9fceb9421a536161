import { asFailure } from '../entry/failure.js';
import { openClient } from './client.js';
import { Memory } from './memory.js';
import { messagesOf } from './messages.js';
import { cleanAddress } from './returns.js';
import { renderStep } from './step.js';
import { getTokens } from './tokens.js';
import { View } from './view.js';

/**
 * @typedef {import('../index.js').JourneyClient} Client
 * @typedef {import('../index.js').JourneyResult} Result
 * @typedef {import('../index.js').JourneyStep} Step
 * @typedef {import('../index.js').GenericError} Failure
 * @typedef {import('../form.js').FormField} Field
 */

/** The faults of a connection, which the next attempt may not have. */
const UNREACHABLE = new Set(['network_failed', 'offline', 'timeout']);

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
  #view;
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

  /** The part of the element that is the form's. */
  get view() {
    this.#view ??= new View(this.#form);
    return this.#view;
  }

  stop() {
    this.#attempt.abort();
    this.#shown = undefined;
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
    const { journey, query } = this.#form;
    return this.#run(
      (client, signal) => client.start({ journey, query, signal }),
      (result) => this.#begun(result, explain),
    );
  }

  /**
   * Continues the journey that has left the page.
   *
   * @param {string | URL} url
   */
  resume(url) {
    const { journey, query } = this.#form;
    cleanAddress();
    return this.#run(
      (client, signal) => client.resume(url, { journey, query, signal }),
      (result) => this.#begun(result),
      (error) => this.begin(() => this.#cannotContinue(error)),
    );
  }

  /** Shows the present step again, in other words or by other renderers. */
  render() {
    if (!this.#shown) return;
    const { step, fields } = this.#shown;
    this.#memory.keep(step, fields);
    this.#showStep(step);
  }

  /**
   * Gives up what runs, and asks for the first result of something else.
   *
   * @param {(client: Client, signal: AbortSignal) => Promise<Result>} ask
   * @param {(result: Result) => unknown} show
   * @param {(error: Failure) => unknown} [reject] called with what `ask` rejects with
   */
  async #run(ask, show, reject = (error) => this.#notBegun(error)) {
    this.#attempt.abort();
    this.#attempt = new AbortController();
    this.#isAnswer = false;
    this.state = 'running';
    if (!this.#shown) this.view.showText(this.#messages.loading);
    const { signal } = this.#attempt;
    try {
      const result = await ask(await this.#open(), signal);
      if (!signal.aborted) await show(result);
    } catch (error) {
      if (!signal.aborted) await reject(asFailure(error));
    }
  }

  /** The app's client, or one for the app's configuration, or that of the page. */
  async #open() {
    const from = this.#form.client;
    if (this.#opened?.from !== from) this.#opened = undefined;
    this.#opened ??= { from, client: openClient(from) };
    const opened = this.#opened;
    try {
      return await opened.client;
    } catch (error) {
      // The next attempt makes another.
      this.#opened = undefined;
      throw error;
    }
  }

  /**
   * Shows how a journey has begun.
   *
   * @param {Result} result
   * @param {() => void} [explain]
   */
  #begun(result, explain) {
    if ('error' in result) return this.#notBegun(result);
    if (result.type === 'LoginFailure') return this.#ended(result);
    return this.#show(result, explain);
  }

  /**
   * Shows what an answer led to; whether that is an error, so that the step stays.
   *
   * @param {Result} result
   * @param {() => void} [retry]
   */
  async #answered(result, retry) {
    if ('error' in result) {
      this.#fail(result, retry);
      return true;
    }
    await this.#show(result);
    return false;
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
   * @param {boolean} [isAfterFailure]
   */
  #showStep(step, isAfterFailure) {
    const { view } = this;
    const { form, fields } = renderStep(step, {
      context: this.#context(),
      signal: this.#attempt.signal,
      prefix: this.#prefix,
      renderers: this.#form.renderers ?? {},
      send: (current, fields, pressed) => this.#send(current, fields, pressed),
      poll: (current, options) => this.#poll(current, options),
      leave: (current) => this.#leave(current),
    });
    this.#memory.restore(step, fields, isAfterFailure);
    const isHere = view.hasFocus();
    view.show(form);
    this.#shown = { step, fields };
    if (isHere) view.focusFirst();
    for (const { start } of fields) start?.();
  }

  /** What every renderer gets. */
  #context() {
    return {
      messages: this.#messages,
      username: this.#username,
      isAnswer: this.#isAnswer,
      locale: this.#form.closest('[lang]')?.getAttribute('lang') || undefined,
      rich: (/** @type {string} */ text) => toNodes(text, this.#form.html),
      restart: () => this.#form.restart(),
      announce: (/** @type {string} */ text) => this.view.announce(text),
      showAlert: (/** @type {string[]} */ ...[title = '', text = '', code]) =>
        this.view.showAlert(title, [text], { code }),
    };
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
    this.view.clearAlert();
    const client = await this.#open();
    const result = await client.next(step, { query: this.#form.query, signal });
    if (signal.aborted) return false;
    return this.#answered(result, pressed ? undefined : () => this.#send(step, fields));
  }

  /**
   * @param {Step} step
   * @param {{ signal: AbortSignal, onTick(newer: Step): void }} options
   */
  async #poll(step, options) {
    let current = step;
    const client = await this.#open();
    const result = await client.poll(step, {
      query: this.#form.query,
      signal: options.signal,
      onTick(newer) {
        current = newer;
        options.onTick(newer);
      },
    });
    if (options.signal.aborted) return;
    await this.#answered(result, () => {
      this.view.clearAlert();
      this.#poll(current, options);
    });
  }

  /** @param {Step} step */
  async #leave(step) {
    const client = await this.#open();
    const failed = await client.redirect(step).catch(asFailure);
    if (typeof failed === 'object') this.#fail(failed);
  }

  /** @param {import('../index.js').JourneyLoginSuccess} success */
  async #succeed(success) {
    const { signal } = this.#attempt;
    const { tokens } = this.#form;
    const got = tokens && (await getTokens(tokens));
    if (signal.aborted) return;
    if (got && 'error' in got) return this.#notBegun(got, () => this.#succeed(success));
    this.#end();
    this.forget();
    this.view.showText(this.#messages.signedIn);
    this.#tell('success', success);
  }

  /**
   * Begins again, with what the user has entered; unless that was nothing: then the journey would fail again,
   * and again.
   *
   * @param {import('../index.js').JourneyLoginFailure} refusal
   */
  async #refused(refusal) {
    if (!this.#isAnswer) return this.#ended(refusal);
    await this.begin(() => this.#explain(refusal));
    this.#tell('failure', refusal);
  }

  /** @param {import('../index.js').JourneyLoginFailure} refusal */
  #ended(refusal) {
    this.#end();
    this.view.show();
    this.#explain(refusal, () => this.begin());
    this.#tell('failure', refusal);
  }

  /**
   * @param {import('../index.js').JourneyLoginFailure} refusal
   * @param {() => void} [retry]
   */
  #explain(refusal, retry) {
    const messages = this.#messages;
    const failed = refusal.getProcessedMessage(messages.policies);
    const details = [...failed.flatMap((property) => property.messages), messages.refusedHint];
    this.view.showAlert(refusal.getMessage() || messages.refused, details, this.#retry(retry));
  }

  /** @param {Failure} error */
  #cannotContinue(error) {
    const { cannotContinue, cannotContinueHint } = this.#messages;
    this.view.showAlert(cannotContinue, [cannotContinueHint], { code: error.code });
    this.#tell('error', error);
  }

  /**
   * Nothing can be shown.
   *
   * @param {Failure} error
   * @param {() => void} [retry]
   */
  #notBegun(error, retry = () => this.begin()) {
    if (error.code === 'signing_out') return this.#awaitSignOut();
    this.#end();
    this.view.show();
    this.#fail(error, retry);
  }

  /**
   * What is shown stays.
   *
   * @param {Failure} error
   * @param {() => void} [retry]
   */
  #fail(error, retry) {
    const { failed, failedHint, unreachable } = this.#messages;
    const text = UNREACHABLE.has(error.code ?? '') ? unreachable : failedHint;
    this.view.showAlert(failed, [text], { code: error.code, ...this.#retry(retry) });
    this.#tell('error', error);
  }

  /** The sign-out leaves the page. Where it doesn't, or the user comes back, the journey begins. */
  #awaitSignOut() {
    const { signal } = this.#attempt;
    this.view.showText(this.#messages.signingOut);
    const begin = () => signal.aborted || this.begin();
    addEventListener('pageshow', begin, { signal });
    setTimeout(begin, SIGN_OUT_MS);
  }

  #end() {
    this.state = 'ended';
    this.#shown = undefined;
  }

  /** @param {(() => void) | undefined} onclick */
  #retry(onclick) {
    return onclick && { retry: { label: this.#messages.tryAgain, onclick } };
  }

  get #messages() {
    return messagesOf(this.#form.messages);
  }

  /** @param {'step' | 'success' | 'failure' | 'error'} type @param {unknown} detail */
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

/**
 * A text of AM as nodes: HTML only if the app has a function that makes it harmless.
 *
 * @param {string} text
 * @param {import('../form.js').JourneyForm['html']} sanitize
 */
function toNodes(text, sanitize) {
  if (!sanitize) return [text];
  const safe = sanitize(text);
  if (safe instanceof Node) return [safe];
  const box = document.createElement('div');
  box.innerHTML = /** @type {string} */ (safe);
  return [...box.childNodes];
}

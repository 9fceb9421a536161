import { Flow } from './flow.js';
import { isReturn } from './returns.js';

/** A class where there are no elements, so that servers can import it. */
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

/** What an app sets, and what is done then: the journey begins, or its step is shown again. */
const PROPERTIES = {
  client: 'begin',
  query: 'begin',
  tokens: '',
  messages: 'render',
  renderers: 'render',
  html: 'render',
};

/** The element; `form.d.ts` says what its members are. */
export class JourneyForm extends Base {
  static observedAttributes = ['journey'];

  /** @type {Record<string, any>} */
  #set = {};
  #flow = new Flow(/** @type {any} */ (this));
  /** What is to be done when the app has set all that it sets at once. @type {Set<string>} */
  #pending = new Set();

  get journey() {
    return this.getAttribute('journey') ?? undefined;
  }

  set journey(name) {
    if (name === undefined || name === null) this.removeAttribute('journey');
    else this.setAttribute('journey', name);
  }

  static {
    for (const [name, change] of Object.entries(PROPERTIES)) {
      Object.defineProperty(JourneyForm.prototype, name, {
        get() {
          return this.#set[name];
        },
        set(value) {
          this.#set[name] = value;
          this.#schedule(change);
        },
      });
    }
  }

  connectedCallback() {
    for (const name of ['journey', ...Object.keys(PROPERTIES)]) upgrade(this, name);
    if (this.#flow.state === 'idle') this.#schedule('open');
  }

  disconnectedCallback() {
    // An element that is only moved keeps its step.
    queueMicrotask(() => !this.isConnected && this.#flow.stop());
  }

  attributeChangedCallback() {
    this.#schedule('begin');
  }

  start() {
    if (this.#flow.state !== 'running') this.#flow.begin();
  }

  /** @param {string | URL} url */
  resume(url) {
    this.#flow.resume(url);
  }

  restart() {
    this.#flow.forget();
    this.#flow.begin();
  }

  /** @param {string} what */
  #schedule(what) {
    if (!this.isConnected || !what) return;
    if (this.#pending.size === 0) queueMicrotask(() => this.#act());
    this.#pending.add(what);
  }

  async #act() {
    const pending = this.#pending;
    this.#pending = new Set();
    if (!this.isConnected) return;
    if (pending.has('open') && isReturn()) {
      const tokens = await this.#set.tokens;
      // The response may be for that client; the app looks after it, or has by now.
      if (isReturn() && !tokens?.authorize?.callback.matches()) return this.resume(location.href);
    }
    if (pending.has('open') || pending.has('begin')) this.restart();
    else this.#flow.render();
  }
}

/**
 * Sets a value again that was set before the element was defined: it hides the accessor.
 *
 * @param {any} element
 * @param {string} name
 */
function upgrade(element, name) {
  if (!Object.hasOwn(element, name)) return;
  const value = element[name];
  delete element[name];
  element[name] = value;
}

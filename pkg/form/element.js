import { Flow } from './flow.js';
import { isReturn } from './returns.js';

/** A class where there are no elements, so that servers can import it. */
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

/** What begins another journey when it is set, and what only shows the step in another way. */
const [STARTS, RENDERS] = [
  ['client', 'query'],
  ['html', 'messages', 'renderers'],
];

/** The element; `index.d.ts` says what its members are. */
export class JourneyForm extends Base {
  static observedAttributes = ['journey'];

  /** @type {any} */
  tokens;
  /** @type {Map<string, any>} */
  #values = new Map();
  #flow = new Flow(/** @type {any} */ (this));
  /** What is to be done when the app has set all that it sets at once. @type {Set<string>} */
  #pending = new Set();

  static {
    for (const name of [...STARTS, ...RENDERS]) {
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        enumerable: true,
        get() {
          return this.#values.get(name);
        },
        set(value) {
          this.#values.set(name, value);
          this.#schedule(STARTS.includes(name) ? 'begin' : 'render');
        },
      });
    }
  }

  get journey() {
    return this.getAttribute('journey') ?? undefined;
  }

  set journey(name) {
    if (name === undefined || name === null) this.removeAttribute('journey');
    else this.setAttribute('journey', name);
  }

  connectedCallback() {
    for (const name of [...STARTS, ...RENDERS, 'tokens']) this.#upgrade(name);
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

  /** A value that was set before the element was defined is a property that hides the accessor. @param {string} name */
  #upgrade(name) {
    if (!Object.hasOwn(this, name)) return;
    const self = /** @type {any} */ (this);
    const value = self[name];
    delete self[name];
    self[name] = value;
  }

  /** @param {'open' | 'begin' | 'render'} what */
  #schedule(what) {
    if (!this.isConnected) return;
    if (this.#pending.size === 0) queueMicrotask(() => this.#act());
    this.#pending.add(what);
  }

  #act() {
    const pending = this.#pending;
    this.#pending = new Set();
    if (!this.isConnected) return;
    if (pending.has('open') && isReturn(location.href, this.tokens)) this.resume(location.href);
    else if (pending.has('open') || pending.has('begin')) this.restart();
    else this.#flow.render();
  }
}

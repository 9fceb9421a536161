/**
 * A browser driven by WebDriver (https://www.w3.org/TR/webdriver2/), which every engine's driver
 * speaks. Its tabs have the few methods of Playwright's pages that the end-to-end tests use.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { scripts } from '../e2e/support.js';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** A browser, with a profile of its own. */
export class Session {
  #address;
  #current;
  #last = Promise.resolve();

  /**
   * @param {string} driver the driver's URL
   * @param {object} alwaysMatch the capabilities
   */
  static async start(driver, alwaysMatch) {
    const answer = await send('POST', `${driver}/session`, { capabilities: { alwaysMatch } });
    const session = new Session(`${driver}/session/${answer.sessionId}`, answer.capabilities);
    await session.command('POST', 'timeouts', { script: 20_000, pageLoad: 20_000 });
    return session;
  }

  constructor(address, capabilities) {
    this.#address = address;
    this.capabilities = capabilities;
  }

  command(method, path, body) {
    return send(method, `${this.#address}/${path}`, body);
  }

  /** Runs commands in a tab. The commands of a session concern its current tab, so one at a time. */
  inTab(handle, commands) {
    const done = this.#last.then(async () => {
      if (this.#current !== handle) await this.command('POST', 'window', { handle });
      this.#current = handle;
      return commands();
    });
    this.#last = done.catch(() => {});
    return done;
  }

  /** The tab that the browser starts with. */
  async firstTab() {
    return new Tab(this, await this.command('GET', 'window'));
  }

  async newTab() {
    const { handle } = await this.command('POST', 'window/new', { type: 'tab' });
    return new Tab(this, handle);
  }

  /** The window that a page has opened, besides the tabs that are known. */
  async popup(...known) {
    for (const deadline = Date.now() + 10_000; ; await sleep(50)) {
      const [popup] = await this.others(...known);
      if (popup) return popup;
      assert.ok(Date.now() < deadline, 'no window was opened');
    }
  }

  /** The tabs and windows other than these. */
  async others(...known) {
    const handles = await this.command('GET', 'window/handles');
    const others = handles.filter((handle) => !known.some((tab) => tab.is(handle)));
    return others.map((handle) => new Tab(this, handle));
  }

  end() {
    return send('DELETE', this.#address);
  }
}

/** A tab. */
class Tab {
  #session;
  #handle;

  constructor(session, handle) {
    this.#session = session;
    this.#handle = handle;
  }

  #command(method, path, body) {
    return this.#session.inTab(this.#handle, () => this.#session.command(method, path, body));
  }

  is(handle) {
    return this.#handle === handle;
  }

  goto(url) {
    return this.#command('POST', 'url', { url });
  }

  reload() {
    return this.#command('POST', 'refresh', {});
  }

  /** Goes back in the browser's history; named as Playwright's. */
  goBack() {
    return this.#command('POST', 'back', {});
  }

  url() {
    return this.#command('GET', 'url');
  }

  /** Waits until the address starts with a text. */
  async waitForURL(start) {
    for (const deadline = Date.now() + 10_000; ; await sleep(50)) {
      const url = await this.url();
      if (url.startsWith(start)) return url;
      assert.ok(Date.now() < deadline, `never at ${start}, but at ${url}`);
    }
  }

  /** Types into the first element that a selector finds. */
  async type(selector, text) {
    await this.#command('POST', `element/${await this.#find(selector)}/value`, { text });
  }

  async click(selector) {
    await this.#command('POST', `element/${await this.#find(selector)}/click`, {});
  }

  async #find(selector) {
    const using = { using: 'css selector', value: selector };
    return (await this.#command('POST', 'element', using))[ELEMENT];
  }

  /**
   * Evaluates an expression, or calls a function with one argument, in a page of the app; waits for
   * the promise that this gives. Other tabs' commands wait too, see {@link start}.
   *
   * @param {string | Function} expression
   * @param {unknown} [argument]
   */
  async evaluate(expression, argument) {
    await this.#run(`window.result = (async () => ${textOf(expression, argument)})();`);
    const script = `
      const done = arguments[arguments.length - 1];
      const wait = () => {
        if (!window.result) return setTimeout(wait, 5);
        window.result.then((value) => done({ value }), (error) => done({ thrown: String(error) }));
        delete window.result;
      };
      wait();`;
    const { value, thrown } = await this.#command('POST', 'execute/async', { script, args: [] });
    if (thrown) throw new Error(`In the page: ${thrown}`);
    return value;
  }

  /** The same without waiting for the promise, while the page goes on by itself. */
  start(expression, argument) {
    return this.#run(`window.started = (async () => ${textOf(expression, argument)})();`);
  }

  /** What the promise of {@link start} gives. */
  started() {
    return this.evaluate(() => window.started);
  }

  close() {
    return this.#command('DELETE', 'window');
  }

  /**
   * Puts a script into the page, where it runs after those before it. A driver's own scripts may run
   * apart from the page's and its policy. A page that has only begun to come has no head yet.
   */
  async #run(text) {
    const path = `/scripts/${scripts.size}.js`;
    scripts.set(path, text);
    const script = `
      const element = document.createElement('script');
      Object.assign(element, { src: arguments[0], type: 'module', async: false });
      document.head?.append(element);
      return element.isConnected;`;
    for (const deadline = Date.now() + 5000; ; await sleep(20)) {
      if (await this.#command('POST', 'execute/sync', { script, args: [path] })) return;
      assert.ok(Date.now() < deadline, 'The page has no head.');
    }
  }
}

function textOf(expression, argument) {
  if (typeof expression === 'string') return expression;
  return `(${expression})(${JSON.stringify(argument)})`;
}

async function send(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(100_000),
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${method} ${url}: ${value.error}: ${value.message}`);
  return value;
}

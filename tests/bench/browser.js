/** Fresh pages in headless Chromium, and what they cost. */
import { chromium } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-dev-shm-usage'];
const FLAGS_QUIET = ['--disable-background-networking', '--disable-component-update'];

/** @returns {Promise<import('playwright-core').Browser>} */
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: [...FLAGS, ...FLAGS_QUIET],
  });
}

/**
 * A link, as `Network.emulateNetworkConditions` has it: the latency of each request in milliseconds, and
 * bytes per second.
 *
 * @typedef {{ latency: number, downloadThroughput: number, uploadThroughput: number }} Link
 */

/**
 * A page of a context of its own: nothing is cached, no code either.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {Link} [link] without it, as fast as this machine
 */
export async function openPage(browser, url, link) {
  const context = await browser.newContext();
  return Page.open(context, url, link);
}

/** A page, and its meters. */
export class Page {
  #context;
  #page;
  #session;

  static async open(context, url, link) {
    const page = new Page();
    page.#context = context;
    page.#page = await context.newPage();
    page.#session = await context.newCDPSession(page.#page);
    // CPU time: waiting for a busy core is not counted.
    await page.#session.send('Performance.enable', { timeDomain: 'threadTicks' });
    if (link) {
      await page.#session.send('Network.enable');
      await page.#session.send('Network.emulateNetworkConditions', { offline: false, ...link });
    }
    await page.#page.goto(url);
    return page;
  }

  /** What comes of a promise that the page has in a global variable. */
  global(name) {
    return this.#page.evaluate(`globalThis.${name}`);
  }

  /** Loads the page again: what it has stored stays. */
  async reload() {
    await this.#page.reload();
  }

  close() {
    return this.#context.close();
  }

  /**
   * Runs a function in the page, with the app's exports and an argument.
   *
   * @template A, R
   * @param {string} app
   * @param {(app: any, argument: A, started: number) => R} body `started`: before the import
   * @param {A} [argument]
   * @returns {Promise<Awaited<R>>}
   */
  run(app, body, argument) {
    return this.#page.evaluate(`(async () => {
      const started = performance.now();
      const app = await import('/${app}/app.js');
      return (${body})(app, ${JSON.stringify(argument)}, started);
    })()`);
  }

  /** The same; the milliseconds of CPU that the main thread used. */
  async cost(app, body, argument) {
    const before = await this.#taskSeconds();
    const result = await this.run(app, body, argument);
    const cpu = ((await this.#taskSeconds()) - before) * 1000;
    return { cpu, result };
  }

  async #taskSeconds() {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value;
  }

  /** Bytes that are in use after a collection, and bytes outside of the heap that it keeps. */
  async heap() {
    await this.#session.send('HeapProfiler.collectGarbage');
    await this.#session.send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize } = await this.#session.send('Runtime.getHeapUsage');
    return { heap: usedSize, outside: backingStorageSize };
  }
}

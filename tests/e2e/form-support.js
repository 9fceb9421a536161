/** A page of the app that has the element. */
import { config, openApp } from './support.js';

/**
 * A page with `<journey-form>`, whose client is of the development server.
 *
 * @param {import('node:test').TestContext} t
 * @param {object} [options]
 * @param {string} [options.journey]
 * @param {boolean} [options.tokens] whether it gets tokens
 * @param {boolean} [options.css] whether the page has the style sheet
 * @param {string} [options.path] of the page
 * @param {(form: HTMLElement) => unknown} [options.prepare] runs in the page, before the element is in it
 * @param {import('playwright-core').BrowserContext} [options.context]
 */
export async function openForm(t, options = {}) {
  const { journey = 'Login', tokens, css, path, prepare = () => {}, context } = options;
  const page = await openApp(t, { path, context });
  await page.evaluate(
    `(${putForm})(${JSON.stringify({ journey, config: config(), tokens, css })}, ${prepare})`,
  );
  return Object.assign(page, {
    /** The types of all events so far. */
    events: () => page.evaluate(() => window.events.map(({ type }) => type)),
    /** The detail of the first event of a type, as data; waits for it. */
    event: async (type) => {
      const found = await page.waitForFunction(
        (type) => window.events.find((event) => event.type === type),
        type,
      );
      return found.evaluate(({ detail }) => JSON.parse(JSON.stringify(detail)));
    },
  });
}

/** In the page: puts the element there, as `window.form`, and notes its events. */
async function putForm({ journey, config, tokens, css }, prepare) {
  document.documentElement.lang = 'en';
  if (css) {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet' });
    await new Promise((resolve) => {
      link.onload = resolve;
      link.href = '/pkg/form.css';
      document.head.append(link);
    });
  }
  await import('/pkg/form.js');
  const form = document.createElement('journey-form');
  form.journey = journey;
  form.client = { config };
  if (tokens) form.tokens = await (await import('/pkg/index.js')).oidc({ config });
  window.form = form;
  window.events = [];
  for (const type of ['step', 'success', 'failure', 'error']) {
    form.addEventListener(type, ({ detail }) => window.events.push({ type, detail }));
  }
  await prepare(form);
  document.body.append(form);
}

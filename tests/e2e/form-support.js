/** A page of the app that has the element. */
import { config, openApp, world } from './support.js';

/**
 * A page with `<journey-form>`, whose client is of the development server.
 *
 * @param {import('node:test').TestContext} t
 * @param {object} [options]
 * @param {string} [options.journey]
 * @param {boolean} [options.tokens] whether it gets tokens
 * @param {boolean} [options.css] whether the page has the style sheet
 * @param {string} [options.path] of the page
 * @param {string} [options.inner] the element's children
 * @param {string} [options.setUp] the body of a function of the element, run before it is in the page
 * @param {import('playwright-core').BrowserContext} [options.context]
 */
export async function openForm(t, options = {}) {
  const { journey = 'Login', tokens, css, path, inner = '', setUp = '', context } = options;
  const page = await openApp(t, { path, context });
  await page.evaluate(
    async ({ journey, config, tokens, css, inner, setUp }) => {
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
      form.innerHTML = inner;
      form.journey = journey;
      form.client = { config };
      if (tokens) form.tokens = await (await import('/pkg/index.js')).oidc({ config });
      window.events = [];
      for (const type of ['step', 'success', 'failure', 'error']) {
        form.addEventListener(type, ({ detail }) => {
          window.events.push({ type, detail });
          window.dispatchEvent(new Event('heard'));
        });
      }
      window.form = form;
      Object.assign(form, (await import('/set-up.js').catch(() => ({}))).default);
      document.body.append(form);
    },
    { journey, config: config(), tokens, css, inner, setUp },
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

import { Protected, useFetch, useSignIn, useToken } from 'journey-oidc/vue';
import { createSSRApp } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { createPage } from './vue.js';

/** The HTML of a page, when all of it is known. */
export const render = (page) => renderToString(createPage(page));

/** What each composable, and `<Protected>`, throw without the plugin. */
export async function bare() {
  const using = (use) => ({ setup: () => use() && (() => null) });
  const messages = [];
  for (const Bare of [using(useSignIn), using(useToken), using(useFetch), Protected]) {
    const app = createSSRApp(Bare);
    app.config.errorHandler = ({ message }) => messages.push(message);
    app.config.warnHandler = () => {};
    await renderToString(app).catch(() => {});
  }
  return messages;
}

import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Protected, useFetch, useSignIn, useToken } from 'journey-oidc/react';
import { renderToPipeableStream, renderToString } from 'react-dom/server';
import { createAuth } from './auth.js';
import { App } from './react.jsx';

/** The HTML of a page, when all of it is known. */
export function render(page) {
  return new Promise((resolve, reject) => {
    const { pipe } = renderToPipeableStream(<App auth={createAuth(page)} page={page} />, {
      onAllReady: () => resolve(text(pipe(new PassThrough()))),
      onError: reject,
    });
  });
}

/** What each hook, and `<Protected>`, throw without a provider. */
export async function bare() {
  const using = (hook) => () => hook() && null;
  const components = [using(useSignIn), using(useToken), using(useFetch), Protected];
  return components.map((Bare) => {
    try {
      return renderToString(<Bare fallback={null} />);
    } catch (error) {
      return error.message;
    }
  });
}

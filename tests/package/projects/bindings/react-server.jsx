import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { renderToPipeableStream } from 'react-dom/server';
import { createAuth } from './auth.js';
import { App } from './react.jsx';

/** The HTML of a page, when all of it is known. */
export function render(page) {
  return new Promise((resolve, reject) => {
    const { pipe } = renderToPipeableStream(<App auth={createAuth()} page={page} />, {
      onAllReady: () => resolve(text(pipe(new PassThrough()))),
      onError: reject,
    });
  });
}

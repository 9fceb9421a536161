/** The thread of worker.js: `{ id, name, args }` is a call, `{ id, result?, error? }` its answer. */
import { parentPort, workerData } from 'node:worker_threads';
import { METHODS } from './control.js';
import { startServer } from './index.js';

const answer = (id, work) =>
  work().then(
    (result) => parentPort.postMessage({ id, result }),
    ({ message, code }) => parentPort.postMessage({ id, error: { message, code } }),
  );

let server;

answer(0, async () => {
  server = await startServer(workerData);
  const { url, port, wellknown, certificate } = server;
  return { methods: METHODS, url, port, wellknown, certificate };
});

parentPort.on('message', ({ id, name, args }) => answer(id, async () => server[name](...args)));

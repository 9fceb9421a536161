import { fileURLToPath, URL } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Starts a server in a thread of its own, with Node's own globals: see worker.d.ts.
 *
 * @param {import('./index.js').ServerOptions} [options]
 */
export async function startServer(options = {}) {
  const file = fileURLToPath(new URL('./worker-thread.js', import.meta.url));
  const worker = new Worker(file, { workerData: options });
  const pending = new Map();
  const started = new Promise((resolve, reject) => pending.set(0, { resolve, reject }));
  worker.on('message', ({ id, result, error }) => {
    const { resolve, reject } = pending.get(id);
    pending.delete(id);
    if (error) reject(Object.assign(new Error(error.message), { code: error.code }));
    else resolve(result);
  });
  worker.once('error', (error) => {
    for (const { reject } of pending.values()) reject(error);
  });
  let last = 0;
  const call = (name, args) =>
    new Promise((resolve, reject) => {
      last += 1;
      pending.set(last, { resolve, reject });
      worker.postMessage({ id: last, name, args });
    });
  const { methods, ...where } = await started.catch(async (error) => {
    await worker.terminate();
    throw error;
  });
  const calls = methods.map((name) => [name, (...args) => call(name, args)]);
  const close = async () => {
    await call('close', []);
    await worker.terminate();
  };
  return { ...where, ...Object.fromEntries(calls), close };
}

import { METHODS } from './control.js';
import { readOptions } from './options.js';
import { startServer as start } from './server.js';

export { FAULTS } from './fault-registry.js';

/**
 * Starts a server for the tests of an app: see index.d.ts.
 *
 * @param {import('./index.js').ServerOptions} [options]
 */
export async function startServer(options = {}) {
  if (!(Buffer.from('') instanceof Uint8Array)) throw new Error(FOREIGN_GLOBALS);
  const { control, ...server } = await start({ ...readOptions(options), inProcess: true });
  const methods = METHODS.map((name) => [name, (...args) => control[name](...args)]);
  return { ...server, ...Object.fromEntries(methods) };
}

const FOREIGN_GLOBALS =
  "This environment, such as jsdom, has replaced Node's Uint8Array, which the server needs. Start it by startServer of journey-oidc-server/worker.";

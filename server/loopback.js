import { createServer } from 'node:http';
import { guard } from './guard.js';

/**
 * Listens on both loopback addresses, or on IPv4's alone where there is no IPv6. `localhost` can be
 * either, so a port that is taken on one of them is taken.
 *
 * @param {import('node:http').RequestListener} listener is given what {@link guard} lets through
 * @param {number} port 0 for a free one
 * @param {string[]} [hosts] names that a request may be for, besides those of loopback
 * @returns {Promise<import('node:http').Server[]>} to {@link close}
 */
export function listen(listener, port, hosts) {
  return listenOnBoth(guard(listener, hosts), port, 5);
}

async function listenOnBoth(listener, port, attempts) {
  const first = await listenOn(listener, port, '127.0.0.1');
  try {
    return [first, await listenOn(listener, first.address().port, '::1')];
  } catch (error) {
    if (error.code !== 'EADDRINUSE') return [first];
    await close([first]);
    if (port !== 0 || attempts === 0) throw error;
    return listenOnBoth(listener, port, attempts - 1);
  }
}

function listenOn(listener, port, address) {
  return new Promise((resolve, reject) => {
    const server = createServer(listener);
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
}

/** Ends servers and what is connected to them. */
export async function close(servers) {
  await Promise.all(
    servers.map((server) => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      return closed;
    }),
  );
}

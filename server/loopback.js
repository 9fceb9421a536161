import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { guard } from './guard.js';

/**
 * Listens on both loopback addresses, or on IPv4's alone where there is no IPv6. `localhost` can be
 * either, so a port that is taken on one of them is taken.
 *
 * @param {import('node:http').RequestListener} listener is given what {@link guard} lets through
 * @param {number} port 0 for a free one
 * @param {string[]} [hosts] names that a request may be for, besides those of loopback
 * @param {{ address?: string, tls?: { key: string, cert: string } }} [where] `address`: listens on
 *   that one instead; `tls`: speaks https
 * @returns {Promise<import('node:http').Server[]>} to {@link close}
 */
export function listen(listener, port, hosts, { address, tls } = {}) {
  const guarded = guard(listener, hosts);
  const create = () => (tls ? createTlsServer(tls, guarded) : createServer(guarded));
  if (address) return listenOn(create, port, address).then((server) => [server]);
  return listenOnBoth(create, port, 5);
}

async function listenOnBoth(create, port, attempts) {
  const first = await listenOn(create, port, '127.0.0.1');
  try {
    return [first, await listenOn(create, first.address().port, '::1')];
  } catch (error) {
    if (error.code !== 'EADDRINUSE') return [first];
    await close([first]);
    if (port !== 0 || attempts === 0) throw error;
    return listenOnBoth(create, port, attempts - 1);
  }
}

async function listenOn(create, port, address) {
  const server = create();
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  return server;
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

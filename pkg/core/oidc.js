import { fetchWithToken } from './fetch.js';
import { createGet } from './lease.js';

/**
 * What of the `oidc()` client needs more than a call of the core: `token.get()` with its lease, which the end
 * of a session drops at once, and `fetch()`.
 *
 * @param {any} client
 */
export function createOidcMethods(client) {
  const { get, forget } = createGet(client);
  /** @param {(...args: unknown[]) => Promise<any>} end */
  const ending =
    (end) =>
    (/** @type {unknown[]} */ ...args) => {
      forget();
      return end(...args);
    };
  return {
    ...client,
    get,
    logout: ending(client.logout),
    revoke: ending(client.revoke),
    /** @type {(...given: [RequestInfo | URL, RequestInit?, any?]) => Promise<Response>} */
    fetch: (request, init, advise) => fetchWithToken(client, request, init, advise),
  };
}

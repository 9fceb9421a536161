/**
 * The app's own `fetch`, with the access token for the origins that the configuration names.
 *
 * @param {any} core
 * @param {RequestInfo | URL} input
 * @param {RequestInit} [init]
 * @param {(response: Response, request: Request) => Promise<Request | null | undefined>} [advise]
 *   follows the advice of a response, where the app wants that
 * @returns {Promise<Response>}
 */
export async function fetchWithToken(core, input, init, advise) {
  const request = new Request(input, init);
  const first = await authorize(core, request);
  if ('error' in first) {
    request.signal.throwIfAborted();
    throw new TypeError(first.message, { cause: first });
  }
  if (!first.authorization) {
    return fetch(request);
  }
  // Asks PingGateway for advice in the place of a redirect.
  if (advise) request.headers.set('X-Authenticate-Response', 'header');
  const spare = request.clone();
  const response = await send(request, first.authorization, init);
  const refused = response.status === 401 && first.authorization;
  if (!refused && response.status !== 403) {
    return response;
  }
  const advised = advise && (await advise(response, spare));
  if (advised === null || !(advised || refused)) {
    return response;
  }
  const again = advised ?? spare;
  const second = await authorize(core, again, advised ? undefined : refused);
  return second.authorization ? send(again, second.authorization, init) : response;
}

/**
 * @param {any} core
 * @param {Request} request
 * @param {string} [refused]
 */
async function authorize(core, { url, signal }, refused) {
  const result = await core.authorization(url, refused, { signal });
  return typeof result === 'object' && result ? result : { authorization: result };
}

/**
 * Sends a request with the token. A redirect is refused unless the app asks for it: not every
 * browser takes the token out of one that leads to another origin.
 *
 * @param {Request} request
 * @param {string} authorization
 * @param {RequestInit} [init]
 */
function send(request, authorization, init) {
  const headers = new Headers(request.headers);
  headers.set('Authorization', authorization);
  return fetch(new Request(request, { headers, redirect: init?.redirect ?? 'error' }));
}

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
  if (!first.header) {
    return fetch(request);
  }
  // Asks PingGateway for advice in the place of a redirect.
  if (advise) request.headers.set('X-Authenticate-Response', 'header');
  const spare = request.clone();
  const response = await send(request, first.header, init);
  const isRefused = response.status === 401;
  // What another origin says, to which a redirect led, says nothing of the token, and is no advice. A
  // mock's response has no URL.
  if (!(isRefused || response.status === 403) || !core.isApi(response.url || request.url)) {
    return response;
  }
  const advised = advise && (await advise(response, spare));
  if (advised === null || !(advised || isRefused)) {
    return response;
  }
  const again = advised ?? spare;
  const second = await authorize(core, again, first, !advised);
  return second.header ? send(again, second.header, init) : response;
}

/**
 * What a request is sent with: nothing for an origin that gets no token and, for one that is sent once
 * more, where the user is another one than `before`; or an error value.
 *
 * @param {any} core
 * @param {Request} request
 * @param {object} [before] what the first try was sent with
 * @param {boolean} [isRefused] whether the API did not take that
 * @returns {Promise<any>}
 */
async function authorize(core, { url, signal }, before, isRefused) {
  return (await core.authorization(url, before, isRefused, { signal })) ?? {};
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

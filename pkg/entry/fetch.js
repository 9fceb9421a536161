import { failure } from './failure.js';

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
  const response = await send(core, request, first, init);
  const isRefused = response.status === 401;
  if (!(isRefused || response.status === 403) || !isFrom(response, request)) {
    return response;
  }
  const advised = advise && (await advise(response, spare));
  if (advised === null || !(advised || isRefused)) {
    return response;
  }
  const again = advised ?? spare;
  const second = await authorize(core, again, first, advised ? {} : { wants: 'anotherToken' });
  return second.header ? send(core, again, second, init) : response;
}

/**
 * `token.proof()`: the headers for a request that the app sends itself.
 *
 * @param {any} core
 * @param {import('../index.js').ProofRequest} request
 */
export async function prove(core, { url, method, nonce, signal }) {
  const target = { url: new URL(url, location.href).href, method: method.toUpperCase(), signal };
  const sent = await authorize(core, target, undefined, { nonce });
  if ('error' in sent) return sent;
  if (!sent.header) {
    const message = 'The url of token.proof() must be of one of the apiOrigins.';
    return failure('Invalid options', 'argument_invalid', 'argument_error', message);
  }
  return { Authorization: sent.header, ...(sent.proof && { DPoP: sent.proof }) };
}

/**
 * What a request is sent with: nothing for an origin that gets no token and, for one that is sent once
 * more, where the user is another one than `before`; or an error value.
 *
 * @param {any} core
 * @param {{ url: string, method: string, signal?: AbortSignal }} request
 * @param {object} [before] what the try before was sent with
 * @param {object} [more] what is wanted after that try, and what the app or an answer says
 * @returns {Promise<any>}
 */
async function authorize(core, { url, method, signal }, before, more) {
  return (await core.authorization({ ...more, url, method, before, signal })) ?? {};
}

/**
 * Whether a response is from the origin of the request. What another one says, to which a redirect led, says
 * nothing of the token or the proof, and is no advice: also where that is one of the `apiOrigins`. A mock's
 * response has no URL.
 *
 * @param {Response} response
 * @param {Request} request
 */
function isFrom({ url }, request) {
  return !url || new URL(url).origin === new URL(request.url).origin;
}

/**
 * Sends a request with the token, and with a DPoP proof where the token is bound; once more where another
 * proof may be accepted. A redirect is refused unless the app asks for it: not every browser takes the
 * token out of one that leads to another origin, and none the proof.
 *
 * @param {any} core
 * @param {Request} request
 * @param {any} sent what the core has made for it
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 */
async function send(core, request, sent, init) {
  const { header, proof } = sent;
  const spare = proof && request.clone();
  const headers = new Headers(request.headers);
  headers.set('Authorization', header);
  if (proof) headers.set('DPoP', proof);
  const redirect = init?.redirect ?? 'error';
  const response = await fetch(new Request(request, { headers, redirect }));
  if (!proof || !isFrom(response, request)) return response;
  const again = authorize(core, request, sent, {
    wants: 'anotherProof',
    status: response.status,
    nonce: response.headers.get('DPoP-Nonce'),
    challenge: response.headers.get('WWW-Authenticate'),
  });
  // The answer of a success is not kept waiting for its nonce to be noted.
  const repeated = response.ok ? undefined : await again;
  return repeated?.proof ? send(core, spare, repeated, init) : response;
}

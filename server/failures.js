import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';

/**
 * Failures for the next matching requests. A failure is
 *
 *     { match, method?, times = 1, after = false,
 *       delay?, hang?, reset?, status?, headers?, body?, mutate? }
 *
 * `match` is part of path and query; `times: -1` is for ever. Without `after` the failure replaces the
 * request; with it the server does what it was asked, and the response fails. A failure
 * with `delay` (ms) alone, or with `mutate`, keeps the real response.
 */
export class Failures {
  #list = [];
  #keys;
  #onIssue;

  constructor({ keys, onIssue }) {
    this.#keys = keys;
    this.#onIssue = onIssue;
  }

  add(failure) {
    if (typeof failure.match !== 'string') throw new TypeError('match must be a string');
    if (failure.mutate !== undefined && !Object.hasOwn(MUTATIONS, failure.mutate)) {
      throw new TypeError(`mutate must be one of ${Object.keys(MUTATIONS).join(', ')}`);
    }
    this.#list.push({ times: 1, ...failure });
  }

  /** The failures still to come. */
  list() {
    return this.#list;
  }

  clear() {
    this.#list = [];
  }

  /** Handles a request: as the first failure that matches it says, else by `next`. */
  async handle(req, res, next) {
    const failure = this.#take(req);
    if (!failure) return next();
    if (failure.mutate) {
      rewriteResponse(res, (body) => this.#mutate(failure.mutate, body));
    } else if (failure.after) {
      rewriteResponse(res, (body) => applyTo(failure, req, res, body));
      return next();
    }
    await sleep(failure.delay ?? 0);
    if (!replaces(failure)) return next();
    return applyTo({ ...failure, delay: 0 }, req, res, '').then((body) => res.end(body));
  }

  #take({ method, url }) {
    const failure = this.#list.find(
      (one) => url.includes(one.match) && (one.method ?? method) === method,
    );
    if (failure) {
      failure.times -= 1;
      if (failure.times === 0) this.#list.splice(this.#list.indexOf(failure), 1);
    }
    return failure;
  }

  async #mutate(name, body) {
    const json = JSON.parse(body);
    if (!json.id_token) return body;
    json.id_token = await MUTATIONS[name](json.id_token, this.#keys);
    this.#onIssue('IdToken', json.id_token);
    return JSON.stringify(json);
  }
}

/** What can be done to the `id_token` of a response. All but the first sign again, rightly. */
const MUTATIONS = {
  // Not the last characters: they must stay canonical base64url, or the token is malformed instead.
  id_token_signature: (token) =>
    token.replace(/.{8}(?=.{8}$)/, (part) => [...part].reverse().join('')),
  id_token_nonce: (token, keys) => signAgain(token, keys, { nonce: 'another-nonce' }),
  id_token_iss: (token, keys) => signAgain(token, keys, { iss: 'https://issuer.example' }),
  id_token_aud: (token, keys) => signAgain(token, keys, { aud: 'another-client' }),
  id_token_exp: (token, keys) => {
    const now = Math.floor(Date.now() / 1000);
    return signAgain(token, keys, { iat: now - 7200, exp: now - 3600 });
  },
  id_token_sub: (token, keys) => signAgain(token, keys, { sub: 'another-user' }),
  id_token_auth_time: (token, keys) =>
    signAgain(token, keys, { auth_time: Math.floor(Date.now() / 1000) - 7200 }),
  id_token_at_hash: (token, keys) => signAgain(token, keys, { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
  no_id_token: () => undefined,
};

function signAgain(token, keys, claims) {
  return keys.sign({ ...decodeJwt(token), ...claims });
}

function replaces({ hang, reset, status, body }) {
  return hang || reset || status !== undefined || body !== undefined;
}

/** Does to a response what the failure says; the body it then has. Never settles for `hang`. */
async function applyTo({ delay, hang, reset, status, headers, body }, req, res, original) {
  if (delay) await sleep(delay);
  if (reset) req.socket.destroy();
  if (hang || reset) return new Promise(() => {});
  if (status !== undefined || body !== undefined) {
    for (const name of res.getHeaderNames()) {
      if (!/^(access-control-|vary$)/.test(name)) res.removeHeader(name);
    }
    res.statusCode = status ?? 200;
  }
  const isObject = typeof body === 'object';
  if (isObject) res.setHeader('Content-Type', 'application/json;charset=UTF-8');
  for (const [name, value] of Object.entries(headers ?? {})) res.setHeader(name, value);
  if (status === undefined && body === undefined) return original;
  return isObject ? JSON.stringify(body) : (body ?? '');
}

/** Lets `rewrite(body)` change a response before it is sent. It needs bodies sent by one `end`. */
function rewriteResponse(res, rewrite) {
  const end = res.end.bind(res);
  res.end = (chunk) => {
    Promise.resolve(rewrite(chunk === undefined ? '' : chunk.toString()))
      .then((body) => {
        if (res.hasHeader('Content-Length')) {
          res.setHeader('Content-Length', Buffer.byteLength(body));
        }
        end(body);
      })
      .catch((error) => res.destroy(error));
    return res;
  };
}

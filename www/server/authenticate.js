import { randomUUID } from 'node:crypto';
import { sendAmError } from './am-error.js';
import { readJsonObject, sendJson } from './http.js';
import { advance, readAnswers, renderPage, UnexpectedInput } from './journeys.js';
import { createSession, sessionOf, setSessionCookie } from './sessions.js';

const DEFAULT_JOURNEY = 'Login';

/**
 * `POST …/authenticate`: starts a journey, or takes the answers to a page of it. All state between
 * the requests is in the `authId`, a JWT signed by the server; a password is never part of it.
 */
export class Authenticate {
  #journeys;
  #keys;
  #settings;
  #ended = new Set();

  constructor({ journeys, keys, settings }) {
    this.#journeys = journeys;
    this.#keys = keys;
    this.#settings = settings;
  }

  async handle(realm, req, res, query) {
    if (req.method !== 'POST') return sendAmError(res, 405, 'Method not allowed');
    const body = await readJsonObject(req).catch(() => undefined);
    if (!body) return sendAmError(res, 400, 'The request body is not a JSON object');
    const call = { realm, req, res, query };
    return body.authId === undefined ? this.#start(call) : this.#next(call, body);
  }

  async #start(call) {
    const { realm, req, query } = call;
    const journey = this.#journeyFor(query);
    if (!journey) return sendAmError(call.res, 400, 'No Configuration found');
    const run = {
      otk: randomUUID(),
      realm: realm.path,
      authIndexType: 'service',
      authIndexValue: journey.name,
      noSession: query.get('noSession') === 'true',
      inputs: {},
    };
    const session = await sessionOf(realm, req);
    if (session && query.get('ForceAuth') !== 'true') return sendSuccess(call, run, session);
    return this.#goTo(call, run, await advance(journey, journey.start, {}));
  }

  #journeyFor(query) {
    const type = query.get('authIndexType');
    if (type === null) return this.#journeys.get(DEFAULT_JOURNEY);
    return type === 'service' ? this.#journeys.get(query.get('authIndexValue')) : undefined;
  }

  async #next(call, { authId, callbacks }) {
    const run = await this.#keys.verifyAuthId(authId).catch(() => undefined);
    if (run?.realm !== call.realm.path || this.#ended.has(run.otk)) {
      return sendAmError(call.res, 401, 'Session has timed out', { errorCode: '110' });
    }
    const journey = this.#journeys.get(run.authIndexValue);
    const page = journey.nodes[run.node];
    try {
      const { kept, secret } = readAnswers(page, callbacks);
      run.inputs = { ...run.inputs, ...kept };
      return this.#goTo(call, run, await advance(journey, page.next, { ...run.inputs, ...secret }));
    } catch (error) {
      if (error instanceof UnexpectedInput) return sendAmError(call.res, 400, error.message);
      throw error;
    }
  }

  /** Answers with the page `node`, or with the end it is. */
  async #goTo(call, run, node) {
    if (node === 'success') return this.#succeed(call, run);
    if (node === 'failure') return this.#fail(call, run);
    const journey = this.#journeys.get(run.authIndexValue);
    const claims = { ...run, node, iat: undefined, exp: undefined };
    const authId = await this.#keys.signAuthId(claims, this.#settings.authIdTtl);
    call.realm.onIssue('authId', authId);
    return sendJson(call.res, 200, { authId, ...renderPage(journey.nodes[node]) });
  }

  async #succeed(call, run) {
    this.#ended.add(run.otk);
    if (run.noSession) return sendSuccess(call, run);
    const previous = await sessionOf(call.realm, call.req);
    await previous?.destroy();
    const { username } = run.inputs;
    const session = await createSession(call.realm, username, this.#settings.sessionTtl);
    setSessionCookie(call.res, session.jti);
    return sendSuccess(call, run, session);
  }

  #fail(call, run) {
    this.#ended.add(run.otk);
    sendAmError(call.res, 401, 'Login failure', { failureUrl: '' });
  }
}

function sendSuccess({ realm, res }, { noSession }, session) {
  sendJson(res, 200, {
    ...(noSession ? { message: 'Authentication Successful' } : { tokenId: session.jti }),
    successUrl: '/am/console',
    realm: realm.path,
  });
}

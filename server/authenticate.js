import { randomUUID } from 'node:crypto';
import { demandOf } from './advice.js';
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
  #decisions;
  #journeys;
  #keys;
  #settings;
  #returns;
  #faults;
  #ended = new Set();

  constructor({ journeys, decisions, keys, settings, returns, faults }) {
    this.#decisions = decisions;
    this.#journeys = journeys;
    this.#keys = keys;
    this.#settings = settings;
    this.#returns = returns;
    this.#faults = faults;
  }

  async handle(realm, req, res, query) {
    if (req.method !== 'POST') return sendAmError(res, 405, 'Method not allowed');
    const body = await readJsonObject(req).catch(() => undefined);
    if (!body) return sendAmError(res, 400, 'The request body is not a JSON object');
    const call = { realm, req, res, query };
    if (body.authId !== undefined) return this.#next(call, body);
    return query.has('suspendedId') ? this.#resume(call) : this.#start(call);
  }

  async #start(call) {
    const { realm, req, query } = call;
    const demand = demandOf(query);
    const journey = this.#journeys.get(demand ? demand.journey : journeyName(query));
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
    const isEnough =
      session && query.get('ForceAuth') !== 'true' && !demand?.exceeds(realm, session);
    if (isEnough) return sendSuccess(call, run, session);
    if (session && demand) run.upgrades = session.accountId;
    return this.#follow(call, run, journey.start);
  }

  async #next(call, { authId, callbacks }) {
    const run = await this.#keys.verifyAuthId(authId).catch(() => undefined);
    if (run?.realm !== call.realm.path) return sendTimedOut(call.res, TIMED_OUT);
    if (this.#ended.has(run.otk)) {
      return sendTimedOut(call.res, this.#faults.as('usedStep', TIMED_OUT));
    }
    const page = this.#journeys.get(run.authIndexValue).nodes[run.node];
    try {
      const { kept, secret } = readAnswers(page, callbacks);
      run.inputs = { ...run.inputs, ...kept };
      return await this.#follow(call, run, page.next ?? run.node, secret);
    } catch (error) {
      if (error instanceof UnexpectedInput) return sendAmError(call.res, 400, error.message);
      throw error;
    }
  }

  /** Goes on where a link from an email leads. */
  async #resume(call) {
    const suspended = call.realm.mails.take(call.query.get('suspendedId'));
    if (!suspended || this.#ended.has(suspended.run.otk)) {
      return sendAmError(call.res, 401, 'Unable to resume session. It may have expired.');
    }
    return this.#follow(call, suspended.run, suspended.goOn);
  }

  /** Follows the decisions from node `id`, and answers with what they lead to. */
  async #follow(call, run, id, secret = {}) {
    const { realm, req, query } = call;
    const journey = this.#journeys.get(run.authIndexValue);
    const context = { realm, req, query, run, settings: this.#settings, returns: this.#returns };
    const inputs = { ...run.inputs, ...secret };
    const { node, kept } = await advance(journey, id, inputs, context, this.#decisions);
    run.inputs = { ...run.inputs, ...kept };
    if (node === 'success') return this.#succeed(call, run);
    if (node === 'failure') return this.#fail(call, run);
    const claims = { ...run, node, iat: undefined, exp: undefined };
    const authId = await this.#keys.signAuthId(claims, this.#settings.authIdTtl);
    realm.onIssue('authId', authId);
    return sendJson(call.res, 200, { authId, ...renderPage(journey.nodes[node], run.inputs) });
  }

  async #succeed(call, run) {
    const { realm, req, res } = call;
    const { username } = run.inputs;
    if (run.upgrades !== undefined && run.upgrades !== username) return this.#fail(call, run);
    this.#ended.add(run.otk);
    if (run.noSession) return sendSuccess(call, run);
    const previous = await sessionOf(realm, req);
    const session = await createSession(realm, username, this.#settings.sessionTtl);
    const before = run.upgrades === undefined ? [] : realm.journeysOf(previous);
    realm.noteJourneys(session, [...before, run.authIndexValue]);
    await previous?.destroy();
    setSessionCookie(req, res, session.jti);
    return sendSuccess(call, run, session);
  }

  /** `run.inputs.failure` is what a decision has to say about it. */
  #fail(call, run) {
    this.#ended.add(run.otk);
    const {
      code = 401,
      message = 'Login failure',
      detail = { failureUrl: '' },
    } = run.inputs.failure ?? {};
    sendAmError(call.res, code, message, detail);
  }
}

const TIMED_OUT = { code: 401, message: 'Session has timed out', detail: { errorCode: '110' } };

function sendTimedOut(res, { code, message, detail }) {
  sendAmError(res, code, message, detail);
}

function journeyName(query) {
  const type = query.get('authIndexType');
  if (type === null) return DEFAULT_JOURNEY;
  return type === 'service' ? query.get('authIndexValue') : undefined;
}

function sendSuccess({ realm, res }, { noSession }, session) {
  sendJson(res, 200, {
    ...(noSession ? { message: 'Authentication Successful' } : { tokenId: session.jti }),
    successUrl: '/am/console',
    realm: realm.path,
  });
}

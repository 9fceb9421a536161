/**
 * AM's transactional authorization: what a policy asks of the user before a request may pass.
 */

/** The end of the last journey: a user goes through one at a time. */
let last = Promise.resolve();

/**
 * @param {import('../index.js').AdviceHandler} handler
 * @param {Response} response
 * @param {Request} request the one that was refused so
 * @returns {Promise<Request | null | undefined>} the one to send; `null`: the response stands;
 * `undefined`: it has no advice
 */
export async function stepUp(handler, response, request) {
  const advices = await readAdvices(response);
  if (!advices) return undefined;
  const { url, signal } = request;
  const turn = last.then(() => {
    signal.throwIfAborted();
    const authIndexValue = toXml(advices);
    const query = { authIndexType: /** @type {const} */ ('composite_advice'), authIndexValue };
    return unlessAborted(handler({ url, advices, query, signal }), signal);
  });
  last = turn.then(
    () => {},
    () => {},
  );
  const result = await unlessAborted(turn, signal);
  if (result !== true && /** @type {any} */ (result)?.type !== 'LoginSuccess') return null;
  const [transaction] = advices.TransactionConditionAdvice ?? [];
  return transaction ? withTransaction(request, transaction) : request;
}

/**
 * Settles as the promise does, or rejects when the signal is aborted: the app's handler may never settle.
 *
 * @template T
 * @param {T | PromiseLike<T>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function unlessAborted(promise, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort);
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * The advices of a refusal: in PingGateway's header, or in a JSON body as a policy decision or as a
 * URL of AM.
 *
 * @param {Response} response
 * @returns {Promise<Record<string, string[]> | undefined>}
 */
async function readAdvices(response) {
  const header = response.headers.get('www-authenticate') ?? '';
  const [, packed] = /\badvices="([^"]*)"/i.exec(header) ?? [];
  try {
    if (packed && /\bSSOADVICE\b/i.test(header)) return select(JSON.parse(atob(packed)));
    if (!/json/i.test(response.headers.get('content-type') ?? '')) return undefined;
    const body = await response.clone().json();
    const [decision] = Array.isArray(body) ? body : [body];
    return select(decision?.advices) ?? select(readUrl(JSON.stringify(body)));
  } catch {
    return undefined;
  }
}

/**
 * What is an advice: a name with texts.
 *
 * @param {any} advices
 */
function select(advices) {
  const entries = Object.entries(advices ?? {}).filter(
    ([, values]) =>
      Array.isArray(values) && values[0] && values.every((value) => typeof value === 'string'),
  );
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** @param {string} text */
function readUrl(text) {
  const [, xml = ''] = /=composite_advice&authIndexValue=([^&"\\]+)/.exec(text) ?? [];
  const pairs = decodeURIComponent(xml).matchAll(
    /<Attribute name="(\w+)"\s*\/>\s*<Value>([^<]+)<\/Value>/g,
  );
  return Object.fromEntries(Array.from(pairs, ([, name, value]) => [name, [value]]));
}

/** @param {Record<string, string[]>} advices */
function toXml(advices) {
  const pairs = Object.entries(advices).map(([name, values]) => {
    const texts = values.map((value) => `<Value>${escapeXml(value)}</Value>`).join('');
    return `<AttributeValuePair><Attribute name="${escapeXml(name)}"/>${texts}</AttributeValuePair>`;
  });
  return `<Advices>${pairs.join('')}</Advices>`;
}

/** @param {string} text */
function escapeXml(text) {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * The request with the transaction in its query. Not every browser copies a body to another URL.
 *
 * @param {Request} request
 * @param {string} transaction
 */
async function withTransaction(request, transaction) {
  const url = new URL(request.url);
  url.search += `${url.search && '&'}_txid=${encodeURIComponent(transaction)}`;
  const { method, headers, mode, credentials, cache, referrer, referrerPolicy } = request;
  const { integrity, keepalive, signal } = request;
  const init = { method, headers, mode, credentials, cache, referrer, referrerPolicy };
  const bytes = await request.arrayBuffer();
  const body = bytes.byteLength > 0 ? bytes : undefined;
  return new Request(url, { ...init, integrity, keepalive, signal, body });
}

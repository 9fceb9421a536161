/** What the server was asked, in order, for tests: secrets included, so only in test mode. */
export class Requests {
  #list = [];

  list() {
    return this.#list;
  }

  clear() {
    this.#list = [];
  }

  /**
   * Notes a request: `{ method, path, query, origin, contentType, authorization, time, status?,
   * body? }`. `body` is a form as an object, JSON as its value, else text; it is there once the
   * request has been answered, and only as far as it was read.
   */
  record(req, res, url) {
    const entry = {
      method: req.method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      origin: req.headers.origin,
      contentType: req.headers['content-type'],
      authorization: req.headers.authorization !== undefined,
      time: Date.now(),
    };
    this.#list.push(entry);
    const chunks = tap(req);
    res.once('close', () => {
      entry.status = res.headersSent ? res.statusCode : undefined;
      entry.body = parse(Buffer.concat(chunks).toString('utf8'), entry.contentType ?? '');
    });
  }
}

/** Collects a request's body on its way to whoever reads it. */
function tap(req) {
  const chunks = [];
  const push = req.push;
  req.push = (chunk, encoding) => {
    if (chunk) chunks.push(chunk);
    return push.call(req, chunk, encoding);
  };
  return chunks;
}

function parse(text, contentType) {
  if (text === '') return undefined;
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What a server on loopback answers before anything else looks at a request. */

const BASE = 'http://localhost';

/** Names that a browser only ever resolves to this machine. */
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * A listener that is given only requests that can be read and that are meant for this server. Any
 * page can make a browser ask a loopback address; under a foreign name (DNS rebinding), it could also
 * read the answer. A failure of the listener ends its request, and not the process.
 *
 * @param {(req: import('node:http').IncomingMessage, res: import('node:http').ServerResponse) => unknown} listener
 * @param {string[]} hosts names that are allowed besides those of loopback
 * @returns {import('node:http').RequestListener}
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20
 */
export function guard(listener, hosts = []) {
  return (req, res) => {
    if (!isReadable(req.url)) return refuse(res, 400, 'Bad request');
    if (!isAllowed(req.headers.host, hosts)) return refuse(res, 421, 'Misdirected request');
    const handle = async () => listener(req, res);
    return handle().catch((error) => fail(res, error));
  };
}

/** Whether a request target is a path of this server, and not `//host/` or `http://host/`. */
function isReadable(target) {
  return (
    target.startsWith('/') && URL.canParse(target, BASE) && new URL(target, BASE).origin === BASE
  );
}

function isAllowed(host = '', hosts = []) {
  if (!/^[\w.:[\]-]+$/.test(host) || !URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return LOOPBACK.test(hostname) || hosts.includes(hostname);
}

/** Answers with a text; the connection ends, since the rest of the request is not read. */
function refuse(res, status, text) {
  const headers = { 'Content-Type': 'text/plain;charset=utf-8', Connection: 'close' };
  res.writeHead(status, headers).end(text);
}

function fail(res, error) {
  if (error.status === undefined) console.error(error.stack);
  if (res.headersSent) res.destroy();
  else refuse(res, error.status ?? 500, error.status ? error.message : 'Internal error');
}

/** Small helpers over Node's request and response. Nothing here knows about AM or OAuth. */

const BODY_LIMIT = 1024 * 1024;

/** Reads the whole body as text. Rejects with an error of status 413 beyond 1 MiB. */
export async function readText(req) {
  const chunks = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw Object.assign(new Error('Body too large'), { status: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Reads a body that is a JSON object; an empty body is `{}`.
 * Rejects with a `SyntaxError` for anything else.
 */
export async function readJsonObject(req) {
  const text = await readText(req);
  const value = text.trim() === '' ? {} : JSON.parse(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new SyntaxError('the body is not a JSON object');
  }
  return value;
}

/** Reads an `application/x-www-form-urlencoded` body. */
export async function readForm(req) {
  return new URLSearchParams(await readText(req));
}

/** The request's cookies by name; the first of two with one name wins. */
export function cookies(req) {
  const jar = {};
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0) jar[pair.slice(0, at).trim()] ??= pair.slice(at + 1).trim();
  }
  return jar;
}

export function sendEmpty(res, status) {
  res.statusCode = status;
  res.end();
}

export function sendJson(res, status, body) {
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json;charset=UTF-8');
  res.setHeader('Cache-Control', 'no-store');
  res.end(JSON.stringify(body));
}

export function sendRedirect(res, location) {
  res.statusCode = 302;
  res.setHeader('Location', location);
  res.setHeader('Cache-Control', 'no-store');
  res.end();
}

/** The headers of every HTML page here: AM's pages refuse to be framed, and ours need no script. */
export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};

export function sendPage(res, status, html) {
  res.statusCode = status;
  for (const [name, value] of Object.entries(PAGE_HEADERS)) res.setHeader(name, value);
  res.end(html);
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text) {
  return String(text).replace(/[&<>"']/g, (char) => ENTITIES[char]);
}

/** A whole plain page. `body` is HTML. */
export function page(title, body) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

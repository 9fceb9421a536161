/**
 * What the core calls before and after its requests; nothing for an app that hooks nothing in.
 *
 * @param {{ requestMiddleware?: unknown, onResponse?: unknown } | undefined} input
 */
export function createHooks(input) {
  const { requestMiddleware, onResponse } = input ?? {};
  const middleware = Array.isArray(requestMiddleware) ? requestMiddleware : [];
  return {
    prepare: middleware.length > 0 && prepare.bind(undefined, middleware),
    seen: typeof onResponse === 'function' && see.bind(undefined, /** @type {any} */ (onResponse)),
  };
}

/**
 * What a request is for; the beginning of a journey tells which.
 *
 * @param {string} type
 * @param {string} url
 */
function actionOf(type, url) {
  const tree = new URL(url).searchParams.get('authIndexValue') ?? undefined;
  const payload = type === 'JOURNEY_START' ? { type: 'service', tree } : {};
  return Object.freeze({ type, payload });
}

/**
 * Runs the middleware over a request and waits for all of it, whether it called `next` or not.
 *
 * @param {((req: any, action: object, next: () => any) => unknown)[]} middleware
 * @param {any} request `{ url, method, headers, credentials, form?, body? }`
 * @param {string} type
 */
async function prepare(middleware, { form, ...request }, type) {
  const req = { ...request, url: new URL(request.url), headers: new Headers(request.headers) };
  if (form !== undefined) req.body = new URLSearchParams(form);
  const action = actionOf(type, request.url);
  /** @type {Promise<unknown>[]} */
  const running = [];
  let position = 0;
  const next = () => {
    const following = middleware[position];
    position += 1;
    if (following) {
      const run = Promise.resolve(following(req, action, next));
      // Each is awaited below; one that fails early is not unhandled until then.
      run.catch(() => {});
      running.push(run);
    }
    return req;
  };
  next();
  for (const run of running) await run;
  return describe(req, form !== undefined);
}

/**
 * The request as plain data.
 *
 * @param {any} req
 * @param {boolean} isForm
 */
function describe(
  { url, method, headers, credentials, body, timeout, params, ...options },
  isForm,
) {
  const target = new URL(url);
  for (const [name, value] of Object.entries(params ?? {})) {
    target.searchParams.append(name, String(value));
  }
  const text = body === undefined || body === null ? undefined : String(body);
  return {
    url: target.href,
    method,
    headers: Object.fromEntries(new Headers(headers)),
    credentials,
    ...(isForm || isParameters(body) ? { form: text } : { body: text }),
    timeout,
    options,
  };
}

/**
 * Whether a body is `URLSearchParams`, of whichever realm.
 *
 * @param {unknown} body
 */
function isParameters(body) {
  return Object.prototype.toString.call(body) === '[object URLSearchParams]';
}

/**
 * @param {(response: Response, action: object) => unknown} onResponse
 * @param {Response} response
 * @param {string} type
 */
async function see(onResponse, response, type) {
  try {
    await onResponse(response, actionOf(type, response.url || 'about:blank'));
  } catch {
    // What the app does with a response must not stop a sign-in.
  }
}

/** What the test files of `oidc()` share. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterEach } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { config, run, storage, TOKENS, USER, useWorld, world } from './support.js';

/** Calls one method of a new client: `call(page, 'token.get', [options])`. */
export function call(page, method, args = [], settings = config(), more = {}) {
  return run(
    page,
    async ({ oidc }, { input, method, args }) => {
      const client = await oidc(input);
      if ('error' in client) return client;
      const [group, name] = method.split('.');
      return client[group][name](...args);
    },
    { input: { config: settings, ...more }, method, args },
  );
}

/** Asserts the members that every error value has. */
export function assertError(value, expected) {
  const seen = Object.keys(expected).map((name) => [name, value?.[name]]);
  assert.deepEqual(Object.fromEntries(seen), expected, JSON.stringify(value));
  assert.ok(value.code && value.type && value.message.length > 10, JSON.stringify(value));
  // The provider's own text, where it sent one.
  assert.equal(value.error_description, value.cause?.error_description ?? value.message);
}

/** What is stored, but for the provider's public documents. */
export function withoutDocuments(stored) {
  const entries = Object.entries(stored).filter(([key]) => !key.startsWith('pic-document-'));
  return Object.fromEntries(entries);
}

/** What is stored, without what a page makes again of it: documents, and leases for other configurations. */
export function recordsOf(stored) {
  const entries = Object.entries(withoutDocuments(stored));
  return Object.fromEntries(entries.filter(([key]) => !key.startsWith('pic-lease-')));
}

/** Lets the page ask the provider again for what it has kept. */
export function dropDocuments(page) {
  return page.evaluate(() => {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith('pic-document-'));
    for (const key of keys) sessionStorage.removeItem(key);
  });
}

/** Asserts that nobody's data is stored: where nobody signed out, public documents may be. */
export async function assertNobodyStored(page) {
  assert.deepEqual(withoutDocuments(await storage(page)), {});
}

/** Asserts that nothing of ours is stored. */
export async function assertNothingStored(page) {
  assert.deepEqual(Object.keys(await storage(page)), []);
}

/** Signs in on the provider's own page. */
export async function fillIn(page) {
  await page.getByLabel('User Name').fill(USER.username);
  await page.getByLabel('Password').fill(USER.password);
  await page.getByLabel('Password').press('Enter');
}

/** Waits until something is true. */
export async function until(condition, what = String(condition)) {
  for (const deadline = Date.now() + 5000; !(await condition()); await sleep(20)) {
    assert.ok(Date.now() < deadline, `never: ${what}`);
  }
}

/** The stored tokens, but for what only a logout at AM needs. */
export async function storedTokens(page) {
  return JSON.parse((await storage(page))[TOKENS] ?? 'null', (name, value) =>
    name === 'signInIdToken' ? undefined : value,
  );
}

/** Whether the development server takes an access token or a refresh token. */
export const isActive = (token) => world.server.control.token(token).active;

/** Whether AM's session is alive, by its token. */
export const isAlive = async (token) => (await world.server.control.session(token)).active;

/** The claims of a token, unverified. */
export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

/** The provider's metadata with some members changed; `undefined` takes one out. */
export async function serveMetadata(changes) {
  const path = '/am/oauth2/realms/root/.well-known/openid-configuration';
  const real = await (await fetch(world.provider + path)).json();
  world.server.control.fail({ match: path, times: -1, body: { ...real, ...changes } });
}

/** An API of the app, as {@link useApi} starts it. */
export const api = {
  /** Its origin, on the list of {@link withApi}. */
  url: '',
  /** The same server by another name, which is on no list. */
  elsewhere: '',
  /** What it was asked in this test: `{ method, url, headers, token, body }` each. */
  calls: [],
  /** Answers a call: `{ status, headers, body }`, each with a default. Set it in a test. */
  decide: () => {},
};

/**
 * Starts the world with an API.
 *
 * @param {string} header what pages may send besides `authorization` and `content-type`
 */
export function useApi(header) {
  useWorld(async () => {
    const allowed = `authorization, content-type, ${header}`;
    const server = createServer((request, response) => answerAsApi(request, response, allowed));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    api.url = `http://localhost:${server.address().port}`;
    api.elsewhere = api.url.replace('localhost', '127.0.0.1');
    return () => {
      server.close();
      server.closeAllConnections();
    };
  });
  afterEach(() => {
    api.calls = [];
    api.decide = () => {};
  });
}

async function answerAsApi(request, response, allowed) {
  const chunks = await request.toArray();
  const { method, url, headers } = request;
  // `null` where another origin has redirected to here.
  response.setHeader('access-control-allow-origin', headers.origin ?? '*');
  response.setHeader('access-control-allow-headers', allowed);
  response.setHeader('access-control-allow-methods', 'GET, POST, PUT, DELETE');
  response.setHeader('access-control-expose-headers', 'www-authenticate');
  if (method === 'OPTIONS') return response.end();
  const token = headers.authorization?.replace('Bearer ', '');
  const call = { method, url, headers, token, body: Buffer.concat(chunks).toString() };
  api.calls.push(call);
  const { status = 200, body = `${url} ${status}`, ...more } = (await api.decide(call)) ?? {};
  response.writeHead(status, more.headers).end(body);
}

/** The configuration of an app that has the API. */
export const withApi = (more) => config({ apiOrigins: [api.url], ...more });

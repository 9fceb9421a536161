/**
 * The app that Hydra sends users to, of another origin than Hydra's: it asks who they are, whether they
 * consent, and whether they sign out, and tells Hydra by its administration. Each page of it asks only
 * what it must: who signed in already is not asked again, and whether a client's users are asked about
 * consent and sign-out is in the client's metadata, `{ asks: ['consent', 'logout'] }`.
 */
import { createServer } from 'node:http';
import { ask } from '../support/server.js';

/** By the name that Hydra has for each: whether it asks, its form, and what Hydra is told. */
const PAGES = {
  login: {
    asks: ({ skip }) => !skip,
    form: `
      <label>User name <input name="username"></label>
      <label>Password <input name="password" type="password"></label>
      <button name="answer" value="accept">Sign in</button>
      <button name="answer" value="reject">Cancel</button>`,
    accept: ({ subject }, username) => ({
      subject: username ?? subject,
      remember: true,
      // As long as the browser's session.
      remember_for: 0,
    }),
  },
  consent: {
    asks: ({ skip, client }) => !skip && asks(client, 'consent'),
    form: `
      <button name="answer" value="accept">Allow</button>
      <button name="answer" value="reject">Deny</button>`,
    accept: ({ requested_scope, requested_access_token_audience }) => ({
      grant_scope: requested_scope,
      grant_access_token_audience: requested_access_token_audience,
      remember: true,
    }),
  },
  logout: {
    asks: ({ client }) => asks(client, 'logout'),
    form: '<button name="answer" value="accept">Sign out</button>',
    accept: () => ({}),
  },
};

const asks = (client, what) => client?.metadata?.asks?.includes(what);

/**
 * Starts the app.
 *
 * @param {number} port of 127.0.0.1
 * @param {string} admin the URL of Hydra's administration
 * @returns {Promise<() => void>} its end
 */
export async function startLoginApp(port, admin) {
  const server = createServer((request, response) => {
    answer(request, response, admin).catch((error) => {
      // The page shows it, and so the test that waits for another.
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

async function answer(request, response, admin) {
  const { pathname, searchParams } = new URL(request.url, 'http://login');
  const name = pathname.slice(1);
  const page = PAGES[name];
  const challenge = searchParams.get(`${name}_challenge`);
  // Hydra's own errors come here too.
  if (!challenge) return response.writeHead(page ? 400 : 404).end(`Not found: ${request.url}`);
  const url = (action) =>
    `${admin}/admin/oauth2/auth/requests/${name}${action}?${name}_challenge=${challenge}`;
  const { body: asked } = await ask(url(''));
  const form = request.method === 'POST' ? await readForm(request) : undefined;
  if (!form && page.asks(asked)) {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    return response.end(
      `<!doctype html><title>${name}</title><form method="post">${page.form}</form>`,
    );
  }
  const action = form?.get('answer') ?? 'accept';
  const json =
    action === 'accept'
      ? page.accept(asked, form?.get('username') ?? undefined)
      : { error: 'access_denied', error_description: 'The user said no' };
  const { body } = await ask(url(`/${action}`), { method: 'PUT', json });
  response.writeHead(302, { location: body.redirect_to }).end();
}

async function readForm(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return new URLSearchParams(text);
}

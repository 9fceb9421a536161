/** The options of the package, and what they change. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as requestTls } from 'node:https';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { decodeJwt } from 'jose';
import { makeCertificate } from '../../server/certificate.js';
import { AM } from '../../server/fault-registry.js';
import { FAULTS, startServer } from '../../server/index.js';
import { loadConfig, readOptions } from '../../server/options.js';
import { startServer as startInWorker } from '../../server/worker.js';
import { Browser } from './client.js';

const folder = mkdtempSync(join(tmpdir(), 'server-options-'));
after(() => rmSync(folder, { recursive: true }));

async function start(t, options) {
  const server = await startServer({ port: 0, ...options });
  t.after(() => server.close());
  return server;
}

/** An authorization URL of a client. */
function authorizeUrl(server, params) {
  const query = new URLSearchParams({
    response_type: 'code',
    scope: 'openid',
    state: 's',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
    ...params,
  });
  return `${server.url}/am/oauth2/realms/root/authorize?${query}`;
}

/** Starts a journey, and answers its first page; the body of the last response. */
async function journey(server, name, answers = []) {
  const url = `${server.url}/am/json/realms/root/authenticate?authIndexType=service&authIndexValue=${name}`;
  const post = async (body) =>
    (await fetch(url, { method: 'POST', body: body && JSON.stringify(body) })).json();
  const step = await post();
  for (const [index, value] of answers.entries()) step.callbacks[index].input[0].value = value;
  return answers.length > 0 ? post(step) : step;
}

const PIN = {
  name: 'Pin',
  start: 'page',
  nodes: {
    page: {
      type: 'page',
      callbacks: [
        { type: 'NameCallback', output: { prompt: 'User Name' }, input: 'username' },
        { type: 'PasswordCallback', output: { prompt: 'PIN' }, input: 'pin' },
      ],
      next: 'check',
    },
    check: {
      type: 'decision',
      decision: 'pin',
      with: { pin: '1234' },
      outcomes: { right: 'success', wrong: 'failure' },
    },
  },
};

test('without options it does as AM, for the demo’s user and client, and any app on loopback', async (t) => {
  const server = await start(t);
  const on = server.faults().filter(({ value }) => value !== false);
  assert.deepEqual(on.map(({ name }) => name).sort(), [...AM].sort());
  assert.deepEqual(
    FAULTS.map(({ name }) => name),
    server.faults().map(({ name }) => name),
  );
  assert.ok((await journey(server, 'Login', ['demo', 'Ch4ng3it!'])).tokenId);
  const headers = { Origin: 'https://localhost:5173' };
  const response = await fetch(server.wellknown, { headers });
  assert.equal(response.headers.get('access-control-allow-origin'), headers.Origin);
  assert.equal((await fetch(`${server.url}/test/secrets`)).status, 404, 'not by requests');
});

test('users, clients, lifetimes, journeys and decisions are those of the app', async (t) => {
  const server = await start(t, {
    users: { alice: { password: 'Secret!', claims: { name: 'Alice' } }, bob: {} },
    clients: [
      { client_id: 'my-app', redirect_uris: ['http://localhost:5173/signed-in'] },
      { client_id: 'quick', origins: ['http://localhost:5173'], accessTokenTtl: 5 },
    ],
    settings: { accessTokenTtl: 60, sessionTtl: 600 },
    journeys: [PIN],
    decisions: { pin: ({ pin }, { params }) => (pin === params.pin ? 'right' : 'wrong') },
  });
  assert.equal((await journey(server, 'Login', ['demo', 'Ch4ng3it!'])).code, 401);
  assert.ok((await journey(server, 'Login', ['alice', 'Secret!'])).tokenId);
  assert.equal((await journey(server, 'Login', ['bob', ''])).code, 401, 'has no password');
  assert.ok((await journey(server, 'Pin', ['bob', '1234'])).tokenId);
  assert.equal((await journey(server, 'Pin', ['bob', '1'])).code, 401);

  const oauth = new Browser(server).oauth;
  const lifetime = async (client_id, redirect_uri) => {
    const code_verifier = 'v'.repeat(43);
    const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
    const url = authorizeUrl(server, { client_id, redirect_uri, code_challenge });
    const { searchParams } = new URL(await server.authorize(url, 'alice'));
    assert.equal(searchParams.get('error_description'), null);
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: searchParams.get('code'),
      ...{ client_id, redirect_uri, code_verifier },
    });
    const tokens = await (await fetch(`${oauth}/access_token`, { method: 'POST', body })).json();
    assert.equal(decodeJwt(tokens.id_token).sub, 'alice', JSON.stringify(tokens));
    return tokens.expires_in;
  };
  const app = 'http://localhost:5173';
  assert.equal(await lifetime('my-app', `${app}/signed-in`), 60);
  assert.equal(await lifetime('quick', `${app}/callback.html`), 5);
  await assert.rejects(
    server.authorize(authorizeUrl(server, { client_id: 'journey-oidc-demo' }), 'alice'),
    /leads to no redirect URI \(status 400\)/,
  );

  await assert.rejects(server.authorize('https://elsewhere.example/', 'alice'), /is not one of/);

  server.configure({ accessTokenTtl: 30 });
  assert.equal(await lifetime('my-app', `${app}/signed-in`), 30);
  server.reset();
  assert.equal(await lifetime('my-app', `${app}/signed-in`), 60, 'as at the start');
  assert.ok((await journey(server, 'Login', ['alice', 'Secret!'])).tokenId);
  await assert.rejects(server.signIn('demo'), /^TypeError: Unknown user demo/);
  assert.throws(
    () => server.configure({ sessionTTL: 1 }),
    /^WrongOption|Unknown setting sessionTTL/,
  );
});

test('faults and failures come and go while it runs', async (t) => {
  const server = await start(t, { faults: ['expires-in=0', 'errors-without-iss=false'] });
  const value = (name) => server.faults().find((one) => one.name === name).value;
  assert.deepEqual([value('expires-in'), value('errors-without-iss')], [0, false]);
  server.fault('cors-star');
  const headers = { Origin: 'http://localhost:5173' };
  const cors = async () =>
    (await fetch(server.wellknown, { headers })).headers.get('access-control-allow-origin');
  assert.equal(await cors(), '*');
  server.fault('cors-star', false);
  assert.equal(await cors(), headers.Origin);
  server.fail({ match: 'openid-configuration', status: 503 });
  assert.equal((await fetch(server.wellknown)).status, 503);
  assert.equal((await fetch(server.wellknown)).status, 200);
  assert.equal(server.requests().length, 4);
  server.reset();
  assert.equal(value('expires-in'), 0);
});

test('a wrong option is an error that names it', async () => {
  for (const [options, message] of [
    [{ prot: 1 }, 'Unknown option prot. There are: port, host, '],
    [{ port: 70_000 }, 'port takes a port, 0 to 65535'],
    [{ host: 'a:1' }, 'host takes a host name or an address, without a port'],
    [
      { origins: ['localhost:1'] },
      'origins takes a list of origins, such as http://localhost:5173',
    ],
    [{ origins: ['http://localhost:1/'] }, 'origins takes a list of origins'],
    [{ origins: ['null'] }, 'origins takes a list of origins'],
    [{ origins: ['ws://localhost:1'] }, 'origins takes a list of origins'],
    [{ clients: [{}] }, 'clients takes a list of registrations with client_id'],
    [{ tls: { cert: 'a.pem' } }, 'tls takes true, or { key, cert } with PEM files'],
    [{ settings: { sessionTTL: 1 } }, 'Unknown setting sessionTTL. There are: accessTokenTtl, '],
    [{ faults: ['cors-everything'] }, 'Unknown fault cors-everything. There are: '],
    [{ faults: { 'pi-flow-refused': 'x' } }, 'pi-flow-refused must be one of json, page, no-cors'],
    [{ decisions: { pin: 1 } }, 'decisions takes an object of functions'],
    [{ journeys: [{ name: 'A' }] }, 'Journey A has no nodes'],
    [
      { journeys: [{ ...PIN, start: 'x' }] },
      'Journey Pin starts at x, which is not one of its nodes',
    ],
    [{ journeys: [PIN] }, 'Journey Pin, node check: there is no decision pin. There are: '],
    [
      { journeys: [{ name: 'A', start: 'p', nodes: { p: { type: 'page', callbacks: [{}] } } }] },
      'Journey A, node p: each callback needs a type and an output',
    ],
    [
      {
        journeys: [
          { name: 'A', start: 'p', nodes: { p: { type: 'page', callbacks: [], next: 'q' } } },
        ],
      },
      'Journey A, node p: q is not one of its nodes',
    ],
  ]) {
    await assert.rejects(startServer({ port: 0, ...options }), ({ code, message: found }) => {
      assert.equal(code, 'ERR_OPTION', found);
      assert.ok(found.startsWith(message), found);
      return true;
    });
  }
});

test('a configuration file is JSON or a module; its journeys are relative to it', async () => {
  mkdirSync(join(folder, 'journeys'));
  const login = { name: 'Mine', start: 'success', nodes: {} };
  writeFileSync(join(folder, 'journeys/Mine.json'), JSON.stringify(login));
  writeFileSync(join(folder, 'a.json'), '{ "port": 1, "journeys": ["journeys"] }');
  writeFileSync(join(folder, 'a.mjs'), "export default { journeys: ['./journeys/Mine.json'] };");
  writeFileSync(join(folder, 'none.mjs'), 'export const options = {};');
  for (const name of ['a.json', 'a.mjs']) {
    const { options, folder: where } = await loadConfig(join(folder, name));
    assert.deepEqual(readOptions(options, where).journeys, [login]);
  }
  await assert.rejects(loadConfig(join(folder, 'none.mjs')), /has no object of options$/);
});

test('https by a made certificate and by a given one', async (t) => {
  const given = makeCertificate(['am.test', 'localhost']);
  writeFileSync(join(folder, 'key.pem'), given.key);
  writeFileSync(join(folder, 'cert.pem'), given.cert);
  const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
  for (const tls of [true, given, files]) {
    const server = await start(t, { tls });
    assert.match(server.wellknown, /^https:\/\/localhost:\d+\/am\//);
    if (tls !== true) assert.equal(server.certificate, given.cert);
    const { body, cookies } = await trusting(server, server.wellknown);
    assert.equal(
      JSON.parse(body).token_endpoint,
      `${server.url}/am/oauth2/realms/root/access_token`,
    );
    assert.deepEqual(cookies, []);
    const url = authorizeUrl(server, {
      client_id: 'journey-oidc-demo',
      redirect_uri: 'http://localhost:8080/callback.html',
    });
    assert.ok(new URL(await server.authorize(url, 'demo')).searchParams.get('code'));
    await assert.rejects(fetch(server.wellknown), 'the certificate is trusted by nobody else');
  }
  const login = await start(t, { tls: true });
  const { cookies } = await signInBy(login);
  assert.match(cookies[0], /^iPlanetDirectoryPro=.*; HttpOnly; SameSite=Lax; Secure$/);
});

/** A request by a program that trusts the server's certificate. */
function trusting({ certificate: ca }, url, { method = 'GET', content } = {}) {
  return new Promise((resolve, reject) => {
    const request = requestTls(url, { ca, agent: false, method }, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString();
      resolve({ body, cookies: response.headers['set-cookie'] ?? [] });
    });
    request.once('error', reject).end(content);
  });
}

async function signInBy(server) {
  const url = `${server.url}/am/json/realms/root/authenticate`;
  const step = JSON.parse((await trusting(server, url, { method: 'POST' })).body);
  step.callbacks[0].input[0].value = 'demo';
  step.callbacks[1].input[0].value = 'Ch4ng3it!';
  return trusting(server, url, { method: 'POST', content: JSON.stringify(step) });
}

test('it listens on loopback only, or where it is told to, with a warning', async (t) => {
  const addresses = Object.values(networkInterfaces()).flat();
  const other = addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
  if (!other) return t.skip('this machine has no other address');
  const { port } = await start(t);
  await assert.rejects(fetch(`http://${other}:${port}/`), { name: 'TypeError' });
  const warn = t.mock.method(console, 'warn', () => {});
  const server = await start(t, { listen: other });
  assert.equal(server.url, `http://${other}:${server.port}`);
  assert.equal((await (await fetch(server.wellknown)).json()).issuer.startsWith(server.url), true);
  const [message] = warn.mock.calls[0].arguments;
  assert.match(
    message,
    /^Warning: the server listens on [\d.]+\. Whoever reaches this machine can sign in\./,
  );
  await start(t, { listen: '127.0.0.1' });
  assert.equal(warn.mock.callCount(), 1, 'loopback needs no warning');
});

test('a server has the members of its type, and no others, in a thread of its own too', async (t) => {
  const declarations = readFileSync(new URL('../../server/index.d.ts', import.meta.url), 'utf8');
  const [, body] = /^export interface Server \{\n([\s\S]*?)^\}/m.exec(declarations);
  const members = body.match(/(?<=^ {2}(readonly )?)\w+(?=[(?:])/gm).sort();
  assert.ok(members.length > 20, members.join());
  for (const startIt of [startServer, startInWorker]) {
    const server = await startIt({ port: 0, tls: true });
    t.after(() => server.close());
    assert.deepEqual(Object.keys(server).sort(), members);
    assert.equal(server.constructor, Object);
  }
});

test('in a thread of its own it does as in this one', async (t) => {
  const server = await startInWorker({ port: 0, users: { alice: {} } });
  let isOpen = true;
  t.after(() => isOpen && server.close());
  await server.fault('cors-star');
  const on = (await server.faults()).filter(({ value }) => value !== false);
  assert.equal(on.length, AM.length + 1);
  assert.equal((await fetch(server.wellknown)).headers.get('access-control-allow-origin'), '*');
  assert.equal((await server.signIn('alice')).url, server.url);
  await assert.rejects(server.fault('x'), { code: 'ERR_OPTION', message: /^Unknown fault x/ });
  await server.close();
  isOpen = false;
  await assert.rejects(fetch(server.wellknown));
  await assert.rejects(startInWorker({ prot: 1 }), {
    code: 'ERR_OPTION',
    message: /^Unknown option/,
  });
});

/** Requests that a page of another site, or anything else, can send to the two servers on loopback. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { serveDemo } from '../../www/serve.js';
import { start } from './client.js';

const HOSTS = ['am.example.test'];
const server = await start(after, { hosts: HOSTS });
const demo = await serveDemo({ port: 0, serverUrl: server.url, hosts: HOSTS });
after(() => demo.close());

/** The two, with a path that each of them has, and one that a page may not read. */
const SERVERS = {
  'the development server': [server, '/am/json/realms/root/serverinfo/*', '/test/secrets'],
  'the demo server': [demo, '/config.json', '/'],
};

/** Sends bytes and returns all that comes back; '' if the connection is closed without an answer. */
function send({ port }, bytes) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.end(bytes);
  });
}

async function statusOf(target, bytes) {
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(await send(target, bytes)) ?? [];
  return status && Number(status);
}

const get = (path, host, more = '') =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`;

for (const [name, [target, path, secret]] of Object.entries(SERVERS)) {
  test(`${name}: a target that cannot be read is 400, and no end of the process`, async () => {
    for (const bad of [
      '//[',
      '//',
      '//evil.example/',
      '/\\[',
      '/\\evil.example',
      '*',
      'http://[',
    ]) {
      assert.equal(await statusOf(target, get(bad, 'localhost')), 400, bad);
    }
    assert.equal(await statusOf(target, get(path, 'localhost')), 200);
  });

  test(`${name}: a host that is not this machine is 421`, async () => {
    const { port } = target;
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      'localhost.evil.example',
      'notlocalhost',
      '10.0.0.1',
      '128.0.0.1',
      '127.0.0.1.evil.example',
      '[::2]',
      'evil.example@localhost',
      'localhost/evil.example',
      '',
    ]) {
      assert.equal(await statusOf(target, get(path, host)), 421, host);
      assert.equal(await statusOf(target, get(secret, host)), 421, host);
    }
    for (const host of [
      'localhost',
      `localhost:${port}`,
      'LOCALHOST',
      'app.localhost:80',
      '127.0.0.1',
      '127.1.2.3:1',
      '[::1]',
      `[::1]:${port}`,
      'am.example.test',
    ]) {
      assert.equal(await statusOf(target, get(path, host)), 200, host);
    }
  });

  test(`${name}: whatever it is sent, it answers or hangs up, and lives`, async () => {
    const random = generator(name.length);
    for (let round = 0; round < 30; round += 1) {
      const requests = Array.from({ length: 20 }, () => fuzz(random));
      const statuses = await Promise.all(requests.map((bytes) => statusOf(target, bytes)));
      for (const [index, status = 400] of statuses.entries()) {
        assert.ok(status < 500 || status === 501, `${status}: ${JSON.stringify(requests[index])}`);
      }
    }
    assert.equal(await statusOf(target, get(path, 'localhost')), 200);
  });
}

test('a body that is too large is 413', async () => {
  const url = `${server.url}/am/oauth2/realms/root/connect/endSession`;
  const { status } = await fetch(url, { method: 'POST', body: 'a'.repeat(2 ** 20 + 1) });
  assert.equal(status, 413);
});

/** A linear congruential generator: `random(list)` is one of the list. */
function generator(seed) {
  let state = seed;
  return (list) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return list[Math.floor((state / 2 ** 31) * list.length)];
  };
}

const AM = '/am/json/realms/root';
const OAUTH = '/am/oauth2/realms/root';
const PATHS = [
  '/',
  '/index.html',
  '/pkg/index.js',
  '/vendor/uqr.js',
  `${AM}/authenticate`,
  `${AM}/sessions/`,
  `${OAUTH}/authorize`,
  `${OAUTH}/access_token`,
  `${OAUTH}/userinfo`,
  `${OAUTH}/par`,
  `${OAUTH}/token/revoke`,
  `${OAUTH}/connect/endSession`,
  '/am/interaction/x',
  '/am/oauth2/client/form_post/idp',
  '/am/AuthConsumer/metaAlias/sp',
  '/idp/auth',
  '/idp/saml',
  '/idp/interaction/x',
  '/test/failures',
  '/test/faults',
  '/test/token',
];
const ODD = [
  '',
  '%',
  '%zz',
  '%00',
  '%ff',
  '%2e%2e/',
  '/../..',
  '/./',
  '//',
  '\\',
  '[',
  ';',
  '?',
  '?=&&=%',
  '?realm=%00&realm=/',
  '?_action=logout&_action=x',
  '?_action=__proto__',
  '?authIndexType=service&authIndexValue=__proto__',
  '?authIndexType=composite_advice&authIndexValue=%3CValue',
  '?client_id=journey-oidc-demo&response_type=none&prompt=none&id_token_hint=a.b.c',
  '?client_id=__proto__&response_type=code&redirect_uri=%5B',
  '?id_token_hint=.&post_logout_redirect_uri=%5B',
  '?suspendedId=constructor',
  '?request_uri=urn:ietf:params:oauth:request_uri:x&client_id=journey-oidc-demo',
  '#x',
  'ü',
  `?a=${'b'.repeat(9000)}`,
];
const BODIES = [
  '',
  '{',
  '[]',
  'null',
  '7',
  '{"authId":7}',
  '{"authId":"a.b.c","callbacks":{}}',
  '{"match":{}}',
  '{"name":"__proto__"}',
  '{"name":{"toString":1},"value":[]}',
  'grant_type=refresh_token&client_id=journey-oidc-demo&refresh_token=%00',
  'grant_type=__proto__&client_id=constructor',
  'grant_type=authorization_code&grant_type=x',
  'token=%E0%A4%A&client_id=journey-oidc-demo',
  'state=__proto__&RelayState=constructor&SAMLResponse=%',
  '\0\0\0',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'CONNECT', 'get', 'X'];
const TYPES = ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'x', ';'];
const HEADERS = [
  '',
  'Host: evil.example\r\n',
  'Origin: null\r\nAccess-Control-Request-Method: X\r\n',
  'Cookie: iPlanetDirectoryPro=%; =; ;;\r\n',
  'Cookie: __proto__=1; iPlanetDirectoryPro\r\n',
  'Authorization: Bearer\r\n',
  'Authorization: Basic %%%\r\n',
  'Accept-API-Version: resource=\r\n',
  'Accept: */*;q=x\r\n',
  'Upgrade: websocket\r\nConnection: Upgrade\r\n',
  'Expect: 100-continue\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Content-Length: 5\r\n',
  'Range: bytes=9-1,-\r\n',
  'If-Modified-Since: x\r\n',
  `X: ${'y'.repeat(20_000)}\r\n`,
];
const HEADS = ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTP'];

/** A request with up to four things wrong with it. */
function fuzz(random) {
  const body = random(BODIES);
  const target = `${random(PATHS)}${random(ODD)}${random(['', random(ODD)])}`;
  const length = random(['', `Content-Length: ${Buffer.byteLength(body)}\r\n`]);
  const type = random(['', `Content-Type: ${random(TYPES)}\r\n`]);
  const head = `${random(METHODS)} ${target} ${random(HEADS)}\r\nHost: localhost\r\n`;
  return `${head}Connection: close\r\n${type}${length}${random(HEADERS)}\r\n${body}`;
}

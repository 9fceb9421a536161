import assert from 'node:assert/strict';
import { get } from 'node:http';
import { networkInterfaces } from 'node:os';
import { after, test } from 'node:test';
import { Browser, ORIGIN, start } from './client.js';

const server = await start(after, { testMode: false, origins: ['http://localhost:4321'] });

function preflight(url, origin, headers = 'authorization,x-other') {
  return fetch(url, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': headers,
    },
  });
}

test('every endpoint answers preflights with credentials for the demo', async () => {
  const { oauth, json } = new Browser(server);
  const paths = ['/access_token', '/userinfo', '/token/revoke', '/connect/endSession', '/par'];
  const urls = [...paths.map((path) => oauth + path), `${json}/authenticate`, `${json}/sessions/`];
  for (const url of urls) {
    const response = await preflight(url, ORIGIN);
    assert.equal(response.status, 204);
    assert.equal(response.headers.get('access-control-allow-origin'), ORIGIN);
    assert.equal(response.headers.get('access-control-allow-credentials'), 'true');
    assert.equal(response.headers.get('access-control-max-age'), '600');
    assert.match(response.headers.get('vary'), /Origin/);
    assert.match(response.headers.get('access-control-allow-methods'), /POST/);
    const allowed = response.headers.get('access-control-allow-headers').split(', ');
    for (const name of ['accept-api-version', 'x-requested-with', 'dpop', 'x-other']) {
      assert.ok(allowed.includes(name), name);
    }
  }
});

test('responses carry the headers once, for failures too', async () => {
  const browser = new Browser(server);
  for (const response of [
    await browser.fetch(`${browser.oauth}/.well-known/openid-configuration`),
    await browser.fetch(`${browser.oauth}/access_token`, { method: 'POST' }),
    await browser.userinfo('nonsense'),
    await browser.fetch(`${browser.json}/authenticate`, { method: 'POST', body: '{' }),
    await browser.fetch(`${server.url}/nowhere`),
  ]) {
    assert.equal(response.headers.get('access-control-allow-origin'), ORIGIN);
    assert.equal(response.headers.get('access-control-allow-credentials'), 'true');
  }
});

test('a strange origin is not allowed', async () => {
  const { oauth, json } = new Browser(server);
  for (const origin of ['http://localhost:9999', 'https://evil.example', 'null']) {
    for (const url of [`${oauth}/access_token`, `${json}/authenticate`]) {
      const { headers } = await preflight(url, origin);
      assert.equal(headers.get('access-control-allow-origin'), null);
    }
  }
});

test('further origins of the demo are allowed, with their redirect URIs', async () => {
  const browser = new Browser(server);
  await browser.login();
  const origin = 'http://localhost:4321';
  const { headers } = await preflight(`${browser.oauth}/access_token`, origin);
  assert.equal(headers.get('access-control-allow-origin'), origin);
  const { code } = await browser.code({ redirect_uri: `${origin}/callback.html` });
  assert.ok(code);
});

test('without test mode there is no control endpoint', async () => {
  assert.equal(server.control, undefined);
  for (const path of ['faults', 'clients', 'reset', 'requests', 'secrets']) {
    assert.equal((await fetch(`${server.url}/test/${path}`)).status, 404);
    assert.equal((await fetch(`${server.url}/test/${path}`, { method: 'POST' })).status, 404);
  }
});

test('it listens on loopback only', async () => {
  const status = (host) =>
    new Promise((resolve) => {
      const request = get({ host, port: server.port, path: '/', timeout: 1000 }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('timeout', () => request.destroy(new Error('timeout')));
      request.on('error', () => resolve(undefined));
    });
  assert.equal(await status('127.0.0.1'), 404);
  assert.equal(await status('localhost'), 404);
  const outside = Object.values(networkInterfaces())
    .flat()
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of outside) assert.equal(await status(address), undefined);
});

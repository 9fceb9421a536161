import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FAULTS } from '../../server/fault-registry.js';

const CLI = fileURLToPath(new URL('../../server/cli.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'server-cli-'));
after(() => rmSync(folder, { recursive: true }));

function run(t, args) {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: folder });
  t.after(() => child.kill('SIGKILL'));
  child.errors = '';
  child.stderr.on('data', (chunk) => {
    child.errors += chunk;
  });
  return child;
}

/** Starts the server on a free port: `{ child, url }`. */
async function start(t, args = []) {
  const child = run(t, ['--port', '0', ...args]);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, url: line.match(/https?:\/\/localhost:\d+/)[0] };
}

/** What a command that ends at once prints: `[code, stdout, stderr]`. */
async function result(t, args) {
  const child = run(t, args);
  const chunks = child.stdout.toArray();
  const [code] = await once(child, 'close');
  return [code, Buffer.concat(await chunks).toString(), child.errors];
}

const faultsOf = async (url) => (await fetch(`${url}/test/faults`)).json();

test('the command says where it listens, stops at SIGTERM, and names a taken port', async (t) => {
  const { child, url } = await start(t);
  const discovery = `${url}/am/oauth2/realms/root/.well-known/openid-configuration`;
  assert.equal((await (await fetch(discovery)).json()).issuer, `${url}/am/oauth2/realms/root`);
  assert.equal((await fetch(`${url}/test/requests`)).status, 404);

  const [code, , errors] = await result(t, ['--port', new URL(url).port]);
  assert.equal(code, 1);
  assert.match(errors, /^Port \d+ is in use\. Choose another one by --port\.\n$/);

  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.equal(child.errors, '', 'no warning');
});

test('the command does as AM, takes faults and hosts, and turns faults off', async (t) => {
  const { url } = await start(t, [
    '--test-mode',
    ...['--fault', 'cors-star', '--fault', 'expires-in="3600.0"'],
    ...['--fault', 'errors-without-iss=false', '--allow-host', 'am.test'],
  ]);
  const on = (await faultsOf(url)).filter(({ value }) => value !== false);
  assert.deepEqual(
    on.map(({ name, value }) => [name, value]),
    [
      ['cors-star', true],
      ['prompt-none-interaction-required', true],
      ['response-with-client-and-scope', true],
      ['expires-in', '3600.0'],
    ],
  );
  const status = await new Promise((resolve) => {
    get(`${url}/test/faults`, { headers: { Host: 'am.test' } }, (response) => {
      resolve(response.resume().statusCode);
    });
  });
  assert.equal(status, 200);
});

test('the command reads a configuration file, to which its options add', async (t) => {
  const options = { clients: [{ client_id: 'my-app' }], faults: { 'expires-in': 0 } };
  writeFileSync(join(folder, 'journey-oidc-server.config.json'), JSON.stringify(options));
  t.after(() => rmSync(join(folder, 'journey-oidc-server.config.json')));
  const args = ['--test-mode', '--origin', 'http://localhost:5173', '--fault', 'cors-star'];
  const { url } = await start(t, args);
  const on = (await faultsOf(url)).filter(({ value }) => value !== false);
  assert.ok(['cors-star', 'expires-in'].every((name) => on.some((one) => one.name === name)));
  const query = new URLSearchParams({
    client_id: 'my-app',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: 'http://localhost:5173/callback.html',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
  });
  const authorize = `${url}/am/oauth2/realms/root/authorize?${query}`;
  assert.equal((await fetch(authorize, { redirect: 'manual' })).status, 303);
});

test('the command says what is wrong, in one line', async (t) => {
  writeFileSync(join(folder, 'wrong.json'), '{ "users": [] }');
  writeFileSync(join(folder, 'broken.json'), '{');
  const uris = { clients: [{ client_id: 'a', redirect_uris: ['nonsense'] }] };
  writeFileSync(join(folder, 'uris.json'), JSON.stringify(uris));
  const cases = [
    [
      ['--fault', 'cors-everything'],
      /^Unknown fault cors-everything\. There are: .*cors-star.*\n$/,
    ],
    [['--config', 'wrong.json'], /^users takes an object by name\n$/],
    [['--config', 'broken.json'], /broken\.json is not JSON: .*\n$/],
    [['--config', 'none.json'], /none\.json/],
    [['--config', 'uris.json'], /redirect_uris/],
    [['--port', 'abc'], /^port takes a port, 0 to 65535\n$/],
    [['--listen', 'am.test'], /^listen takes an address, such as 0\.0\.0\.0\n$/],
    [['--unknown'], /^Unknown option '--unknown'.*\n$/],
  ];
  await Promise.all(
    cases.map(async ([args, message]) => {
      const [code, output, errors] = await result(t, ['--port', '0', ...args]);
      assert.deepEqual([code, output, errors.trimEnd().split('\n').length], [1, '', 1], errors);
      assert.match(errors, message);
    }),
  );
});

test('--help, --version and --list-faults print and end', async (t) => {
  const [, help] = await result(t, ['--help']);
  assert.match(help, /^Usage: journey-oidc-server/);
  assert.match((await result(t, ['--version']))[1], /^\d+\.\d+\.\d+\n$/);
  const [, list] = await result(t, ['--list-faults']);
  for (const { name, does } of FAULTS) assert.ok(list.includes(`${name}`) && list.includes(does));
});

test('--tls speaks https, and --listen warns of an address that others reach', async (t) => {
  const { child, url } = await start(t, ['--tls', '--listen', '0.0.0.0', '--test-mode']);
  assert.match(url, /^https:/);
  assert.match(
    child.errors,
    /^Warning: the server listens on 0\.0\.0\.0\. .* control it by \/test\/. It is for development only\.\n$/,
  );
});

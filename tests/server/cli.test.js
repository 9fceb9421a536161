import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const INDEX = fileURLToPath(new URL('../../server/index.js', import.meta.url));

function run(t, env, args = []) {
  const child = spawn(process.execPath, [INDEX, ...args], {
    env: { ...process.env, TEST_MODE: '', FAULTS: '', HOST: '', ...env },
  });
  t.after(() => child.kill('SIGKILL'));
  child.errors = '';
  child.stderr.on('data', (chunk) => {
    child.errors += chunk;
  });
  return child;
}

async function firstLine(stream) {
  const [line] = await once(createInterface({ input: stream }), 'line');
  return line;
}

test('the command says where it listens, stops at SIGTERM, and names a taken port', async (t) => {
  const child = run(t, { PORT: '0' });
  const url = (await firstLine(child.stdout)).match(/http:\/\/localhost:\d+/)[0];
  const discovery = `${url}/am/oauth2/realms/root/.well-known/openid-configuration`;
  assert.equal((await (await fetch(discovery)).json()).issuer, `${url}/am/oauth2/realms/root`);
  assert.equal((await fetch(`${url}/test/requests`)).status, 404);

  const second = run(t, { PORT: new URL(url).port });
  assert.deepEqual(await once(second, 'close'), [1, null]);
  assert.match(second.errors, /Port \d+ is in use/);

  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.equal(child.errors, '', 'no warning');
});

test('the command takes faults and hosts, and names a fault that there is not', async (t) => {
  const env = { PORT: '0', TEST_MODE: '1', FAULTS: 'cors-star,token-type', HOST: 'am.test' };
  const child = run(t, env, ['expires-in="3600.0"']);
  const url = (await firstLine(child.stdout)).match(/http:\/\/localhost:\d+/)[0];
  const faults = await (await fetch(`${url}/test/faults`)).json();
  const on = faults.filter(({ value }) => value !== false);
  assert.deepEqual(
    on.map(({ name, value }) => [name, value]),
    [
      ['cors-star', true],
      ['expires-in', '3600.0'],
      ['token-type', 'Bearer '],
    ],
  );
  const status = await new Promise((resolve) => {
    get(`${url}/test/faults`, { headers: { Host: 'am.test' } }, (response) => {
      resolve(response.resume().statusCode);
    });
  });
  assert.equal(status, 200);

  const wrong = run(t, { PORT: '0' }, ['cors-everything']);
  assert.deepEqual(await once(wrong, 'close'), [1, null]);
  assert.match(wrong.errors, /^Unknown fault cors-everything\. There are: [^\n]*\n$/);
});

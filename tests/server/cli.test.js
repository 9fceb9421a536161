import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const INDEX = fileURLToPath(new URL('../../www/server/index.js', import.meta.url));

function run(t, env) {
  const child = spawn(process.execPath, [INDEX], {
    env: { ...process.env, TEST_MODE: '', ...env },
  });
  t.after(() => child.kill('SIGKILL'));
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
  let errors = '';
  second.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  assert.deepEqual(await once(second, 'close'), [1, null]);
  assert.match(errors, /Port \d+ is in use/);

  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

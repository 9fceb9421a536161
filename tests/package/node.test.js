/** The packed package on a server. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../processes.js';
import { createProject, provideWorld } from './support.js';

let project;

provideWorld(
  async () => {
    project = await createProject('node', ['projects/node']);
  },
  { browser: false },
);

/**
 * What is synchronous works, the factories say where they would work:
 * docs/decisions.md#on-a-server-it-can-be-imported
 */
const EXPECTED = {
  oidc: ['resolved', 'unsupported_environment'],
  journey: ['rejected', true, 'unsupported_environment'],
  configure: ['resolved', 'unsupported_environment'],
  'url: oidc': ['resolved', 'unsupported_environment'],
  'url: journey': ['rejected', true, 'unsupported_environment'],
  'url: init': ['resolved', 'unsupported_environment'],
  policy: 'Name is required',
  qrCode: false,
  types: 'Step',
  globals: [],
};

for (const [name, program] of [
  ['import', 'import.mjs'],
  ['require()', 'require.cjs'],
]) {
  test(`${name}: the factories and the subpaths, without a warning`, async () => {
    const output = await run(project, [process.execPath, program]);
    assert.deepEqual(JSON.parse(output), EXPECTED);
  });
}

test('the files that apps copy are found by their names', () => {
  const { resolve } = createRequire(join(project, 'program.mjs'));
  const wasm = ['core.wasm', 'oidc.wasm'];
  const files = ['callback.html', 'popup.html', 'popup.js', ...wasm, 'package.json'];
  for (const file of files) assert.ok(existsSync(resolve(`journey-oidc/${file}`)), file);
});

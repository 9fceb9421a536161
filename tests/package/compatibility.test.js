/** Our declarations beside those that the documented clients publish: docs/compatibility.md has it all. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { text } from '../docs/pages.js';
import { differences } from './surface.js';
import { installTools } from './tools/install.js';

/** The differences that the page lists, each row's kind with each of its names. */
function listed() {
  const [, table] = text('docs/compatibility.md').split('<!-- differences -->\n\n');
  const rows = table.trim().split('\n').slice(2);
  return rows.flatMap((row) => {
    const [, kind, names] = row.split(/ ?\| ?/);
    return [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => `${kind} ${name}`);
  });
}

test('what differs is listed, and what is listed differs', async () => {
  const tools = await installTools();
  const typescript = createRequire(join(tools, 'package.json'))('typescript-5');
  assert.deepEqual(differences(typescript, tools), listed().sort());
});

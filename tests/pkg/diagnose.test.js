/** `diagnose()` without a browser, and that its documentation has every check. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { diagnose } from 'journey-oidc/diagnose';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const namesIn = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name).sort();

test('on a server: one finding, which says so', async () => {
  const report = await diagnose({ config: {} });
  assert.deepEqual(
    report.map(({ check, result }) => [check, result]),
    [['browser', 'problem']],
  );
  assert.match(report[0].found, /no browser/);
});

test('the types, the order and the page have the same checks', () => {
  const [declared] = /type Check =[^;]+/.exec(read('pkg/diagnose.d.ts'));
  const checks = namesIn(declared, /'([\w-]+)'/g);
  const [, order] = /const ORDER =[^[]+\[\]} \*\/ \(\s+\[([^\]]+)/.exec(
    read('pkg/diagnose/report.js'),
  );
  assert.deepEqual(namesIn(order, /([\w-]+)/g), checks);
  assert.deepEqual(namesIn(read('docs/diagnose.md'), /^### (\S+)$/gm), checks);
});

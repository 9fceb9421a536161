import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rewritePage } from './page.js';

const PAGE = 'Before\n<!-- engines -->\nold\n<!-- /engines -->\nAfter\n';
const run = (version, passed) => ({ version, features: { Locks: true }, passed: new Set(passed) });
const rewrite = (page, a, b, update = false) =>
  rewritePage(page, { A: a, B: b }, ['x'], { update });

test('the table says what passed, and what did not', () => {
  const page = rewrite(PAGE, run('15.10.7', ['x']), run('2.5', []));
  assert.equal(
    page,
    [
      'Before\n<!-- engines -->',
      '|  | A | B |',
      '|---|:-:|:-:|',
      '| Version, or newer | 15.10 | 2.5 |',
      '| x | ✓ | ✗ |',
      '| The engine has Locks | yes | yes |',
      '<!-- /engines -->\nAfter\n',
    ].join('\n'),
  );
});

test('a newer engine changes nothing, an older one does, and so does an update', () => {
  const page = rewrite(PAGE, run('15.9', ['x']), run('2.5', ['x']));
  const newer = run('15.10', ['x']);
  assert.equal(rewrite(page, newer, run('3.0', ['x'])), page);
  assert.match(rewrite(page, newer, run('2.4', ['x'])), /\| 15\.9 \| 2\.4 \|/);
  assert.match(rewrite(page, newer, run('2.5', ['x']), true), /\| 15\.10 \| 2\.5 \|/);
});

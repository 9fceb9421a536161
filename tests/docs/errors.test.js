/** One list of codes: in the types, on the page, in the core and in the JavaScript around it. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readEntries } from '../../scripts/docs/declarations.mjs';
import { root } from '../../scripts/run.mjs';
import { text } from './pages.js';

/** The codes of the types: the list that the others are compared with. */
const typed = (() => {
  const [main] = readEntries();
  const { code } = main.declarations.find(({ name }) => name === 'ErrorCode');
  return code.match(/(?<=')\w+(?=')/g);
})();

/** The rows of the tables in docs/errors.md that begin with a code. */
const rows = [...text('docs/errors.md').matchAll(/^\| `(?!code`)(\w+)` \| (.+) \| (.+) \|$/gm)];

test('the page has every code once, in a list of what happened and what to do', () => {
  assert.ok(typed.length > 50);
  assert.deepEqual(rows.map(([, code]) => code).sort(), typed.toSorted());
  for (const [, code, what, remedy] of rows) {
    assert.match(what, /\.$/, code);
    assert.match(remedy, /\.$/, code);
  }
});

test('the types have every code of the core and of the JavaScript, and no other', () => {
  const source = text('src/error.rs');
  const [list] = source.match(/^codes! \{[\s\S]*?^\}/m);
  const core = list.match(/(?<== ")\w+(?=",)/g);
  const unknown = core.filter((code) => !typed.includes(code));
  assert.deepEqual(unknown, []);
  // What is given to failure() there is checked by tsc.
  const script = readdirSync(join(root, 'pkg'), { recursive: true })
    .filter((name) => name.endsWith('.js') && !name.startsWith('wasm'))
    .map((name) => text(`pkg/${name}`))
    .join('\n');
  const unused = typed.filter((code) => !core.includes(code) && !script.includes(`'${code}'`));
  assert.deepEqual(unused, []);
});

test('codes that the other pages name exist', () => {
  for (const page of ['README.md', ...pagesWithCodes()]) {
    for (const [, code] of text(page).matchAll(/\bcodes? `(\w+)`/g)) {
      assert.ok(typed.includes(code), `${page}: ${code}`);
    }
    for (const [, code] of text(page).matchAll(/reject: `(\w+)`/g)) {
      assert.ok(typed.includes(code), `${page}: ${code}`);
    }
  }
});

function pagesWithCodes() {
  return readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
}
